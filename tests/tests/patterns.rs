//! `schemactl pattern`: batches of pairs and of questions. Every event of an answer is asked about again, by the other command.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;

use schemactl_tests::{binary, clean_command};
use serde_json::{Value, json};

/// Runs a batch. Out: the exit code, and the answers.
fn run_batch(what: &str, lines: &[Value], arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.jsonl");
    let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
    fs::write(&file, lines.join("\n")).unwrap();
    let mut command = clean_command(&binary());
    let output = command
        .args(["pattern", what, "--batch"])
        .arg(&file)
        .args(arguments)
        .output()
        .unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers = answers.lines().map(|line| serde_json::from_str(line).unwrap());
    (output.status.code(), answers.collect())
}

fn question(pattern: &Value, other: Option<&Value>) -> Value {
    let schema = json!({
        "type": "object",
        "properties": { "currency": { "enum": ["EUR", "USD"] }, "total": { "type": "integer", "minimum": 0 } },
        "required": ["currency"],
    });
    let mut line =
        json!({ "id": pattern, "schema": schema, "source": "shop", "detail-type": "placed", "pattern": pattern });
    if let Some(other) = other {
        line["other"] = other.clone();
    }
    line
}

#[test]
fn questions_are_answered_by_proofs_and_events() {
    let cases = [
        (json!({"detail": {"currency": ["GBP"]}}), "never"),
        (json!({"source": ["other"]}), "never"),
        (json!({"detail": {"total": [{"numeric": ["<", 0]}]}}), "never"),
        // Writers send only what their schema declares.
        (json!({"detail": {"curency": ["EUR"]}}), "never"),
        (json!({"detail": {"currency": ["EUR"]}}), "some"),
        (json!({"detail": {"total": [{"exists": false}]}}), "some"),
        (
            json!({"detail-type": ["placed"], "detail": {"currency": ["EUR", "USD"]}}),
            "all",
        ),
    ];
    let lines: Vec<_> = cases.iter().map(|(pattern, _)| question(pattern, None)).collect();
    let (code, answers) = run_batch("check", &lines, &[]);
    assert_eq!(code, Some(0));
    let mut pairs = Vec::new();
    for ((pattern, expected), answer) in cases.iter().zip(&answers) {
        assert_eq!(
            (&answer["matches"], &answer["id"]),
            (&json!(expected), pattern),
            "{answer}"
        );
        let is_there = |member: &str| answer[member].is_object();
        assert_eq!(is_there("matched"), *expected != "never", "{answer}");
        assert_eq!(is_there("missed"), *expected == "some", "{answer}");
        for (member, matches) in [("matched", true), ("missed", false)] {
            if is_there(member) {
                pairs.push(json!({ "name": matches, "pattern": pattern, "event": answer[member] }));
            }
        }
    }
    let (code, replayed) = run_batch("test", &pairs, &[]);
    assert_eq!((code, replayed.len()), (Some(0), 5));
    for answer in &replayed {
        assert_eq!(answer["matches"], answer["name"], "{answer}");
    }
    // Where writers send whatever their schema allows, an undeclared field can be there.
    let (_, open) = run_batch("check", &lines[3..4], &["--policy", "open-strict"]);
    assert_eq!(open[0]["matches"], "some", "{open:?}");
}

#[test]
fn two_patterns_are_related() {
    let euro = json!({"detail": {"currency": ["EUR"]}});
    let any = json!({"detail": {"currency": [{"exists": true}]}});
    let dollar = json!({"detail": {"currency": ["USD"]}});
    let free = json!({"detail": {"total": [0]}});
    let pound = json!({"detail": {"currency": ["GBP"]}});
    for (pattern, other, expected) in [
        (&euro, &any, "subset"),
        (&any, &euro, "superset"),
        (&euro, &dollar, "disjoint"),
        (&euro, &free, "overlap"),
        (&any, &json!({"source": ["shop"]}), "equal"),
        // One that matches nothing is a part of every other.
        (&pound, &euro, "subset"),
        (&pound, &json!({"source": ["other"]}), "equal"),
    ] {
        let (_, answers) = run_batch("check", &[question(pattern, Some(other))], &[]);
        assert_eq!(answers[0]["relation"], expected, "{pattern} {other}");
    }
}

#[test]
fn what_is_no_question_is_told_and_the_others_are_answered() {
    let mut faulty = question(&json!({"source": ["shop"]}), None);
    faulty["schema"]["type"] = json!("objekt");
    let rejected = question(&json!({"source": "shop"}), None);
    let other = question(&json!({"source": ["shop"]}), Some(&json!({})));
    let good = question(&json!({"source": ["shop"]}), None);
    let (code, answers) = run_batch("check", &[faulty, rejected, other, json!([]), good], &[]);
    assert_eq!(code, Some(3));
    let faults: Vec<_> = answers.iter().map(|answer| &answer["error"]["where"]).collect();
    assert_eq!(
        faults,
        [
            &json!("schema"),
            &json!("pattern"),
            &json!("other"),
            &json!("line"),
            &Value::Null
        ]
    );
    assert_eq!(answers[4]["matches"], "all");
}

/// What a pattern says is its text: 1e0 is 1, and of a member that is there twice EventBridge reads one.
#[test]
fn pairs_may_be_text() {
    let pairs = [
        json!({"name": 1, "pattern": "{\"a\": [1e0]}", "event": "{\"a\": 1.0}"}),
        json!({"name": 2, "pattern": {"a": ["1"]}, "event": {"a": 1}}),
    ];
    let (code, answers) = run_batch("test", &pairs, &[]);
    assert_eq!(code, Some(0));
    let matches: Vec<_> = answers.iter().map(|answer| &answer["matches"]).collect();
    assert_eq!(matches, [true, false]);
}
