//! The matcher against a slow one that does what the engine's description says and nothing clever: list the leaves of the
//! event with the elements they are in, then try every choice. In: random small patterns and events. They must agree.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use schemactl_pattern::Pattern;
use serde_json::{Value, json};

/// Which element of which array a value is in, by array number.
type Membership = BTreeMap<usize, usize>;

/// A leaf: its path, its value, its place.
type Leaf = (String, Value, Membership);

fn leaves(value: &Value, path: &str, place: &Membership, arrays: &mut usize, all: &mut Vec<Leaf>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                leaves(field, &path, place, arrays, all);
            }
        }
        Value::Array(items) => {
            let array = *arrays;
            *arrays += 1;
            for (index, item) in items.iter().enumerate() {
                let mut inner = place.clone();
                if item.is_object() || item.is_array() {
                    inner.insert(array, index);
                }
                leaves(item, path, &inner, arrays, all);
            }
        }
        leaf => all.push((path.to_owned(), leaf.clone(), place.clone())),
    }
}

fn merge(left: &Membership, right: &Membership) -> Option<Membership> {
    let agree = left
        .iter()
        .all(|(array, index)| right.get(array).is_none_or(|other| other == index));
    agree.then(|| {
        left.iter()
            .chain(right)
            .map(|(array, index)| (*array, *index))
            .collect()
    })
}

/// Conditions are numbers to be equal to, or `null` for absence.
fn matches(conditions: &[(&str, &Value)], leaves: &[Leaf], place: &Membership) -> bool {
    let Some(((path, list), rest)) = conditions.split_first() else {
        return true;
    };
    let of_path = || leaves.iter().filter(|(name, ..)| name == path);
    let list = list.as_array().expect("conditions are a list");
    let taken = of_path().filter(|(_, value, _)| list.contains(value));
    let mut places = taken.filter_map(|(_, _, other)| merge(place, other));
    places.any(|place| matches(rest, leaves, &place))
        || (list.contains(&json!({"exists": false}))
            && !of_path().any(|(_, _, other)| merge(place, other).is_some())
            && matches(rest, leaves, place))
}

/// Numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn name(&mut self) -> &'static str {
        ["a", "b", "c", "a.b", "b.c"][usize::try_from(self.below(5)).expect("a small number")]
    }

    fn event(&mut self, levels: u64) -> Value {
        match self.below(if levels == 0 { 2 } else { 8 }) {
            0 | 1 => json!(self.below(3)),
            2..=4 => (0..self.below(4))
                .map(|_| (self.name().to_owned(), self.event(levels - 1)))
                .collect(),
            _ => (0..self.below(4)).map(|_| self.event(levels - 1)).collect(),
        }
    }

    fn path(&mut self) -> String {
        let names: Vec<_> = (0..=self.below(3)).map(|_| self.name()).collect();
        names.join(".")
    }

    fn list(&mut self) -> Value {
        match self.below(5) {
            0 => json!([{"exists": false}]),
            1 => json!([self.below(3), {"exists": false}]),
            _ => json!([self.below(3)]),
        }
    }
}

#[test]
fn agrees_with_trying_every_choice() {
    let mut random = Random(0x5eed);
    let (mut matching, mut rounds) = (0, 0);
    while rounds < 20_000 {
        let event = json!({"a": random.event(4), "b": random.event(4), "c": random.event(2)});
        let conditions: BTreeMap<String, Value> =
            (0..=random.below(4)).map(|_| (random.path(), random.list())).collect();
        let mut all = Vec::new();
        leaves(&event, "", &Membership::new(), &mut 0, &mut all);
        let in_order: Vec<_> = conditions.iter().map(|(path, list)| (path.as_str(), list)).collect();
        let expected = matches(&in_order, &all, &Membership::new());
        let pattern = Pattern::from_value(&json!(conditions)).unwrap();
        let compiled = pattern.compile();
        assert_eq!(compiled.matches(&event), expected, "{pattern} {event}");
        assert_eq!(
            compiled.matches_str(&event.to_string()).ok(),
            Some(expected),
            "{pattern} {event}"
        );
        matching += u32::from(expected);
        rounds += 1;
    }
    assert!(
        matching > rounds / 10 && matching < rounds * 9 / 10,
        "{matching} of {rounds} match: too few or too many"
    );
}
