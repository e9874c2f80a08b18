//! Documents for contributors are true: the files, targets and crates that they name exist, and no number of a decision is missing
//! without a reason.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use schemactl_tests::{cargo_metadata, root};

/// The documents that guide through the sources.
const GUIDES: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

/// Returns what a document has in backticks on one line.
fn quoted(text: &str) -> Vec<&str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// Returns the path that a quoted text is: one with a slash, without placeholders such as `<id>`, `CASE` or `*`.
fn named_path(text: &str) -> Option<&str> {
    let is_placeholder = |part: &str| part.contains(['<', '*']) || part.chars().all(|c| c.is_ascii_uppercase());
    let is_path = text.contains('/') && !text.contains([' ', '!', ':']);
    let parts: Vec<_> = text.trim_end_matches('/').split('/').collect();
    let end = parts
        .iter()
        .position(|part| is_placeholder(part))
        .unwrap_or(parts.len());
    let length = parts[..end].iter().map(|part| part.len() + 1).sum::<usize>();
    (is_path && end > 0).then(|| &text[..length.min(text.len())])
}

#[test]
fn every_path_that_guides_name_exists() {
    for guide in GUIDES {
        let text = read(guide);
        let paths: Vec<_> = quoted(&text).into_iter().filter_map(named_path).collect();
        assert!(paths.len() > 10, "{guide} names {} paths", paths.len());
        let missing: Vec<_> = paths.iter().filter(|path| !root().join(path).exists()).collect();
        assert!(missing.is_empty(), "{guide} names files that do not exist: {missing:?}");
    }
}

/// `cargo test -p schemactl-push --test interleavings`: the crate, and the file of the target.
#[test]
fn every_target_that_guides_run_exists() {
    let folders: Vec<_> = crates().into_iter().collect();
    for line in GUIDES
        .iter()
        .flat_map(|guide| read(guide).lines().map(str::to_owned).collect::<Vec<_>>())
    {
        for command in quoted(&line).into_iter().filter(|text| text.contains("cargo ")) {
            let words: Vec<_> = command.split_whitespace().collect();
            let after = |flag: &str| {
                words
                    .iter()
                    .position(|word| *word == flag)
                    .and_then(|at| words.get(at + 1))
            };
            let Some(package) = after("-p") else { continue };
            let found = folders.iter().find(|(name, _)| name == package);
            let (_, folder) = found.unwrap_or_else(|| panic!("no crate is called {package}: {command}"));
            for (flag, targets) in [("--test", "tests"), ("--example", "examples"), ("--bench", "benches")] {
                let Some(target) = after(flag) else { continue };
                let file = root().join(folder).join(targets).join(format!("{target}.rs"));
                assert!(file.exists(), "{} does not exist: {command}", file.display());
            }
        }
    }
}

/// Returns the crates of the workspace, each as its name and the folder of its sources.
fn crates() -> BTreeSet<(String, String)> {
    let metadata = cargo_metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().unwrap().iter();
    let crates = packages.map(|package| {
        let targets = package["targets"].as_array().unwrap().iter();
        let mut sources = targets.filter_map(|target| Path::new(target["src_path"].as_str()?).parent());
        let sources = sources.find(|folder| folder.ends_with("src")).unwrap();
        let folder = sources.parent().unwrap().strip_prefix(root()).unwrap();
        (
            package["name"].as_str().unwrap().to_owned(),
            folder.to_str().unwrap().to_owned(),
        )
    });
    crates.collect()
}

#[test]
fn every_crate_has_a_row_in_the_architecture() {
    let text = read("ARCHITECTURE.md");
    let crates = crates();
    assert!(crates.len() > 15, "{crates:?}");
    for (name, folder) in crates {
        assert!(
            text.contains(&format!("| `{folder}` | `{name}` |")),
            "{name} has no row for {folder}"
        );
    }
}

#[test]
fn every_number_of_a_decision_is_a_page_or_is_listed_as_unused() {
    let pages = fs::read_dir(root().join("docs/adr")).unwrap();
    let names: Vec<_> = pages
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    let number = |name: &String| name.split('-').next().unwrap().parse::<u32>().ok();
    let used: BTreeSet<_> = names.iter().filter_map(number).collect();
    assert_eq!(
        used.len(),
        names.len() - 1,
        "two pages have one number, or a page has none: {names:?}"
    );
    let index = read("docs/adr/README.md");
    let listed = |start: &str| -> BTreeSet<u32> {
        let line = index
            .lines()
            .find_map(|line| line.strip_prefix(start))
            .unwrap_or_default();
        let numbers = line.trim_end_matches('.').split(", ");
        numbers.filter_map(|number| number.parse().ok()).collect()
    };
    let (unused, reserved) = (listed("Unused: "), listed("Reserved for work that is not merged yet: "));
    assert!(
        unused.len() > 20 && unused.is_disjoint(&used),
        "unused, and pages: {unused:?}"
    );
    let mut gaps = (1..=*used.last().unwrap()).filter(|number| !used.contains(number));
    let unexplained = gaps.find(|number| !unused.contains(number) && !reserved.contains(number));
    assert_eq!(
        unexplained, None,
        "docs/adr/README.md does not say why a number is not used"
    );
}

/// Lines that are neither blank nor comments, without the modules of tests.
fn count_own_lines(text: &str) -> usize {
    let own = text
        .lines()
        .map(str::trim)
        .take_while(|line| *line != "#[cfg(test)]" && *line != "#[test]");
    own.filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

#[test]
fn crates_to_copy_are_short() {
    for file in [
        "consumer-lambda/src/main.rs",
        "producer-axum/src/main.rs",
        "shared-events/src/lib.rs",
        "shared-events/users/ledger/src/lib.rs",
        "shared-events/users/receipts/src/lib.rs",
    ] {
        let lines = count_own_lines(&read(&format!("codegen/examples/{file}")));
        assert!((1..=60).contains(&lines), "{file}: {lines} lines");
    }
}
