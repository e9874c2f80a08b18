//! The constraints that a Rust type cannot hold: what `validate()` asks, where it was generated. In: a value, and its schema
//! as the generator wrote it down, in one dialect, with references inside, nothing that only describes, and marks where readers
//! accept more than who publishes may send (ADR 129). Out: every violation with its place, for one of both sides. No regular expressions are linked unless the feature `regex` is on, which a schema with a
//! `pattern` needs.
//!
//! An answer is one of three: what holds, what does not, and what this checker cannot tell, such as a pattern that no engine
//! compiles. Only what surely does not hold is a violation, also below `not` and its like, where a guess would refuse valid
//! events.

mod compiled;
mod composed;
mod found;
mod number;
#[cfg(feature = "regex")]
mod regex;
mod sides;
mod streamed;
mod structure;
#[cfg(test)]
mod tests;
mod unevaluated;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::{Map, Value};

use self::compiled::{CompilePattern, CompiledSchema};
use self::found::{CheckResult, CheckVerdict, EvaluatedParts};
pub use self::found::{ValidationError, Violation};
use self::sides::{ValidationSide, choose_side};
use self::streamed::Streamed;
use crate::error_path::{ErrorStep, join_step};
pub(crate) use number::{compare_values, is_integer};

/// Deeper values are not looked into: serde_json reads none.
const DEEPEST: usize = 256;
/// Schemas in schemas, at whatever depth of the value. More could need more of the stack than a thread has.
// INVARIANT: a schema that refers to itself for the same value ends here. The check is then unsure and reports no violation.
const MOST_NESTED: usize = 512;

/// The keyword for whatever the generator could not write down: a reference that leads nowhere, or depends on who asks.
const UNKNOWN: &str = "$unknown";

/// Gives a type its `validate()` and `validate_to_publish()`. `patterns` says that the schema has patterns, which need the feature `regex`;
/// `sides`, that readers accept more than who publishes may send.
#[doc(hidden)]
#[macro_export]
macro_rules! checked {
    ($name:ident, $schema:literal) => { $crate::checked!(@both $name, $crate::checked!(@new $schema)); };
    ($name:ident, $schema:literal, patterns) => { $crate::checked!(@both $name, $crate::checked!(@new $schema, patterns)); };
    ($name:ident, $schema:literal, sides) => {
        $crate::checked!(@each $name, $crate::checked!(@new $schema), $crate::__private::Constraints::to_publish($schema));
    };
    ($name:ident, $schema:literal, patterns, sides) => {
        $crate::checked!(@each $name, $crate::checked!(@new $schema, patterns), $crate::with_patterns!(@to_publish $schema));
    };
    (@both $name:ident, $schema:expr) => {
        #[allow(dead_code)]
        impl $name {
            /// Checks what the type alone does not: bounds, lengths, patterns and every other constraint of the schema.
            pub fn validate(&self) -> ::core::result::Result<(), $crate::ValidationError> {
                static SCHEMA: $crate::__private::Constraints = $schema;
                SCHEMA.check(self)
            }

            /// Checks an event before it is published. Readers of this schema accept no more, so it is the same as `validate`.
            pub fn validate_to_publish(&self) -> ::core::result::Result<(), $crate::ValidationError> {
                self.validate()
            }
        }
    };
    (@each $name:ident, $read:expr, $sent:expr) => {
        #[allow(dead_code)]
        impl $name {
            /// Checks what the type alone does not: bounds, lengths, patterns and every other constraint of the schema, as a reader does: unknown
            /// values of an extensible list or union are valid, and so are unknown properties.
            pub fn validate(&self) -> ::core::result::Result<(), $crate::ValidationError> {
                static SCHEMA: $crate::__private::Constraints = $read;
                SCHEMA.check(self)
            }

            /// Checks an event before it is published: as `validate`, and only what the schema lists is valid.
            pub fn validate_to_publish(&self) -> ::core::result::Result<(), $crate::ValidationError> {
                static SCHEMA: $crate::__private::Constraints = $sent;
                SCHEMA.check(self)
            }
        }
    };
    (@new $schema:literal) => { $crate::__private::Constraints::new($schema) };
    (@new $schema:literal, patterns) => { $crate::with_patterns!($schema) };
}

/// Creates a schema with patterns.
#[cfg(feature = "regex")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_patterns {
    ($schema:literal) => {
        $crate::__private::Constraints::with_patterns($schema)
    };
    (@to_publish $schema:literal) => {
        $crate::__private::Constraints::to_publish_with_patterns($schema)
    };
}

