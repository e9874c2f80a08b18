//! Schemas of schemas.

use serde_json::{Map, Value};

use super::structure::entries;
use super::{Answer, Checker, Found, Place};

impl<'s> Checker<'s> {
    pub(super) fn composed(&self, schema: &'s Map<String, Value>, value: &Value, place: &Place<'_>, found: &mut Found) {
        if let Some(reference) = schema.get("$ref")
            && !self.follow(reference, place, |target| self.check(target, value, place, found))
        {
            found.unsure = true;
        }
        for branch in list(schema, "allOf") {
            self.check(branch, value, place, found);
        }
        self.alternatives(schema, value, place, found);
        match self.consequence(schema, value, place) {
            Ok(Some(consequence)) => self.check(consequence, value, place, found),
            Ok(None) => {}
            Err(Unsure) => found.unsure = true,
        }
        if let Value::Object(members) = value {
            for (_, dependent) in entries(schema, "dependentSchemas").filter(|(key, _)| members.contains_key(*key)) {
                self.check(dependent, value, place, found);
            }
        }
    }

    /// `then` or `else`, if the one that follows is there.
    pub(super) fn consequence(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &Place<'_>,
    ) -> Result<Option<&'s Value>, Unsure> {
        let both = (schema.get("then"), schema.get("else"));
        let Some(condition) = schema.get("if").filter(|_| both != (None, None)) else {
            return Ok(None);
        };
        match self.holds(condition, value, place) {
            Answer::Holds => Ok(both.0),
            Answer::Fails => Ok(both.1),
            Answer::Unsure => Err(Unsure),
        }
    }

    fn alternatives(&self, schema: &'s Map<String, Value>, value: &Value, place: &Place<'_>, found: &mut Found) {
        // How many hold, and how many may.
        let holding = |keyword| {
            let answers: Vec<_> = list(schema, keyword)
                .map(|branch| self.holds(branch, value, place))
                .collect();
            let number = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
            (number(Answer::Holds), number(Answer::Unsure))
        };
        if schema.contains_key("anyOf") {
            match holding("anyOf") {
                (0, 0) => found.fail(place, format_args!("none of the alternatives holds")),
                (0, _) => found.unsure = true,
                _ => {}
            }
        }
        if schema.contains_key("oneOf") {
            match holding("oneOf") {
                (0, 0) => found.fail(place, format_args!("none of the alternatives holds")),
                (1, 0) => {}
                (0 | 1, _) => found.unsure = true,
                _ => found.fail(place, format_args!("more than one of the alternatives holds")),
            }
        }
        match schema.get("not").map(|not| self.holds(not, value, place)) {
            Some(Answer::Holds) => found.fail(place, format_args!("the schema excludes it")),
            Some(Answer::Unsure) => found.unsure = true,
            Some(Answer::Fails) | None => {}
        }
    }
}

/// It cannot be told.
pub(super) struct Unsure;

pub(super) fn list<'s>(schema: &'s Map<String, Value>, keyword: &str) -> impl Iterator<Item = &'s Value> {
    schema.get(keyword).and_then(Value::as_array).into_iter().flatten()
}
