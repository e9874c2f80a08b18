//! How the action gets schemactl: the archive of a release, by its checksum, or a build. The archive is that of `cargo xtask release --debug`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemactl_tests::{binary, copy_folder, names_in, require_installed, root, stdout};

use crate::runner::Runner;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An action that knows the archive of a release, and a place where it can be downloaded.
struct ReleasedAction {
    folder: tempfile::TempDir,
    archive: String,
}

impl ReleasedAction {
    /// Creates an action that knows the archive of `cargo xtask release --debug`.
    fn with_release() -> Self {
        let released = Self::new("");
        let packages = require_installed(root().join("target/release-files-debug"));
        fs::copy(packages.join(&released.archive), released.download()).unwrap();
        released.write_table(&released.sum(), &released.archive);
        released
    }

    /// Creates an action that knows an archive with a small program, which starts the binary of the tests.
    fn with_small_release() -> Self {
        Self::new(&format!("#!/bin/sh\nexec {} \"$@\"\n", binary().display()))
    }

    /// Creates an action that knows an archive with this program.
    fn new(program: &str) -> Self {
        let archive = format!("schemactl-{VERSION}-x86_64-unknown-linux-gnu.tar.gz");
        let folder = tempfile::tempdir().unwrap();
        let action = folder.path().join("action");
        copy_folder(&root().join("packaging/action"), &action.join("packaging/action"));
        fs::copy(root().join("Cargo.toml"), action.join("Cargo.toml")).unwrap();
        let packed = folder.path().join("packed/schemactl");
        fs::create_dir_all(packed.parent().unwrap()).unwrap();
        fs::write(&packed, program).unwrap();
        fs::set_permissions(&packed, fs::Permissions::from_mode(0o755)).unwrap();
        let released = Self { folder, archive };
        fs::create_dir_all(released.download().parent().unwrap()).unwrap();
        let mut tar = Command::new("tar");
        tar.current_dir(released.path("")).arg("-czf").arg(released.download());
        stdout(&tar.arg("packed").output().unwrap());
        released.write_table(&released.sum(), &released.archive);
        released
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn download(&self) -> PathBuf {
        self.path(&format!("releases/v{VERSION}")).join(&self.archive)
    }

    fn sum(&self) -> String {
        checksum(&self.download())
    }

    fn write_table(&self, sum: &str, archive: &str) {
        let table = self.path("action/packaging/action/checksums.txt");
        fs::write(table, format!("# a comment\n{sum}  {archive}\n")).unwrap();
    }

    fn runner(&self) -> Runner {
        let url = format!("file://{}", self.path("releases").display());
        let runner = Runner::new().with_action(self.path("action"));
        runner.with("version", "").with("base-url", &url)
    }
}

fn checksum(file: &Path) -> String {
    let output = Command::new("sha256sum").arg(file).output().unwrap();
    stdout(&output).split(' ').next().unwrap().to_owned()
}

#[test]
fn a_release_is_installed_by_its_checksum_and_kept() {
    let released = ReleasedAction::with_release();
    let runner = released.runner();
    let run = runner.run();
    assert_eq!(run.code(), 0, "{run:#?}");
    assert!(run.printed.contains(&format!("schemactl {VERSION}\n")), "{run:#?}");
    assert!(!runner.path("temp/cargo-calls").exists());
    let (key, folder) = &run.cache;
    assert_eq!(key, &format!("{}-{}", released.archive, released.sum()));
    assert_eq!(names_in(Path::new(folder)), [&*released.archive]);
    // What the cache has is verified as well: a damaged archive is downloaded again.
    fs::write(Path::new(folder).join(&released.archive), "damaged").unwrap();
    assert_eq!(runner.run().code(), 0);
    fs::remove_file(released.download()).unwrap();
    let run = runner.run();
    assert_eq!(run.code(), 0, "{run:#?}");
    fs::write(Path::new(folder).join(&released.archive), "damaged").unwrap();
    let run = runner.run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(
        run.printed
            .contains("::error title=schemactl check::cannot download file://")
    );
}

#[test]
fn an_archive_with_another_checksum_is_not_unpacked() {
    let released = ReleasedAction::with_small_release();
    let expected = released.sum();
    let mut bytes = fs::read(released.download()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(released.download(), bytes).unwrap();
    let runner = released.runner();
    let run = runner.run();
    assert_eq!(run.code(), 1, "{run:#?}");
    let message = format!("has the SHA-256 {}, expected {expected}", released.sum());
    assert!(run.printed.contains(&message), "{run:#?}");
    assert!(!runner.path("temp/schemactl-unpacked").exists());
    assert_eq!(names_in(&runner.path("temp/schemactl")), Vec::<String>::new());
    assert!(run.uploaded.is_none());
}

#[test]
fn a_version_that_the_action_does_not_know_needs_a_checksum() {
    let released = ReleasedAction::with_small_release();
    let run = released.runner().with("version", "9.9.9").run();
    assert_eq!(run.code(), 1, "{run:#?}");
    for part in [
        "no checksum of schemactl-9.9.9-",
        &format!("it knows: {VERSION}"),
        "`sha256`",
    ] {
        assert!(run.printed.contains(part), "{part}: {run:#?}");
    }
    let sum = released.sum();
    released.write_table("0", "schemactl-0.0.1-x86_64-unknown-linux-gnu.tar.gz");
    for version in [VERSION, &format!("v{VERSION}"), ""] {
        let runner = released.runner().with("version", version);
        let run = runner.with("sha256", &sum.to_uppercase()).run();
        assert_eq!(run.code(), 0, "{run:#?}");
    }
    for (input, value) in [("sha256", "abc"), ("version", "../../v1")] {
        let run = released.runner().with(input, value).run();
        assert_eq!(run.code(), 1, "{run:#?}");
        assert!(run.printed.contains(&format!("`{input}` is `{value}`")), "{run:#?}");
    }
}

#[test]
fn what_runs_nowhere_here_is_told() {
    let released = ReleasedAction::new("#!/nowhere\n");
    let run = released.runner().run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.printed.contains("does not run on this machine"), "{run:#?}");
    let runner = released.runner().with("version", "9.9.9");
    let run = runner.with_variable("RUNNER_OS", "Plan9").run();
    assert!(run.printed.contains("no release is for Plan9 on X64"), "{run:#?}");
}

#[test]
fn without_a_release_the_sources_are_built_once() {
    let runner = Runner::new();
    for _ in 0..2 {
        let run = runner.run();
        assert_eq!(run.code(), 0, "{run:#?}");
        let (key, folder) = &run.cache;
        assert!(key.starts_with("schemactl-Linux-X64-any-"), "{run:#?}");
        assert_eq!(Path::new(folder), runner.path("temp/schemactl"));
    }
    // In the second run the binary was there, as after a hit of the cache.
    let calls = fs::read_to_string(runner.path("temp/cargo-calls")).unwrap();
    let expected = format!(
        "{}: install --locked --path . --root {}\n",
        root().display(),
        runner.path("temp/schemactl").display()
    );
    assert_eq!(calls, expected);
}

/// The version of the action is the one that is built, if no release of it is known.
#[test]
fn an_action_without_checksums_builds_itself() {
    let released = ReleasedAction::with_small_release();
    released.write_table("0", "schemactl-0.0.1-x86_64-unknown-linux-gnu.tar.gz");
    for folder in ["cli", "codegen", "registry", "docs/src", "docs/rules", "schemas"] {
        fs::create_dir_all(released.path("action").join(folder)).unwrap();
    }
    for file in ["Cargo.lock", "docs/Cargo.toml", "schemactl.toml"] {
        fs::copy(root().join(file), released.path("action").join(file)).unwrap();
    }
    for version in ["", VERSION] {
        let runner = released.runner().with("version", version);
        let run = runner.run();
        assert_eq!(run.code(), 0, "{run:#?}");
        assert!(runner.path("temp/cargo-calls").exists());
    }
}

#[test]
fn a_runner_without_cargo_is_told_so() {
    let runner = Runner::new();
    fs::remove_file(runner.path("bin/cargo")).unwrap();
    let run = runner.run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.printed.contains("cargo is not on PATH"), "{run:#?}");
    assert!(run.uploaded.is_none());
}
