//! The official test suite as questions of containment: `cargo run --release -p schemactl-compat --features replay --example
//! suite -- FOLDER [ENGINE]`. In: a folder with `tests/draft*/*.json` and `remotes` in it, such as a checkout of
//! JSON-Schema-Test-Suite. Out: a table, every answer that is wrong, and what was left out.
//!
//! For an instance and a schema of the suite, `{enum: [instance]} ⊆ schema` exactly if the instance is valid, and `schema ⊆
//! not {enum: [instance]}` exactly if it is not.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use schemactl_compat::{CanonicalEngine, ContainmentEngine, Engine, Schema, Validator, Verdict};
use schemactl_model::{Dialect, Entry, Kind, Object, Resolver, Source, Span, Value, join_uri, parse};

const DRAFTS: [(&str, Dialect); 5] = [
    ("draft4", Dialect::Draft4),
    ("draft6", Dialect::Draft6),
    ("draft7", Dialect::Draft7),
    ("draft2019-09", Dialect::Draft201909),
    ("draft2020-12", Dialect::Draft202012),
];

/// Where the suite's remote documents would be served from.
const REMOTES: &str = "http://localhost:1234/";

#[derive(Default)]
struct Tally {
    right: usize,
    wrong: usize,
    undecided: usize,
    reasons: BTreeMap<String, usize>,
    skipped: BTreeMap<String, usize>,
    slowest: (Duration, String),
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder with the suite");
    let engine: Box<dyn Engine> = match arguments.next().as_deref() {
        Some("canonical") => Box::new(CanonicalEngine),
        _ => Box::new(ContainmentEngine::default()),
    };
    let mut table = Vec::new();
    for (name, dialect) in DRAFTS {
        let mut tally = Tally::default();
        draft(
            engine.as_ref(),
            &Path::new(&folder).join("tests").join(name),
            dialect,
            &mut tally,
        );
        table.push((name, tally));
    }
    report(&table);
    assert!(
        table.iter().all(|(_, tally)| tally.wrong == 0),
        "the engine contradicts the suite"
    );
}

fn draft(engine: &dyn Engine, folder: &Path, dialect: Dialect, tally: &mut Tally) {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if file.is_dir() {
            *tally.skipped.entry(format!("folder {name}")).or_default() += tests_below(&file);
            continue;
        }
        let groups = parse(&Source::new(name.as_str(), fs::read_to_string(&file).unwrap())).unwrap();
        for group in groups.as_array().unwrap() {
            run_group(engine, &name, group, dialect, tally);
        }
    }
}

fn tests_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let counts = entries.map(|path| {
        if path.is_dir() {
            return tests_below(&path);
        }
        let read: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let groups = read.as_array().unwrap().iter();
        groups.map(|group| group["tests"].as_array().unwrap().len()).sum()
    });
    counts.sum()
}

fn run_group(engine: &dyn Engine, file: &str, group: &Value, dialect: Dialect, tally: &mut Tally) {
    let schema = group.member("schema").unwrap();
    let tests = group.member("tests").unwrap().as_array().unwrap();
    if let Some(reason) = left_out(schema, dialect) {
        *tally.skipped.entry(reason.to_owned()).or_default() += tests.len();
        return;
    }
    let title = group.member("description").and_then(Value::as_str).unwrap();
    for test in tests {
        let about = test.member("description").and_then(Value::as_str).unwrap();
        let name = format!("{file}: {title}: {about}");
        run_test(engine, &name, schema, test, dialect, tally);
    }
}

/// Why a schema asks for what an engine without a network and without other vocabularies does not have.
fn left_out(schema: &Value, dialect: Dialect) -> Option<&'static str> {
    if let Some(uri) = schema.member("$schema").and_then(Value::as_str)
        && Dialect::from_uri(uri).is_err()
    {
        return Some("a metaschema of its own");
    }
    let resolver = Resolver::new(schema, dialect);
    let leaves = resolver.references().iter().any(|reference| {
        let missing = resolver.resolve(&reference.base, &reference.text).is_err();
        let location = reference.text.split('#').next().unwrap_or_default();
        missing && join_uri(&reference.base, location).starts_with(REMOTES)
    });
    leaves.then_some("a remote document")
}

fn run_test(engine: &dyn Engine, name: &str, schema: &Value, test: &Value, dialect: Dialect, tally: &mut Tally) {
    let instance = test.member("data").unwrap();
    let valid = test.member("valid").unwrap().kind == Kind::Bool(true);
    let only = object([("enum", array(vec![instance.clone()]))]);
    let others = object([("not", only.clone())]);
    let questions = [
        ("{enum} in schema", &only, schema, valid),
        ("schema in not {enum}", schema, &others, !valid),
    ];
    for (question, sub, sup, expected) in questions {
        let started = Instant::now();
        let verdict = engine.contains(&Schema::new(sub, dialect), &Schema::new(sup, dialect));
        if started.elapsed() > tally.slowest.0 {
            tally.slowest = (started.elapsed(), name.to_owned());
        }
        match &verdict {
            Verdict::Undecided { reason } => {
                tally.undecided += 1;
                *tally.reasons.entry(reason.clone()).or_default() += 1;
            }
            decided if decided.is_compatible() == expected => tally.right += 1,
            _ => {
                tally.wrong += 1;
                let shown = describe(&verdict);
                println!(
                    "WRONG {dialect:?} {name} ({question}): {shown}, but the instance is {}valid",
                    if valid { "" } else { "in" }
                );
                println!("    schema {}\n    instance {}", schema.to_json(), instance.to_json());
                println!("    the validator says {:?}", replayed(schema, instance, dialect));
            }
        }
    }
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Incompatible { witness } => format!("incompatible by {}", witness.to_json()),
        other => other.name().to_owned(),
    }
}

fn replayed(schema: &Value, instance: &Value, dialect: Dialect) -> Option<bool> {
    Validator::new(schema, dialect).ok()?.is_valid(instance).ok()
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let entries = members.into_iter().map(|(key, value)| Entry {
        key: key.to_owned(),
        key_span: Span::default(),
        value,
    });
    Value::computed(Kind::Object(Object::from_entries(entries.collect())))
}

fn array(elements: Vec<Value>) -> Value {
    Value::computed(Kind::Array(elements))
}

fn report(table: &[(&str, Tally)]) {
    println!("{:14} {:>7} {:>7} {:>9}  slowest", "", "right", "wrong", "undecided");
    for (name, tally) in table {
        let (time, test) = &tally.slowest;
        println!(
            "{name:14} {:>7} {:>7} {:>9}  {time:?} {test}",
            tally.right, tally.wrong, tally.undecided
        );
    }
    for (name, tally) in table {
        println!("{name}: tests left out: {:?}", tally.skipped);
        for (reason, count) in &tally.reasons {
            println!("{name}: undecided {count:>4}: {reason}");
        }
    }
}
