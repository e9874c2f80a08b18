//! Formats that are asserted. Nothing is proved of one but that it is itself: the same format cancels, in another dialect too if
//! the validator checks it there in the same way, and everything else is tried on texts, by the validator's own checks. A format
//! that the validator does not know is an annotation. In: a dialect and the name of a format. Out: a name for the pool of what
//! is opaque.

use schemactl_model::Dialect;

/// Marks the name of a format; no pattern begins with it.
const MARK: &str = "\u{0}format ";

/// A check of a format: its name, the dialects that have it, and a text that passes.
#[derive(Clone, Copy, Debug)]
struct FormatCheck {
    format: &'static str,
    /// The oldest and the newest dialect in which the validator checks the format in this way.
    dialects: (Dialect, Dialect),
    sample: &'static str,
}

const fn check_since(first: Dialect, format: &'static str, sample: &'static str) -> FormatCheck {
    FormatCheck {
        format,
        dialects: (first, Dialect::Draft202012),
        sample,
    }
}

/// The checks of the validator, as the `jsonschema` crate has them in `keywords/format.rs` without its feature `idna`. A format
/// that is not here for a dialect is an annotation there; a test holds the table to the validator.
const CHECKS: [FormatCheck; 18] = [
    check_since(Dialect::Draft4, "date", "2026-01-31"),
    check_since(Dialect::Draft4, "date-time", "2026-01-31T12:00:00Z"),
    check_since(Dialect::Draft201909, "duration", "P1D"),
    check_since(Dialect::Draft4, "email", "a@example.com"),
    // RFC 1034 until draft-06, RFC 1123 from draft-07.
    FormatCheck {
        format: "hostname",
        dialects: (Dialect::Draft4, Dialect::Draft6),
        sample: "example.com",
    },
    check_since(Dialect::Draft7, "hostname", "example.com"),
    check_since(Dialect::Draft4, "ipv4", "127.0.0.1"),
    check_since(Dialect::Draft4, "ipv6", "::1"),
    check_since(Dialect::Draft7, "iri", "https://example.com/"),
    check_since(Dialect::Draft7, "iri-reference", "a"),
    check_since(Dialect::Draft6, "json-pointer", "/a"),
    check_since(Dialect::Draft4, "regex", "a"),
    check_since(Dialect::Draft7, "relative-json-pointer", "0"),
    check_since(Dialect::Draft4, "time", "12:00:00Z"),
    check_since(Dialect::Draft4, "uri", "https://example.com/"),
    check_since(Dialect::Draft6, "uri-reference", "a"),
    check_since(Dialect::Draft6, "uri-template", "a"),
    check_since(Dialect::Draft201909, "uuid", "00000000-0000-4000-8000-000000000000"),
];

/// Returns the name under which a format of a dialect is held, `None` if it is an annotation there. Dialects that check a
/// format in the same way share the name, so that comparisons across dialects see one format.
pub(super) fn name(dialect: Dialect, format: &str) -> Option<String> {
    CHECKS
        .iter()
        .find(|check| check.format == format && (check.dialects.0..=check.dialects.1).contains(&dialect))
        .map(|check| format!("{MARK}{} {format}", check.dialects.1))
}

/// Returns the check behind such a name.
fn find_check(name: &str) -> Option<FormatCheck> {
    let (dialect, format) = name.strip_prefix(MARK)?.split_once(' ')?;
    CHECKS
        .into_iter()
        .find(|check| check.format == format && check.dialects.1.to_string() == dialect)
}

/// Returns what people call it, if it is a format.
pub(super) fn described(name: &str) -> Option<String> {
    find_check(name).map(|check| format!("the format `{}`", check.format))
}

/// Returns a text that has the format.
pub(super) fn sample(name: &str) -> Option<&'static str> {
    find_check(name).map(|check| check.sample)
}

/// Tells whether a text has a format in a dialect; `None`: not known.
pub type TextFormatCheck = fn(Dialect, &str, &str) -> Option<bool>;

