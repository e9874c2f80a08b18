//! A name stays when a neighbour comes: properties, definitions and enum values that are added rename nothing that was there.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

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
