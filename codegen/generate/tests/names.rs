//! A name stays when a neighbour comes: properties, definitions and enum values that are added rename nothing that was there.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use schemactl_generate::{Settings, generate_schema};
use schemactl_model::Source;
use serde_json::{Map, Value, json};

/// The Rust name of each property of the root, by its key; and the names of the types.
fn names(properties: &Map<String, Value>, definitions: &Map<String, Value>) -> (BTreeMap<String, String>, Vec<String>) {
    let schema = json!({ "type": "object", "properties": properties, "$defs": definitions });
    let source = generate_schema(&Source::new("a.json", schema.to_string()), "Root", &Settings::default())
        .unwrap()
        .source;
    let call = source
        .split("object!(")
        .find(|call| call.trim_start().starts_with("Root;"))
        .unwrap();
    let call = call.split(");").next().unwrap();
    let entries = call.split(';').nth(1).unwrap().split(',');
    let fields = entries.filter_map(|entry| {
        let name = entry.trim().split(['(', ':', '=', '[']).next()?.trim();
        let key = entry.split_once("= \"").and_then(|(_, key)| key.split('"').next());
        Some((key.unwrap_or(name).to_owned(), name.to_owned()))
    });
    let types = syn::parse_file(&source)
        .unwrap()
        .items
        .into_iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item.ident.to_string()),
            _ => None,
        });
    (fields.collect(), types.collect())
}

fn object(keys: &[&str], value: &Value) -> Map<String, Value> {
    keys.iter().map(|key| ((*key).to_owned(), value.clone())).collect()
}

#[test]
fn added_properties_rename_none() {
    let text = json!({ "type": "string" });
    let base = object(&["a", "order_id", "customerId", "self", "type", "new", "Option"], &text);
    let (before, _) = names(&base, &Map::new());
    assert_eq!(before.len(), base.len());
    for added in [
        "aa",
        "order_id2",
        "customer",
        "z",
        "self_",
        "r#type",
        "0",
        "b-c",
        "é",
        "option_",
        "new_",
    ] {
        let mut more = base.clone();
        more.insert(added.to_owned(), text.clone());
        let (after, _) = names(&more, &Map::new());
        for (key, name) in &before {
            assert_eq!(after.get(key), Some(name), "`{added}` renamed `{key}`");
        }
    }
}

#[test]
fn colliding_properties_keep_their_marks() {
    let text = json!({ "type": "string" });
    let (all, _) = names(
        &object(&["order-id", "orderId", "order_id", "ORDER_ID"], &text),
        &Map::new(),
    );
    let mut distinct: Vec<_> = all.values().collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 4, "{all:?}");
    let (fewer, _) = names(&object(&["ORDER_ID", "order_id"], &text), &Map::new());
    assert_eq!(
        all["order_id"], fewer["order_id"],
        "the mark is made of the property's own text"
    );
}

#[test]
fn types_are_named_after_their_own_place() {
    let shape = json!({ "type": "object", "properties": { "x": { "type": "string" } } });
    let mut properties = object(&["address", "total"], &shape);
    properties.insert("shared".to_owned(), json!({ "$ref": "#/$defs/Address" }));
    let definitions = object(&["Address", "RootAddress"], &shape);
    let (_, before) = names(&properties, &definitions);
    properties.insert("aaa".to_owned(), json!({ "$ref": "#/$defs/RootAddress" }));
    properties.insert("addr".to_owned(), shape);
    let (_, after) = names(&properties, &definitions);
    for name in &before {
        assert!(after.contains(name), "{name} is gone: {after:?}");
    }
    assert!(after.contains(&"RootAddr".to_owned()), "{after:?}");
}

/// The companion of each struct, by the name of the struct.
fn companions(definitions: &Value) -> BTreeMap<String, String> {
    let schema = json!({ "type": "object", "$defs": definitions, "properties": object_of_references(definitions) });
    let source = generate_schema(&Source::new("a.json", schema.to_string()), "Root", &Settings::default())
        .unwrap()
        .source;
    let heads = source.split("object!(").skip(1).filter_map(|call| call.split_once(';'));
    let pairs = heads.filter_map(|(head, _)| head.split_once(", "));
    pairs
        .map(|(name, companion)| (name.to_owned(), companion.to_owned()))
        .collect()
}

