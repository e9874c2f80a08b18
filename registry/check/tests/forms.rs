//! Each form of a schema means what the schema means: proved by the engine, both ways, keyword by keyword. What has no
//! equivalent is named, and the form takes more, never less.
#![allow(clippy::unwrap_used)]

use schemactl_compat::{Engine, Schema, Verdict, default_engine, metaschema_errors};
use schemactl_convert::{Downgraded, EventEnvelope, detail_of, downgrade, openapi};
use schemactl_model::{Dialect, Document, Source, Value};

fn read(text: &str, dialect: Dialect) -> Document {
    Document::parse(Source::new("1.0.json", text), dialect).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

fn as_openapi(document: &Document) -> Downgraded {
    openapi(
        document,
        &EventEnvelope {
            name: "Thing",
            version: "1.0",
            source: "shop",
            detail_type: "thing.happened",
        },
    )
}

/// Whether a form takes the events of its source, and whether it takes no others.
fn proved(document: &Document, form: &Value) -> (Verdict, Verdict) {
    let engine = default_engine(schemactl_compat::Semantics::default());
    let source = Schema::from(document);
    let form = Schema::new(form, Dialect::Draft4);
    (engine.contains(&source, &form), engine.contains(&form, &source))
}

fn assert_lossless(text: &str, document: &Document, form: &Value, lost: usize) {
    let (complete, exact) = proved(document, form);
    assert!(complete.is_compatible(), "{text}\n{}\n{complete:?}", form.to_json());
    assert!(exact.is_compatible(), "{text}\n{}\n{exact:?}", form.to_json());
    assert_eq!(lost, 0, "{text}");
    let errors = metaschema_errors(form, Dialect::Draft4);
    assert!(errors.is_empty(), "{text}\n{}", form.to_json());
}

const LATEST: &[&str] = &[
    "true",
    "false",
    r#"{"const": {"a": 1}}"#,
    r#"{"const": 1, "enum": [1, 2, 1, 1.0]}"#,
    r#"{"minimum": 0, "exclusiveMinimum": 1, "exclusiveMaximum": 5, "maximum": 9}"#,
    r#"{"type": ["string", "null"], "minLength": 2}"#,
    r##"{"$ref": "#/$defs/a", "minLength": 2, "$defs": {"a": {"type": "string"}}}"##,
    r##"{"properties": {"a": {"$ref": "#a"}}, "$defs": {"x": {"$anchor": "a", "type": "string"}}}"##,
    r#"{"properties": {"a": {"$ref": "http://h/x.json"}, "b": {"$ref": "http://h/x.json#/$defs/y"}},
        "$defs": {"x": {"$id": "http://h/x.json", "type": "string", "minLength": 1, "$defs": {"y": {"type": "integer"}}}}}"#,
    r##"{"properties": {"a": {"$ref": "#/properties/b/items"}, "b": {"items": {"type": "string"}}}}"##,
    r##"{"properties": {"a": {"$ref": "#/properties/c~1d"}, "c/d": {"type": "string"}}}"##,
    r##"{"properties": {"a": {"$ref": "#/$defs/x%25y"}, "b": {"$ref": "#/$defs/a~1b"}},
        "$defs": {"x%y": {"type": "string"}, "a/b": {"type": "null"}}}"##,
    r##"{"$defs": {"a": {"type": "string"}}, "definitions": {"a": {"type": "integer"}},
        "properties": {"s": {"$ref": "#/$defs/a"}, "i": {"$ref": "#/definitions/a"}}}"##,
    r##"{"type": "object", "properties": {"next": {"$ref": "#"}, "value": {"type": "integer"}}}"##,
    r##"{"$dynamicAnchor": "node", "type": "object", "properties": {"next": {"$dynamicRef": "#node"}}}"##,
    r#"{"if": {"properties": {"k": {"const": 1}}, "required": ["k"]}, "then": {"required": ["a"]}, "else": {"required": ["b"]}}"#,
    r#"{"if": {"required": ["k"]}, "then": {"required": ["a"]}}"#,
    r#"{"if": {"required": ["k"]}}"#,
    r#"{"dependentRequired": {"a": ["b"], "c": []}, "dependentSchemas": {"a": {"minProperties": 3}}}"#,
    r#"{"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "null"}}"#,
    r#"{"prefixItems": [{"type": "string"}], "items": false}"#,
    r#"{"contains": {"type": "string"}}"#,
    r#"{"contains": {"type": "string"}, "minContains": 0}"#,
    r#"{"contains": {"type": "string"}, "minContains": 0, "maxContains": 0}"#,
    r#"{"contains": {"type": "string"}, "minContains": 2, "maxContains": 3, "maxItems": 4, "minItems": 1}"#,
    r#"{"contains": {"type": "string"}, "minContains": 0, "maxContains": 1, "maxItems": 2}"#,
    r#"{"propertyNames": {"pattern": "^[a-z]+$"}}"#,
    r#"{"propertyNames": {"enum": ["a", "b", 3]}}"#,
    r#"{"propertyNames": {"const": "a"}, "properties": {"a": {"type": "string"}}}"#,
    r#"{"propertyNames": {"minLength": 2, "maxLength": 3}}"#,
    r#"{"propertyNames": {"pattern": "^[a-z]", "not": {"enum": ["ab"]}, "type": "string", "description": "d"}}"#,
    r#"{"propertyNames": {"anyOf": [{"const": "a"}, {"pattern": "^x-"}]}}"#,
    r##"{"propertyNames": {"$ref": "#/$defs/n"}, "$defs": {"n": {"pattern": "^a"}}}"##,
    r#"{"propertyNames": false}"#,
    r#"{"propertyNames": {"type": "integer"}}"#,
    r#"{"propertyNames": true}"#,
    r##"{"allOf": [{"$ref": "#/$defs/base"}], "properties": {"b": {"type": "integer"}}, "unevaluatedProperties": false,
        "$defs": {"base": {"properties": {"a": {"type": "string"}}}}}"##,
    r#"{"properties": {"a": {}}, "patternProperties": {"^x-": {}}, "unevaluatedProperties": {"type": "string"}}"#,
    r#"{"anyOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"properties": {"b": {"type": "integer"}}}],
        "unevaluatedProperties": false}"#,
    r#"{"if": {"properties": {"k": {"const": 1}}, "required": ["k"]}, "then": {"properties": {"a": {}}},
        "unevaluatedProperties": false}"#,
    r#"{"dependentSchemas": {"a": {"properties": {"b": {}}}}, "properties": {"a": {}}, "unevaluatedProperties": false}"#,
    r#"{"properties": {"a": {}}, "anyOf": [{"required": ["a"], "patternProperties": {"^a|b$": {}}}, {"properties": {"b": {}, "c": {}},
        "required": ["c"]}], "unevaluatedProperties": {"type": "string"}}"#,
    r#"{"properties": {"a": {}}, "oneOf": [{"required": ["a"], "additionalProperties": {"type": "string"}},
        {"properties": {"b": {}}, "required": ["b"]}], "unevaluatedProperties": false}"#,
    r#"{"prefixItems": [{}], "anyOf": [{"prefixItems": [{}, {"type": "string"}], "minItems": 2}, {"items": {"type": "null"}}, {}],
        "unevaluatedItems": false}"#,
    r#"{"prefixItems": [{"type": "string"}], "unevaluatedItems": false}"#,
    r#"{"allOf": [{"prefixItems": [{}, {}]}], "unevaluatedItems": {"type": "null"}}"#,
    r#"{"required": [], "title": "t", "x-own": {"a": 1}, "examples": [1], "$comment": "c"}"#,
    r#"{"items": true, "not": false, "additionalProperties": false}"#,
    r#"{"enum": [{"const": 1}], "default": {"if": true}}"#,
];

