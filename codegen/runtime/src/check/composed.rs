//! Schemas of schemas.

use serde_json::{Map, Value};

use super::structure::entries;
use super::{Checker, Found, Place, Violation};

impl Checker<'_> {
    pub(super) fn composed(&self, schema: &Map<String, Value>, value: &Value, place: &Place<'_>, found: &mut Found) {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str)
            && let Some(target) = self.root.pointer(target.trim_start_matches('#'))
        {
            self.follow(target, value, place, found);
        }
        for branch in list(schema, "allOf") {
            self.check(branch, value, place, found);
        }
        self.alternatives(schema, value, place, found);
        if let Some(condition) = schema.get("if") {
            let follows = if self.holds(condition, value, place) {
                "then"
            } else {
                "else"
            };
            if let Some(consequence) = schema.get(follows) {
                self.check(consequence, value, place, found);
            }
        }
        if let Value::Object(members) = value {
            for (_, dependent) in entries(schema, "dependentSchemas").filter(|(key, _)| members.contains_key(*key)) {
                self.check(dependent, value, place, found);
            }
        }
    }

    /// A reference that comes back to itself at the same place asks for nothing more.
    fn follow(&self, target: &Value, value: &Value, place: &Place<'_>, found: &mut Found) {
        let step = (std::ptr::from_ref(target), place.depth());
        if self.followed.borrow().contains(&step) {
            return;
        }
        self.followed.borrow_mut().push(step);
        self.check(target, value, place, found);
        self.followed.borrow_mut().pop();
    }

    fn alternatives(&self, schema: &Map<String, Value>, value: &Value, place: &Place<'_>, found: &mut Found) {
        let mut fail = |message: &str| found.push(Violation::new(place.to_string(), message));
        let holding = |keyword| {
            list(schema, keyword)
                .filter(|branch| self.holds(branch, value, place))
                .count()
        };
        if schema.contains_key("anyOf") && holding("anyOf") == 0 {
            fail("none of the alternatives holds");
        }
        if schema.contains_key("oneOf") {
            match holding("oneOf") {
                0 => fail("none of the alternatives holds"),
                1 => {}
                _ => fail("more than one of the alternatives holds"),
            }
        }
        if schema.get("not").is_some_and(|not| self.holds(not, value, place)) {
            fail("the schema excludes it");
        }
    }
}

fn list<'s>(schema: &'s Map<String, Value>, keyword: &str) -> impl Iterator<Item = &'s Value> {
    schema.get(keyword).and_then(Value::as_array).into_iter().flatten()
}
