//! Content-model policies: what writers are taken to send and readers to ignore. In: a schema. Out: the schema that stands
//! for its writer or its reader in a comparison. The engine sees only the result, so every verdict is a proof under the
//! policy's stated assumption. [`rewrite`] does the rewriting.

mod closing;
mod frame;
mod modern;
mod rewrite;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemactl_model::{Dialect, Entry, Kind, Object, Pointer, Value};

pub(crate) use self::rewrite::standalone;
use self::rewrite::{Side, rewrite_side};
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
                "writers send only the properties that their schema declares or requires",
                "readers ignore properties that they do not know",
            ],
            Self::ProducerDeclared => &["writers send only the properties that their schema declares or requires"],
            Self::OpenStrict => &[],
            Self::Closed => &["every object says what its other properties are"],
            Self::ApplyDefaults => &[
                "writers send only the properties that their schema declares or requires",
                "readers ignore properties that they do not know",
                "readers fill in the default of a required property that is left out",
            ],
        }
    }

    /// Returns what a verdict about these schemas under this policy rests on, in sentences.
    pub(crate) fn assumptions_for(self, schemas: [&Schema<'_>; 2]) -> Vec<String> {
        let mut sentences: Vec<_> = self.assumptions().iter().map(ToString::to_string).collect();
        let ignores = matches!(self, Self::TolerantReader | Self::ApplyDefaults);
        let counted = COUNTING
            .into_iter()
            .filter(|keyword| schemas.iter().any(|schema| has_key(schema.root, keyword)));
        let counted: Vec<_> = counted.map(|keyword| format!("`{keyword}`")).collect();
        if ignores && !counted.is_empty() {
            sentences.push(format!(
                "{} still applies to every property of an event",
                counted.join(", ")
            ));
        }
        sentences
    }

    /// The events a writer of this schema sends.
    pub fn as_writer(self, schema: &Schema<'_>) -> Transformed {
        match self {
            Self::OpenStrict | Self::Closed => Transformed::Unchanged,
            Self::TolerantReader | Self::ProducerDeclared | Self::ApplyDefaults => rewrite_side(schema, Side::Writer),
        }
    }

    /// The events a reader of this schema takes.
    pub fn as_reader(self, schema: &Schema<'_>) -> Transformed {
        match self {
            Self::TolerantReader => rewrite_side(schema, Side::Reader),
            Self::ApplyDefaults => rewrite_side(schema, Side::DefaultingReader),
            Self::ProducerDeclared | Self::OpenStrict | Self::Closed => Transformed::Unchanged,
        }
    }
}

/// Keywords that look at all properties of an event, known or not (ADR 63).
const COUNTING: [&str; 3] = ["maxProperties", "minProperties", "propertyNames"];

/// Whether an object anywhere in a document has a key.
fn has_key(value: &Value, key: &str) -> bool {
    match &value.kind {
        Kind::Object(members) => members
            .iter()
            .any(|member| member.key == key || has_key(&member.value, key)),
        Kind::Array(elements) => elements.iter().any(|element| has_key(element, key)),
        _ => false,
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
    /// The rewritten schema, and the dialect that it is written in.
    Schema(Value, Dialect),
    /// A schema that the policy cannot be applied to, and why.
    Impossible(String),
}

impl Transformed {
    /// Returns the schema that stands for `schema` and its dialect, or why there is none.
    pub fn of<'v>(self, schema: &Schema<'v>) -> Result<(Cow<'v, Value>, Dialect), String> {
        match self {
            Self::Unchanged => Ok((Cow::Borrowed(schema.root), schema.dialect)),
            Self::Schema(value, dialect) => Ok((Cow::Owned(value), dialect)),
            Self::Impossible(reason) => Err(reason),
        }
    }
}

