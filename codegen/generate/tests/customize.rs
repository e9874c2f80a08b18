//! What settings change about types: derives, attributes and names, by paths that use either name, of any case of `tests/cases/codegen`.
//! That the code compiles is tested in `tests/consumer`.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use schemactl_generate::{Integers, Settings, generate_schema};
use schemactl_model::Source;
use serde_json::json;
use syn::{Attribute, Item};

fn schema() -> String {
    json!({
        "type": "object",
        "required": ["id", "line-items"],
        "properties": {
            "id": { "type": "string" },
            "line-items": { "type": "array", "items": { "$ref": "#/definitions/line-item" } },
            "status": { "type": "string", "enum": ["open", "paid"] },
            "ratio": { "type": "number" },
        },
        "definitions": {
            "line-item": { "type": "object", "required": ["sku"], "properties": { "sku": { "type": "string" } } },
        },
    })
    .to_string()
}

fn generated(schema: &str, settings: &Settings) -> Result<syn::File, String> {
    let code = generate_schema(&Source::new("a.json", schema), "Order", settings);
    let code = code.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    Ok(syn::parse_file(&code.source).unwrap())
}

/// The attributes of a type, and those of its members by their names.
fn attributes_of(file: &syn::File, name: &str) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let texts = |attributes: &[Attribute]| -> Vec<String> {
        let others = attributes.iter().filter(|attribute| !attribute.path().is_ident("doc"));
        let texts = others.map(|attribute| quote::quote!(#attribute).to_string());
        texts.map(|text| text.replace(' ', "")).collect()
    };
    for item in &file.items {
        match item {
            Item::Struct(item) if item.ident == name => {
                let members = item.fields.iter().map(|field| {
                    let name = field.ident.as_ref().map(ToString::to_string);
                    (name.unwrap_or_default(), texts(&field.attrs))
                });
                return (texts(&item.attrs), members.collect());
            }
            Item::Enum(item) if item.ident == name => {
                let members = item.variants.iter();
                let members = members.map(|variant| (variant.ident.to_string(), texts(&variant.attrs)));
                return (texts(&item.attrs), members.collect());
            }
            _ => {}
        }
    }
    panic!("no type {name}");
}

fn derives_of(file: &syn::File, name: &str) -> String {
    let (attributes, _) = attributes_of(file, name);
    attributes
        .into_iter()
        .find(|text| text.starts_with("#[derive("))
        .unwrap()
}

#[test]
fn derives_are_added_once_and_where_they_can_be() {
    let settings = Settings::default()
        .derive("*", "Hash, ::audit::Audited")
        .derive("Order/line-item", "PartialOrd, audit::Tracked, Hash");
    let file = generated(&schema(), &settings).unwrap();
    for (name, expected) in [
        ("Order", "#[derive(Clone,Debug,PartialEq,::audit::Audited)]"),
        (
            "LineItem",
            "#[derive(Clone,Debug,PartialEq,Eq,Hash,::audit::Audited,PartialOrd,audit::Tracked)]",
        ),
        (
            "OrderStatus",
            "#[derive(Clone,Copy,Debug,PartialEq,Eq,PartialOrd,Ord,Hash,::audit::Audited)]",
        ),
    ] {
        assert_eq!(derives_of(&file, name), expected);
    }
}

#[test]
fn attributes_are_where_their_paths_are() {
    let settings = Settings::default()
        .type_attribute("Order", "#[in_event]")
        .type_attribute("Order/LineItem", "#[of_type(1)]")
        .field_attribute("Order/Order.line-items", "#[by_key]")
        .field_attribute("Order/Order.line_items", "#[by_name]")
        .field_attribute("Order/OrderStatus.paid", "#[of_variant]")
        .field_attribute("*/*.sku", "#[anywhere]");
    let file = generated(&schema(), &settings).unwrap();
    let (of_order, fields) = attributes_of(&file, "Order");
    assert!(of_order.contains(&"#[in_event]".to_owned()) && !of_order.contains(&"#[of_type(1)]".to_owned()));
    assert_eq!(
        fields[1],
        (
            "line_items".to_owned(),
            vec!["#[by_key]".to_owned(), "#[by_name]".to_owned()]
        )
    );
    assert_eq!(fields[0].1, Vec::<String>::new());
    let (of_item, fields) = attributes_of(&file, "LineItem");
    assert_eq!(of_item[1..], ["#[in_event]", "#[of_type(1)]"]);
    assert_eq!(fields[0].1, ["#[anywhere]"]);
    let (_, variants) = attributes_of(&file, "OrderStatus");
    assert_eq!(variants[1], ("Paid".to_owned(), vec!["#[of_variant]".to_owned()]));
}

#[test]
fn a_path_that_names_nothing_is_an_error() {
    for (settings, expected) in [
        (
            Settings::default().derive("Ordr", "Hash"),
            "`derive`: nothing that is generated is called `Ordr`; did you mean `Order`?",
        ),
        (
            Settings::default().type_attribute("Order/LineItems", "#[a]"),
            "`type-attribute`: nothing that is generated is called `Order/LineItems`; did you mean `Order/LineItem`?",
        ),
        (
            Settings::default().field_attribute("Order/LineItem.skuu", "#[a]"),
            "`field-attribute`: nothing that is generated is called `Order/LineItem.skuu`; did you mean `Order/LineItem.sku`?",
        ),
        (
            Settings::default().derive("a/b/c/d", "Hash"),
            "`derive` is `a/b/c/d`: expected `event`, `event/Type` or `event/Type.field`, with or without a namespace",
        ),
        (
            Settings::default().type_attribute("*", "struct X;"),
            "`type-attribute` is `struct X;`: expected attributes such as `#[name(value)]`",
        ),
        (
            Settings::default().derive("*", "Serialize"),
            "`derive` is `Serialize`: generated types implement `Serialize` already; remove it",
        ),
    ] {
        let error = generated(&schema(), &settings).err().unwrap();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn every_case_takes_attributes_everywhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/codegen");
    let settings = Settings::default()
        .derive("*", "::audit::Audited")
        .type_attribute("*", "#[of_type]")
        .field_attribute("*", "#[of_member]");
    let mut types = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path().join("schema.json")).unwrap();
        let file = match generated(&text, &settings) {
            // A schema of one newtype has no member.
            Err(error) if error.starts_with("`field-attribute`: nothing") => continue,
            found => found.unwrap(),
        };
        for item in &file.items {
            let name = match item {
                Item::Struct(item) => item.ident.to_string(),
                Item::Enum(item) => item.ident.to_string(),
                _ => continue,
            };
            let (attributes, members) = attributes_of(&file, &name);
            let expected = "#[of_type]".to_owned();
            assert!(
                attributes.contains(&expected) && derives_of(&file, &name).contains("::audit::Audited"),
                "{name}"
            );
            let is_marked = |(name, texts): &(String, Vec<String>)| {
                let is_ours = ["", "additional", "unknown_fields", "Unknown"].contains(&name.as_str());
                is_ours || texts.iter().any(|text| text == "#[of_member]")
            };
            assert!(members.iter().all(is_marked), "{name}: {members:?}");
            types += 1;
        }
    }
    assert!(types > 150, "{types} types");
}

