//! What `validate()` checks: a schema written down for the runtime, in one dialect. In: a schema. Out: JSON without anything
//! that only describes, with each reference pointing into it, and whether it has patterns. Formats are left out: they assert
//! nothing. Where a reference leads out of the document or depends on who asks, or a value cannot be read again, `$unknown`
//! stands, so that the runtime does not take for granted what nobody knows; neither does it of patterns that only Rust's syntax knows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemactl_model::{
    Dialect, Keyword, Kind, Pointer, SubschemaRef, Value, any_annotation, any_applicator, any_assertion,
    any_definitions, any_identifier, any_reference, rust_only_syntax,
};

use crate::ir::ValidationSchema;
use crate::lower::{NEEDS, OpenUnions, SourceSchema, find_targets};

/// serde_json reads 128 levels, and a schema takes up to three. What is deeper is written as a definition.
const DEEPEST: usize = 30;

/// Stands for what cannot be written down.
const UNKNOWN: &str = "\"$unknown\":true";

/// Writes a schema down.
pub(crate) fn write_constraints(schema: SourceSchema<'_>, root: &SubschemaRef<'_>) -> ValidationSchema {
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
    targets: BTreeMap<Pointer, Option<SubschemaRef<'v>>>,
    unions: OpenUnions<'v>,
    root: Pointer,
    /// The number of each definition.
    numbers: BTreeMap<Pointer, usize>,
    /// Definitions that are still to be written.
    open: Vec<SubschemaRef<'v>>,
    /// How deep in the text the schema is that is being written.
    depth: usize,
    has_patterns: bool,
}

