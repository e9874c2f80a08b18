//! Each fault of a schema once, at its place, in every dialect.

use super::*;
use crate::parse::parse;
use crate::source::Source;

fn read(text: &str) -> Value {
    parse(&Source::new("a.json", text)).expect(text)
}

/// Pointer and sentence of each fault.
fn faults(text: &str, dialect: Dialect) -> Vec<String> {
    let found = schema_faults(&read(text), dialect);
    found.iter().map(|fault| format!("{} {fault}", fault.pointer)).collect()
}

/// Every keyword of a dialect whose value has a shape.
fn keywords_of(dialect: Dialect) -> impl Iterator<Item = (Keyword, KeywordShape)> {
    let known = Keyword::ALL.iter();
    known.filter_map(move |keyword| Some((*keyword, keyword.shape(dialect)?)))
}

/// The kinds of value that a keyword of a shape cannot have.
fn wrong_values(shape: KeywordShape, dialect: Dialect) -> Vec<&'static str> {
    let old = dialect == Dialect::Draft4;
    let kinds = ["null", "true", "5", "-1", "-1.5", "\"a b\"", "[]", "[1]", "{}"];
    let right: &[&str] = match shape {
        KeywordShape::Anchor => &[],
        KeywordShape::Bool => &["true"],
        KeywordShape::Count | KeywordShape::Positive => &["5"],
        KeywordShape::Dependencies
        | KeywordShape::NameLists
        | KeywordShape::PatternMap
        | KeywordShape::SchemaMap
        | KeywordShape::Vocabulary => &["{}"],
        KeywordShape::Identifier => &[],
        // What is no string refers to nothing in draft-04.
        KeywordShape::Reference if old => &["null", "true", "5", "-1", "-1.5", "[]", "[1]", "{}"],
        KeywordShape::Reference => &[],
        KeywordShape::DifferentValues => &["[1]"],
        KeywordShape::List => &["[]", "[1]"],
        KeywordShape::Names if !old => &["[]"],
        KeywordShape::Names | KeywordShape::SchemaList | KeywordShape::Types => &[],
        KeywordShape::Number => &["5", "-1", "-1.5"],
        KeywordShape::Pattern | KeywordShape::Text => &["\"a b\""],
        KeywordShape::Schema if old => &["{}"],
        KeywordShape::Schema => &["{}", "true"],
        KeywordShape::SchemaOrList if old => &["{}"],
        KeywordShape::SchemaOrList => &["{}", "true"],
    };
    kinds.into_iter().filter(|kind| !right.contains(kind)).collect()
}

