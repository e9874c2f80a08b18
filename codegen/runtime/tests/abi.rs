//! What the compiler says of generated code that does not fit this crate. Every file of `abi` is compiled against the library of this
//! build; `abi/expected.txt` has the errors, each as code, line and message. `BLESS=1` rewrites it.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// The folder that has the libraries of this build, beside this test.
fn libraries() -> PathBuf {
    env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The newest library of this crate: the one that this test was built with, or one of the same build with other features.
fn library() -> PathBuf {
    let files = fs::read_dir(libraries()).unwrap().map(|entry| entry.unwrap().path());
    let of_this_crate = files.filter(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("libschemactl_runtime-") && name.ends_with(".rlib")
    });
    let written = |file: &PathBuf| fs::metadata(file).and_then(|file| file.modified()).unwrap();
    of_this_crate.max_by_key(written).unwrap()
}

/// The errors of the compiler for a file, a line each.
fn compile(file: &Path) -> String {
    let out = tempfile::tempdir().unwrap();
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler)
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "--error-format=json",
        ])
        .arg("--out-dir")
        .arg(out.path())
        .arg(format!("-Ldependency={}", libraries().display()))
        .arg(format!("--extern=schemactl_runtime={}", library().display()))
        .arg(file)
        .output()
        .unwrap();
    let mut text = String::new();
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        let said: Value = serde_json::from_str(line).unwrap();
        let Some(code) = said["code"]["code"].as_str().filter(|_| said["level"] == "error") else {
            continue;
        };
        let span = &said["spans"][0];
        let name = file.file_name().unwrap().to_string_lossy();
        writeln!(
            text,
            "{name}:{}: {code}: {}",
            span["line_start"],
            said["message"].as_str().unwrap()
        )
        .unwrap();
    }
    assert_eq!(
        text.is_empty(),
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

#[test]
fn the_compiler_says_which_crate_is_older() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/abi");
    let mut found = String::new();
    for name in ["same.rs", "older.rs", "newer.rs"] {
        found.push_str(&compile(&folder.join(name)));
    }
    let expected = folder.join("expected.txt");
    if env::var_os("BLESS").is_some() {
        fs::write(&expected, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&expected).unwrap());
}
