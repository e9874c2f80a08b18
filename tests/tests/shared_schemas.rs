//! A released schema that changed because a file changed that it refers to: the file is named with what changed in it, once, and the
//! history of the repository says what was there.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command, copy_folder, root, run_git};
use serde_json::Value as Json;

fn commit(folder: &Path) {
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--message", "a change"]);
}

/// The findings of a check.
fn findings(folder: &Path, arguments: &[&str]) -> Vec<Json> {
    let mut check = clean_command(&binary());
    check.current_dir(folder).args(["check", "--format", "json"]);
    let output = check.args(arguments).output().unwrap();
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

/// The findings of the rule.
fn changed(folder: &Path) -> Vec<Json> {
    let all = findings(folder, &[]).into_iter();
    all.filter(|finding| finding["rule"] == "released-schema-changed")
        .collect()
}

/// A repository with released versions that refer to one file.
fn commit_released() -> tempfile::TempDir {
    let repository = tempfile::tempdir().unwrap();
    let case = root().join("tests/cases/check/released-schema-changed/shared-file-in-the-base/base");
    copy_folder(&case, repository.path());
    run_git(repository.path(), &["init", "--quiet"]);
    commit(repository.path());
    repository
}

#[test]
fn the_history_says_what_changed_in_a_shared_file() {
    let repository = commit_released();
    let folder = repository.path();
    let shared = folder.join("schemas/_shared/money.json");
    let before = fs::read_to_string(&shared).unwrap();
    let edited = before.replace(
        r#""currency": {"type": "string"}"#,
        r#""currency": {"type": "string", "maxLength": 3}"#,
    );
    fs::write(&shared, edited).unwrap();
    // Whether the change is committed or not, and however many commits ago the release was.
    for commits in 0..3 {
        let findings = changed(folder);
        let [finding] = findings.as_slice() else {
            panic!("{commits}: {findings:#?}")
        };
        let message = finding["message"].as_str().unwrap();
        assert!(
            message.starts_with("schemas/_shared/money.json was changed"),
            "{message}"
        );
        assert!(message.ends_with("Other@1.0, Thing@1.0"), "{message}");
        let why = finding["why"].as_str().unwrap();
        assert!(
            why.contains("`total.currency`") && why.contains("`maxLength` `3` was added"),
            "{why}"
        );
        assert_eq!(finding["places"][0]["start"]["line"], 5, "{finding:#}");
        fs::write(folder.join("README.md"), commits.to_string()).unwrap();
        commit(folder);
    }
    fs::write(&shared, before.replace("  ", " ")).unwrap();
    assert!(changed(folder).is_empty(), "spaces are no change");
}

/// Makes a schema narrower, and returns what it was.
fn require_a_property(schema: &Path) -> String {
    let before = fs::read_to_string(schema).unwrap();
    let narrower = before.replace(r#""type": "object","#, r#""type": "object", "minProperties": 1,"#);
    fs::write(schema, narrower).unwrap();
    before
}

#[test]
fn the_history_says_what_changed_in_a_version() {
    let repository = commit_released();
    let folder = repository.path();
    let own = folder.join("schemas/shop/Thing/1.0.json");
    require_a_property(&own);
    let findings = changed(folder);
    let [finding] = findings.as_slice() else {
        panic!("{findings:#?}")
    };
    assert_eq!(finding["event"], "shop/Thing");
    let why = finding["why"].as_str().unwrap();
    assert!(why.contains("`minProperties` `1` was added"), "{why}");
}

/// Whatever is compared with: without a base the repository knows the file.
#[test]
fn a_shared_file_that_was_deleted_is_one_finding() {
    let repository = commit_released();
    let folder = repository.path();
    run_git(folder, &["branch", "base"]);
    let shared = folder.join("schemas/_shared/money.json");
    let text = fs::read_to_string(&shared).unwrap();
    fs::remove_file(&shared).unwrap();
    for is_committed in [false, true] {
        if is_committed {
            commit(folder);
        }
        for against in [&[][..], &["--against", "base"]] {
            let found = findings(folder, against);
            let [finding] = found.as_slice() else {
                panic!("{is_committed}, {against:?}: {found:#?}")
            };
            assert_eq!(finding["rule"], "released-schema-changed", "{finding:#}");
            assert_eq!(
                finding["message"],
                "schemas/_shared/money.json was deleted, and schemas refer to it: Other@1.0, Thing@1.0"
            );
            assert_eq!(finding["severity"], "error");
            assert_eq!(
                finding["places"][0]["file"], "schemas/shop/Other/1.0.json",
                "{finding:#}"
            );
        }
    }
    // An edit of a version beside it is a change of its own.
    let own = folder.join("schemas/shop/Thing/1.0.json");
    let before = require_a_property(&own);
    let found = findings(folder, &["--against", "base"]);
    let rules: Vec<_> = found
        .iter()
        .map(|finding| (&finding["rule"], &finding["event"]))
        .collect();
    assert!(
        rules.contains(&(&"released-schema-changed".into(), &"shop/Thing".into())),
        "{found:#?}"
    );
    fs::write(&own, before).unwrap();
    fs::write(&shared, text).unwrap();
    assert!(findings(folder, &["--against", "base"]).is_empty());
    // Without a history nobody knows that there was a file: each version says what it misses, and nothing is said of its release.
    fs::remove_file(&shared).unwrap();
    fs::remove_dir_all(folder.join(".git")).unwrap();
    let found = findings(folder, &[]);
    assert!(
        found.iter().all(|finding| finding["rule"] == "schema-invalid"),
        "{found:#?}"
    );
    assert_eq!(found.len(), 2, "{found:#?}");
}