/// Says what is missing, in place of a function that is not there.
#[cfg(not(feature = "regex"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_patterns {
    ($(@ $side:ident)? $schema:literal) => {
        ::core::compile_error!("validate() of a schema with patterns needs the feature `regex` of schemactl-runtime")
    };
}

/// Whether a pattern is found in a text; `None` if nobody can tell.
type Matches = fn(&str, &str) -> Option<bool>;

/// A schema, ready to check values. Read from its text once.
#[derive(Debug)]
pub struct Constraints {
    text: &'static str,
    side: ValidationSide,
    schema: OnceLock<Result<Value, String>>,
    compiled: OnceLock<CompiledSchema>,
    matches: Matches,
    compile: CompilePattern,
}

impl Constraints {
    /// Creates a schema without patterns, for readers.
    pub const fn new(text: &'static str) -> Self {
        Self::without_patterns(text, ValidationSide::Reader)
    }

    /// Creates a schema without patterns, for who publishes.
    pub const fn to_publish(text: &'static str) -> Self {
        Self::without_patterns(text, ValidationSide::Publisher)
    }

    const fn without_patterns(text: &'static str, side: ValidationSide) -> Self {
        Self {
            text,
            side,
            schema: OnceLock::new(),
            compiled: OnceLock::new(),
            matches: |_, _| None,
            compile: |_| None,
        }
    }

    /// Creates a schema with patterns, for readers.
    #[cfg(feature = "regex")]
    pub const fn with_patterns(text: &'static str) -> Self {
        Self::for_side(text, ValidationSide::Reader)
    }

    /// Creates a schema with patterns, for who publishes.
    #[cfg(feature = "regex")]
    pub const fn to_publish_with_patterns(text: &'static str) -> Self {
        Self::for_side(text, ValidationSide::Publisher)
    }

    #[cfg(feature = "regex")]
    const fn for_side(text: &'static str, side: ValidationSide) -> Self {
        Self {
            text,
            side,
            schema: OnceLock::new(),
            compiled: OnceLock::new(),
            matches: regex::matches_pattern,
            compile: regex::compile_pattern,
        }
    }

    /// Checks a value as it would be written. One that cannot be written is not valid.
    pub fn check<T: Serialize>(&self, value: &T) -> Result<(), ValidationError> {
        if self.is_surely_valid(value) {
            return Ok(());
        }
        self.check_written(value)
    }

    /// Returns whether a value surely is valid, by one pass that builds nothing. Of the others [`Constraints::check`] decides.
    pub fn is_surely_valid<T: Serialize>(&self, value: &T) -> bool {
        let Ok(root) = self.schema() else { return false };
        let schema = self.compiled.get_or_init(|| CompiledSchema::new(root, self.compile));
        let streamed = Streamed {
            schema,
            root,
            matches: self.matches,
        };
        streamed.is_surely_valid(value)
    }

    #[cold]
    fn check_written<T: Serialize>(&self, value: &T) -> Result<(), ValidationError> {
        if let Ok(value) = serde_json::to_value(value) {
            return self.check_json(&value);
        }
        // Digits that a `Value` does not keep stop its serializer. The text has them, and what is read from it is checked as far as it goes.
        let text = serde_json::to_string(value).map_err(|error| ValidationError {
            violations: vec![Violation::of_error(&error.to_string())],
        })?;
        match serde_json::from_str(&text) {
            Ok(value) => self.check_json(&value),
            // A number beyond a double: nobody can tell.
            Err(_) => Ok(()),
        }
    }

    fn schema(&self) -> Result<&Value, &String> {
        let read = || {
            let mut schema = serde_json::from_str(self.text).map_err(|error| error.to_string())?;
            choose_side(&mut schema, self.side);
            Ok(schema)
        };
        self.schema.get_or_init(read).as_ref()
    }

    /// Checks a JSON value by the interpreter.
    pub fn check_json(&self, value: &Value) -> Result<(), ValidationError> {
        let schema = self.schema().map_err(|error| {
            let message = format!("the schema in the generated code cannot be read, generate it again: {error}");
            ValidationError {
                violations: vec![Violation::of_error(&message)],
            }
        })?;
        let checker = Checker::new(schema, self.matches);
        let mut found = CheckResult::explained();
        checker.check(schema, value, &InstancePlace::Root, &mut found);
        found.into_result()
    }
}

