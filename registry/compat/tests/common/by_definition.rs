//! What a schema accepts and what its writer sends, decided on an instance, with the annotations that the specification collects.
//! In: a document, its dialect, an instance. Out: whether it is valid, and whether a writer sends it, under two readings. Nothing is
//! rewritten here and no engine is asked: it is the definition that rewriting and proofs are held against.
//!
//! References are `#` and `#/definitions/…` or `#/$defs/…`, as the generators write them.

use std::collections::BTreeSet;

use schemactl_model::Dialect;
use serde_json::{Map, Value as Json};

use super::scalar_keywords::{is_listed, is_scalar_valid, matches};

/// What is asked of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Is it valid?
    Valid,
    /// Is it sent by every reading of the policy? The schema around a value closes it, and each schema that describes the value
    /// by itself does so alone.
    Sent,
}

/// What a valid instance leaves behind: the annotations of the schema that accepted it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The properties that are evaluated, as `unevaluatedProperties` sees it.
    names: BTreeSet<String>,
    /// The properties that a writer may send: those, and the ones that a schema in force requires.
    sent: BTreeSet<String>,
    /// The elements that are evaluated.
    items: BTreeSet<usize>,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.names.extend(other.names);
        self.sent.extend(other.sent);
        self.items.extend(other.items);
    }
}

/// A document whose instances are judged.
pub(crate) struct Definition<'d> {
    pub(crate) root: &'d Json,
    pub(crate) dialect: Dialect,
}

impl<'d> Definition<'d> {
    pub(crate) fn new(root: &'d Json, dialect: Dialect) -> Self {
        Self { root, dialect }
    }

    pub(crate) fn is_valid(&self, instance: &Json) -> bool {
        self.seen(self.root, instance, Asked::Valid, true).is_some()
    }

    /// Whether a writer sends the instance, whatever the policy leaves open.
    pub(crate) fn is_sent(&self, instance: &Json) -> bool {
        self.is_valid(instance) && self.seen(self.root, instance, Asked::Sent, true).is_some()
    }

    /// Whether a subschema accepts a value.
    pub(crate) fn accepts(&self, schema: &Json, value: &Json) -> bool {
        self.seen(schema, value, Asked::Valid, true).is_some()
    }

