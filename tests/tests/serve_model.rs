//! `schemactl serve` held against the service model of AWS, as botocore ships it: every operation, member, status and error that the
//! model lists is seen in a run of boto3, or stands in docs/reference/serve-model.md with the reason why not.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::BTreeSet;
use std::fs;

use schemactl_tests::{Served, root, stdout};
use serde_json::Value;

const EXCEPTIONS: &str = "docs/reference/serve-model.md";

/// What the model lists, as `Operation: what`.
fn facts(operations: &Value, kinds: &[(&str, &str)]) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for (name, operation) in operations.as_object().unwrap() {
        for (key, what) in kinds {
            for value in operation[*key].as_array().into_iter().flatten() {
                facts.insert(format!("{name}: {what} {}", value.as_str().unwrap()));
            }
        }
    }
    facts
}

/// The rows of the table in the document: operation, what is not seen, why.
fn exceptions() -> Vec<(String, String, String)> {
    let text = fs::read_to_string(root().join(EXCEPTIONS)).unwrap();
    let rows = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = rows.map(|row| row.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    let exceptions = cells.filter_map(|cells| match &cells[..] {
        [operation, what, why] if what.starts_with('`') => {
            Some((operation.clone(), what.replace('`', ""), why.clone()))
        }
        _ => None,
    });
    exceptions.collect()
}

/// Whether a row speaks of a fact; `every` stands for all operations that list it.
fn covers(row: &(String, String, String), fact: &str) -> bool {
    let (operation, what) = fact.split_once(": ").unwrap();
    (row.0 == "every" || row.0 == operation) && row.1 == what
}

#[test]
fn every_operation_member_and_error_is_seen_or_explained() {
    let served = Served::start(&[]);
    let run = served.python("boto.py").output().unwrap();
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(report["problems"], serde_json::json!([]));
    let kinds = [("request", "takes"), ("response", "answers"), ("errors", "fails with")];
    let listed = facts(&report["listed"], &kinds);
    assert!(listed.len() > 350, "the model is read: {}", listed.len());
    let seen = facts(&report["seen"], &kinds);
    for (name, operation) in report["listed"].as_object().unwrap() {
        let statuses = report["seen"][name]["statuses"].as_array();
        let statuses = statuses.unwrap_or_else(|| panic!("{name} was not called"));
        assert!(
            statuses.contains(&operation["status"]),
            "{name}: {statuses:?}, the model says {}",
            operation["status"]
        );
    }
    let rows = exceptions();
    let unseen: Vec<_> = listed.difference(&seen).collect();
    let unexplained: Vec<_> = unseen
        .iter()
        .filter(|fact| !rows.iter().any(|row| covers(row, fact)))
        .collect();
    assert!(
        unexplained.is_empty(),
        "neither seen nor in {EXCEPTIONS}: {unexplained:#?}"
    );
    let idle: Vec<_> = rows
        .iter()
        .filter(|row| !unseen.iter().any(|fact| covers(row, fact)))
        .collect();
    assert!(idle.is_empty(), "in {EXCEPTIONS}, and seen all the same: {idle:#?}");
    assert!(rows.iter().all(|(_, _, why)| why.len() > 20), "every row has a reason");
}

#[test]
fn the_same_run_passes_with_signatures_verified() {
    let served = Served::start(&["--verify-sigv4"]);
    let run = served.python("boto.py").output().unwrap();
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(report["problems"], serde_json::json!([]));
}
