//! The law of patches: where equivalent schemas are enough of the same for a patch, the code that is generated for them is the same, whatever the settings.
//! Pairs are schemas of the cases and the same schemas in other words, made by rules that keep all events valid, and rules that only touch extensions.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::Path;

use schemactl_compat::{ContainmentEngine, Schema, Semantics, are_one_contract, changes};
use schemactl_generate::{
    ComparedEvent, Integers, Money, Numbers, Settings, Times, UnknownFields, find_code_difference, generate_schema,
};
use schemactl_model::{Dialect, Document, EventName, Source, VersionField};
use serde_json::{Map, Value, json};

/// Schemas beside those of the cases: what they say can be said otherwise.
const OBJECTS: [&str; 4] = [
    r#"{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "minimum": 1, "maximum": 9},
        "c": {"enum": ["x", "y"], "type": "string"}, "d": {"const": "x", "type": "string"}, "e": {"type": ["string", "null"]}}}"#,
    r#"{"type": "object", "properties": {"pair": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1},
        "list": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}}, "total": {"type": "number", "multipleOf": 1}}}"#,
    r#"{"type": "object", "properties": {"kind": {"anyOf": [{"type": "string"}, {"type": "integer"}]}, "tags": {"type": "object",
        "additionalProperties": {"type": "string"}}, "inner": {"type": "object", "required": ["x"], "properties": {"x": {"type": "boolean"}}}}}"#,
    r#"{"oneOf": [{"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a"}, "n": {"type": "integer"}}},
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "b"}, "t": {"type": "string"}}}]}"#,
];

/// Numbers that look random, the same ones every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// Another way to write a schema; `None` where it does not apply.
type Rewrite = fn(&Map<String, Value>) -> Option<Value>;

/// Returns a schema with members in the place of others.
fn replace_members(schema: &Map<String, Value>, without: &[&str], with: Value) -> Option<Value> {
    let mut schema = schema.clone();
    schema.retain(|key, _| !without.contains(&key.as_str()));
    let Value::Object(with) = with else { return None };
    schema.extend(with);
    Some(Value::Object(schema))
}

fn has(schema: &Map<String, Value>, key: &str, value: &str) -> bool {
    schema.get(key).is_some_and(|found| found == value)
}

