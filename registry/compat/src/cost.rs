//! What a validator would do with an event. In: a schema and an event. Out: how many times it would apply a schema to a value, up
//! to a limit; whether it would match texts for too long. References make schemas that are small on paper and exponential in a validator ("billion laughs"); such a
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

/// Steps of a regular expression beyond which a match is refused: some tenths of a second.
const MOST_MATCHING: u64 = 50_000_000;
/// Counts up to this are matched without a look at the event.
const SMALL_COUNT: u64 = 1_000;

/// Returns how many places of a pattern the validator may follow at once: the counts of the pattern of the schema that has the
/// largest. It unrolls them, and goes through all of them for each letter.
pub(crate) fn largest_count(schema: &Value) -> u64 {
    match &schema.kind {
        Kind::Object(members) => members
            .iter()
            .map(|member| {
                let own = match (member.key.as_str(), &member.value.kind) {
                    ("pattern", Kind::String(pattern)) => count_of(pattern),
                    ("patternProperties", Kind::Object(names)) => {
                        names.iter().map(|name| count_of(&name.key)).max().unwrap_or(1)
                    }
                    _ => 1,
                };
                own.max(largest_count(&member.value))
            })
            .max()
            .unwrap_or(1),
        Kind::Array(elements) => elements.iter().map(largest_count).max().unwrap_or(1),
        _ => 1,
    }
}

fn count_of(pattern: &str) -> u64 {
    let braces = pattern.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let counts = braces.filter_map(|(counts, _)| counts.split(',').filter_map(|count| count.parse::<u64>().ok()).max());
    let product = counts.fold(1_u64, |product, count| product.saturating_mul(count.max(1)));
    // `^x{a,b}$` over one class is counted, not unrolled.
    let is_counted = || {
        let translated = jsonschema_regex::to_rust_regex(pattern);
        translated.is_ok_and(|translated| jsonschema_regex::RepeatedClass::from_translated(&translated).is_some())
    };
    if product > SMALL_COUNT && is_counted() {
        1
    } else {
        product
    }
}

/// Returns whether matching the texts of an event takes too long with a count of [`largest_count`].
pub(crate) fn is_too_long(count: u64, event: &Value) -> bool {
    count > SMALL_COUNT && longest_text(event).saturating_mul(count) > MOST_MATCHING
}

fn longest_text(value: &Value) -> u64 {
    match &value.kind {
        Kind::String(text) => text.len() as u64,
        Kind::Object(members) => {
            let members = members.iter();
            let lengths = members.map(|member| longest_text(&member.value).max(member.key.len() as u64));
            lengths.max().unwrap_or(0)
        }
        Kind::Array(elements) => elements.iter().map(longest_text).max().unwrap_or(0),
        _ => 0,
    }
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
