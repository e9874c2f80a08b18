//! What the whole-product tests share: where things are, and how programs are run. A test never builds and never downloads:
//! `cargo xtask test` has done both before.

pub mod proxy;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

mod elsewhere;
#[cfg(unix)]
mod page;
mod random;
mod served;
mod shop;
mod told;
mod workflows;

pub use elsewhere::Elsewhere;
#[cfg(unix)]
pub use page::DocsPage;
pub use random::RandomNumbers;
pub use served::Served;
pub use shop::{Shop, THING};
pub use told::ToldRecords;
pub use workflows::{lint_workflows, read_yaml};

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package
        .parent()
        .expect("the package stands in the repository")
        .to_owned()
}

/// Compares what was found with what a file expects: nothing if they are the same, and both otherwise. With `BLESS=1` the file is
/// written anew, for review.
pub fn compare_with_file(file: &Path, found: &str) -> String {
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, found).expect("the expected file can be written");
        return String::new();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    if found == expected {
        return String::new();
    }
    format!("\n{}\n--- expected\n{expected}--- found\n{found}", file.display())
}

/// Returns the schemactl binary, built beside the tests.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let binary = profile.join(format!("schemactl{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.is_file(),
        "{} is missing: run `cargo xtask test`, or `cargo build` first",
        binary.display()
    );
    binary
}

/// Returns a program of the Python environment.
pub fn python_program(name: &str) -> PathBuf {
    let folder = std::env::var_os("SCHEMACTL_VENV").map_or_else(|| root().join("target/venv"), PathBuf::from);
    require_installed(folder.join("bin").join(name))
}

/// Returns a path that `cargo xtask setup` has made.
pub fn require_installed(path: PathBuf) -> PathBuf {
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask test`, which installs it",
        path.display()
    );
    path
}

/// Creates a command without anything of AWS, CI, colours or schemactl from the environment of whoever runs the tests.
pub fn clean_command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("AWS_")
            || text.starts_with("SCHEMACTL_")
            || text.starts_with("CLICOLOR")
            || matches!(&*text, "CI" | "NO_COLOR")
        {
            command.env_remove(&name);
        }
    }
    // A home of nobody: no profile, no cached login, no metadata service.
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Runs schemactl in a folder, and returns its exit code and what it printed: standard output, then standard error.
pub fn run_schemactl(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = clean_command(&binary());
    let output = command.current_dir(folder).args(arguments).output();
    let output = output.expect("the binary is built");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), text + &String::from_utf8_lossy(&output.stderr))
}

/// Runs git as somebody, and returns what it printed and its exit code.
pub fn try_git(folder: &Path, arguments: &[&str]) -> Output {
    let identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
    let mut git = clean_command(Path::new("git"));
    git.current_dir(folder).args(identity).args(arguments);
    git.output().expect("git is installed")
}

/// Runs git as somebody; it has to succeed.
pub fn run_git(folder: &Path, arguments: &[&str]) {
    let output = try_git(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// Returns standard output of a command that has to succeed.
pub fn stdout(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{}\n{}\n{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// Returns the pages of the book, as `docs/SUMMARY.md` lists them: paths from the root of the repository.
pub fn book_pages() -> Vec<String> {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).expect("the book has a summary");
    let targets = summary
        .lines()
        .filter_map(|line| line.split_once("](")?.1.strip_suffix(')'));
    targets.map(|target| format!("docs/{target}")).collect()
}

/// Returns the names of the commands, by the headings of the reference.
pub fn list_commands() -> BTreeSet<String> {
    let page =
        fs::read_to_string(root().join("docs/reference/commands.md")).expect("the book has a reference of commands");
    let headings = page.lines().filter_map(|line| line.strip_prefix("## "));
    let is_name = |name: &&str| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    headings.filter(is_name).map(str::to_owned).collect()
}

/// Returns the names in a folder, sorted; none if there is no such folder.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Returns every file of a folder and of those in it, by its path from there, with its bytes.
pub fn read_folder(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(inside) = waiting.pop() {
        for entry in fs::read_dir(inside).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let below = path.strip_prefix(folder).expect("the file is in the folder");
            let below = below.to_str().expect("tests name files in UTF-8").to_owned();
            files.insert(below, fs::read(&path).expect("the file can be read"));
        }
    }
    files
}

/// Creates a command of cargo that builds what a shell would build: cargo describes the package of a test in variables, and the build script of
/// ring runs again when they change, with everything that needs it.
pub fn cargo_command() -> Command {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_MANIFEST_") || text.starts_with("CARGO_PKG_") {
            command.env_remove(&name);
        }
    }
    command.current_dir(root());
    command
}

/// Returns what `cargo metadata` says of this workspace, with these arguments.
pub fn cargo_metadata(arguments: &[&str]) -> serde_json::Value {
    let mut command = cargo_command();
    command
        .args(["metadata", "--format-version=1", "--offline", "--locked"])
        .args(arguments);
    let output = command.output().expect("cargo is installed");
    serde_json::from_str(&stdout(&output)).expect("metadata is JSON")
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}
