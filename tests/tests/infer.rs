//! `schemactl infer` of events of several kinds: a file for each, every event valid under that of its kind, the same bytes for every order of the
//! events, and nothing overwritten.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command};
use serde_json::{Value, json};

/// Events with the files that their schemas are in. Names of discovery are not unique, and file systems may not tell cases apart.
fn events() -> Vec<(&'static str, Value)> {
    let event = |source: &str, detail_type: &str, detail: Value| json!({ "source": source, "detail-type": detail_type, "detail": detail });
    vec![
        (
            "com.shop@OrderPlaced",
            event("com.shop", "Order Placed", json!({ "id": "a" })),
        ),
        (
            "com.shop@OrderPlaced",
            event("com.shop", "Order Placed", json!({ "id": "b", "note": null })),
        ),
        (
            "com.shop@OrderPlaced-2",
            event("com.shop", "order-placed", json!({ "id": 1 })),
        ),
        (
            "com.shop@Orderplaced-3",
            event("com.shop", "orderplaced", json!({ "id": [1] })),
        ),
        (
            "com.other@OrderPlaced",
            event("com.other", "Order Placed", json!("a text")),
        ),
        ("..-..-etc-@Event", event("../../etc/", "..", json!({ "id": {} }))),
        ("Event", json!({ "id": true })),
    ]
}

fn infer(folder: &Path, events: &[Value], more: &[&str]) -> Option<i32> {
    let lines: Vec<_> = events.iter().map(ToString::to_string).collect();
    fs::write(folder.join("events.jsonl"), lines.join("\n")).unwrap();
    let mut infer = clean_command(&binary());
    infer
        .current_dir(folder)
        .args(["infer", "events.jsonl", "--output", "out"])
        .args(more);
    infer.output().unwrap().status.code()
}

/// The schemas that were written, by the names of their files.
fn schemas(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder.join("out")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let named = files.map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    named.collect()
}

#[test]
fn each_kind_of_events_has_a_schema() {
    for form in ["draft-04", "2020-12"] {
        for whole in [false, true] {
            let more: Vec<&str> = ["--form", form, "--envelope"]
                .into_iter()
                .take(2 + usize::from(whole))
                .collect();
            let mut all = Vec::new();
            for turn in 0..events().len() {
                let folder = tempfile::tempdir().unwrap();
                let mut events: Vec<Value> = events().into_iter().map(|(_, event)| event).collect();
                events.rotate_left(turn);
                assert_eq!(infer(folder.path(), &events, &more), Some(0));
                all.push(schemas(folder.path()));
            }
            assert!(
                all.windows(2).all(|two| two[0] == two[1]),
                "the order of the events shows"
            );
            let mut used: Vec<&str> = Vec::new();
            for (file, event) in &events() {
                let schema: Value = serde_json::from_str(&all[0][*file]).unwrap();
                let instance = event.get("detail").filter(|_| !whole).unwrap_or(event);
                assert!(jsonschema::is_valid(&schema, instance), "{file}: {schema} {instance}");
                used.push(file);
            }
            used.sort_unstable();
            used.dedup();
            assert_eq!(all[0].keys().collect::<Vec<_>>(), used);
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let events: Vec<Value> = events().into_iter().map(|(_, event)| event).collect();
    assert_eq!(infer(folder.path(), &events[2..3], &[]), Some(0));
    let before = schemas(folder.path());
    assert_eq!(infer(folder.path(), &events, &[]), Some(2), "one of the files is there");
    assert_eq!(schemas(folder.path()), before);
}
