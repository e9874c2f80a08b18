//! Runs the engine over whole schemas of other people: `cargo run --release -p schemactl-compat --example schemas
//! -- FOLDER [--mutations N] [--seed S]`. In: a folder with schemas in `.json` files, at any depth. Each is held against itself,
//! which must be compatible, and against itself with one to three random changes. Out: how the verdicts fall, why some are
//! undecided, the slowest pairs, and every witness that does not replay.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schemactl_compat::{ContainmentEngine, Engine, Schema, Validator, Verdict};
use schemactl_containment::from_serde_json;
use schemactl_model::Dialect;
use serde_json::Value as Json;

#[path = "../tests/common/mod.rs"]
mod common;

use common::generate::Generator;
use common::random::Random;

#[derive(Default)]
struct Tally {
    verdicts: BTreeMap<&'static str, usize>,
    reasons: BTreeMap<String, (usize, String)>,
    faults: Vec<String>,
    times: Vec<(Duration, String)>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, default: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.map_or(default, |at| arguments[at + 1].parse().unwrap())
    };
    let (mutations, seed) = (number("--mutations", 3), number("--seed", 1));
    let mut files = Vec::new();
    collect(Path::new(&arguments[0]), &mut files);
    files.sort();
    let (mut own, mut changed) = (Tally::default(), Tally::default());
    for (index, file) in files.iter().enumerate() {
        let Ok(schema) = serde_json::from_str::<Json>(&fs::read_to_string(file).unwrap_or_default()) else {
            continue;
        };
        if !schema.is_object() {
            continue;
        }
        let name = file.display().to_string();
        one(&name, &schema, &schema, &mut own);
        for round in 0..mutations {
            let mut random = Random::new((seed * 1_000_003 + index * 1009 + round) as u64);
            let other = mutated(&schema, &mut random);
            one(&format!("{name} to change {round}"), &schema, &other, &mut changed);
            one(&format!("{name} from change {round}"), &other, &schema, &mut changed);
        }
    }
    let same = !own.verdicts.contains_key("incompatible");
    report("against themselves", own);
    report("against a changed one", changed);
    assert!(same, "a schema is in itself");
}

fn mutated(schema: &Json, random: &mut Random) -> Json {
    let mut generator = Generator {
        random,
        dialect: dialect(schema),
        recursive: false,
        without: None,
        theme: &[],
    };
    generator.mutated(schema)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}

/// What `$schema` says; draft-04 where it names a dialect of its own, as Iglu's do.
fn dialect(schema: &Json) -> Dialect {
    let uri = schema.get("$schema").and_then(Json::as_str);
    uri.map_or(Dialect::Draft7, |uri| Dialect::from_uri(uri).unwrap_or(Dialect::Draft4))
}

fn one(name: &str, sub: &Json, sup: &Json, tally: &mut Tally) {
    let dialect = dialect(sub);
    let (sub, sup) = (from_serde_json(sub), from_serde_json(sup));
    let (sub, sup) = (Schema::new(&sub, dialect), Schema::new(&sup, dialect));
    let started = Instant::now();
    let verdict = ContainmentEngine::default().contains(&sub, &sup);
    tally.times.push((started.elapsed(), name.to_owned()));
    *tally.verdicts.entry(verdict.name()).or_default() += 1;
    match &verdict {
        Verdict::Compatible => {}
        Verdict::Undecided { reason } => {
            let known = tally.reasons.entry(reason.clone()).or_insert((0, name.to_owned()));
            known.0 += 1;
        }
        Verdict::Incompatible { witness } => {
            let valid = |schema: &Schema<'_>| Validator::new(schema.root, schema.dialect)?.is_valid(witness);
            let replayed = (valid(&sub), valid(&sup));
            if replayed != (Ok(true), Ok(false)) {
                tally.faults.push(format!("{name}: {replayed:?}"));
            }
        }
    }
}

fn report(title: &str, mut tally: Tally) {
    println!("{title}: {:?}", tally.verdicts);
    let mut reasons: Vec<_> = tally.reasons.iter().collect();
    reasons.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    for (reason, (count, name)) in reasons.iter().take(20) {
        println!("{count:>7} undecided: {reason}, such as {name}");
    }
    for fault in tally.faults.iter().take(20) {
        println!("WITNESS DOES NOT REPLAY: {fault}");
    }
    tally.times.sort();
    let Some(last) = tally.times.len().checked_sub(1) else {
        return;
    };
    let at = |share: usize| tally.times[last * share / 1000].0;
    println!("a question: median {:?}, p90 {:?}, p99 {:?}", at(500), at(900), at(990));
    for (time, name) in tally.times.iter().rev().take(5) {
        println!("    {time:?} {name}");
    }
}