/// Leaves the fixed value of the version field out of a comparison: it identifies the version and is no content. Only `const`, or
/// `enum` of one value, of a top-level property goes; its type stays. `None` if nothing is fixed.
pub fn without_version_pin(schema: &Schema<'_>, field: &str) -> Option<Value> {
    let Schema { root, dialect } = *schema;
    let property = root.member("properties")?.member(field)?.as_object()?;
    let is_hidden = dialect.ref_hides_siblings() && property.value("$ref").is_some();
    let pin_of = |entry: &Entry| {
        pinned_value(&entry.key, &entry.value)
            .filter(|_| dialect.has_keyword(&entry.key))
            .cloned()
    };
    let pin = property.iter().find_map(pin_of).filter(|_| !is_hidden)?;
    let mut open: Vec<_> = property
        .iter()
        .filter(|entry| pin_of(entry).is_none())
        .cloned()
        .collect();
    // A pin says the type along with the value, and the type is content.
    if !open.iter().any(|entry| entry.key == "type") {
        open.push(entry("type", Value::computed(Kind::String(pin.kind_name().to_owned()))));
    }
    let open = Value::computed(Kind::Object(Object::from_entries(open)));
    let place = Pointer::root().join("properties").join(field);
    Some(edited(root, [&Edit::Set(place, open)]))
}

