//! `schemactl pattern`: batches of pairs and of questions. Every event of an answer is asked about again, by the other command.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;

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

/// A workspace with two versions of an event; the second one has a coupon too.
fn make_workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let event = folder.path().join("schemas/shop/Placed");
    fs::create_dir_all(&event).unwrap();
    fs::write(
        folder.path().join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"shop\"\n",
    )
    .unwrap();
    fs::write(
        event.join("event.toml"),
        "source = \"shop\"\ndetail-type = \"order.placed\"\n",
    )
    .unwrap();
    for (version, more) in [("1.0", json!({})), ("1.1", json!({ "coupon": { "type": "string" } }))] {
        let mut schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["version", "currency"],
            "properties": { "version": { "type": "string" }, "currency": { "enum": ["EUR", "USD"] }, "total": { "type": "integer" } },
        });
        schema["properties"]
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        fs::write(event.join(format!("{version}.json")), schema.to_string()).unwrap();
    }
    folder
}

/// Asks about patterns of files. Out: the exit code, and what was printed.
fn ask_workspace(folder: &Path, what: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = clean_command(&binary());
    command.current_dir(folder).args(["pattern", what]).args(arguments);
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn check_patterns(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    ask_workspace(folder, "check", arguments)
}

/// A changed pattern: what it matches in addition, and no longer, of each version.
#[test]
fn two_patterns_are_compared_over_every_version() {
    let folder = make_workspace();
    let euro = json!({ "detail": { "currency": ["EUR"] } });
    let same = "the same events";
    let cases = [
        (
            json!({ "detail": { "currency": [{ "prefix": "E" }] } }),
            [same, same],
            0,
        ),
        (
            json!({ "detail": { "currency": ["EUR", "USD"] } }),
            [
                r#"now also matches: detail {"currency":"USD","version":"1.0"}"#,
                r#"now also matches: detail {"currency":"USD","version":"1.1"}"#,
            ],
            1,
        ),
        (
            json!({ "detail": { "currency": ["EUR"], "coupon": [{ "exists": false }] } }),
            [
                same,
                r#"no longer matches: detail {"coupon":"","currency":"EUR","version":"1.1"}"#,
            ],
            1,
        ),
    ];
    fs::write(folder.path().join("old.json"), euro.to_string()).unwrap();
    for (new, expected, code) in &cases {
        fs::write(folder.path().join("new.json"), new.to_string()).unwrap();
        let [first, second] = expected;
        let lines = format!("old.json → new.json\n  shop/Placed@1.0  {first}\n  shop/Placed@1.1  {second}\n");
        assert_eq!(
            ask_workspace(folder.path(), "diff", &["old.json", "new.json"]),
            (Some(*code), lines),
            "{new}"
        );
    }
    fs::write(
        folder.path().join("new.json"),
        r#"{ "source": ["shop"], "detail": { "curency": ["EUR"] } }"#,
    )
    .unwrap();
    let (code, text) = ask_workspace(folder.path(), "diff", &["old.json", "new.json", "--event", "Placed"]);
    let end = "\n  the new pattern matches no event of the workspace; `schemactl pattern check new.json` says why\n";
    assert!(
        code == Some(1) && text.ends_with(end) && text.matches("no longer matches").count() == 2,
        "{text}"
    );
    fs::write(folder.path().join("old.json"), r#"{ "source": ["shopp"] }"#).unwrap();
    let found = ask_workspace(folder.path(), "diff", &["old.json", "new.json"]);
    let neither = "old.json → new.json\n  neither matches an event of the workspace\n";
    assert_eq!(found, (Some(0), neither.to_owned()));
}

/// Each event of a difference is asked about again: one of the patterns matches it, and the other does not.
#[test]
fn events_of_a_difference_are_matched_by_one_pattern_only() {
    let folder = make_workspace();
    let old = json!({ "source": ["shop"], "account": ["123456789012"], "detail": { "currency": ["EUR"] } });
    let new = json!({ "source": ["shop"], "detail": { "total": [{ "numeric": [">", 100] }] } });
    fs::write(folder.path().join("old.json"), old.to_string()).unwrap();
    fs::write(folder.path().join("new.json"), new.to_string()).unwrap();
    let (code, lines) = ask_workspace(folder.path(), "diff", &["old.json", "new.json", "--format", "json"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len()), (Some(1), 2));
    for line in lines {
        assert_eq!((&line["same"], &line["undecided"]), (&json!(false), &json!([])));
        for (which, expected) in [("gained", [false, true]), ("lost", [true, false])] {
            let event = &line[which];
            assert_eq!(event["detail"]["version"], line["version"]);
            let pairs = [&old, &new].map(|pattern| json!({ "name": "", "pattern": pattern, "event": event }));
            let (_, answers) = run_batch("test", &pairs, &[]);
            assert_eq!([&answers[0]["matches"], &answers[1]["matches"]], expected, "{line}");
        }
    }
}

/// Pattern files against the events of a workspace: what a rule's owner reads.
#[test]
fn patterns_are_checked_against_every_version() {
    let folder = make_workspace();
    let cases = [
        (json!({ "source": ["shop"] }), ["all events", "all events"], 0),
        (
            json!({ "detail": { "currency": ["EUR"] } }),
            ["some events", "some events"],
            0,
        ),
        (
            json!({ "detail": { "coupon": [{ "exists": true }] } }),
            ["never: no event has a field `detail.coupon`", "some events"],
            0,
        ),
        (
            json!({ "detail": { "version": ["1.0"] } }),
            [
                "all events",
                "never: `detail.version` never has such a value; an event has \"1.1\"",
            ],
            0,
        ),
        (
            json!({ "detail": { "total": ["5"] } }),
            ["never: `detail.total` never has such a value; did you mean `5`?"; 2],
            1,
        ),
        (
            json!({ "detail": { "curency": ["EUR"] } }),
            ["never: no event has a field `detail.curency`; did you mean `detail.currency`?"; 2],
            1,
        ),
    ];
    let run = |arguments: &[&str]| check_patterns(folder.path(), arguments);
    for (pattern, expected, code) in &cases {
        fs::write(folder.path().join("rule.json"), pattern.to_string()).unwrap();
        let found = run(&["rule.json"]);
        let lines = format!(
            "rule.json\n  shop/Placed@1.0  {}\n  shop/Placed@1.1  {}\n",
            expected[0], expected[1]
        );
        let end = if *code == 1 {
            "  it matches no event of the workspace\n"
        } else {
            ""
        };
        assert_eq!(found, (Some(*code), lines + end), "{pattern}");
    }
    for (pattern, expected) in [
        (
            json!({ "source": ["shopp"] }),
            "no event of the workspace has source `shopp`; did you mean `shop`?",
        ),
        (
            json!({ "detail-type": ["OrderPlaced"] }),
            "no event of the workspace has detail-type `OrderPlaced`; did you mean `order.placed`?",
        ),
    ] {
        fs::write(folder.path().join("rule.json"), pattern.to_string()).unwrap();
        assert_eq!(
            run(&["rule.json"]),
            (Some(1), format!("rule.json\n  never: {expected}\n"))
        );
    }
}

/// Each event of an answer is asked about again, and says its version.
#[test]
fn events_of_an_answer_say_their_version() {
    let folder = make_workspace();
    let pattern = json!({ "detail": { "currency": ["EUR"] } });
    fs::write(folder.path().join("rule.json"), pattern.to_string()).unwrap();
    let (_, line) = check_patterns(folder.path(), &["rule.json", "--format", "json", "--event", "Placed"]);
    let answer: Value = serde_json::from_str(&line).unwrap();
    let versions = answer["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    for version in versions {
        assert_eq!(version["matched"]["detail"]["version"], version["version"]);
        let pairs = [&version["matched"], &version["missed"]];
        let pairs = pairs.map(|event| json!({ "name": "", "pattern": pattern, "event": event }));
        let (_, answers) = run_batch("test", &pairs, &[]);
        assert_eq!(
            [&answers[0]["matches"], &answers[1]["matches"]],
            [true, false],
            "{version}"
        );
    }
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
