//! A differential fuzzer: `cargo run --release -p schemactl-compat --example fuzz -- [--pairs N] [--seed S]
//! [--recursive] [--without-canonical]`, or `-- --pair SUB SUP [DRAFT]` for one pair by hand. With `--policies` every pair is compared
//! under all policies. In: a seed. Out: how the verdicts fall, why some are undecided, and the smallest pairs that show a mistake of
//! somebody.
//!
//! - UNSOUND: compatible, but the validator accepts an instance of the one that it refuses for the other
//! - BADWITNESS: incompatible, but the witness does not replay
//! - DISAGREES: the same question, asked in another way, has the opposite answer
//! - CONTRADICTION: the second engine says the opposite, with a proof or a replayed witness of its own
//! - POLICY LAW, NOT SENT: under `--policies`, a law is broken, or no writer sends the witness

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use schemactl_compat::{ContainmentEngine, Engine, Schema, Verdict};
use schemactl_containment::from_serde_json;
use schemactl_model::Dialect;
use serde_json::Value as Json;

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/second_engine/mod.rs"]
mod second_engine;

use common::check::{Checker, Failure};
use common::mutate::{Pair, pair, policy_pair};
use common::policies::PolicyChecker;
use second_engine::CanonicalEngine;

/// Pairs that are shrunk and shown, of each kind of failure.
const SHOWN: usize = 12;

struct Options {
    pairs: u64,
    first: u64,
    seed: u64,
    recursive: bool,
    canonical: bool,
    /// Checks of policies instead of containment alone.
    policies: Option<PolicyChecker>,
}

/// Under policies one in so many of the enumerated instances is tried on a pair, another share on the next one: a pair then takes
/// about as long as the comparisons that it is checked with.
const POLICY_STRIDE: usize = 17;

#[derive(Default)]
struct Tally {
    verdicts: BTreeMap<String, usize>,
    reasons: BTreeMap<String, usize>,
    examples: BTreeMap<String, String>,
    failures: BTreeMap<&'static str, Vec<(u64, Pair, Failure)>>,
    /// The verdict alone.
    slowest: Vec<(Duration, u64)>,
    /// With every check of it.
    slowest_checked: Vec<(Duration, u64)>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--pair") {
        return by_hand(&arguments[1..]);
    }
    let options = options(&arguments);
    let tally = run(&options);
    report(&options, &tally);
}

fn options(arguments: &[String]) -> Options {
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let number = |name: &str, default: u64| {
        let at = arguments.iter().position(|argument| argument == name);
        at.map_or(default, |at| arguments[at + 1].parse().unwrap())
    };
    Options {
        pairs: number("--pairs", 10_000),
        first: number("--first", 0),
        seed: number("--seed", 1),
        recursive: has("--recursive"),
        canonical: !has("--without-canonical"),
        policies: has("--policies").then(|| PolicyChecker::new(POLICY_STRIDE)),
    }
}

fn run(options: &Options) -> Tally {
    let checker = Checker::new();
    let mut tally = Tally::default();
    let started = Instant::now();
    for number in options.first..options.first + options.pairs {
        if let Some(policies) = &options.policies {
            under_policies(
                policies,
                number,
                &policy_pair(options.seed, number, options.recursive),
                &mut tally,
            );
        } else {
            let pair = pair(options.seed, number, options.recursive);
            one(&checker, number, &pair, options.canonical, &mut tally);
        }
        let done = number - options.first + 1;
        if done.is_multiple_of(10_000) {
            let failures: Vec<_> = tally.failures.iter().map(|(kind, list)| (*kind, list.len())).collect();
            let rate = u128::from(done) * 1000 / started.elapsed().as_millis().max(1);
            println!("{done} pairs, {rate} a second: {:?} {failures:?}", tally.verdicts);
        }
    }
    tally
}

