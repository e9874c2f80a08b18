//! The picture of README.md is what the program prints today: `schemactl check` in a workspace in which a new version makes a property
//! required. `BLESS=1` draws it anew.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;

use schemactl_tests::{binary, clean_command, compare_with_file, root, stdout};

const EVENT: &str = "schemas/com.example.shop/OrderPlaced";

#[test]
fn the_picture_of_a_failing_check_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut schemactl = clean_command(&binary());
        schemactl.args(arguments).current_dir(folder.path()).output().unwrap()
    };
    stdout(&run(&["init"]));
    let first = fs::read_to_string(folder.path().join(EVENT).join("1.0.json")).unwrap();
    let second = first
        .replace(
            "    \"orderId\"",
            "    \"coupon\": { \"type\": \"string\" },\n    \"orderId\"",
        )
        .replace("\"placedAt\"]", "\"placedAt\", \"coupon\"]");
    fs::write(folder.path().join(EVENT).join("1.1.json"), second).unwrap();
    let checked = run(&["check", "--color", "always"]);
    assert_eq!(checked.status.code(), Some(1));
    let printed = String::from_utf8(checked.stdout).unwrap() + &String::from_utf8(checked.stderr).unwrap();
    let picture = anstyle_svg::Term::new().render_svg(&format!("$ schemactl check\n{printed}"));
    let wrong = compare_with_file(&root().join("docs/images/check.svg"), &picture);
    assert!(wrong.is_empty(), "{wrong}");
}
