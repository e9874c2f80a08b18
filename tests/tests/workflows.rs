//! The workflows of this repository, as actionlint reads them. In: `.github/workflows`. Out: no finding but runners that are newer than
//! the linter's list.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use schemactl_tests::{lint_workflows, names_in, root};
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
