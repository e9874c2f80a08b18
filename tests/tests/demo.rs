//! `schemactl demo`, as a newcomer runs it.
#![allow(clippy::unwrap_used)]

use schemactl_tests::{binary, clean_command, stdout};

#[test]
fn the_demo_tells_the_whole_story() {
    let folder = tempfile::tempdir().unwrap();
    let output = clean_command(&binary())
        .args(["demo", "--keep", "story"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = stdout(&output);
    for part in [
        "5 events, 8 versions, 11 examples, 3 comparisons checked: nothing found",
        "error[required-property-added]: OrderPlaced@1.2 rejects an event of OrderPlaced@1.1: `currency` is now required",
        "OrderPlaced needs 2.0",
        "needs a new major version",
        "9 of 9 writes made, and read back",
        "The registry counted 9 writes for the first push and 0 for the second.",
        "8 versions registered, 0 not",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(folder.path().join("story/events.rs").is_file());
}
