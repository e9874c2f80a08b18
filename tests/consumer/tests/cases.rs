//! Every case of `tests/cases/codegen`: what it accepts goes through unchanged, what it rejects does not go through.

use std::fs;
use std::path::Path;

use serde_json::{json, Value};

fn instances(case: &str, file: &str) -> Vec<Value> {
    let path = Path::new("../cases/codegen").join(case).join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// With each number as a float: JSON does not tell 0 and 0.0 apart, serde_json does.
fn by_value(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(elements) => elements.into_iter().map(by_value).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, by_value(value))).collect(),
        other => other,
    }
}

#[test]
fn what_is_accepted_survives_and_what_is_not_is_refused() {
    let mut wrong = Vec::new();
    for (case, round_trip) in consumer::generated_cases::cases() {
        for value in instances(case, "accepts.json") {
            match round_trip(&value.to_string()) {
                Ok(text) if by_value(serde_json::from_str(&text).unwrap()) == by_value(value.clone()) => {}
                other => wrong.push(format!("{case}: {value} -> {other:?}")),
            }
        }
        for value in instances(case, "rejects.json") {
            if let Ok(text) = round_trip(&value.to_string()) {
                wrong.push(format!("{case}: {value} was accepted as {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
