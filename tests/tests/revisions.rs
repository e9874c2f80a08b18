//! `schemactl diff REVISION:PATH REVISION:PATH`: what a schema refers to is read from its own revision, wherever the command runs, and what
//! leads nowhere there is a fault at the reference, beside the other faults of the file.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;
use std::process::Output;

use schemactl_tests::{binary, clean_command, run_git};
use serde_json::Value as Json;

const ORDER: &str =
    r#"{"type": "object", "properties": {"total": {"$ref": "../shared/money.json"}}, "required": ["total"]}"#;

/// Commits a state of the two files; `None` for a file that is gone.
fn commit(folder: &Path, tag: &str, order: &str, money: Option<&str>) {
    for (path, text) in [("events/order.json", Some(order)), ("shared/money.json", money)] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
    }
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--allow-empty", "--message", tag]);
    run_git(folder, &["tag", tag]);
}

/// The revisions `number`, `text`, `lost` and `faults`; the files of the last one are those of the folder.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    run_git(folder.path(), &["init", "--quiet"]);
    let amount = |name: &str| format!(r#"{{"type": "object", "properties": {{"amount": {{"type": "{name}"}}}}}}"#);
    commit(folder.path(), "number", ORDER, Some(&amount("number")));
    commit(folder.path(), "text", ORDER, Some(&amount("string")));
    let faults = r#"{"properties": {"a": {"$ref": "../../outside.json"}, "b": {"type": "strng"}}}"#;
    commit(folder.path(), "faults", faults, Some(&amount("string")));
    commit(folder.path(), "lost", ORDER, None);
    folder
}

fn diff(folder: &Path, arguments: &[&str]) -> Output {
    let mut diff = clean_command(&binary());
    let all = [&["--log-format", "json", "diff", "--format", "json"], arguments].concat();
    diff.current_dir(folder).args(all).output().unwrap()
}

#[test]
fn a_reference_is_followed_inside_its_own_revision() {
    let folder = repository();
    for (below, old, new) in [
        ("", "number:events/order.json", "text:events/order.json"),
        ("events", "number:order.json", "text:./order.json"),
        ("shared", "number:../events/order.json", "text:../events/./order.json"),
    ] {
        fs::create_dir_all(folder.path().join(below)).unwrap();
        let output = diff(&folder.path().join(below), &[old, new]);
        assert_eq!(output.status.code(), Some(1), "{below}: {output:?}");
        let report: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["changes"][0]["rule"], "type-changed", "{report:#}");
        assert_eq!(report["changes"][0]["path"], "total.amount", "{report:#}");
    }
}

#[test]
fn what_leads_nowhere_in_a_revision_is_a_fault_beside_the_others() {
    let folder = repository();
    let faults = |arguments: &[&str]| -> Vec<(String, u64)> {
        let output = diff(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        let lines = String::from_utf8(output.stderr).unwrap();
        let problems = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let found = problems.map(|problem| {
            let column = problem["places"][0]["column"].as_u64().unwrap();
            (problem["message"].as_str().unwrap().to_owned(), column)
        });
        found.collect()
    };
    let followed = |text: &str, why: &str| {
        format!("`$ref` is `{text}`, which refers to another document and cannot be resolved: `{text}` {why}")
    };
    // The file is in the other revision, and in none of this one.
    let lost = followed(
        "../shared/money.json",
        "refers to shared/money.json, which lost does not have",
    );
    assert_eq!(
        faults(&["text:events/order.json", "lost:events/order.json"]),
        [(lost, 53)]
    );
    let outside = followed("../../outside.json", "refers to a file outside the repository");
    let of_type =
        "`type` is `strng`; expected one of array, boolean, integer, null, number, object or string".to_owned();
    let expected = [(outside, 31), (of_type, 68)];
    assert_eq!(
        faults(&["text:events/order.json", "faults:events/order.json"]),
        expected
    );
    assert_eq!(
        faults(&["faults:events/order.json", "text:events/order.json"]),
        expected
    );
}

#[test]
fn a_file_that_is_not_there_is_a_wrong_call() {
    let folder = repository();
    for file in [
        "text:nowhere.json",
        "text:../order.json",
        "text:events",
        "nowhere:events/order.json",
    ] {
        let output = diff(folder.path(), &[file, "text:events/order.json"]);
        assert_eq!(output.status.code(), Some(2), "{file}: {output:?}");
    }
}
