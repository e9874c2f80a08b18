//! The constraints that a Rust type cannot hold: what `validate()` asks, where it was generated. In: a value, and its schema
//! as the generator wrote it down, in one dialect, with references inside and nothing that only describes. Out: every
//! violation with its place. No regular expressions are linked unless the feature `regex` is on, which a schema with a
//! `pattern` needs.
//!
//! An answer is one of three: what holds, what does not, and what this checker cannot tell, such as a pattern that no engine
//! compiles. Only what surely does not hold is a violation, also below `not` and its like, where a guess would refuse valid
//! events.

mod composed;
mod number;
#[cfg(feature = "regex")]
mod regex;
mod structure;
mod unevaluated;

use std::cell::RefCell;
use std::fmt;
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use number::{is_integer, same};

/// Deeper values are not looked into: serde_json reads none.
const DEEPEST: usize = 256;

/// The keyword for whatever the generator could not write down: a reference that leads nowhere, or depends on who asks.
const UNKNOWN: &str = "$unknown";

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

/// Whether a pattern is found in a text; `None` if nobody can tell.
type Matches = fn(&str, &str) -> Option<bool>;

/// A schema, ready to check values. Read from its text once.
#[derive(Debug)]
pub struct Constraints {
    text: &'static str,
    schema: OnceLock<Value>,
    matches: Matches,
}

impl Constraints {
    /// A schema without patterns.
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            schema: OnceLock::new(),
            matches: |_, _| None,
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
        let value = serde_json::to_value(value).map_err(|error| {
            Invalid(vec![Violation {
                pointer: String::new(),
                message: error.to_string(),
            }])
        })?;
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
        let mut found = Found::explained();
        checker.check(schema, value, &Place::Root, &mut found);
        match found.violations {
            Some(violations) if found.fails => Err(Invalid(violations)),
            _ => Ok(()),
        }
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

/// What was found at a value.
struct Found {
    /// Something does not hold.
    fails: bool,
    /// Something could not be told.
    unsure: bool,
    /// What does not hold, if anyone will read it.
    violations: Option<Vec<Violation>>,
}

/// Whether a schema holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Holds,
    Fails,
    Unsure,
}

impl Found {
    const fn explained() -> Self {
        Self {
            fails: false,
            unsure: false,
            violations: Some(Vec::new()),
        }
    }

    const fn unexplained() -> Self {
        Self {
            fails: false,
            unsure: false,
            violations: None,
        }
    }

    fn fail(&mut self, place: &Place<'_>, message: fmt::Arguments<'_>) {
        self.fails = true;
        if let Some(violations) = &mut self.violations {
            violations.push(Violation {
                pointer: place.to_string(),
                message: message.to_string(),
            });
        }
    }

    const fn answer(&self) -> Answer {
        match self {
            Self { fails: true, .. } => Answer::Fails,
            Self { unsure: true, .. } => Answer::Unsure,
            _ => Answer::Holds,
        }
    }
}

struct Checker<'s> {
    root: &'s Value,
    matches: Matches,
    /// The references on the way here, each with the depth of the place where it was followed.
    followed: RefCell<Vec<(*const Value, usize)>>,
}

impl<'s> Checker<'s> {
    fn check(&self, schema: &'s Value, value: &Value, place: &Place<'_>, found: &mut Found) {
        match schema {
            // Nobody will read what else does not hold.
            _ if found.fails && found.violations.is_none() => {}
            Value::Bool(true) => {}
            Value::Bool(false) => found.fail(place, format_args!("the schema allows nothing here")),
            Value::Object(keywords) if place.depth() < DEEPEST => self.keywords(keywords, value, place, found),
            _ => found.unsure = true,
        }
    }

    fn holds(&self, schema: &'s Value, value: &Value, place: &Place<'_>) -> Answer {
        let mut found = Found::unexplained();
        self.check(schema, value, place, &mut found);
        found.answer()
    }

