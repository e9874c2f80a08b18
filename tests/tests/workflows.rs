//! The workflows of this repository, as actionlint reads them. In: `.github/workflows`. Out: no finding but runners that are newer than
//! the linter's list.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;

use schemactl_tests::{clean_command, lint_workflows, names_in, read_yaml, root, stdout};
use serde_json::Value;

/// The runners of GitHub that we use. The linter knows those of its year.
const RUNNERS: [&str; 5] = [
    "ubuntu-24.04",
    "ubuntu-24.04-arm",
    "macos-13",
    "macos-14",
    "windows-2022",
];

fn lint(files: &[std::path::PathBuf]) -> Vec<Value> {
    let is_runner = |finding: &Value| {
        let message = finding["message"].as_str().unwrap();
        finding["kind"] == "runner-label"
            && RUNNERS
                .iter()
                .any(|runner| message.starts_with(&format!("label \"{runner}\" ")))
    };
    let found = lint_workflows(files).into_iter();
    found.filter(|finding| !is_runner(finding)).collect()
}

#[test]
fn the_workflows_are_sound() {
    let folder = root().join(".github/workflows");
    let files: Vec<_> = names_in(&folder).into_iter().map(|name| folder.join(name)).collect();
    assert!(files.len() >= 2, "{files:?}");
    let found = lint(&files);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_workflow_with_a_fault_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.yml");
    let text = std::fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    std::fs::write(&file, text.replace("needs: packages", "needs: package")).unwrap();
    let found = lint(&[file]);
    assert!(found.iter().any(|finding| finding["kind"] == "job-needs"), "{found:#?}");
}

/// The crates are uploaded after everything else, with a token that only their job has.
#[test]
fn crates_are_uploaded_last() {
    let workflow = read_yaml(&root().join(".github/workflows/release.yml"));
    let jobs = workflow["jobs"].as_object().unwrap();
    assert_eq!(jobs["crates"]["needs"], "release");
    assert_eq!(jobs["release"]["needs"], "packages");
    let may_identify = |job: &Value| job["permissions"]["id-token"] == "write";
    let names: Vec<&String> = jobs
        .iter()
        .filter(|(_, job)| may_identify(job))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["crates"]);
    let steps = jobs["crates"]["steps"].as_array().unwrap();
    let runs: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(runs, ["packaging/publish-crates.sh \"${TAG#v}\""]);
}

/// `cargo` that knows three crates, of which one is private; it notes what it is asked for.
const CARGO: &str = r#"#!/bin/sh
case $1 in
metadata) echo '{"packages": [{"name": "a", "publish": null}, {"name": "x", "publish": []}, {"name": "b", "publish": null}]}' ;;
info) case " $PRESENT " in *" $5 "*) ;; *) exit 101 ;; esac ;;
publish) shift; echo "publish $*" ;;
esac
"#;

#[cfg(unix)]
#[test]
fn crates_that_are_there_are_not_uploaded_again() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let cargo = folder.path().join("cargo");
    fs::write(&cargo, CARGO).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    for (present, expected) in [
        ("", "publish --workspace --locked --dry-run\n"),
        (
            "a@1.0.0",
            "a 1.0.0 is there already\npublish --workspace --locked --exclude a --dry-run\n",
        ),
        (
            "b@1.0.0 a@1.0.0",
            "a 1.0.0 is there already\nb 1.0.0 is there already\nnothing to upload\n",
        ),
        // Another version of it is no reason to leave one out.
        ("a@0.9.0", "publish --workspace --locked --dry-run\n"),
    ] {
        let mut script = clean_command(&root().join("packaging/publish-crates.sh"));
        script.env("PATH", format!("{}:{path}", folder.path().display()));
        script.env("PRESENT", present).args(["1.0.0", "--dry-run"]);
        assert_eq!(stdout(&script.output().unwrap()), expected, "{present}");
    }
}
