//! Whether an event is valid, as far as all readers agree. In: a document, an event, an engine. Out: valid, invalid with the reasons, or
//! undecided. A pattern that only Rust's syntax knows has no meaning in ECMA 262 (ADR 50): the validator, which is written in Rust, is
//! not asked about it. Where a schema has one, the engine decides, for which nothing is known of such a pattern, and the answer is
//! undecided if it hangs on one. The engine also decides where a number is beyond a double, such as `1e400`: it reads numbers exactly.

use schemactl_model::{Document, JsonNumber, JsonObject, Keyword, Kind, Pointer, SchemaFault, Value};

use crate::edit::{Edit, apply_edits, only_value};
use crate::engine::Engine;
use crate::replay::{ReplayError, ReplayViolation, Validator};
use crate::validity::review_document;
use crate::verdict::Verdict;
use schemactl_containment::Schema;

/// Whether an event is valid under a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventValidity {
    /// It is, whoever reads the schema.
    Valid,
    /// It is not, for these reasons: at least one.
    Invalid(Vec<ReplayViolation>),
    /// It hangs on a pattern that validators disagree on, or on what the engine cannot decide.
    Undecided(String),
}

/// A schema, ready to judge events.
#[derive(Debug)]
pub struct EventJudge<'d> {
    document: &'d Document,
    /// Without the patterns that only Rust's syntax knows. `None` where a number of the schema is beyond a double.
    validator: Option<Validator>,
    /// Those patterns.
    disputed: Vec<SchemaFault>,
}

impl<'d> EventJudge<'d> {
    /// Prepares a schema without faults, read as the engine reads it.
    ///
    /// # Errors
    ///
    /// The validator cannot use the schema.
    pub fn new(document: &'d Document, engine: &dyn Engine) -> Result<Self, ReplayError> {
        let disputed = review_document(document).warnings;
        let edits: Vec<_> = disputed
            .iter()
            .map(|pattern| Edit::Remove(pattern.pointer.clone()))
            .collect();
        let (dialect, semantics) = (document.dialect(), engine.semantics());
        let validator = if disputed.is_empty() {
            Validator::with(document.root(), dialect, semantics)
        } else {
            Validator::with(&apply_edits(document.root(), &edits), dialect, semantics)
        };
        let validator = match validator {
            Err(ReplayError::Number) => None,
            other => Some(other?),
        };
        Ok(Self {
            document,
            validator,
            disputed,
        })
    }

    /// Returns whether an event is valid.
    ///
    /// # Errors
    ///
    /// The event would keep a validator too long.
    pub fn judge(&self, engine: &dyn Engine, event: &Value) -> Result<EventValidity, ReplayError> {
        let by_validator = self.validator.as_ref().filter(|_| self.disputed.is_empty());
        match by_validator.map(|validator| validator.reasons(self.document, event)) {
            Some(Ok(violations)) if violations.is_empty() => return Ok(EventValidity::Valid),
            Some(Ok(violations)) => return Ok(EventValidity::Invalid(violations)),
            Some(Err(ReplayError::Number)) | None => {}
            Some(Err(error)) => return Err(error),
        }
        let only = only_value(event);
        let dialect = self.document.dialect();
        let verdict = engine.contains(
            &Schema::new(&only, dialect),
            &Schema::new(self.document.root(), dialect),
        );
        Ok(match verdict {
            Verdict::Compatible => EventValidity::Valid,
            Verdict::Incompatible { .. } => EventValidity::Invalid(self.reasons(event)?),
            Verdict::Undecided { reason } => {
                let disputed = self.disputed.first();
                EventValidity::Undecided(disputed.map_or(reason, |pattern| pattern.message.clone()))
            }
        })
    }

    /// What rejects an event whatever the disputed patterns match.
    fn reasons(&self, event: &Value) -> Result<Vec<ReplayViolation>, ReplayError> {
        let held = within_doubles(event);
        let mut found = match &self.validator {
            Some(validator) => validator.reasons(self.document, &held)?,
            None => Vec::new(),
        };
        // Of a number that the validator did not see, its words would name another.
        for violation in &mut found {
            let value = violation.instance.resolve(event).filter(|value| !value.is_composite());
            if let (Some(value), Some(keyword)) = (value, violation.keyword.tokens().last())
                && violation.instance.resolve(&held) != Some(value)
            {
                violation.message = format!("{} is rejected by `{keyword}`", value.to_json());
            }
        }
        if self.disputed.is_empty() && found.is_empty() {
            found.push(ReplayViolation {
                instance: Pointer::root(),
                keyword: Pointer::root(),
                message: "the event is rejected; a number is beyond a double, so that no validator can say where"
                    .to_owned(),
            });
        }
        // A name that a pattern would have taken is rejected by what stands beside it, once the pattern is gone.
        let is_name = |pattern: &SchemaFault| pattern.keyword == Keyword::PatternProperties;
        if !found.is_empty() && !self.disputed.iter().any(is_name) {
            return Ok(found);
        }
        Ok(vec![ReplayViolation {
            instance: Pointer::root(),
            keyword: Pointer::root(),
            message: "the event is rejected whatever the patterns match that validators disagree on".to_owned(),
        }])
    }
}

