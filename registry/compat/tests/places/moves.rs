//! The schema of a property moves into a union, out of one, into a conjunction, a definition or a tuple. In: every schema with every move, both ways. Out: the
//! sentences, which name types that there are, and leave nothing empty.

use schemactl_model::Value;

use crate::{explained, read, told};

const SCHEMAS: [&str; 10] = [
    r#"{"type": "string"}"#,
    r#"{"type": "integer"}"#,
    r#"{"type": "null"}"#,
    r#"{"type": ["string", "null"]}"#,
    r#"{"enum": ["a", "b"]}"#,
    r#"{"const": "x"}"#,
    r#"{"type": "string", "maxLength": 5}"#,
    r#"{"type": "number", "minimum": 0}"#,
    r#"{"type": "object", "properties": {"q": {"type": "string"}, "r": {"const": "x"}}, "required": ["q"]}"#,
    r#"{"type": "array", "items": {"type": "boolean"}}"#,
];

/// What the schema moves into, in the place of `SCHEMA`; the definition is the schema too.
const MOVES: [&str; 17] = [
    r#"{"anyOf": [SCHEMA]}"#,
    r#"{"anyOf": [SCHEMA, {"type": "null"}]}"#,
    r#"{"anyOf": [SCHEMA, {"type": "boolean"}]}"#,
    r#"{"anyOf": [SCHEMA, {"const": 3}]}"#,
    r#"{"anyOf": [{"type": "object", "properties": {"z": {"type": "string"}}}, SCHEMA]}"#,
    r##"{"anyOf": [{"$ref": "#/$defs/P"}, {"type": "null"}]}"##,
    r#"{"oneOf": [SCHEMA]}"#,
    r#"{"oneOf": [SCHEMA, {"type": "boolean"}]}"#,
    r#"{"oneOf": [SCHEMA, {"type": "null"}]}"#,
    r#"{"oneOf": [SCHEMA, {"enum": [true, 7]}]}"#,
    r#"{"allOf": [SCHEMA]}"#,
    r#"{"allOf": [SCHEMA, {"type": "boolean"}]}"#,
    r#"{"allOf": [SCHEMA, {"const": 3}]}"#,
    r#"{"allOf": [{"anyOf": [SCHEMA, {"type": "boolean"}]}]}"#,
    r##"{"$ref": "#/$defs/P"}"##,
    r#"{"type": "array", "prefixItems": [SCHEMA, {"type": "boolean"}]}"#,
    r#"{"anyOf": [{"anyOf": [SCHEMA, {"type": "boolean"}]}, {"const": 3}]}"#,
];

fn document(schema: &str, property: &str) -> String {
    format!(
        r#"{{"type": "object", "properties": {{"id": {{"type": "string"}}, "v": {property}}}, "required": ["id"], "$defs": {{"P": {schema}}}}}"#
    )
}

/// Whether a schema has values of a type in some branch.
fn names_type(value: &Value, name: &str) -> bool {
    let kind_of = |value: &Value| match value.to_json().as_str() {
        "true" | "false" => "boolean",
        "null" => "null",
        text if text.starts_with('"') => "string",
        _ => "integer",
    };
    let is_listed = |list: &Value| {
        list.as_array()
            .unwrap_or_default()
            .iter()
            .any(|value| kind_of(value) == name)
    };
    let is_type = value.member("type").is_some_and(|own| {
        let mut several = own.as_array().unwrap_or_default().iter();
        own.as_str() == Some(name) || several.any(|own| own.as_str() == Some(name))
    });
    let is_constant = value.member("const").is_some_and(|value| kind_of(value) == name);
    let is_value = is_constant || value.member("enum").is_some_and(is_listed);
    let members = value
        .as_object()
        .into_iter()
        .flat_map(schemactl_model::JsonObject::iter);
    let mut below = members
        .map(|member| &member.value)
        .chain(value.as_array().unwrap_or_default());
    is_type || is_value || below.any(|value| names_type(value, name))
}

/// The faults of a sentence about two properties.
fn faults_of(sentence: &str, sides: &[Value; 2]) -> Vec<String> {
    let (_, what) = sentence.split_once(": ").unwrap();
    let mut faults = Vec::new();
    let is_empty = what.contains("``") || what.contains("  ") || what.ends_with(' ') || what.contains(" ;");
    if is_empty {
        faults.push("empty".to_owned());
    }
    if what.contains("no longer declared") {
        faults.push("it is declared".to_owned());
    }
    let starts = [
        "type changed",
        "`type` moved",
        "no type",
        "was `null` only",
        "is `null` only",
    ];
    let is_about_types = starts.iter().any(|start| what.starts_with(start));
    if is_about_types && what.contains("anything") {
        faults.push("both schemas name types".to_owned());
    }
    for name in ["string", "integer", "number", "boolean", "null", "array", "object"] {
        let is_named = is_about_types && what.contains(&format!("`{name}`"));
        if is_named && !sides.iter().any(|side| names_type(side, name)) {
            faults.push(format!("{name} is no type of either"));
        }
    }
    faults
}

#[test]
fn a_schema_that_moves_is_told_with_the_types_that_there_are() {
    let (mut pairs, mut sentences, mut wrong) = (0, 0, Vec::new());
    for schema in SCHEMAS {
        for into in MOVES {
            let moved = into.replace("SCHEMA", schema);
            for sides in [[schema, moved.as_str()], [moved.as_str(), schema]] {
                let [old, new] = sides.map(|side| document(schema, side));
                let values = [&old, &new].map(|text| read(text));
                pairs += 1;
                for sentence in told(&explained(&old, &new)) {
                    sentences += 1;
                    let faults = faults_of(&sentence, &values);
                    if !faults.is_empty() {
                        wrong.push(format!(
                            "{} => {}: {sentence} ({})",
                            sides[0],
                            sides[1],
                            faults.join(", ")
                        ));
                    }
                }
            }
        }
    }
    println!("{pairs} pairs, {sentences} sentences, {} wrong", wrong.len());
    assert!(pairs >= 300 && sentences >= 300, "{pairs} pairs, {sentences} sentences");
    assert!(
        wrong.is_empty(),
        "{} of {sentences}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
