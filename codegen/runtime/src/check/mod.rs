//! The constraints that a Rust type cannot hold: what `validate()` asks, where it was generated. In: a value, and its schema
//! as the generator wrote it down, in one dialect, with references inside and nothing that only describes. Out: every
//! violation with its place. No regular expressions are linked unless the feature `regex` is on, which a schema with a
//! `pattern` needs.

mod composed;
mod number;
#[cfg(feature = "regex")]
mod regex;
mod structure;

use std::cell::RefCell;
use std::fmt;
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use number::{is_integer, same};

/// Deeper values are not looked into: serde_json reads none.
const DEEPEST: usize = 256;

/// Gives a type its `validate()`. `patterns` says that the schema has patterns, which need the feature `regex`.
#[macro_export]
macro_rules! checked {
    ($name:ident, $schema:literal $(, $patterns:ident)?) => {
        #[allow(dead_code)]
        impl $name {
            /// Checks what the type alone does not: bounds, lengths, patterns and whatever else the schema asks.
            pub fn validate(&self) -> ::core::result::Result<(), $crate::Invalid> {
                static SCHEMA: $crate::Constraints = $crate::checked!(@new $schema $(, $patterns)?);
                SCHEMA.check(self)
            }
        }
    };
    (@new $schema:literal) => { $crate::Constraints::new($schema) };
    (@new $schema:literal, patterns) => { $crate::Constraints::with_patterns($schema) };
}

/// A schema, ready to check values. Read from its text once.
#[derive(Debug)]
pub struct Constraints {
    text: &'static str,
    schema: OnceLock<Value>,
    matches: fn(&str, &str) -> bool,
}

impl Constraints {
    /// A schema without patterns.
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            schema: OnceLock::new(),
            matches: |_, _| true,
        }
    }

    /// A schema with patterns. If the compiler does not find this function, turn on the feature `regex` of this crate.
    #[cfg(feature = "regex")]
    pub const fn with_patterns(text: &'static str) -> Self {
        Self {
            text,
            schema: OnceLock::new(),
            matches: regex::matches,
        }
    }

    /// Checks a value as it would be written.
    pub fn check<T: Serialize>(&self, value: &T) -> Result<(), Invalid> {
        let value = serde_json::to_value(value).map_err(|error| Invalid(vec![Violation::new("", error)]))?;
        self.check_json(&value)
    }

    /// Checks a JSON value.
    pub fn check_json(&self, value: &Value) -> Result<(), Invalid> {
        let schema = self
            .schema
            .get_or_init(|| serde_json::from_str(self.text).unwrap_or(Value::Bool(true)));
        let checker = Checker {
            root: schema,
            matches: self.matches,
            followed: RefCell::default(),
        };
        let mut found = Vec::new();
        checker.check(schema, value, &Place::Root, &mut found);
        if found.is_empty() { Ok(()) } else { Err(Invalid(found)) }
    }
}

/// A constraint that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The place in the value, a JSON pointer.
    pub pointer: String,
    /// What does not hold, with what was found.
    pub message: String,
}

impl Violation {
    fn new(pointer: impl Into<String>, message: impl fmt::Display) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.to_string(),
        }
    }
}

/// Every constraint that a value violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(pub Vec<Violation>);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            let place = if violation.pointer.is_empty() {
                "the value"
            } else {
                &violation.pointer
            };
            write!(f, "{separator}{place}: {}", violation.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}

/// A place in the value, written out only for a violation.
enum Place<'p> {
    Root,
    Key(&'p Place<'p>, &'p str),
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn depth(&self) -> usize {
        match self {
            Self::Root => 0,
            Self::Key(parent, _) | Self::Index(parent, _) => parent.depth() + 1,
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(parent, key) => write!(f, "{parent}/{}", key.replace('~', "~0").replace('/', "~1")),
            Self::Index(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

type Found = Vec<Violation>;

struct Checker<'s> {
    root: &'s Value,
    matches: fn(&str, &str) -> bool,
    /// The references on the way here, each with the depth of the place where it was followed.
    followed: RefCell<Vec<(*const Value, usize)>>,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, place: &Place<'_>, found: &mut Found) {
        match schema {
            Value::Bool(false) => found.push(Violation::new(place.to_string(), "the schema allows nothing here")),
            Value::Object(keywords) if place.depth() < DEEPEST => self.keywords(keywords, value, place, found),
            _ => {}
        }
    }

    fn holds(&self, schema: &Value, value: &Value, place: &Place<'_>) -> bool {
        let mut found = Vec::new();
        self.check(schema, value, place, &mut found);
        found.is_empty()
    }

    fn keywords(&self, schema: &Map<String, Value>, value: &Value, place: &Place<'_>, found: &mut Found) {
        let mut fail = |message: String| found.push(Violation::new(place.to_string(), message));
        if let Some(types) = schema.get("type")
            && !number::has_type(types, value)
        {
            fail(format!("{} is not of type {types}", brief(value)));
        }
        if let Some(Value::Array(values)) = schema.get("enum")
            && !values.iter().any(|allowed| same(allowed, value))
        {
            fail(format!("{} is none of the allowed values", brief(value)));
        }
        if let Some(constant) = schema.get("const")
            && !same(constant, value)
        {
            fail(format!("{} is not {}", brief(value), brief(constant)));
        }
        match value {
            Value::Number(number) => number::check(schema, number, &mut fail),
            Value::String(text) => self.text(schema, text, &mut fail),
            Value::Array(elements) => self.array(schema, elements, place, found),
            Value::Object(members) => self.object(schema, members, place, found),
            Value::Null | Value::Bool(_) => {}
        }
        self.composed(schema, value, place, found);
    }

    fn text(&self, schema: &Map<String, Value>, text: &str, fail: &mut impl FnMut(String)) {
        let limit = |keyword| schema.get(keyword).and_then(count);
        let length = || text.chars().count();
        if let Some(least) = limit("minLength").filter(|least| length() < *least) {
            fail(format!("shorter than {least} characters"));
        }
        if let Some(most) = limit("maxLength").filter(|most| length() > *most) {
            fail(format!("longer than {most} characters"));
        }
        if let Some(Value::String(pattern)) = schema.get("pattern")
            && !(self.matches)(pattern, text)
        {
            fail(format!("{text:?} does not match {pattern:?}"));
        }
    }
}

/// A limit: a whole number, which a schema may write as `2.0`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length beyond 2^53 limits nothing"
)]
fn count(value: &Value) -> Option<usize> {
    let whole = value.as_u64().and_then(|count| usize::try_from(count).ok());
    whole.or_else(|| value.as_f64().map(|count| count as usize))
}

/// A value for a message.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
