//! `unevaluatedProperties` and `unevaluatedItems`: what is said of members and elements that nothing else looked at. What was
//! looked at is noted on the way, where somebody asks: an event is gone through once.

use serde_json::{Map, Value};

use super::found::EvaluatedParts;
use super::{CheckResult, CheckVerdict, Checker, InstancePlace};

const PROPERTIES: &str = "unevaluatedProperties";
const ITEMS: &str = "unevaluatedItems";

/// Returns whether a schema asks what the keywords beside look at.
pub(super) fn asks_for_unevaluated(schema: &Map<String, Value>) -> bool {
    schema.contains_key(PROPERTIES) || schema.contains_key(ITEMS)
}

impl<'s> Checker<'s> {
    /// Checks what was not seen; afterwards it was.
    pub(super) fn unevaluated(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        seen: &mut EvaluatedParts,
        found: &mut CheckResult,
    ) {
        match (value, schema.get(PROPERTIES), schema.get(ITEMS)) {
            (Value::Object(members), Some(rest), _) => {
                for (key, value) in members.iter().filter(|_| !seen.all_members) {
                    if !seen.members.contains(key) {
                        self.unseen(rest, value, &InstancePlace::Key(place, key), seen.unsure, found);
                    }
                }
                seen.all_members = true;
            }
            (Value::Array(elements), _, Some(rest)) => {
                for (index, value) in elements.iter().enumerate().filter(|_| !seen.all_elements) {
                    if !seen.elements.contains(&index) {
                        self.unseen(rest, value, &InstancePlace::Index(place, index), seen.unsure, found);
                    }
                }
                seen.all_elements = true;
            }
            _ => {}
        }
    }

    fn unseen(&self, rest: &'s Value, value: &Value, place: &InstancePlace<'_>, unsure: bool, found: &mut CheckResult) {
        if unsure {
            found.unsure |= self.holds(rest, value, place) != CheckVerdict::Holds;
        } else {
            self.below(rest, value, place, found);
        }
    }
}
