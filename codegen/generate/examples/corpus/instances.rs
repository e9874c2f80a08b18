//! Instances of a schema: those that came with it, random ones made from it, mutations of valid ones, and those of our own engine. The
//! validator says which are which.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::{Case, engine};

pub(crate) struct Instance {
    pub(crate) case: usize,
    pub(crate) value: Value,
    pub(crate) valid: bool,
    pub(crate) origin: Origin,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Origin {
    Supplied,
    Random,
    Engine,
}

/// Instances made for each schema.
const RANDOM: usize = 12;
const MUTATIONS: usize = 24;
/// Nodes of an instance at most.
const NODES: usize = 2_000;

pub(crate) fn validator(text: &str) -> Option<Validator> {
    let schema: Value = serde_json::from_str(text).ok()?;
    let draft = match schema.get("$schema").and_then(Value::as_str) {
        Some(uri) if uri.contains("draft-04") || uri.contains("iglu") || uri.contains("draft-03") => {
            jsonschema::Draft::Draft4
        }
        Some(uri) if uri.contains("draft-06") => jsonschema::Draft::Draft6,
        Some(uri) if uri.contains("draft-07") => jsonschema::Draft::Draft7,
        Some(uri) if uri.contains("2019-09") => jsonschema::Draft::Draft201909,
        _ => jsonschema::Draft::Draft202012,
    };
    let mut schema = schema;
    if let Value::Object(members) = &mut schema {
        members.remove("$schema");
    }
    jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(false)
        .build(&schema)
        .ok()
}

pub(crate) fn prepare(cases: &[Case], compiled: &[usize]) -> Vec<Instance> {
    let mut all = Vec::new();
    for &index in compiled {
        let case = &cases[index];
        let Some(validator) = validator(&case.text) else {
            continue;
        };
        let schema: Value = serde_json::from_str(&case.text).unwrap();
        let mut maker = Maker {
            root: &schema,
            left: 0,
            random: Random(index as u64 + 1),
            old: validator.draft() == jsonschema::Draft::Draft4,
        };
        let mut add = |value: Value, origin: Origin| {
            all.push(Instance {
                case: index,
                valid: validator.is_valid(&value),
                value,
                origin,
            });
        };
        let mut valid: Vec<Value> = case
            .valid
            .iter()
            .filter(|value| validator.is_valid(value))
            .cloned()
            .collect();
        case.valid
            .iter()
            .chain(&case.invalid)
            .for_each(|value| add(value.clone(), Origin::Supplied));
        for _ in 0..RANDOM {
            maker.left = NODES;
            let value = maker.make(&schema, 0);
            if validator.is_valid(&value) {
                valid.push(value.clone());
            }
            add(value, Origin::Random);
        }
        for at in 0..MUTATIONS.min(valid.len() * 8) {
            let value = maker.mutated(&valid[at % valid.len()]);
            add(value, Origin::Random);
        }
        for value in engine::instances(&case.text) {
            add(value, Origin::Engine);
        }
    }
    all
}

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut x = self.0;
        x ^= x >> 33;
        x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
        x ^ (x >> 29)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len());
        &list[at]
    }
}

struct Maker<'s> {
    root: &'s Value,
    /// How many more nodes an instance may have: schemas that refer to themselves in many places have no small ones.
    left: usize,
    random: Random,
    old: bool,
}