/// The one value that a keyword allows. A list of several values says what the versions are called, which is content.
fn pinned_value<'v>(keyword: &str, value: &'v Value) -> Option<&'v Value> {
    match (keyword, value.as_array()) {
        ("const", _) => Some(value),
        ("enum", Some([only])) => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn read(text: &str) -> Value {
        parse(&Source::new("a.json", text)).unwrap()
    }

    fn written(transformed: Transformed) -> String {
        match transformed {
            Transformed::Unchanged => "unchanged".to_owned(),
            Transformed::Schema(schema, _) => schema.to_json(),
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
    fn a_writer_sends_what_its_schema_declares_or_asks_for() {
        let cases = [
            ("declared", r#"{"properties":{"a":{}}}"#, r#"{"a":1}"#, r#"{"b":1}"#),
            (
                "required",
                r#"{"properties":{"a":{}},"required":["b"]}"#,
                r#"{"b":1}"#,
                r#"{"b":1,"c":1}"#,
            ),
            (
                "of a branch that holds",
                r#"{"properties":{"a":{}},"oneOf":[{"required":["b"]},{"properties":{"c":{"const":1}},"required":["c"]}]}"#,
                r#"{"c":1}"#,
                r#"{"b":1,"c":2}"#,
            ),
            (
                "of a reference",
                r##"{"allOf":[{"$ref":"#/$defs/a"}],"properties":{"b":{}},"$defs":{"a":{"properties":{"c":{}},"required":["d"]}}}"##,
                r#"{"b":1,"c":1,"d":1}"#,
                r#"{"d":1,"e":1}"#,
            ),
            (
                "depended on",
                r#"{"properties":{"a":{}},"dependentRequired":{"a":["b"]}}"#,
                r#"{"a":1,"b":1}"#,
                r#"{"a":1,"b":1,"c":1}"#,
            ),
            (
                "by then",
                r#"{"properties":{"a":{}},"if":{"required":["a"]},"then":{"required":["b"]}}"#,
                r#"{"a":1,"b":1}"#,
                r#"{"c":1}"#,
            ),
            (
                "asked about",
                r#"{"properties":{"a":{}},"if":{"properties":{"b":{"const":1}}},"then":{}}"#,
                r#"{"b":2}"#,
                r#"{"c":1}"#,
            ),
            (
                "names by list",
                r#"{"properties":{"a":{}},"propertyNames":{"enum":["a","b"]}}"#,
                r#"{"b":1}"#,
                r#"{"c":1}"#,
            ),
            (
                "further names",
                r#"{"properties":{"a":{}},"minProperties":2}"#,
                r#"{"x":1,"y":1}"#,
                r#"{"a":1,"x":1,"y":1}"#,
            ),
            (
                "enough names",
                r#"{"properties":{"a":{}},"minProperties":1}"#,
                r#"{"a":1}"#,
                r#"{"x":1}"#,
            ),
            (
                "typed others",
                r#"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#,
                r#"{"x":"y"}"#,
                r#"{"x":1}"#,
            ),
            ("a map", r#"{"type":"object"}"#, r#"{"x":1}"#, "1"),
            (
                "refined elsewhere",
                r#"{"properties":{"o":{"properties":{"a":{}}}},"allOf":[{"properties":{"o":{"properties":{"b":{}},"required":["b"]}}}]}"#,
                r#"{"o":{"a":1,"b":1}}"#,
                r#"{"o":{"b":1,"c":1}}"#,
            ),
            (
                "listed wholes",
                r#"{"properties":{"o":{"properties":{"a":{}}}},"const":{"o":{"b":1}}}"#,
                r#"{"o":{"b":1}}"#,
                r#"{"o":{"a":1}}"#,
            ),
        ];
        for (what, schema, sent, unsent) in cases {
            let schema = read(schema);
            for dialect in Dialect::ALL.into_iter().filter(|dialect| dialect.has_keyword("if")) {
                if !Dialect::Draft7.has_keyword("dependentRequired")
                    && what == "depended on"
                    && dialect == Dialect::Draft7
                {
                    continue;
                }
                let (view, dialect) = Policy::TolerantReader
                    .as_writer(&Schema::new(&schema, dialect))
                    .of(&Schema::new(&schema, dialect))
                    .unwrap();
                let validator = crate::Validator::new(&view, dialect).unwrap();
                assert_eq!(
                    validator.is_valid(&read(sent)),
                    Ok(true),
                    "{what} {dialect}: {}",
                    view.to_json()
                );
                assert_eq!(
                    validator.is_valid(&read(unsent)),
                    Ok(false),
                    "{what} {dialect}: {}",
                    view.to_json()
                );
            }
        }
    }

    #[test]
    fn where_closing_leaves_nothing_an_object_stays_open() {
        // Without `n` and `m` both branches hold, and with one of them undeclared nothing is left.
        let untagged = r#"{"type":"object","oneOf":[{"properties":{"n":{"type":"string"}}},{"properties":{"m":{"type":"null"}}}]}"#;
        assert_eq!(writer(untagged), "unchanged");
    }

    #[test]
    fn maps_and_typed_rests_stay_open() {
        assert_eq!(writer(r#"{"type":"object"}"#), "unchanged");
        assert_eq!(
            writer(r#"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#),
            "unchanged"
        );
        assert_eq!(
            writer(r#"{"properties":{"a":{}},"unevaluatedProperties":false}"#),
            "unchanged"
        );
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
        assert_eq!(reader(r#"{"not":{"additionalProperties":false}}"#), "unchanged");
    }

    #[test]
    fn a_defaulting_reader_asks_for_no_property_whose_default_is_valid_and_decides_nothing_else() {
        let reads =
            |text: &str| written(Policy::ApplyDefaults.as_reader(&Schema::new(&read(text), Dialect::Draft202012)));
        let with_defaults = reads(
            r#"{"properties":{"a":{"type":"string","default":"x"},"b":{"type":"string","default":1},"c":{}},
                "required":["a","b","c"]}"#,
        );
        assert!(with_defaults.contains(r#""required":["b","c"]"#), "{with_defaults}");
        let asked = r#"{"properties":{"a":{"default":1}},"required":["a"],"dependentRequired":{"a":["b"]}}"#;
        assert_eq!(reads(asked), "unchanged");
        let counted = r#"{"properties":{"a":{"default":1}},"required":["a"],"not":{"required":["a"]}}"#;
        assert_eq!(reads(counted), "unchanged");
    }

    #[test]
    fn recursion_ends_and_what_cannot_be_followed_is_said() {
        assert!(writer(r##"{"properties":{"next":{"$ref":"#"}}}"##).contains("definitions"));
        assert!(writer(r##"{"$dynamicRef":"#a","$dynamicAnchor":"a"}"##).contains("not understood"));
    }

    #[test]
    fn the_version_pin_goes_and_its_type_stays() {
        let open = |text: &str| {
            let pinned = read(text);
            without_version_pin(&Schema::new(&pinned, Dialect::Draft202012), "version").map(|open| open.to_json())
        };
        let opened = Some(r#"{"properties":{"version":{"type":"string"},"a":{"const":1}}}"#.to_owned());
        assert_eq!(
            open(r#"{"properties":{"version":{"const":"1.0"},"a":{"const":1}}}"#),
            opened
        );
        assert_eq!(
            open(r#"{"properties":{"version":{"enum":["1.0"]},"a":{"const":1}}}"#),
            opened
        );
        for content in [
            r#"{"enum":["free","pro"]}"#,
            r#"{"pattern":"^1"}"#,
            r#"{"type":"string"}"#,
        ] {
            assert_eq!(open(&format!(r#"{{"properties":{{"version":{content}}}}}"#)), None);
        }
    }
}