fn one(checker: &Checker, number: u64, pair: &Pair, canonical: bool, tally: &mut Tally) {
    let started = Instant::now();
    let checked = checker.check(pair);
    note(&mut tally.slowest_checked, started, number);
    let outcome = match checked {
        Ok(outcome) => outcome,
        Err(error) => {
            *tally.verdicts.entry("refused".to_owned()).or_default() += 1;
            *tally.reasons.entry(format!("refused: {error}")).or_default() += 1;
            return;
        }
    };
    time(number, pair, tally);
    *tally.verdicts.entry(outcome.verdict.name().to_owned()).or_default() += 1;
    *tally.verdicts.entry("of an empty schema".to_owned()).or_default() += usize::from(outcome.inhabitants == 0);
    if let Verdict::Undecided { reason } = &outcome.verdict {
        *tally.reasons.entry(reason.clone()).or_default() += 1;
        let shown = show(pair);
        let example = tally.examples.entry(reason.clone()).or_insert_with(|| shown.clone());
        if shown.len() < example.len() {
            *example = shown;
        }
    }
    let mut failures = outcome.failures;
    failures.dedup_by_key(|failure| failure.kind);
    // The canonical engine overflows the stack over some recursive schemas with unevaluated keywords, and takes us with it.
    let overflows = show(pair).contains("unevaluated") && show(pair).contains("$ref");
    if canonical && !overflows {
        failures.extend(contradiction(pair, &outcome.verdict, tally));
    }
    for failure in failures {
        let known = tally.failures.entry(failure.kind).or_default();
        known.push((number, pair.clone(), failure));
    }
}

fn under_policies(checker: &PolicyChecker, number: u64, pair: &Pair, tally: &mut Tally) {
    let started = Instant::now();
    let mut failures = checker.broken(pair, number, &mut tally.verdicts);
    note(&mut tally.slowest_checked, started, number);
    failures.dedup_by_key(|failure| failure.kind);
    for failure in failures {
        let known = tally.failures.entry(failure.kind).or_default();
        known.push((number, pair.clone(), failure));
    }
}

fn time(number: u64, pair: &Pair, tally: &mut Tally) {
    let started = Instant::now();
    ask(&ContainmentEngine::default(), pair);
    note(&mut tally.slowest, started, number);
}

fn note(times: &mut Vec<(Duration, u64)>, started: Instant, number: u64) {
    times.push((started.elapsed(), number));
    if times.len() > 1000 {
        keep_slowest(times);
    }
}

fn keep_slowest(times: &mut Vec<(Duration, u64)>) {
    times.sort_unstable_by(|one, other| other.cmp(one));
    times.truncate(5);
}

fn ask(engine: &dyn Engine, pair: &Pair) -> Verdict {
    let (sub, sup) = (from_serde_json(&pair.sub), from_serde_json(&pair.sup));
    engine.contains(&Schema::new(&sub, pair.dialect), &Schema::new(&sup, pair.dialect))
}

fn contradiction(pair: &Pair, verdict: &Verdict, tally: &mut Tally) -> Option<Failure> {
    let second = ask(&CanonicalEngine, pair);
    *tally
        .verdicts
        .entry(format!("canonical {}", second.name()))
        .or_default() += 1;
    let detail = match (verdict, &second) {
        (Verdict::Compatible, Verdict::Incompatible { witness }) => format!("its witness {}", witness.to_json()),
        (Verdict::Incompatible { witness }, Verdict::Compatible) => {
            let replayed = common::check::breaks(&pair.sub, &pair.sup, pair.dialect, witness);
            format!("our witness {} replays: {replayed:?}", witness.to_json())
        }
        _ => return None,
    };
    Some(Failure {
        kind: "CONTRADICTION",
        detail,
    })
}

fn show(pair: &Pair) -> String {
    format!("{:?} sub {} sup {}", pair.dialect, pair.sub, pair.sup)
}

fn report(options: &Options, tally: &Tally) {
    println!(
        "seed {}, recursive {}: {:?}",
        options.seed, options.recursive, tally.verdicts
    );
    let mut reasons: Vec<_> = tally.reasons.iter().collect();
    reasons.sort_by(|one, other| other.1.cmp(one.1));
    for (reason, count) in reasons {
        println!("{count:>7} {reason}");
        if let Some(example) = tally.examples.get(reason) {
            println!("        such as {example}");
        }
    }
    for (what, times) in [("verdicts", &tally.slowest), ("checks", &tally.slowest_checked)] {
        let mut slowest = times.clone();
        keep_slowest(&mut slowest);
        println!("slowest {what}: {slowest:?}");
    }
    let checker = Checker::new();
    for (kind, list) in &tally.failures {
        println!("{kind}: {}", list.len());
        let mut list: Vec<_> = list.iter().collect();
        list.sort_by_key(|(_, pair, _)| show(pair).len());
        for (number, pair, failure) in list.into_iter().take(SHOWN) {
            let law = law_of(failure);
            let failure_of = |pair: &Pair| match &options.policies {
                Some(policies) => {
                    let failures = policies.broken(pair, *number, &mut BTreeMap::new());
                    failures
                        .into_iter()
                        .find(|found| found.kind == *kind && law_of(found) == law)
                }
                None => failure_of(&checker, pair, kind),
            };
            let small = shrink(&failure_of, pair);
            let detail = failure_of(&small).unwrap_or_else(|| failure.clone()).detail;
            println!("  pair {number}: {detail}\n    {}", show(&small));
        }
    }
}

