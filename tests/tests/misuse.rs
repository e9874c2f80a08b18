//! What proves nonsense does not compile. In: the files of `tests/cases/misuse`, each a crate that misuses a library of ours. Out: nothing,
//! or the file whose errors are not those that it announces: `//~ E0521` behind a line is an error of that code there, `//~ text` one
//! without a code. A file that announces none has to compile.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemactl_tests::{cargo_command, root};

/// Our libraries as they are built for the command line, and the one that generated code links: name and file.
fn built_libraries() -> Vec<(String, PathBuf)> {
    let mut command = cargo_command();
    command.args([
        "build",
        "--offline",
        "--locked",
        "-p",
        "schemactl",
        "-p",
        "schemactl-runtime",
        "--message-format=json",
    ]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let artifacts = printed.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let name = line["target"]["name"].as_str()?.replace('-', "_");
        let mut files = line["filenames"].as_array()?.iter().filter_map(|file| file.as_str());
        let library = files.find(|file| file.ends_with(".rlib"))?;
        Some((name, PathBuf::from(library)))
    });
    artifacts.filter(|(name, _)| name.starts_with("schemactl_")).collect()
}

/// The errors that a file announces, each with its line.
fn announced_errors(text: &str) -> BTreeSet<(u64, String)> {
    let lines = (1..).zip(text.lines());
    lines
        .filter_map(|(number, line)| Some((number, line.split_once("//~ ")?.1.trim().to_owned())))
        .collect()
}

/// The errors that the compiler finds in a file, each with its line.
fn found_errors(file: &Path, libraries: &[(String, PathBuf)]) -> BTreeSet<(u64, String)> {
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::new("rustc");
    command
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "lib",
            "--emit",
            "metadata",
            "--error-format",
            "json",
        ])
        .arg("--out-dir")
        .arg(out.path())
        .arg(file);
    for (name, library) in libraries {
        command.arg("--extern").arg(format!("{name}={}", library.display()));
        command
            .arg("-L")
            .arg(format!("dependency={}", library.parent().unwrap().display()));
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    let errors = printed.lines().filter_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let mut spans = line["spans"].as_array()?.iter();
        let place = spans.find(|span| span["is_primary"] == true)?["line_start"].as_u64()?;
        let code = line["code"]["code"].as_str().or(line["message"].as_str())?;
        (line["level"] == "error").then(|| (place, code.to_owned()))
    });
    let errors: BTreeSet<_> = errors.collect();
    assert_eq!(output.status.success(), errors.is_empty(), "{printed}");
    errors
}

#[test]
fn misuse_does_not_compile() {
    let libraries = built_libraries();
    let folder = root().join("tests/cases/misuse");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let announced = announced_errors(&fs::read_to_string(&file).unwrap());
        assert_eq!(found_errors(&file, &libraries), announced, "{}", file.display());
    }
}
