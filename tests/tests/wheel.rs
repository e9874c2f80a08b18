//! The Python wheel and the pre-commit hook that installs it. In: the wheel that `cargo xtask test` has packed into
//! target/release-files-debug. Out: a fresh Python environment that has it, and the command of `.pre-commit-hooks.yaml` run there. That
//! pre-commit itself installs the hook needs a registry of Python packages for maturin, so this runs on demand:
//! `cargo test -p schemactl-tests --test wheel -- --ignored`.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemactl_tests::{
    binary, clean_command, copy_folder, python_program, read_yaml, require_installed, root, run_git, stdout,
};

const ORDER: &str = "schemas/com.myapp.orders/OrderPlaced/1.1.json";

/// A repository with the shipped workspace at its root.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("schemas"), &folder.path().join("schemas"));
    for file in ["schemactl.toml", "schemactl.lock"] {
        fs::copy(root().join(file), folder.path().join(file)).unwrap();
    }
    for arguments in [&["init", "--quiet"][..], &["add", "--all"]] {
        let output = clean_command(Path::new("git"))
            .current_dir(folder.path())
            .args(arguments)
            .output();
        stdout(&output.unwrap());
    }
    folder
}

fn break_schema(repository: &Path) {
    let file = repository.join(ORDER);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replacen("\"required\": [", "\"required\": [\"currency\", ", 1),
    )
    .unwrap();
}

fn wheel() -> PathBuf {
    let folder = require_installed(root().join("target/release-files-debug"));
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let wheel = files.find(|file| file.extension().is_some_and(|extension| extension == "whl"));
    wheel.expect("`cargo xtask test` builds a wheel")
}

/// A Python environment with the wheel and nothing else.
fn environment(folder: &Path) {
    let mut python = clean_command(&python_program("python"));
    stdout(&python.args(["-m", "venv"]).arg(folder).output().unwrap());
    let mut pip = clean_command(&folder.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-index",
    ]);
    stdout(&pip.arg(wheel()).output().unwrap());
}

/// The one hook, as pre-commit reads it: its language and its command.
fn hook() -> (String, String) {
    let file = root().join(".pre-commit-hooks.yaml");
    let mut validate = clean_command(&python_program("pre-commit"));
    stdout(&validate.arg("validate-manifest").arg(&file).output().unwrap());
    let hooks = read_yaml(&file);
    let text = |key: &str| hooks[0][key].as_str().unwrap().to_owned();
    (text("language"), text("entry"))
}

#[test]
fn the_wheel_has_the_binary_and_the_hook_runs_it() {
    let folder = tempfile::tempdir().unwrap();
    environment(folder.path());
    let programs = folder.path().join("bin");
    let version = clean_command(&programs.join("schemactl"))
        .arg("--version")
        .output()
        .unwrap();
    assert_eq!(stdout(&version), format!("schemactl {}\n", env!("CARGO_PKG_VERSION")));

    let (language, entry) = hook();
    assert_eq!(language, "python", "pre-commit installs what pyproject.toml builds");
    let mut words = entry.split(' ');
    let program = programs.join(words.next().unwrap());
    let arguments: Vec<_> = words.collect();
    let repository = repository();
    let run = || {
        clean_command(&program)
            .args(&arguments)
            .current_dir(repository.path())
            .output()
            .unwrap()
    };
    stdout(&run());
    break_schema(repository.path());
    assert_eq!(run().status.code(), Some(1));
}

/// pre-commit skips a hook for commits in which no file is left that its pattern matches.
#[test]
fn the_hook_runs_whatever_a_commit_does() {
    let home = tempfile::tempdir().unwrap();
    let repository = repository();
    let folder = repository.path();
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let lines = hooks.lines().filter(|line| !line.trim_start().starts_with('#'));
    // The hook as it is, with the binary that is built in place of an installation.
    let hook = lines.fold(String::new(), |text, line| text + "  " + line + "\n");
    let hook = hook
        .replace("language: python", "language: system")
        .replace("entry: schemactl", &format!("entry: {}", binary().display()));
    let settings = format!("repos:\n- repo: local\n  hooks:\n{hook}");
    fs::write(folder.join(".pre-commit-config.yaml"), settings).unwrap();
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--message=state"]);
    let run = |change: &[&str]| {
        run_git(folder, &["reset", "--quiet", "--hard"]);
        run_git(folder, change);
        let mut pre_commit = clean_command(&python_program("pre-commit"));
        pre_commit
            .current_dir(folder)
            .arg("run")
            .env("PRE_COMMIT_HOME", home.path());
        let output = pre_commit.output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let (code, text) = run(&["rm", "--quiet", ORDER]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("released-schema-missing"), "{text}");
    let (code, text) = run(&["rm", "--quiet", "schemactl.toml"]);
    assert_eq!(code, Some(1), "{text}");
    let (code, text) = run(&["rm", "--quiet", "-r", "schemas"]);
    assert_eq!(code, Some(1), "{text}");
}

#[test]
#[ignore = "pip downloads maturin, and cargo builds the crates in another folder: some minutes"]
fn pre_commit_installs_the_hook_and_runs_it() {
    let home = tempfile::tempdir().unwrap();
    let repository = repository();
    let run = || {
        let mut pre_commit: Command = clean_command(&python_program("pre-commit"));
        pre_commit.current_dir(repository.path()).arg("try-repo").arg(root());
        // A debug build on top of the one that is there: dependencies are compiled already.
        pre_commit.args(["schemactl-check", "--all-files", "--verbose"]);
        pre_commit
            .env("MATURIN_PEP517_ARGS", "--profile dev")
            .env("CARGO_TARGET_DIR", root().join("target"));
        let output = pre_commit.env("PRE_COMMIT_HOME", home.path()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    let (code, text) = run();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("nothing found"), "{text}");
    break_schema(repository.path());
    let (code, text) = run();
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("released-schema-changed"), "{text}");
}
