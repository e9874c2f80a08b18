//! `unevaluatedProperties` and `unevaluatedItems`: what is said of members and elements that nothing else looked at. What was
//! looked at is found by asking the schemas beside once more, so that only schemas with these keywords pay for it: twice the
//! cost of a check for each level of schemas that have them one inside the other.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::composed::list;
use super::structure::{NO_SUCH_PROPERTY, entries, prefix};
use super::{Answer, Checker, Found, Place};

/// Written by the generator where `contains` does not count as looking at an element: in draft 2019-09.
const CONTAINS_EVALUATES: &str = "$containsEvaluates";

/// What the keywords of a schema look at in one value.
#[derive(Default)]
struct Seen {
    all_members: bool,
    members: BTreeSet<String>,
    all_elements: bool,
    elements: BTreeSet<usize>,
    /// There may be more.
    unsure: bool,
}

impl<'s> Checker<'s> {
    pub(super) fn unevaluated(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &Place<'_>,
        found: &mut Found,
    ) {
        let keyword = match value {
            Value::Object(_) => "unevaluatedProperties",
            Value::Array(_) => "unevaluatedItems",
            _ => return,
        };
        let Some(rest) = schema.get(keyword) else {
            return;
        };
        let mut seen = Seen::default();
        self.beside(schema, value, place, &mut seen);
        match value {
            Value::Object(members) if !seen.all_members => {
                for (key, value) in members.iter().filter(|(key, _)| !seen.members.contains(*key)) {
                    self.unseen(rest, value, &Place::Key(place, key), seen.unsure, found);
                }
            }
            Value::Array(elements) if !seen.all_elements => {
                let unseen = elements.iter().enumerate();
                for (index, value) in unseen.filter(|(index, _)| !seen.elements.contains(index)) {
                    self.unseen(rest, value, &Place::Index(place, index), seen.unsure, found);
                }
            }
            _ => {}
        }
    }

    fn unseen(&self, rest: &'s Value, value: &Value, place: &Place<'_>, unsure: bool, found: &mut Found) {
        match rest {
            _ if unsure => found.unsure |= self.holds(rest, value, place) != Answer::Holds,
            Value::Bool(false) => found.fail(place, format_args!("{NO_SUCH_PROPERTY}")),
            _ => self.check(rest, value, place, found),
        }
    }

    /// What a schema looks at, its own unevaluated keywords included.
    fn seen(&self, schema: &'s Value, value: &Value, place: &Place<'_>, seen: &mut Seen) {
        let Value::Object(schema) = schema else {
            return;
        };
        seen.all_members |= schema.contains_key("unevaluatedProperties");
        seen.all_elements |= schema.contains_key("unevaluatedItems");
        self.beside(schema, value, place, seen);
    }

    /// What the keywords beside the unevaluated ones look at.
    fn beside(&self, schema: &'s Map<String, Value>, value: &Value, place: &Place<'_>, seen: &mut Seen) {
        seen.unsure |= schema.contains_key(super::UNKNOWN);
        match value {
            Value::Object(members) => {
                for key in members.keys() {
                    let named = self.named(schema, key);
                    seen.unsure |= named.unsure;
                    if !named.schemas.is_empty() {
                        seen.members.insert(key.clone());
                    }
                }
                seen.all_members |= schema.contains_key("additionalProperties");
            }
            Value::Array(elements) => self.elements(schema, elements, place, seen),
            _ => return,
        }
        self.in_place(schema, value, place, seen);
    }

    fn elements(&self, schema: &'s Map<String, Value>, elements: &[Value], place: &Place<'_>, seen: &mut Seen) {
        seen.elements.extend(0..prefix(schema).len());
        seen.all_elements |= schema.contains_key("items");
        let contains = schema
            .get("contains")
            .filter(|_| schema.get(CONTAINS_EVALUATES) != Some(&Value::Bool(false)));
        for (index, element) in contains.into_iter().flat_map(|_| elements.iter().enumerate()) {
            match contains.map(|wanted| self.holds(wanted, element, &Place::Index(place, index))) {
                Some(Answer::Holds) => {
                    seen.elements.insert(index);
                }
                Some(Answer::Unsure) => seen.unsure = true,
                Some(Answer::Fails) | None => {}
            }
        }
    }

    fn in_place(&self, schema: &'s Map<String, Value>, value: &Value, place: &Place<'_>, seen: &mut Seen) {
        if let Some(reference) = schema.get("$ref")
            && !self.follow(reference, place, |target| self.seen(target, value, place, seen))
        {
            seen.unsure = true;
        }
        for branch in list(schema, "allOf") {
            self.seen(branch, value, place, seen);
        }
        let alternatives = ["anyOf", "oneOf"];
        let branches = alternatives.iter().flat_map(|keyword| list(schema, keyword));
        for branch in branches.chain(schema.get("if")) {
            match self.holds(branch, value, place) {
                Answer::Holds => self.seen(branch, value, place, seen),
                Answer::Unsure => seen.unsure = true,
                Answer::Fails => {}
            }
        }
        match self.consequence(schema, value, place) {
            Ok(Some(consequence)) => self.seen(consequence, value, place, seen),
            Ok(None) => {}
            Err(_) => seen.unsure = true,
        }
        for (key, dependent) in entries(schema, "dependentSchemas") {
            if value.get(key).is_some() {
                self.seen(dependent, value, place, seen);
            }
        }
    }
}
