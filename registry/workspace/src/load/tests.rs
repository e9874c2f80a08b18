//! Reading workspaces, and what is told of those that cannot be read.

use super::*;

pub(super) const SETTINGS: &str = "version = 1\n[registry]\nname = \"r\"\n";
pub(super) const EVENT_TOML: &str = "source = \"a\"\ndetail-type = \"b\"\n";

pub(super) fn workspace(files: &[(&str, &str)]) -> Result<Workspace, Vec<String>> {
    let loaded = Workspace::from_files(&files.iter().copied().collect());
    loaded.map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

/// Writes files into a folder, for what only a file system has.
#[cfg(unix)]
pub(super) fn write_folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn versions_and_their_examples_are_read() {
    let loaded = workspace(&[
        ("schemactl.toml", SETTINGS),
        ("schemas/n/E/event.toml", EVENT_TOML),
        ("schemas/n/E/1.9.json", "{}"),
        ("schemas/n/E/1.10.json", "{}"),
        ("schemas/n/E/examples/1.9/a.json", "1"),
    ]);
    let event = &loaded.unwrap().events[&"n/E".parse().unwrap()];
    assert_eq!(event.newest().unwrap().version, Version::new(1, 10));
    assert_eq!(event.versions[&Version::new(1, 9)].examples.len(), 1);
    assert_eq!(event.settings.version_field.as_str(), "version");
}

/// A submodule and a linked work tree have a file in the place of the folder.
#[cfg(unix)]
#[test]
fn a_workspace_around_a_repository_is_not_that_of_the_repository() {
    let folder = write_folder(&[
        ("schemactl.toml", SETTINGS),
        (".git/HEAD", "ref: refs/heads/main"),
        ("services/a/file", ""),
        ("vendor/clone/.git/HEAD", "ref: refs/heads/main"),
        ("vendor/clone/src/file", ""),
        ("vendor/module/.git", "gitdir: ../../.git/modules/module"),
        ("vendor/own/.git/HEAD", "ref: refs/heads/main"),
        ("vendor/own/schemactl.toml", SETTINGS),
        ("vendor/own/src/file", ""),
    ]);
    let root = folder.path();
    for (start, expected) in [
        ("", Some("")),
        ("services/a", Some("")),
        ("vendor", Some("")),
        ("vendor/clone", None),
        ("vendor/clone/src", None),
        ("vendor/module", None),
        ("vendor/own/src", Some("vendor/own")),
        ("vendor/clone/..", Some("")),
        ("vendor/own/src/../../..", Some("")),
    ] {
        let found = find_root(&root.join(start))
            .ok()
            .map(|found| found.canonicalize().unwrap());
        let expected = expected.map(|expected| root.join(expected).canonicalize().unwrap());
        assert_eq!(found, expected, "{start}");
    }
}

#[test]
fn every_problem_is_reported() {
    let loaded = workspace(&[
        ("schemactl.toml", "version = 1\n"),
        ("schemas/n/E/event.toml", EVENT_TOML),
        ("schemas/n/E/one.json", "{}"),
        ("schemas/n/E/1.0.json", "{,}"),
        ("schemas/n/E/examples/three/a.json", "{}"),
        ("schemas/n/F/1.0.json", "{\"a\": 1, \"a\": 2}"),
        ("schemas/stray.json", "{}"),
    ]);
    let errors = loaded.unwrap_err().join("\n");
    for part in [
        "schemactl.toml:",
        "one.json: `one` is not a version",
        "1.0.json:1:2",
        "examples/three",
        "F/event.toml",
        "duplicate key",
        "stray",
    ] {
        assert!(errors.contains(part), "{part} is not in\n{errors}");
    }
}

#[test]
fn folders_that_nothing_reads_are_refused() {
    for (folder, hint) in [
        ("exmaples/1.0", "Did you mean `examples`?"),
        ("Examples/1.0", "Did you mean `examples`?"),
        ("1.1.json", "contains event.toml, VERSION.json and examples/"),
        ("old", "contains event.toml, VERSION.json and examples/"),
    ] {
        let loaded = workspace(&[
            ("schemactl.toml", SETTINGS),
            ("schemas/n/E/event.toml", EVENT_TOML),
            ("schemas/n/E/1.0.json", "{}"),
            (&format!("schemas/n/E/{folder}/x.json"), "{}"),
        ]);
        let errors = loaded.unwrap_err().join("\n");
        assert!(
            errors.contains("unexpected folder") && errors.contains(hint),
            "{folder}: {errors}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_workspace_is_refused() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    let folder = write_folder(&[("schemactl.toml", SETTINGS), ("schemas/n/E/event.toml", EVENT_TOML)]);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("schemas/n/E/1.0.json")).unwrap();
    let errors = Workspace::load(folder.path()).unwrap_err();
    assert!(errors[0].to_string().contains("outside the workspace"), "{errors:?}");
}
