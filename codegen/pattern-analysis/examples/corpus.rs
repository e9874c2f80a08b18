//! Runs a file of questions whose answers are known. In: JSON with `source`, `detail-type`, `schemas`, `singles` (a pattern each, and whether it
//! matches never, some or all events of a schema) and `pairs` (two patterns, and how the events relate). Out: every answer that differs, the
//! counts, and the time of a question.
//!
//! `cargo run --release -p schemactl-pattern-analysis --example corpus -- FILE`
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use schemactl_containment::{Schema, from_serde_json};
use schemactl_model::Dialect;
use schemactl_pattern::Pattern;
use schemactl_pattern_analysis::{Coverage, Relation, with_pattern_analysis};
use serde_json::Value;
use serde_json::value::RawValue;

/// A question, with the text of its patterns: in which order a pattern is written counts.
#[derive(serde::Deserialize)]
struct Question {
    id: String,
    schema: u64,
    pattern: Box<RawValue>,
    other: Option<Box<RawValue>>,
    want: String,
}

#[derive(serde::Deserialize)]
struct Questions {
    source: String,
    #[serde(rename = "detail-type")]
    detail_type: String,
    schemas: BTreeMap<u64, Value>,
    singles: Vec<Question>,
    pairs: Vec<Question>,
}

fn main() {
    let file = std::env::args().nth(1).expect("a file of questions");
    let file: Questions = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut wrong = 0;
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for (name, schema) in &file.schemas {
        let root = from_serde_json(schema);
        let validator = jsonschema::validator_for(schema).unwrap();
        let is_valid = |detail: &Value| Some(validator.is_valid(detail));
        let read = |text: &RawValue| Pattern::parse(text.get()).unwrap();
        with_pattern_analysis(|analysis| {
            let schema = Schema::new(&root, Dialect::Draft202012);
            let events = analysis
                .version(&file.source, &file.detail_type, &schema, &is_valid)
                .unwrap();
            let questions = file.singles.iter().chain(&file.pairs);
            for question in questions.filter(|question| question.schema == *name) {
                let pattern = read(&question.pattern);
                let other = question.other.as_deref().map(read);
                let start = Instant::now();
                let one = analysis.pattern(&pattern).unwrap();
                let (kind, said) = match other {
                    None => ("one pattern", coverage(&analysis.coverage(&events, &one))),
                    Some(other) => {
                        let other = analysis.pattern(&other).unwrap();
                        ("two patterns", relation(&analysis.relation(&events, &one, &other)))
                    }
                };
                times.entry(kind).or_default().push(start.elapsed());
                if question.want != said {
                    wrong += 1;
                    println!("{}: {said}, not {}: {}", question.id, question.want, question.pattern);
                }
            }
        });
    }
    for (name, times) in &mut times {
        times.sort();
        let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
        println!(
            "{name}: {} questions, median {median:?}, slowest {slowest:?}",
            times.len()
        );
    }
    println!("{wrong} differ");
}

fn coverage(answer: &Coverage) -> &'static str {
    match answer {
        Coverage::Never => "never",
        Coverage::Some { .. } => "some",
        Coverage::All { .. } => "all",
        Coverage::Undecided(_) => "undecided",
    }
}

fn relation(answer: &Relation) -> &'static str {
    match answer {
        Relation::Equal => "equal",
        Relation::Subset(_) => "subset",
        Relation::Superset(_) => "superset",
        Relation::Overlap { .. } => "overlap",
        Relation::Disjoint => "disjoint",
        Relation::Undecided(_) => "undecided",
    }
}