const REWRITES: [(&str, Rewrite); 19] = [
    ("integer as a multiple of 1", |schema| {
        has(schema, "type", "integer")
            .then(|| replace_members(schema, &[], json!({"type": "number", "multipleOf": 1})))
            .flatten()
    }),
    ("multiple of 1 as an integer", |schema| {
        (has(schema, "type", "number") && schema.get("multipleOf") == Some(&json!(1)))
            .then(|| replace_members(schema, &["multipleOf"], json!({"type": "integer"})))
            .flatten()
    }),
    ("enum as pattern", |schema| {
        let texts: Option<Vec<&str>> = schema.get("enum")?.as_array()?.iter().map(Value::as_str).collect();
        let pattern = format!("^({})$", texts.filter(|_| has(schema, "type", "string"))?.join("|"));
        replace_members(schema, &["enum"], json!({"pattern": pattern}))
    }),
    ("const as enum", |schema| {
        replace_members(schema, &["const"], json!({"enum": [schema.get("const")?]}))
    }),
    ("enum of one as const", |schema| {
        match schema.get("enum")?.as_array()?.as_slice() {
            [only] => replace_members(schema, &["enum"], json!({"const": only})),
            _ => None,
        }
    }),
    ("exclusive bound", |schema| {
        let least = schema
            .get("minimum")?
            .as_i64()
            .filter(|_| has(schema, "type", "integer"))?;
        replace_members(schema, &["minimum"], json!({"exclusiveMinimum": least - 1}))
    }),
    ("one part", |schema| Some(json!({"allOf": [schema]}))),
    ("one alternative", |schema| Some(json!({"anyOf": [schema]}))),
    ("the same alternative twice", |schema| {
        Some(json!({"anyOf": [schema, schema]}))
    }),
    ("a definition", |schema| {
        Some(json!({"$defs": {"Moved": schema}, "$ref": "#/$defs/Moved"}))
    }),
    ("x-extensible", |schema| {
        (schema.contains_key("oneOf") || schema.contains_key("anyOf"))
            .then(|| replace_members(schema, &[], json!({"x-extensible": true})))
            .flatten()
    }),
    ("x-extensible-enum", |schema| {
        schema
            .contains_key("enum")
            .then(|| replace_members(schema, &[], json!({"x-extensible-enum": true})))
            .flatten()
    }),
    ("x-rust-name", |schema| {
        replace_members(schema, &[], json!({"x-rust-name": "Called"}))
    }),
    ("x-renamed-from", |schema| {
        replace_members(schema, &[], json!({"x-renamed-from": "former"}))
    }),
    ("texts", |schema| {
        replace_members(
            schema,
            &[],
            json!({"title": "A title", "description": "A text.", "examples": [1], "deprecated": true}),
        )
    }),
    ("a list of one type", |schema| match schema.get("type")? {
        Value::String(name) => replace_members(schema, &[], json!({"type": [name]})),
        _ => None,
    }),
    ("null as an alternative", |schema| {
        match schema.get("type")?.as_array()?.as_slice() {
            [one, null] if *null == json!("null") => {
                let one = replace_members(schema, &["type"], json!({"type": one}))?;
                Some(json!({"anyOf": [one, {"type": "null"}]}))
            }
            _ => None,
        }
    }),
    ("a list of one as a tuple", |schema| {
        let is_one = ["minItems", "maxItems"]
            .iter()
            .all(|bound| schema.get(*bound) == Some(&json!(1)));
        let items = schema.get("items").filter(|_| is_one)?;
        replace_members(
            schema,
            &["minItems", "maxItems"],
            json!({"prefixItems": [items], "items": false, "minItems": 1}),
        )
    }),
    ("open, as it is", |schema| {
        (schema.contains_key("properties") && !schema.contains_key("additionalProperties"))
            .then(|| replace_members(schema, &[], json!({"additionalProperties": true})))
            .flatten()
    }),
];

/// Returns the places of the subschemas that a rewrite may be applied to.
fn list_places(schema: &Value, place: &str, places: &mut Vec<String>) {
    let Some(object) = schema.as_object() else { return };
    places.push(place.to_owned());
    for (key, value) in object {
        let below = format!("{place}/{key}");
        match key.as_str() {
            "properties" | "$defs" | "definitions" | "patternProperties" => {
                let members = value.as_object().into_iter().flatten();
                for (name, member) in members.filter(|(name, _)| !name.contains(['/', '~'])) {
                    list_places(member, &format!("{below}/{name}"), places);
                }
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                for (at, member) in value.as_array().into_iter().flatten().enumerate() {
                    list_places(member, &format!("{below}/{at}"), places);
                }
            }
            "items" | "additionalProperties" => list_places(value, &below, places),
            _ => {}
        }
    }
}

/// Returns a schema after a rewrite somewhere in it. A definition that it makes is one of the document.
fn rewrite(schema: &Value, rewrite: Rewrite, dice: &mut Dice) -> Option<Value> {
    let mut places = Vec::new();
    list_places(schema, "", &mut places);
    let mut all = schema.clone();
    let first = dice.roll(places.len());
    let made = (0..places.len()).find_map(|step| {
        let place = &places[(first + step) % places.len()];
        let written = rewrite(schema.pointer(place)?.as_object()?)?;
        // A definition of the root would contain itself.
        (!place.is_empty() || written.get("$ref").is_none()).then_some((place.clone(), written))
    });
    let (place, mut written) = made?;
    let moved = written.as_object_mut().filter(|object| object.contains_key("$ref"));
    let moved = moved
        .and_then(|object| object.remove("$defs"))
        .and_then(|mut defs| Some(defs.get_mut("Moved")?.take()));
    *all.pointer_mut(&place)? = written;
    if let Some(moved) = moved {
        all.as_object_mut()?
            .entry("$defs")
            .or_insert_with(|| json!({}))
            .as_object_mut()?
            .insert("Moved".to_owned(), moved);
    }
    Some(all)
}

