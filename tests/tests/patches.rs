//! The number of a patch: what needs a minor is not released as a patch, and one that was released before is no error.
#![allow(clippy::unwrap_used)]

use std::fs;

use schemactl_tests::run_schemactl;

const BEFORE: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"day": {"type": "string"}}}"#;

/// 1.0 is released.
fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let event = folder.path().join("schemas/shop/A");
    fs::create_dir_all(&event).unwrap();
    fs::write(
        folder.path().join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"events\"\n",
    )
    .unwrap();
    fs::write(event.join("event.toml"), "source = \"shop\"\ndetail-type = \"A\"\n").unwrap();
    fs::write(event.join("1.0.json"), BEFORE).unwrap();
    assert_eq!(run_schemactl(folder.path(), &["check", "--release"]).0, Some(0));
    folder
}

fn with_format() -> String {
    BEFORE.replace("\"type\": \"string\"", "\"type\": \"string\", \"format\": \"date\"")
}

#[test]
fn a_patch_that_needs_a_minor_is_not_released() {
    let folder = workspace();
    let event = folder.path().join("schemas/shop/A");
    fs::write(event.join("1.0.1.json"), with_format()).unwrap();
    let lock = || fs::read_to_string(folder.path().join("schemactl.lock")).unwrap();
    let before = lock();
    for arguments in [&["check"][..], &["check", "--release"]] {
        let (code, text) = run_schemactl(folder.path(), arguments);
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains("error[patch-not-equivalent]") && text.contains("number it 1.1"),
            "{text}"
        );
        assert!(!text.contains("[format-changed]"), "one change, one finding: {text}");
    }
    assert_eq!(lock(), before);
    let (code, text) = run_schemactl(folder.path(), &["bump"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(event.join("1.1.json").exists());
    assert_eq!(run_schemactl(folder.path(), &["check", "--release"]).0, Some(0));
}

/// Its number stays, and an error would stop a workspace that was sound.
#[test]
fn a_patch_that_was_released_before_is_a_warning() {
    let folder = workspace();
    let event = folder.path().join("schemas/shop/A");
    fs::write(event.join("1.1.json"), with_format()).unwrap();
    assert_eq!(run_schemactl(folder.path(), &["check", "--release"]).0, Some(0));
    fs::rename(event.join("1.1.json"), event.join("1.0.1.json")).unwrap();
    let lock = folder.path().join("schemactl.lock");
    fs::write(
        &lock,
        fs::read_to_string(&lock).unwrap().replace("\"1.1\"", "\"1.0.1\""),
    )
    .unwrap();
    let (code, text) = run_schemactl(folder.path(), &["check"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("warning[patch-not-equivalent]"), "{text}");
}

/// What a patch does to the property `total`, or beside it, and what code notices of it.
const CODE: [(&str, &str, &str); 6] = [
    (
        r#""total": {"type": "integer"}"#,
        r#""total": {"type": "number", "multipleOf": 1}"#,
        "`A.total` is `Option<f64>`, and was `Option<Integer>`",
    ),
    (
        r#""total": {"type": "string", "enum": ["a", "b"]}"#,
        r#""total": {"type": "string", "pattern": "^(a|b)$"}"#,
        "`A.total` is `Option<String>`, and was `Option<ATotal>`",
    ),
    (
        r#""total": {"enum": ["a", "b"]}"#,
        r#""total": {"enum": ["a", "b"], "x-extensible-enum": true}"#,
        "type `ATotal` has another form",
    ),
    (
        r#""total": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1}"#,
        r#""total": {"type": "array", "prefixItems": [{"type": "string"}], "items": false, "minItems": 1}"#,
        "`A.total` is `Option<(String,)>`, and was `Option<Vec<String>>`",
    ),
    (
        r#""total": {"type": "string"}"#,
        r#""total": {"type": "string", "x-rust-name": "sum"}"#,
        "`A.total` is called `sum`, and was `total`",
    ),
    (
        r#""total": {"type": "string"}"#,
        r#""total": {"type": "string", "x-renamed-from": "sum"}"#,
        "",
    ),
];

/// The events of both versions are the same, and code is not.
#[test]
fn a_patch_that_changes_types_is_none() {
    for (old, new, said) in CODE {
        let folder = workspace();
        let event = folder.path().join("schemas/shop/A");
        let write = |version: &str, property: &str| {
            let text = BEFORE.replace(r#""day": {"type": "string"}"#, property);
            fs::write(event.join(version), text).unwrap();
        };
        write("1.1.json", old);
        write("1.1.1.json", new);
        let (code, text) = run_schemactl(folder.path(), &["check"]);
        let (_, diff) = run_schemactl(folder.path(), &["diff", "A@1.1", "A@1.1.1"]);
        let finding = format!("A@1.1.1 is a patch and changes generated code: {said}");
        assert_eq!(text.contains(&finding), !said.is_empty(), "{new}: {text}");
        assert_eq!(
            diff.contains("a minor version is enough"),
            !said.is_empty(),
            "{new}: {diff}"
        );
        assert_eq!(code, Some(i32::from(!said.is_empty())), "{text}");
    }
}

/// Code is the same in another order, and with other texts.
#[test]
fn a_patch_may_change_texts_and_the_order_of_properties() {
    let folder = workspace();
    let event = folder.path().join("schemas/shop/A");
    let properties = |body: &str| BEFORE.replace(r#""day": {"type": "string"}"#, body);
    let old = r#""day": {"type": "string"}, "b": {"type": "object", "properties": {"n": {"type": "null"}}}, "a": {"type": "object", "properties": {"m": {}}}"#;
    let new = r#""a": {"type": "object", "properties": {"m": {}}, "title": "An A"}, "b": {"type": "object", "properties": {"n": {"type": ["null"]}}},
        "day": {"description": "A day.", "type": "string", "deprecated": true}"#;
    fs::write(event.join("1.1.json"), properties(old)).unwrap();
    fs::write(event.join("1.1.1.json"), properties(new)).unwrap();
    let (code, text) = run_schemactl(folder.path(), &["check"]);
    assert!(code == Some(0) && !text.contains("patch-not-equivalent"), "{text}");
}
