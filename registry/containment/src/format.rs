//! Formats that are asserted. Of one is proved that it is itself: the same format cancels, in another dialect too if the validator checks
//! it there in the same way; and that its texts have the shape that its RFC gives them (ADR 123). Everything else is tried on texts, by
//! the validator's own checks. A format that the standard does not know is an annotation. In: a dialect and the name of a format. Out: a
//! name for the pool of what is opaque, and patterns of its texts.

use schemactl_model::{Dialect, find_format_shape};

use crate::language::{PatternParts, split_pattern};

/// Marks the name of a format; no pattern begins with it.
const MARK: &str = "\u{0}format ";

/// A check of a format: its name, the dialects that have it, a text that passes, and what is known of the others.
#[derive(Clone, Copy, Debug)]
struct FormatCheck {
    format: &'static str,
    /// The oldest and the newest dialect in which the validator checks the format in this way.
    dialects: (Dialect, Dialect),
    sample: &'static str,
    /// Texts with a match of this pattern are tried first as examples, of any length that the format has. Nothing rests on it.
    common: &'static str,
    /// Whether the validator checks it. Others do, and nothing is proved of its texts but that it is itself.
    is_checked: bool,
}

const fn check_since(first: Dialect, format: &'static str, sample: &'static str, common: &'static str) -> FormatCheck {
    FormatCheck {
        format,
        dialects: (first, Dialect::Draft202012),
        sample,
        common,
        is_checked: true,
    }
}

/// A format of the standard that the validator leaves to others.
const fn unchecked_since(first: Dialect, format: &'static str, sample: &'static str) -> FormatCheck {
    FormatCheck {
        is_checked: false,
        ..check_since(first, format, sample, "")
    }
}

const COMMON_DATE: &str = "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$";
const COMMON_TIME: &str = "^12:00:[0-5][0-9]([.][0-9]+)?(Z|[+-]0[0-9]:00)$";
const COMMON_DATE_TIME: &str =
    "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T12:00:[0-5][0-9]([.][0-9]+)?(Z|[+-]0[0-9]:00)$";
const HOSTNAME: &str = "^([a-z]{1,63}[.])*[a-z]{1,63}$";

