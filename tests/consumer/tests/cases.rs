//! Every case of `tests/cases/codegen`: what it accepts goes through unchanged, what it rejects does not go through.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::by_value;

fn instances(case: &str, file: &str) -> Vec<Value> {
    let path = Path::new("../cases/codegen").join(case).join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
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
