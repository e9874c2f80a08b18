//! The readings of a policy that accept most: what some reading lets a writer send, and what some reading lets a reader accept or
//! every reading makes it accept. In: a definition, an instance. Out: yes, no, or nothing where the definition leaves it open.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::by_definition::{Asked, Definition, is_anything, names_of_values, required_names};
use super::scalar_keywords::{is_listed, matches};

/// An object of the instance, and what all schemas that describe it say together.
#[derive(Default)]
struct Place {
    /// Its properties.
    names: BTreeSet<String>,
    /// Those that some schema accounts for.
    known: BTreeSet<String>,
    /// Some schema would close it.
    closes: bool,
    /// A schema lists the whole value.
    listed: bool,
}

/// The schemas that describe a place, in force or not, by their address, each with the names that it mentions.
type Described = BTreeMap<String, BTreeMap<usize, BTreeSet<String>>>;

impl Definition<'_> {
    /// Whether some reading lets a writer send the instance.
    pub(crate) fn may_be_sent(&self, instance: &Json) -> bool {
        if !self.is_valid(instance) {
            return false;
        }
        let mut places = BTreeMap::new();
        self.account(self.root, instance, "", &mut places, true);
        let mut described = Described::new();
        self.describe(self.root, instance, "", &mut described);
        for (path, place) in &mut places {
            // Each schema of a value knows the names of the others, in force or not.
            if let Some(schemas) = described.remove(path).filter(|schemas| schemas.len() > 1) {
                place.known.extend(schemas.into_values().flatten());
            }
        }
        let listed: Vec<String> = (places.iter().filter(|(_, place)| place.listed))
            .map(|(path, _)| format!("{path}/"))
            .collect();
        places.iter().all(|(path, place)| {
            let below = |around: &String| format!("{path}/").starts_with(around.as_str());
            !place.closes || place.names.is_subset(&place.known) || listed.iter().any(below)
        })
    }

    fn account(&self, schema: &Json, value: &Json, path: &str, places: &mut BTreeMap<String, Place>, whole: bool) {
        let Some(members) = schema.as_object() else { return };
        if !self.accepts(schema, value) {
            return;
        }
        let keywords = self.keywords(members);
        let place = places.entry(path.to_owned()).or_default();
        place.listed |= is_listed(&keywords, value);
        if let Json::Object(object) = value {
            place.names.extend(object.keys().cloned());
            if whole {
                self.account_whole(members, object, place);
            }
        }
        for inner in self.in_force(members, value) {
            self.account(inner, value, path, places, false);
        }
        for (key, inner, value) in self.below(members, value) {
            let place = places.entry(path.to_owned()).or_default();
            place.known.insert(key.clone());
            self.account(inner, value, &format!("{path}/{key}"), places, true);
        }
    }

    fn describe(&self, schema: &Json, value: &Json, path: &str, described: &mut Described) {
        let Some(members) = schema.as_object() else { return };
        let mut parts = Vec::new();
        self.parts(members, true, &mut parts);
        for (key, inner, value) in self.pooled(&parts, value) {
            let path = format!("{path}/{key}");
            let names = described.entry(path.clone()).or_default();
            names
                .entry(std::ptr::from_ref(inner).addr())
                .or_insert_with(|| self.mentioned(inner, value));
            self.describe(inner, value, &path, described);
        }
    }

    /// The names that a schema declares, requires or lists, and those of the value that its patterns match.
    fn mentioned(&self, schema: &Json, value: &Json) -> BTreeSet<String> {
        let (Some(members), Some(object)) = (schema.as_object(), value.as_object()) else {
            return BTreeSet::new();
        };
        let mut parts = Vec::new();
        self.parts(members, true, &mut parts);
        let mut names = BTreeSet::new();
        for (keyword, argument) in parts.into_iter().flat_map(|part| self.keywords(part)) {
            names.extend(required_names(keyword, argument));
            let listed = argument.as_object().into_iter().flat_map(Map::keys);
            match keyword {
                "properties" => names.extend(listed.cloned()),
                "enum" | "const" => names.extend(names_of_values(keyword, argument)),
                "patternProperties" => {
                    let patterns: Vec<_> = listed.collect();
                    let matched = object
                        .keys()
                        .filter(|name| patterns.iter().any(|pattern| matches(pattern, name)));
                    names.extend(matched.cloned());
                }
                "additionalProperties" | "unevaluatedProperties"
                    if !is_anything(argument) && argument != &Json::Bool(false) =>
                {
                    names.extend(object.keys().cloned());
                }
                _ => {}
            }
        }
        names
    }

    fn account_whole(&self, members: &Map<String, Json>, object: &Map<String, Json>, place: &mut Place) {
        let mut parts = Vec::new();
        self.parts(members, true, &mut parts);
        let mut is_open = false;
        for part in &parts {
            let keywords = self.keywords(part);
            for (keyword, argument) in &keywords {
                place.known.extend(required_names(keyword, argument));
                is_open |= match *keyword {
                    "unevaluatedProperties" => true,
                    "additionalProperties" => !is_anything(argument) && *argument != &Json::Bool(false),
                    "minProperties" => argument.as_u64().is_some_and(|least| object.len() as u64 <= least),
                    _ => false,
                };
            }
            is_open |= is_listed(&keywords, &Json::Object(object.clone()));
        }
        if is_open {
            place.known.extend(object.keys().cloned());
        }
        let mut in_place = Vec::new();
        self.parts(members, false, &mut in_place);
        let declared = |part: &&Map<String, Json>, keyword: &str| part.get(keyword).and_then(Json::as_object).cloned();
        let asking = parts
            .iter()
            .filter(|part| !in_place.iter().any(|known| std::ptr::eq(*known, **part)));
        // What a condition names is known; what it asks of the value is not.
        for part in asking {
            for (keyword, argument) in self.keywords(part) {
                match keyword {
                    "enum" | "const" => place.known.extend(names_of_values(keyword, argument)),
                    // It asks about every property.
                    "additionalProperties" | "unevaluatedProperties" if argument != &Json::Bool(false) => {
                        place.known.extend(object.keys().cloned());
                    }
                    _ => {}
                }
            }
            place
                .known
                .extend(declared(part, "properties").into_iter().flatten().map(|(name, _)| name));
            for (pattern, _) in declared(part, "patternProperties").into_iter().flatten() {
                place
                    .known
                    .extend(object.keys().filter(|name| matches(&pattern, name)).cloned());
            }
        }
        place.closes |= in_place.iter().any(|part| {
            let counts = |keyword| self.keywords(part).iter().any(|(known, _)| *known == keyword);
            ["properties", "patternProperties"]
                .into_iter()
                .any(|keyword| counts(keyword) && declared(part, keyword).is_some_and(|list| !list.is_empty()))
        });
    }

    /// The schemas of the same value that are in force for it.
    fn in_force<'s>(&'s self, members: &'s Map<String, Json>, value: &Json) -> Vec<&'s Json> {
        let mut found = Vec::new();
        for (keyword, argument) in self.keywords(members) {
            match keyword {
                "allOf" | "anyOf" | "oneOf" => found.extend(argument.as_array().into_iter().flatten()),
                "$ref" => found.push(self.target(argument)),
                "if" => {
                    let holds = self.accepts(argument, value);
                    found.extend(holds.then_some(argument));
                    found.extend(members.get(if holds { "then" } else { "else" }));
                }
                "dependentSchemas" | "dependencies" => {
                    let each = argument.as_object().into_iter().flatten();
                    found.extend(
                        each.filter(|(name, _)| value.get(*name).is_some())
                            .map(|(_, schema)| schema),
                    );
                }
                _ => {}
            }
        }
        found
    }

    /// The values below, each with a schema that describes it. Another element may be the one that `contains` asks for, and what is
    /// left for `unevaluatedProperties` depends on the whole: neither is listed.
    fn below<'s>(&'s self, members: &'s Map<String, Json>, value: &'s Json) -> Vec<(String, &'s Json, &'s Json)> {
        let keywords = self.keywords(members);
        let argument = |name: &str| {
            keywords
                .iter()
                .find(|(keyword, _)| *keyword == name)
                .map(|found| found.1)
        };
        let mut found = Vec::new();
        for (name, inner) in value.as_object().into_iter().flatten() {
            let before = found.len();
            let own = argument("properties").and_then(|all| all.get(name));
            let patterns = argument("patternProperties")
                .and_then(Json::as_object)
                .into_iter()
                .flatten();
            let patterned = patterns
                .filter(|(pattern, _)| matches(pattern, name))
                .map(|(_, schema)| schema);
            found.extend(
                own.into_iter()
                    .chain(patterned)
                    .map(|schema| (name.clone(), schema, inner)),
            );
            let is_declared = found.len() > before;
            let rest = argument("additionalProperties").filter(|rest| !is_declared && !is_anything(rest));
            found.extend(rest.into_iter().map(|schema| (name.clone(), schema, inner)));
        }
        let is_list = argument("items").is_some_and(Json::is_array);
        let (first, rest) = if is_list {
            ("items", "additionalItems")
        } else {
            ("prefixItems", "items")
        };
        let first: &[Json] = argument(first).and_then(Json::as_array).map_or(&[], Vec::as_slice);
        for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
            let schema = first.get(index).or(argument(rest));
            found.extend(schema.map(|schema| (index.to_string(), schema, inner)));
        }
        found
    }

    /// The values below, each with every schema that may count for it: where patterns or a rest describe a property, all that any
    /// of the schemas describes, and for an element what they say of any element.
    fn pooled<'s>(&'s self, parts: &[&'s Map<String, Json>], value: &'s Json) -> Vec<(String, &'s Json, &'s Json)> {
        let keywords: Vec<(&str, &Json)> = parts.iter().flat_map(|part| self.keywords(part)).collect();
        let of = |wanted: &'static [&'static str]| {
            let all = keywords.iter().filter(move |(keyword, _)| wanted.contains(keyword));
            all.map(|(_, argument)| *argument)
        };
        let by_rule = ["patternProperties", "additionalProperties", "unevaluatedProperties"];
        let is_ruled = keywords.iter().any(|(keyword, _)| by_rule.contains(keyword));
        let mut found = Vec::new();
        for (name, inner) in value.as_object().into_iter().flatten() {
            let listed = of(&["properties", "patternProperties"])
                .filter_map(Json::as_object)
                .flatten();
            let listed = listed
                .filter(|(key, _)| is_ruled || *key == name)
                .map(|(_, schema)| schema);
            let all = listed.chain(of(&["additionalProperties", "unevaluatedProperties"]));
            found.extend(all.map(|schema| (name.clone(), schema, inner)));
        }
        for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
            let all = of(&[
                "items",
                "prefixItems",
                "additionalItems",
                "contains",
                "unevaluatedItems",
            ]);
            let each = all.flat_map(|argument| {
                argument
                    .as_array()
                    .map_or(std::slice::from_ref(argument), Vec::as_slice)
            });
            found.extend(each.map(|schema| (index.to_string(), schema, inner)));
        }
        found
    }

    /// Whether a reader that ignores unknown properties accepts the instance; `None` where that is not defined here.
    pub(crate) fn is_accepted(&self, instance: &Json, defaults: bool) -> Option<bool> {
        self.reads(self.root, instance, defaults)
    }

    fn reads(&self, schema: &Json, value: &Json, defaults: bool) -> Option<bool> {
        // A reader accepts what its schema accepts, and more.
        if self.accepts(schema, value) {
            return Some(true);
        }
        let Some(members) = schema.as_object() else {
            return Some(false);
        };
        let keywords = self.keywords(members);
        let counted = keywords
            .iter()
            .any(|(keyword, _)| matches!(*keyword, "minContains" | "maxContains"));
        let mut plain = Map::new();
        let mut answers = Vec::new();
        for (keyword, argument) in keywords {
            let each = || argument.as_array().into_iter().flatten();
            match keyword {
                "$ref" => answers.push(self.reads(self.target(argument), value, defaults)),
                "allOf" => answers.extend(each().map(|branch| self.reads(branch, value, defaults))),
                "anyOf" => answers.push(any(each().map(|branch| self.reads(branch, value, defaults)))),
                "oneOf" => answers.push(self.reads_one_of(argument, value, defaults)),
                "if" => {
                    let branch = members.get(if self.accepts(argument, value) { "then" } else { "else" });
                    answers.extend(branch.map(|branch| self.reads(branch, value, defaults)));
                }
                "dependentSchemas" | "dependencies" => answers.extend(self.reads_dependent(argument, value, defaults)),
                "then" | "else" | "properties" | "patternProperties" | "additionalProperties" => {}
                "items" | "prefixItems" | "additionalItems" => {}
                "unevaluatedProperties" if argument == &Json::Bool(false) => {}
                // Which properties and elements are left for them depends on what the rest of a widened schema evaluates.
                "unevaluatedProperties" | "unevaluatedItems" => answers.push(None),
                "contains" if !counted => {
                    let elements = value.as_array().into_iter().flatten();
                    let found = any(elements.map(|element| self.reads(argument, element, defaults)));
                    answers.push(if value.is_array() { found } else { Some(true) });
                }
                "required" if defaults && fills_any(members) => answers.push(None),
                _ => {
                    plain.insert(keyword.to_owned(), argument.clone());
                    if keyword == "contains" {
                        plain.extend(members.iter().filter(|(key, _)| key.ends_with("Contains")).map(owned));
                    }
                    if keyword.starts_with('m') || keyword.starts_with("exclusive") {
                        plain.extend(
                            members
                                .iter()
                                .filter(|(key, _)| key.starts_with("exclusive"))
                                .map(owned),
                        );
                    }
                }
            }
        }
        answers.extend(self.reads_below(members, value, defaults));
        let plain = Json::Object(plain);
        answers.push(Some(self.seen(&plain, value, Asked::Valid, true).is_some()));
        all(answers.into_iter())
    }

    fn reads_one_of(&self, branches: &Json, value: &Json, defaults: bool) -> Option<bool> {
        let branches = branches.as_array()?;
        let written = branches.iter().filter(|branch| self.accepts(branch, value)).count();
        let mut read = 0;
        for branch in branches {
            read += usize::from(self.reads(branch, value, defaults)?);
        }
        Some(written == 1 || read == 1)
    }

    fn reads_dependent(&self, argument: &Json, value: &Json, defaults: bool) -> Vec<Option<bool>> {
        let each = argument.as_object().into_iter().flatten();
        let there = each.filter(|(name, _)| value.get(*name).is_some());
        let judged = there.map(|(_, then)| match then.as_array() {
            Some(names) => Some(
                names
                    .iter()
                    .filter_map(Json::as_str)
                    .all(|name| value.get(name).is_some()),
            ),
            None => self.reads(then, value, defaults),
        });
        judged.collect()
    }

    fn reads_below(&self, members: &Map<String, Json>, value: &Json, defaults: bool) -> Vec<Option<bool>> {
        let closed = |schema: &Json| schema == &Json::Bool(false) && value.is_object();
        let mut answers = Vec::new();
        let keywords: Vec<&str> = self.keywords(members).iter().map(|(keyword, _)| *keyword).collect();
        let mut visible = members.clone();
        visible.retain(|keyword, _| keywords.contains(&keyword.as_str()));
        if visible.get("additionalProperties").is_some_and(closed) {
            visible.remove("additionalProperties");
        }
        for (_, schema, inner) in self.below(&visible, value) {
            answers.push(self.reads(schema, inner, defaults));
        }
        answers
    }
}

/// Whether a default may stand for a required property.
fn fills_any(members: &Map<String, Json>) -> bool {
    let properties = members.get("properties").and_then(Json::as_object);
    properties.is_some_and(|all| all.values().any(|schema| schema.get("default").is_some()))
}

fn owned((key, value): (&String, &Json)) -> (String, Json) {
    (key.clone(), value.clone())
}

/// True if all are, false if one is not, and open otherwise.
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let answers: Vec<_> = answers.collect();
    if answers.contains(&Some(false)) {
        return Some(false);
    }
    (!answers.contains(&None)).then_some(true)
}

/// True if one is, false if none is, and open otherwise.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let negated: Vec<_> = answers.map(|answer| answer.map(|answer| !answer)).collect();
    all(negated.into_iter()).map(|none| !none)
}
