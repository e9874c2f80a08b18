//! The limits of AWS, held to the character and byte by boto3: what is at a limit is accepted, and one more is refused as the table in
//! docs/reference/serve-model.md says.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;

use schemactl_tests::{Served, root, stdout};
use serde_json::Value;

const DOCUMENT: &str = "docs/reference/serve-model.md";

/// The rows of the table: what is limited, the limit, and what one more is refused with.
fn documented() -> Vec<String> {
    let text = fs::read_to_string(root().join(DOCUMENT)).unwrap();
    let table = text
        .split("\n## Limits\n")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| "));
    rows.skip(1).map(str::to_owned).collect()
}

fn row(row: &Value) -> String {
    let text = |key: &str| row[key].as_str().unwrap().to_owned();
    format!(
        "| {} | {} | {} `{}` |",
        text("what"),
        text("limit"),
        row["status"],
        text("error")
    )
}

#[test]
fn every_limit_holds_and_stands_in_the_document() {
    let served = Served::start(&[]);
    let run = served.python("limits.py").output().unwrap();
    let report: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(report["problems"], serde_json::json!([]));
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.iter().map(row).collect::<Vec<_>>(), documented());
    for row in rows {
        let limit = row["limit"].as_str().unwrap();
        let numbers: Vec<_> = limit.split(' ').filter(|word| word.parse::<u32>().is_ok()).collect();
        for message in row["messages"].as_array().unwrap() {
            let message = message.as_str().unwrap();
            // A message names the limit that was met; of two, the one that was passed.
            let named = numbers.is_empty() || numbers.iter().any(|number| message.contains(number));
            assert!(
                !message.is_empty() && (named || limit.ends_with("bytes")),
                "{limit}: {message}"
            );
        }
    }
}
