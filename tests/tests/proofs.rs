//! `schemactl check` keeps what it proved on a developer's machine, nowhere else, and nobody sees a difference.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Output;

use schemactl_tests::{binary, clean_command, copy_folder, root};

const KEPT: &str = ".schemactl/proofs.json";

/// The shipped workspace.
fn small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("schemas"), &folder.path().join("schemas"));
    std::fs::copy(root().join("schemactl.toml"), folder.path().join("schemactl.toml")).unwrap();
    folder
}

/// The shipped workspace with so many events that proofs are worth keeping.
fn workspace() -> tempfile::TempDir {
    let folder = small();
    for number in 0..50 {
        let event = folder.path().join(format!("schemas/com.example/Event{number}"));
        std::fs::create_dir_all(&event).unwrap();
        let settings = format!("source = \"com.example\"\ndetail-type = \"Event{number}\"\n");
        std::fs::write(event.join("event.toml"), settings).unwrap();
        std::fs::write(event.join("1.0.json"), "{\"type\": \"object\"}").unwrap();
    }
    folder
}

fn check(folder: &Path, ci: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = clean_command(&binary());
    command.current_dir(folder).envs(ci.map(|ci| ("CI", ci)));
    command
        .args(["check", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn the_second_check_says_what_the_first_one_said() {
    let folder = workspace();
    let first = check(folder.path(), None, &[]);
    assert_eq!(first.status.code(), Some(0));
    let kept = std::fs::read_to_string(folder.path().join(KEPT)).unwrap();
    assert_eq!(check(folder.path(), None, &[]), first);
    assert_eq!(check(folder.path(), None, &["--no-cache"]), first);
    // What another build wrote says nothing to this one.
    let other = kept.replace("written ", "written 1");
    assert_ne!(other, kept);
    std::fs::write(folder.path().join(KEPT), other).unwrap();
    assert_eq!(check(folder.path(), None, &[]), first);
    assert_eq!(std::fs::read_to_string(folder.path().join(KEPT)).unwrap(), kept);
}

#[test]
fn a_gate_neither_reads_nor_keeps_proofs() {
    let folder = workspace();
    for (ci, arguments) in [(Some("true"), &[][..]), (None, &["--no-cache"])] {
        assert_eq!(check(folder.path(), ci, arguments).status.code(), Some(0));
        assert!(!folder.path().join(KEPT).exists(), "{ci:?} {arguments:?}");
    }
    let few = small();
    assert_eq!(check(few.path(), None, &[]).status.code(), Some(0));
    assert!(!few.path().join(".schemactl").exists());
    for not_ci in ["", "0", "false"] {
        check(folder.path(), Some(not_ci), &[]);
        std::fs::remove_file(folder.path().join(KEPT)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_folder_is_not_followed() {
    let (folder, elsewhere) = (workspace(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join(".schemactl")).unwrap();
    assert_eq!(check(folder.path(), None, &[]).status.code(), Some(0));
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
