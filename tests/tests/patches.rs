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
