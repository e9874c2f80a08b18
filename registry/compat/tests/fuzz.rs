//! A slice of the differential fuzzer: pairs of small schemas over all keywords, held against the validator on a thousand instances,
//! the second engine, and the laws of containment. The long run is `examples/fuzz.rs`.

#![allow(clippy::unwrap_used)]

use schemactl_compat::{Engine, Schema, Verdict};
use schemactl_containment::from_serde_json;

mod common;
mod second_engine;

use common::check::Checker;
use common::mutate::{Pair, pair};
use second_engine::CanonicalEngine;

/// Pairs of each kind; as many as a debug build gets through in seconds.
const PAIRS: u64 = 400;

/// Another seed than the long runs have.
const SEED: u64 = 20_261_124;

fn shown(number: u64, pair: &Pair, what: &str) -> String {
    format!(
        "pair {number}, {:?}: {what}\n    sub {}\n    sup {}",
        pair.dialect, pair.sub, pair.sup
    )
}

fn pairs(recursive: bool) -> impl Iterator<Item = (u64, Pair)> {
    (0..PAIRS).map(move |number| (number, pair(SEED, number, recursive)))
}

fn assert_checked(recursive: bool) {
    let checker = Checker::new();
    let (mut failures, mut decided) = (Vec::new(), 0);
    for (number, pair) in pairs(recursive) {
        // The validator refuses a few of the schemas: there is nothing to hold their verdicts against.
        let Ok(outcome) = checker.check(&pair) else { continue };
        decided += u64::from(!matches!(outcome.verdict, Verdict::Undecided { .. }));
        let found = outcome.failures.iter();
        failures.extend(found.map(|failure| shown(number, &pair, &format!("{} {}", failure.kind, failure.detail))));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(
        decided * 100 > PAIRS * 95,
        "only {decided} of {PAIRS} pairs are decided"
    );
}

#[test]
fn verdicts_hold_against_the_validator() {
    assert_checked(false);
}

#[test]
fn verdicts_on_recursive_schemas_hold_against_the_validator() {
    assert_checked(true);
}

#[test]
fn the_second_engine_never_says_the_opposite() {
    let ask = |engine: &dyn Engine, pair: &Pair| {
        let (sub, sup) = (from_serde_json(&pair.sub), from_serde_json(&pair.sup));
        engine.contains(&Schema::new(&sub, pair.dialect), &Schema::new(&sup, pair.dialect))
    };
    let (mut contradictions, mut definite) = (Vec::new(), 0);
    for (number, pair) in pairs(false) {
        let ours = ask(&schemactl_compat::ContainmentEngine::default(), &pair);
        let theirs = ask(&CanonicalEngine, &pair);
        let both = !matches!(ours, Verdict::Undecided { .. }) && !matches!(theirs, Verdict::Undecided { .. });
        definite += u64::from(both);
        if both && ours.name() != theirs.name() {
            contradictions.push(shown(number, &pair, &format!("{ours:?} and {theirs:?}")));
        }
    }
    assert!(contradictions.is_empty(), "{}", contradictions.join("\n"));
    assert!(
        definite * 2 > PAIRS,
        "only {definite} of {PAIRS} pairs have two opinions"
    );
}

#[test]
fn no_law_is_broken() {
    let pairs = pairs(false).chain(pairs(true));
    let broken: Vec<String> = pairs
        .flat_map(|(number, pair)| {
            let failures = common::laws::broken(&pair, number);
            failures
                .into_iter()
                .map(move |failure| shown(number, &pair, &failure.detail))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
