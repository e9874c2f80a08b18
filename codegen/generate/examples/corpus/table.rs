//! The figures, and every failure.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use serde_json::Value;

use crate::Case;
use crate::instances::{Instance, validator};
use crate::scratch::Answer;

#[derive(Default)]
pub struct Table {
    rows: Vec<String>,
    failures: Vec<String>,
}

impl Table {
    pub fn row(&mut self, mode: &str, what: &str, part: usize, whole: usize) {
        #[allow(clippy::cast_precision_loss)]
        let share = if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 };
        self.rows.push(format!("{mode:20} {what:45} {part:>7} / {whole:<7} {share:6.2} %"));
    }

    pub fn number(&mut self, mode: &str, what: &str, number: usize) {
        self.rows.push(format!("{mode:20} {what:45} {number:>7}"));
    }

    pub fn times(&mut self, mode: &str, sorted: &[Duration]) {
        if let (Some(middle), Some(last)) = (sorted.get(sorted.len() / 2), sorted.last()) {
            self.rows.push(format!("{mode:20} {:45} {middle:?}, at most {last:?}", "generation, median"));
        }
    }

    pub fn failure(&mut self, mode: &str, what: &str, name: &impl Display, why: &impl Display) {
        let mut line = String::new();
        write!(line, "{mode}: {what}: {name}: {why}").unwrap();
        self.failures.push(line.chars().take(900).collect());
    }

    /// Counts what came back.
    pub fn judge(&mut self, mode: &str, cases: &[Case], instances: &[Instance], answers: &[Answer]) {
        let mut counts = [0_usize; 8];
        let [valid, supplied, accepted, valid_again, lossless, unlisted, invalid, rejected] = &mut counts;
        let mut current = None;
        for (instance, answer) in instances.iter().zip(answers) {
            let case = &cases[instance.case];
            if current.as_ref().is_none_or(|(index, _)| *index != instance.case) {
                current = Some((instance.case, validator(&case.text)));
            }
            let Some((_, Some(validator))) = &current else { continue };
            if !instance.valid {
                *invalid += 1;
                if answer.accepted.is_err() || answer.validated.is_err() {
                    *rejected += 1;
                } else {
                    let said = validator.validate(&instance.value).err().map(|error| error.to_string());
                    self.failure(mode, "invalid accepted", &case.name, &format!("{} {}", said.unwrap_or_default(), instance.value));
                }
                continue;
            }
            *valid += 1;
            *supplied += usize::from(instance.supplied);
            let out = match &answer.accepted {
                Ok(out) => out,
                Err(error) => {
                    self.failure(mode, "valid refused", &case.name, &format!("{error}: {}", instance.value));
                    continue;
                }
            };
            if let Err(error) = &answer.validated {
                self.failure(mode, "valid refused by validate()", &case.name, &format!("{error}: {}", instance.value));
                continue;
            }
            *accepted += 1;
            if validator.is_valid(out) {
                *valid_again += 1;
            } else {
                let said = validator.validate(out).err().map(|error| error.to_string());
                self.failure(mode, "written invalid", &case.name, &format!("{}: {} -> {out}", said.unwrap_or_default(), instance.value));
            }
            if same(&instance.value, out) {
                *lossless += 1;
            } else if mode == "default" && only_unknown(&instance.value) {
                *unlisted += 1;
            } else {
                self.failure(mode, "lossy", &case.name, &format!("{} -> {out}", instance.value));
            }
        }
        let counts = counts;
        self.number(mode, "valid instances", counts[0]);
        self.number(mode, "  of them supplied", counts[1]);
        self.row(mode, "valid accepted", counts[2], counts[0]);
        self.row(mode, "written again validates", counts[3], counts[2]);
        self.row(mode, "lossless", counts[4], counts[2]);
        self.number(mode, "  has properties the schema does not name", counts[5]);
        self.row(mode, "invalid rejected", counts[7], counts[6]);
    }

    pub fn print(&self) {
        for failure in &self.failures {
            println!("{failure}");
        }
        for row in &self.rows {
            println!("{row}");
        }
    }
}

/// Whether something was added that the schema does not name: ignored by default.
fn only_unknown(value: &Value) -> bool {
    let text = value.to_string();
    text.contains("unknown_to_the_schema") || text.contains("added_by_mutation")
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
            one.len() == other.len() && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}
