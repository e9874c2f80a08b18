//! The pages of `schemactl serve` in Chromium: axe finds nothing on any kind of page, in light, dark and on a phone; the keyboard reaches
//! everything; and they say what they should, in the order of people.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::path::PathBuf;

use schemactl_tests::{Served, stdout};
use serde_json::{Value, json};

/// What Chromium is called; `cargo xtask test` installs it.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

fn browser() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let places = BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = places.into_iter().find(|place| place.is_file());
    found.expect("Chromium is missing: run `cargo xtask test`, which installs it")
}

#[test]
fn every_kind_of_page_is_for_everybody() {
    let served = Served::start(&[]);
    let run = served.node("pages.cjs").env("CHROMIUM", browser()).output().unwrap();
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(report["problems"], json!([]), "{report:#}");
    assert_eq!(report["pages"].as_array().unwrap().len(), 19);
    let seen = &report["seen"];
    // Our versions beside the registry's.
    assert_eq!(
        seen["versions"],
        json!(["2.0 registry 3", "1.10 registry 2", "1.2 registry 1"])
    );
    assert_eq!(seen["newest"], json!(["2.0"]));
    let shipped = ["v1", "v2", "v10"].map(|version| format!("com.shop.orders@OrderShipped.{version}"));
    assert_eq!(seen["schemas"], json!(shipped));
    assert_eq!(seen["found"], json!(shipped));
    let times = seen["times"].as_array().unwrap();
    assert!(
        !times.is_empty() && times.iter().all(|time| time.as_str().unwrap().ends_with(" UTC")),
        "{times:?}"
    );
    // The verdict, and beside each change the event that it breaks.
    let verdicts = [
        "breaks Readers of 2.0 reject events of 1.10.",
        "compatible Readers of 1.10 accept every event of 2.0.",
        "The change needs a new major version.",
    ];
    assert_eq!(
        seen["verdicts"].as_array().unwrap()[..3],
        verdicts.map(|verdict| json!(verdict))
    );
    assert_eq!(seen["breaks"], json!(vec!["breaks readers of 2.0"; 3]));
    let events = seen["events"].as_array().unwrap();
    for (event, parts) in events.iter().zip([
        ["buyerId", "orderId"],
        ["minimum of 1", "\"total\": 0"],
        ["\"new\"", "\"paid\""],
    ]) {
        let event = event.as_str().unwrap();
        assert!(parts.iter().all(|part| event.contains(part)), "{event}");
    }
}
