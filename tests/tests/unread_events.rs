//! A file that cannot be read takes no verdict away but that on its event, and adds none: whatever the file is and whatever is wrong with it, `check`
//! finds of all other events what it finds when everything can be read. What is not judged is named.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Output;

use schemactl_tests::{binary, clean_command, run_git};
use serde_json::Value as Json;

const CLOSED: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
  "properties": {"id": {"type": "string"}}, "required": ["id"]}"#;
const NARROWER: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
  "properties": {"id": {"type": "string"}, "at": {"type": "string"}}, "required": ["id", "at"]}"#;

/// The files by their paths.
fn list_files() -> BTreeMap<&'static str, String> {
    let refers_to = |target: &str| {
        format!(
            r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {{"it": {{"$ref": "{target}"}}}}}}"#
        )
    };
    let settings = |name: &str| format!("source = \"shop\"\ndetail-type = \"{name}\"\n");
    BTreeMap::from([
        (
            "schemactl.toml",
            "version = 1\n[registry]\nname = \"events\"\n".to_owned(),
        ),
        ("schemas/_shared/money.json", CLOSED.to_owned()),
        ("schemas/_shared/outer.json", refers_to("money.json")),
        ("schemas/shop/Broken/event.toml", settings("Broken")),
        ("schemas/shop/Broken/1.0.json", CLOSED.to_owned()),
        ("schemas/shop/Broken/1.1.json", CLOSED.to_owned()),
        (
            "schemas/shop/Broken/examples/1.1/one.json",
            "{\"id\": \"1\"}".to_owned(),
        ),
        (
            "schemas/shop/Breaking/examples/1.0/one.json",
            "{\"id\": \"1\"}".to_owned(),
        ),
        ("schemas/shop/Breaking/event.toml", settings("Breaking")),
        ("schemas/shop/Breaking/1.0.json", CLOSED.to_owned()),
        ("schemas/shop/Breaking/1.1.json", NARROWER.to_owned()),
        ("schemas/shop/Sibling/event.toml", settings("Sibling")),
        ("schemas/shop/Sibling/1.0.json", refers_to("../Broken/1.1.json")),
        ("schemas/shop/Priced/event.toml", settings("Priced")),
        ("schemas/shop/Priced/1.0.json", refers_to("../../_shared/outer.json")),
        (
            "schemas/shop/Old/event.toml",
            settings("Old")
                + "[[deprecated]]\nsince = \"2026-01-01\"\nsunset = \"2027-01-01\"\nsuccessor = \"Broken@1\"\n",
        ),
        ("schemas/shop/Old/1.0.json", CLOSED.to_owned()),
        ("schemas/shop/Former/event.toml", settings("Former")),
        ("schemas/shop/Former/1.0.json", CLOSED.to_owned()),
    ])
}

/// A repository that has released all of them, one of them moved since.
fn commit_released() -> tempfile::TempDir {
    let repository = tempfile::tempdir().unwrap();
    let folder = repository.path();
    for (path, text) in list_files() {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), text).unwrap();
    }
    let narrower = folder.join("schemas/shop/Breaking/1.1.json");
    fs::remove_file(&narrower).unwrap();
    let release = check(folder, &["--release"]);
    assert!(release.status.success(), "{release:?}");
    run_git(folder, &["init", "--quiet", "--initial-branch", "main"]);
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--message", "released"]);
    run_git(folder, &["checkout", "--quiet", "-b", "branch"]);
    let mut moves = clean_command(&binary());
    moves
        .current_dir(folder)
        .args(["move", "shop/Former", "shop/Moved", "--reason", "renamed"]);
    let moved = moves.output().unwrap();
    assert!(moved.status.success(), "{moved:?}");
    fs::write(narrower, NARROWER).unwrap();
    repository
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut check = clean_command(&binary());
    check
        .current_dir(folder)
        .args(["check", "--today", "2026-11-29"])
        .args(arguments);
    check.output().unwrap()
}

/// The findings of a check by event, and its exit code.
fn findings(folder: &Path) -> (Vec<Json>, Option<i32>) {
    let output = check(folder, &["--against", "main", "--format", "json"]);
    let report: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (report["findings"].as_array().unwrap().clone(), output.status.code())
}

fn event_of(finding: &Json) -> &str {
    finding["event"].as_str().unwrap()
}

/// The event that a path is below.
fn owner_of(path: &str) -> &str {
    let path = path.strip_prefix("schemas/").unwrap();
    let end = path.match_indices('/').nth(1).unwrap().0;
    &path[..end]
}

/// What findings say, without the events that show it.
fn tell(findings: &[Json]) -> Vec<(&Json, &Json, &Json)> {
    let each = findings.iter();
    each.map(|finding| (&finding["event"], &finding["rule"], &finding["message"]))
        .collect()
}

/// What makes a file one that cannot be read.
const FAULTS: [(&str, &[u8]); 5] = [
    ("not JSON", b"{\"type\": }"),
    ("cut off", b"{\"type\": \"object\""),
    ("unknown meta-schema", b"{\"$schema\": \"https://example.com/unknown\"}"),
    ("bad UTF-8", b"{\"title\": \"\xff\xfe\"}"),
    ("a merge", b"<<<<<<< ours\n{}\n=======\n[]\n>>>>>>> theirs\n"),
];

