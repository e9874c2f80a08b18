//! What a validator would do with an event. In: a schema and an event. Out: how many times it would apply a schema to a value, up
//! to a limit. References make schemas that are small on paper and exponential in a validator ("billion laughs"); such a
//! schema is not handed to one.

use std::collections::HashMap;

use schemactl_model::{Dialect, Kind, Resolver, Target, Value, subschemas};

/// Applications beyond which a validation is refused: a fraction of a second.
pub(crate) const MOST_APPLICATIONS: u64 = 20_000_000;

/// Whether validating `event` takes more than [`MOST_APPLICATIONS`] steps.
pub(crate) fn is_too_expensive(schema: &Value, dialect: Dialect, event: &Value) -> bool {
    let resolver = Resolver::new(schema, dialect);
    // Without references a schema is a tree, and costs its size for each value.
    if resolver.references().is_empty() {
        return false;
    }
    let mut targets: HashMap<usize, Vec<Target<'_>>> = HashMap::new();
    for reference in resolver.references() {
        let holder = reference.holder.resolve(schema);
        let target = resolver.resolve(&reference.base, &reference.text).ok();
        if let (Some(holder), Some(target)) = (holder, target) {
            targets.entry(place(holder)).or_default().push(target);
        }
    }
    let mut count = Count {
        dialect,
        targets,
        known: HashMap::new(),
    };
    count.applications(schema, event) > MOST_APPLICATIONS
}

fn place(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

struct Count<'v> {
    dialect: Dialect,
    /// What the references of a schema lead to, by its place.
    targets: HashMap<usize, Vec<Target<'v>>>,
    /// By the places of schema and value. Zero while it is being counted: what leads back to itself ends somewhere.
    known: HashMap<(usize, usize), u64>,
}

impl<'v> Count<'v> {
    fn applications(&mut self, schema: &'v Value, value: &'v Value) -> u64 {
        let key = (place(schema), place(value));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        self.known.insert(key, 0);
        let mut sum: u64 = 1;
        for target in self.targets.get(&key.0).cloned().unwrap_or_default() {
            let around = std::mem::replace(&mut self.dialect, target.dialect);
            sum = sum.saturating_add(self.deeper(target.value, value));
            self.dialect = around;
        }
        let around = self.dialect;
        self.dialect = around.inside(schema);
        for below in subschemas(schema, self.dialect) {
            for part in parts(below.keyword, below.member.as_deref(), value) {
                sum = sum.saturating_add(self.deeper(below.value, part));
            }
        }
        self.dialect = around;
        self.known.insert(key, sum);
        sum
    }

    fn deeper(&mut self, schema: &'v Value, value: &'v Value) -> u64 {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.applications(schema, value))
    }
}

/// The values that a keyword applies its subschema to; more of them where that depends on more than the keyword.
fn parts<'v>(keyword: &str, member: Option<&str>, value: &'v Value) -> Vec<&'v Value> {
    let members = || match &value.kind {
        Kind::Object(object) => object.iter().map(|entry| &entry.value).collect(),
        _ => Vec::new(),
    };
    match keyword {
        "$defs" | "definitions" => Vec::new(),
        "properties" => member.and_then(|name| value.member(name)).into_iter().collect(),
        "patternProperties" | "additionalProperties" | "unevaluatedProperties" => members(),
        // A name is a value that is not there; the object stands for it.
        "propertyNames" => members().iter().map(|_| value).collect(),
        "items" | "prefixItems" | "additionalItems" | "contains" | "unevaluatedItems" => {
            value.as_array().unwrap_or_default().iter().collect()
        }
        _ => vec![value],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn json(text: &str) -> Value {
        parse(&Source::new("test", text)).unwrap()
    }

    #[test]
    fn a_billion_laughs_is_noticed_and_recursion_is_not() {
        use std::fmt::Write;
        let mut definitions = String::from("\"l0\": {\"type\": \"string\"}");
        for level in 1..=30 {
            let below = format!("{{\"$ref\": \"#/$defs/l{}\"}}", level - 1);
            write!(
                definitions,
                ", \"l{level}\": {{\"allOf\": [{}]}}",
                vec![below; 10].join(",")
            )
            .unwrap();
        }
        let laughs = json(&format!("{{\"$defs\": {{{definitions}}}, \"$ref\": \"#/$defs/l30\"}}"));
        let event = json("\"a\"");
        assert!(is_too_expensive(&laughs, Dialect::Draft202012, &event));
        let tree = json(r##"{"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}}"##);
        let event = json(r#"{"left": {"left": {}, "right": {}}, "right": {"left": {}}}"#);
        assert!(!is_too_expensive(&tree, Dialect::Draft202012, &event));
        let itself = json(r##"{"allOf": [{"$ref": "#"}]}"##);
        assert!(!is_too_expensive(&itself, Dialect::Draft202012, &event));
    }
}