fn object_of_references(definitions: &Value) -> Value {
    let names = definitions.as_object().unwrap().keys();
    names
        .map(|name| (name.clone(), json!({ "$ref": format!("#/$defs/{name}") })))
        .collect()
}

#[test]
fn a_companion_has_the_name_of_no_type() {
    let text = json!({ "type": "string" });
    let of = |keys: &[&str]| json!({ "type": "object", "properties": object(keys, &text), "required": keys });
    let alone =
        companions(&json!({ "Order": of(&["a", "b"]), "2fa": of(&["a", "b"]), "Single": of(&["a"]), "Open": of(&[]) }));
    let expected =
        [("Order", "NewOrder"), ("_2fa", "New2fa")].map(|(name, companion)| (name.to_owned(), companion.to_owned()));
    assert_eq!(alone, BTreeMap::from(expected));
    let both = companions(&json!({ "Order": of(&["a", "b"]), "NewOrder": of(&["c", "d"]) }));
    assert_eq!(both["NewOrder"], "NewNewOrder", "the definition keeps its name");
    assert!(both["Order"].starts_with("NewOrderX"), "{both:?}");
    // The mark is made of the struct's own name, and names that nobody uses yet are taken too.
    let unused = json!({ "Order": of(&["a", "b"]), "NewOrder": true, "Other": of(&["a", "b"]) });
    assert_eq!(companions(&unused)["Order"], both["Order"]);
}

/// The structs of a schema with their properties, and its enums with their variants. A recursive list is a type of its own only where the
/// circle is entered first: types without names inside are left out.
fn shapes(schema: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let source = generate_schema(&Source::new("a.json", schema.to_string()), "Root", &Settings::default())
        .unwrap_or_else(|errors| panic!("{}: {schema}", errors[0]))
        .source;
    let items = syn::parse_file(&source).unwrap().items.into_iter();
    let named = items.filter_map(|item| match item {
        syn::Item::Struct(item) if matches!(item.fields, syn::Fields::Named(_)) => {
            let fields = item.fields.into_iter().filter_map(|field| field.ident);
            Some((item.ident.to_string(), fields.map(|name| name.to_string()).collect()))
        }
        syn::Item::Enum(item) => {
            let variants = item.variants.into_iter().map(|variant| variant.ident.to_string());
            Some((item.ident.to_string(), variants.collect()))
        }
        _ => None,
    });
    named.collect()
}