const OLDER: &[(Dialect, &str)] = &[
    (
        Dialect::Draft4,
        r#"{"minimum": 1, "exclusiveMinimum": true, "const": 3, "if": {"a": 1}}"#,
    ),
    (
        Dialect::Draft4,
        r##"{"properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "string"}}}"##,
    ),
    (
        Dialect::Draft6,
        r##"{"$ref": "#/definitions/a", "type": "integer", "definitions": {"a": {"type": "string"}}}"##,
    ),
    (
        Dialect::Draft7,
        r##"{"properties": {"a": {"$ref": "#/definitions/a", "minLength": 5}}, "definitions": {"a": {"type": "string"}}}"##,
    ),
    (
        Dialect::Draft7,
        r#"{"items": [{"type": "string"}, true], "additionalItems": false}"#,
    ),
    (
        Dialect::Draft7,
        r#"{"dependencies": {"a": ["b"], "c": [], "d": {"minProperties": 2}, "e": false}}"#,
    ),
    (
        Dialect::Draft201909,
        r##"{"$recursiveAnchor": true, "properties": {"next": {"$recursiveRef": "#"}}, "type": "object"}"##,
    ),
    (
        Dialect::Draft201909,
        r#"{"items": [{}, {"type": "string"}], "unevaluatedItems": false}"#,
    ),
];

