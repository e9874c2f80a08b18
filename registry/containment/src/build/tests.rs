//! Every constructor, held against membership and against the schema that says the same.

#![allow(clippy::unwrap_used)]

use schemactl_model::{Dialect, Source, parse};

use super::*;
use crate::schema::Schema;
use crate::session::{Emptiness, SessionOptions, with_session};

fn read(text: &str) -> Value {
    parse(&Source::new("test", text)).unwrap()
}

fn number(text: &str) -> Rational {
    Rational::parse(text).unwrap()
}

/// Makes a set; the string beside it is the schema of the same set.
type Construction = (
    &'static str,
    for<'a, 's> fn(&'a mut SetSession<'s>, InstanceSet<'s>) -> InstanceSet<'s>,
);

/// What is made of the set of all integers from 3 on.
const CONSTRUCTIONS: &[Construction] = &[
    ("true", |session, _| session.everything()),
    ("false", |session, _| session.nothing()),
    (r#"{"type": ["null", "string"]}"#, |session, _| {
        session.types(&[JsonType::Null, JsonType::String])
    }),
    (r#"{"enum": [1, "a", {"b": []}]}"#, |session, _| {
        session
            .values(&[read("1"), read(r#""a""#), read(r#"{"b": []}"#)])
            .unwrap()
    }),
    (r#"{"type": "number", "minimum": -1.5}"#, |session, _| {
        session.numbers_from(&number("-1.5"), false)
    }),
    (r#"{"type": "number", "exclusiveMaximum": 4}"#, |session, _| {
        session.numbers_to(&number("4"), true)
    }),
    (r#"{"type": "number", "multipleOf": 0.5}"#, |session, _| {
        session.multiples(&number("0.5")).unwrap()
    }),
    (r#"{"type": "string", "minLength": 1, "maxLength": 2}"#, |session, _| {
        session.texts_of_length(1, Some(2))
    }),
    (r#"{"type": "string", "pattern": "^a|b$"}"#, |session, _| {
        session.texts_matching("^a|b$")
    }),
    (
        r#"{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 3}}}"#,
        |session, inner| session.objects_with("n", inner),
    ),
    (
        r#"{"type": "object", "not": {"patternProperties": {"^n": {"not": {"type": "integer", "minimum": 3}}}}}"#,
        |session, inner| {
            let names = session.texts_matching("^n");
            session.objects_with_any(names, inner)
        },
    ),
    (
        r#"{"type": "object", "patternProperties": {"^n": {"type": "integer", "minimum": 3}}}"#,
        |session, inner| {
            let names = session.texts_matching("^n");
            session.objects_of(names, inner)
        },
    ),
    (
        r#"{"type": "object", "minProperties": 1, "maxProperties": 2}"#,
        |session, _| session.objects_of_size(1, Some(2)),
    ),
    (
        r#"{"type": "array", "minItems": 2, "prefixItems": [true, {"type": "integer", "minimum": 3}]}"#,
        |session, inner| session.arrays_with_element(1, inner),
    ),
    (
        r#"{"type": "array", "prefixItems": [true], "items": {"type": "integer", "minimum": 3}}"#,
        |session, inner| session.arrays_of(1, inner),
    ),
    (
        r#"{"type": "array", "contains": {"type": "integer", "minimum": 3}, "minContains": 2, "maxContains": 3}"#,
        |session, inner| session.arrays_containing(inner, 2, Some(3)),
    ),
    (
        r#"{"type": "array", "contains": {"type": "integer", "minimum": 3}}"#,
        |session, inner| session.arrays_containing(inner, 1, None),
    ),
    (r#"{"type": "array", "minItems": 1}"#, |session, _| {
        session.arrays_of_size(1, None)
    }),
    (r#"{"type": "array", "uniqueItems": true}"#, |session, _| {
        session.arrays_of_unique()
    }),
    (r#"{"not": {"type": "integer", "minimum": 3}}"#, |session, inner| {
        session.complement(inner)
    }),
    (
        r#"{"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]}"#,
        |session, inner| {
            let null = session.types(&[JsonType::Null]);
            session.union(&[null, inner])
        },
    ),
    (
        r#"{"type": "integer", "minimum": 3, "maximum": 7}"#,
        |session, inner| {
            let small = session.numbers_to(&number("7"), false);
            session.intersection(&[inner, small])
        },
    ),
];

