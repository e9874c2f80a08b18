//! Schemas that were written to break a checker: deep, wide, multiplying, recursive, with patterns and numbers to choke on. Each
//! is decided or undecided, in a thread with little stack, and never takes the process down.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::thread;

use schemactl_compat::{ContainmentEngine, Policy, Schema, Verdict, directions};
use schemactl_model::{Dialect, Source, parse};

/// Both directions under pure set semantics, in a thread with half a megabyte of stack.
fn decide(old: &str, new: &str) -> (Verdict, Verdict) {
    let (old, new) = (old.to_owned(), new.to_owned());
    let small = thread::Builder::new().stack_size(512 << 10);
    let thread = small.spawn(move || {
        let read = |text: &str| parse(&Source::new("test", text)).unwrap();
        let (old, new) = (read(&old), read(&new));
        let schema = |root| Schema::new(root, Dialect::Draft202012);
        directions(
            &ContainmentEngine::default(),
            &schema(&old),
            &schema(&new),
            Policy::OpenStrict,
            None,
        )
    });
    thread.unwrap().join().unwrap()
}

#[track_caller]
fn assert_names(old: &str, new: &str, backward: &str, forward: &str) {
    let (first, second) = decide(old, new);
    assert_eq!(
        (first.name(), second.name()),
        (backward, forward),
        "{first:?} {second:?}"
    );
}

/// Whatever the verdicts are: there are two.
fn assert_decided_or_not(old: &str, new: &str) {
    let (backward, forward) = decide(old, new);
    for verdict in [backward, forward] {
        if let Verdict::Undecided { reason } = verdict {
            assert!(!reason.contains("internal error"), "{reason}");
        }
    }
}

fn object(count: usize, changed: &str) -> String {
    let mut members = format!("\"p0\": {{\"type\": \"{changed}\"}}");
    for index in 1..count {
        write!(members, ", \"p{index}\": {{\"type\": \"string\"}}").unwrap();
    }
    format!("{{\"type\": \"object\", \"properties\": {{{members}}}}}")
}

fn nested(depth: usize, leaf: &str) -> String {
    format!(
        "{}{leaf}{}",
        "{\"properties\": {\"a\": ".repeat(depth),
        "}}".repeat(depth)
    )
}

/// A chain of definitions, each made of the one below by `level`.
fn chain(levels: usize, leaf: &str, level: impl Fn(&str) -> String) -> String {
    let mut definitions = format!("\"l0\": {leaf}");
    for index in 1..=levels {
        let below = format!("{{\"$ref\": \"#/$defs/l{}\"}}", index - 1);
        write!(definitions, ", \"l{index}\": {}", level(&below)).unwrap();
    }
    format!("{{\"$defs\": {{{definitions}}}, \"$ref\": \"#/$defs/l{levels}\"}}")
}

const STRING: &str = "{\"type\": \"string\"}";
const INTEGER: &str = "{\"type\": \"integer\"}";

#[test]
fn wide_objects_and_long_enums() {
    assert_names(
        &object(5000, "string"),
        &object(5000, "string"),
        "compatible",
        "compatible",
    );
    assert_names(
        &object(2000, "string"),
        &object(2000, "null"),
        "incompatible",
        "incompatible",
    );
    let values = |count: usize| {
        (0..count)
            .map(|index| format!("\"v{index}\""))
            .collect::<Vec<_>>()
            .join(",")
    };
    let list = |count| format!("{{\"enum\": [{}]}}", values(count));
    assert_names(&list(5000), &list(4999), "incompatible", "compatible");
}

/// S1. What is too much for the prover is undecided; what is the same on both sides is no work.
#[test]
fn huge_schemas() {
    let same = object(100_000, "string");
    assert_names(&same, &same, "compatible", "compatible");
    assert_decided_or_not(&object(100_000, "string"), &object(100_000, "null"));
    let values = |first: usize| (first..50_000).map(|index| format!("\"v{index}\"")).collect::<Vec<_>>().join(",");
    let list = |first| format!("{{\"enum\": [{}]}}", values(first));
    assert_names(&list(0), &list(1), "incompatible", "compatible");
    let line = format!("{{\"description\": \"{}\", \"type\": \"string\"}}", "x".repeat(1 << 20));
    assert_names(&line, STRING, "compatible", "compatible");
    let required = |count: usize| {
        let names: Vec<_> = (0..count).map(|index| format!("\"p{index}\"")).collect();
        format!("{{\"type\": \"object\", \"required\": [{}]}}", names.join(","))
    };
    assert_names(&required(3000), &required(2999), "compatible", "incompatible");
}