impl Maker<'_> {
    fn make(&mut self, schema: &Value, depth: usize) -> Value {
        self.left = self.left.saturating_sub(1);
        let Value::Object(keywords) = schema else {
            return json!("anything");
        };
        if self.left == 0 {
            return Value::Null;
        }
        if let Some(target) = keywords.get("$ref").and_then(Value::as_str) {
            let root = self.root;
            return match root.pointer(target.trim_start_matches('#')) {
                Some(target) if depth <= 12 => self.make(target, depth + 1),
                _ => Value::Null,
            };
        }
        if let Some(value) = keywords.get("const") {
            return value.clone();
        }
        if let Some(Value::Array(values)) = keywords.get("enum").filter(|values| values.get(0).is_some()) {
            return self.random.pick(values).clone();
        }
        let mut made = self.of_type(keywords, depth);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let Some(Value::Array(branches)) = keywords.get(keyword).filter(|list| list.get(0).is_some()) else {
                continue;
            };
            let chosen = if keyword == "allOf" {
                branches.as_slice()
            } else {
                std::slice::from_ref(self.random.pick(branches))
            };
            for branch in chosen {
                let part = self.make(branch, depth + 1);
                made = joined(made, part);
            }
        }
        made
    }

    fn of_type(&mut self, keywords: &Map<String, Value>, depth: usize) -> Value {
        let types = match keywords.get("type") {
            Some(Value::String(name)) => vec![name.clone()],
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            _ if keywords.contains_key("properties") => vec!["object".to_owned()],
            _ if keywords.contains_key("items") => vec!["array".to_owned()],
            _ => vec![],
        };
        if types.is_empty() {
            return json!({});
        }
        let number = |keyword: &str| keywords.get(keyword).and_then(Value::as_f64);
        let name = self.random.pick(&types).clone();
        match name.as_str() {
            "object" => self.object(keywords, depth),
            "array" => self.array(keywords, depth),
            "string" => self.string(keywords),
            "boolean" => json!(self.random.chance(50)),
            "integer" => self.integer(number("minimum"), number("maximum")),
            "number" => self.number(number("minimum"), number("maximum")),
            _ => Value::Null,
        }
    }

    fn object(&mut self, keywords: &Map<String, Value>, depth: usize) -> Value {
        let mut made = Map::new();
        let required: Vec<&str> = keywords
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let optional = if depth > 6 { 5 } else { 60 };
        for (key, schema) in keywords
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if required.contains(&key.as_str()) || self.random.chance(optional) {
                made.insert(key.clone(), self.make(schema, depth + 1));
            }
        }
        for key in required {
            if !made.contains_key(key) {
                made.insert(key.to_owned(), json!("required"));
            }
        }
        match keywords.get("additionalProperties") {
            Some(Value::Bool(false)) => {}
            Some(schema @ Value::Object(_)) => {
                made.insert("added".to_owned(), self.make(schema, depth + 1));
            }
            _ if self.random.chance(20) => {
                made.insert("unknown_to_the_schema".to_owned(), json!([1, {"a": null}]));
            }
            _ => {}
        }
        Value::Object(made)
    }

    fn array(&mut self, keywords: &Map<String, Value>, depth: usize) -> Value {
        let bound = |keyword: &str| keywords.get(keyword).and_then(Value::as_u64);
        let least = bound("minItems").unwrap_or(0).min(20);
        let most = bound("maxItems").unwrap_or(3).min(20).max(least);
        let length = usize::try_from(least).unwrap() + self.random.below(usize::try_from(most - least + 1).unwrap());
        let lists = ["prefixItems", "items"].map(|keyword| keywords.get(keyword).and_then(Value::as_array).cloned());
        let prefix = lists.into_iter().flatten().next().unwrap_or_default();
        let items = keywords.get("items").cloned().unwrap_or(Value::Bool(true));
        let elements = (0..length).map(|at| self.make(prefix.get(at).unwrap_or(&items), depth + 1));
        elements.collect()
    }

    fn string(&mut self, keywords: &Map<String, Value>) -> Value {
        let bound = |keyword: &str| {
            keywords
                .get(keyword)
                .and_then(Value::as_u64)
                .map(|bound| usize::try_from(bound).unwrap())
        };
        let least = bound("minLength").unwrap_or(0);
        let most = bound("maxLength").unwrap_or(least + 8).max(least);
        let samples = match keywords.get("format").and_then(Value::as_str) {
            Some("date-time") => vec!["2026-02-01T14:32:00Z", "2026-02-01T14:32:00.10+01:00", "not a time"],
            Some("uuid") => vec!["271069a8-fc18-44f1-b38f-9d70a1695819"],
            Some("uri" | "uri-reference") => vec!["https://example.com/a?b#c"],
            Some("date") => vec!["2026-02-01"],
            Some("ipv4") => vec!["127.0.0.1"],
            _ => vec![
                "",
                "a",
                "é\"\\\n",
                "12",
                "A-1",
                "日本",
                "0.5.1",
                "2026-02-01",
                "1.0.0",
                "abc",
                "+49",
                "true",
            ],
        };
        let mut text: String = (*self.random.pick(&samples)).to_owned();
        while text.chars().count() < least {
            text.push('x');
        }
        text.chars().take(most).collect::<String>().into()
    }

    fn integer(&mut self, least: Option<f64>, most: Option<f64>) -> Value {
        #[allow(clippy::cast_possible_truncation)]
        let (low, high) = (least.map(|bound| bound as i64), most.map(|bound| bound as i64));
        let options = [
            json!(low.unwrap_or(-3)),
            json!(high.unwrap_or(7)),
            json!(low.unwrap_or(0).saturating_add(1)),
            json!(high.unwrap_or(i64::MAX)),
            // In draft-04 `1.0` is no integer, and readers of later drafts take it for one.
            if self.old {
                json!(low.unwrap_or(2))
            } else {
                json!(low.unwrap_or(0) as f64)
            },
            json!(high.map_or(u64::MAX, i64::unsigned_abs)),
        ];
        self.random.pick(&options).clone()
    }

    fn number(&mut self, least: Option<f64>, most: Option<f64>) -> Value {
        let options = [
            json!(least.unwrap_or(-1.5)),
            json!(most.unwrap_or(149.95)),
            json!(least.unwrap_or(0.0) + 0.25),
            json!(7),
            json!(1e20),
        ];
        self.random.pick(&options).clone()
    }

    /// The value with one thing changed at a random place.
    fn mutated(&mut self, value: &Value) -> Value {
        let mut value = value.clone();
        let mut places = Vec::new();
        pointers(&value, String::new(), &mut places);
        let place = self.random.pick(&places).clone();
        let replacement = self
            .random
            .pick(&[
                Value::Null,
                json!(-1),
                json!(1.5),
                json!("mutated"),
                json!(""),
                json!([]),
                json!({}),
                json!(true),
                json!("x".repeat(5000)),
                json!(1e18),
            ])
            .clone();
        let remove = self.random.chance(30);
        match value.pointer_mut(&place).unwrap() {
            Value::Object(members) if remove && !members.is_empty() => {
                let keys: Vec<_> = members.keys().cloned().collect();
                members.remove(self.random.pick(&keys));
            }
            Value::Object(members) if self.random.chance(40) => {
                members.insert("added_by_mutation".to_owned(), replacement);
            }
            Value::Array(elements) if remove => {
                elements.pop();
            }
            Value::Array(elements) if self.random.chance(40) && !elements.is_empty() => {
                let element = elements[0].clone();
                elements.push(element);
            }
            other => *other = replacement,
        }
        value
    }
}

fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                pointers(
                    value,
                    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

fn joined(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (Value::Object(one), other) if one.is_empty() => other,
        (one, _) => one,
    }
}