fn sources() -> impl Iterator<Item = (Dialect, &'static str)> {
    let latest = LATEST.iter().map(|text| (Dialect::Draft202012, *text));
    latest.chain(OLDER.iter().copied())
}

#[test]
fn draft_04_says_the_same() {
    for (dialect, text) in sources() {
        let document = read(text, dialect);
        let form = downgrade(&document);
        assert_lossless(text, &document, &form.schema, form.lost.len());
    }
}

/// What OpenAPI has no words for.
const NOT_IN_OPENAPI: [&str; 2] = ["patternProperties", "items"];

#[test]
fn open_api_says_the_same_or_more() {
    let mut lossless = 0;
    for (dialect, text) in sources() {
        let document = read(text, dialect);
        let form = as_openapi(&document);
        let detail = detail_of(&form.schema).unwrap();
        assert_eq!(detail.detail_type.as_deref(), Some("thing.happened"));
        assert_eq!(detail.source.as_deref(), Some("shop"));
        if form.lost.is_empty() {
            assert_lossless(text, &document, &detail.schema, 0);
            lossless += 1;
        } else {
            let known = |keyword: &str| NOT_IN_OPENAPI.contains(&keyword);
            assert!(
                form.lost.iter().all(|lost| known(&lost.keyword)),
                "{text}: {:?}",
                form.lost
            );
            let (complete, _) = proved(&document, &detail.schema);
            assert!(
                complete.is_compatible(),
                "{text}\n{}\n{complete:?}",
                detail.schema.to_json()
            );
        }
    }
    assert!(lossless > 30, "{lossless} of {}", sources().count());
}

/// A tagged union whose branches own their names, of so many branches.
fn union_of(branches: usize) -> String {
    let branch = |number| {
        format!(
            r#"{{"properties": {{"kind": {{"const": "k{number}"}}, "f{number}": {{"type": "string"}}}}, "required": ["kind"]}}"#
        )
    };
    let branches: Vec<_> = (0..branches).map(branch).collect();
    format!(
        r#"{{"type": "object", "properties": {{"id": {{}}}}, "oneOf": [{}], "unevaluatedProperties": false}}"#,
        branches.join(", ")
    )
}

#[test]
fn the_number_of_branches_beside_unevaluated_properties_does_not_matter() {
    for branches in [7, 40, 100] {
        let document = read(&union_of(branches), Dialect::Draft202012);
        let form = downgrade(&document);
        assert_eq!(form.lost, [], "{branches}");
        let (complete, exact) = proved(&document, &form.schema);
        assert!(
            complete.is_compatible() && exact.is_compatible(),
            "{branches}: {complete:?} {exact:?}"
        );
    }
}

