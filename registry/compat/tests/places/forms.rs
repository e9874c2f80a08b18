//! One meaning in several forms: what is no change, what is one change, and what only looks like a refactoring or a rename.

use schemactl_compat::Policy;

use crate::{explained, explained_under, told};

/// Pairs that say the same in other forms, and the same in the other order.
#[test]
fn refactorings_are_no_changes() {
    let base = r#"{"type": "object", "properties": {"id": {"type": "string"}, "at": {"type": "string"}}, "required": ["id", "at"]}"#;
    let moved = r##"{"type": "object", "allOf": [{"$ref": "#/$defs/Base"}], "properties": {"at": {"type": "string"}}, "required": ["at"],
        "$defs": {"Base": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}}}"##;
    let beside = r##"{"$ref": "#/$defs/Base", "properties": {"at": {"type": "string"}}, "required": ["at"],
        "$defs": {"Base": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}}}"##;
    let extracted = r##"{"type": "object", "properties": {"id": {"$ref": "#/$defs/Id"}, "at": {"type": "string"}}, "required": ["id", "at"],
        "$defs": {"Id": {"type": "string"}}}"##;
    let pairs = [
        (base, moved),
        (base, beside),
        (base, extracted),
        (
            r#"{"enum": ["a", "b"]}"#,
            r#"{"oneOf": [{"const": "a"}, {"const": "b", "title": "B"}]}"#,
        ),
        (
            r#"{"enum": ["a", "b"]}"#,
            r#"{"type": "string", "anyOf": [{"const": "a"}, {"enum": ["b"]}]}"#,
        ),
        (r#"{"const": 1}"#, r#"{"enum": [1]}"#),
        (
            r#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#,
            r#"{"type": ["string", "null"]}"#,
        ),
        (
            r#"{"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 3}]}"#,
            r#"{"type": ["string", "null"], "maxLength": 3}"#,
        ),
        (
            r#"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
            r#"{"type": ["integer", "string"]}"#,
        ),
    ];
    for (one, other) in pairs {
        for (old, new) in [(one, other), (other, one)] {
            assert_eq!(told(&explained(old, new)), Vec::<String>::new(), "{old} → {new}");
        }
    }
}

/// Pairs that look like refactorings and are none.
#[test]
fn what_says_something_else_in_other_words_is_a_change() {
    let pairs = [
        (
            r#"{"type": "object", "properties": {"b": {"type": "string"}}, "allOf": [{"properties": {"a": {"type": "string"}}, "additionalProperties": false}]}"#,
            r#"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "additionalProperties": false}"#,
        ),
        (
            r#"{"oneOf": [{"type": ["string", "null"]}, {"type": "null"}]}"#,
            r#"{"type": ["string", "null"]}"#,
        ),
        (
            r#"{"oneOf": [{"type": "number"}, {"type": "integer"}]}"#,
            r#"{"type": "number"}"#,
        ),
        (
            r#"{"oneOf": [{"const": "a"}, {"const": "a"}, {"const": "b"}]}"#,
            r#"{"enum": ["a", "b"]}"#,
        ),
        (
            r#"{"allOf": [{"prefixItems": [{"type": "string"}]}, {"items": {"type": "integer"}}]}"#,
            r#"{"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}"#,
        ),
    ];
    for (one, other) in pairs {
        for (old, new) in [(one, other), (other, one)] {
            let explanation = explained_under(Policy::OpenStrict, old, new, None);
            assert!(!told(&explanation).is_empty(), "{old} → {new}");
        }
    }
}

#[test]
fn a_definition_of_the_same_name_is_not_the_same_branch() {
    let tagged = |kind: &str, amount: &str| {
        format!(
            r#"{{"properties": {{"kind": {{"const": "{kind}"}}, "amount": {{"type": "{amount}"}}}}, "required": ["kind"]}}"#
        )
    };
    let (card, bank) = (tagged("card", "string"), tagged("bank", "boolean"));
    let old = format!(r##"{{"oneOf": [{{"$ref": "#/$defs/A"}}, {bank}], "$defs": {{"A": {card}}}}}"##);
    let new = format!(
        r##"{{"oneOf": [{card}, {{"$ref": "#/$defs/A"}}, {{"properties": {{"kind": {{"const": "cash"}}}}, "required": ["kind"]}}], "$defs": {{"A": {bank}}}}}"##
    );
    assert_eq!(
        told(&explained(&old, &new)),
        ["union-branch-added : `oneOf` has a new branch with `kind` `\"cash\"`"]
    );
}

#[test]
fn a_change_inside_a_refactoring_is_reported_alone() {
    let old = r#"{"type": "object", "properties": {"id": {"type": "string"}, "n": {"type": "integer", "minimum": 0}}, "required": ["id", "n"]}"#;
    let new = r##"{"allOf": [{"$ref": "#/$defs/Base"}], "type": "object", "properties": {"n": {"type": "integer", "minimum": 1}},
        "required": ["n"], "$defs": {"Base": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}}}"##;
    assert_eq!(
        told(&explained(old, new)),
        ["minimum-raised n: `minimum` changed from `0` to `1`"]
    );
    let nullable =
        r#"{"type": "object", "properties": {"a": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}}}"#;
    let plain = r#"{"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}}}"#;
    assert_eq!(
        told(&explained(plain, nullable)),
        ["type-widened a: may also be `null`"]
    );
    assert_eq!(
        told(&explained(nullable, plain)),
        ["type-narrowed a: may no longer be `null`"]
    );
}

