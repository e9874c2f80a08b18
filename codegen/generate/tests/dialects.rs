//! One meaning of each keyword in each dialect: `check`'s engine, replay, the generated types, their `validate()` and the draft-04 form agree with a
//! table of keywords by dialect. Documents of OpenAPI are what a registry holds: the engine sees them as `pull` writes them.
#![allow(clippy::unwrap_used)]

use schemactl_compat::{Engine, Schema, Semantics, Validator, Verdict, default_engine};
use schemactl_containment::to_serde_json;
use schemactl_convert::{detail_of, downgrade};
use schemactl_generate::{Settings, generate_schema};
use schemactl_model::{Dialect, Document, Source, Value, parse};
use schemactl_runtime::__private::Constraints;

/// The columns of the table: the dialects of JSON Schema, OpenAPI 3.0, OpenAPI 3.1.
const COLUMNS: usize = 7;

/// A schema, an event, and whether the event is valid (`+`) or not (`-`) in each column; `!` where the schema is no schema of that dialect. `#S` leads to
/// `{"type": "string"}`. Code is generated from any document of OpenAPI, so that `!` is about `check` there.
const TABLE: &[(&str, &str, &str)] = &[
    // `nullable` is a keyword of OpenAPI 3.0, where it adds `null` to the `type` beside it.
    (r#"{"type": "string", "nullable": true}"#, "null", "-----+-"),
    (r#"{"type": "string", "nullable": false}"#, "null", "-------"),
    (
        r#"{"type": "string", "enum": ["a"], "nullable": true}"#,
        "null",
        "-------",
    ),
    (
        r#"{"type": "string", "enum": ["a", null], "nullable": true}"#,
        "null",
        "-----+-",
    ),
    (r#"{"enum": ["a"], "nullable": true}"#, "null", "-------"),
    (r#"{"nullable": true}"#, "null", "+++++++"),
    (r##"{"$ref": "#S", "nullable": true}"##, "null", "-------"),
    (
        r#"{"allOf": [{"type": "string"}], "nullable": true}"#,
        "null",
        "-------",
    ),
    (
        r#"{"anyOf": [{"type": "string"}], "nullable": true}"#,
        "null",
        "-------",
    ),
    (
        r#"{"type": "string", "nullable": true, "allOf": [{"maxLength": 3}]}"#,
        "null",
        "-----+-",
    ),
    (
        r#"{"allOf": [{"type": "string", "nullable": true}, {"type": "string", "nullable": true}]}"#,
        "null",
        "-----+-",
    ),
    (
        r#"{"type": "string", "nullable": true, "not": {"enum": [null]}}"#,
        "null",
        "-------",
    ),
    (r#"{"type": "boolean", "nullable": true}"#, "null", "-----+-"),
    // Keywords that came later.
    (r#"{"const": "a"}"#, r#""b""#, "+----+-"),
    (r#"{"contains": {"type": "string"}}"#, "[1]", "+----+-"),
    (r#"{"propertyNames": {"maxLength": 1}}"#, r#"{"ab": 1}"#, "+----+-"),
    (
        r#"{"if": {"type": "string"}, "then": {"maxLength": 1}}"#,
        r#""ab""#,
        "++---+-",
    ),
    (r#"{"if": {"type": "string"}, "else": {"minimum": 5}}"#, "1", "++---+-"),
    (r#"{"dependentRequired": {"a": ["b"]}}"#, r#"{"a": 1}"#, "+++--+-"),
    (
        r#"{"dependentSchemas": {"a": {"required": ["b"]}}}"#,
        r#"{"a": 1}"#,
        "+++--+-",
    ),
    (
        r#"{"unevaluatedProperties": {"type": "string"}}"#,
        r#"{"a": 1}"#,
        "+++--+-",
    ),
    (r#"{"unevaluatedItems": {"type": "string"}}"#, "[1]", "+++--+-"),
    (
        r#"{"contains": {"type": "string"}, "minContains": 2}"#,
        r#"["a"]"#,
        "+++--+-",
    ),
    (
        r#"{"contains": {"type": "string"}, "maxContains": 1}"#,
        r#"["a", "b"]"#,
        "+++--+-",
    ),
    (r#"{"prefixItems": [{"type": "string"}]}"#, "[1]", "++++-+-"),
    // Keywords that went.
    (
        r#"{"items": [{"type": "string"}], "additionalItems": {"type": "string"}}"#,
        r#"["a", 1]"#,
        "----!-!",
    ),
    (
        r#"{"items": {"type": "string"}, "additionalItems": {"type": "number"}}"#,
        r#"["a", "b"]"#,
        "+++++++",
    ),
    (r#"{"dependencies": {"a": ["b"]}}"#, r#"{"a": 1}"#, "-------"),
    // Keywords whose value changed.
    (r#"{"minimum": 5, "exclusiveMinimum": true}"#, "5", "-!!!!-!"),
    (r#"{"maximum": 5, "exclusiveMaximum": true}"#, "5", "-!!!!-!"),
    (r#"{"minimum": 5, "exclusiveMinimum": false}"#, "5", "+!!!!+!"),
    (r#"{"exclusiveMinimum": 5}"#, "5", "!----!-"),
    (r#"{"exclusiveMaximum": 5}"#, "5", "!----!-"),
    // Keywords beside a reference.
    (r##"{"$ref": "#S", "maxLength": 1}"##, r#""ab""#, "+++--+-"),
    (r##"{"$ref": "#S", "enum": ["a"]}"##, r#""ab""#, "+++--+-"),
    (r##"{"$ref": "#S", "description": "a"}"##, "1", "-------"),
    // What asserts nothing.
    (r#"{"format": "date"}"#, r#""x""#, "+++++++"),
    (
        r#"{"contentEncoding": "base64", "contentMediaType": "application/json"}"#,
        r#""%""#,
        "+++++++",
    ),
    (
        r#"{"deprecated": true, "readOnly": true, "writeOnly": true}"#,
        "1",
        "+++++++",
    ),
    (r#"{"example": "a", "examples": ["a"], "default": "a"}"#, "1", "+++++++"),
    (r#"{"discriminator": {"propertyName": "kind"}}"#, "{}", "+++++++"),
    (r#"{"type": "integer"}"#, "1.5", "-------"),
];

fn json(text: &str) -> Value {
    parse(&Source::new("row", text)).unwrap()
}

/// A document of a column.
fn document_of(schema: &str, column: usize) -> String {
    let Some(dialect) = Dialect::ALL.get(column) else {
        let version = if column == 5 { "3.0.3" } else { "3.1.0" };
        let body = schema.replace("#S", "#/components/schemas/S");
        return format!(
            r#"{{"openapi": "{version}", "info": {{"title": "Root", "version": "1"}}, "paths": {{}},
                "components": {{"schemas": {{"Root": {body}, "S": {{"type": "string"}}}}}}}}"#
        );
    };
    let body = schema.replace("#S", "#/definitions/S");
    let body = body.strip_prefix('{').unwrap();
    // A document of definitions alone has no type for its root.
    let definitions = if schema.contains("#S") {
        r#""definitions": {"S": {"type": "string"}}, "#
    } else {
        ""
    };
    format!(r#"{{"$schema": "{}", {definitions}{body}"#, dialect.uri())
}

/// The document as `check` reads it.
fn checked_document(text: &str) -> Option<Document> {
    let value = json(text);
    let text = match value.member("openapi") {
        Some(_) => detail_of(&value).unwrap().schema.to_json(),
        None => text.to_owned(),
    };
    let document = Document::read_with_faults(Source::new("root.json", text), Dialect::Draft202012, None).ok()?;
    document.review().faults.is_empty().then_some(document)
}

fn sign(is_valid: bool) -> char {
    if is_valid { '+' } else { '-' }
}

fn ask_engine(document: &Document, event: &Value) -> char {
    let only = json(&format!(r#"{{"enum": [{}]}}"#, event.to_json()));
    let engine = default_engine(Semantics::default());
    match engine.contains(&Schema::new(&only, Dialect::Draft202012), &Schema::from(document)) {
        Verdict::Compatible => '+',
        Verdict::Incompatible { .. } => '-',
        Verdict::Undecided { .. } => '?',
    }
}

/// What the generated code of a document says: its `validate()`, and its type, as far as that is told by its text.
fn ask_code(text: &str, event: &Value) -> (char, char) {
    let source = Source::new("root.json", text);
    let Ok(code) = generate_schema(&source, "Root", &Settings::default().validate(true)) else {
        return ('!', '!');
    };
    let file = syn::parse_file(&code.source).unwrap();
    let checked = file.items.iter().find_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().unwrap().ident == "checked" => Some(&item.mac),
        _ => None,
    });
    let mut tokens = checked.unwrap().tokens.clone().into_iter();
    let schema = tokens
        .find_map(|token| syn::parse2::<syn::LitStr>(token.into()).ok())
        .unwrap();
    let value = to_serde_json(event).unwrap();
    let answers = [Constraints::with_patterns, Constraints::to_publish_with_patterns]
        .map(|constraints| constraints(schema.value().leak()).check_json(&value).is_ok());
    assert_eq!(
        answers[0], answers[1],
        "{text}: none of the keywords is one that only a side has"
    );
    let holds_null = code.source.contains("Option<") || code.source.contains("Value");
    // A type may be wider than its schema below `not`.
    let is_told = answers[0] || !text.contains("\"not\"");
    let is_off = value.is_null() && answers[0] != holds_null && is_told;
    (sign(answers[0]), if is_off { '~' } else { sign(answers[0]) })
}

#[test]
fn a_keyword_means_the_same_for_everybody_in_each_dialect() {
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for (schema, event, expected) in TABLE {
        let event = json(event);
        let mut rows = ["engine", "replay", "draft-04", "validate()", "type"].map(|name| (name, String::new()));
        for column in 0..COLUMNS {
            let text = document_of(schema, column);
            let (of_code, of_type) = ask_code(&text, &event);
            let mut answers = ['!', '!', '!', of_code, of_type];
            if let Some(document) = checked_document(&text) {
                let validator = Validator::new(document.root(), document.dialect()).unwrap();
                let registered = downgrade(&document);
                let form = Document::read_with_faults(
                    Source::new("form.json", registered.schema.to_json()),
                    Dialect::Draft4,
                    None,
                );
                answers[0] = ask_engine(&document, &event);
                answers[1] = sign(validator.is_valid(&event).unwrap());
                answers[2] = if registered.lost.is_empty() {
                    ask_engine(&form.unwrap(), &event)
                } else {
                    expected.chars().nth(column).unwrap()
                };
            }
            if column > 4 && answers[0] == '!' {
                answers[3..].fill('!');
            }
            asked += answers.len();
            rows.iter_mut()
                .zip(answers)
                .for_each(|((_, row), answer)| row.push(answer));
        }
        for (name, row) in rows.iter().filter(|(_, row)| row != expected) {
            wrong.push(format!(
                "{schema} {}: {name} {row}, expected {expected}",
                event.to_json()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 1_400, "{asked}");
}