/// The failure of that kind, if a pair has one.
fn failure_of(checker: &Checker, pair: &Pair, kind: &str) -> Option<Failure> {
    let outcome = checker.check(pair).ok()?;
    let second = (kind == "CONTRADICTION")
        .then(|| contradiction(pair, &outcome.verdict, &mut Tally::default()))
        .flatten();
    outcome
        .failures
        .into_iter()
        .chain(second)
        .find(|failure| failure.kind == kind)
}

/// Which law, and under which policy: what stands before the values.
fn law_of(failure: &Failure) -> &str {
    let mut colons = failure.detail.match_indices(": ").map(|(at, _)| at);
    colons.nth(1).map_or("", |at| &failure.detail[..at])
}

/// Leaves out whatever can be left out while the failure stays.
fn shrink(failure_of: &dyn Fn(&Pair) -> Option<Failure>, pair: &Pair) -> Pair {
    let mut best = pair.clone();
    let deadline = Instant::now() + Duration::from_secs(20);
    'again: while Instant::now() < deadline {
        let smaller = |schema: &Json| {
            let mut found = Vec::new();
            reductions(schema, &mut found);
            found.sort_by_cached_key(|value| value.to_string().len());
            found
        };
        let of_sub = smaller(&best.sub).into_iter().map(|sub| Pair { sub, ..best.clone() });
        let of_sup = smaller(&best.sup).into_iter().map(|sup| Pair { sup, ..best.clone() });
        let candidates: Vec<Pair> = of_sub.chain(of_sup).collect();
        for candidate in candidates {
            if common::check::validator(&candidate.sub, candidate.dialect).is_ok()
                && common::check::validator(&candidate.sup, candidate.dialect).is_ok()
                && failure_of(&candidate).is_some()
            {
                best = candidate;
                continue 'again;
            }
        }
        break;
    }
    best
}

/// Every value that is this one with one part left out, or emptied.
fn reductions(value: &Json, found: &mut Vec<Json>) {
    match value {
        Json::Object(members) => {
            for (key, inner) in members {
                let mut without = members.clone();
                without.remove(key);
                found.push(without.into());
                let mut below = Vec::new();
                reductions(inner, &mut below);
                for smaller in below {
                    let mut with = members.clone();
                    with.insert(key.clone(), smaller);
                    found.push(with.into());
                }
            }
        }
        Json::Array(elements) => {
            for (index, inner) in elements.iter().enumerate() {
                let mut without = elements.clone();
                without.remove(index);
                found.push(without.into());
                let mut below = Vec::new();
                reductions(inner, &mut below);
                for smaller in below {
                    let mut with = elements.clone();
                    with[index] = smaller;
                    found.push(with.into());
                }
            }
        }
        _ => {}
    }
}

fn by_hand(arguments: &[String]) {
    let read = |index: usize| serde_json::from_str::<Json>(&arguments[index]).unwrap();
    let dialect = match arguments.get(2).map(String::as_str) {
        Some("draft4") => Dialect::Draft4,
        Some("draft6") => Dialect::Draft6,
        Some("draft7") => Dialect::Draft7,
        Some("draft2019-09") => Dialect::Draft201909,
        _ => Dialect::Draft202012,
    };
    let pair = Pair {
        dialect,
        sub: read(0),
        sup: read(1),
    };
    println!("canonical: {:?}", ask(&CanonicalEngine, &pair));
    match Checker::new().check(&pair) {
        Ok(outcome) => println!("{:?}\n{:#?}", outcome.verdict, outcome.failures),
        Err(error) => println!("{:?}, but {error}", ask(&ContainmentEngine::default(), &pair)),
    }
}
