//! What the budget of the prover buys: `cargo run --release -p schemactl-compat --features replay --example budgets -- FILE|FOLDER`.
//! In: JSON lines with `draft`, `old` and `new`, or a folder of schemas, each of which is compared with the one before it. Out: how
//! many questions are undecided at half the budget, at the budget and at twice of it, with the reasons.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemactl_compat::{ContainmentEngine, Engine, Schema, Verdict};
use schemactl_model::{Dialect, Source, Value, parse};

/// Two schemas and the dialect of both.
type BudgetCase = (Value, Value, Dialect);

fn main() {
    let path = PathBuf::from(
        std::env::args()
            .nth(1)
            .expect("a file with cases, or a folder of schemas"),
    );
    let cases = if path.is_dir() {
        read_folder(&path)
    } else {
        read_lines(&path)
    };
    let questions = 2 * cases.len();
    println!("| steps a question | undecided of {questions} | share | for the budget |\n|---|---|---|---|");
    let mut reasons = BTreeMap::new();
    for steps in [
        ContainmentEngine::STEPS / 2,
        ContainmentEngine::STEPS,
        2 * ContainmentEngine::STEPS,
    ] {
        reasons = undecided(&ContainmentEngine::default().within(steps), &cases);
        let all: usize = reasons.values().sum();
        let spent = |reason: &&String| reason.contains(" takes more than ");
        let budget: usize = reasons
            .iter()
            .filter(|(reason, _)| spent(reason))
            .map(|(_, count)| count)
            .sum();
        #[allow(clippy::cast_precision_loss)]
        let share = 100.0 * all as f64 / questions as f64;
        println!("| {steps} | {all} | {share:.3} % | {budget} |");
    }
    println!("\nundecided at twice the budget because: {reasons:#?}");
}

/// How often each reason was given.
fn undecided(engine: &ContainmentEngine, cases: &[BudgetCase]) -> BTreeMap<String, usize> {
    let mut reasons = BTreeMap::new();
    for (old, new, dialect) in cases {
        let (old, new) = (Schema::new(old, *dialect), Schema::new(new, *dialect));
        for (sub, sup) in [(&old, &new), (&new, &old)] {
            if let Verdict::Undecided { reason } = engine.contains(sub, sup) {
                *reasons.entry(reason).or_default() += 1;
            }
        }
    }
    reasons
}

fn read_lines(path: &Path) -> Vec<BudgetCase> {
    let text = std::fs::read_to_string(path).unwrap();
    let case = |line: &str| {
        let case = parse(&Source::new("case", line)).unwrap();
        let member = |name: &str| case.member(name).cloned().unwrap();
        let draft = case.member("draft").and_then(Value::as_str).unwrap_or_default();
        (member("old"), member("new"), dialect(draft))
    };
    text.lines().map(case).collect()
}

fn read_folder(folder: &Path) -> Vec<BudgetCase> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| parse(&Source::new("schema", std::fs::read_to_string(path).ok()?)).ok();
    let schemas: Vec<Value> = paths.iter().filter_map(read).collect();
    let of = |schema: &Value| {
        let uri = schema.member("$schema").and_then(Value::as_str);
        uri.and_then(|uri| Dialect::from_uri(uri).ok())
            .unwrap_or(Dialect::Draft202012)
    };
    let pairs = schemas.windows(2).filter(|pair| of(&pair[0]) == of(&pair[1]));
    pairs
        .map(|pair| (pair[0].clone(), pair[1].clone(), of(&pair[0])))
        .collect()
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
