//! What `validate()` checks: a schema written down for the runtime, in one dialect. In: a schema. Out: JSON without anything
//! that only describes, with each reference pointing into it, and whether it has patterns. Keywords that depend on what other
//! keywords looked at (`unevaluatedProperties`), formats and references out of the document are left out: they assert nothing.

use std::collections::BTreeMap;

use schemactl_model::{Dialect, Kind, Pointer, Value};

use crate::ir::Constraints;
use crate::lower::{Node, Schema, targets};

/// Keywords that are copied as they are.
const COPIED: [&str; 17] = [
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
    "dependentRequired",
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
const NAMED: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];

/// Writes a schema down.
pub(crate) fn constraints(schema: Schema<'_>, root: &Node<'_>) -> Constraints {
    let mut writer = Writer {
        dialect: schema.dialect,
        targets: targets(schema),
        root: root.pointer.clone(),
        numbers: BTreeMap::new(),
        open: Vec::new(),
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
    Constraints {
        text,
        has_patterns: writer.has_patterns,
    }
}

struct Writer<'v> {
    dialect: Dialect,
    targets: BTreeMap<Pointer, Option<Node<'v>>>,
    root: Pointer,
    /// The number of each definition.
    numbers: BTreeMap<Pointer, usize>,
    /// Definitions that are still to be written.
    open: Vec<Node<'v>>,
    has_patterns: bool,
}

impl<'v> Writer<'v> {
    fn schema(&mut self, node: &Node<'v>) -> String {
        match node.value.kind {
            Kind::Bool(allows) => allows.to_string(),
            _ => object(&self.members(node)),
        }
    }

    fn members(&mut self, node: &Node<'v>) -> Vec<String> {
        let mut members = Vec::new();
        if let Some(target) = self.targets.get(&node.pointer).cloned() {
            members.push(match target {
                Some(target) if target.pointer == self.root => "\"$ref\":\"#\"".to_owned(),
                Some(target) => format!("\"$ref\":\"#/$defs/{}\"", self.number(target)),
                None => "\"$unknown\":true".to_owned(),
            });
            if self.dialect.ref_hides_siblings() {
                return members;
            }
        }
        for entry in node.object().into_iter().flat_map(schemactl_model::Object::iter) {
            if let Some(value) = node.keyword(&entry.key) {
                self.keyword(node, &entry.key, value, &mut members);
            }
        }
        members
    }

    fn number(&mut self, target: Node<'v>) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(target.pointer.clone()).or_insert_with(|| {
            self.open.push(target);
            next
        })
    }

    fn keyword(&mut self, node: &Node<'v>, keyword: &str, value: &'v Value, members: &mut Vec<String>) {
        let is_array = value.as_array().is_some();
        match keyword {
            "exclusiveMinimum" | "exclusiveMaximum" => members.extend(exclusive(node, keyword, value)),
            "type" if node.is_true("nullable") => {
                let names = value.as_array().unwrap_or(std::slice::from_ref(value));
                let names = names.iter().map(Value::to_json).chain(["\"null\"".to_owned()]);
                members.push(member(keyword, &list(names)));
            }
            "contains" => {
                members.extend(self.one(node, keyword, keyword));
                if self.dialect == Dialect::Draft201909 {
                    members.push("\"$containsEvaluates\":false".to_owned());
                }
            }
            "pattern" => {
                self.has_patterns = true;
                members.push(member(keyword, &value.to_json()));
            }
            "items" if is_array => {
                let list = self.list(node, keyword);
                members.push(member("prefixItems", &list));
            }
            "additionalItems" if node.keyword("items").is_some_and(|items| items.as_array().is_some()) => {
                members.extend(self.one(node, keyword, "items"));
            }
            "dependencies" => self.dependencies(node, members),
            _ if COPIED.contains(&keyword) => members.push(member(keyword, &value.to_json())),
            _ if ONE.contains(&keyword) => members.extend(self.one(node, keyword, keyword)),
            _ if LIST.contains(&keyword) && is_array => {
                let list = self.list(node, keyword);
                members.push(member(keyword, &list));
            }
            _ if NAMED.contains(&keyword) => {
                self.has_patterns |= keyword == "patternProperties";
                let named = node.members(keyword).into_iter().filter(|(_, below)| below.is_schema());
                let named: Vec<_> = named.map(|(key, below)| member(key, &self.schema(&below))).collect();
                members.push(member(keyword, &object(&named)));
            }
            _ => {}
        }
    }

    /// The schema of a keyword, written under its name in the dialect of the runtime.
    fn one(&mut self, node: &Node<'v>, keyword: &str, written: &str) -> Option<String> {
        let below = node.subschema(keyword)?;
        Some(member(written, &self.schema(&below)))
    }

    fn list(&mut self, node: &Node<'v>, keyword: &str) -> String {
        list(node.list(keyword).iter().map(|below| self.schema(below)))
    }

    fn dependencies(&mut self, node: &Node<'v>, members: &mut Vec<String>) {
        let all = node.members("dependencies");
        let (schemas, names): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, below)| below.is_schema());
        let schemas: Vec<_> = schemas
            .iter()
            .map(|(key, below)| member(key, &self.schema(below)))
            .collect();
        let names = names.iter().map(|(key, names)| match names.value.as_str() {
            // Draft-03 let a single name stand alone.
            Some(_) => member(key, &format!("[{}]", names.value.to_json())),
            None => member(key, &names.value.to_json()),
        });
        members.push(member("dependentRequired", &object(&names.collect::<Vec<_>>())));
        members.push(member("dependentSchemas", &object(&schemas)));
    }
}

/// In draft-04 the keyword makes the bound beside it exclusive; afterwards it is a bound itself.
fn exclusive(node: &Node<'_>, keyword: &str, value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Bool(true) => {
            let bound = if keyword == "exclusiveMinimum" {
                "minimum"
            } else {
                "maximum"
            };
            Some(member(keyword, &node.keyword(bound)?.to_json()))
        }
        Kind::Number(_) => Some(member(keyword, &value.to_json())),
        _ => None,
    }
}

fn member(key: &str, value: &str) -> String {
    format!("{}:{value}", Value::computed(Kind::String(key.to_owned())).to_json())
}

fn list(elements: impl Iterator<Item = String>) -> String {
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

fn object(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}