/// The checks of the validator, as the `jsonschema` crate has them in `keywords/format.rs` without its feature `idna`. A format
/// that is not here for a dialect is an annotation there; a test holds the table to the validator. The two formats of that feature are here too: others check them.
const CHECKS: [FormatCheck; 20] = [
    check_since(Dialect::Draft4, "date", "2026-01-31", COMMON_DATE),
    check_since(Dialect::Draft4, "date-time", "2026-01-31T12:00:00Z", COMMON_DATE_TIME),
    check_since(Dialect::Draft201909, "duration", "P1D", "^P[1-9][0-9]*[YMWD]$"),
    check_since(
        Dialect::Draft4,
        "email",
        "a@example.com",
        "^[a-z]{1,64}@([a-z]{1,63}[.])*[a-z]{1,63}$",
    ),
    // RFC 1034 until draft-06, RFC 1123 from draft-07.
    FormatCheck {
        dialects: (Dialect::Draft4, Dialect::Draft6),
        ..check_since(Dialect::Draft4, "hostname", "example.com", HOSTNAME)
    },
    check_since(Dialect::Draft7, "hostname", "example.com", HOSTNAME),
    unchecked_since(Dialect::Draft7, "idn-email", "a@example.com"),
    unchecked_since(Dialect::Draft7, "idn-hostname", "example.com"),
    check_since(Dialect::Draft4, "ipv4", "127.0.0.1", ""),
    check_since(Dialect::Draft4, "ipv6", "::1", "^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$"),
    check_since(Dialect::Draft7, "iri", "https://example.com/", "^https:/[a-z/]*$"),
    check_since(Dialect::Draft7, "iri-reference", "a", "^[a-z/]*$"),
    check_since(Dialect::Draft6, "json-pointer", "/a", "^(/[a-z]+)*$"),
    check_since(Dialect::Draft4, "regex", "a", "^[a-z]*$"),
    check_since(Dialect::Draft7, "relative-json-pointer", "0", "^[1-9][0-9]*(/[a-z]+)*$"),
    check_since(Dialect::Draft4, "time", "12:00:00Z", COMMON_TIME),
    check_since(Dialect::Draft4, "uri", "https://example.com/", "^https:/[a-z/]*$"),
    check_since(Dialect::Draft6, "uri-reference", "a", "^[a-z/]*$"),
    check_since(Dialect::Draft6, "uri-template", "a", "^[a-z]*$"),
    check_since(Dialect::Draft201909, "uuid", "00000000-0000-4000-8000-000000000000", ""),
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

/// Returns the pattern that every text of the format matches, and whether every text that matches it has the format. `None`: not known.
pub(super) fn find_shape(name: &str) -> Option<(PatternParts, bool)> {
    let check = find_check(name)?;
    let shape = find_format_shape(check.dialects.1, check.format)?;
    Some((split_pattern(shape.pattern)?, shape.is_exact))
}

/// Returns the pattern of texts that most likely have the format. `None`: it is that of the shape, or not known.
pub(super) fn find_common_texts(name: &str) -> Option<PatternParts> {
    let common = find_check(name)?.common;
    (!common.is_empty()).then(|| split_pattern(common)).flatten()
}

/// Texts that are tried where a format must not hold, after those of a search: each format without a known shape refuses one of them.
pub(super) const REFUSED_TEXTS: [&str; 3] = ["%", "(", "{"];

/// Tells whether a text has a format in a dialect; `None`: not known.
pub type TextFormatCheck = fn(Dialect, &str, &str) -> Option<bool>;

/// Whether a text has the format: what the check says. The outer `None`: it is no format.
pub(super) fn holds(check: TextFormatCheck, name: &str, text: &str) -> Option<Option<bool>> {
    let found = find_check(name)?;
    Some(if found.is_checked {
        check(found.dialects.1, found.format, text)
    } else {
        None
    })
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
        let unknown = ["colour", "ip-address", "int32"];
        let checked = CHECKS.into_iter().filter(|check| check.is_checked);
        checked.map(|check| check.format).chain(unknown)
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
            for check in CHECKS.into_iter().filter(|check| check.is_checked) {
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
    fn a_format_without_a_shape_refuses_a_text_that_is_tried() {
        let unbound = CHECKS
            .into_iter()
            .filter(|check| check.is_checked && find_format_shape(check.dialects.1, check.format).is_none());
        let mut found = 0;
        for check in unbound {
            let refuses = |text: &&str| asked(check.dialects.1, check.format, text) == Some(false);
            assert!(REFUSED_TEXTS.iter().any(refuses), "{}", check.format);
            found += 1;
        }
        assert_eq!(found, 4);
    }

    /// Texts near those of a format: each letter of a text left out, doubled, or replaced by one that formats know.
    fn near(text: &str) -> Vec<String> {
        const LETTERS: &str = "09afAFzZTt -+:./@#~[]{}%,PYé\u{0}\n";
        let letters: Vec<char> = text.chars().collect();
        let with = |at: usize, put: &[char]| {
            let parts = [&letters[..at], put, &letters[(at + 1).min(letters.len())..]];
            parts.concat().into_iter().collect::<String>()
        };
        let each = (0..=letters.len()).flat_map(|at| {
            let own = letters.get(at).copied();
            let replaced = LETTERS.chars().map(move |letter| vec![letter]);
            let inserted = LETTERS
                .chars()
                .map(move |letter| own.into_iter().chain([letter]).collect());
            replaced
                .chain(inserted)
                .chain([vec![]])
                .map(move |put| with(at, &put))
                .collect::<Vec<_>>()
        });
        each.chain([text.to_owned()]).collect()
    }

    /// Texts in which formats end, and that their checks disagree about.
    const EDGES: [&str; 22] = [
        "2024-02-29",
        "2023-02-29",
        "0000-01-01",
        "2026-12-31t23:59:60.123456789z",
        "2026-01-31T12:00:00+05:30",
        "2026-01-31 12:00:00Z",
        "23:59:60Z",
        "00:00:00.5-23:59",
        "P1Y2M3DT4H5M6S",
        "P3W",
        "PT36H",
        "\"a@b\"@example.com",
        "a@[127.0.0.1]",
        "255.255.255.255",
        "01.2.3.4",
        "1::2:127.0.0.1",
        "0000:0000:0000:0000:0000:ffff:255.255.255.255",
        "urn:a:b",
        "/a~0b/",
        "10#",
        "FFFFFFFF-ffff-1fff-0fff-ffffffffffff",
        "xn--maana-pta.com",
    ];

    #[test]
    fn every_text_of_a_format_has_its_shape_and_a_shape_that_is_all_of_it_has_no_other() {
        let samples = CHECKS.into_iter().map(|check| check.sample).chain(EDGES).chain(TEXTS);
        let texts: Vec<String> = samples.flat_map(near).collect();
        let mut held = 0;
        for check in CHECKS {
            let dialect = check.dialects.1;
            let name = name(dialect, check.format).unwrap();
            let Some((shape, is_exact)) = find_shape(&name) else {
                assert_eq!(find_format_shape(dialect, check.format), None);
                continue;
            };
            let draft = jsonschema::Draft::from_schema_uri(dialect.uri());
            let options = jsonschema::options().with_draft(draft).should_validate_formats(true);
            let validator = options.build(&serde_json::json!({"format": check.format})).unwrap();
            for text in &texts {
                let (has_format, has_shape) = (validator.is_valid(&serde_json::json!(text)), shape.is_match(text));
                held += usize::from(has_format);
                assert!(has_shape == Some(true) || !has_format, "{}: {text:?}", check.format);
                assert!(
                    has_format || has_shape == Some(false) || !is_exact,
                    "{}: {text:?}",
                    check.format
                );
            }
        }
        assert!(held > 2_000, "{held} texts have a format");
    }

    #[test]
    fn texts_that_are_tried_first_have_their_format() {
        use crate::language::{MOST_STATES, StringSearchResult, TextQuestion};
        for check in CHECKS.into_iter().filter(|check| check.is_checked) {
            let name = name(check.dialects.1, check.format).unwrap();
            let parts = find_common_texts(&name)
                .or_else(|| find_shape(&name).map(|(shape, _)| shape))
                .unwrap();
            for least in [parts.least, 10, 30, 100] {
                let question = TextQuestion {
                    required: parts.required.clone(),
                    least,
                    most: parts.most,
                    ..TextQuestion::default()
                };
                if let StringSearchResult::Shortest(text) = question.answer(&mut MOST_STATES.clone()) {
                    assert_eq!(
                        holds(asked, &name, &text),
                        Some(Some(true)),
                        "{}: {text:?}",
                        check.format
                    );
                } else {
                    assert!(least > parts.least, "{}: no text", check.format);
                }
            }
        }
    }

    /// Returns whether every text of one schema is one of another, `None` if that is not decided.
    fn is_inside(sub: &str, sup: &str) -> Option<bool> {
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
        with_session(options, |session| {
            let [sub, sup] = [sub, sup].map(|keywords| {
                let text = format!(r#"{{"type": "string"{keywords}}}"#);
                let root = parse(&Source::new("a.json", &text)).unwrap();
                session
                    .compile_schema(&Schema::new(&root, Dialect::Draft202012))
                    .unwrap()
            });
            match session.find_difference(sub, sup) {
                Emptiness::Empty => Some(true),
                Emptiness::Witness(_) => Some(false),
                Emptiness::Unknown(_) => None,
            }
        })
    }

    #[test]
    fn bounds_and_patterns_beside_a_format_are_decided() {
        let both = |format: &str, more: &str| format!(r#", "format": "{format}"{more}"#);
        for (format, more, is_implied) in [
            ("date-time", r#", "minLength": 1"#, true),
            ("date-time", r#", "minLength": 20"#, true),
            ("date-time", r#", "minLength": 21"#, false),
            ("date-time", r#", "maxLength": 40"#, false),
            ("date-time", r#", "pattern": "^[0-9]{4}-""#, true),
            ("date-time", r#", "pattern": "Z$""#, false),
            ("date", r#", "maxLength": 10"#, true),
            ("date", r#", "minLength": 10"#, true),
            ("date", r#", "maxLength": 9"#, false),
            ("date", r#", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$""#, true),
            ("time", r#", "minLength": 9"#, true),
            ("time", r#", "maxLength": 100"#, false),
            ("uuid", r#", "maxLength": 36"#, true),
            ("uuid", r#", "minLength": 36, "maxLength": 36"#, true),
            ("uuid", r#", "maxLength": 35"#, false),
            ("uuid", r#", "pattern": "^[0-9A-Fa-f-]*$""#, true),
            ("uuid", r#", "pattern": "^[0-9a-f-]*$""#, false),
            ("email", r#", "minLength": 3"#, true),
            ("email", r#", "maxLength": 100"#, false),
            ("email", r#", "pattern": "@""#, true),
            ("email", r#", "pattern": "@example[.]com$""#, false),
            ("hostname", r#", "maxLength": 255"#, true),
            ("hostname", r#", "maxLength": 63"#, false),
            ("ipv4", r#", "maxLength": 15"#, true),
            ("ipv4", r#", "maxLength": 14"#, false),
            ("ipv6", r#", "maxLength": 45"#, true),
            ("ipv6", r#", "maxLength": 38"#, false),
            ("uri", r#", "minLength": 2"#, true),
            ("uri", r#", "maxLength": 2048"#, false),
            ("uri", r#", "pattern": "^https:""#, false),
            ("duration", r#", "pattern": "^P""#, true),
            ("duration", r#", "maxLength": 20"#, false),
            ("json-pointer", r#", "maxLength": 20"#, false),
            ("uri-reference", r#", "maxLength": 20"#, false),
        ] {
            let found = is_inside(&both(format, ""), &both(format, more));
            assert_eq!(found, Some(is_implied), "{format}{more}");
        }
    }

    #[test]
    fn a_pattern_that_is_all_of_a_format_is_that_format() {
        let uuid = r#", "format": "uuid""#;
        let pattern = r#", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$""#;
        assert_eq!(is_inside(pattern, uuid), Some(true));
        assert_eq!(is_inside(uuid, pattern), Some(false));
        assert_eq!(
            is_inside(r#", "pattern": "^127([.][0-9]){3}$""#, r#", "format": "ipv4""#),
            Some(true)
        );
        let shape = r#", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$""#;
        assert_eq!(is_inside(shape, r#", "format": "date""#), Some(false));
        assert_eq!(
            is_inside(r#", "format": "date""#, r#", "not": {"format": "date-time"}"#),
            Some(true)
        );
    }

    #[test]
    fn a_pattern_is_no_format() {
        assert_eq!(holds(asked, "^a$", "a"), None);
    }

    /// What the validator leaves to others is held, and of no text is it known whether it has the format.
    #[test]
    fn a_format_that_others_check_is_no_annotation() {
        for check in CHECKS.into_iter().filter(|check| !check.is_checked) {
            assert_eq!(name(Dialect::Draft6, check.format), None);
            let name = name(Dialect::Draft202012, check.format).unwrap();
            for text in TEXTS.into_iter().chain([check.sample]) {
                assert_eq!(asked(Dialect::Draft202012, check.format, text), Some(true));
                assert_eq!(holds(asked, &name, text), Some(None), "{}: {text}", check.format);
            }
        }
    }
}