    fn keywords(&self, schema: &'s Map<String, Value>, value: &Value, place: &Place<'_>, found: &mut Found) {
        // What the generator could not write down.
        found.unsure |= schema.contains_key(UNKNOWN);
        if let Some(types) = schema.get("type") {
            match number::has_type(types, value) {
                Some(true) => {}
                Some(false) => found.fail(place, format_args!("{} is not of type {types}", Brief(value))),
                None => found.unsure = true,
            }
        }
        if let Some(Value::Array(values)) = schema.get("enum")
            && !values.iter().any(|allowed| same(allowed, value))
        {
            found.fail(place, format_args!("{} is none of the allowed values", Brief(value)));
        }
        if let Some(constant) = schema.get("const")
            && !same(constant, value)
        {
            found.fail(place, format_args!("{} is not {}", Brief(value), Brief(constant)));
        }
        match value {
            Value::Number(number) => number::check(schema, number, place, found),
            Value::String(text) => self.text(schema, text, place, found),
            Value::Array(elements) => self.array(schema, elements, place, found),
            Value::Object(members) => self.object(schema, members, place, found),
            Value::Null | Value::Bool(_) => {}
        }
        self.composed(schema, value, place, found);
        self.unevaluated(schema, value, place, found);
    }

    fn text(&self, schema: &Map<String, Value>, text: &str, place: &Place<'_>, found: &mut Found) {
        let limit = |keyword| schema.get(keyword).and_then(count);
        let length = || text.chars().count();
        if let Some(least) = limit("minLength").filter(|least| length() < *least) {
            found.fail(place, format_args!("shorter than {least} characters"));
        }
        if let Some(most) = limit("maxLength").filter(|most| length() > *most) {
            found.fail(place, format_args!("longer than {most} characters"));
        }
        if let Some(Value::String(pattern)) = schema.get("pattern") {
            match (self.matches)(pattern, text) {
                Some(true) => {}
                Some(false) => found.fail(place, format_args!("{text:?} does not match {pattern:?}")),
                None => found.unsure = true,
            }
        }
    }

    /// Goes on at the target of a reference. One that comes back to itself at the same place says nothing that could be told.
    fn follow(&self, reference: &Value, place: &Place<'_>, go_on: impl FnOnce(&'s Value)) -> bool {
        let target = reference
            .as_str()
            .and_then(|text| self.root.pointer(text.trim_start_matches('#')));
        let Some(target) = target else {
            return false;
        };
        let step = (std::ptr::from_ref(target), place.depth());
        if self.followed.borrow().contains(&step) {
            return false;
        }
        self.followed.borrow_mut().push(step);
        go_on(target);
        self.followed.borrow_mut().pop();
        true
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
struct Brief<'v>(&'v Value);