#[test]
fn types_fields_and_variants_are_renamed() {
    let settings = Settings::default()
        .rename("Order/line-item", "Line")
        .rename("Order/Order.id", "order_id")
        .rename("Order/OrderStatus.open", "StillOpen")
        .type_attribute("Order/LineItem", "#[of_old_name]");
    let file = generated(&schema(), &settings).unwrap();
    let (attributes, _) = attributes_of(&file, "Line");
    assert!(
        attributes.contains(&"#[of_old_name]".to_owned()),
        "paths are those before any name changes"
    );
    let (_, fields) = attributes_of(&file, "Order");
    assert_eq!(fields[0].0, "order_id");
    let (_, variants) = attributes_of(&file, "OrderStatus");
    assert_eq!(variants[0].0, "StillOpen");
    let text = generate_schema(&Source::new("a.json", schema()), "Order", &settings)
        .unwrap()
        .source;
    assert!(
        text.contains("order_id: String = \"id\"") && text.contains("Vec<Line>"),
        "{text}"
    );
    for (name, reason) in [
        ("Order", "another type of this version is called `Order`"),
        ("line", "expected a name such as `LineItem`"),
        ("Vec", "expected a name such as `LineItem`"),
        ("A<B>", "expected a name such as `LineItem`"),
    ] {
        let error = generated(&schema(), &Settings::default().rename("Order/line-item", name))
            .err()
            .unwrap();
        assert!(error.starts_with(&format!("`rename` is `{name}`: {reason}")), "{error}");
    }
    for (name, reason) in [
        ("line_items", "another member of the type is called `line_items`"),
        ("OrderId", "expected a name such as `unit_price`"),
        ("self", "expected a name such as `unit_price`"),
        ("new", "expected a name such as `unit_price`"),
        ("x; y", "expected a name such as `unit_price`"),
    ] {
        let error = generated(&schema(), &Settings::default().rename("Order/Order.id", name))
            .err()
            .unwrap();
        assert!(error.starts_with(&format!("`rename` is `{name}`: {reason}")), "{error}");
    }
}

