//! Each finding breaks at its place: over the named cases of the engine, and for the shapes that readers of reports have met. The example
//! `places` measures the same over any file of cases.

#![allow(clippy::unwrap_used)]

#[path = "common/explained.rs"]
mod explained;
#[path = "common/places.rs"]
mod places;

use std::path::Path;

use explained::explain_pair;
use schemactl_compat::{
    Break, ChangeKind, ComparisonSettings, ContainmentEngine, Examples, Explanation, Impact, KnownBreaks, Policy,
    Schema, Validator, with_comparer,
};
use schemactl_model::{Dialect, Source, Value, VersionField, parse};

fn read(text: &str) -> Value {
    parse(&Source::new("test", text)).unwrap()
}

fn explained_under(policy: Policy, old: &str, new: &str, example: Option<&str>) -> Explanation {
    let (old, new) = (read(old), read(new));
    let (old, new) = (
        Schema::new(&old, Dialect::Draft202012),
        Schema::new(&new, Dialect::Draft202012),
    );
    let settings = ComparisonSettings::without_version(policy);
    let example = example.map(read);
    let known: Vec<&Value> = example.iter().collect();
    let examples = Examples { old: &known, new: &[] };
    explain_pair((&old, &new), settings, examples).2
}

fn explained(old: &str, new: &str) -> Explanation {
    explained_under(Policy::default(), old, new, None)
}

/// The backward break of a kind of change at a property path.
fn backward(explanation: &Explanation, kind: ChangeKind, path: &str) -> Break {
    let mut changes = explanation.changes.iter();
    let change = changes.find(|one| one.change.kind == kind && one.change.path.to_string() == path);
    let change = change.unwrap_or_else(|| panic!("no {kind} at {path}: {explanation:#?}"));
    match &change.backward {
        Impact::Breaks(found) => found.clone(),
        other => panic!("{kind} at {path} {}", other.name()),
    }
}

/// What is reported of a pair, and to whom it matters.
fn told(explanation: &Explanation) -> Vec<String> {
    let changes = explanation.changes.iter();
    let lines = changes.map(|one| format!("{} {}: {}", one.change.kind, one.change.path, one.change.what));
    lines.collect()
}

#[test]
fn the_cases_of_the_engine_break_where_their_findings_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/compat");
    let mut measure = places::Measure::default();
    for case in places::cases(&folder) {
        measure.add(&case, Policy::TolerantReader);
    }
    let told = measure.told.join("\n");
    assert!(measure.findings > 150, "{measure}");
    assert_eq!(measure.wrong, 0, "{measure}\n{told}");
    // What is left is undecided: patterns that the prover cannot look into, and schemas that refer to themselves for nothing.
    assert!(measure.told.len() * 50 <= measure.findings, "{measure}\n{told}");
    assert!(measure.repaired * 100 >= measure.findings * 85, "{measure}");
}

#[test]
fn an_event_breaks_at_the_element_that_changed_and_not_beside_it() {
    let schema = |price: &str| {
        format!(
            r#"{{"type": "object", "properties": {{"id": {{"type": "string"}}, "items": {{"type": "array", "items": {{"type": "object",
                "properties": {{"sku": {{"type": "string"}}, "unitPrice": {{"type": "{price}"}}}}, "required": ["sku", "unitPrice"]}}}}}},
                "required": ["id", "items"]}}"#
        )
    };
    let explanation = explained(&schema("number"), &schema("string"));
    let found = backward(&explanation, ChangeKind::TypeChanged, "items[].unitPrice");
    assert_eq!(found.place.unwrap().to_string(), "/items/0/unitPrice");
    assert_eq!(
        found.witness.to_json(),
        r#"{"id":"","items":[{"sku":"","unitPrice":0}]}"#
    );
    assert!(found.repaired.is_some() && found.also.is_empty());
}

