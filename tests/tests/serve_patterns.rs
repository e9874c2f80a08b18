//! TestEventPattern of `schemactl serve`: the AWS CLI and boto3 find it by the variables that the server prints, and get what `schemactl pattern test`
//! says; rejections have the codes of EventBridge.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;

use schemactl_tests::{Served, binary, clean_command, python_program};
use serde_json::{Value, json};

/// An event as EventBridge delivers it.
fn event() -> Value {
    json!({
        "version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "detail-type": "order.placed", "source": "com.example.shop",
        "account": "000000000000", "time": "2026-11-29T12:00:00Z", "region": "us-east-1", "resources": [],
        "detail": {"orderId": "o-1", "total": 120, "tags": ["a", "b"], "address": {"country": "DE"}},
    })
}

const PATTERNS: [&str; 9] = [
    r#"{"source": ["com.example.shop"]}"#,
    r#"{"source": ["com.example.other"]}"#,
    r#"{"detail": {"total": [{"numeric": [">", 100, "<=", 200]}]}}"#,
    r#"{"detail": {"total": [{"numeric": ["<", 100]}]}}"#,
    r#"{"detail": {"tags": ["b"], "coupon": [{"exists": false}]}}"#,
    r#"{"detail": {"orderId": [{"prefix": "o-"}], "address": {"country": [{"anything-but": ["FR"]}]}}}"#,
    r#"{"$or": [{"source": ["x"]}, {"detail-type": [{"wildcard": "order.*"}]}]}"#,
    r#"{"detail": {"orderId": [{"equals-ignore-case": "O-1"}]}}"#,
    r#"{"detail": {"orderId": [{"suffix": "-2"}]}}"#,
];

/// Asks for every pattern by boto3.
const SCRIPT: &str = "
import boto3, json, sys
client = boto3.client('events')
event, patterns = json.loads(sys.argv[1])
print(json.dumps([client.test_event_pattern(EventPattern=pattern, Event=event)['Result'] for pattern in patterns]))
";

fn ask_cli(served: &Served, pattern: &str, event: &str) -> Result<bool, String> {
    let mut aws = served.client(&python_program("aws"));
    aws.args(["events", "test-event-pattern", "--output", "json"]);
    aws.args(["--event-pattern", pattern, "--event", event]);
    let output = aws.output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    Ok(answer["Result"].as_bool().unwrap())
}

/// What `schemactl pattern test` says.
fn ask_ourselves(pattern: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pattern.json"), pattern).unwrap();
    fs::write(folder.path().join("event.json"), event().to_string()).unwrap();
    let mut test = clean_command(&binary());
    test.current_dir(folder.path())
        .args(["pattern", "test", "pattern.json", "event.json"]);
    test.output().unwrap().status.success()
}

#[test]
fn clients_of_aws_get_the_answers_of_our_matcher() {
    let served = Served::start(&[]);
    let event = event().to_string();
    let expected: Vec<bool> = PATTERNS.iter().map(|pattern| ask_ourselves(pattern)).collect();
    assert!(expected.contains(&true) && expected.contains(&false));
    for (pattern, expected) in PATTERNS.iter().zip(&expected).take(3) {
        assert_eq!(ask_cli(&served, pattern, &event), Ok(*expected), "{pattern}");
    }
    let mut python = served.client(&python_program("python"));
    python.args(["-c", SCRIPT, &json!([event, PATTERNS]).to_string()]);
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers: Vec<bool> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers, expected);
}

#[test]
fn what_eventbridge_rejects_is_rejected() {
    let served = Served::start(&[]);
    let (whole, pattern) = (event().to_string(), PATTERNS[0]);
    let mut without = event();
    without.as_object_mut().unwrap().remove("region");
    for (pattern, event, parts) in [
        (
            r#"{"source": "x"}"#,
            whole.as_str(),
            ["InvalidEventPatternException", "Event pattern is not valid. Reason: "],
        ),
        (
            "{",
            &whole,
            ["InvalidEventPatternException", "Event pattern is not valid. Reason: "],
        ),
        (pattern, "[]", ["ValidationException", "Parameter Event is not valid"]),
        (pattern, "{", ["ValidationException", "Parameter Event is not valid"]),
        (
            pattern,
            &without.to_string(),
            ["ValidationException", "`region` is missing"],
        ),
    ] {
        let told = ask_cli(&served, pattern, event).unwrap_err();
        assert!(
            parts.iter().all(|part| told.contains(part)),
            "{pattern} {event}: {told}"
        );
    }
}
