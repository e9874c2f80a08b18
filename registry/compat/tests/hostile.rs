//! Schemas that were written to break a checker: deep, wide, multiplying, recursive, with patterns and numbers to choke on. Each
//! is decided or undecided, in a thread with little stack, and never takes the process down.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::thread;

use schemactl_compat::{ComparisonSettings, ContainmentEngine, Policy, Schema, Verdict, directions};
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
            (&schema(&old), &schema(&new)),
            ComparisonSettings::without_version(Policy::OpenStrict),
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
    // A hundred thousand properties where the build is fast enough for it.
    let width = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    let same = object(width, "string");
    assert_names(&same, &same, "compatible", "compatible");
    assert_names(&same, &object(width, "null"), "incompatible", "incompatible");
    let values = |first: usize| {
        (first..50_000)
            .map(|index| format!("\"v{index}\""))
            .collect::<Vec<_>>()
            .join(",")
    };
    let list = |first| format!("{{\"enum\": [{}]}}", values(first));
    assert_names(&list(0), &list(1), "incompatible", "compatible");
    let line = format!("{{\"description\": \"{}\", \"type\": \"string\"}}", "x".repeat(1 << 20));
    assert_names(&line, STRING, "compatible", "compatible");
    // A wide event is found, replayed and shrunk without going through it once for each of its members.
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

/// S4, the other way of it: branches in branches, with and without a difference at the bottom.
#[test]
fn unions_that_multiply() {
    let mut branches = STRING.to_owned();
    for level in 0..20 {
        let branch = |name: usize| format!("{{\"required\": [\"a{level}_{name}\"]}}");
        let all: Vec<_> = (0..5).map(branch).collect();
        branches = format!("{{\"allOf\": [{{\"anyOf\": [{}]}}, {branches}]}}", all.join(","));
    }
    assert_names(&branches, &branches, "compatible", "compatible");
    assert_names(&branches, STRING, "compatible", "compatible");
    let objects = branches.replace(STRING, "{\"type\": \"object\"}");
    assert_names(
        &objects,
        "{\"type\": \"object\", \"maxProperties\": 10}",
        "incompatible",
        "incompatible",
    );
    // Each of many overlapping branches and none of the others.
    let overlapping = |count: usize| {
        let branch = |index: usize| format!("{{\"minProperties\": {index}, \"maxProperties\": {}}}", index + 30);
        let all: Vec<_> = (0..count).map(branch).collect();
        format!("{{\"type\": \"object\", \"oneOf\": [{}]}}", all.join(","))
    };
    assert_decided_or_not(&overlapping(40), &overlapping(41));
    // Cases of evaluated properties double with every branch.
    let evaluated = |count: usize| {
        let branch = |index: usize| {
            format!(
                "{{\"anyOf\": [{{\"required\": [\"a{index}\"], \"properties\": {{\"a{index}\": {{}}}}}}, {{\"required\": [\"b{index}\"]}}]}}"
            )
        };
        let all: Vec<_> = (0..count).map(branch).collect();
        format!(
            "{{\"type\": \"object\", \"allOf\": [{}], \"unevaluatedProperties\": false}}",
            all.join(",")
        )
    };
    assert_decided_or_not(&evaluated(30), &evaluated(31));
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
        assert_decided_or_not(&pattern(large), &pattern("^(a|a)*$"));
    }
    // The product of the two has more states than are visited, or few enough to be decided.
    assert_decided_or_not(&pattern("(.*a){12}[bc]{11}"), &pattern("^(.{3}|.{7}|.{11})*$"));
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
fn numbers_that_doubles_get_wrong() {
    assert_names("{\"const\": -0}", "{\"const\": 0.0}", "compatible", "compatible");
    assert_names(
        "{\"const\": 0.3}",
        "{\"multipleOf\": 0.1}",
        "compatible",
        "incompatible",
    );
    let above = |number: &str| format!("{{\"type\": \"integer\", \"exclusiveMinimum\": {number}}}");
    assert_names(
        &above("9007199254740991"),
        &above("9007199254740992"),
        "incompatible",
        "compatible",
    );
    assert_names(
        &above("0.9999999999999999999"),
        &above("0.5"),
        "compatible",
        "compatible",
    );
}

/// S8 and S9: what is no JSON for us is refused with its place, before there is anything to compare.
#[test]
fn bytes_and_keys_that_peers_let_pass() {
    let read = |bytes: &[u8]| {
        let source = Source::from_bytes("hostile", bytes.to_vec()).map_err(|error| error.to_string())?;
        parse(&source).map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    };
    let refused: [&[u8]; 8] = [
        b"{\"a\": \"\xff\"}",
        b"\xff\xfe{\0}\0",
        b"{\"a\": \"\\ud800\"}",
        b"{\"a\": \"\0\"}",
        b"{\"a\": 1, \"a\": 2}",
        b"{\"a\": 1, \"\\u0061\": 2}",
        b"{\"properties\": {\"x\": {}, \"x\": {\"type\": \"string\"}}}",
        b"[1,]",
    ];
    for bytes in refused {
        let error = read(bytes).expect_err(&String::from_utf8_lossy(bytes));
        assert!(error.starts_with("hostile:1:"), "{error}");
    }
    for accepted in ["{\"a\": \"\u{2028}\u{202e}\"}", "{\"a\": \"\\u0000\"}"] {
        assert!(read(accepted.as_bytes()).is_ok(), "{accepted}");
    }
}

/// S2: the parser says where it gets too deep, also on a small stack.
#[test]
fn documents_that_are_too_deep_are_refused_with_their_place() {
    let small = thread::Builder::new().stack_size(512 << 10);
    let thread = small.spawn(|| {
        let text = format!("{}{}", "{\"not\": ".repeat(100_000), "}".repeat(100_000));
        let errors = parse(&Source::new("deep", text)).unwrap_err();
        assert!(errors[0].to_string().starts_with("deep:1:"), "{}", errors[0]);
    });
    thread.unwrap().join().unwrap();
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
