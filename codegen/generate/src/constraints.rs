//! What `validate()` checks: a schema written down for the runtime, in one dialect. In: a schema. Out: JSON without anything
//! that only describes, with each reference pointing into it, and whether it has patterns. Formats are left out: they assert
//! nothing. Where a reference leads out of the document or depends on who asks, or a value cannot be read again, `$unknown`
//! stands, so that the runtime does not take for granted what nobody knows; neither does it of patterns that only Rust's syntax knows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemactl_model::{Dialect, Kind, Pointer, Value, rust_only_syntax};

use crate::ir::ValidationSchema;
use crate::lower::{NEEDS, OpenUnions, SchemaNode, SourceSchema, find_targets};

/// serde_json reads 128 levels, and a schema takes up to three. What is deeper is written as a definition.
const DEEPEST: usize = 30;

/// Stands for what cannot be written down.
const UNKNOWN: &str = "\"$unknown\":true";

/// Keywords that are copied as they are.
const COPIED: [&str; 16] = [
    "const",
    "enum",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "multipleOf",
    "required",
    "type",
    "uniqueItems",
    "minimum",
    "maximum",
];

/// Keywords that hold one schema.
const ONE: [&str; 9] = [
    "additionalProperties",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords that hold a list of schemas.
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords that hold schemas by name.
const NAMED: [&str; 2] = ["properties", "patternProperties"];

/// Writes a schema down.
pub(crate) fn write_constraints(schema: SourceSchema<'_>, root: &SchemaNode<'_>) -> ValidationSchema {
    let mut writer = ConstraintsWriter {
        dialect: schema.dialect,
        targets: find_targets(schema),
        unions: OpenUnions::new(schema),
        root: root.pointer.clone(),
        numbers: BTreeMap::new(),
        open: Vec::new(),
        depth: 0,
        has_patterns: false,
    };
    let mut members = writer.members(root);
    let mut definitions = Vec::new();
    while let Some(node) = writer.open.pop() {
        let number = writer.numbers[&node.pointer];
        definitions.push(format!("\"{number}\":{}", writer.schema(&node)));
    }
    if !definitions.is_empty() {
        members.push(format!("\"$defs\":{{{}}}", definitions.join(",")));
    }
    let text = if root.is_false() {
        "false".to_owned()
    } else {
        object(&members)
    };
    ValidationSchema {
        text,
        has_patterns: writer.has_patterns,
    }
}

struct ConstraintsWriter<'v> {
    dialect: Dialect,
    targets: BTreeMap<Pointer, Option<SchemaNode<'v>>>,
    unions: OpenUnions<'v>,
    root: Pointer,
    /// The number of each definition.
    numbers: BTreeMap<Pointer, usize>,
    /// Definitions that are still to be written.
    open: Vec<SchemaNode<'v>>,
    /// How deep in the text the schema is that is being written.
    depth: usize,
    has_patterns: bool,
}

impl<'v> ConstraintsWriter<'v> {
    fn schema(&mut self, node: &SchemaNode<'v>) -> String {
        match node.value.kind {
            Kind::Bool(allows) => allows.to_string(),
            _ if self.depth >= DEEPEST => object(&[self.reference(node.clone())]),
            _ => {
                self.depth += 1;
                let members = self.members(node);
                self.depth -= 1;
                object(&members)
            }
        }
    }

    fn reference(&mut self, target: SchemaNode<'v>) -> String {
        if target.pointer == self.root {
            return "\"$ref\":\"#\"".to_owned();
        }
        format!("\"$ref\":\"#/$defs/{}\"", self.number(target))
    }

    fn members(&mut self, node: &SchemaNode<'v>) -> Vec<String> {
        let mut members = Vec::new();
        if let Some(target) = self.targets.get(&node.pointer).cloned() {
            members.push(match target {
                Some(target) => self.reference(target),
                None => UNKNOWN.to_owned(),
            });
            if node.dialect.ref_hides_siblings() {
                return members;
            }
        }
        for entry in node.object().into_iter().flat_map(schemactl_model::JsonObject::iter) {
            if let Some(value) = node.keyword(&entry.key) {
                self.keyword(node, &entry.key, value, &mut members);
            }
        }
        if NEEDS.iter().any(|keyword| !node.members(keyword).is_empty()) {
            self.needs(node, &mut members);
        }
        members
    }

