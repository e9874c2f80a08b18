//! Candidate events of a schema, for the engine that finds a difference and no event in it. In: a schema as JSON. Out: a
//! bounded list of values that are likely to be valid. Nothing is claimed of them: each is validated before it counts.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};

/// How deep a candidate is built.
const DEPTH: usize = 6;
/// How many candidates are kept for one node.
const MOST: usize = 12;

/// Candidates for a schema, likeliest first.
pub(crate) fn candidates(schema: &Value) -> Vec<Value> {
    Sampler { root: schema }.node(schema, DEPTH)
}

struct Sampler<'s> {
    root: &'s Value,
}

impl Sampler<'_> {
    fn node(&self, schema: &Value, depth: usize) -> Vec<Value> {
        let Some(members) = schema.as_object().filter(|_| depth > 0) else {
            return if schema == &Value::Bool(false) {
                vec![]
            } else {
                anything()
            };
        };
        if let Some(value) = members.get("const") {
            return vec![value.clone()];
        }
        if let Some(values) = members.get("enum").and_then(Value::as_array) {
            return values.iter().take(MOST).cloned().collect();
        }
        if let Some(target) = members.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            return target.map_or_else(Vec::new, |target| self.node(target, depth - 1));
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(branches) = members.get(keyword).and_then(Value::as_array) {
                return self.branches(members, keyword, branches, depth);
            }
        }
        if let Some(branches) = members.get("allOf").and_then(Value::as_array) {
            let all = branches
                .iter()
                .filter_map(Value::as_object)
                .fold(without(members, "allOf"), conjunction);
            return self.node(&Value::Object(all), depth - 1);
        }
        let mut found = self.typed(members, depth);
        found.truncate(MOST);
        found
    }

    fn branches(&self, members: &Map<String, Value>, keyword: &str, branches: &[Value], depth: usize) -> Vec<Value> {
        let rest = without(members, keyword);
        let each = branches.iter().map(|branch| match branch.as_object() {
            Some(branch) => self.node(&Value::Object(conjunction(rest.clone(), branch)), depth - 1),
            None => self.node(branch, depth - 1),
        });
        // A few of each branch, so that one rich branch does not crowd out the others.
        each.flat_map(|found| found.into_iter().take(4))
            .take(4 * MOST)
            .collect()
    }

    fn typed(&self, members: &Map<String, Value>, depth: usize) -> Vec<Value> {
        let types: Vec<&str> = match members.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => vec!["object", "string", "number", "array", "boolean", "null"],
        };
        types
            .into_iter()
            .flat_map(|name| match name {
                "object" => self.objects(members, depth),
                "array" => self.arrays(members, depth),
                "string" => strings(members),
                "integer" => numbers(members, 1.0),
                "number" => numbers(members, 0.5),
                "boolean" => vec![json!(false), json!(true)],
                _ => vec![Value::Null],
            })
            .collect()
    }

    fn objects(&self, members: &Map<String, Value>, depth: usize) -> Vec<Value> {
        let empty = Map::new();
        let properties = members.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let required: Vec<&str> = members
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let of = |name: &str| {
            properties
                .get(name)
                .map_or_else(anything, |schema| self.node(schema, depth - 1))
        };
        let mut base = Map::new();
        for name in &required {
            let Some(value) = of(name).into_iter().next() else {
                return vec![];
            };
            base.insert((*name).to_owned(), value);
        }
        let mut found = vec![Value::Object(base.clone())];
        for name in properties.keys() {
            found.extend(of(name).into_iter().map(|value| {
                let mut with = base.clone();
                with.insert(name.clone(), value);
                Value::Object(with)
            }));
        }
        found.extend(["x", ""].map(|name| {
            let mut with = base.clone();
            with.insert(name.to_owned(), Value::Null);
            Value::Object(with)
        }));
        found
    }

    fn arrays(&self, members: &Map<String, Value>, depth: usize) -> Vec<Value> {
        let prefix = members
            .get("prefixItems")
            .or(members.get("items").filter(|items| items.is_array()));
        let prefix = prefix.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rest = members
            .get("items")
            .filter(|items| !items.is_array())
            .or(members.get("additionalItems"));
        let contains = members.get("contains");
        let least = members
            .get("minItems")
            .and_then(Value::as_u64)
            .and_then(|least| usize::try_from(least).ok());
        let element = |index: usize| match (prefix.get(index), contains, rest) {
            (Some(schema), ..) | (None, Some(schema), _) | (None, None, Some(schema)) => self.node(schema, depth - 1),
            (None, None, None) => anything(),
        };
        let least = least.unwrap_or(0).min(64);
        let base: Vec<Value> = (0..least)
            .filter_map(|index| element(index).into_iter().next())
            .collect();
        let mut found = vec![Value::Array(base.clone())];
        found.extend(
            element(least)
                .into_iter()
                .map(|value| Value::Array([base.clone(), vec![value]].concat())),
        );
        if let Some(value) = element(least).into_iter().next() {
            found.push(Value::Array([base, vec![value.clone(), value]].concat()));
        }
        found
    }
}