#[test]
fn deep_schemas() {
    for depth in [60, 115] {
        assert_names(
            &nested(depth, STRING),
            &nested(depth, STRING),
            "compatible",
            "compatible",
        );
    }
    assert_names(
        &nested(120, STRING),
        &nested(120, INTEGER),
        "incompatible",
        "incompatible",
    );
}

#[test]
fn references_that_multiply() {
    let laughs = |leaf: &str| chain(30, leaf, |below| format!("{{\"allOf\": [{}]}}", [below; 10].join(",")));
    assert_names(&laughs(STRING), &laughs(STRING), "compatible", "compatible");
    // An event was found, and no validator gets through such a schema.
    assert_names(&laughs(STRING), &laughs(INTEGER), "undecided", "undecided");
    let choices = |leaf: &str| {
        chain(20, leaf, |below| {
            let branch =
                |name: usize| format!("{{\"properties\": {{\"a{name}\": {below}}}, \"required\": [\"a{name}\"]}}");
            format!(
                "{{\"type\": \"object\", \"anyOf\": [{}]}}",
                (0..5).map(branch).collect::<Vec<_>>().join(",")
            )
        })
    };
    assert_names(&choices(STRING), &choices(STRING), "compatible", "compatible");
    assert_names(&choices(STRING), &choices(INTEGER), "incompatible", "incompatible");
}

#[test]
fn recursion() {
    let tree = |leaf: &str| {
        format!("{{\"properties\": {{\"l\": {{\"$ref\": \"#\"}}, \"r\": {{\"$ref\": \"#\"}}, \"v\": {leaf}}}}}")
    };
    assert_names(&tree(STRING), &tree(STRING), "compatible", "compatible");
    assert_names(
        &tree(STRING),
        &tree("{\"type\": \"string\", \"maxLength\": 3}"),
        "incompatible",
        "compatible",
    );
    let three = r##"{"$defs": {"a": {"properties": {"x": {"$ref": "#/$defs/b"}}}, "b": {"properties": {"x": {"$ref": "#/$defs/c"}}},
        "c": {"properties": {"x": {"$ref": "#/$defs/a"}}}}, "$ref": "#/$defs/a"}"##;
    let one = r##"{"$defs": {"a": {"properties": {"x": {"$ref": "#/$defs/a"}}}}, "$ref": "#/$defs/a"}"##;
    assert_names(three, one, "compatible", "compatible");
    let itself = r##"{"$ref": "#"}"##;
    assert_names(itself, itself, "compatible", "compatible");
    // The validator takes anything under a schema that only refers to itself; what we cannot look into proves nothing.
    assert_names(itself, STRING, "incompatible", "undecided");
}

#[test]
fn an_event_that_cannot_end_is_no_event() {
    let endless = r##"{"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}"##;
    assert_names(endless, "false", "compatible", "compatible");
}

#[test]
fn patterns_to_choke_on() {
    let pattern = |text: &str| format!("{{\"type\": \"string\", \"pattern\": {text:?}}}");
    for hostile in ["^(a+)+$", "(a|a)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){25}"] {
        assert_names(&pattern(hostile), &pattern(hostile), "compatible", "compatible");
        assert_names(&pattern(hostile), STRING, "compatible", "incompatible");
    }
    for large in ["\\p{L}{1000}", "x{100000}"] {
        assert_names(&pattern(large), &pattern(large), "compatible", "compatible");
    }
}

#[test]
fn numbers_to_choke_on() {
    let least = |number: &str| format!("{{\"type\": \"number\", \"minimum\": {number}}}");
    assert_names(
        &least("9007199254740993"),
        &least("9007199254740992"),
        "compatible",
        "incompatible",
    );
    assert_names(&least("1e400"), &least("1e400"), "compatible", "compatible");
    assert_names(&least("1e2000000"), &least("0"), "undecided", "undecided");
    let step = |number: &str| format!("{{\"type\": \"number\", \"multipleOf\": {number}}}");
    assert_names(&step("0.02"), &step("0.01"), "compatible", "incompatible");
    assert_names(&step("1e-30"), &step("1e-30"), "compatible", "compatible");
    assert_names(
        &least(&format!("1{}", "0".repeat(100_000))),
        &least("0"),
        "undecided",
        "undecided",
    );
}

#[test]
fn nothing_is_fetched() {
    for reference in [
        "http://127.0.0.1:9/a.json",
        "file:///etc/passwd",
        "//host/a",
        "../../etc/passwd",
        "urn:x",
    ] {
        let schema = format!("{{\"$ref\": {reference:?}}}");
        let (verdict, _) = decide(&schema, STRING);
        let Verdict::Undecided { reason } = verdict else {
            panic!("{verdict:?}")
        };
        assert!(reason.contains(reference), "{reason}");
    }
}
