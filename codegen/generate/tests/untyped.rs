//! Where a value is a `serde_json::Value`, the place in the schema and the reason are noted, and a build script can deny it.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use schemactl_generate::{Builder, Settings, UntypedReason, generate_schema};
use schemactl_model::Source;

/// A schema with one untyped value, its place, and the reason.
const CASES: &[(&str, &str, &str)] = &[
    (
        r#"{"properties": {"p": {"description": "x"}}, "type": "object"}"#,
        "#/properties/p",
        "unconstrained",
    ),
    (
        r#"{"properties": {"p": {"type": ["object", "array", "string", "number", "boolean", "null"]}}, "type": "object"}"#,
        "#/properties/p",
        "every-type",
    ),
    (
        r#"{"properties": {"p": {"type": "object"}}, "type": "object"}"#,
        "#/properties/p",
        "undescribed-properties",
    ),
    (
        r#"{"properties": {"p": {"type": "array"}}, "type": "object"}"#,
        "#/properties/p",
        "undescribed-elements",
    ),
    (
        r#"{"properties": {"p": {"properties": {"q": {"type": "string"}}}}, "type": "object"}"#,
        "#/properties/p",
        "no-object-required",
    ),
    (
        r#"{"type": "object", "anyOf": [{"properties": {"p": {"type": "string"}}}, {"properties": {"q": {"type": "string"}}, "additionalProperties": {"type": "integer"}}]}"#,
        "#/anyOf/1/properties/q",
        "open-alternative",
    ),
    (
        r#"{"type": "object", "properties": {"q": {"type": "string"}}, "if": {"required": ["q"]}, "then": {"properties": {"p": {"type": "string"}}}}"#,
        "#/then/properties/p",
        "conditional",
    ),
    (
        r#"{"properties": {"p": {"const": {"q": 1}}}, "type": "object"}"#,
        "#/properties/p",
        "listed-wholes",
    ),
    (
        r#"{"properties": {"p": {"type": "array", "prefixItems": [{"type": "string"}]}}, "type": "object"}"#,
        "#/properties/p",
        "open-tuple",
    ),
    (
        r#"{"properties": {"p": {"$ref": "https://example.com/other.json"}}, "type": "object"}"#,
        "#/properties/p",
        "unknown-reference",
    ),
    (
        r##"{"properties": {"p": {"$ref": "#/$defs/a"}}, "type": "object", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}"##,
        "#/$defs/a",
        "unconstrained",
    ),
];

#[test]
fn each_untyped_value_is_noted_with_its_place_and_reason() {
    for (schema, pointer, reason) in CASES {
        let source = Source::new("schema.json", *schema);
        let code = generate_schema(&source, "Root", &Settings::default()).unwrap();
        let found: Vec<_> = code
            .untyped
            .iter()
            .map(|place| (place.pointer.as_str(), place.reason.name()))
            .collect();
        assert!(found.contains(&(pointer, reason)), "{schema}: {found:?}");
        for place in &code.untyped {
            assert!(place.place.starts_with("schema.json:1:"), "{place}");
        }
    }
}

#[test]
fn what_has_a_type_is_not_noted() {
    let schema = r#"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {"type": "integer"}},
        "c": {"oneOf": [{"type": "string"}, {"type": "object", "properties": {"d": {"type": "null"}}}]}}}"#;
    let source = Source::new("schema.json", schema);
    let code = generate_schema(&source, "Root", &Settings::default()).unwrap();
    assert_eq!((code.untyped.len(), code.properties), (0, 4));
}

#[test]
fn a_build_script_can_deny_untyped_values() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("deny-untyped");
    let event = folder.join("schemas/com.shop/OrderPlaced");
    fs::create_dir_all(&event).unwrap();
    fs::write(
        folder.join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"shop\"\n",
    )
    .unwrap();
    fs::write(
        event.join("event.toml"),
        "source = \"com.shop\"\ndetail-type = \"OrderPlaced\"\n",
    )
    .unwrap();
    let schema = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["version"],
        "properties": {"version": {"type": "string", "const": "1.0"}, "note": {}}}"#;
    fs::write(event.join("1.0.json"), schema).unwrap();
    let builder = Builder::new(&folder);
    assert!(builder.source().is_ok(), "{:?}", builder.source());
    let error = builder.deny_untyped(true).source().unwrap_err();
    assert_eq!(error.errors().len(), 1, "{error}");
    let said = error.to_string();
    assert!(said.starts_with("schemas/com.shop/OrderPlaced/1.0.json:2:"), "{said}");
    assert!(
        said.contains("`note`") && said.contains(&UntypedReason::Unconstrained.to_string()),
        "{said}"
    );
}
