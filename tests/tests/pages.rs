//! Pages of the documentation that are run, command by command: docs/year-of-an-event.md prints what it says it prints, and the examples of
//! docs/release-flow.md and docs/adopt-a-registry.md do what they are for. `BLESS=1` rewrites what the commands print, for review.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;

use schemactl_tests::{DocsPage, Served, compare_with_file, python_program, root};

fn run(name: &str, variables: &[(&str, &str)]) {
    let file = root().join("docs").join(name);
    let found = DocsPage::new().run(&fs::read_to_string(&file).unwrap(), variables);
    let wrong = compare_with_file(&file, &found);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_year_of_an_event_is_true() {
    run("year-of-an-event.md", &[]);
}

/// What clients of a registry have to know.
fn settings_of(registry: &Served) -> [(&'static str, String); 4] {
    let names = [
        "AWS_ENDPOINT_URL_SCHEMAS",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ];
    names.map(|name| (name, registry.setting(name)))
}

/// The day on which docs/adopt-a-registry.md says that others have written.
const WRITTEN_ON: &str = "2026-11-28";

/// The day that a registry gives to what is written now.
fn registry_day() -> String {
    let printed = Command::new("date").args(["-u", "+%F"]).output().unwrap();
    String::from_utf8(printed.stdout).unwrap().trim().to_owned()
}

/// The registry is filled by the AWS CLI.
#[test]
fn taking_over_a_registry_runs_as_it_is_written() {
    let registry = Served::start(&[]);
    let endpoint = registry.setting("AWS_ENDPOINT_URL_SCHEMAS");
    let aws = python_program("aws");
    let environment = aws.ancestors().nth(2).unwrap().to_string_lossy().into_owned();
    let settings = settings_of(&registry);
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let own = [("VENV", environment.as_str()), ("AWS_DEFAULT_REGION", "us-east-1")];
    let settings: Vec<_> = settings.chain(own).collect();
    let file = root().join("docs/adopt-a-registry.md");
    // Midnight may pass while the page runs.
    let before = registry_day();
    let mut found = DocsPage::new().run(&fs::read_to_string(&file).unwrap(), &settings);
    for day in [before, registry_day()] {
        found = found.replace(&format!("written on {day}"), &format!("written on {WRITTEN_ON}"));
    }
    let wrong = compare_with_file(&file, &found.replace(&endpoint, "http://127.0.0.1:4577"));
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_examples_of_the_release_flow_run() {
    let registry = Served::start(&[]);
    let settings = settings_of(&registry);
    // What runners set.
    let of_runners = [
        ("GITHUB_BASE_REF", "main"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_DEFAULT_BRANCH", "main"),
    ];
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let settings: Vec<(&str, &str)> = settings.chain(of_runners).collect();
    run("release-flow.md", &settings);
}
