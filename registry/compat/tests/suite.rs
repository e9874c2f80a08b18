//! The official test suite, every test as two questions of containment, in all five drafts. `cargo xtask setup` fetches it.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use schemactl_compat::ContainmentEngine;

mod common;

use common::suite::{Tally, run};

/// Below the target folder, where `cargo xtask setup` puts it.
fn folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("SCHEMACTL_SUITE") {
        return folder.into();
    }
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    target.parent().unwrap().join("json-schema-test-suite")
}

#[test]
fn no_answer_contradicts_the_official_suite_and_few_are_undecided() {
    let folder = folder();
    assert!(
        folder.join("tests").is_dir(),
        "the official test suite is not in {}: run `cargo xtask setup`, which fetches it",
        folder.display()
    );
    let table = run(&ContainmentEngine::default(), &folder);
    let all = |of: fn(&Tally) -> usize| table.iter().map(|(_, tally)| of(tally)).sum::<usize>();
    let wrong: Vec<&String> = table.iter().flat_map(|(_, tally)| &tally.wrong).collect();
    assert!(wrong.is_empty(), "{} answers are wrong: {wrong:#?}", wrong.len());
    let (right, undecided) = (all(|tally| tally.right), all(|tally| tally.undecided));
    assert!(right > 9_000, "only {right} answers: is the suite complete?");
    let reasons: Vec<_> = table.iter().map(|(name, tally)| (name, &tally.reasons)).collect();
    assert!(
        undecided * 50 < right + undecided,
        "{undecided} of {} answers are undecided: {reasons:#?}",
        right + undecided
    );
}