    /// The keywords that count: up to draft-07 a reference hides what stands beside it.
    pub(crate) fn keywords<'s>(&self, schema: &'s Map<String, Json>) -> Vec<(&'s str, &'s Json)> {
        let hides = self.dialect.ref_hides_siblings() && schema.contains_key("$ref");
        let counts = |keyword: &str| self.knows(keyword) && (!hides || keyword == "$ref");
        let all = schema.iter().map(|(keyword, value)| (keyword.as_str(), value));
        all.filter(|(keyword, _)| counts(keyword)).collect()
    }

    fn knows(&self, keyword: &str) -> bool {
        let since = match keyword {
            "const" | "contains" | "propertyNames" => Dialect::Draft6,
            "if" | "then" | "else" => Dialect::Draft7,
            "dependentRequired"
            | "dependentSchemas"
            | "minContains"
            | "maxContains"
            | "unevaluatedItems"
            | "unevaluatedProperties" => Dialect::Draft201909,
            "prefixItems" => Dialect::Draft202012,
            "dependencies" => return self.dialect < Dialect::Draft201909,
            "additionalItems" => return self.dialect < Dialect::Draft202012,
            _ => Dialect::Draft4,
        };
        self.dialect >= since
    }

    pub(crate) fn target(&self, reference: &Json) -> &'d Json {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let target = pointer.and_then(|pointer| self.root.pointer(pointer));
        target.expect("the generators refer to definitions that are there")
    }

    /// The annotations of an instance that is valid, or that is sent. `whole`: the schema describes the value by itself.
    pub(crate) fn seen(&self, schema: &Json, value: &Json, asked: Asked, whole: bool) -> Option<Seen> {
        let Some(members) = schema.as_object() else {
            return (schema != &Json::Bool(false)).then(Seen::default);
        };
        let mut seen = Seen::default();
        let keywords = self.keywords(members);
        for (keyword, argument) in &keywords {
            if !self.in_place(keyword, argument, members, value, asked, &mut seen)? {
                is_scalar_valid(keyword, argument, members, value, self.dialect).then_some(())?;
            }
        }
        match value {
            Json::Object(object) => self.object(&keywords, object, asked, &mut seen)?,
            Json::Array(elements) => self.array(members, &keywords, elements, asked, &mut seen)?,
            _ => {}
        }
        if asked == Asked::Sent && whole {
            self.is_closed(members, value, &seen).then_some(())?;
        }
        Some(seen)
    }

    /// Judges a keyword whose schemas describe the same value. `Some(false)` for any other keyword.
    fn in_place(
        &self,
        keyword: &str,
        argument: &Json,
        members: &Map<String, Json>,
        value: &Json,
        asked: Asked,
        seen: &mut Seen,
    ) -> Option<bool> {
        match keyword {
            "$ref" => seen.add(self.seen(self.target(argument), value, asked, false)?),
            "allOf" => {
                for branch in argument.as_array()? {
                    seen.add(self.seen(branch, value, asked, false)?);
                }
            }
            "anyOf" | "oneOf" => {
                let branches = argument.as_array()?;
                let holding: Vec<&Json> = branches.iter().filter(|branch| self.accepts(branch, value)).collect();
                (keyword == "anyOf" || holding.len() == 1).then_some(())?;
                let found = holding
                    .iter()
                    .filter_map(|branch| self.seen(branch, value, asked, false));
                let found: Vec<Seen> = found.collect();
                (!found.is_empty()).then_some(())?;
                for branch in found {
                    seen.add(branch);
                }
            }
            "not" => (!self.accepts(argument, value)).then_some(())?,
            "if" => {
                let condition = self.seen(argument, value, Asked::Valid, false);
                let then = members.get(if condition.is_some() { "then" } else { "else" });
                if let Some(condition) = condition {
                    seen.add(condition);
                }
                if let Some(then) = then {
                    seen.add(self.seen(then, value, asked, false)?);
                }
            }
            "dependentRequired" | "dependentSchemas" | "dependencies" => {
                if let Json::Object(object) = value {
                    self.dependent(argument, object, value, asked, seen)?;
                }
            }
            _ => return Some(false),
        }
        Some(true)
    }

    fn dependent(
        &self,
        argument: &Json,
        object: &Map<String, Json>,
        value: &Json,
        asked: Asked,
        seen: &mut Seen,
    ) -> Option<()> {
        for (name, then) in argument
            .as_object()?
            .iter()
            .filter(|(name, _)| object.contains_key(*name))
        {
            seen.sent.insert(name.clone());
            if let Some(names) = then.as_array() {
                let names = names.iter().filter_map(Json::as_str);
                for name in names {
                    object.contains_key(name).then_some(())?;
                    seen.sent.insert(name.to_owned());
                }
            } else {
                seen.add(self.seen(then, value, asked, false)?);
            }
        }
        Some(())
    }

    fn object(
        &self,
        keywords: &[(&str, &Json)],
        object: &Map<String, Json>,
        asked: Asked,
        seen: &mut Seen,
    ) -> Option<()> {
        let argument = |name: &str| {
            keywords
                .iter()
                .find(|(keyword, _)| *keyword == name)
                .map(|found| found.1)
        };
        let count = |name: &str| {
            argument(name)
                .and_then(Json::as_u64)
                .and_then(|count| usize::try_from(count).ok())
        };
        (count("minProperties").is_none_or(|least| object.len() >= least)).then_some(())?;
        (count("maxProperties").is_none_or(|most| object.len() <= most)).then_some(())?;
        for name in argument("required").and_then(Json::as_array).into_iter().flatten() {
            object.contains_key(name.as_str()?).then_some(())?;
            seen.sent.insert(name.as_str()?.to_owned());
        }
        if let Some(rule) = argument("propertyNames") {
            let fits = |name: &String| self.accepts(rule, &Json::String(name.clone()));
            object.keys().all(fits).then_some(())?;
            seen.sent.extend(names_of_names(rule));
        }
        let mut own = BTreeSet::new();
        for (name, value) in object {
            let mut schemas: Vec<&Json> = argument("properties")
                .and_then(|all| all.get(name))
                .into_iter()
                .collect();
            let patterns = argument("patternProperties")
                .and_then(Json::as_object)
                .into_iter()
                .flatten();
            schemas.extend(
                patterns
                    .filter(|(pattern, _)| matches(pattern, name))
                    .map(|(_, schema)| schema),
            );
            let is_declared = !schemas.is_empty();
            let rest = argument("additionalProperties").filter(|_| !is_declared);
            for schema in schemas.into_iter().chain(rest) {
                self.seen(schema, value, asked, true)?;
                own.insert(name.clone());
            }
            // `true` declares nothing.
            if is_declared || rest.is_some_and(|rest| !is_anything(rest)) {
                seen.sent.insert(name.clone());
            }
        }
        seen.names.extend(own);
        if let Some(rest) = argument("unevaluatedProperties") {
            for (_, value) in object.iter().filter(|(name, _)| !seen.names.contains(*name)) {
                self.seen(rest, value, asked, true)?;
            }
            seen.names.extend(object.keys().cloned());
            if !is_anything(rest) {
                seen.sent.extend(object.keys().cloned());
            }
        }
        if is_listed(keywords, &Json::Object(object.clone())) {
            seen.sent.extend(object.keys().cloned());
        }
        Some(())
    }

    fn array(
        &self,
        members: &Map<String, Json>,
        keywords: &[(&str, &Json)],
        elements: &[Json],
        asked: Asked,
        seen: &mut Seen,
    ) -> Option<()> {
        let argument = |name: &str| {
            keywords
                .iter()
                .find(|(keyword, _)| *keyword == name)
                .map(|found| found.1)
        };
        let modern = self.dialect >= Dialect::Draft202012;
        let list = argument(if modern { "prefixItems" } else { "items" }).and_then(Json::as_array);
        let first: &[Json] = list.map_or(&[], Vec::as_slice);
        let rest = match (modern, list.is_some()) {
            (false, true) => argument("additionalItems"),
            _ => argument("items"),
        };
        for (index, element) in elements.iter().enumerate() {
            if let Some(schema) = first.get(index).or(rest) {
                self.seen(schema, element, asked, true)?;
                seen.items.insert(index);
            }
        }
        if let Some(schema) = argument("contains") {
            let found: Vec<usize> = (0..elements.len())
                .filter(|index| self.accepts(schema, &elements[*index]))
                .collect();
            let bound = |name: &str| members.get(name).filter(|_| self.knows(name)).and_then(Json::as_u64);
            let (least, most) = (bound("minContains").unwrap_or(1), bound("maxContains"));
            let count = found.len() as u64;
            (count >= least && most.is_none_or(|most| count <= most)).then_some(())?;
            if asked == Asked::Sent {
                let sent = |index: &usize| self.seen(schema, &elements[*index], asked, true).is_some();
                found.iter().all(sent).then_some(())?;
            }
            if modern {
                seen.items.extend(found);
            }
        }
        if let Some(rest) = argument("unevaluatedItems") {
            let left = (0..elements.len()).filter(|index| !seen.items.contains(index));
            for index in left {
                self.seen(rest, &elements[index], asked, true)?;
            }
            seen.items.extend(0..elements.len());
        }
        Some(())
    }

    /// Whether a writer of the schema sends no property that it does not know.
    fn is_closed(&self, members: &Map<String, Json>, value: &Json, seen: &Seen) -> bool {
        let Json::Object(object) = value else { return true };
        let declares = |part: &Map<String, Json>| {
            let keywords = self.keywords(part);
            let lists = keywords
                .iter()
                .filter(|(keyword, _)| matches!(*keyword, "properties" | "patternProperties"));
            lists
                .into_iter()
                .any(|(_, list)| list.as_object().is_some_and(|list| !list.is_empty()))
        };
        let mut parts = Vec::new();
        self.parts(members, true, &mut parts);
        let is_map = !parts.iter().any(|part| declares(part));
        is_map || object.keys().all(|name| seen.sent.contains(name)) || self.needs_names(members, object, &parts)
    }

    /// Whether `minProperties` asks for every property of the object, and for more than are known.
    fn needs_names(
        &self,
        members: &Map<String, Json>,
        object: &Map<String, Json>,
        parts: &[&Map<String, Json>],
    ) -> bool {
        let least = members.get("minProperties").and_then(Json::as_u64).unwrap_or(0);
        let mut known = BTreeSet::new();
        for (keyword, argument) in parts.iter().flat_map(|part| self.keywords(part)) {
            match keyword {
                // It depends on the patterns whether they have names enough.
                "patternProperties" => return false,
                // A schema for the rest knows every name.
                "additionalProperties" | "unevaluatedProperties"
                    if !is_anything(argument) && argument != &Json::Bool(false) =>
                {
                    return false;
                }
                "properties" => known.extend(argument.as_object().into_iter().flat_map(Map::keys).cloned()),
                "enum" | "const" => known.extend(names_of_values(keyword, argument)),
                _ => known.extend(required_names(keyword, argument)),
            }
        }
        object.len() as u64 <= least && (known.len() as u64) < least
    }

    /// Every schema that describes the same value, whether it is in force or not; those that only ask about it with `conditions`.
    pub(crate) fn parts<'s>(
        &self,
        members: &'s Map<String, Json>,
        conditions: bool,
        found: &mut Vec<&'s Map<String, Json>>,
    ) where
        'd: 's,
    {
        if found.iter().any(|known| std::ptr::eq(*known, members)) {
            return;
        }
        found.push(members);
        for (keyword, argument) in self.keywords(members) {
            let below: Vec<&'s Json> = match keyword {
                "allOf" | "anyOf" | "oneOf" => argument.as_array().into_iter().flatten().collect(),
                "then" | "else" if members.contains_key("if") => vec![argument],
                "if" | "not" if conditions => vec![argument],
                "dependentSchemas" | "dependencies" => argument.as_object().into_iter().flat_map(Map::values).collect(),
                "$ref" => vec![self.target(argument)],
                _ => vec![],
            };
            for schema in below.into_iter().filter_map(Json::as_object) {
                self.parts(schema, conditions, found);
            }
        }
    }
}

