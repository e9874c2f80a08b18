//! Content-model policies: what writers are taken to send and readers to ignore. In: a schema. Out: the schema that stands
//! for its writer or its reader in a comparison. The engine sees only the result, so every verdict is a proof under the
//! policy's stated assumption. [`rewrite`] does the rewriting.

mod rewrite;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemactl_model::{Kind, Object, Pointer, Value};

pub(crate) use self::rewrite::standalone;
use self::rewrite::{Side, rewrite};
use crate::Schema;
use crate::edit::{Edit, edited, entry};

/// A content-model policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Writers send only what their schema declares, readers ignore what they do not know.
    #[default]
    TolerantReader,
    /// Writers send only what their schema declares, readers are as strict as their schema.
    ProducerDeclared,
    /// Schemas mean what they say and nothing else.
    OpenStrict,
    /// As `OpenStrict`, and every object has to say what its other properties are; the check asks for that.
    Closed,
    /// As `TolerantReader`, and readers fill in the default of a property that is left out.
    ApplyDefaults,
}

/// A name that names no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown policy `{0}`")]
pub struct UnknownPolicy(String);

impl Policy {
    /// Every policy.
    pub const ALL: [Self; 5] = [
        Self::TolerantReader,
        Self::ProducerDeclared,
        Self::OpenStrict,
        Self::Closed,
        Self::ApplyDefaults,
    ];

    /// What a verdict under this policy rests on, in sentences.
    pub fn assumptions(self) -> &'static [&'static str] {
        match self {
            Self::TolerantReader => &[
                "writers send only the properties their schema declares",
                "readers ignore properties they do not know",
            ],
            Self::ProducerDeclared => &["writers send only the properties their schema declares"],
            Self::OpenStrict => &[],
            Self::Closed => &["every object says what its other properties are"],
            Self::ApplyDefaults => &[
                "writers send only the properties their schema declares",
                "readers ignore properties they do not know",
                "readers fill in the default of a required property that is left out",
            ],
        }
    }

    /// The events a writer of this schema sends.
    pub fn as_writer(self, schema: &Schema<'_>) -> Transformed {
        match self {
            Self::OpenStrict | Self::Closed => Transformed::Unchanged,
            Self::TolerantReader | Self::ProducerDeclared | Self::ApplyDefaults => rewrite(schema, Side::Writer),
        }
    }

    /// The events a reader of this schema takes.
    pub fn as_reader(self, schema: &Schema<'_>) -> Transformed {
        match self {
            Self::TolerantReader => rewrite(schema, Side::Reader),
            Self::ApplyDefaults => rewrite(schema, Side::DefaultingReader),
            Self::ProducerDeclared | Self::OpenStrict | Self::Closed => Transformed::Unchanged,
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TolerantReader => "tolerant-reader",
            Self::ProducerDeclared => "producer-declared",
            Self::OpenStrict => "open-strict",
            Self::Closed => "closed",
            Self::ApplyDefaults => "apply-defaults",
        })
    }
}

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.to_string() == text)
            .ok_or_else(|| UnknownPolicy(text.to_owned()))
    }
}

/// A schema under a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transformed {
    /// The schema as it is.
    Unchanged,
    /// The rewritten schema.
    Schema(Value),
    /// A schema that the policy cannot be applied to, and why.
    Impossible(String),
}

impl Transformed {
    /// The schema that stands for `schema`, or why there is none.
    pub fn of<'v>(self, schema: &Schema<'v>) -> Result<Cow<'v, Value>, String> {
        match self {
            Self::Unchanged => Ok(Cow::Borrowed(schema.root)),
            Self::Schema(value) => Ok(Cow::Owned(value)),
            Self::Impossible(reason) => Err(reason),
        }
    }
}

