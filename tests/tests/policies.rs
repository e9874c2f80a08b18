//! A slice of the corpus under policies: pairs of event schemas, events sampled from the writer's side, and validators that are not
//! ours. No verdict may be contradicted by an event. The whole corpus is `tests/referees/policies/run.py`.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use schemactl_tests::{binary, clean_command, python_program, root, stdout};
use serde_json::{Value, json};

/// Pairs of the slice, in a debug build a few seconds.
const PAIRS: &str = "250";

/// Runs a script of the referees with the binary.
fn run_referee(script: &str, arguments: &[&str]) -> Value {
    let mut python = clean_command(&python_program("python"));
    // Compiled Python stays out of the repository.
    python
        .arg("-B")
        .arg(root().join("tests/referees/policies").join(script));
    let output = python.arg(binary()).args(arguments).output().unwrap();
    serde_json::from_str(&stdout(&output)).unwrap()
}

#[test]
fn no_sampled_event_contradicts_a_verdict() {
    let report = run_referee("run.py", &["--pairs", PAIRS, "--seed", "slice", "--events", "40"]);
    assert_eq!(report["contradictions"], json!([]), "{:#}", report["tally"]);
    let count = |verdict: &str| report["tally"][verdict].as_u64().unwrap_or_default();
    let (compatible, incompatible) = (count("compatible"), count("incompatible"));
    // A corpus in which nothing breaks, or everything, would contradict nobody.
    assert!(compatible > 200 && incompatible > 60, "{:#}", report["tally"]);
    assert!(
        count("undecided") * 50 < compatible + incompatible,
        "{:#}",
        report["tally"]
    );
}
