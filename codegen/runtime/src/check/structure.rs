//! Arrays and objects.

use std::collections::HashMap;
use std::hash::RandomState;

use serde_json::{Map, Value};

use super::number::hash_value;
use super::sides::OF_READERS;
use super::{CheckResult, CheckVerdict, Checker, InstancePlace, compare_values, count};

/// Written by the generator where `contains` does not count as looking at an element: in draft 2019-09.
const CONTAINS_EVALUATES: &str = "$containsEvaluates";

/// Whether the elements that a reader has were unique when they were sent: objects that are equal now may have differed by properties that it ignores.
fn are_unique_to_readers(elements: &[Value]) -> Option<bool> {
    let (with_objects, others): (Vec<&Value>, Vec<&Value>) = elements.iter().partition(|element| holds_object(element));
    match (occurs_twice(others.into_iter()), occurs_twice(with_objects.into_iter())) {
        (Some(true), _) => Some(false),
        (Some(false), Some(false)) => Some(true),
        _ => None,
    }
}

fn holds_object(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(elements) => elements.iter().any(holds_object),
        _ => false,
    }
}

impl<'s> Checker<'s> {
    pub(super) fn array(
        &self,
        schema: &'s Map<String, Value>,
        elements: &[Value],
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        let prefix = schema.get("prefixItems").and_then(Value::as_array);
        let prefix = prefix.map_or(&[] as &[_], Vec::as_slice);
        let items = schema.get("items");
        found.seen(|seen| {
            seen.elements.extend(0..prefix.len());
            seen.all_elements |= items.is_some();
        });
        for (index, element) in elements.iter().enumerate() {
            if let Some(schema) = prefix.get(index).or(items) {
                self.below(schema, element, &InstancePlace::Index(place, index), found);
            }
        }
        self.contains(schema, elements, place, found);
        let limit = |keyword| schema.get(keyword).and_then(count);
        if let Some(least) = limit("minItems").filter(|least| elements.len() < *least) {
            found.fail(place, format_args!("{} elements, fewer than {least}", elements.len()));
        }
        if let Some(most) = limit("maxItems").filter(|most| elements.len() > *most) {
            found.fail(place, format_args!("{} elements, more than {most}", elements.len()));
        }
        let unique = match schema.get("uniqueItems") {
            Some(Value::Bool(true)) => occurs_twice(elements.iter()).map(|twice| !twice),
            Some(keyword) if keyword == OF_READERS => are_unique_to_readers(elements),
            _ => Some(true),
        };
        match unique {
            Some(true) => {}
            Some(false) => found.fail(place, format_args!("an element occurs twice")),
            None => found.unsure = true,
        }
    }

    fn contains(
        &self,
        schema: &'s Map<String, Value>,
        elements: &[Value],
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        let Some(wanted) = schema.get("contains") else {
            return;
        };
        let answers = elements.iter().enumerate();
        let answers: Vec<_> = answers
            .map(|(index, element)| self.holds(wanted, element, &InstancePlace::Index(place, index)))
            .collect();
        if schema.get(CONTAINS_EVALUATES) != Some(&Value::Bool(false)) {
            found.seen(|seen| {
                let hits = answers
                    .iter()
                    .enumerate()
                    .filter(|(_, answer)| **answer == CheckVerdict::Holds);
                seen.elements.extend(hits.map(|(index, _)| index));
                seen.unsure |= answers.contains(&CheckVerdict::Unsure);
            });
        }
        let number = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
        let (hits, maybe) = (number(CheckVerdict::Holds), number(CheckVerdict::Unsure));
        let least = schema.get("minContains").and_then(count).unwrap_or(1);
        let most = schema.get("maxContains").and_then(count).unwrap_or(usize::MAX);
        if hits > most {
            found.fail(
                place,
                format_args!("{hits} elements that `contains` allows, more than {most}"),
            );
        } else if hits + maybe < least {
            found.fail(
                place,
                format_args!("{hits} elements that `contains` allows, fewer than {least}"),
            );
        } else if hits < least || hits + maybe > most {
            found.unsure = true;
        }
    }