/// Whether a text has the format: what the check says. The outer `None`: it is no format.
pub(super) fn holds(check: TextFormatCheck, name: &str, text: &str) -> Option<Option<bool>> {
    let found = find_check(name)?;
    Some(check(found.dialects.1, found.format, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The validator, whose checks are listed here.
    fn asked(dialect: Dialect, format: &str, text: &str) -> Option<bool> {
        let draft = jsonschema::Draft::from_schema_uri(dialect.uri());
        let options = jsonschema::options().with_draft(draft).should_validate_formats(true);
        let validator = options.build(&serde_json::json!({"format": format})).ok()?;
        Some(validator.is_valid(&serde_json::json!(text)))
    }

    /// Texts that some check or other refuses: every format refuses one of them.
    const TEXTS: [&str; 14] = [
        "",
        "?",
        "a",
        "a b",
        "\\",
        "(",
        "{",
        "31.1.2026",
        "a@b@c",
        "/~",
        "-1",
        "http://[",
        "a--b.example",
        "3com.example",
    ];

    fn formats() -> impl Iterator<Item = &'static str> {
        let unknown = ["colour", "idn-email", "idn-hostname", "ip-address", "int32"];
        CHECKS.into_iter().map(|check| check.format).chain(unknown)
    }

    #[test]
    fn a_format_is_held_exactly_where_the_validator_checks_it() {
        for dialect in Dialect::ALL {
            for format in formats() {
                let checked = TEXTS.iter().any(|text| asked(dialect, format, text) == Some(false));
                assert_eq!(name(dialect, format).is_some(), checked, "{format} in {dialect}");
            }
        }
    }

    #[test]
    fn a_name_that_dialects_share_is_one_check() {
        for dialect in Dialect::ALL {
            for check in CHECKS {
                let Some(name) = name(dialect, check.format) else {
                    continue;
                };
                let samples = CHECKS.into_iter().map(|check| check.sample);
                for text in TEXTS.into_iter().chain(samples) {
                    let own = asked(dialect, check.format, text);
                    assert_eq!(
                        holds(asked, &name, text),
                        Some(own),
                        "{} in {dialect}: {text}",
                        check.format
                    );
                }
                assert_eq!(holds(asked, &name, sample(&name).unwrap()), Some(Some(true)));
            }
        }
        assert_ne!(name(Dialect::Draft6, "hostname"), name(Dialect::Draft7, "hostname"));
        assert_eq!(name(Dialect::Draft7, "uri"), name(Dialect::Draft202012, "uri"));
    }

    #[test]
    fn drafts_that_check_a_format_alike_compare_as_one_and_unknown_formats_say_nothing() {
        use schemactl_model::{FormatMode, Source, parse};

        use crate::schema::Schema;
        use crate::semantics::Semantics;
        use crate::session::{Emptiness, SessionOptions, with_session};

        let options = SessionOptions {
            semantics: Semantics {
                formats: FormatMode::Assertion,
            },
            format_check: asked,
            ..SessionOptions::default()
        };
        let find_outside = |sub: (Dialect, &str), sup: (Dialect, &str)| {
            with_session(options, |session| {
                let [sub, sup] = [sub, sup].map(|(dialect, format)| {
                    let text = format!(r#"{{"type": "string", "format": "{format}"}}"#);
                    let root = parse(&Source::new("a.json", &text)).unwrap();
                    session.compile_schema(&Schema::new(&root, dialect)).unwrap()
                });
                session.find_difference(sub, sup)
            })
        };
        let (draft4, draft7, newest) = (Dialect::Draft4, Dialect::Draft7, Dialect::Draft202012);
        assert_eq!(
            find_outside((draft4, "date-time"), (newest, "date-time")),
            Emptiness::Empty
        );
        assert_eq!(find_outside((newest, "colour"), (newest, "shade")), Emptiness::Empty);
        assert_eq!(find_outside((draft7, "email"), (draft7, "duration")), Emptiness::Empty);
        let unknown = find_outside((draft4, "hostname"), (draft7, "hostname"));
        assert!(matches!(unknown, Emptiness::Unknown(_)), "{unknown:?}");
    }

    #[test]
    fn a_pattern_is_no_format() {
        assert_eq!(holds(asked, "^a$", "a"), None);
    }
}