fn read_bases() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/codegen");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|case| case.unwrap().path().join("schema.json"))
        .collect();
    cases.sort();
    let texts = cases.iter().map(|path| std::fs::read_to_string(path).unwrap());
    let texts = texts.chain(OBJECTS.iter().map(|text| (*text).to_owned()));
    // A number that no double holds is none that serde_json reads.
    texts.filter_map(|text| serde_json::from_str(&text).ok()).collect()
}

fn read_document(schema: &Value) -> Option<Document> {
    Document::read_with_faults(Source::new("root.json", schema.to_string()), Dialect::Draft202012, None).ok()
}

fn all_settings() -> [Settings; 3] {
    let preserving = Settings::default()
        .unknown_fields(UnknownFields::Preserve)
        .hash_and_order(true);
    let exact = Settings::default()
        .integers(Integers::Fixed)
        .money(Money::Decimal)
        .numbers(Numbers::Decimal);
    [
        Settings::default(),
        preserving,
        exact.times(Times::Text).unknown_fields(UnknownFields::Refuse),
    ]
}

/// Returns the words of generated code without documentation, in no order: that of types and fields is no part of the law.
fn list_words(schema: &Value, settings: &Settings) -> Option<Vec<String>> {
    let source = Source::new("root.json", schema.to_string());
    let code = generate_schema(&source, "Root", settings).ok()?.source;
    let lines = code
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//") && !line.starts_with("#[deprecated"));
    let mut words = Vec::new();
    for line in lines {
        let line = line.split_once("*/").map_or(line, |(_, rest)| rest);
        words.extend(
            line.split([' ', ',', '(', ')', ';', '<', '>'])
                .filter(|word| !word.is_empty())
                .map(str::to_owned),
        );
    }
    words.sort();
    Some(words)
}

#[test]
fn where_a_patch_is_enough_the_code_is_the_same() {
    let engine = ContainmentEngine::new(Semantics::default());
    let (name, field) = (EventName::new("laws", "Root").unwrap(), VersionField::default());
    let (mut dice, bases) = (Dice(7), read_bases());
    let (mut equivalent, mut by_changes, mut patches, mut wrong) = (0, 0, 0, Vec::new());
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    for turn in 0..10 * bases.len() {
        let base = &bases[turn % bases.len()];
        let (title, rule) = REWRITES[dice.roll(REWRITES.len())];
        let Some(written) = rewrite(base, rule, &mut dice) else {
            continue;
        };
        let (Some(old), Some(new)) = (read_document(base), read_document(&written)) else {
            continue;
        };
        let (of_old, of_new) = (Schema::from(&old), Schema::from(&new));
        if !are_one_contract(&engine, &of_old, &of_new) {
            continue;
        }
        equivalent += 1;
        if changes(&of_old, &of_new)
            .iter()
            .any(|change| change.kind.is_noticed_by_code())
        {
            continue;
        }
        by_changes += 1;
        if find_code_difference((&old, &new), &ComparedEvent::new(&name, &field)).is_some() {
            *refused.entry(title).or_default() += 1;
            continue;
        }
        patches += 1;
        for settings in all_settings() {
            let (was, is) = (list_words(base, &settings), list_words(&written, &settings));
            if was != is {
                let (was, is) = (was.unwrap_or_default(), is.unwrap_or_default());
                let only = |one: &[String], other: &[String]| {
                    one.iter()
                        .filter(|word| !other.contains(word))
                        .cloned()
                        .collect::<Vec<_>>()
                };
                let words = (only(&was, &is), only(&is, &was));
                wrong.push(format!("{title}: {words:?}\n{base}\n{written}"));
            }
        }
    }
    println!(
        "{equivalent} equivalent pairs, {by_changes} patches by their changes, {patches} by the code too; refused: {refused:#?}"
    );
    assert!(
        wrong.is_empty(),
        "{} pairs, the first: {}",
        wrong.len(),
        wrong.join("\n\n")
    );
    assert!(patches > 250 && refused.len() > 8, "{patches} {refused:?}");
}