impl<'v> ConstraintsWriter<'v> {
    fn schema(&mut self, node: &SubschemaRef<'v>) -> String {
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

    fn reference(&mut self, target: SubschemaRef<'v>) -> String {
        if target.pointer == self.root {
            return "\"$ref\":\"#\"".to_owned();
        }
        format!("\"$ref\":\"#/$defs/{}\"", self.number(target))
    }

    fn members(&mut self, node: &SubschemaRef<'v>) -> Vec<String> {
        let mut members = Vec::new();
        if let Some(target) = self.targets.get(&node.pointer).cloned() {
            members.push(match target {
                Some(target) => self.reference(target),
                None => UNKNOWN.to_owned(),
            });
            if node.scope.dialect.ref_hides_siblings() {
                return members;
            }
        }
        for entry in node.object().into_iter().flat_map(schemactl_model::JsonObject::iter) {
            if let Some(keyword) = entry
                .keyword()
                .filter(|keyword| node.scope.dialect.has_keyword(*keyword))
            {
                self.keyword(node, keyword, &entry.value, &mut members);
            }
        }
        if NEEDS.into_iter().any(|keyword| !node.members(keyword).is_empty()) {
            self.needs(node, &mut members);
        }
        members
    }

    fn number(&mut self, target: SubschemaRef<'v>) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(target.pointer.clone()).or_insert_with(|| {
            self.open.push(target);
            next
        })
    }

    fn keyword(&mut self, node: &SubschemaRef<'v>, keyword: Keyword, value: &'v Value, members: &mut Vec<String>) {
        let is_array = value.as_array().is_some();
        match keyword {
            Keyword::ExclusiveMinimum | Keyword::ExclusiveMaximum => {
                members.extend(exclusive(node, keyword, value).map(|bound| copied(keyword, bound)));
            }
            Keyword::Type if node.is_true(Keyword::Nullable) => {
                let names = value.as_array().unwrap_or(std::slice::from_ref(value));
                let names = names.iter().map(Value::to_json).chain(["\"null\"".to_owned()]);
                members.push(member(keyword, &list(names)));
            }
            Keyword::Contains => {
                members.extend(self.one(node, keyword, keyword));
                // Older resources in a document count as little as 2019-09 does.
                if self.dialect >= Dialect::Draft201909 && node.scope.dialect < Dialect::Draft202012 {
                    members.push("\"$containsEvaluates\":false".to_owned());
                }
            }
            Keyword::Pattern => {
                self.has_patterns = true;
                let pattern = value.as_str().map(|pattern| string(&written_pattern(pattern)));
                members.push(member(keyword, &pattern.unwrap_or_else(|| value.to_json())));
            }
            Keyword::Items if is_array => members.push(member(Keyword::PrefixItems, &self.list(node, keyword))),
            Keyword::AdditionalItems => {
                // Without a list there is nothing to be additional to.
                let is_rest = node
                    .keyword(Keyword::Items)
                    .is_some_and(|items| items.as_array().is_some());
                members.extend(is_rest.then(|| self.one(node, keyword, Keyword::Items)).flatten());
            }
            Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf | Keyword::PrefixItems => {
                members.extend(is_array.then(|| self.branches(node, keyword)));
            }
            Keyword::Properties | Keyword::PatternProperties => {
                let named = self.named(node, keyword);
                members.push(member(keyword, &named));
            }
            // Written together, and references first.
            Keyword::Dependencies | Keyword::DependentRequired | Keyword::DependentSchemas | any_reference!() => {}
            // Formats assert nothing, and `type` knows what is nullable.
            Keyword::Format | Keyword::Nullable => {}
            any_assertion!() => members.push(copied(keyword, value)),
            any_applicator!() => members.extend(self.one(node, keyword, keyword)),
            any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => {}
        }
    }

    /// The schemas of a keyword, by their names or patterns.
    fn named(&mut self, node: &SubschemaRef<'v>, keyword: Keyword) -> String {
        let is_patterns = keyword == Keyword::PatternProperties;
        self.has_patterns |= is_patterns;
        let named = node.members(keyword).into_iter().filter(|(_, below)| below.is_schema());
        let named = named.map(|(key, below)| {
            let schema = self.schema(&below);
            if is_patterns {
                member(written_pattern(key), &schema)
            } else {
                member(key, &schema)
            }
        });
        let named: Vec<_> = named.collect();
        object(&named)
    }

    /// The schemas of a keyword that lists them. Whoever reads keeps kinds that an open union does not list.
    fn branches(&mut self, node: &SubschemaRef<'v>, keyword: Keyword) -> String {
        let is_union = matches!(keyword, Keyword::AnyOf | Keyword::OneOf);
        let tag = is_union.then(|| self.unions.tag_of(node)).flatten();
        let known = member(keyword, &self.list(node, keyword));
        match tag {
            Some(tag) => {
                let either = [object(&[known]), tag.unknown_kinds().to_json()];
                member(Keyword::AnyOf, &list(either.into_iter()))
            }
            None => known,
        }
    }

    /// The schema of a keyword, written under its name in the dialect of the runtime.
    fn one(&mut self, node: &SubschemaRef<'v>, keyword: Keyword, written: Keyword) -> Option<String> {
        let below = node.subschema(keyword)?;
        Some(member(written, &self.schema(&below)))
    }

    fn list(&mut self, node: &SubschemaRef<'v>, keyword: Keyword) -> String {
        list(node.list(keyword).iter().map(|below| self.schema(below)))
    }

    /// What properties need, in the keywords of the runtime: names in one, schemas in the other.
    fn needs(&mut self, node: &SubschemaRef<'v>, members: &mut Vec<String>) {
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
                Err(several) => member(key, &object(&[member(Keyword::AllOf, &list(several.into_iter()))])),
            });
        let both: [(Keyword, Vec<String>); 2] = [
            (Keyword::DependentRequired, names.collect()),
            (Keyword::DependentSchemas, schemas.collect()),
        ];
        let written = both.iter().filter(|(_, needs)| !needs.is_empty());
        members.extend(written.map(|(keyword, needs)| member(*keyword, &object(needs))));
    }
}

/// A keyword that is written as it is.
fn copied(keyword: Keyword, value: &Value) -> String {
    if is_readable(value, 0) {
        member(keyword, &value.to_json())
    } else {
        UNKNOWN.to_owned()
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
fn exclusive<'v>(node: &SubschemaRef<'v>, keyword: Keyword, value: &'v Value) -> Option<&'v Value> {
    match &value.kind {
        Kind::Bool(true) if keyword == Keyword::ExclusiveMinimum => node.keyword(Keyword::Minimum),
        Kind::Bool(true) => node.keyword(Keyword::Maximum),
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

fn member(key: impl AsRef<str>, value: &str) -> String {
    format!("{}:{value}", string(key.as_ref()))
}

fn list(elements: impl Iterator<Item = String>) -> String {
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

fn object(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}
