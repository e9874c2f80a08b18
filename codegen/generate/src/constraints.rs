//! What `validate()` checks: a schema written down for the runtime, in one dialect. In: a schema. Out: JSON without anything
//! that only describes, with each reference pointing into it, with marks where readers accept more than who publishes may send
//! (ADR 129), and whether it has patterns. Formats are left out, or written as their shapes where they are asserted. Where a reference leads out of the document or depends on who asks, or a value cannot be read again, `$unknown`
//! stands, so that the runtime does not take for granted what nobody knows; neither does it of patterns that only Rust's syntax knows.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{
    Dialect, FormatMode, Keyword, Kind, Pointer, SubschemaRef, Value, any_annotation, any_applicator, any_assertion,
    any_definitions, any_identifier, any_reference, find_format_shape, is_extensible, rust_only_syntax,
    unlisted_values,
};

use crate::ir::ValidationSchema;
use crate::lower::{Kinds, NEEDS, OpenUnions, SourceSchema, find_targets, kinds_of};
use crate::settings::{Settings, UnknownFields};

/// serde_json reads 128 levels, and a schema takes up to three. What is deeper is written as a definition.
const DEEPEST: usize = 30;

/// Stands for what cannot be written down.
const UNKNOWN: &str = "\"$unknown\":true";
/// Marks a branch that only readers accept.
const ONLY_READ: &str = "\"$read\":true";
/// Formats of which no pattern says much. Generated code cannot tell whether a text has them.
const SHAPELESS: [&str; 6] = [
    "idn-email",
    "idn-hostname",
    "iri-reference",
    "regex",
    "uri-reference",
    "uri-template",
];
/// The keywords that may forbid properties without a name.
const CLOSING: [Keyword; 2] = [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties];
/// The keywords that say how often `contains` has to hold.
const COUNTS: [Keyword; 2] = [Keyword::MinContains, Keyword::MaxContains];
/// Lists the keywords of a schema that readers do not apply.
const ONLY_SENT: &str = "$sent";

/// How a subschema is used, as the policies have it: one under `not` is never wider for readers, since what it stands in would be narrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ConstraintUse {
    /// Readers may accept more than it lists.
    Open,
    Plain,
}

/// Writes a schema down.
pub(crate) fn write_constraints(
    schema: SourceSchema<'_>,
    root: &SubschemaRef<'_>,
    settings: &Settings,
) -> ValidationSchema {
    let mut writer = ConstraintsWriter {
        dialect: schema.dialect,
        targets: find_targets(schema),
        unions: OpenUnions::new(schema),
        root: root.pointer.clone(),
        ignores_unknown: settings.unknown_fields != UnknownFields::Refuse,
        formats: settings.formats,
        numbers: BTreeMap::new(),
        open: Vec::new(),
        usage: ConstraintUse::Open,
        depth: 0,
        has_patterns: false,
        has_sides: false,
    };
    let mut members = writer.members(root);
    let mut definitions = Vec::new();
    while let Some((node, usage)) = writer.open.pop() {
        let number = writer.numbers[&(node.pointer.clone(), usage)];
        writer.usage = usage;
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
        has_sides: writer.has_sides,
    }
}