#[test]
fn a_wrong_kind_of_value_is_one_fault_at_its_place() {
    for dialect in Dialect::ALL {
        for (keyword, shape) in keywords_of(dialect) {
            for value in wrong_values(shape, dialect) {
                // Draft-04 has two schemas that are booleans.
                if value == "true" && keyword.takes_boolean_in_draft4() {
                    continue;
                }
                let text = format!(r#"{{"not": {{"{keyword}": {value}}}}}"#);
                let found = schema_faults(&read(&text), dialect);
                let [fault] = found.as_slice() else {
                    panic!("{dialect} {text}: {found:?}");
                };
                let at = format!("/not/{keyword}");
                let inside = format!("{at}/0");
                let pointer = fault.pointer.to_string();
                assert!(
                    pointer == at || (pointer == inside && value == "[1]"),
                    "{dialect} {text}: {fault:?}"
                );
                assert_eq!(fault.keyword, keyword.name(), "{text}");
                assert!(
                    fault.message.contains('`') && !fault.message.ends_with('.'),
                    "{text}: {fault}"
                );
                assert!(
                    text[fault.span.range()].len() < text.len(),
                    "{text}: the span is the value"
                );
            }
        }
    }
}

#[test]
fn a_keyword_that_a_dialect_does_not_have_takes_any_value() {
    for dialect in Dialect::ALL {
        for other in Dialect::ALL {
            for (keyword, _) in keywords_of(other) {
                if keyword.shape(dialect).is_none() {
                    assert_eq!(
                        faults(&format!(r#"{{"{keyword}": -1.5}}"#), dialect),
                        Vec::<String>::new()
                    );
                }
            }
        }
    }
}

#[test]
fn the_sentence_says_what_was_found_and_what_was_meant() {
    for (text, dialect, expected) in [
        (
            r#"{"type": "strng"}"#,
            Dialect::Draft202012,
            "/type `type` is `strng`; expected one of array, boolean, integer, null, number, object or string. Did you mean `string`?",
        ),
        (
            r#"{"type": ["string", null]}"#,
            Dialect::Draft7,
            "/type/1 an element of `type` is `null`; expected the name of a type. Did you mean `\"null\"`?",
        ),
        (
            r#"{"items": [{"type": "string"}]}"#,
            Dialect::Draft202012,
            "/items `items` is a list; in draft 2020-12 lists of schemas are `prefixItems`. Rename `items` to `prefixItems`, and \
             `additionalItems` to `items`.",
        ),
        (
            r#"{"minLength": "3"}"#,
            Dialect::Draft202012,
            "/minLength `minLength` is `\"3\"`; expected a whole number, 0 or more. Did you mean `3`?",
        ),
        (
            r#"{"required": "a"}"#,
            Dialect::Draft202012,
            "/required `required` is `\"a\"`; expected a list of property names. Did you mean `[\"a\"]`?",
        ),
        (
            r#"{"enum": "a"}"#,
            Dialect::Draft202012,
            "/enum `enum` is `\"a\"`; expected a list of values. Did you mean `[\"a\"]`?",
        ),
        (
            r#"{"multipleOf": 0}"#,
            Dialect::Draft202012,
            "/multipleOf `multipleOf` is `0`; expected a number greater than 0",
        ),
        (
            r#"{"pattern": "[z-a"}"#,
            Dialect::Draft202012,
            "/pattern `pattern` is `[z-a`, which ECMA 262 rejects: the range `z-a` is out of order",
        ),
        (
            r#"{"patternProperties": {"(": {"type": "string"}}}"#,
            Dialect::Draft202012,
            "/patternProperties/( `patternProperties` has the key `(`, which ECMA 262 rejects: a `(` is not closed",
        ),
        (
            r#"{"exclusiveMinimum": true, "minimum": 5}"#,
            Dialect::Draft7,
            "/exclusiveMinimum `exclusiveMinimum` is `true`; since draft-06 it is a number, the bound itself. Write \
             `\"exclusiveMinimum\": 5` and remove `minimum`.",
        ),
        (
            r#"{"exclusiveMaximum": 5}"#,
            Dialect::Draft4,
            "/exclusiveMaximum `exclusiveMaximum` is `5`; in draft-04 it is `true` or `false` beside `maximum`. Write `\"maximum\": \
             5, \"exclusiveMaximum\": true`.",
        ),
        (
            r#"{"properties": {"a": {"required": true}}}"#,
            Dialect::Draft4,
            "/properties/a/required `required` is `true`; expected a list of property names, beside `properties`. Write \
             `\"required\": [\"a\"]` in the schema around the property.",
        ),
        (
            r#"{"properties": {"a": true}}"#,
            Dialect::Draft4,
            "/properties/a `a` of `properties` is `true`; expected a schema, which is an object in draft-04. Did you mean `{}`?",
        ),
        (
            r#"{"required": ["a", "b", "a"]}"#,
            Dialect::Draft7,
            "/required/2 `required` lists `\"a\"` twice; expected it once",
        ),
        (
            "5",
            Dialect::Draft7,
            " the schema is `5`; expected an object or a boolean",
        ),
    ] {
        assert_eq!(faults(text, dialect), [expected], "{text}");
    }
}

#[test]
fn references_lead_somewhere_and_are_no_circles() {
    for (text, expected) in [
        (
            r##"{"$ref": "#/$defs/Adress", "$defs": {"Address": {}}}"##,
            "/$ref `$ref` is `#/$defs/Adress`, which refers to nothing in this document. Did you mean `#/$defs/Address`?",
        ),
        (
            r##"{"$ref": "#/definitions/a", "$defs": {"a": {}}}"##,
            "/$ref `$ref` is `#/definitions/a`, which refers to nothing in this document. Did you mean `#/$defs/a`?",
        ),
        (
            r##"{"$ref": "#adress", "$defs": {"a": {"$anchor": "address"}}}"##,
            "/$ref `$ref` is `#adress`, which refers to nothing in this document. Did you mean `#address`?",
        ),
        (
            r##"{"$ref": "#/$defs/a b", "$defs": {"a b": {}}}"##,
            "/$ref `$ref` is `#/$defs/a b`, which RFC 3986 rejects: it contains a space. Did you mean `#/$defs/a%20b`?",
        ),
        (
            r##"{"$ref": "#/title", "title": "a"}"##,
            "/$ref `$ref` is `#/title`, which leads to `\"a\"`; expected a schema there: an object or a boolean",
        ),
        (
            r##"{"$ref": "#/x-own/a", "x-own": {"a": {"type": "objekt"}}}"##,
            "/x-own/a/type `type` is `objekt`; expected one of array, boolean, integer, null, number, object or string. Did you mean \
             `object`?",
        ),
        (
            r#"{"$ref": "http://example.com/elsewhere"}"#,
            "/$ref `$ref` is `http://example.com/elsewhere`, which refers to another document and cannot be resolved",
        ),
        (
            r##"{"$ref": "#"}"##,
            "/$ref `$ref` is `#`, which leads back here without going into the event. Remove it, or write it below `properties` or \
             `items`.",
        ),
        (
            r##"{"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"anyOf": [{"$ref": "#/$defs/a"}, {}]}}}"##,
            "/$defs/a/allOf/0/$ref `$ref` is `#/$defs/b`, which leads back here without going into the event. Remove it, or write it \
             below `properties` or `items`.",
        ),
    ] {
        assert_eq!(faults(text, Dialect::Draft202012), [expected], "{text}");
    }
    for text in [
        r##"{"properties": {"a": {"$ref": "#"}}, "items": {"$ref": "#"}}"##,
        r#"{"$ref": "https://json-schema.org/draft/2020-12/schema"}"#,
        r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {}}, "allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}"##,
        r##"{"enum": [{"$ref": "#/nowhere", "type": "strng"}], "default": {"type": 5}, "x-own": {"type": 5}}"##,
    ] {
        assert_eq!(faults(text, Dialect::Draft202012), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn each_resource_is_read_in_its_dialect() {
    let draft7 = r#"{"$id": "urn:a", "$schema": "http://json-schema.org/draft-07/schema#", "items": [{}]}"#;
    assert_eq!(
        faults(&format!(r#"{{"$defs": {{"a": {draft7}}}}}"#), Dialect::Draft202012),
        Vec::<String>::new()
    );
    let ignored = r#"{"properties": {"a": {"$schema": "http://json-schema.org/draft-04/schema#"}}}"#;
    for dialect in [Dialect::Draft7, Dialect::Draft202012] {
        let found = schema_faults(&read(ignored), dialect);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].pointer.to_string(), "/properties/a/$schema");
    }
    let wrong = draft7.replace("[{}]", "[]");
    assert_eq!(
        faults(&format!(r#"{{"$defs": {{"a": {wrong}}}}}"#), Dialect::Draft202012).len(),
        1
    );
}

#[test]
fn patterns_that_readers_disagree_on_are_warnings() {
    let review = review_schema(
        &read(r#"{"pattern": "(?i)a", "patternProperties": {"\\_": {}}}"#),
        Dialect::Draft7,
    );
    assert_eq!(review.faults, []);
    let sentences = |faults: &[SchemaFault]| faults.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        sentences(&review.warnings),
        [
            "`pattern` is `(?i)a`; `(?i)` is not ECMA 262 syntax, so validators disagree on it. Write both cases of each letter, \
             such as `[Aa]`."
        ]
    );
    assert_eq!(
        sentences(&review.notes),
        ["`patternProperties` has the key `\\_`, which ECMA 262 rejects with the flag `u`: `\\_` is not an escape"]
    );
}

#[test]
fn draft_04_asks_for_different_values_in_an_enum() {
    for (text, expected) in [
        (
            r#"{"enum": []}"#,
            "/enum `enum` is an empty list; expected a list of one or more values",
        ),
        (
            r#"{"enum": [1, "a", 1.0]}"#,
            "/enum/2 `enum` lists `1.0` twice; expected it once",
        ),
        (
            r#"{"enum": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}"#,
            "/enum/1 `enum` lists an object twice; expected it once",
        ),
    ] {
        assert_eq!(faults(text, Dialect::Draft4), [expected], "{text}");
        assert_eq!(faults(text, Dialect::Draft6), Vec::<String>::new(), "{text}");
    }
}
