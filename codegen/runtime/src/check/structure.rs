//! Arrays and objects.

use serde_json::{Map, Value};

use super::{Checker, Found, Place, Violation, count, same};

impl Checker<'_> {
    pub(super) fn array(&self, schema: &Map<String, Value>, elements: &[Value], place: &Place<'_>, found: &mut Found) {
        let prefix = schema.get("prefixItems").and_then(Value::as_array);
        let prefix = prefix.map_or(&[] as &[_], Vec::as_slice);
        for (index, element) in elements.iter().enumerate() {
            if let Some(schema) = prefix.get(index).or_else(|| schema.get("items")) {
                self.check(schema, element, &Place::Index(place, index), found);
            }
        }
        self.contains(schema, elements, place, found);
        let mut fail = |message: String| found.push(Violation::new(place.to_string(), message));
        let limit = |keyword| schema.get(keyword).and_then(count);
        if let Some(least) = limit("minItems").filter(|least| elements.len() < *least) {
            fail(format!("{} elements, fewer than {least}", elements.len()));
        }
        if let Some(most) = limit("maxItems").filter(|most| elements.len() > *most) {
            fail(format!("{} elements, more than {most}", elements.len()));
        }
        let twice = |(index, one): (usize, &Value)| elements[..index].iter().any(|other| same(one, other));
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) && elements.iter().enumerate().any(twice) {
            fail("an element occurs twice".to_owned());
        }
    }

    fn contains(&self, schema: &Map<String, Value>, elements: &[Value], place: &Place<'_>, found: &mut Found) {
        let Some(wanted) = schema.get("contains") else {
            return;
        };
        let hits = elements
            .iter()
            .enumerate()
            .filter(|(index, element)| self.holds(wanted, element, &Place::Index(place, *index)))
            .count();
        let least = schema.get("minContains").and_then(count).unwrap_or(1);
        let most = schema.get("maxContains").and_then(count).unwrap_or(usize::MAX);
        if !(least..=most).contains(&hits) {
            let message = format!("{hits} elements are of the kind that it must contain");
            found.push(Violation::new(place.to_string(), message));
        }
    }

    pub(super) fn object(
        &self,
        schema: &Map<String, Value>,
        members: &Map<String, Value>,
        place: &Place<'_>,
        found: &mut Found,
    ) {
        for (key, value) in members {
            self.member(schema, key, value, &Place::Key(place, key), found);
        }
        let mut fail = |message: String| found.push(Violation::new(place.to_string(), message));
        for key in names(schema.get("required")).filter(|key| !members.contains_key(*key)) {
            fail(format!("`{key}` is missing"));
        }
        for (key, needed) in entries(schema, "dependentRequired").filter(|(key, _)| members.contains_key(*key)) {
            for missing in names(Some(needed)).filter(|name| !members.contains_key(*name)) {
                fail(format!("`{missing}` is missing, which `{key}` needs"));
            }
        }
        let limit = |keyword| schema.get(keyword).and_then(count);
        if let Some(least) = limit("minProperties").filter(|least| members.len() < *least) {
            fail(format!("{} properties, fewer than {least}", members.len()));
        }
        if let Some(most) = limit("maxProperties").filter(|most| members.len() > *most) {
            fail(format!("{} properties, more than {most}", members.len()));
        }
    }

    fn member(&self, schema: &Map<String, Value>, key: &str, value: &Value, place: &Place<'_>, found: &mut Found) {
        let own = schema.get("properties").and_then(|properties| properties.get(key));
        let patterns = entries(schema, "patternProperties").filter(|(pattern, _)| (self.matches)(pattern, key));
        let named: Vec<_> = own.into_iter().chain(patterns.map(|(_, schema)| schema)).collect();
        for schema in &named {
            self.check(schema, value, place, found);
        }
        match schema.get("additionalProperties").filter(|_| named.is_empty()) {
            Some(Value::Bool(false)) => {
                found.push(Violation::new(place.to_string(), "the schema has no such property"));
            }
            Some(other) => self.check(other, value, place, found),
            None => {}
        }
        if let Some(names) = schema.get("propertyNames")
            && !self.holds(names, &Value::String(key.to_owned()), place)
        {
            found.push(Violation::new(place.to_string(), "the schema allows no such name"));
        }
    }
}

pub(super) fn entries<'s>(
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
