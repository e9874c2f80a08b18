//! Pages of the documentation that are run, command by command: each prints what it says it prints, and its examples do what they are for.
//! A page runs in a folder of its own, with a registry of `schemactl serve` in the place of AWS. `BLESS=1` rewrites what the commands
//! print, for review.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use schemactl_tests::{DocsPage, Served, book_pages, clean_command, compare_with_file, python_program, root};

/// The day on which pages say that others have written to a registry.
const WRITTEN_ON: &str = "2026-11-28";

/// Returns the day that a registry gives to what is written now.
fn registry_day() -> String {
    let printed = Command::new("date").args(["-u", "+%F"]).output().unwrap();
    String::from_utf8(printed.stdout).unwrap().trim().to_owned()
}

/// Returns the variables of a page: what clients of the registry need, what runners set, the repository, and the AWS CLI.
fn variables_of(registry: &Served) -> Vec<(&'static str, String)> {
    let of_clients = [
        "AWS_ENDPOINT_URL_SCHEMAS",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ];
    let mut variables: Vec<_> = of_clients.map(|name| (name, registry.setting(name))).into();
    let aws = python_program("aws");
    let environment = aws.ancestors().nth(2).unwrap().to_string_lossy().into_owned();
    variables.extend([
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("GITHUB_BASE_REF", "main".to_owned()),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main".to_owned()),
        ("CI_DEFAULT_BRANCH", "main".to_owned()),
        ("REPOSITORY", root().to_string_lossy().into_owned()),
        ("VENV", environment),
    ]);
    variables
}

/// The version of git that pages show.
const SHOWN_GIT: &str = "git version 2.47.3";

/// What git says its version is, here.
fn run_git_version() -> String {
    let output = clean_command(Path::new("git")).arg("--version").output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn run(page: &str) {
    let registry = Served::start(&[]);
    let variables = variables_of(&registry);
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let file = root().join(page);
    // Midnight may pass while the page runs.
    let before = registry_day();
    let mut found = DocsPage::new().run(&fs::read_to_string(&file).unwrap(), &variables);
    for day in [before, registry_day()] {
        found = found.replace(&format!("written on {day}"), &format!("written on {WRITTEN_ON}"));
    }
    // The page shows one version of git, and runs with any.
    let git = run_git_version();
    found = found.replace(&git, SHOWN_GIT);
    let wrong = compare_with_file(&file, &found.replace(&registry.url(), "http://127.0.0.1:4577"));
    assert!(wrong.is_empty(), "{wrong}");
}

/// A test for each page that has commands, so that they run side by side.
macro_rules! run_pages {
    ($($name:ident: $page:literal,)+) => {
        const RUN: &[&str] = &[$($page),+];
        $(#[test] fn $name() { run($page); })+
    };
}

run_pages! {
    the_readme: "README.md",
    installing: "docs/install.md",
    the_first_ten_minutes: "docs/first-ten-minutes.md",
    policies: "docs/concepts/policies.md",
    proofs: "docs/concepts/proofs.md",
    checking_in_ci: "docs/guides/ci.md",
    the_release_flow: "docs/guides/release-flow.md",
    the_year_of_an_event: "docs/guides/year-of-an-event.md",
    your_own_event: "docs/guides/your-own-event.md",
    schemas_from_events: "docs/guides/infer.md",
    without_rust: "docs/guides/without-rust.md",
    adopting_a_registry: "docs/guides/adopt-a-registry.md",
    environments: "docs/guides/environments.md",
    a_monorepo: "docs/guides/monorepo.md",
    a_hotfix: "docs/guides/hotfix.md",
    dual_publish: "docs/guides/dual-publish.md",
    event_patterns: "docs/guides/patterns.md",
    customizing_generated_code: "docs/guides/customize.md",
    the_report_of_check: "docs/reference/report.md",
    the_report_of_diff: "docs/reference/diff-report.md",
    the_report_of_a_batch: "docs/reference/batch-report.md",
    the_report_of_plan: "docs/reference/plan-report.md",
    the_report_of_validate: "docs/reference/validate-report.md",
    the_settings_of_a_workspace: "docs/reference/schemactl-toml.md",
    the_settings_of_an_event: "docs/reference/event-toml.md",
    the_lock: "docs/reference/schemactl-lock.md",
}

#[test]
fn every_page_with_commands_is_run() {
    let mut with_commands: Vec<_> = book_pages();
    with_commands.push("README.md".to_owned());
    with_commands.retain(|page| {
        let text = fs::read_to_string(root().join(page)).unwrap();
        text.lines()
            .any(|line| ["```console", "```sh", "```yaml"].contains(&line.trim_start()))
    });
    with_commands.sort();
    let mut run = RUN.to_vec();
    run.sort_unstable();
    assert_eq!(with_commands, run);
}

/// Readers see commands and what they print: no wildcard, no notation of a test, and few blocks that nothing runs.
#[test]
fn pages_show_no_notation() {
    let mut not_run = 0;
    for page in RUN {
        let text = fs::read_to_string(root().join(page)).unwrap();
        for line in text.lines() {
            let is_wildcard = ["...", "…", "[..]"].contains(&line.trim());
            // `? 1` is how trycmd writes an exit code.
            let is_code = line.strip_prefix("? ").is_some_and(|rest| !rest.starts_with(' '));
            let is_notation = is_code || line.starts_with("```console ");
            assert!(!is_wildcard && !is_notation, "{page}: {line}");
            let reason = line.strip_prefix("<!-- not run: ");
            assert!(reason.is_none_or(|reason| reason.len() > 20), "{page}: {line}");
            not_run += usize::from(reason.is_some());
        }
    }
    // Builds of minutes, servers that never end, credentials of other accounts.
    assert!(not_run <= 7, "{not_run} blocks are not run");
}

/// Readers have macOS too: its sed knows neither `-i` without a suffix nor `\n` in a replacement.
#[test]
fn commands_of_pages_run_on_macos() {
    for page in RUN {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let shown = text.split("<!--").enumerate().map(|(at, part)| match at {
            0 => part,
            _ => part.split_once("-->").map_or("", |(_, after)| after),
        });
        for line in shown.flat_map(str::lines).filter(|line| line.contains("sed ")) {
            let is_of_gnu = ["sed -i", "sed --", "\\n"].iter().any(|part| line.contains(part));
            assert!(!is_of_gnu, "{page}: {line}");
        }
    }
}