/// Schemas at random, the same in every run.
struct Random {
    state: u64,
    /// Whether schemas have unions. Those that have none are joined by `allOf`: a union that is joined with another schema is called after the
    /// place that joins them.
    has_unions: bool,
}

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % end
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[usize::try_from(self.below(texts.len() as u64)).unwrap()]
    }

    fn schema(&mut self, depth: u64) -> Value {
        const PLACES: [&str; 6] = [
            "#/$defs/Address",
            "#/$defs/money",
            "#/$defs/order-line",
            "#/properties/customer",
            "#/properties/items",
            "#/$defs/Address/properties/b",
        ];
        match self.below(if depth == 0 { 3 } else { 10 }) {
            0 => json!({ "type": "string" }),
            1 => json!({ "type": "string", "enum": ["a", "b", "c"] }),
            2 => json!({ "$ref": self.pick(&PLACES) }),
            3 => json!({ "type": "array", "items": self.schema(depth - 1) }),
            4 => json!({ "type": "object", "additionalProperties": self.schema(depth - 1) }),
            5 if !self.has_unions => json!({ "allOf": [{ "$ref": self.pick(&PLACES[..2]) }, self.object(depth - 1)] }),
            8 if self.has_unions => {
                let of = |kind: &str, mut object: Value| {
                    object["properties"]["kind"] = json!({ "const": kind });
                    object["required"] = json!(["kind"]);
                    object
                };
                json!({ "oneOf": [of("card", self.object(depth - 1)), of("cash", self.object(depth - 1))] })
            }
            9 if self.has_unions => {
                json!({ "anyOf": [self.object(depth - 1), { "type": "string" }, { "type": "null" }] })
            }
            _ => self.object(depth - 1),
        }
    }

    fn object(&mut self, depth: u64) -> Value {
        const KEYS: [&str; 8] = [
            "a",
            "b",
            "customer",
            "items",
            "lineItems",
            "communication",
            "specificationOfTransportation",
            "statuses",
        ];
        let mut properties = Map::new();
        for _ in 0..=self.below(3) {
            properties.insert(self.pick(&KEYS).to_owned(), self.schema(depth));
        }
        json!({ "type": "object", "properties": properties })
    }

    fn document(&mut self) -> Value {
        let mut root = self.object(3);
        for key in ["customer", "items"] {
            root["properties"][key] = self.object(2);
        }
        root["$defs"] = json!({ "Address": self.object(1), "money": self.object(1), "order-line": self.object(2) });
        root["$defs"]["Address"]["properties"]["b"] = self.object(1);
        root
    }
}

/// The places of objects with properties.
fn objects(value: &Value, place: &str, found: &mut Vec<String>) {
    if value.get("properties").is_some_and(Value::is_object) && !place.ends_with("/properties") {
        found.push(place.to_owned());
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let token = key.replace('~', "~0").replace('/', "~1");
                objects(value, &format!("{place}/{token}"), found);
            }
        }
        Value::Array(elements) => {
            for (at, value) in elements.iter().enumerate() {
                objects(value, &format!("{place}/{at}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_property_that_is_added_renames_no_type() {
    let mut random = Random {
        state: 7,
        has_unions: false,
    };
    let mut compared = 0;
    for round in 0..200 {
        random.has_unions = round % 2 == 0;
        let schema = random.document();
        let before = shapes(&schema);
        let mut places = Vec::new();
        objects(&schema, "", &mut places);
        let place = places[usize::try_from(random.below(places.len() as u64)).unwrap()].clone();
        let mut more = schema.clone();
        // Before all others, or after them.
        let key = random.pick(&["addedFirst", "zAddedLast"]);
        more.pointer_mut(&place).unwrap()["properties"][key] = random.schema(1);
        let after = shapes(&more);
        for (name, members) in &before {
            let same = after.get(name).is_some_and(|after| members.is_subset(after));
            assert!(
                same,
                "`{key}` in `{place}` renamed {name} {members:?}: {after:?}\n{schema}\n{more}"
            );
            compared += 1;
        }
        for name in after.keys() {
            assert!(name.chars().count() <= 40, "{name}: {schema}");
        }
    }
    assert!(compared > 1_000, "{compared}");
}

#[test]
fn defaults_are_documented() {
    let schema = json!({ "type": "object", "properties": {
        "channel": { "type": "string", "default": "web", "description": "Where it was ordered" },
        "maxCount": { "type": "integer", "default": 3 },
        "tags": { "type": "array", "default": ["a`b"] },
        "note": { "type": "string", "default": "x".repeat(500) },
    } });
    let source = generate_schema(&Source::new("a.json", schema.to_string()), "Root", &Settings::default());
    let source = source.unwrap().source;
    let docs: Vec<_> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("/// "))
        .collect();
    let cut = format!("Default: `\"{}…`.", "x".repeat(59));
    assert_eq!(
        docs,
        [
            "Where it was ordered. Default: `\"web\"`.",
            "`maxCount`: Default: `3`.",
            cut.as_str(),
            r#"Default: \["a\`b"\]."#,
            "The default of `channel` in the schema.",
            "The default of `maxCount` in the schema.",
            // A list of any values has no function.
            "The default of `note` in the schema.",
        ]
    );
}