/// Values of all types, some inside and some outside of each set.
const VALUES: &[&str] = &[
    "null",
    "true",
    "1",
    "3",
    "3.25",
    "-2",
    "4",
    "7",
    "8",
    r#""""#,
    r#""a""#,
    r#""xb""#,
    r#""abc""#,
    "{}",
    r#"{"n": 3}"#,
    r#"{"n": 1}"#,
    r#"{"n1": 5, "x": 1}"#,
    r#"{"a": 1, "b": 2, "n": 3}"#,
    r#"{"b": []}"#,
    "[]",
    "[3]",
    "[1, 3]",
    "[3, 3, 3, 3]",
    "[3, 4, 1]",
];

#[test]
fn every_constructor_makes_the_set_of_a_schema() {
    for (schema, make) in CONSTRUCTIONS {
        let schema = read(schema);
        with_session(SessionOptions::default(), |session| {
            let integers = session.multiples(&number("1")).unwrap();
            let from_three = session.numbers_from(&number("3"), false);
            let inner = session.intersection(&[integers, from_three]);
            let made = make(session, inner);
            let said = session
                .compile_schema(&Schema::new(&schema, Dialect::Draft202012))
                .unwrap();
            let text = schema.to_json();
            assert_eq!(session.find_difference(made, said), Emptiness::Empty, "{text}");
            assert_eq!(session.find_difference(said, made), Emptiness::Empty, "{text}");
            let other = session.complement(made);
            for value in VALUES.iter().map(|text| read(text)) {
                let held = session.contains(said, &value);
                assert_eq!(session.contains(made, &value), held, "{text}: {}", value.to_json());
                assert_eq!(session.contains(other, &value), held.map(|held| !held), "{text}");
                let alone = session.value(&value).unwrap();
                let is_common = session.find_common(alone, made) == Emptiness::Witness(value.clone());
                assert_eq!(Some(is_common), held, "{text}: {}", value.to_json());
            }
        });
    }
}

#[test]
fn a_set_that_is_described_by_its_own_instances_is_refused() {
    with_session(SessionOptions::default(), |session| {
        let mut escaped = None;
        let refused = session.recursive(|session, itself| {
            escaped = Some(itself);
            let other = session.complement(itself);
            let null = session.types(&[JsonType::Null]);
            Ok(session.union(&[other, null]))
        });
        assert!(refused.is_err());
        let unknown = session.find_instance(escaped.unwrap());
        assert!(matches!(unknown, Emptiness::Unknown(_)), "{unknown:?}");
        assert_eq!(session.contains(escaped.unwrap(), &read("1")), None);
        // By way of another one.
        let refused = session.recursive(|session, outer| {
            session.recursive(|session, inner| {
                let arrays = session.arrays_of(0, inner);
                Ok(session.union(&[arrays, outer]))
            })
        });
        assert!(refused.is_err());
    });
}

#[test]
fn nothing_is_proved_of_a_set_before_it_is_made() {
    with_session(SessionOptions::default(), |session| {
        let made = session.recursive(|session, itself| {
            let asked = session.find_instance(itself);
            assert!(matches!(asked, Emptiness::Unknown(_)), "{asked:?}");
            let other = session.complement(itself);
            assert!(matches!(session.find_instance(other), Emptiness::Unknown(_)));
            assert_eq!(session.contains(itself, &read("1")), None);
            Ok(session.objects_with("next", itself))
        });
        // Every instance would have one inside it, without end.
        assert_eq!(session.find_instance(made.unwrap()), Emptiness::Empty);
    });
}

/// An answer depends on the sets and on the question, not on the questions before it.
#[test]
fn no_question_leaves_anything_behind() {
    let ask = |with_history: bool| {
        with_session(SessionOptions::default(), |session| {
            let text = session.types(&[JsonType::String]);
            let [a, b] = ["a", "b"].map(|name| session.objects_with(name, text));
            let both = session.intersection(&[a, b]);
            if with_history {
                session.find_difference(b, a);
            }
            let everything = session.everything();
            session.find_difference(everything, both)
        })
    };
    assert_eq!(ask(true), ask(false));
}
