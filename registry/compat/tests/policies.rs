//! A slice of the fuzzer over all policies: the laws of policies, and verdicts under policies held against the definition on small
//! instances. The long run is `examples/fuzz.rs --policies`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

mod common;

use common::by_definition::Definition;
use common::instances::enumerated;
use common::mutate::{Pair, policy_pair};
use common::policies::PolicyChecker;

/// Pairs of each kind; as many as a debug build gets through in seconds.
const PAIRS: u64 = 60;

/// One in so many of the enumerated instances is tried on a pair, another share on the next one.
const STRIDE: usize = 7;

/// Another seed than the long runs have.
const SEED: u64 = 20_261_128;

fn shown(number: u64, pair: &Pair, what: &str) -> String {
    format!(
        "pair {number}, {:?}: {what}\n    sub {}\n    sup {}",
        pair.dialect, pair.sub, pair.sup
    )
}

fn pairs(recursive: bool) -> impl Iterator<Item = (u64, Pair)> {
    (0..PAIRS).map(move |number| (number, policy_pair(SEED, number, recursive)))
}

/// What the laws rest on: the definition accepts what a validator accepts that is not ours.
#[test]
fn the_definition_accepts_what_the_validator_accepts() {
    let instances = enumerated();
    let mut different = Vec::new();
    for (number, pair) in pairs(false).chain(pairs(true)) {
        let Ok(validator) = common::check::validator(&pair.sub, pair.dialect) else {
            continue;
        };
        let definition = Definition::new(&pair.sub, pair.dialect);
        let wrong = instances
            .iter()
            .find(|instance| definition.is_valid(instance) != validator.is_valid(instance));
        different.extend(wrong.map(|instance| shown(number, &pair, &instance.to_string())));
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn no_law_of_policies_is_broken() {
    let checker = PolicyChecker::new(STRIDE);
    let (mut tally, mut broken) = (BTreeMap::new(), Vec::new());
    for (number, pair) in pairs(false).chain(pairs(true)) {
        let failures = checker.broken(&pair, number, &mut tally);
        broken.extend(
            failures
                .iter()
                .map(|failure| shown(number, &pair, &format!("{} {}", failure.kind, failure.detail))),
        );
    }
    assert!(
        broken.is_empty(),
        "{} broken, {tally:#?}\n{}",
        broken.len(),
        broken.join("\n")
    );
}