/// Returns a name as a JSON pointer has it.
fn escape_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A place in the value, written out only for a violation.
enum InstancePlace<'p> {
    Root,
    Key(&'p InstancePlace<'p>, &'p str),
    Index(&'p InstancePlace<'p>, usize),
}

impl InstancePlace<'_> {
    /// What there must not be, where there must not be anything.
    const fn what(&self) -> &'static str {
        match self {
            Self::Root => "nothing",
            Self::Key(..) => "no such property",
            Self::Index(..) => "no such element",
        }
    }

    /// The place as errors name it.
    fn to_path(&self) -> String {
        let (parent, step) = match self {
            Self::Root => return String::new(),
            Self::Key(parent, key) => (parent, ErrorStep::Key(key)),
            Self::Index(parent, index) => (parent, ErrorStep::Index(*index)),
        };
        let mut path = parent.to_path();
        join_step(&mut path, step);
        path
    }

    fn depth(&self) -> usize {
        match self {
            Self::Root => 0,
            Self::Key(parent, _) | Self::Index(parent, _) => parent.depth() + 1,
        }
    }
}

impl fmt::Display for InstancePlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(parent, key) => write!(f, "{parent}/{}", escape_token(key)),
            Self::Index(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

struct Checker<'s> {
    root: &'s Value,
    matches: Matches,
    /// The references on the way here: the target of each, and the value that it was followed for.
    followed: RefCell<Vec<CheckKey>>,
    /// What targets of references answered.
    known: RefCell<HashMap<CheckKey, CachedCheck>>,
    /// How many schemas are being asked, each for another.
    nested: Cell<usize>,
    /// How many times the alternatives of a union were explained.
    explained: Cell<usize>,
}

/// A schema that a reference leads to, and a value, by their addresses.
type CheckKey = (*const Value, *const Value);

#[derive(Clone)]
struct CachedCheck {
    answer: CheckVerdict,
    /// The reasons were given.
    is_explained: bool,
    /// What it looked at, if that was noted.
    seen: Option<EvaluatedParts>,
}

impl<'s> Checker<'s> {
    fn new(root: &'s Value, matches: Matches) -> Self {
        Self {
            root,
            matches,
            followed: RefCell::default(),
            known: RefCell::default(),
            nested: Cell::default(),
            explained: Cell::default(),
        }
    }

    /// A checker that knows no answers, as deep in schemas as this one.
    // INVARIANT: the stack has room for MOST_NESTED schemas, however many checkers they are asked by.
    fn begin_anew(&self) -> Self {
        Self {
            nested: Cell::new(self.nested.get()),
            ..Self::new(self.root, self.matches)
        }
    }

    /// Checks the value at this place, together with whatever else is said of it.
    fn check(&self, schema: &'s Value, value: &Value, place: &InstancePlace<'_>, found: &mut CheckResult) {
        match schema {
            // Nobody will read what else does not hold.
            _ if found.is_decided() => {}
            Value::Bool(true) => {}
            Value::Bool(false) => found.fail(place, format_args!("the schema allows {}", place.what())),
            Value::Object(keywords) if place.depth() < DEEPEST && self.nested.get() < MOST_NESTED => {
                self.nested.set(self.nested.get() + 1);
                self.object_schema(keywords, value, place, found);
                self.nested.set(self.nested.get() - 1);
            }
            _ => found.unsure(),
        }
    }

    fn object_schema(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        if !unevaluated::asks_for_unevaluated(schema) {
            return self.keywords(schema, value, place, found);
        }
        let outer = found.seen.replace(EvaluatedParts::default());
        self.keywords(schema, value, place, found);
        let mut seen = found.seen.take().unwrap_or_default();
        self.unevaluated(schema, value, place, &mut seen, found);
        found.seen = outer;
        found.seen(|outer| outer.merge(seen));
    }

    /// Checks a value inside the one that `found` is about.
    fn below(&self, schema: &'s Value, value: &Value, place: &InstancePlace<'_>, found: &mut CheckResult) {
        let seen = found.seen.take();
        self.check(schema, value, place, found);
        found.seen = seen;
    }

    /// Whether a schema holds. What it looks at stays its own.
    fn holds(&self, schema: &'s Value, value: &Value, place: &InstancePlace<'_>) -> CheckVerdict {
        self.beside(schema, value, place, None).answer()
    }

