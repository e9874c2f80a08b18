//! Whether a list has a value, for lists of any length. In: values. Out: a set that compares them as JSON does.

use rustc_hash::FxHashSet;
use schemactl_model::{Value, canonical_json};

/// Values that are compared one by one: below this, comparing is cheaper than writing them.
const FEW: usize = 16;

/// The values of a list.
pub(super) enum ValueSet<'v> {
    Few(Vec<&'v Value>),
    /// By their canonical text, so that a long list costs its length and not its square.
    Many(FxHashSet<String>),
}

impl<'v> ValueSet<'v> {
    pub(super) fn new(values: &[&'v Value]) -> Self {
        if values.len() <= FEW {
            return Self::Few(values.to_vec());
        }
        Self::Many(values.iter().map(|value| canonical_json(value)).collect())
    }

    pub(super) fn has(&self, value: &Value) -> bool {
        match self {
            Self::Few(values) => values.contains(&value),
            Self::Many(texts) => texts.contains(&canonical_json(value)),
        }
    }

    /// Returns how many different values there are.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Few(values) => (0..values.len())
                .filter(|index| !values[..*index].contains(&values[*index]))
                .count(),
            Self::Many(texts) => texts.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    #[test]
    fn values_are_compared_as_json_does_in_short_and_long_lists() {
        let read = |text: &str| parse(&Source::new("a", text)).unwrap();
        for length in [3, 100] {
            let filler: Vec<String> = (0..length).map(|number| format!("\"v{number}\"")).collect();
            let list = read(&format!(r#"[1.0, {{"a": 1, "b": []}}, 1, {}]"#, filler.join(",")));
            let values: Vec<&Value> = list.as_array().unwrap().iter().collect();
            let set = ValueSet::new(&values);
            for (value, is_there) in [
                ("1", true),
                (r#"{"b":[],"a":1.0}"#, true),
                ("\"1\"", false),
                ("{}", false),
            ] {
                assert_eq!(set.has(&read(value)), is_there, "{value} of {length}");
            }
            assert_eq!(set.count(), length + 2);
        }
    }
}
