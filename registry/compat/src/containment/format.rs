//! Formats that are asserted. Nothing is proved of one but that it is itself: the same format cancels, and everything else is tried
//! on texts, by the validator's own checks. In: a dialect and the name of a format. Out: a name for the pool of what is opaque.

use schemactl_model::Dialect;

/// Marks the name of a format; no pattern begins with it.
const MARK: &str = "\u{0}format ";

/// Formats, each with a text that has it.
const SAMPLES: [(&str, &str); 19] = [
    ("date", "2026-01-31"),
    ("date-time", "2026-01-31T12:00:00Z"),
    ("duration", "P1D"),
    ("email", "a@example.com"),
    ("hostname", "example.com"),
    ("idn-email", "a@example.com"),
    ("idn-hostname", "example.com"),
    ("ipv4", "127.0.0.1"),
    ("ipv6", "::1"),
    ("iri", "https://example.com/"),
    ("iri-reference", "a"),
    ("json-pointer", "/a"),
    ("regex", "a"),
    ("relative-json-pointer", "0"),
    ("time", "12:00:00Z"),
    ("uri", "https://example.com/"),
    ("uri-reference", "a"),
    ("uri-template", "a"),
    ("uuid", "00000000-0000-4000-8000-000000000000"),
];

/// The name under which a format of a dialect is held. Two dialects need not check a format alike.
pub(super) fn name(dialect: Dialect, format: &str) -> String {
    format!("{MARK}{dialect} {format}")
}

/// The dialect and the format of such a name.
fn parts(name: &str) -> Option<(Dialect, &str)> {
    let (dialect, format) = name.strip_prefix(MARK)?.split_once(' ')?;
    let dialect = Dialect::ALL.into_iter().find(|known| known.to_string() == dialect)?;
    Some((dialect, format))
}

/// What people call it, if it is a format.
pub(super) fn described(name: &str) -> Option<String> {
    parts(name).map(|(_, format)| format!("the format `{format}`"))
}

/// A text that has the format.
pub(super) fn sample(name: &str) -> Option<&'static str> {
    let (_, format) = parts(name)?;
    SAMPLES
        .iter()
        .find(|(known, _)| *known == format)
        .map(|(_, sample)| *sample)
}

/// Whether a text has the format: what the validator says. The outer `None`: it is no format.
pub(super) fn holds(name: &str, text: &str) -> Option<Option<bool>> {
    let (dialect, format) = parts(name)?;
    Some(asked(dialect, format, text))
}

#[cfg(feature = "replay")]
fn asked(dialect: Dialect, format: &str, text: &str) -> Option<bool> {
    use schemactl_model::{Entry, Kind, Object, Span, Value};

    use crate::{Formats, Semantics, Validator};

    let string = |text: &str| Value::computed(Kind::String(text.to_owned()));
    let keyword = Entry {
        key: "format".to_owned(),
        key_span: Span::default(),
        value: string(format),
    };
    let schema = Value::computed(Kind::Object(Object::from_entries(vec![keyword])));
    let semantics = Semantics {
        formats: Formats::Assertion,
    };
    Validator::with(&schema, dialect, semantics)
        .ok()?
        .is_valid(&string(text))
        .ok()
}

#[cfg(not(feature = "replay"))]
fn asked(_: Dialect, _: &str, _: &str) -> Option<bool> {
    None
}

#[cfg(all(test, feature = "replay"))]
mod tests {
    use super::*;

    #[test]
    fn every_sample_has_its_format_and_an_unknown_format_says_nothing() {
        for (format, sample) in SAMPLES {
            let name = name(Dialect::Draft202012, format);
            assert_eq!(holds(&name, sample), Some(Some(true)), "{format}");
            assert_eq!(super::sample(&name), Some(sample));
        }
        assert_eq!(holds(&name(Dialect::Draft7, "date"), "31.1.2026"), Some(Some(false)));
        assert_eq!(holds(&name(Dialect::Draft7, "colour"), "?"), Some(Some(true)));
        assert_eq!(holds("^a$", "a"), None);
    }
}
