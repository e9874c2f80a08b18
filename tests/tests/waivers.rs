//! What a waiver accepts is the change that somebody has seen: another schema in its place is a finding, before the release; other words for the
//! same schema, and versions that come later, are none.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Output;

use schemactl_tests::{binary, clean_command};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    clean_command(&binary())
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn check(folder: &Path) -> (Option<i32>, String) {
    let output = run(folder, &["check"]);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn write(folder: &Path, version: &str, part: &str) {
    let schema = format!(
        r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {{"a": {part}, "n": {{"type": "integer"}}}}}}"#
    );
    fs::write(folder.join(format!("schemas/shop/Thing/{version}.json")), schema).unwrap();
}

/// A workspace in which what 1.1 breaks is accepted.
fn accepted(old: &str, new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let event = folder.path().join("schemas/shop/Thing");
    fs::create_dir_all(&event).unwrap();
    fs::write(
        folder.path().join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"r\"\n",
    )
    .unwrap();
    fs::write(event.join("event.toml"), "source = \"shop\"\ndetail-type = \"Thing\"\n").unwrap();
    write(folder.path(), "1.0", old);
    write(folder.path(), "1.1", new);
    assert_eq!(check(folder.path()).0, Some(1), "{old} {new}");
    assert!(
        run(folder.path(), &["accept", "--all", "--reason", "seen"])
            .status
            .success()
    );
    assert_eq!(check(folder.path()).0, Some(0), "{old} {new}");
    folder
}

/// The old schema, the one that was accepted, and another one.
const OTHERS: [[&str; 3]; 9] = [
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "properties": {"k": {"type": "string"}}}"#,
        r#"{"type": "object", "properties": {"k": {"type": "integer"}}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r##"{"type": "object", "properties": {"k": {"$ref": "#/properties/a/$defs/k"}}, "$defs": {"k": {"type": "string"}}}"##,
        r##"{"type": "object", "properties": {"k": {"$ref": "#/properties/a/$defs/k"}}, "$defs": {"k": {"type": "string", "minLength": 3}}}"##,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"const": {"x": 1}}"#,
        r#"{"const": {"x": 2}}"#,
    ],
    [
        "{}",
        r#"{"not": {"type": "string"}}"#,
        r#"{"not": {"type": ["string", "null"]}}"#,
    ],
    [
        r#"{"type": "array"}"#,
        r#"{"type": "array", "items": {"type": "string"}}"#,
        r#"{"type": "array", "items": {"type": "null"}}"#,
    ],
    [
        r#"{"type": "array"}"#,
        r#"{"type": "array", "contains": {"type": "string"}}"#,
        r#"{"type": "array", "contains": {"type": "null"}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "additionalProperties": {"type": "string"}}"#,
        r#"{"type": "object", "additionalProperties": {"type": "null"}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "patternProperties": {"^x": {"type": "string"}}}"#,
        r#"{"type": "object", "patternProperties": {"^x": {"type": "null"}}}"#,
    ],
    [
        "{}",
        r#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#,
        r#"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
    ],
];

#[test]
fn another_schema_in_the_place_of_an_accepted_one_is_found() {
    let mut silent = Vec::new();
    for [old, seen, other] in OTHERS {
        let folder = accepted(old, seen);
        write(folder.path(), "1.1", other);
        let (code, text) = check(folder.path());
        if code != Some(1) {
            silent.push(format!("{seen} → {other}\n{text}"));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn other_words_and_later_versions_are_accepted_with_it() {
    let [old, seen, _] = OTHERS[0];
    let folder = accepted(old, seen);
    let words = seen.replace(r#""type": "string""#, r#""type": "string", "description": "A word.""#);
    write(folder.path(), "1.1", &words);
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
    // Another spelling of the same schema, in a version of its own: it is the change of 1.1 still.
    let spelt = seen.replace(r#""type": "string""#, r#""type": "string", "minLength": 0"#);
    write(folder.path(), "1.2", &spelt);
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(
        text.matches("accepted[property-added]").count(),
        1,
        "one change, one finding: {text}"
    );
}