    pub(super) fn object(
        &self,
        schema: &'s Map<String, Value>,
        members: &Map<String, Value>,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        for (key, value) in members {
            self.member(schema, key, value, &InstancePlace::Key(place, key), found);
        }
        for key in names(schema.get("required")).filter(|key| !members.contains_key(*key)) {
            found.fail(place, format_args!("`{key}` is missing"));
        }
        for (key, needed) in list_entries(schema, "dependentRequired").filter(|(key, _)| members.contains_key(*key)) {
            for missing in names(Some(needed)).filter(|name| !members.contains_key(*name)) {
                found.fail(place, format_args!("`{missing}` is missing, which `{key}` needs"));
            }
        }
        let limit = |keyword| schema.get(keyword).and_then(count);
        if let Some(least) = limit("minProperties").filter(|least| members.len() < *least) {
            found.fail(place, format_args!("{} properties, fewer than {least}", members.len()));
        }
        if let Some(most) = limit("maxProperties").filter(|most| members.len() > *most) {
            found.fail(place, format_args!("{} properties, more than {most}", members.len()));
        }
    }

    fn member(
        &self,
        schema: &'s Map<String, Value>,
        key: &str,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        let additional = schema.get("additionalProperties");
        let named = self.named(schema, key);
        found.seen(|seen| {
            if !named.schemas.is_empty() {
                seen.members.insert(key.to_owned());
            }
            seen.unsure |= named.unsure;
            seen.all_members |= additional.is_some();
        });
        for schema in &named.schemas {
            self.below(schema, value, place, found);
        }
        found.unsure |= named.unsure;
        if let Some(additional) = additional.filter(|_| named.schemas.is_empty() && !named.unsure) {
            self.below(additional, value, place, found);
        }
        if let Some(names) = schema.get("propertyNames") {
            match self.for_names().holds(names, &Value::String(key.to_owned()), place) {
                CheckVerdict::Holds => {}
                CheckVerdict::Fails => found.fail(place, format_args!("the schema allows no such name")),
                CheckVerdict::Unsure => found.unsure = true,
            }
        }
    }

    /// What `properties` and `patternProperties` say of a key.
    fn named(&self, schema: &'s Map<String, Value>, key: &str) -> KeySchemas<'s> {
        let own = schema.get("properties").and_then(|properties| properties.get(key));
        let mut named = KeySchemas {
            schemas: own.into_iter().collect(),
            unsure: false,
        };
        for (pattern, schema) in list_entries(schema, "patternProperties") {
            match (self.matches)(pattern, key) {
                Some(true) => named.schemas.push(schema),
                Some(false) => {}
                None => named.unsure = true,
            }
        }
        named
    }
}

/// Whether an element occurs twice; `None` as soon as nobody can tell. Costs about the size of the elements, whoever chose them.
fn occurs_twice<'v>(elements: impl ExactSizeIterator<Item = &'v Value>) -> Option<bool> {
    let random = RandomState::new();
    let mut alike: HashMap<u64, Vec<&'v Value>> = HashMap::with_capacity(elements.len());
    for element in elements {
        let others = alike.entry(hash_value(element, &random)).or_default();
        for other in &*others {
            if compare_values(element, other)? {
                return Some(true);
            }
        }
        others.push(element);
    }
    Some(false)
}

/// What a schema says of a key by name.
struct KeySchemas<'s> {
    schemas: Vec<&'s Value>,
    /// There is a pattern of which nobody can tell.
    unsure: bool,
}

pub(super) fn list_entries<'s>(
    schema: &'s Map<String, Value>,
    keyword: &str,
) -> impl Iterator<Item = (&'s String, &'s Value)> {
    schema.get(keyword).and_then(Value::as_object).into_iter().flatten()
}

fn names(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
