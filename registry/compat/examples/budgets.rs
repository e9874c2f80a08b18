//! What the budget of the prover buys: `cargo run --release -p schemactl-compat --example budgets -- [FILE|FOLDER]`.
//! In: JSON lines with `draft`, `old` and `new`, or a folder of schemas, each of which is compared with the one before it; without
//! either, the hard pairs of the tests. Out: how many questions are undecided at half the budget, at the budget and at twice of it, with
//! the reasons, and whether an answer changed that was no spent budget.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemactl_compat::{ContainmentEngine, Engine, Schema, Verdict};
use schemactl_model::{Dialect, Source, Value, parse};

#[path = "../tests/common/mod.rs"]
mod common;

/// Two schemas and the dialect of both.
type BudgetCase = (Value, Value, Dialect);

fn main() {
    let cases = match std::env::args().nth(1).map(PathBuf::from) {
        None => hard_cases(),
        Some(path) if path.is_dir() => read_folder(&path),
        Some(path) => read_lines(&path),
    };
    let questions = 2 * cases.len();
    println!("| steps a question | undecided of {questions} | share | for the budget |\n|---|---|---|---|");
    let mut answers: Vec<Vec<Verdict>> = Vec::new();
    for steps in [
        ContainmentEngine::STEPS / 2,
        ContainmentEngine::STEPS,
        2 * ContainmentEngine::STEPS,
    ] {
        let found = answer_all(&ContainmentEngine::default().within(steps), &cases);
        let undecided = found.iter().filter(|verdict| verdict.name() == "undecided").count();
        let budget = found.iter().filter(|verdict| is_spent(verdict)).count();
        #[allow(clippy::cast_precision_loss)]
        let share = 100.0 * undecided as f64 / questions as f64;
        println!("| {steps} | {undecided} | {share:.3} % | {budget} |");
        answers.push(found);
    }
    let changed = answers.windows(2).flat_map(|pair| pair[0].iter().zip(&pair[1]));
    let changed = changed
        .filter(|(small, large)| small != large && !is_spent(small))
        .count();
    println!("\nanswers that another budget changes, but for spent ones: {changed}");
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for verdict in answers.last().into_iter().flatten() {
        if let Verdict::Undecided { reason } = verdict {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    println!("undecided at twice the budget because: {reasons:#?}");
}

/// Whether a verdict is undecided for the budget: of steps or of bytes.
fn is_spent(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Undecided { reason } if reason.contains(" needs more than "))
}

fn answer_all(engine: &ContainmentEngine, cases: &[BudgetCase]) -> Vec<Verdict> {
    let answer = |(old, new, dialect): &BudgetCase| {
        let (old, new) = (Schema::new(old, *dialect), Schema::new(new, *dialect));
        [engine.contains(&old, &new), engine.contains(&new, &old)]
    };
    cases.iter().flat_map(answer).collect()
}

fn hard_cases() -> Vec<BudgetCase> {
    let read = |text: &str| parse(&Source::new("hard", text)).unwrap();
    let pairs = common::hard::hard_pairs().into_iter();
    pairs
        .map(|pair| (read(&pair.old), read(&pair.new), Dialect::Draft202012))
        .collect()
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
