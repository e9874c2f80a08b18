//! A schema that has only definitions: the type is that of the definition that is named, and without its name nothing is generated.
#![allow(clippy::unwrap_used)]

use schemactl_generate::{Settings, generate_schema};
use schemactl_model::Source;

const DEFINITIONS: &str = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {
    "A": {"type": "object", "required": ["x"], "properties": {"x": {"$ref": "#/$defs/b"}}}, "b": {"type": "string"}}}"##;

fn source_of(schema: &str, name: &str) -> Result<String, String> {
    let code = generate_schema(&Source::new("schema.json", schema), name, &Settings::default());
    code.map(|code| code.source).map_err(|errors| errors[0].to_string())
}

#[test]
fn the_definition_that_is_named_is_the_type() {
    let source = source_of(DEFINITIONS, "A").unwrap();
    assert!(source.contains("pub struct A {\n    pub x: String,"), "{source}");
}

#[test]
fn without_its_name_the_definitions_are_listed() {
    let error = source_of(DEFINITIONS, "Thing").unwrap_err();
    assert!(
        error.starts_with("schema.json: ") && error.ends_with("expected one of A, b"),
        "{error}"
    );
}

#[test]
fn a_root_that_describes_something_is_the_type() {
    let schema = DEFINITIONS.replacen("\"$defs\"", "\"type\": \"object\", \"$defs\"", 1);
    let source = source_of(&schema, "A").unwrap();
    assert!(!source.contains("pub x"), "{source}");
    let empty = r#"{"title": "anything"}"#;
    assert!(source_of(empty, "A").unwrap().contains("pub struct A("));
}