pub(crate) fn is_anything(schema: &Json) -> bool {
    schema == &Json::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
}

/// The names of the objects that `enum` or `const` lists.
pub(crate) fn names_of_values(keyword: &str, argument: &Json) -> Vec<String> {
    let listed = argument.as_array().filter(|_| keyword == "enum");
    let values = listed.map_or(std::slice::from_ref(argument), Vec::as_slice);
    let objects = values.iter().filter_map(Json::as_object);
    objects.flat_map(Map::keys).cloned().collect()
}

/// The names that `propertyNames` lists.
fn names_of_names(rule: &Json) -> Vec<String> {
    let listed = rule.get("enum").and_then(Json::as_array).into_iter().flatten();
    let names = listed.chain(rule.get("const")).filter_map(Json::as_str);
    names.map(str::to_owned).collect()
}

/// The names that a keyword requires or lists.
pub(crate) fn required_names(keyword: &str, argument: &Json) -> Vec<String> {
    let names = |list: &Json| -> Vec<String> {
        let list = list.as_array().into_iter().flatten();
        list.filter_map(Json::as_str).map(str::to_owned).collect()
    };
    match keyword {
        "required" => names(argument),
        "propertyNames" => names_of_names(argument),
        "dependentRequired" | "dependentSchemas" | "dependencies" => {
            let each = argument.as_object().into_iter().flatten();
            each.flat_map(|(name, then)| std::iter::once(name.clone()).chain(names(then)))
                .collect()
        }
        _ => vec![],
    }
}