fn anything() -> Vec<Value> {
    vec![
        json!(""),
        json!(0),
        Value::Null,
        json!({}),
        json!([]),
        json!(true),
        json!(0.5),
    ]
}

fn without(members: &Map<String, Value>, keyword: &str) -> Map<String, Value> {
    members
        .iter()
        .filter(|(key, _)| *key != keyword)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Members of both, properties and required lists joined, the second one's word on everything else.
fn conjunction(mut one: Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    for (key, value) in other {
        match (one.get_mut(key), value) {
            (Some(Value::Object(known)), Value::Object(more)) if key == "properties" => {
                known.extend(more.clone());
            }
            (Some(Value::Array(known)), Value::Array(more)) if key == "required" => known.extend(more.clone()),
            _ => {
                one.insert(key.clone(), value.clone());
            }
        }
    }
    one
}

fn strings(members: &Map<String, Value>) -> Vec<Value> {
    let length = |key| {
        members
            .get(key)
            .and_then(Value::as_u64)
            .and_then(|length| usize::try_from(length).ok())
    };
    let least = length("minLength").unwrap_or(0).min(10_000);
    let mut texts = Vec::new();
    if let Some(pattern) = members.get("pattern").and_then(Value::as_str) {
        texts.extend(regex_syntax::parse(pattern).ok().map(|hir| shortest(&hir)));
    }
    texts.extend(["", "a", "A", "0", "-", "é", "\n", "a b"].map(str::to_owned));
    let padded = texts.into_iter().map(|text| {
        let missing = least.saturating_sub(text.chars().count());
        format!("{text}{}", "a".repeat(missing))
    });
    padded.map(Value::String).collect()
}

/// A short text that a pattern matches, look-around left out.
fn shortest(hir: &Hir) -> String {
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(Class::Unicode(class)) => {
            let preferred = ['a', 'A', '0', '-', ' '];
            let within = |letter: &char| {
                class
                    .ranges()
                    .iter()
                    .any(|range| (range.start()..=range.end()).contains(letter))
            };
            let first = class.ranges().first().map(regex_syntax::hir::ClassUnicodeRange::start);
            preferred
                .into_iter()
                .find(within)
                .or(first)
                .map_or_else(String::new, String::from)
        }
        HirKind::Repetition(repetition) => shortest(&repetition.sub).repeat(repetition.min.min(1_000) as usize),
        HirKind::Capture(capture) => shortest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(shortest).collect(),
        HirKind::Alternation(branches) => branches.first().map_or_else(String::new, shortest),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => String::new(),
    }
}

fn numbers(members: &Map<String, Value>, step: f64) -> Vec<Value> {
    let bound = |key| members.get(key).and_then(Value::as_f64);
    let mut found = vec![];
    for bound in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
        .into_iter()
        .filter_map(bound)
    {
        found.extend([
            bound,
            bound + step,
            bound - step,
            bound.ceil(),
            bound.floor(),
            bound + 1.0,
            bound - 1.0,
        ]);
    }
    if let Some(multiple) = bound("multipleOf") {
        found.extend([multiple, 2.0 * multiple, -multiple]);
    }
    found.extend([0.0, 1.0, -1.0, 0.5, 1e9]);
    found
        .into_iter()
        .filter(|number| step < 1.0 || number.fract() == 0.0)
        .filter_map(number)
        .collect()
}

/// Whole numbers without a fraction, as people write them.
fn number(value: f64) -> Option<Value> {
    #[allow(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(json!(value as i64));
    }
    serde_json::Number::from_f64(value).map(Value::Number)
}