struct ConstraintsWriter<'v> {
    dialect: Dialect,
    targets: BTreeMap<Pointer, Option<SubschemaRef<'v>>>,
    unions: OpenUnions<'v>,
    root: Pointer,
    /// Whether readers ignore properties that they do not know.
    ignores_unknown: bool,
    /// What formats are in the workspace.
    formats: FormatMode,
    /// The number of each definition.
    numbers: BTreeMap<(Pointer, ConstraintUse), usize>,
    /// Definitions that are still to be written.
    open: Vec<(SubschemaRef<'v>, ConstraintUse)>,
    /// How the schema is used that is being written.
    usage: ConstraintUse,
    /// How deep in the text the schema is that is being written.
    depth: usize,
    has_patterns: bool,
    /// Whether a mark was written.
    has_sides: bool,
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
        let usage = match self.usage {
            ConstraintUse::Plain if self.is_wider_for_readers(&target) => ConstraintUse::Plain,
            _ => ConstraintUse::Open,
        };
        if target.pointer == self.root && usage == ConstraintUse::Open {
            return "\"$ref\":\"#\"".to_owned();
        }
        format!("\"$ref\":\"#/$defs/{}\"", self.number(target, usage))
    }

    /// Returns what `write` writes of subschemas that are no wider for readers.
    fn write_plain<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.usage, ConstraintUse::Plain);
        let written = write(self);
        self.usage = outer;
        written
    }

    /// Whether readers accept more of a schema, or of one that it applies, than it lists.
    fn is_wider_for_readers(&self, node: &SubschemaRef<'v>) -> bool {
        let mut open = vec![node.clone()];
        let mut seen = BTreeSet::new();
        while let Some(node) = open.pop() {
            if !seen.insert(node.pointer.clone()) {
                continue;
            }
            let is_list = is_extensible(node.value) && node.keyword(Keyword::Enum).is_some();
            let is_closed = CLOSING.into_iter().any(|keyword| self.ignores_closing(&node, keyword));
            if is_list || is_closed || self.unions.tag_of(&node).is_some() {
                return true;
            }
            open.extend(self.targets.get(&node.pointer).cloned().flatten());
            open.extend(node.list_subschemas());
        }
        false
    }

    /// Whether elements of an array may have properties that readers ignore.
    fn ignores_parts(&self, node: &SubschemaRef<'v>) -> bool {
        let rest = [Keyword::Items, Keyword::AdditionalItems].map(|keyword| node.subschema(keyword));
        let first = [Keyword::PrefixItems, Keyword::Items].map(|keyword| node.list(keyword));
        let is_open = rest.iter().all(Option::is_none);
        let elements = rest.into_iter().flatten().chain(first.into_iter().flatten());
        let parts = Kinds::OBJECT.or(Kinds::ARRAY);
        self.ignores_unknown
            && (is_open
                || elements
                    .into_iter()
                    .any(|element| self.kinds_through(&element).meets(parts)))
    }

    /// The JSON types of a schema, or of the one that it refers to.
    fn kinds_through(&self, node: &SubschemaRef<'v>) -> Kinds {
        let target = self.targets.get(&node.pointer).cloned().flatten();
        kinds_of(&target.unwrap_or_else(|| node.clone()))
    }

    /// Whether readers ignore what a keyword forbids.
    fn ignores_closing(&self, node: &SubschemaRef<'v>, keyword: Keyword) -> bool {
        self.ignores_unknown && node.subschema(keyword).is_some_and(|below| below.is_false())
    }

    fn members(&mut self, node: &SubschemaRef<'v>) -> Vec<String> {
        let mut members = Vec::new();
        // What also holds, and where `allOf` says so.
        let (mut parts, mut parts_at) = (Vec::new(), None);
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
                match keyword {
                    Keyword::AllOf if entry.value.as_array().is_some() => {
                        parts_at = Some(members.len());
                        parts.extend(self.list(node, keyword));
                    }
                    Keyword::AnyOf | Keyword::OneOf if entry.value.as_array().is_some() => {
                        self.union(node, keyword, &mut members, &mut parts);
                    }
                    _ => self.keyword(node, keyword, &entry.value, &mut members),
                }
            }
        }
        parts.extend(self.format(node));
        self.mark_only_sent(node, &mut members, &mut parts);
        if parts_at.is_some() || !parts.is_empty() {
            let at = parts_at.unwrap_or(members.len());
            members.insert(at, member(Keyword::AllOf, &list(parts.into_iter())));
        }
        if NEEDS.into_iter().any(|keyword| !node.members(keyword).is_empty()) {
            self.needs(node, &mut members);
        }
        members
    }

    /// What is known of texts of an asserted format: the pattern of all of them. A text that matches may still have none, unless the pattern says everything.
    fn format(&mut self, node: &SubschemaRef<'v>) -> Option<String> {
        let format = node
            .text(Keyword::Format)
            .filter(|_| self.formats == FormatMode::Assertion)?;
        let Some(shape) = find_format_shape(node.scope.dialect, format) else {
            return SHAPELESS.contains(&format).then(|| object(&[UNKNOWN.to_owned()]));
        };
        self.has_patterns = true;
        let pattern = member(Keyword::Pattern, &string(shape.pattern));
        let rest = (!shape.is_exact).then(|| UNKNOWN.to_owned());
        Some(object(&std::iter::once(pattern).chain(rest).collect::<Vec<_>>()))
    }

    /// Notes the keywords that readers do not apply. Of an open list they accept the types of its values.
    fn mark_only_sent(&mut self, node: &SubschemaRef<'v>, members: &mut Vec<String>, parts: &mut Vec<String>) {
        if self.usage == ConstraintUse::Plain {
            return;
        }
        let list_of_values = node.keyword(Keyword::Enum).filter(|_| is_extensible(node.value));
        let types = list_of_values.and_then(unlisted_values);
        let is_open = types.is_some();
        if let Some(names) = types.as_ref().and_then(|types| types.keyword(Keyword::Type)) {
            match node.keyword(Keyword::Type) {
                None => members.push(copied(Keyword::Type, names)),
                Some(declared) if is_within(declared, names) && !node.is_true(Keyword::Nullable) => {}
                Some(_) => parts.push(object(&[copied(Keyword::Type, names)])),
            }
        }
        let closing = CLOSING
            .into_iter()
            .filter(|keyword| self.ignores_closing(node, *keyword));
        let only_sent = is_open.then_some(Keyword::Enum).into_iter().chain(closing);
        let unique = Keyword::UniqueItems;
        let only_sent = only_sent.chain((node.is_true(unique) && self.ignores_parts(node)).then_some(unique));
        let only_sent: Vec<_> = only_sent.map(|keyword| string(keyword.name())).collect();
        if !only_sent.is_empty() {
            self.has_sides = true;
            members.push(member(ONLY_SENT, &list(only_sent.into_iter())));
        }
    }

    /// Writes a union. Readers keep kinds that an open one does not list, and of branches that are wider for them, any two may hold.
    fn union(&mut self, node: &SubschemaRef<'v>, keyword: Keyword, members: &mut Vec<String>, parts: &mut Vec<String>) {
        let branches = node.list(keyword);
        let known = member(keyword, &list(self.list(node, keyword).into_iter()));
        let is_read = self.usage == ConstraintUse::Open;
        let is_wider = is_read
            && keyword == Keyword::OneOf
            && branches.iter().any(|branch| self.is_wider_for_readers(branch))
            && !self.are_told_apart(node, &branches);
        let as_listed = is_wider.then(|| {
            let plain = self.write_plain(|writer| writer.list(node, keyword));
            format!("{{{ONLY_READ},{}}}", member(keyword, &list(plain.into_iter())))
        });
        let tag = self.unions.tag_of(node).filter(|_| is_read);
        let unknown = tag.map(|tag| format!("{{{ONLY_READ},{}", &tag.unknown_kinds().to_json()[1..]));
        if as_listed.is_none() && unknown.is_none() {
            members.push(known);
            return;
        }
        self.has_sides = true;
        let either = std::iter::once(object(&[known])).chain(as_listed).chain(unknown);
        let either = member(Keyword::AnyOf, &list(either));
        // Beside a `oneOf` there may be an `anyOf`.
        if keyword == Keyword::OneOf && node.keyword(Keyword::AnyOf).is_some() {
            parts.push(object(&[either]));
        } else {
            members.push(either);
        }
    }

    /// Whether no value is one of two branches of a union, also for readers: a constant or the JSON type tells them apart.
    fn are_told_apart(&self, node: &SubschemaRef<'v>, branches: &[SubschemaRef<'v>]) -> bool {
        let kinds = branches.iter().map(|branch| self.kinds_through(branch));
        let mut seen = Kinds::NONE;
        let are_of_different_types = kinds.into_iter().all(|kinds| {
            let is_new = !seen.meets(kinds);
            seen = seen.or(kinds);
            is_new
        });
        are_of_different_types || self.unions.find_tag(node).is_some()
    }

    fn number(&mut self, target: SubschemaRef<'v>, usage: ConstraintUse) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry((target.pointer.clone(), usage)).or_insert_with(|| {
            self.open.push((target, usage));
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
            Keyword::If | Keyword::Not | Keyword::PropertyNames => {
                members.extend(self.write_plain(|writer| writer.one(node, keyword, keyword)));
            }
            Keyword::Contains => self.contains(node, members),
            Keyword::Pattern => {
                self.has_patterns = true;
                let pattern = value.as_str().map(|pattern| string(&written_pattern(pattern)));
                members.push(member(keyword, &pattern.unwrap_or_else(|| value.to_json())));
            }
            Keyword::Items if is_array => {
                let elements = self.list(node, keyword);
                members.push(member(Keyword::PrefixItems, &list(elements.into_iter())));
            }
            Keyword::AdditionalItems => {
                // Without a list there is nothing to be additional to.
                let is_rest = node
                    .keyword(Keyword::Items)
                    .is_some_and(|items| items.as_array().is_some());
                members.extend(is_rest.then(|| self.one(node, keyword, Keyword::Items)).flatten());
            }
            Keyword::PrefixItems if is_array => {
                let elements = self.list(node, keyword);
                members.push(member(keyword, &list(elements.into_iter())));
            }
            // Lists of them are written with what else holds.
            Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf | Keyword::PrefixItems => {}
            Keyword::Properties | Keyword::PatternProperties => {
                let named = self.named(node, keyword);
                members.push(member(keyword, &named));
            }
            // Written together, and references first.
            Keyword::Dependencies | Keyword::DependentRequired | Keyword::DependentSchemas | any_reference!() => {}
            // Formats are written with what else holds, and `type` knows what is nullable.
            Keyword::Format | Keyword::Nullable => {}
            any_assertion!() => members.push(copied(keyword, value)),
            any_applicator!() => members.extend(self.one(node, keyword, keyword)),
            any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => {}
        }
    }

    /// What has to be found, however often. Where it must be found rarely, a reader's wider schema would be narrower.
    fn contains(&mut self, node: &SubschemaRef<'v>, members: &mut Vec<String>) {
        let write = |writer: &mut Self| writer.one(node, Keyword::Contains, Keyword::Contains);
        let is_counted = COUNTS.into_iter().any(|count| node.keyword(count).is_some());
        members.extend(if is_counted {
            self.write_plain(write)
        } else {
            write(self)
        });
        // Older resources in a document count as little as 2019-09 does.
        if self.dialect >= Dialect::Draft201909 && node.scope.dialect < Dialect::Draft202012 {
            members.push("\"$containsEvaluates\":false".to_owned());
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

    /// The schema of a keyword, written under its name in the dialect of the runtime.
    fn one(&mut self, node: &SubschemaRef<'v>, keyword: Keyword, written: Keyword) -> Option<String> {
        let below = node.subschema(keyword)?;
        Some(member(written, &self.schema(&below)))
    }

    fn list(&mut self, node: &SubschemaRef<'v>, keyword: Keyword) -> Vec<String> {
        node.list(keyword).iter().map(|below| self.schema(below)).collect()
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

/// Whether generated code can tell that a text has a format, where formats are asserted.
pub(crate) fn decides_format(dialect: Dialect, format: &str) -> bool {
    match find_format_shape(dialect, format) {
        Some(shape) => shape.is_exact,
        None => !SHAPELESS.contains(&format),
    }
}

/// Whether each of the names of a `type` is among those of another.
fn is_within(names: &Value, others: &Value) -> bool {
    let names = names.as_array().unwrap_or(std::slice::from_ref(names));
    let others = others.as_array().unwrap_or_default();
    names.iter().all(|name| others.contains(name))
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
