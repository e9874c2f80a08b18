//! Whether an event is valid, as far as all readers agree. In: a document, an event, an engine. Out: valid, invalid with the reasons, or
//! undecided. A pattern that only Rust's syntax knows has no meaning in ECMA 262 (ADR 50): the validator, which is written in Rust, is
//! not asked about it. Where a schema has one, the engine decides, for which nothing is known of such a pattern, and the answer is
//! undecided if it hangs on one.

use schemactl_model::{Document, Keyword, Pointer, SchemaFault, Value};

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
    /// Without the patterns that only Rust's syntax knows.
    validator: Validator,
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
            Validator::with(document.root(), dialect, semantics)?
        } else {
            Validator::with(&apply_edits(document.root(), &edits), dialect, semantics)?
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
    /// The event has a number that no validator holds, or would keep one too long.
    pub fn judge(&self, engine: &dyn Engine, event: &Value) -> Result<EventValidity, ReplayError> {
        let Some(first) = self.disputed.first() else {
            let violations = self.validator.reasons(self.document, event)?;
            return Ok(if violations.is_empty() {
                EventValidity::Valid
            } else {
                EventValidity::Invalid(violations)
            });
        };
        let only = only_value(event);
        let dialect = self.document.dialect();
        let verdict = engine.contains(
            &Schema::new(&only, dialect),
            &Schema::new(self.document.root(), dialect),
        );
        Ok(match verdict {
            Verdict::Compatible => EventValidity::Valid,
            Verdict::Incompatible { .. } => EventValidity::Invalid(self.reasons(event)?),
            Verdict::Undecided { .. } => EventValidity::Undecided(first.message.clone()),
        })
    }

    /// What rejects an event whatever the disputed patterns match.
    fn reasons(&self, event: &Value) -> Result<Vec<ReplayViolation>, ReplayError> {
        let found = self.validator.reasons(self.document, event)?;
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
    fn without_such_a_pattern_the_validator_answers() {
        assert_eq!(judged(r#"{"pattern": "^[a-z]+$"}"#, "\"a\""), "valid");
        assert_eq!(
            judged(r#"{"items": {"pattern": "^[a-z]+$"}}"#, "[\"A\"]"),
            "invalid at /0"
        );
    }
}