#[test]
fn a_value_that_goes_with_its_type_is_one_change() {
    let old = r#"{"type": "object", "properties": {"a": {"type": ["string", "null"], "enum": ["on", null]}}}"#;
    let new = r#"{"type": "object", "properties": {"a": {"type": "string", "enum": ["on"]}}}"#;
    for (before, after, kind) in [(old, new, "enum-value-removed"), (new, old, "enum-value-added")] {
        let explanation = explained(before, after);
        let kinds: Vec<&str> = explanation.changes.iter().map(|one| one.change.kind.id()).collect();
        assert_eq!(kinds, [kind]);
        assert!(
            explanation.backward.is_empty() && explanation.forward.is_empty(),
            "{explanation:#?}"
        );
    }
}

#[test]
fn whole_numbers_have_one_bound_in_two_forms() {
    let schema =
        |bound: &str| format!(r#"{{"type": "object", "properties": {{"n": {{"type": "integer", {bound}}}}}}}"#);
    let least = |bound: &str| told(&explained(&schema(r#""minimum": 1"#), &schema(bound)));
    assert_eq!(least(r#""exclusiveMinimum": 0"#), Vec::<String>::new());
    assert_eq!(least(r#""exclusiveMinimum": 0.5"#), Vec::<String>::new());
    assert_eq!(
        least(r#""exclusiveMinimum": 1"#),
        ["minimum-raised n: `minimum` `1` was replaced by `exclusiveMinimum` `1`"]
    );
    let most = |bound: &str| told(&explained(&schema(r#""maximum": 9"#), &schema(bound)));
    assert_eq!(most(r#""exclusiveMaximum": 10"#), Vec::<String>::new());
    assert_eq!(most(r#""maximum": 9.5"#), Vec::<String>::new());
}

#[test]
fn a_rename_is_one_change_with_the_change_of_its_schema_inside() {
    let old = r#"{"type": "object", "properties": {"customerId": {"type": "integer"}}, "required": ["customerId"]}"#;
    let new = r#"{"type": "object", "properties": {"buyerId": {"type": "string", "x-renamed-from": "customerId"}}, "required": ["buyerId"]}"#;
    assert_eq!(
        told(&explained(old, new)),
        [
            "property-renamed buyerId: was renamed from `customerId`",
            "type-changed buyerId: type changed from `integer` to `string`"
        ]
    );
}

/// An object without a word about its keys is a map under each policy: that is why a property breaks that nobody sent before.
#[test]
fn a_first_property_of_an_object_is_told_to_be_one_of_a_map() {
    let new =
        r#"{"type": "object", "properties": {"meta": {"type": "object", "properties": {"a": {"type": "integer"}}}}}"#;
    for (meta, is_map) in [
        (r#"{"type": "object"}"#, true),
        ("{}", true),
        (r#"{"type": "object", "properties": {"b": {}}}"#, false),
        (r#"{"type": "object", "required": ["a"]}"#, false),
        (r#"{"type": "object", "additionalProperties": false}"#, false),
        (r#"{"type": "object", "anyOf": [{"properties": {"b": {}}}]}"#, false),
    ] {
        let old = format!(r#"{{"type": "object", "properties": {{"meta": {meta}}}}}"#);
        let hints: Vec<_> = explained(&old, new)
            .changes
            .into_iter()
            .filter_map(|one| one.change.hint)
            .collect();
        let expected =
            "the old schema declares no property of `meta`: it counts as a map, and its writers choose the keys";
        assert_eq!(hints.iter().any(|hint| hint == expected), is_map, "{meta}: {hints:?}");
    }
}

#[test]
fn what_looks_like_a_rename_is_asked_about_and_nothing_else_is() {
    let hints = |old: &str, new: &str| -> Vec<String> {
        let schema = |properties: &str| format!(r#"{{"type": "object", "properties": {{{properties}}}}}"#);
        let explanation = explained(&schema(old), &schema(new));
        explanation
            .changes
            .into_iter()
            .filter_map(|one| one.change.hint)
            .collect()
    };
    // Where both are required, it is that which breaks.
    let required = |name: &str| {
        format!(r#"{{"type": "object", "properties": {{"{name}": {{"type": "string"}}}}, "required": ["{name}"]}}"#)
    };
    let explanation = explained(&required("a"), &required("b"));
    let asked = explanation.changes.iter().filter(|one| one.change.hint.is_some());
    assert_eq!(asked.count(), explanation.changes.len());
    let question = "did you rename `a` to `b`? If so, write `\"x-renamed-from\": \"a\"` into `b`";
    assert_eq!(
        hints(r#""a": {"type": "string"}"#, r#""b": {"type": "string"}"#),
        [question; 2]
    );
    assert!(hints(r#""a": {"type": "string"}"#, r#""b": {"type": "integer"}"#).is_empty());
    // Each type has one property that went and one that came.
    let types = hints(
        r#""a": {"type": "string", "maxLength": 9}, "n": {"type": "integer"}"#,
        r#""b": {"type": "string"}, "m": {"type": "integer", "minimum": 0}"#,
    );
    assert_eq!(types.iter().filter(|hint| **hint == question).count(), 2);
    assert_eq!(types.len(), 4, "{types:?}");
    let two = r#""b": {"type": "string"}, "c": {"type": "string"}"#;
    assert!(
        hints(r#""a": {"type": "string"}"#, two).is_empty(),
        "which one is not known"
    );
}

/// A reader that ignores what it does not know accepts the entries of a map that was closed, and loses them: generated code has an empty struct.
#[test]
fn a_map_that_is_closed_is_one_no_more() {
    let with = |meta: &str| format!(r#"{{"type": "object", "properties": {{"meta": {{"type": "object"{meta}}}}}}}"#);
    let closed = with(r#", "additionalProperties": false"#);
    let kinds = |old: &str, new: &str| -> Vec<String> {
        let lines = told(&explained(old, new));
        lines.into_iter().filter(|line| line.contains("map")).collect()
    };
    for map in [with(r#", "additionalProperties": {"type": "string"}"#), with("")] {
        assert_eq!(
            kinds(&map, &closed),
            ["map-becomes-object meta: was a map, is an object without properties now"]
        );
        assert_eq!(
            kinds(&closed, &map),
            ["object-becomes-map meta: was an object without properties, is a map now"]
        );
    }
    let named = with(r#", "properties": {"a": {}}, "additionalProperties": false"#);
    assert_eq!(kinds(&named, &closed), Vec::<String>::new());
    assert_eq!(kinds(&closed, &closed), Vec::<String>::new());
}

/// Words of keywords that describe names or some elements name the keyword; a value that came or went is shown; places are the keyword's own.
#[test]
fn words_name_what_a_path_does_not() {
    let of = |schema: &str| format!(r#"{{"type": "object", "properties": {{"a": {schema}}}}}"#);
    for (old, new, expected) in [
        (
            r#"{"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}}"#,
            r#"{"type": "object", "propertyNames": {"pattern": "^[a-f]+$"}}"#,
            "pattern-changed a: `pattern` changed from `\"^[a-z]+$\"` to `\"^[a-f]+$\"` (`propertyNames`) at /properties/a/propertyNames/pattern",
        ),
        (
            r#"{"type": "array", "contains": {"const": 1}}"#,
            r#"{"type": "array", "contains": {"const": 2}}"#,
            "const-changed a[]: value changed from `1` to `2` (`contains`) at /properties/a/contains/const",
        ),
        (
            r#"{"type": "array"}"#,
            r#"{"type": "array", "contains": {"const": 2}, "maxContains": 3}"#,
            "contains-added a: `contains` was added at /properties/a/contains",
        ),
        (
            r#"{"type": "number"}"#,
            r#"{"type": "number", "multipleOf": 0.5}"#,
            "multiple-of-added a: `multipleOf` `0.5` was added at /properties/a/multipleOf",
        ),
        (
            r#"{"type": "object", "additionalProperties": {"type": "string"}}"#,
            r#"{"type": "object", "additionalProperties": {"type": ["string", "null"], "maxLength": 5}}"#,
            "max-length-lowered a.*: `maxLength` `5` was added at /properties/a/additionalProperties/maxLength",
        ),
        (
            r#"{"type": "array", "prefixItems": [{}, {}]}"#,
            r#"{"type": "array", "prefixItems": [{}, {}, {"type": "string"}]}"#,
            "prefix-item-added a[2]: has a schema of its own now at /properties/a/prefixItems/2/type",
        ),
        (
            r#"{"type": "object", "additionalProperties": {}}"#,
            r#"{"type": "object", "additionalProperties": {"type": "string"}}"#,
            "additional-properties-restricted a: `additionalProperties` allowed anything, now allows `{\"type\":\"string\"}` at /properties/a/additionalProperties/type",
        ),
    ] {
        let explanation = explained(&of(old), &of(new));
        let broken = explanation
            .changes
            .iter()
            .filter_map(|one| Some((one, one.backward.as_break()?)));
        let words = broken.map(|(one, found)| {
            let place = found.lines.rejected_at.as_ref().unwrap_or(&one.change.new);
            format!(
                "{} {}: {} at {place}",
                one.change.kind, one.change.path, one.change.what
            )
        });
        let words: Vec<String> = words.collect();
        assert!(words.iter().any(|words| words == expected), "{old} → {new}: {words:#?}");
    }
}

/// A property of any value is mended by a value, and not by an event.
#[test]
fn a_property_that_is_not_declared_is_mended_by_a_short_value() {
    let old = r#"{"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}"#;
    let new = r#"{"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id", "customer"]}"#;
    let explanation = explained(old, new);
    let found = explanation.changes[0].backward.as_break().unwrap();
    assert_eq!(
        found.repaired.as_ref().unwrap().to_json(),
        r#"{"customer":null,"id":""}"#
    );
}
