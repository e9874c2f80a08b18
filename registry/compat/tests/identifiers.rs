//! Schemas that call themselves alike: what a reference to one of them means depends on the validator, so nothing is proved of it.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use schemactl_compat::{
    Comparison, ComparisonSettings, Policy, Schema, Semantics, Validator, Verdict, default_engine, find_schema_faults,
    with_comparer,
};
use schemactl_model::{Dialect, Source, Value, parse};

fn read(text: &str) -> Value {
    parse(&Source::new("example", text)).unwrap()
}

fn compare(draft: Dialect, old: &Value, new: &Value) -> Comparison {
    let settings = ComparisonSettings::without_version(Policy::OpenStrict);
    with_comparer(&default_engine(Semantics::default()), settings, |comparer| {
        let [old, new] = [old, new].map(|root| comparer.prepare(&Schema::new(root, draft)));
        comparer.compare(&old, &new)
    })
}

const ALL: &[Dialect] = &Dialect::ALL;
const SINCE_2019_09: &[Dialect] = &[Dialect::Draft201909, Dialect::Draft202012];
const NEWEST: &[Dialect] = &[Dialect::Draft202012];
const BEFORE_ANCHORS: &[Dialect] = &[Dialect::Draft4, Dialect::Draft6, Dialect::Draft7];

/// Two identifiers of definitions or of the root, the reference to them, and the drafts. `$id` is `id` in draft-04.
struct Names {
    root: &'static str,
    first: &'static str,
    second: &'static str,
    reference: &'static str,
    drafts: &'static [Dialect],
}

const NAMES: &[Names] = &[
    // Two resources.
    Names {
        root: "",
        first: r#""$id": "http://acme.com/x","#,
        second: r#""$id": "http://acme.com/x","#,
        reference: r#""$ref": "http://acme.com/x""#,
        drafts: ALL,
    },
    // A relative identifier and an absolute one.
    Names {
        root: r#""$id": "http://acme.com/root","#,
        first: r#""$id": "x","#,
        second: r#""$id": "http://acme.com/x","#,
        reference: r#""$ref": "x""#,
        drafts: ALL,
    },
    // Spellings of one URI.
    Names {
        root: "",
        first: r#""$id": "http://acme.com/x","#,
        second: r#""$id": "HTTP://ACME.com/x","#,
        reference: r#""$ref": "http://acme.com/x""#,
        drafts: ALL,
    },
    Names {
        root: "",
        first: r#""$id": "http://acme.com/x","#,
        second: r#""$id": "http://acme.com:80/y/../%78","#,
        reference: r#""$ref": "http://acme.com/x""#,
        drafts: ALL,
    },
    // Fragments as names.
    Names {
        root: "",
        first: r##""$id": "#t","##,
        second: r##""$id": "#t","##,
        reference: r##""$ref": "#t""##,
        drafts: BEFORE_ANCHORS,
    },
    Names {
        root: "",
        first: r#""$anchor": "t","#,
        second: r#""$anchor": "t","#,
        reference: r##""$ref": "#t""##,
        drafts: SINCE_2019_09,
    },
    Names {
        root: "",
        first: r#""$anchor": "t","#,
        second: r#""$dynamicAnchor": "t","#,
        reference: r##""$ref": "#t""##,
        drafts: NEWEST,
    },
    Names {
        root: "",
        first: r#""$dynamicAnchor": "t","#,
        second: r#""$dynamicAnchor": "t","#,
        reference: r##""$dynamicRef": "#t""##,
        drafts: NEWEST,
    },
];

/// A schema whose reference leads to one of two definitions.
fn between(names: &Names, draft: Dialect, [first, second]: [&str; 2]) -> Value {
    let text = format!(
        r#"{{{} "allOf": [{{{}}}], "definitions": {{"a": {{{} "type": "{first}"}}, "b": {{{} "type": "{second}"}}}}}}"#,
        names.root, names.reference, names.first, names.second
    );
    let id = if draft == Dialect::Draft4 { "\"id\"" } else { "\"$id\"" };
    read(&text.replace("\"$id\"", id))
}

#[test]
fn nothing_is_proved_of_two_schemas_with_one_identifier() {
    for names in NAMES {
        for &draft in names.drafts {
            for types in [["integer", "string"], ["string", "integer"]] {
                let schema = between(names, draft, types);
                for plain in [r#"{"type": "integer"}"#, r#"{"type": "string"}"#] {
                    let found = compare(draft, &read(plain), &schema);
                    for verdict in [found.backward, found.forward] {
                        assert!(
                            matches!(verdict, Verdict::Undecided { .. }),
                            "{draft}: {} {verdict:?}",
                            schema.to_json()
                        );
                    }
                }
                let faults = find_schema_faults(&schema, draft);
                let fault = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
                assert!(
                    fault.contains("have the same identifier and differ"),
                    "{draft}: {} {fault}",
                    schema.to_json()
                );
            }
        }
    }
}