    fn number(&mut self, target: SchemaNode<'v>) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(target.pointer.clone()).or_insert_with(|| {
            self.open.push(target);
            next
        })
    }

    fn keyword(&mut self, node: &SchemaNode<'v>, keyword: &str, value: &'v Value, members: &mut Vec<String>) {
        let is_array = value.as_array().is_some();
        match keyword {
            "exclusiveMinimum" | "exclusiveMaximum" => members.extend(exclusive(node, keyword, value).map(|bound| {
                if is_readable(bound, 0) {
                    member(keyword, &bound.to_json())
                } else {
                    UNKNOWN.to_owned()
                }
            })),
            "type" if node.is_true("nullable") => {
                let names = value.as_array().unwrap_or(std::slice::from_ref(value));
                let names = names.iter().map(Value::to_json).chain(["\"null\"".to_owned()]);
                members.push(member(keyword, &list(names)));
            }
            "contains" => {
                members.extend(self.one(node, keyword, keyword));
                // Older resources in a document count as little as 2019-09 does.
                if self.dialect >= Dialect::Draft201909 && node.dialect < Dialect::Draft202012 {
                    members.push("\"$containsEvaluates\":false".to_owned());
                }
            }
            "pattern" => {
                self.has_patterns = true;
                let pattern = value.as_str().map(|pattern| string(&written_pattern(pattern)));
                members.push(member(keyword, &pattern.unwrap_or_else(|| value.to_json())));
            }
            "items" if is_array => {
                let list = self.list(node, keyword);
                members.push(member("prefixItems", &list));
            }
            "additionalItems" if node.keyword("items").is_some_and(|items| items.as_array().is_some()) => {
                members.extend(self.one(node, keyword, "items"));
            }
            // Whoever reads keeps kinds that an open union does not list.
            "oneOf" | "anyOf" if is_array && self.unions.tag_of(node).is_some() => {
                let known = object(&[member(keyword, &self.list(node, keyword))]);
                let unknown = self.unions.tag_of(node).map(|tag| tag.unknown_kinds().to_json());
                members.push(member("anyOf", &list([known].into_iter().chain(unknown))));
            }
            _ if COPIED.contains(&keyword) && !is_readable(value, 0) => members.push(UNKNOWN.to_owned()),
            _ if COPIED.contains(&keyword) => members.push(member(keyword, &value.to_json())),
            _ if ONE.contains(&keyword) => members.extend(self.one(node, keyword, keyword)),
            _ if LIST.contains(&keyword) && is_array => {
                let list = self.list(node, keyword);
                members.push(member(keyword, &list));
            }
            _ if NAMED.contains(&keyword) => {
                let named = self.named(node, keyword);
                members.push(member(keyword, &named));
            }
            _ => {}
        }
    }

    /// The schemas of a keyword, by their names or patterns.
    fn named(&mut self, node: &SchemaNode<'v>, keyword: &str) -> String {
        let is_patterns = keyword == "patternProperties";
        self.has_patterns |= is_patterns;
        let named = node.members(keyword).into_iter().filter(|(_, below)| below.is_schema());
        let named = named.map(|(key, below)| {
            let schema = self.schema(&below);
            if is_patterns {
                member(&written_pattern(key), &schema)
            } else {
                member(key, &schema)
            }
        });
        let named: Vec<_> = named.collect();
        object(&named)
    }

    /// The schema of a keyword, written under its name in the dialect of the runtime.
    fn one(&mut self, node: &SchemaNode<'v>, keyword: &str, written: &str) -> Option<String> {
        let below = node.subschema(keyword)?;
        Some(member(written, &self.schema(&below)))
    }

    fn list(&mut self, node: &SchemaNode<'v>, keyword: &str) -> String {
        list(node.list(keyword).iter().map(|below| self.schema(below)))
    }

    /// What properties need, in the keywords of the runtime: names in one, schemas in the other.
    fn needs(&mut self, node: &SchemaNode<'v>, members: &mut Vec<String>) {
        let mut names: BTreeMap<&'v str, Vec<String>> = BTreeMap::new();
        let mut schemas: BTreeMap<&'v str, Vec<String>> = BTreeMap::new();
        for (key, needed) in NEEDS.into_iter().flat_map(|keyword| node.members(keyword)) {
            if needed.is_schema() {
                let schema = self.schema(&needed);
                schemas.entry(key).or_default().push(schema);
                continue;
            }
            // Draft-03 let a single name stand alone.
            let list = needed.value.as_array().unwrap_or(std::slice::from_ref(needed.value));
            names.entry(key).or_default().extend(list.iter().map(Value::to_json));
        }
        let names = names
            .into_iter()
            .map(|(key, names)| member(key, &list(names.into_iter())));
        let schemas = schemas
            .into_iter()
            .map(|(key, schemas)| match <[String; 1]>::try_from(schemas) {
                Ok([only]) => member(key, &only),
                Err(several) => member(key, &object(&[member("allOf", &list(several.into_iter()))])),
            });
        let both: [(&str, Vec<String>); 2] = [
            ("dependentRequired", names.collect()),
            ("dependentSchemas", schemas.collect()),
        ];
        let written = both.iter().filter(|(_, needs)| !needs.is_empty());
        members.extend(written.map(|(keyword, needs)| member(keyword, &object(needs))));
    }
}

/// Whether serde_json reads a value: it has no numbers beyond a double, and ends somewhere.
fn is_readable(value: &Value, depth: usize) -> bool {
    match &value.kind {
        Kind::Number(number) => number.as_str().parse().is_ok_and(f64::is_finite),
        Kind::Array(elements) => depth < DEEPEST && elements.iter().all(|element| is_readable(element, depth + 1)),
        Kind::Object(members) => depth < DEEPEST && members.iter().all(|member| is_readable(&member.value, depth + 1)),
        _ => true,
    }
}

/// In draft-04 the keyword makes the bound beside it exclusive; afterwards it is a bound itself.
fn exclusive<'v>(node: &SchemaNode<'v>, keyword: &str, value: &'v Value) -> Option<&'v Value> {
    match &value.kind {
        Kind::Bool(true) if keyword == "exclusiveMinimum" => node.keyword("minimum"),
        Kind::Bool(true) => node.keyword("maximum"),
        Kind::Number(_) => Some(value),
        _ => None,
    }
}

/// A pattern for the runtime. Of one that only Rust's syntax knows it may assert nothing (ADR 50): no engine compiles a group that is not
/// closed, and what no engine compiles is unknown there.
fn written_pattern(pattern: &str) -> Cow<'_, str> {
    match rust_only_syntax(pattern) {
        Some(_) => Cow::Owned(format!("({pattern}")),
        None => Cow::Borrowed(pattern),
    }
}

fn string(text: &str) -> String {
    Value::string(text).to_json()
}

fn member(key: &str, value: &str) -> String {
    format!("{}:{value}", string(key))
}

fn list(elements: impl Iterator<Item = String>) -> String {
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

fn object(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}
