//! Breaks that are known from a comparison with another version.

use schemactl_compat::{
    ChangeKind, ComparisonSettings, ContainmentEngine, Examples, Explanation, Impact, KnownBreaks, Policy, Schema,
    Validator, with_comparer,
};
use schemactl_model::{Dialect, Value, VersionField};

use crate::{backward, read};

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
