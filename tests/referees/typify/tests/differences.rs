//! What our types and those of typify accept, and what they write. `differences.json` has every difference, by its way and its case, with the reason;
//! all of them are what typify does not read of a schema. A new one is a fault of ours until it is understood.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use typify_referee::{list_cases, Case};
use serde_json::Value;

fn instances(case: &str, file: &str) -> Vec<Value> {
    let path = Path::new("../../cases/codegen").join(case).join(file);
    // Few cases have values that readers alone accept.
    if file == READ_ONLY && !path.is_file() {
        return Vec::new();
    }
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

/// Values that readers accept, and that nobody may send.
const READ_ONLY: &str = "read-only.json";

/// Returns how typify differs in a case: each way once, with the first instance that shows it.
fn find_differences(case: &Case) -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    let theirs = match &case.theirs {
        Ok(theirs) => theirs,
        Err(reason) => return BTreeMap::from([("no code", (*reason).to_owned())]),
    };
    for instance in ["accepts.json", "rejects.json", READ_ONLY].iter().flat_map(|file| instances(case.name, file)) {
        let text = instance.to_string();
        let (ours, theirs) = ((case.ours)(&text), theirs(&text));
        let way = match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) if read_value(ours) == read_value(theirs) => continue,
            (Err(_), Err(_)) => continue,
            (Ok(_), Ok(_)) => "writes something else",
            (Ok(_), Err(_)) => "rejects more",
            (Err(_), Ok(_)) => "accepts more",
        };
        let shown = format!("{text}: ours {ours:?}, typify {theirs:?}");
        found.entry(way).or_insert(shown);
    }
    found
}

/// Returns a value in which numbers are equal by what they are: 1.0 is 1.
fn read_value(text: &str) -> Value {
    fn widen(value: &mut Value) {
        match value {
            Value::Number(number) => *value = number.as_f64().into(),
            Value::Array(values) => values.iter_mut().for_each(widen),
            Value::Object(members) => members.values_mut().for_each(widen),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(text).unwrap();
    widen(&mut value);
    value
}

#[test]
fn every_difference_from_typify_has_a_reason() {
    let listed: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(&fs::read_to_string("differences.json").unwrap()).unwrap();
    let mut expected: BTreeSet<_> = listed
        .iter()
        .flat_map(|(way, cases)| cases.keys().map(move |case| (case.clone(), way.clone())))
        .collect();
    let mut unexpected = Vec::new();
    let mut compared = 0;
    for case in list_cases() {
        compared += usize::from(case.theirs.is_ok());
        for (way, shown) in find_differences(&case) {
            if !expected.remove(&(case.name.to_owned(), way.to_owned())) {
                unexpected.push(format!("{} ({way}): {shown}", case.name));
            }
        }
    }
    assert!(unexpected.is_empty(), "no reason is given for\n{}", unexpected.join("\n"));
    assert!(expected.is_empty(), "these are listed, and are none: {expected:?}");
    // Most cases have types of both.
    assert!(compared > 60, "{compared}");
}
