//! `contains` with its counts. Draft-04 cannot count: "at least one" is a double negation, "none" a negation, and other
//! counts are written out position by position while the array is short.

use super::{Draft4Converter, Draft4Schema};
use crate::count::read_count;
use schemactl_model::{Dialect, Keyword, Member, Pointer, Value};

/// The longest array whose positions are written out: 31 alternatives.
const LONGEST: usize = 4;

impl<'v> Draft4Converter<'v> {
    pub(super) fn contains(&mut self, schema: &'v Value, pointer: &Pointer, out: &mut Draft4Schema) {
        if self.dialect < Dialect::Draft6 || schema.keyword(Keyword::Contains).is_none() {
            return;
        }
        let element = self.one(schema, Keyword::Contains, pointer);
        let counts = self.dialect >= Dialect::Draft201909;
        let limit = |keyword| schema.keyword(keyword).filter(|_| counts);
        let least = limit(Keyword::MinContains).map_or(Some(1), |value| read_count(Some(value)));
        let most = limit(Keyword::MaxContains).map(|value| read_count(Some(value)));
        match (least, most) {
            (Some(0), None) => {}
            (Some(1), None) => out.and(some(element)),
            (Some(0), Some(Some(0))) => out.and(Value::object_of(Keyword::Items, not(element))),
            (Some(least), most) if most.is_none_or(|most| most.is_some()) => {
                let most = most.flatten();
                if let Some(written_out) = positions(schema, &element, least, most) {
                    out.and(written_out);
                } else {
                    self.cannot_count(schema, pointer, element, least, out);
                }
            }
            _ => self.cannot_count(schema, pointer, element, 0, out),
        }
    }

    fn cannot_count(
        &mut self,
        schema: &Value,
        pointer: &Pointer,
        element: Value,
        least: usize,
        out: &mut Draft4Schema,
    ) {
        let members = schema.as_object();
        let counts = [Keyword::MinContains, Keyword::MaxContains];
        let lost: Vec<_> = counts
            .iter()
            .filter_map(|keyword| members?.keyword_entry(*keyword))
            .cloned()
            .collect();
        for member in &lost {
            self.lose(member, pointer);
        }
        if least > 0 {
            out.and(some(element));
        }
    }
}

fn not(schema: Value) -> Value {
    Value::object_of(Keyword::Not, schema)
}

fn no_array() -> Value {
    not(Value::object_of(Keyword::Type, Value::string("array")))
}

/// At least one element. `contains` says nothing of values that are no arrays, so its negation has to leave them out.
fn some(element: Value) -> Value {
    let none = Value::object_of(Keyword::Items, not(element));
    Value::object_of(Keyword::AnyOf, Value::array(vec![no_array(), not(none)]))
}

/// Every way in which the elements of a short array can be in the schema or not.
fn positions(schema: &Value, element: &Value, least: usize, most: Option<usize>) -> Option<Value> {
    let longest = read_count(schema.keyword(Keyword::MaxItems)).filter(|longest| *longest <= LONGEST)?;
    let shortest = read_count(schema.keyword(Keyword::MinItems)).unwrap_or(0);
    let mut ways = vec![no_array()];
    for length in shortest..=longest {
        for chosen in 0..1_u32 << length {
            let matching = chosen.count_ones() as usize;
            if matching >= least && most.is_none_or(|most| matching <= most) {
                ways.push(way(element, length, chosen));
            }
        }
    }
    Some(Value::object_of(Keyword::AnyOf, Value::array(ways)))
}

fn way(element: &Value, length: usize, chosen: u32) -> Value {
    let at = |position: usize| {
        if chosen & (1_u32 << position) == 0 {
            not(element.clone())
        } else {
            element.clone()
        }
    };
    let mut members = vec![
        Member::new(Keyword::MinItems, Value::from_count(length)),
        Member::new(Keyword::MaxItems, Value::from_count(length)),
        Member::new(Keyword::Items, Value::array((0..length).map(at).collect())),
    ];
    if length == 0 {
        // Draft-04 wants one schema at least in a list of them.
        members[2].value = Value::accept_all();
    }
    Value::object(members)
}