#[test]
fn an_event_is_the_example_with_another_value_at_the_place() {
    let schema = |most: u8| {
        format!(
            r#"{{"type": "object", "properties": {{"id": {{"type": "string"}}, "count": {{"type": "integer", "maximum": {most}}}}}, "required": ["id"]}}"#
        )
    };
    let example = r#"{"id": "o-17", "count": 3}"#;
    let explanation = explained_under(Policy::default(), &schema(20), &schema(10), Some(example));
    let found = backward(&explanation, ChangeKind::MaximumLowered, "count");
    assert_eq!(found.witness.to_json(), r#"{"id":"o-17","count":11}"#);
    assert_eq!(found.repaired.unwrap().to_json(), r#"{"id":"o-17","count":3}"#);
}

#[test]
fn where_every_event_breaks_for_another_reason_too_the_other_places_are_named() {
    let old = r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#;
    let new = r#"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}}, "required": ["b", "c"]}"#;
    let explanation = explained(old, new);
    let found = backward(&explanation, ChangeKind::RequiredPropertyAdded, "b");
    assert_eq!((found.repaired, found.also), (None, vec!["c".to_owned()]));
    assert_eq!(found.place.unwrap().to_string(), "/b");
}

#[test]
fn a_change_in_a_branch_is_not_the_fault_of_a_new_branch() {
    let card = |least: u8| {
        format!(
            r#"{{"type": "object", "properties": {{"kind": {{"const": "card"}}, "last4": {{"type": "string", "minLength": {least}}}}}, "required": ["kind", "last4"]}}"#
        )
    };
    let wallet = r#"{"type": "object", "properties": {"kind": {"const": "wallet"}}, "required": ["kind"]}"#;
    let old = format!(r#"{{"oneOf": [{}]}}"#, card(0));
    let new = format!(r#"{{"oneOf": [{}, {wallet}]}}"#, card(4));
    let explanation = explained(&old, &new);
    let found = backward(&explanation, ChangeKind::MinLengthRaised, "last4");
    // The branch is named by its own words, not by those of the union.
    assert_eq!(found.violation.unwrap().message, "\"\" is shorter than 4 characters");
    let mut changes = explanation.changes.iter();
    let branch = changes
        .find(|one| one.change.kind == ChangeKind::UnionBranchAdded)
        .unwrap();
    assert_eq!((branch.backward.name(), branch.forward.name()), ("masked", "breaks"));
}

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
fn where_no_reason_names_another_place_an_event_that_is_accepted_does() {
    let branch = |name: &str| {
        format!(
            r#"{{"properties": {{"{name}": {{"type": "string"}}}}, "required": ["{name}"], "additionalProperties": false}}"#
        )
    };
    let old = format!(
        r#"{{"type": "object", "oneOf": [{}, {}]}}"#,
        branch("id"),
        branch("key")
    );
    let new = r#"{"type": "object", "properties": {"id": {"type": "string"}, "key": {"type": "string"}, "note": {"type": "string"}},
        "required": ["id", "key", "note"], "additionalProperties": false}"#;
    let explanation = explained_under(Policy::OpenStrict, &old, new, None);
    let breaks = |one: &schemactl_compat::Explained| one.forward.as_break().cloned();
    let found: Vec<Break> = explanation.changes.iter().filter_map(breaks).collect();
    assert!(!found.is_empty());
    for one in found.iter().chain(&explanation.forward) {
        assert!(one.repaired.is_some() || !one.also.is_empty(), "{one:#?}");
    }
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
fn what_a_branch_misses_besides_is_listed_where_the_union_names_nothing() {
    let schema = |card: &str, required: &str| {
        format!(
            r#"{{"type": "object", "required": ["m"], "properties": {{"m": {{"oneOf": [
                {{"type": "object", "properties": {{"kind": {{"const": "card"}}{card}}}, "required": ["kind"{required}]}},
                {{"type": "object", "properties": {{"kind": {{"const": "bank"}}}}, "required": ["kind"], "maxProperties": 1}}]}}}}}}"#
        )
    };
    let new = schema(r#", "a": {"type": "string"}, "b": {"type": "string"}"#, r#", "a", "b""#);
    let explanation = explained(&schema("", ""), &new);
    let found = backward(&explanation, ChangeKind::RequiredPropertyAdded, "m.a");
    assert!(found.repaired.is_none() && !found.also.is_empty(), "{found:#?}");
    assert_eq!(found.also, ["m.b"]);
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

#[test]
fn a_line_that_no_event_shows_says_so() {
    // The note becomes longer, so that the events as a whole do change.
    let schema = |least: u8| {
        format!(
            r#"{{"type": "object", "allOf": [{{"properties": {{"code": {{"minLength": 5}}}}, "additionalProperties": true}}],
                "properties": {{"code": {{"type": "string", "minLength": {least}}}, "note": {{"type": "string", "maxLength": {}}}}}}}"#,
            20 - least
        )
    };
    let lines = |old: u8, new: u8| -> Vec<(bool, &str)> {
        let explanation = explained(&schema(old), &schema(new));
        let changes = explanation.changes.into_iter();
        let unbroken = changes.filter(|one| one.forward.as_break().is_none());
        unbroken.map(|one| (one.is_overruled, one.effect.name())).collect()
    };
    assert_eq!(lines(4, 3), [(true, "widens")], "the `allOf` asks for five");
    assert_eq!(lines(7, 6), [], "six characters are allowed now");
}

#[test]
fn a_line_says_what_happens_to_the_events_as_a_whole() {
    // `null` was listed and never allowed; the type alone would say that values come and go.
    let old = r#"{"type": "object", "properties": {"a": {"type": ["string", "boolean"]}}, "allOf": [{"properties": {"a": {"type": ["string", "integer"]}}}]}"#;
    let new = r#"{"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "allOf": [{"properties": {"a": {"type": ["string", "integer"]}}}]}"#;
    let explanation = explained(old, new);
    let shown: Vec<bool> = explanation.changes.iter().map(|one| one.is_overruled).collect();
    assert!(shown.iter().all(|is_overruled| *is_overruled), "{explanation:#?}");
}