/// The event with the largest double in place of each number beyond it, for validators that read numbers as doubles.
fn within_doubles(value: &Value) -> Value {
    let kind = match &value.kind {
        Kind::Number(number) if number.as_str().parse::<f64>().is_ok_and(f64::is_infinite) => {
            let sign = if number.as_str().starts_with('-') { "-" } else { "" };
            Kind::Number(JsonNumber::from_text(&format!("{sign}{:e}", f64::MAX)))
        }
        Kind::Array(elements) => Kind::Array(elements.iter().map(within_doubles).collect()),
        Kind::Object(members) => {
            let members = members
                .iter()
                .map(|member| member.with_value(within_doubles(&member.value)));
            Kind::Object(JsonObject::from_entries(members.collect()))
        }
        _ => return value.clone(),
    };
    Value { kind, ..value.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::default_engine;
    use schemactl_containment::Semantics;
    use schemactl_model::{Dialect, Source, parse};

    /// `valid`, `invalid at PLACE`, or `undecided`.
    fn judged(schema: &str, event: &str) -> String {
        let document = Document::parse(Source::new("a.json", schema), Dialect::Draft202012).unwrap();
        let engine = default_engine(Semantics::default());
        let event = parse(&Source::new("event", event)).unwrap();
        let judge = EventJudge::new(&document, &engine).unwrap();
        match judge.judge(&engine, &event).unwrap() {
            EventValidity::Valid => "valid".to_owned(),
            EventValidity::Invalid(violations) => format!("invalid at {}", violations[0].instance),
            EventValidity::Undecided(_) => "undecided".to_owned(),
        }
    }

    #[test]
    fn nothing_is_asserted_by_the_reading_of_rust() {
        for pattern in [r"(?i)a", r"\\Aa", "a++", "(?P<x>a)", r"\\pL", "[[:alpha:]]"] {
            let schema = |schema: &str| schema.replace("PATTERN", pattern);
            let own =
                schema(r#"{"properties": {"a": {"type": "string", "pattern": "PATTERN"}, "b": {"type": "integer"}}}"#);
            for (event, expected) in [
                (r#"{"a": "a"}"#, "undecided"),
                (r#"{"a": "A"}"#, "undecided"),
                (r#"{"a": "?"}"#, "undecided"),
                (r#"{"a": 1}"#, "invalid at /a"),
                (r#"{"a": "a", "b": "x"}"#, "invalid at /b"),
                (r#"{"b": 1}"#, "valid"),
                ("5", "valid"),
            ] {
                assert_eq!(judged(&own, event), expected, "{pattern} {event}");
            }
            // Whether it is a name that the pattern matches, nobody knows; what else is asked is known.
            let names = schema(r#"{"patternProperties": {"PATTERN": {"type": "integer"}}, "required": ["a"]}"#);
            for (event, expected) in [
                (r#"{"a": 1}"#, "valid"),
                (r#"{"a": "x"}"#, "undecided"),
                ("{}", "invalid at "),
            ] {
                assert_eq!(judged(&names, event), expected, "{pattern} {event}");
            }
            // What stands below `not` would turn a guess into its opposite.
            let not = schema(r#"{"not": {"type": "string", "pattern": "PATTERN"}}"#);
            assert_eq!(judged(&not, "\"a\""), "undecided", "{pattern}");
            assert_eq!(judged(&not, "1"), "valid", "{pattern}");
        }
    }

    #[test]
    fn numbers_beyond_a_double_are_read_exactly() {
        for (schema, event, expected) in [
            (
                r#"{"properties": {"n": {"type": "number"}}}"#,
                r#"{"n": 1e400}"#,
                "valid",
            ),
            (
                r#"{"properties": {"n": {"type": "integer"}}}"#,
                r#"{"n": -1e400}"#,
                "valid",
            ),
            (
                r#"{"properties": {"n": {"maximum": 5}}}"#,
                r#"{"n": 1e400}"#,
                "invalid at /n",
            ),
            (
                r#"{"properties": {"n": {"minimum": 5}}}"#,
                r#"{"n": -1e400}"#,
                "invalid at /n",
            ),
            (
                r#"{"properties": {"n": {"maximum": 1e400}}}"#,
                r#"{"n": 1e399}"#,
                "valid",
            ),
            (r#"{"properties": {"n": {"maximum": 1e400}}}"#, r#"{"n": 5}"#, "valid"),
            (
                r#"{"properties": {"n": {"maximum": 1e400}}}"#,
                r#"{"n": 1e401}"#,
                "invalid at ",
            ),
            (
                r#"{"properties": {"n": {"const": 1e400}}}"#,
                r#"{"n": 10e399}"#,
                "valid",
            ),
            (
                r#"{"properties": {"n": {}, "s": {"type": "string"}}}"#,
                r#"{"n": 1e400, "s": 1}"#,
                "invalid at /s",
            ),
            (
                r#"{"properties": {"n": {"maximum": 5}}}"#,
                r#"{"n": 1e99999999999999999999}"#,
                "undecided",
            ),
        ] {
            assert_eq!(judged(schema, event), expected, "{schema} {event}");
        }
    }

    #[test]
    fn without_such_a_pattern_the_validator_answers() {
        assert_eq!(judged(r#"{"pattern": "^[a-z]+$"}"#, "\"a\""), "valid");
        assert_eq!(
            judged(r#"{"items": {"pattern": "^[a-z]+$"}}"#, "[\"A\"]"),
            "invalid at /0"
        );
    }
}
