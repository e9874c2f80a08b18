//! The figures, and every failure.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use jsonschema::Validator;
use serde_json::Value;

use crate::Case;
use crate::instances::{Instance, Origin, validator};
use crate::scratch::Answer;

#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<String>,
    failures: Vec<String>,
}

/// What became of instances.
#[derive(Default)]
pub(crate) struct Counts {
    valid: usize,
    supplied: usize,
    of_engine: usize,
    accepted: usize,
    valid_again: usize,
    lossless: usize,
    unnamed: usize,
    invalid: usize,
    invalid_of_engine: usize,
    rejected: usize,
}

impl Counts {
    /// Counts what came back.
    pub(crate) fn judge(
        &mut self,
        table: &mut Table,
        mode: &str,
        cases: &[Case],
        instances: &[Instance],
        answers: &[Answer],
    ) {
        assert_eq!(instances.len(), answers.len(), "an answer to each instance");
        let mut current = None;
        for (instance, answer) in instances.iter().zip(answers) {
            let case = &cases[instance.case];
            if current.as_ref().is_none_or(|(index, _)| *index != instance.case) {
                current = Some((instance.case, validator(&case.text)));
            }
            let Some((_, Some(validator))) = &current else { continue };
            let mut fail = |what: &str, why: String| table.failure(mode, what, &case.name, &why);
            if instance.valid {
                self.valid(case, instance, answer, validator, mode, &mut fail);
            } else {
                self.invalid += 1;
                self.invalid_of_engine += usize::from(instance.origin == Origin::Engine);
                if answer.accepted.is_err() || answer.validated.is_err() {
                    self.rejected += 1;
                } else {
                    fail(
                        "invalid accepted",
                        format!("{} {}", said(validator, &instance.value), instance.value),
                    );
                }
            }
        }
    }

    fn valid(
        &mut self,
        case: &Case,
        instance: &Instance,
        answer: &Answer,
        validator: &Validator,
        mode: &str,
        fail: &mut impl FnMut(&str, String),
    ) {
        self.valid += 1;
        self.supplied += usize::from(instance.origin == Origin::Supplied);
        self.of_engine += usize::from(instance.origin == Origin::Engine);
        let out = match (&answer.accepted, &answer.validated) {
            (Err(error), _) => return fail("valid refused", format!("{error}: {}", instance.value)),
            (_, Err(error)) => return fail("valid refused by validate()", format!("{error}: {}", instance.value)),
            (Ok(out), Ok(())) => out,
        };
        self.accepted += 1;
        if validator.is_valid(out) {
            self.valid_again += 1;
        } else {
            fail(
                "written invalid",
                format!("{}: {} -> {out}", said(validator, out), instance.value),
            );
        }
        if same(&instance.value, out) {
            self.lossless += 1;
        } else if mode == "default" && only_unknown(&instance.value, out, &case.text) {
            self.unnamed += 1;
        } else {
            fail("lossy", format!("{} -> {out}", instance.value));
        }
    }
}

fn said(validator: &Validator, value: &Value) -> String {
    validator
        .validate(value)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

impl Table {
    pub(crate) fn row(&mut self, mode: &str, what: &str, part: usize, whole: usize) {
        #[allow(clippy::cast_precision_loss)]
        let share = if whole == 0 {
            100.0
        } else {
            part as f64 * 100.0 / whole as f64
        };
        self.rows
            .push(format!("{mode:20} {what:45} {part:>7} / {whole:<7} {share:6.2} %"));
    }

    pub(crate) fn number(&mut self, mode: &str, what: &str, number: usize) {
        self.rows.push(format!("{mode:20} {what:45} {number:>7}"));
    }

    pub(crate) fn times(&mut self, mode: &str, sorted: &[Duration]) {
        if let (Some(middle), Some(last)) = (sorted.get(sorted.len() / 2), sorted.last()) {
            self.rows.push(format!(
                "{mode:20} {:45} {middle:?}, at most {last:?}",
                "generation, median"
            ));
        }
    }

    pub(crate) fn failure(&mut self, mode: &str, what: &str, name: &impl Display, why: &impl Display) {
        let mut line = String::new();
        write!(line, "{mode}: {what}: {name}: {why}").unwrap();
        self.failures.push(line.chars().take(900).collect());
    }

    pub(crate) fn counts(&mut self, mode: &str, counts: &Counts) {
        self.number(mode, "valid instances", counts.valid);
        self.number(mode, "  of them supplied", counts.supplied);
        self.number(mode, "  of them of our engine", counts.of_engine);
        self.row(mode, "valid accepted", counts.accepted, counts.valid);
        self.row(mode, "written again validates", counts.valid_again, counts.accepted);
        self.row(mode, "lossless", counts.lossless, counts.accepted);
        self.number(mode, "  has properties the schema does not name", counts.unnamed);
        self.row(mode, "invalid rejected", counts.rejected, counts.invalid);
        self.number(mode, "  of the invalid ones of our engine", counts.invalid_of_engine);
    }

    pub(crate) fn print(&self) {
        for failure in &self.failures {
            println!("{failure}");
        }
        for row in &self.rows {
            println!("{row}");
        }
    }
}

/// Whether all that is lost are properties whose names stand nowhere in the schema: ignored by default.
fn only_unknown(value: &Value, out: &Value, schema: &str) -> bool {
    match (value, out) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| only_unknown(one, other, schema))
        }
        (Value::Object(one), Value::Object(other)) => {
            let unnamed = |key: &str| !schema.contains(&Value::from(key).to_string());
            other.keys().all(|key| one.contains_key(key))
                && one.iter().all(|(key, value)| match other.get(key) {
                    Some(other) => only_unknown(value, other, schema),
                    None => unnamed(key),
                })
        }
        _ => same(value, out),
    }
}

/// As JSON values, numbers by value.
#[allow(clippy::float_cmp)]
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}