/// Leaves the fixed value of the version field out of a comparison: it identifies the version and is no content. Only `const`,
/// `enum` and `pattern` of a top-level property go; its type stays. `None` if nothing is fixed.
pub fn without_version_pin(root: &Value, field: &str) -> Option<Value> {
    const PINS: [&str; 3] = ["const", "enum", "pattern"];
    let property = root.member("properties")?.member(field)?.as_object()?;
    if !property.iter().any(|entry| PINS.contains(&entry.key.as_str())) {
        return None;
    }
    let mut open: Vec<_> = property
        .iter()
        .filter(|entry| !PINS.contains(&entry.key.as_str()))
        .cloned()
        .collect();
    // A pin by `const` says the type along with the value, and the type is content.
    if !open.iter().any(|entry| entry.key == "type") {
        open.push(entry("type", Value::computed(Kind::String("string".to_owned()))));
    }
    let open = Value::computed(Kind::Object(Object::from_entries(open)));
    let place = Pointer::root().join("properties").join(field);
    Some(edited(root, [&Edit::Set(place, open)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Dialect, Source, parse};

    fn read(text: &str) -> Value {
        parse(&Source::new("a.json", text)).unwrap()
    }

    fn written(transformed: Transformed) -> String {
        match transformed {
            Transformed::Unchanged => "unchanged".to_owned(),
            Transformed::Schema(schema) => schema.to_json(),
            Transformed::Impossible(reason) => reason,
        }
    }

    fn writer(text: &str) -> String {
        written(Policy::TolerantReader.as_writer(&Schema::new(&read(text), Dialect::Draft202012)))
    }

    fn reader(text: &str) -> String {
        written(Policy::TolerantReader.as_reader(&Schema::new(&read(text), Dialect::Draft202012)))
    }

    #[test]
    fn a_writer_sends_what_is_declared_anywhere_around_a_value() {
        let closed = writer(
            r##"{"allOf": [{"$ref": "#/$defs/a"}], "properties": {"b": {}}, "$defs": {"a": {"properties": {"c": {}}}}}"##,
        );
        assert!(
            closed.contains(r#"{"properties":{"b":{},"c":{}},"patternProperties":{},"additionalProperties":false}"#),
            "{closed}"
        );
        assert!(
            closed.contains(r#""definitions":{"0":{"properties":{"c":{}}}}"#),
            "a part is not closed by itself: {closed}"
        );
    }

    #[test]
    fn maps_and_typed_rests_stay_open() {
        assert_eq!(writer(r#"{"type":"object"}"#), r#"{"type":"object"}"#);
        let typed = r#"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#;
        assert_eq!(writer(typed), typed);
    }

    #[test]
    fn a_reader_ignores_what_it_does_not_know_and_takes_extensible_values() {
        assert_eq!(
            reader(r#"{"additionalProperties":false,"unevaluatedProperties":false}"#),
            "{}"
        );
        assert_eq!(
            reader(r#"{"enum":["a"],"x-extensible-enum":true}"#),
            r#"{"type":["string"],"x-extensible-enum":true}"#
        );
        assert_eq!(
            reader(r#"{"not":{"additionalProperties":false}}"#),
            r#"{"not":{"additionalProperties":false}}"#
        );
    }

    #[test]
    fn a_defaulting_reader_asks_for_no_property_whose_default_is_valid() {
        let schema = read(
            r#"{"properties":{"a":{"type":"string","default":"x"},"b":{"type":"string","default":1},"c":{}},
                "required":["a","b","c"]}"#,
        );
        let read = written(Policy::ApplyDefaults.as_reader(&Schema::new(&schema, Dialect::Draft202012)));
        assert!(read.contains(r#""required":["b","c"]"#), "{read}");
    }

    #[test]
    fn recursion_ends_and_what_cannot_be_followed_is_said() {
        assert!(writer(r##"{"properties":{"next":{"$ref":"#"}}}"##).contains("definitions"));
        assert!(writer(r##"{"$dynamicRef":"#a"}"##).contains("not understood"));
    }

    #[test]
    fn the_version_pin_goes_and_its_type_stays() {
        let pinned = read(r#"{"properties":{"version":{"const":"1.0"},"a":{"const":1}}}"#);
        let open = without_version_pin(&pinned, "version").unwrap();
        assert_eq!(
            open.to_json(),
            r#"{"properties":{"version":{"type":"string"},"a":{"const":1}}}"#
        );
        assert_eq!(without_version_pin(&open, "version"), None);
    }
}
