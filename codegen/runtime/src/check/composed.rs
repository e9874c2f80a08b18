//! Schemas of schemas.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::structure::list_entries;
use super::{CheckResult, CheckVerdict, Checker, InstancePlace};

/// Unions of one value whose alternatives are explained: each is checked once more, and a list may have one per element.
const MOST_EXPLAINED: usize = 16;
/// Alternatives with their reason in one message: a reader looks for the one that was meant.
const MOST_REASONS: usize = 8;
/// Letters of one such reason, such as a pattern and the text that it refuses.
const LONGEST_REASON: usize = 160;

impl<'s> Checker<'s> {
    pub(super) fn composed(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        if let Some(reference) = schema.get("$ref") {
            self.follow(reference, value, place, found);
        }
        for branch in list(schema, "allOf") {
            self.check(branch, value, place, found);
        }
        self.alternatives(schema, value, place, found);
        self.condition(schema, value, place, found);
        if let Value::Object(members) = value {
            for (_, dependent) in list_entries(schema, "dependentSchemas").filter(|(key, _)| members.contains_key(*key))
            {
                self.check(dependent, value, place, found);
            }
        }
    }

    fn condition(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        let (then, otherwise) = (schema.get("then"), schema.get("else"));
        let is_asked = then.is_some() || otherwise.is_some() || found.seen.is_some();
        let Some(condition) = schema.get("if").filter(|_| is_asked) else {
            return;
        };
        let condition = self.beside(condition, value, place, Some(found));
        let follows = match condition.answer() {
            CheckVerdict::Holds => then,
            CheckVerdict::Fails => otherwise,
            CheckVerdict::Unsure => {
                found.unsure |= then.is_some() || otherwise.is_some();
                None
            }
        };
        found.learn(condition);
        if let Some(schema) = follows {
            self.check(schema, value, place, found);
        }
    }

    fn alternatives(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        if schema.contains_key("anyOf") {
            match self.holding("anyOf", schema, value, place, found) {
                (0, 0) => self.fail_alternatives("anyOf", schema, value, place, found),
                (0, _) => found.unsure = true,
                _ => {}
            }
        }
        if schema.contains_key("oneOf") {
            match self.holding("oneOf", schema, value, place, found) {
                (0, 0) => self.fail_alternatives("oneOf", schema, value, place, found),
                (1, 0) => {}
                (0 | 1, _) => found.unsure = true,
                (hold, _) => {
                    let all = list(schema, "oneOf").count();
                    found.fail(
                        place,
                        format_args!("expected one of the {all} alternatives to hold, found {hold}"),
                    );
                }
            }
        }
        match schema.get("not").map(|not| self.holds(not, value, place)) {
            Some(CheckVerdict::Holds) => found.fail(place, format_args!("the schema excludes it")),
            Some(CheckVerdict::Unsure) => found.unsure = true,
            Some(CheckVerdict::Fails) | None => {}
        }
    }

    /// No alternative holds. The first reason of each is given, one level deep, and by a checker of its own: answers without reasons are kept.
    fn fail_alternatives(
        &self,
        keyword: &str,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        let count = list(schema, keyword).count();
        if !found.explains_alternatives() || self.explained.get() >= MOST_EXPLAINED {
            return found.fail(place, format_args!("none of the {count} alternatives holds"));
        }
        self.explained.set(self.explained.get() + 1);
        let mut reasons = String::new();
        for (index, branch) in list(schema, keyword).enumerate().take(MOST_REASONS) {
            let beside = self.begin_anew();
            let mut failed = CheckResult::brief();
            beside.check(branch, value, place, &mut failed);
            let reason = failed.first_reason(place).unwrap_or_else(|| "does not hold".to_owned());
            let separator = if index == 0 { ':' } else { ';' };
            let _ = write!(reasons, "{separator} ({}) {}", index + 1, shorten(&reason));
        }
        let more = if count > MOST_REASONS { "; …" } else { "" };
        found.fail(
            place,
            format_args!("none of the {count} alternatives holds{reasons}{more}"),
        );
    }

    /// How many alternatives hold, and how many more may.
    fn holding(
        &self,
        keyword: &str,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) -> (usize, usize) {
        let (mut hold, mut may) = (0, 0);
        for branch in list(schema, keyword) {
            let branch = self.beside(branch, value, place, Some(found));
            match branch.answer() {
                CheckVerdict::Holds => hold += 1,
                CheckVerdict::Unsure => may += 1,
                CheckVerdict::Fails => {}
            }
            found.learn(branch);
        }
        (hold, may)
    }
}

fn list<'s>(schema: &'s Map<String, Value>, keyword: &str) -> impl Iterator<Item = &'s Value> {
    schema.get(keyword).and_then(Value::as_array).into_iter().flatten()
}

/// The beginning of a reason.
fn shorten(reason: &str) -> String {
    match reason.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}…", &reason[..end]),
        None => reason.to_owned(),
    }
}