#[test]
fn schemas_name_types_fields_and_variants() {
    let schema = |name: &str, names: serde_json::Value| {
        json!({
            "type": "object",
            "properties": {
                "id": { "type": "string", "x-rust-name": name },
                "state": { "enum": ["a", "b"], "x-enum-varnames": names },
                "item": { "$ref": "#/definitions/i" },
            },
            "definitions": { "i": { "type": "object", "x-rust-name": "Item", "properties": { "x": {} } } },
        })
        .to_string()
    };
    let file = generated(&schema("order_id", json!(["STATE_A", "Second"])), &Settings::default()).unwrap();
    let (_, fields) = attributes_of(&file, "Order");
    assert_eq!(fields[0].0, "order_id");
    let (_, variants) = attributes_of(&file, "OrderState");
    assert_eq!(
        variants.into_iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["StateA", "Second"]
    );
    attributes_of(&file, "Item");
    let settings = Settings::default().rename("Order/Order.id", "number");
    let file = generated(&schema("order_id", json!(["A", "B"])), &settings).unwrap();
    assert_eq!(
        attributes_of(&file, "Order").1[0].0,
        "number",
        "settings take precedence"
    );
    for (name, names, reason) in [
        (
            "Id",
            json!(["A", "B"]),
            "`x-rust-name` is `Id`: expected a name such as `unit_price`",
        ),
        (
            "id",
            json!(["A"]),
            "`x-enum-varnames` has 1 names for 2 values of `enum`",
        ),
        ("id", json!(["A", "a"]), "`x-enum-varnames` has the name `A` twice"),
        ("id", json!("A"), "`x-enum-varnames` must be a list of names"),
        ("id", json!(["A", 1]), "`x-enum-varnames` must be a list of names"),
    ] {
        let error = generated(&schema(name, names), &Settings::default()).err().unwrap();
        assert!(error.starts_with("a.json:1:") && error.contains(reason), "{error}");
    }
}

fn schema_with_types() -> String {
    json!({
        "type": "object",
        "properties": {
            "total": { "$ref": "#/definitions/money" },
            "totals": { "type": "array", "items": { "$ref": "#/definitions/money" } },
            "item": { "$ref": "#/definitions/Item" },
            "id": { "type": "string", "format": "uuid" },
            "ids": { "type": "object", "additionalProperties": { "type": ["string", "null"], "format": "uuid" } },
            "other": { "type": "object", "x-rust-type": { "crate": "my-types", "version": "1", "path": "my_types::Other" }, "properties": { "deep": { "type": "object", "properties": { "x": {} } } } },
        },
        "definitions": {
            "money": { "type": "string", "pattern": "^[0-9]+$" },
            "Item": { "type": "object", "properties": { "inner": { "type": "object", "properties": { "x": {} } } } },
        },
    })
    .to_string()
}

