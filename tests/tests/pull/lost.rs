//! What a pull makes of versions that the workspace has released, and of which it has no file: they come back as they were released, or not at all.
//! After none of these pulls a released schema is another one.

use std::fs;
use std::path::PathBuf;

use schemactl_tests::run_git;

use super::pull;
use crate::support::{Remote, told};

/// Its registered form, in draft-04, is another document.
const MODERN: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": { "kind": { "const": "a" } }
}
"#;

const SETTINGS: &str = "source = \"shop\"\ndetail-type = \"A\"\nowner = \"team-shop\"\n";

fn event_folder(remote: &Remote) -> PathBuf {
    remote.folder.path().join("schemas/shop/A")
}

/// shop/A 1.0 and 2.0 are registered and in the lock.
fn released() -> Remote {
    let remote = Remote::empty("");
    let folder = event_folder(&remote);
    fs::create_dir_all(folder.join("examples/1.0")).unwrap();
    fs::write(folder.join("event.toml"), SETTINGS).unwrap();
    fs::write(folder.join("1.0.json"), MODERN).unwrap();
    fs::write(folder.join("examples/1.0/first.json"), "{\"kind\": \"a\"}\n").unwrap();
    fs::write(
        folder.join("2.0.json"),
        MODERN.replace("\"const\": \"a\"", "\"const\": \"b\""),
    )
    .unwrap();
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote
}

fn commit(remote: &Remote) {
    for arguments in [
        &["init", "-q", "."][..],
        &["add", "schemas", "schemactl.lock", "schemactl.toml"],
        &["commit", "-q", "-m", "release"],
    ] {
        run_git(remote.folder.path(), arguments);
    }
}

fn assert_sound(remote: &Remote) {
    for arguments in [&["check"][..], &["status"], &["push"]] {
        let (code, text, error) = remote.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {text}{error}");
    }
}

#[test]
fn a_lost_file_comes_back_as_it_was_released() {
    let remote = released();
    commit(&remote);
    fs::remove_file(event_folder(&remote).join("1.0.json")).unwrap();
    let (code, text, _) = remote.run(&["status"]);
    assert_eq!(code, Some(6), "{text}");
    assert!(
        text.contains("shop/A@1.0  without a file: released, and its schema is missing in the workspace")
            && text.contains("1 version registered, 0 not, 1 without a file"),
        "{text}"
    );
    let text = pull(&remote, &["--dry-run"], 0);
    assert!(
        text.contains("+ shop/A@1.0, as the history of the repository has it"),
        "{text}"
    );
    assert!(!event_folder(&remote).join("1.0.json").exists());
    pull(&remote, &[], 0);
    assert_eq!(
        fs::read_to_string(event_folder(&remote).join("1.0.json")).unwrap(),
        MODERN
    );
    assert_sound(&remote);
}

#[test]
fn a_lost_event_comes_back_with_its_settings_and_examples() {
    let remote = released();
    commit(&remote);
    fs::remove_dir_all(event_folder(&remote)).unwrap();
    let text = pull(&remote, &[], 0);
    assert!(text.contains("2 versions written"), "{text}");
    assert_eq!(
        fs::read_to_string(event_folder(&remote).join("event.toml")).unwrap(),
        SETTINGS
    );
    assert!(event_folder(&remote).join("examples/1.0/first.json").exists());
    assert_sound(&remote);
}

#[test]
fn the_registered_form_takes_the_place_of_no_other_document() {
    let remote = released();
    fs::remove_file(event_folder(&remote).join("1.0.json")).unwrap();
    let (code, text, error) = remote.run(&["pull"]);
    assert_eq!(code, Some(5), "{text}{error}");
    for part in [
        "! shop/A@1.0 is left out",
        "`git checkout REVISION -- schemas/shop/A/1.0.json`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!(text + &error).contains("released-schema-changed"));
    assert!(!event_folder(&remote).join("1.0.json").exists());
}

#[test]
fn a_retired_version_does_not_come_back() {
    for committed in [true, false] {
        let remote = released();
        if committed {
            commit(&remote);
        }
        let retire = ["retire", "shop/A@1", "--reason", "nobody sends it", "--author", "Ann"];
        let (code, text, error) = remote.run(&retire);
        assert_eq!(code, Some(0), "{text}{error}");
        let _ = fs::remove_file(event_folder(&remote).join("1.0.json"));
        let _ = fs::remove_dir_all(event_folder(&remote).join("examples/1.0"));
        let text = pull(&remote, &[], 0);
        assert!(text.contains("- shop/A@1.0 is retired and is left out"), "{text}");
        assert!(!event_folder(&remote).join("1.0.json").exists());
        assert_sound(&remote);
    }
}

/// A break that was accepted is in the registry, and the waiver is not.
#[test]
fn lost_waivers_are_named() {
    let remote = Remote::empty("");
    let settings = remote.folder.path().join("schemactl.toml");
    fs::write(&settings, "version = 1\n[registry]\nname = \"events\"\n").unwrap();
    remote.version("A", "1.0", "a\": {\"type\": \"string\"}, \"b");
    remote.version("A", "1.1", "a\": {\"type\": \"integer\"}, \"b");
    for arguments in [
        &["accept", "--all", "--reason", "agreed"][..],
        &["push", "--create-registry"],
    ] {
        let (code, text, error) = remote.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {text}{error}");
    }
    let empty = tempfile::tempdir().unwrap();
    fs::copy(&settings, empty.path().join("schemactl.toml")).unwrap();
    let output = remote.schemactl(&["pull"]).current_dir(empty.path()).output().unwrap();
    let (code, text, error) = told(&output);
    assert_eq!(code, Some(5), "{text}{error}");
    for part in ["waivers are not in the registry", "`[[waiver]]`"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}