#[test]
fn what_has_no_equivalent_is_named_and_the_form_takes_more() {
    for (text, keyword) in [
        (r#"{"contains": {"type": "string"}, "minContains": 2}"#, "minContains"),
        (r#"{"contains": {"type": "string"}, "maxContains": 2}"#, "maxContains"),
        (
            r#"{"propertyNames": {"oneOf": [{"const": "a"}, {"pattern": "^a"}]}}"#,
            "propertyNames",
        ),
        (
            r#"{"contains": {"type": "string"}, "unevaluatedItems": false}"#,
            "unevaluatedItems",
        ),
        (
            r##"{"properties": {"n": {"$ref": "#"}}, "allOf": [{"$ref": "#/$defs/r"}], "unevaluatedProperties": false,
                "$defs": {"r": {"properties": {"a": {}}, "allOf": [{"$ref": "#/$defs/s"}]}, "s": {"anyOf": [{"$ref": "#/$defs/r"}, {}]}}}"##,
            "unevaluatedProperties",
        ),
    ] {
        let document = read(text, Dialect::Draft202012);
        let form = downgrade(&document);
        assert!(
            form.lost.iter().any(|lost| lost.keyword == keyword),
            "{text}: {:?}",
            form.lost
        );
        let (complete, exact) = proved(&document, &form.schema);
        // Recursion through unevaluated keywords is beyond the engine too.
        let undecided = matches!(complete, Verdict::Undecided { .. });
        assert!(complete.is_compatible() || undecided, "{text}: {complete:?}");
        assert!(!exact.is_compatible(), "{text}");
    }
}

#[test]
fn a_discovered_document_has_a_detail() {
    let text = r##"{"openapi": "3.0.0", "info": {"version": "1.0.0", "title": "OrderPlaced"}, "paths": {},
      "components": {"schemas": {
        "AWSEvent": {"type": "object", "required": ["detail-type", "resources", "detail", "id", "source", "time", "region",
          "version", "account"], "x-amazon-events-detail-type": "order.placed", "x-amazon-events-source": "com.myapp.orders",
          "properties": {"detail": {"$ref": "#/components/schemas/OrderPlaced"}, "account": {"type": "string"}}},
        "OrderPlaced": {"type": "object", "required": ["lines"], "properties": {
          "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
          "note": {"type": "string", "nullable": true}, "parent": {"$ref": "#/components/schemas/OrderPlaced"}}},
        "Line": {"type": "object", "properties": {"sku": {"type": "string"}}}}}}"##;
    let value = schemactl_model::parse(&Source::new("remote", text)).unwrap();
    let detail = detail_of(&value).unwrap();
    assert_eq!(detail.source.as_deref(), Some("com.myapp.orders"));
    let schema = detail.schema.to_json();
    for part in [
        r##""parent":{"$ref":"#"}"##,
        r##""items":{"$ref":"#/definitions/Line"}"##,
        r#""note":{"type":["string","null"]}"#,
        r#""definitions":{"Line":"#,
    ] {
        assert!(schema.contains(part), "{part} in {schema}");
    }
    for (broken, part) in [
        (r#"{"components": {}}"#, "no components"),
        (r#"{"components": {"schemas": {"AWSEvent": {}}}}"#, "no property detail"),
        (
            r##"{"components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}"##,
            "refers to no component",
        ),
        (
            r#"{"components": {"schemas": {"A": {"$ref": "http://h/"}}}}"#,
            "refers to no component",
        ),
    ] {
        let value = schemactl_model::parse(&Source::new("remote", broken)).unwrap();
        assert!(detail_of(&value).unwrap_err().to_string().contains(part), "{broken}");
    }
}