impl fmt::Display for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        match text.char_indices().nth(60) {
            Some((end, _)) => write!(f, "{}…", &text[..end]),
            None => f.write_str(&text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(schema: &Value, value: &Value) -> bool {
        let constraints = Constraints::new(schema.to_string().leak());
        constraints.check_json(value).is_ok()
    }

    #[test]
    fn what_nobody_can_tell_is_refused_neither_way() {
        let unknown = r#"{"$unknown": true}"#;
        for (schema, value) in [
            (r"?", "1"),
            (r#"{"pattern": "a"}"#, r#""a""#),
            (r#"{"patternProperties": {"a": false}}"#, r#"{"a": 1}"#),
            (
                r#"{"patternProperties": {"a": true}, "additionalProperties": false}"#,
                r#"{"a": 1}"#,
            ),
            (
                r#"{"patternProperties": {"a": true}, "unevaluatedProperties": false}"#,
                r#"{"a": 1}"#,
            ),
            (r#"{"type": "no such type"}"#, "1"),
            (r#"{"type": ["string", "no such type"]}"#, "1"),
            (r#"{"not": ?}"#, "1"),
            (r#"{"allOf": [true, ?]}"#, "1"),
            (r#"{"anyOf": [false, ?]}"#, "1"),
            (r#"{"oneOf": [false, ?]}"#, "1"),
            (r#"{"oneOf": [true, ?]}"#, "1"),
            (r#"{"if": ?, "then": false}"#, "1"),
            (r#"{"if": true, "then": ?}"#, "1"),
            (r#"{"contains": ?}"#, "[1]"),
            (r#"{"contains": ?, "minContains": 0, "maxContains": 0}"#, "[1]"),
            (r#"{"propertyNames": ?}"#, r#"{"a": 1}"#),
            (r#"{"dependentSchemas": {"a": ?}}"#, r#"{"a": 1}"#),
            (r#"{"unevaluatedProperties": ?}"#, r#"{"a": 1}"#),
            (r#"{"anyOf": [?, true], "unevaluatedProperties": false}"#, r#"{"a": 1}"#),
            (
                r#"{"if": ?, "then": {"items": true}, "unevaluatedItems": false}"#,
                "[1]",
            ),
            (r#"{"contains": ?, "minContains": 0, "unevaluatedItems": false}"#, "[1]"),
            (r##"{"$ref": "#/$defs/none"}"##, "1"),
            (r#"{"multipleOf": 18446744073709551616}"#, "36893488147419103232"),
            (r#"{"maximum": 18446744073709551616}"#, "18446744073709551615"),
        ] {
            let schema: Value = serde_json::from_str(&schema.replace('?', unknown)).unwrap();
            let value = serde_json::from_str(value).unwrap();
            let not = serde_json::json!({"not": schema});
            assert!(accepts(&schema, &value), "{schema} {value}");
            assert!(accepts(&not, &value), "{not} {value}");
        }
        let endless = r##"{"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"$ref": "#/$defs/a"}}}"##;
        assert!(accepts(&serde_json::from_str(endless).unwrap(), &Value::Null));
    }

    #[test]
    fn what_can_be_told_is_told_beside_what_cannot() {
        let unknown = r#"{"$unknown": true}"#;
        for (schema, value) in [
            (r#"{"allOf": [?, false]}"#, "1"),
            (r#"{"oneOf": [true, true, ?]}"#, "1"),
            (r#"{"not": {"anyOf": [true, ?]}}"#, "1"),
            (r#"{"not": {"type": ["integer", "no such type"]}}"#, "1"),
            (r#"{"contains": ?}"#, "[]"),
            (r#"{"contains": ?, "minContains": 3}"#, "[1, 2]"),
            (
                r#"{"not": {"unevaluatedProperties": true, "anyOf": [?, true]}}"#,
                r#"{"a": 1}"#,
            ),
            (r#"{"not": {"if": ?}}"#, "1"),
        ] {
            let schema = serde_json::from_str(&schema.replace('?', unknown)).unwrap();
            let value = serde_json::from_str(value).unwrap();
            assert!(!accepts(&schema, &value), "{schema} {value}");
        }
    }

    #[test]
    fn multiples_are_told_exactly() {
        for (number, factor, is_multiple) in [
            ("0.3", "0.1", true),
            ("1e308", "0.5", true),
            ("1e308", "3", false),
            ("9007199254740993", "2", false),
            ("0", "1e-300", true),
            ("1", "1e300", false),
            ("1e-300", "1", false),
            ("0", "1e300", true),
            ("-7.5", "2.5", true),
            ("12391239123", "1e-8", true),
            ("1.00000001", "0.0000001", false),
            ("0.30000000000000004", "0.1", false),
        ] {
            let schema = serde_json::from_str(&format!(r#"{{"multipleOf": {factor}}}"#)).unwrap();
            let value = serde_json::from_str(number).unwrap();
            assert_eq!(accepts(&schema, &value), is_multiple, "{number} {factor}");
        }
    }
}
