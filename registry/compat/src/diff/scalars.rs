//! Types, values, patterns and annotations.

use schemactl_model::{Kind, Value, is_extensible};

use super::site::{Pair, Place};
use super::{Walk, listed, shown};
use crate::change::ChangeKind;

/// A type, and the types that are part of it.
const TYPES: [(&str, u8); 7] = [
    ("null", 1),
    ("boolean", 2),
    ("integer", 4),
    ("number", 4 | 8),
    ("string", 16),
    ("array", 32),
    ("object", 64),
];
const ANY: u8 = 127;

/// The marks of open values, and what they are about.
const EXTENSIBLE: [&str; 5] = ["x-extensible-enum", "x-extensible", "enum", "oneOf", "anyOf"];

impl<'v> Walk<'v> {
    pub(super) fn types(&mut self, pair: &Pair<'v>) {
        let (old, new) = (mask(&pair.old), mask(&pair.new));
        let kind = match (new & !old, old & !new) {
            (0, 0) => return,
            (0, _) => ChangeKind::TypeNarrowed,
            (_, 0) => ChangeKind::TypeWidened,
            _ => ChangeKind::TypeChanged,
        };
        let named = |place: &Place<'v>| place.value.member("type").map_or("anything".to_owned(), shown);
        let what = format!("the type was {} and is {}", named(&pair.old), named(&pair.new));
        self.add(pair, kind, what, &["type"]);
    }

    pub(super) fn values(&mut self, pair: &Pair<'v>) {
        const GROUP: [&str; 2] = ["enum", "const"];
        let (old, new) = (listed_values(&pair.old), listed_values(&pair.new));
        let (old, new) = match (old, new) {
            (None, None) => return,
            (None, Some(new)) => {
                let what = format!("only {} {} allowed now", list(&new), is(&new));
                return self.add(pair, ChangeKind::EnumAdded, what, &GROUP);
            }
            (Some(old), None) => {
                let what = format!("more than {} is allowed now", list(&old));
                return self.add(pair, ChangeKind::EnumRemoved, what, &GROUP);
            }
            (Some(old), Some(new)) => (old, new),
        };
        let missing = |from: &[&'v Value], other: &[&'v Value]| -> Vec<&'v Value> {
            from.iter().copied().filter(|value| !other.contains(value)).collect()
        };
        let (removed, added) = (missing(&old, &new), missing(&new, &old));
        if let ([was], [is]) = (removed.as_slice(), added.as_slice())
            && old.len() == 1
            && new.len() == 1
        {
            let what = format!("the value was {} and is {}", shown(was), shown(is));
            return self.add(pair, ChangeKind::ConstChanged, what, &GROUP);
        }
        if !removed.is_empty() {
            let what = format!("{} {} no longer allowed", list(&removed), is(&removed));
            self.add(pair, ChangeKind::EnumValueRemoved, what, &GROUP);
        }
        if !added.is_empty() {
            let what = format!("{} {} new", list(&added), is(&added));
            self.add(pair, ChangeKind::EnumValueAdded, what, &GROUP);
        }
    }

    pub(super) fn patterns(&mut self, pair: &Pair<'v>) {
        let kinds = (ChangeKind::PatternAdded, ChangeKind::PatternRemoved);
        if let Some((old, new)) = self.presence(pair, "pattern", kinds, &["pattern"])
            && old != new
        {
            let what = format!("the pattern was {} and is {}", shown(old), shown(new));
            self.add(pair, ChangeKind::PatternChanged, what, &["pattern"]);
        }
    }

    /// What validators see nothing of.
    pub(super) fn annotations(&mut self, pair: &Pair<'v>) {
        for (keyword, kind) in [
            ("format", ChangeKind::FormatChanged),
            ("default", ChangeKind::DefaultChanged),
        ] {
            let (old, new) = (pair.old.value.member(keyword), pair.new.value.member(keyword));
            if old != new {
                let named = |value: Option<&Value>| value.map_or("not there".to_owned(), shown);
                let what = format!("`{keyword}` was {} and is {}", named(old), named(new));
                self.add(pair, kind, what, &[keyword]);
            }
        }
        match (is_extensible(pair.old.value), is_extensible(pair.new.value)) {
            (false, true) => {
                let what = "readers are to take values that they do not know";
                self.add(pair, ChangeKind::ExtensibleEnumAdded, what, &EXTENSIBLE);
            }
            (true, false) => {
                let what = "readers no longer take values that they do not know";
                self.add(pair, ChangeKind::ExtensibleEnumRemoved, what, &EXTENSIBLE);
            }
            _ => {}
        }
    }
}

fn mask(place: &Place<'_>) -> u8 {
    let of = |name: &Value| {
        let known = TYPES.iter().find(|(known, _)| name.as_str() == Some(known));
        known.map_or(0, |(_, mask)| *mask)
    };
    match place.value.member("type") {
        None => ANY,
        Some(Value {
            kind: Kind::Array(names),
            ..
        }) => names.iter().fold(0, |mask, name| mask | of(name)),
        Some(name) => of(name),
    }
}

/// The values of `const`, or of `enum`.
fn listed_values<'v>(place: &Place<'v>) -> Option<Vec<&'v Value>> {
    if let Some(value) = place.keyword("const") {
        return Some(vec![value]);
    }
    Some(place.value.member("enum")?.as_array()?.iter().collect())
}

fn list(values: &[&Value]) -> String {
    listed(values.iter().map(|value| shown(value)))
}

fn is(values: &[&Value]) -> &'static str {
    if values.len() == 1 { "is" } else { "are" }
}
