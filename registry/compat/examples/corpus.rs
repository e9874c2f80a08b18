//! Runs an engine over a file of containment cases: `cargo run --release -p schemactl-compat --example
//! corpus -- FILE [ENGINE]`, where ENGINE is `canonical`, or `product` for what `schemactl diff --batch` does, with witnesses replayed
//! and shrunk, or `explain` for the changes of every pair under every policy. In: JSON lines `{"id","draft","old","new","backward":{"verdict"},"forward":{"verdict"}}`. Out: how
//! many verdicts agree, every one that does not, and how long a pair takes. A witness that does not hold is an error.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::time::Instant;

use schemactl_compat::{
    ComparisonSettings, ContainmentEngine, Engine, Examples, Explained, Impact, Policy, Schema, Validator, Verdict,
    directions, explain,
};
use schemactl_model::{Dialect, Source, Value, parse};

#[path = "../tests/second_engine/mod.rs"]
mod second_engine;

use second_engine::CanonicalEngine;

/// Pairs that are shown as the slowest.
const SLOWEST: usize = 30;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("a file with cases");
    let which = arguments.next();
    let product = which.as_deref() == Some("product");
    let explain_too = which.as_deref() == Some("explain");
    let engine: Box<dyn Engine> = match which.as_deref() {
        Some("canonical") => Box::new(CanonicalEngine),
        _ => Box::new(ContainmentEngine::default()),
    };
    let text = std::fs::read_to_string(&file).unwrap();
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut times = Vec::new();
    for line in text.lines() {
        let case = parse(&Source::new("cases", line)).unwrap();
        let member = |name: &str| case.member(name).cloned().unwrap();
        let (id, old, new) = (member("id"), member("old"), member("new"));
        let dialect = dialect(member("draft").as_str().unwrap());
        if explain_too {
            explained(
                &id,
                &Schema::new(&old, dialect),
                &Schema::new(&new, dialect),
                &mut tally,
            );
            continue;
        }
        let schema = |root| Schema::new(root, dialect);
        let compared = || {
            if product {
                let settings = ComparisonSettings::without_version(Policy::OpenStrict);
                return directions(engine.as_ref(), (&schema(&old), &schema(&new)), settings);
            }
            let backward = engine.contains(&schema(&old), &schema(&new));
            (backward, engine.contains(&schema(&new), &schema(&old)))
        };
        // Once to warm up: caches of the processor hold the code of the engine, and not what this pair needed.
        drop(compared());
        let started = Instant::now();
        let (backward, forward) = compared();
        let verdicts = [("backward", &old, &new, backward), ("forward", &new, &old, forward)];
        times.push((started.elapsed(), id.as_str().unwrap_or_default().to_owned()));
        for (direction, sub, sup, verdict) in verdicts {
            let expected = case
                .member(direction)
                .and_then(|side| side.member("verdict"))
                .and_then(Value::as_str)
                .unwrap_or("none");
            let outcome = judge(expected, &verdict, &schema(sub), &schema(sup));
            if !matches!(outcome, "right" | "corrected by a witness") {
                println!(
                    "{outcome}: {} {direction}: expected {expected}, found {verdict:?}",
                    id.as_str().unwrap_or_default()
                );
            }
            if let Verdict::Undecided { reason } = &verdict {
                *reasons.entry(reason.clone()).or_default() += 1;
            }
            *tally.entry(outcome.to_owned()).or_default() += 1;
        }
    }
    if explain_too {
        println!("{tally:#?}");
        return;
    }
    times.sort();
    println!("{}: {tally:?}", engine.name());
    println!("undecided because: {reasons:#?}");
    let at = |share: usize| times[(times.len() - 1) * share / 100].0;
    println!(
        "a pair, both directions: median {:?}, p90 {:?}, p99 {:?}, most {:?}",
        at(50),
        at(90),
        at(99),
        at(100)
    );
    for (time, id) in times.iter().rev().take(SLOWEST) {
        println!("    {time:?} {id}");
    }
}

/// Explains a pair under every policy: the list of changes has to say what the verdict says.
fn explained(id: &Value, old: &Schema<'_>, new: &Schema<'_>, tally: &mut BTreeMap<String, usize>) {
    let engine = ContainmentEngine::default();
    for policy in Policy::ALL {
        let settings = ComparisonSettings::without_version(policy);
        let (backward, forward) = directions(&engine, (old, new), settings);
        let explanation = explain(
            &engine,
            (old, new),
            settings,
            (&backward, &forward),
            Examples::default(),
        );
        let count = |of: fn(&Explained) -> &Impact| {
            explanation
                .changes
                .iter()
                .filter(|one| of(one).as_break().is_some())
                .count()
        };
        for (verdict, single, others) in [
            (&backward, count(|one| &one.backward), explanation.backward.len()),
            (&forward, count(|one| &one.forward), explanation.forward.len()),
        ] {
            let outcome = match (verdict.name(), single, others) {
                ("incompatible", 0, 0) => "NOT EXPLAINED",
                ("compatible" | "undecided", 0, 0) => "nothing to explain",
                ("incompatible", 1.., 0) => "explained by changes of their own",
                ("incompatible", ..) => "explained by changes together",
                _ => "CONTRADICTS THE VERDICT",
            };
            if outcome.chars().all(|letter| letter.is_uppercase() || letter == ' ') {
                println!(
                    "{outcome}: {} under {policy}: {verdict:?}",
                    id.as_str().unwrap_or_default()
                );
            }
            *tally.entry(outcome.to_owned()).or_default() += 1;
        }
    }
}

fn dialect(draft: &str) -> Dialect {
    match draft {
        "draft4" => Dialect::Draft4,
        "draft6" => Dialect::Draft6,
        "draft7" => Dialect::Draft7,
        "draft2019-09" => Dialect::Draft201909,
        _ => Dialect::Draft202012,
    }
}

fn judge(expected: &str, verdict: &Verdict, sub: &Schema<'_>, sup: &Schema<'_>) -> &'static str {
    match (expected, verdict) {
        (_, Verdict::Undecided { .. }) => "undecided",
        (_, Verdict::Incompatible { witness }) if !holds(witness, sub, sup) => "WITNESS DOES NOT HOLD",
        ("incompatible", Verdict::Compatible) => "UNSOUND",
        ("compatible" | "compatible?", Verdict::Incompatible { .. }) => "corrected by a witness",
        _ => "right",
    }
}

fn holds(witness: &Value, sub: &Schema<'_>, sup: &Schema<'_>) -> bool {
    let valid = |schema: &Schema<'_>| {
        let validator = Validator::new(schema.root, schema.dialect).ok()?;
        validator.is_valid(witness).ok()
    };
    valid(sub) == Some(true) && valid(sup) == Some(false)
}