#[test]
fn a_value_in_place_of_another_is_two_changes_and_each_breaks_one_side() {
    let list = |value: &str| format!(r#"{{"type": "object", "properties": {{"a": {{"enum": ["{value}", "z"]}}}}}}"#);
    let explanation = explained(&list("x"), &list("y"));
    let breaks = |kind: ChangeKind| {
        let one = explanation.changes.iter().find(|one| one.change.kind == kind).unwrap();
        (one.backward.as_break().is_some(), one.forward.as_break().is_some())
    };
    assert_eq!(breaks(ChangeKind::EnumValueRemoved), (true, false));
    assert_eq!(breaks(ChangeKind::EnumValueAdded), (false, true));
}

/// What explains the newest of some versions to each before it, the closest first: each pair by itself, and with what is known of the
/// pairs before it.
fn alone_and_with_known(versions: &[&str]) -> Vec<(Explanation, Explanation)> {
    let values: Vec<Value> = versions.iter().map(|text| read(text)).collect();
    let engine = ContainmentEngine::default();
    let settings = ComparisonSettings {
        policy: Policy::OpenStrict,
        version_field: Some(&VersionField::default()),
    };
    with_comparer(&engine, settings, |comparer| {
        let schemas = values.iter().map(|value| Schema::new(value, Dialect::Draft202012));
        let prepared: Vec<_> = schemas.map(|schema| comparer.prepare(&schema)).collect();
        let (new, earlier) = prepared.split_last().unwrap();
        let mut known = KnownBreaks::default();
        let pairs = earlier.iter().rev().map(|old| {
            let compared = comparer.compare(old, new);
            let verdicts = (&compared.backward, &compared.forward);
            let explain = |known| comparer.explain((old, new), verdicts, (Examples::default(), known));
            let both = (explain(&KnownBreaks::default()), explain(&known));
            known.extend(&both.1);
            both
        });
        pairs.collect()
    })
}

/// The changes with what they do, and where they break.
fn impacts(explanation: &Explanation) -> Vec<String> {
    let place = |impact: &Impact| impact.as_break().map(|found| (found.place.clone(), found.keyword()));
    let each = explanation.changes.iter().map(|one| {
        let (backward, forward) = (&one.backward, &one.forward);
        let names = (backward.name(), forward.name());
        format!(
            "{} {names:?} {:?} {:?}",
            one.change.sentence(),
            place(backward),
            place(forward)
        )
    });
    each.collect()
}

#[test]
fn a_known_break_is_shown_by_its_event_where_it_breaks_alone() {
    let version = |a: &str, b: &str, more: &str| {
        format!(r#"{{"type": "object", "properties": {{"a": {{"type": "{a}"}}, "b": {{"type": "{b}"}}}}{more}}}"#)
    };
    let versions = [
        version("string", "string", ""),
        version("integer", "string", ""),
        version("integer", "boolean", ""),
    ];
    let explained = alone_and_with_known(&versions.each_ref().map(String::as_str));
    for (alone, with_known) in &explained {
        assert_eq!(impacts(with_known), impacts(alone));
    }
    let of_b = |explanation: &Explanation| backward(explanation, ChangeKind::TypeChanged, "b").witness;
    let of_a = |explanation: &Explanation| backward(explanation, ChangeKind::TypeChanged, "a");
    assert_eq!(of_b(&explained[1].1), of_b(&explained[0].1));
    assert!(of_a(&explained[1].1).repaired.is_some());
}

#[test]
fn a_known_break_is_not_shown_by_an_event_that_breaks_elsewhere_too() {
    let version = |b: &str, required: &str| {
        format!(
            r#"{{"type": "object", "properties": {{"b": {{"type": "{b}"}}, "c": {{}}}}, "required": [{required}]}}"#
        )
    };
    // Events of the second version have `c`, those of the first need not.
    let versions = [
        version("string", ""),
        version("string", r#""c""#),
        version("boolean", r#""c""#),
    ];
    let explained = alone_and_with_known(&versions.each_ref().map(String::as_str));
    for (alone, with_known) in &explained {
        assert_eq!(impacts(with_known), impacts(alone));
    }
    // And the other way round: readers of the first version refuse the known event for `c` too.
    let versions = [
        version("string", r#""c""#),
        version("string", ""),
        version("boolean", ""),
    ];
    let explained = alone_and_with_known(&versions.each_ref().map(String::as_str));
    let reader = read(&versions[0]);
    let reader = Validator::new(&reader, Dialect::Draft202012).unwrap();
    for explanation in [&explained[1].0, &explained[1].1] {
        let mut changes = explanation.changes.iter();
        let change = changes.find(|one| one.change.kind == ChangeKind::TypeChanged).unwrap();
        let found = change.forward.as_break().unwrap();
        let repaired = found.repaired.as_ref().unwrap();
        assert_eq!(reader.is_valid(repaired), Ok(true), "{found:?}");
    }
}

#[test]
fn a_property_that_writers_never_sent_takes_nothing_away() {
    let explanation = explained(
        r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#,
        r#"{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}"#,
    );
    let mut changes = explanation.changes.iter();
    let added = changes
        .find(|one| one.change.kind == ChangeKind::PropertyAdded)
        .unwrap();
    assert_eq!((added.backward.name(), added.forward.name()), ("safe", "safe"));
}