/// The files, and the events that cannot be judged without them.
const CASES: [(&str, &[&str]); 9] = [
    ("schemas/shop/Broken/1.0.json", &["shop/Broken"]),
    ("schemas/shop/Broken/1.1.json", &["shop/Broken", "shop/Sibling"]),
    ("schemas/shop/Broken/event.toml", &["shop/Broken"]),
    ("schemas/shop/Broken/examples/1.1/one.json", &[]),
    ("schemas/shop/Breaking/examples/1.0/one.json", &[]),
    ("schemas/shop/Moved/1.0.json", &["shop/Moved"]),
    ("schemas/shop/Breaking/1.0.json", &["shop/Breaking"]),
    ("schemas/_shared/money.json", &["shop/Priced"]),
    ("schemas/_shared/outer.json", &["shop/Priced"]),
];

#[test]
fn what_cannot_be_read_changes_no_verdict_on_another_event() {
    let repository = commit_released();
    let folder = repository.path();
    let (intact, code) = findings(folder);
    assert_eq!(code, Some(1), "{intact:#?}");
    assert!(
        intact.iter().any(|finding| event_of(finding) == "shop/Breaking"),
        "{intact:#?}"
    );
    for (path, unjudged) in CASES {
        let before = fs::read(folder.join(path)).unwrap();
        for (fault, bytes) in FAULTS {
            // An example has no meta-schema.
            if fault == "unknown meta-schema" && path.contains("/examples/") {
                continue;
            }
            fs::write(folder.join(path), bytes).unwrap();
            let (found, code) = findings(folder);
            // Settings are configuration.
            let is_configuration = path.ends_with(".toml") && !matches!(fault, "bad UTF-8" | "a merge");
            assert_eq!(
                code,
                Some(if is_configuration { 2 } else { 3 }),
                "{path}, {fault}: {found:#?}"
            );
            let is_example = path.contains("/examples/");
            let rule = if is_example { "example-invalid" } else { "not-checked" };
            let (unread, judged): (Vec<Json>, Vec<Json>) =
                found.into_iter().partition(|finding| finding["rule"] == rule);
            let unjudged = if is_example { &[owner_of(path)][..] } else { unjudged };
            let named: BTreeSet<&str> = unread.iter().map(event_of).filter(|event| !event.is_empty()).collect();
            assert_eq!(
                named,
                unjudged.iter().copied().collect(),
                "{path}, {fault}: {unread:#?}"
            );
            let cause = unread.iter().find(|finding| finding["places"][0]["file"] == path);
            assert!(cause.is_some(), "{path}, {fault}: {unread:#?}");
            // An event is judged without an example of it; what its breaks look like may change.
            if is_example {
                assert_eq!(tell(&judged), tell(&intact), "{path}, {fault}");
                continue;
            }
            let expected = intact.iter().filter(|finding| !unjudged.contains(&event_of(finding)));
            assert_eq!(judged, expected.cloned().collect::<Vec<_>>(), "{path}, {fault}");
        }
        fs::write(folder.join(path), before).unwrap();
    }
}

/// The place, what to do, the verdicts on other events, and what was not judged are in every format.
#[test]
fn every_format_has_both_and_nothing_is_written() {
    let repository = commit_released();
    let folder = repository.path();
    let broken = "schemas/shop/Broken/1.1.json";
    fs::write(folder.join(broken), "{\n  \"type\": \"object\",\n}\n").unwrap();
    for format in ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
        let output = check(folder, &["--against", "main", "--format", format]);
        assert_eq!(output.status.code(), Some(3), "{format}: {output:?}");
        let told = String::from_utf8(output.stdout).unwrap();
        for part in [
            broken,
            "trailing commas are not allowed",
            "remove the comma",
            "schemas/shop/Breaking/1.1.json",
        ] {
            assert!(told.contains(part), "{format} without {part}: {told}");
        }
        if matches!(format, "text" | "markdown") {
            assert!(
                told.contains("not checked: shop/Broken, shop/Sibling"),
                "{format}: {told}"
            );
        }
        // The text has it as a finding.
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            errors.contains("trailing commas"),
            format != "text",
            "{format}: {errors}"
        );
    }
    let lock = fs::read(folder.join("schemactl.lock")).unwrap();
    let owner_only = check(folder, &["--release"]);
    assert_eq!(owner_only.status.code(), Some(3), "{owner_only:?}");
    assert_eq!(fs::read(folder.join("schemactl.lock")).unwrap(), lock);
    for refused in [
        &["bump"][..],
        &["plan", "--offline"],
        &["move", "shop/Moved", "shop/Again", "--reason", "r"],
    ] {
        let mut command = clean_command(&binary());
        let output = command.current_dir(folder).args(refused).output().unwrap();
        assert!(matches!(output.status.code(), Some(2 | 3)), "{refused:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{refused:?}: {output:?}");
    }
}
