//! Every case of `tests/cases/codegen`: what it accepts goes through unchanged, what it rejects does not go through, and what only readers accept is
//! not published.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::by_value;

/// The values in a file of a case; none if it does not have the file.
fn instances(case: &str, file: &str) -> Vec<Value> {
    let path = Path::new("../cases/codegen").join(case).join(file);
    fs::read_to_string(path).map_or_else(|_| Vec::new(), |text| serde_json::from_str(&text).unwrap())
}

#[test]
fn what_is_accepted_survives_and_what_is_not_is_refused() {
    let (mut wrong, mut seen) = (Vec::new(), [0; 3]);
    for (case, round_trip) in consumer::generated_cases::cases() {
        let goes_through = |value: &Value| {
            let read = round_trip(&value.to_string())?;
            match by_value(serde_json::from_str(&read.written).unwrap()) == by_value(value.clone()) {
                true => Ok(read),
                false => Err(read.written),
            }
        };
        for value in instances(case, "accepts.json") {
            seen[0] += 1;
            match goes_through(&value).map(|read| read.to_publish) {
                Ok(Ok(())) => {}
                other => wrong.push(format!("{case}: {value} -> {other:?}")),
            }
        }
        for value in instances(case, "rejects.json") {
            seen[1] += 1;
            if let Ok(read) = round_trip(&value.to_string()) {
                wrong.push(format!("{case}: {value} was accepted as {}", read.written));
            }
        }
        for value in instances(case, "read-only.json") {
            seen[2] += 1;
            match goes_through(&value).map(|read| read.to_publish) {
                Ok(Err(_)) => {}
                other => wrong.push(format!("{case}: {value} -> {other:?}; expected a reader that accepts it alone")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen[0] > 300 && seen[1] > 200 && seen[2] > 10, "{seen:?}");
}
