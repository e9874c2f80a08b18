//! An event pattern as a value: what it is made of, and its JSON. Parsing is in [`crate::parse`], matching in
//! [`crate::match_`].

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::error::PatternError;
use crate::match_::CompiledPattern;
use crate::raw::Raw;
use crate::{Matcher, emit, parse};

/// An event pattern. An event matches if each field has a value that one of the field's matchers takes, and one of the
/// alternatives matches too, if there are any.
///
/// ```
/// use schemactl_pattern::Pattern;
///
/// let pattern: Pattern = r#"{"source": ["com.myapp.orders"], "detail": {"totalAmount": [{"numeric": [">", 100]}]}}"#.parse()?;
/// let event = serde_json::json!({"source": "com.myapp.orders", "detail": {"totalAmount": 250}});
/// assert!(pattern.matches(&event));
/// # Ok::<(), schemactl_pattern::PatternError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    pub(crate) fields: BTreeMap<String, Node>,
    pub(crate) alternatives: Vec<Pattern>,
}

/// What a pattern says of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Conditions on the fields inside.
    Fields(Pattern),
    /// Conditions on the value, one of which must hold.
    Leaf(Vec<Matcher>),
}

impl Pattern {
    /// Reads a pattern as EventBridge does: of two conditions on the same field the later one counts, and a `$or` that is
    /// no list of at least two objects is a field of that name.
    pub fn parse(json: &str) -> Result<Self, PatternError> {
        parse::text(json)
    }

    /// Reads a pattern that is parsed JSON already.
    pub fn from_value(value: &Value) -> Result<Self, PatternError> {
        parse::value(value)
    }

    /// Whether EventBridge takes the pattern: what [`Pattern::parse`] asks for, and that no field has two conditions in two
    /// places. A parsed pattern passes; a built one may not.
    pub fn check(&self) -> Result<(), PatternError> {
        parse::once(&self.to_json())
    }

    /// The conditions by field name.
    pub fn fields(&self) -> &BTreeMap<String, Node> {
        &self.fields
    }

    /// The patterns of `$or`, one of which must match besides the fields. Empty if there is no `$or`.
    pub fn alternatives(&self) -> &[Pattern] {
        &self.alternatives
    }

    /// Whether the pattern has no condition. EventBridge refuses it.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.alternatives.is_empty()
    }

    /// The pattern as JSON.
    pub fn to_value(&self) -> Value {
        emit::pattern(self)
    }

    /// The pattern as compact JSON, keys in alphabetical order.
    pub fn to_json(&self) -> String {
        self.to_value().to_string()
    }

    /// The pattern prepared for matching many events.
    pub fn compile(&self) -> CompiledPattern {
        CompiledPattern::new(self)
    }

    /// Whether an event matches. For more than one event, [`Pattern::compile`] once.
    pub fn matches(&self, event: &Value) -> bool {
        self.compile().matches(event)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(json: &str) -> Result<Self, PatternError> {
        Self::parse(json)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Raw::deserialize(deserializer)?;
        parse::raw(&raw).map_err(serde::de::Error::custom)
    }
}
