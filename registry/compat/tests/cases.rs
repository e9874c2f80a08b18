//! The named cases of the engine: `tests/cases/compat/*.jsonl`, a case a line, `{"id", "why", "draft", "old", "new", "backward",
//! "forward"}` with the verdicts that must come out, and `policy` where the pair is compared under one. Adding one needs no Rust.
//! `schemactl diff --batch` reads the same lines.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_compat::{ComparisonSettings, ContainmentEngine, Engine, Policy, Schema, Validator, Verdict, directions};
use schemactl_model::{Dialect, Source, Value, parse};

mod second_engine;

use second_engine::CanonicalEngine;

const DRAFTS: [(&str, Dialect); 5] = [
    ("draft4", Dialect::Draft4),
    ("draft6", Dialect::Draft6),
    ("draft7", Dialect::Draft7),
    ("draft2019-09", Dialect::Draft201909),
    ("draft2020-12", Dialect::Draft202012),
];

struct Case {
    /// The file and the id, for messages.
    name: String,
    dialect: Dialect,
    value: Value,
}

impl Case {
    fn member(&self, name: &str) -> &Value {
        let member = self.value.member(name);
        member.unwrap_or_else(|| panic!("{}: there is no `{name}`", self.name))
    }

    fn text(&self, name: &str) -> &str {
        let text = self.member(name).as_str();
        text.unwrap_or_else(|| panic!("{}: `{name}` is no text", self.name))
    }

    fn schema(&self, name: &str) -> Schema<'_> {
        Schema::new(self.member(name), self.dialect)
    }

    /// The policy, of a case that names one.
    fn policy(&self) -> Option<Policy> {
        let name = self.value.member("policy").and_then(Value::as_str)?;
        Some(name.parse().unwrap_or_else(|error| panic!("{}: {error}", self.name)))
    }

    /// The verdict of each direction.
    fn verdicts(&self) -> [Verdict; 2] {
        let engine = ContainmentEngine::default();
        match self.policy() {
            Some(policy) => {
                let settings = ComparisonSettings::without_version(policy);
                directions(&engine, (&self.schema("old"), &self.schema("new")), settings).into()
            }
            None => self.directions().map(|(_, sub, sup)| engine.contains(&sub, &sup)),
        }
    }

    /// Each direction: its name, the smaller and the larger side.
    fn directions(&self) -> [(&'static str, Schema<'_>, Schema<'_>); 2] {
        let (old, new) = (self.schema("old"), self.schema("new"));
        [("backward", old, new), ("forward", new, old)]
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/compat")
}

fn cases() -> Vec<Case> {
    let mut files: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files.iter().flat_map(|path| cases_of(path)).collect()
}

fn cases_of(path: &Path) -> Vec<Case> {
    let file = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let cases = lines.map(|(number, line)| {
        let name = format!("{file}:{}", number + 1);
        let value = parse(&Source::new(name.as_str(), line)).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let id = value.member("id").and_then(Value::as_str).unwrap_or_default();
        let name = format!("{name} {id}");
        let draft = value.member("draft").and_then(Value::as_str).unwrap_or_default();
        let known = DRAFTS.iter().find(|(known, _)| *known == draft);
        let dialect = known.unwrap_or_else(|| panic!("{name}: `{draft}` is no draft")).1;
        Case { name, dialect, value }
    });
    cases.collect()
}

/// What is wrong with a verdict, if anything is.
fn fault(expected: &str, verdict: &Verdict, sub: &Schema<'_>, sup: &Schema<'_>) -> Option<String> {
    if verdict.name() != expected {
        return Some(format!("expected {expected}, found {verdict:?}"));
    }
    let witness = verdict.witness()?;
    let valid = |schema: &Schema<'_>| Validator::new(schema.root, schema.dialect)?.is_valid(witness);
    match (valid(sub), valid(sup)) {
        (Ok(true), Ok(false)) => None,
        replayed => Some(format!(
            "the witness {} does not replay: {replayed:?}",
            witness.to_json()
        )),
    }
}

#[test]
fn every_verdict_is_the_expected_one_and_every_witness_replays() {
    let mut faults = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 200, "only {} cases were found", cases.len());
    for case in &cases {
        for ((direction, sub, sup), verdict) in case.directions().into_iter().zip(case.verdicts()) {
            // What a policy leaves out of a reader's schema only makes it accept more, so its witness breaks the schemas as well.
            if let Some(fault) = fault(case.text(direction), &verdict, &sub, &sup) {
                faults.push(format!("{} {direction}: {fault}", case.name));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// That a pair is compatible is our own word: a second engine may know less, but must never show an event that breaks it. That a
/// pair is incompatible is shown by an event, and needs no second opinion. It knows no policies.
#[test]
fn the_second_engine_breaks_no_pair_that_is_held_to_be_compatible() {
    let mut broken = Vec::new();
    for case in cases().into_iter().filter(|case| case.policy().is_none()) {
        for (direction, sub, sup) in case.directions() {
            let expected = case.text(direction);
            if let ("compatible", found @ Verdict::Incompatible { .. }) =
                (expected, CanonicalEngine.contains(&sub, &sup))
            {
                broken.push(format!("{} {direction}: {found:?}", case.name));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn ids_are_told_apart_and_every_case_says_why() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for case in cases() {
        assert!(!case.text("why").is_empty(), "{}", case.name);
        if let Some(other) = seen.insert(case.text("id").to_owned(), case.name.clone()) {
            panic!("{} and {other} have the same id", case.name);
        }
    }
}
