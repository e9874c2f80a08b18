//! Refactorings are no changes: schemas of one meaning in several forms, with at most one real change between them. A pure refactoring
//! reports nothing; with one real change that change is reported, at its place, and nothing else.

#![allow(clippy::unwrap_used)]

#[path = "common/explained.rs"]
mod explained;
#[path = "common/random.rs"]
mod random;
#[path = "common/shape_writer.rs"]
mod shape_writer;
#[path = "common/shapes.rs"]
mod shapes;

use explained::explain_pair;
use random::Random;
use schemactl_compat::{ComparisonSettings, Examples, Policy, Schema};
use schemactl_model::{Dialect, Source, Value, VersionField, parse};
use serde_json::json;
use shapes::{EventShape, ExpectedChange, ShapeForms};

/// Pairs of the slice, of each kind; as many as a debug build gets through in seconds. `SCHEMACTL_REFACTORINGS` asks for more.
const PAIRS: u64 = 150;
const SEED: u64 = 20_261_128;

fn pairs() -> u64 {
    let asked = std::env::var("SCHEMACTL_REFACTORINGS").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(PAIRS)
}

/// What is reported of a pair: kind and property path of each change.
fn reported(old: &str, new: &str, policy: Policy) -> Vec<(String, String)> {
    let read = |text: &str| -> Value { parse(&Source::new("test", text)).unwrap() };
    let (old, new) = (read(old), read(new));
    let (old, new) = (
        Schema::new(&old, Dialect::Draft202012),
        Schema::new(&new, Dialect::Draft202012),
    );
    let settings = ComparisonSettings {
        policy,
        version_field: Some(&VersionField::default()),
    };
    let (_, _, explanation) = explain_pair((&old, &new), settings, Examples::default());
    let changes = explanation.changes.into_iter();
    let mut told: Vec<_> = changes
        .map(|one| (one.change.kind.to_string(), one.change.path.to_string()))
        .collect();
    let together = explanation.backward.len() + explanation.forward.len();
    told.extend((0..together).map(|_| ("together".to_owned(), String::new())));
    told
}

/// Some forms of a shape.
fn forms(random: &mut Random, shape: &EventShape, count: usize) -> ShapeForms {
    let choices = shape.choices();
    (0..count).map(|_| random.pick(&choices).clone()).collect()
}

/// One pair: the texts, what changed between them, the policy.
fn pair(number: u64, changes: bool) -> (String, String, Option<ExpectedChange>, Policy) {
    let mut random = Random::new(SEED.wrapping_add(number.wrapping_mul(0x9e37_79b9)));
    let old = EventShape::event(&mut random);
    let mut new = old.clone();
    let expected = if changes { new.change(&mut random, "") } else { None };
    let before = random.below(2);
    let (first, second) = (forms(&mut random, &old, before), {
        let after = 2 + random.below(2);
        forms(&mut random, &new, after)
    });
    let policy = Policy::ALL[random.below(3)];
    let (mut old, mut new) = (old.schema(&first), new.schema(&second));
    // What identifies the version is no change.
    if old["properties"].is_object() && new["properties"].is_object() && random.percent(50) {
        old["properties"]["version"] = json!({"const": "1.0"});
        new["properties"]["version"] = json!({"const": "1.1"});
    }
    (old.to_string(), new.to_string(), expected, policy)
}

fn wrong(number: u64, changes: bool) -> Option<String> {
    let (old, new, expected, policy) = pair(number, changes);
    let told = reported(&old, &new, policy);
    let is_right = match (&expected, &told[..]) {
        (None, []) => true,
        (Some(expected), [(kind, path)]) => expected.kinds.contains(&&**kind) && *path == expected.path,
        _ => false,
    };
    let expected = expected.map_or_else(|| "nothing".to_owned(), |expected| expected.to_string());
    (!is_right).then(|| format!("pair {number}, {policy}: {told:?}, not {expected}\n    {old}\n    {new}"))
}

fn expect_none_wrong(changes: bool) {
    let wrong: Vec<String> = (0..pairs()).filter_map(|number| wrong(number, changes)).collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), pairs(), wrong.join("\n"));
}

#[test]
fn a_pure_refactoring_reports_nothing() {
    expect_none_wrong(false);
}

#[test]
fn one_change_among_refactorings_is_reported_alone() {
    expect_none_wrong(true);
}