    /// What a schema finds that may hold or not, at the place that `beside` is about.
    fn beside(
        &self,
        schema: &'s Value,
        value: &Value,
        place: &InstancePlace<'_>,
        beside: Option<&CheckResult>,
    ) -> CheckResult {
        let mut found = CheckResult::unexplained(beside);
        self.check(schema, value, place, &mut found);
        found
    }

    fn keywords(
        &self,
        schema: &'s Map<String, Value>,
        value: &Value,
        place: &InstancePlace<'_>,
        found: &mut CheckResult,
    ) {
        // What the generator could not write down.
        if schema.contains_key(UNKNOWN) {
            found.unsure();
        }
        if let Some(types) = schema.get("type") {
            match number::has_type(types, value) {
                Some(true) => {}
                Some(false) => found.fail(place, format_args!("{} is not of type {types}", Brief(value))),
                None => found.unsure = true,
            }
        }
        if let Some(allowed @ Value::Array(values)) = schema.get("enum") {
            match any(values.iter().map(|allowed| compare_values(allowed, value))) {
                Some(true) => {}
                Some(false) => found.fail(place, format_args!("{} is none of {}", Brief(value), Brief(allowed))),
                None => found.unsure = true,
            }
        }
        if let Some(constant) = schema.get("const") {
            match compare_values(constant, value) {
                Some(true) => {}
                Some(false) => found.fail(place, format_args!("{} is not {}", Brief(value), Brief(constant))),
                None => found.unsure = true,
            }
        }
        match value {
            Value::Number(number) => number::check_number(schema, number, place, found),
            Value::String(text) => self.text(schema, text, place, found),
            Value::Array(elements) => self.array(schema, elements, place, found),
            Value::Object(members) => self.object(schema, members, place, found),
            Value::Null | Value::Bool(_) => {}
        }
        self.composed(schema, value, place, found);
    }

    /// A checker for names, which are no values of the event: their addresses come again.
    fn for_names(&self) -> Self {
        Self::new(self.root, self.matches)
    }

    fn text(&self, schema: &Map<String, Value>, text: &str, place: &InstancePlace<'_>, found: &mut CheckResult) {
        let limit = |keyword| schema.get(keyword).and_then(count);
        let length = || text.chars().count();
        if let Some(least) = limit("minLength").filter(|least| length() < *least) {
            found.fail(place, format_args!("{} characters, fewer than {least}", length()));
        }
        if let Some(most) = limit("maxLength").filter(|most| length() > *most) {
            found.fail(place, format_args!("{} characters, more than {most}", length()));
        }
        if let Some(Value::String(pattern)) = schema.get("pattern") {
            match (self.matches)(pattern, text) {
                Some(true) => {}
                Some(false) => found.fail(place, format_args!("{text:?} does not match {pattern:?}")),
                None => found.unsure = true,
            }
        }
    }

    /// Goes on at the target of a reference. One that comes back to itself at the same value says nothing that could be told.
    /// Answers are kept: schemas that refer to themselves would otherwise be asked again for every way that leads to a value,
    /// and there are more ways the deeper it is.
    fn follow(&self, reference: &Value, value: &Value, place: &InstancePlace<'_>, found: &mut CheckResult) {
        let text = reference.as_str().unwrap_or_default();
        let Some(target) = self.root.pointer(text.trim_start_matches('#')) else {
            return found.unsure();
        };
        let question: CheckKey = (target, value);
        let known = self.known.borrow().get(&question).cloned();
        if let Some(known) = known
            && (known.seen.is_some() || found.seen.is_none())
            && (known.is_explained || known.answer != CheckVerdict::Fails || !found.explains())
        {
            found.seen(|seen| seen.merge(known.seen.unwrap_or_default()));
            return found.add(known.answer);
        }
        if self.followed.borrow().contains(&question) {
            return found.unsure();
        }
        self.followed.borrow_mut().push(question);
        let mut inner = found.inner();
        self.check(target, value, place, &mut inner);
        self.followed.borrow_mut().pop();
        let mut all = self.known.borrow_mut();
        let known = all.entry(question).or_insert(CachedCheck {
            answer: inner.answer(),
            is_explained: false,
            seen: None,
        });
        known.is_explained |= inner.explains();
        known.seen = known.seen.take().or_else(|| inner.seen.clone());
        drop(all);
        found.join(inner);
    }
}

/// Whether one of several holds; `None` if only one could of which nobody can tell.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut any = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => any = None,
        }
    }
    any
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