#[test]
fn two_copies_of_one_schema_may_have_one_identifier() {
    for names in NAMES {
        // Spellings and kinds of names differ themselves.
        for &draft in names.drafts.iter().filter(|_| names.first == names.second) {
            let schema = between(names, draft, ["integer", "integer"]);
            let found = compare(draft, &read(r#"{"type": "integer"}"#), &schema);
            assert!(
                found.backward.is_compatible() && found.forward.is_compatible(),
                "{draft}: {}",
                schema.to_json()
            );
        }
    }
}

#[test]
fn a_resource_inside_that_calls_itself_the_document_is_ambiguous() {
    for &draft in ALL {
        let text = r##"{"$id": "http://acme.com/x", "properties": {"total": {"$ref": "#/definitions/t"}}, "definitions": {"t": {"type": "string"},
            "u": {"$id": "http://acme.com/x", "definitions": {"t": {"type": "integer"}}}}}"##;
        let id = if draft == Dialect::Draft4 { "\"id\"" } else { "\"$id\"" };
        let schema = read(&text.replace("\"$id\"", id));
        let old = read(r#"{"properties": {"total": {"type": "integer"}}}"#);
        let found = compare(draft, &old, &schema);
        assert!(
            !found.backward.is_compatible() && !found.forward.is_compatible(),
            "{draft}: {found:?}"
        );
        assert!(!find_schema_faults(&schema, draft).is_empty(), "{draft}");
    }
}

#[test]
fn a_resource_that_calls_itself_a_metaschema_is_not_taken_for_it() {
    let schema = read(
        r#"{"allOf": [{"$ref": "http://json-schema.org/draft-07/schema"}],
            "definitions": {"a": {"$id": "http://json-schema.org/draft-07/schema", "type": "integer"}}}"#,
    );
    let found = compare(Dialect::Draft7, &read(r#"{"type": "integer"}"#), &schema);
    assert!(
        !found.backward.is_compatible() && !found.forward.is_compatible(),
        "{found:?}"
    );
}

/// Random numbers (xorshift64).
struct Random(u64);

impl Random {
    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        from[usize::try_from(self.0 % from.len() as u64).unwrap()]
    }
}

/// A document of a few resources that call themselves and each other anything.
fn document(random: &mut Random) -> String {
    const IDS: [&str; 8] = [
        "",
        "",
        r#""$id": "http://a.b/x","#,
        r#""$id": "x","#,
        r#""$id": "http://a.b/d/x","#,
        r#""$id": "d/x","#,
        r#""$id": "HTTP://a.b/x","#,
        r#""$id": "/x","#,
    ];
    const ANCHORS: [&str; 6] = [
        "",
        "",
        r#""$anchor": "t","#,
        r#""$anchor": "u","#,
        r#""$dynamicAnchor": "t","#,
        r#""$dynamicAnchor": "u","#,
    ];
    const REFERENCES: [&str; 10] = [
        r##""$ref": "#t""##,
        r##""$ref": "#/$defs/a""##,
        r#""$ref": "x#t""#,
        r#""$ref": "x""#,
        r##""$dynamicRef": "#t""##,
        r##""$dynamicRef": "#u""##,
        r#""$ref": "http://a.b/x#/$defs/a""#,
        r##""$ref": "#/$defs/b/$defs/a""##,
        r#""$ref": "d/x""#,
        r#""$ref": "/x#u""#,
    ];
    const TYPES: [&str; 4] = [
        r#""type": "integer""#,
        r#""type": "string""#,
        r#""minimum": 10"#,
        r#""minLength": 1"#,
    ];
    let mut leaf = || {
        let (id, anchor) = (random.pick(&IDS), random.pick(&ANCHORS));
        let content = if random.pick(&["type", "reference"]) == "type" {
            random.pick(&TYPES)
        } else {
            random.pick(&REFERENCES)
        };
        format!("{id} {anchor} {content}")
    };
    let (a, inner, c, b) = (leaf(), leaf(), leaf(), leaf());
    let (id, reference) = (random.pick(&IDS), random.pick(&REFERENCES));
    format!(
        r#"{{{id} {reference}, "$defs": {{"a": {{{a}}}, "b": {{{b}, "$defs": {{"a": {{{inner}}}}}}}, "c": {{{c}}}}}}}"#
    )
}

#[test]
fn what_is_decided_of_references_is_what_the_validator_says() {
    let mut random = Random(0x1d5);
    let (mut decided, mut undecided) = ([0; 2], 0);
    for _ in 0..4_000 {
        let text = document(&mut random);
        let schema = read(&text);
        let Ok(validator) = Validator::with(&schema, Dialect::Draft202012, Semantics::default()) else {
            continue;
        };
        for value in ["5", "20", "\"\"", "\"a\"", "null"] {
            let one = read(&format!(r#"{{"const": {value}}}"#));
            let is_valid = validator.is_valid_json(&serde_json::from_str(value).unwrap());
            match (compare(Dialect::Draft202012, &one, &schema).backward, is_valid) {
                (Verdict::Undecided { .. }, _) | (_, Err(_)) => undecided += 1,
                (verdict, Ok(is_valid)) => {
                    assert_eq!(verdict.is_compatible(), is_valid, "{value}: {text}");
                    decided[usize::from(is_valid)] += 1;
                }
            }
        }
    }
    println!(
        "rejected {}, accepted {}, undecided {undecided}",
        decided[0], decided[1]
    );
    assert!(decided.iter().all(|count| *count > 150), "{decided:?}");
}