#[test]
fn types_of_the_user_stand_for_generated_ones() {
    let schema = schema_with_types();
    let settings = Settings::default()
        .replace("Order/money", "crate::Money")
        .replace("Order/Item", "crate::Item")
        .format("uuid", "::uuid::Uuid")
        .map_type("::std::collections::HashMap")
        .rust_crate("my-types", "1.2.3");
    let code = generate_schema(&Source::new("a.json", schema.as_str()), "Order", &settings).unwrap();
    for expected in [
        "pub total: Option<crate::Money>,",
        "pub totals: Option<Vec<crate::Money>>,",
        "pub item: Option<Item>,",
        "pub type Item = crate::Item;",
        "pub id: Option<::uuid::Uuid>,",
        "pub ids: Option<::std::collections::HashMap<String, Option<::uuid::Uuid>>>,",
        "pub other: Option<::my_types::Other>,",
    ] {
        assert!(code.source.contains(expected), "{expected}\n{}", code.source);
    }
    assert!(
        !code.source.contains("Inner") && !code.source.contains("Deep"),
        "nothing refers to it: {}",
        code.source
    );
    let plain = generate_schema(&Source::new("a.json", schema.as_str()), "Order", &Settings::default()).unwrap();
    assert!(
        plain.source.contains("struct OrderOther"),
        "a schema names no type by itself"
    );
}

#[test]
fn a_type_that_cannot_be_replaced_is_an_error() {
    let schema = schema_with_types();
    for (settings, expected) in [
        (
            Settings::default().replace("Order/Order", "crate::A"),
            "the type of an event is not replaced",
        ),
        (
            Settings::default().replace("Order/monei", "crate::A"),
            "nothing that is generated is called `Order/monei`",
        ),
        (
            Settings::default().replace("Order/money", "a b"),
            "`replace` is `a b`: expected the path of a type",
        ),
        (
            Settings::default().format("uiid", "::uuid::Uuid"),
            "`uiid`; did you mean `uuid`?",
        ),
        (
            Settings::default().rust_crate("my-types", "2.0.0"),
            "wants `my-types` 1, and `crates` has 2.0.0",
        ),
    ] {
        let code = generate_schema(&Source::new("a.json", schema.as_str()), "Order", &settings);
        let error = code.unwrap_err().iter().map(ToString::to_string).collect::<String>();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_format_types_integers_by_a_setting_only() {
    let schema = json!({
        "type": "object",
        "properties": {
            "count": { "type": "integer", "format": "int32" },
            "total": { "type": ["integer", "null"], "format": "int64", "minimum": 0 },
            "level": { "type": "integer", "format": "int32", "minimum": 0, "maximum": 9 },
            "mixed": { "anyOf": [{ "type": "integer", "format": "int32" }, { "type": "integer" }] },
            "text": { "type": "string", "format": "int32" },
            "number": { "type": "integer", "format": "uuid" },
        },
    })
    .to_string();
    let types_by = |settings: &Settings| -> Vec<String> {
        let file = generated(&schema, settings).unwrap();
        let fields = file.items.iter().find_map(|item| match item {
            Item::Struct(item) if item.ident == "Order" => Some(&item.fields),
            _ => None,
        });
        let fields = fields.unwrap().iter();
        let types = fields.map(|field| {
            let (name, value) = (field.ident.as_ref().unwrap(), &field.ty);
            format!("{name}: {}", quote::quote!(#value))
        });
        types
            .map(|text| text.replace([' '], "").replace("::schemactl_runtime::", ""))
            .collect()
    };
    let common = ["mixed:Option<Integer>", "text:Option<String>", "number:Option<Integer>"];
    let plain = [
        "count:Option<Integer>",
        "total:Option<Option<Integer>>",
        "level:Option<u32>",
    ];
    assert_eq!(sorted(types_by(&Settings::default())), sorted([plain, common].concat()));
    let fixed = Settings::default().integers(Integers::Fixed);
    assert!(types_by(&fixed).contains(&"count:Option<i64>".to_owned()));
    let settings = Settings::default().format("int32", "i32").format("int64", "i64");
    let typed = ["count:Option<i32>", "total:Option<Option<i64>>", "level:Option<i32>"];
    let settings = settings.format("uuid", "::uuid::Uuid");
    assert_eq!(sorted(types_by(&settings)), sorted([typed, common].concat()));
}

fn sorted(texts: Vec<impl Into<String>>) -> Vec<String> {
    let mut texts: Vec<String> = texts.into_iter().map(Into::into).collect();
    texts.sort();
    texts
}
