//! Replaying an event through the `jsonschema` crate: the validator that is not ours. In: schemas and events as values of
//! `model`. Out: valid or not, and where. Contents are annotations, and formats unless they are asked to be more; nothing is
//! fetched, and patterns run on a linear engine wherever the pattern permits.

mod embedded;
mod lists;
mod reasons;

use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, ValidationOptions};
use schemactl_containment::{from_serde_json, to_serde_json};
use schemactl_model::{
    Dialect, FormatMode, Kind, Pointer, ResolveError, Resolver, Value, any_reference, read_pattern, with_stack_for,
};

use self::embedded::identify_embedded;
use self::lists::LongLists;
use crate::cost::{CostModel, is_too_long, largest_count};
use schemactl_containment::Semantics;

/// Why an event cannot be replayed. Never a verdict.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// A number that a double cannot hold.
    #[error("a number in it is larger than validators can hold")]
    Number,
    /// A schema whose references multiply beyond what a validator gets through.
    #[error("its references multiply beyond what a validator can evaluate")]
    TooExpensive,
    /// A text and a pattern with counts that a validator would match for too long.
    #[error("a validator would need too long to match a string against a pattern of {0} repetitions")]
    LongText(u64),
    /// A pattern that is larger, with its repetitions written out, than a validator builds.
    #[error(
        "the pattern `{0}` is larger than the limit of validators; lower its counts, or bound the length with `maxLength`"
    )]
    LargePattern(String),
    /// A schema that the validator refuses.
    #[error("the validator rejects the schema: {0}")]
    Schema(String),
}

/// A schema, ready to validate events.
#[derive(Debug)]
pub struct Validator {
    /// Of the document, or of what is left of it without its long lists.
    inner: Arc<jsonschema::Validator>,
    /// Long lists, which are not in `inner`.
    long_lists: Option<LongLists>,
    /// What an event costs, if references could multiply it.
    cost: Option<CostModel>,
    /// The repetitions that the validator unrolls.
    largest_count: u64,
}

/// One reason why an event is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayViolation {
    /// Where in the event.
    pub instance: Pointer,
    /// The keyword that refuses it, as a place in the schema's document.
    pub keyword: Pointer,
    /// What the validator says.
    pub message: String,
}

impl Validator {
    /// Prepares a schema, formats being annotations.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_compat::Validator;
    /// use schemactl_model::{Dialect, Source, parse};
    ///
    /// let value = |text: &str| parse(&Source::new("a.json", text)).unwrap();
    /// let validator = Validator::new(&value(r#"{"minLength": 3}"#), Dialect::Draft202012).unwrap();
    /// assert!(validator.is_valid(&value(r#""abc""#)).unwrap());
    /// assert!(!validator.is_valid(&value(r#""ab""#)).unwrap());
    /// ```
    pub fn new(schema: &Value, dialect: Dialect) -> Result<Self, ReplayError> {
        Self::with(schema, dialect, Semantics::default())
    }

    /// Prepares a schema, read in a way.
    pub fn with(schema: &Value, dialect: Dialect, semantics: Semantics) -> Result<Self, ReplayError> {
        with_stack_for(schema.depth(), || Self::new_here(schema, dialect, semantics))
    }

    fn new_here(schema: &Value, dialect: Dialect, semantics: Semantics) -> Result<Self, ReplayError> {
        let identified = identify_embedded(schema, dialect);
        let schema = identified.as_ref().unwrap_or(schema);
        let has_references = has_references(schema);
        if has_references {
            require_identifiers(schema, dialect)?;
        }
        let long_lists = LongLists::cut(schema, dialect, semantics);
        let schema = long_lists.as_ref().map_or(schema, LongLists::rest);
        Ok(Self {
            inner: Arc::new(build_validator(schema, dialect, semantics)?),
            cost: has_references.then(|| CostModel::of(schema, dialect)).flatten(),
            largest_count: largest_count(schema),
            long_lists,
        })
    }

    /// Returns whether an event is valid.
    pub fn is_valid(&self, event: &Value) -> Result<bool, ReplayError> {
        self.is_valid_as(event, &to_serde_json(event).ok_or(ReplayError::Number)?)
    }

    /// Returns whether an event is valid, which serde has read.
    pub fn is_valid_json(&self, event: &serde_json::Value) -> Result<bool, ReplayError> {
        self.is_valid_as(&from_serde_json(event), event)
    }

    /// As [`is_valid`](Self::is_valid), for an event that several validators look at: `json` is the same event.
    pub(crate) fn is_valid_as(&self, event: &Value, json: &serde_json::Value) -> Result<bool, ReplayError> {
        self.check_cost(event)?;
        let validator = self.for_event(event)?;
        Ok(with_stack_for(event.depth(), || validator.is_valid(json)))
    }

    /// The validator that knows the listed values of an event.
    fn for_event(&self, event: &Value) -> Result<Arc<jsonschema::Validator>, ReplayError> {
        let of_lists = match &self.long_lists {
            Some(lists) => lists.validator_for(event)?,
            None => None,
        };
        Ok(of_lists.unwrap_or_else(|| Arc::clone(&self.inner)))
    }

    fn check_cost(&self, event: &Value) -> Result<(), ReplayError> {
        if is_too_long(self.largest_count, event) {
            return Err(ReplayError::LongText(self.largest_count));
        }
        match &self.cost {
            Some(cost) if cost.is_too_expensive(event) => Err(ReplayError::TooExpensive),
            _ => Ok(()),
        }
    }

    /// Returns why an event is not valid; empty if it is.
    pub fn errors(&self, event: &Value) -> Result<Vec<ReplayViolation>, ReplayError> {
        self.errors_by(event, |error| vec![describe_violation(error)])
    }

    /// The same, each error described in some way.
    fn errors_by(
        &self,
        event: &Value,
        describe: impl Fn(&ValidationError<'_>) -> Vec<ReplayViolation>,
    ) -> Result<Vec<ReplayViolation>, ReplayError> {
        self.check_cost(event)?;
        let json = to_serde_json(event).ok_or(ReplayError::Number)?;
        let validator = self.for_event(event)?;
        let mut found: Vec<ReplayViolation> = validator
            .iter_errors(&json)
            .flat_map(|error| describe(&error))
            .collect();
        if let Some(lists) = &self.long_lists {
            for one in &mut found {
                lists.restore_count(one);
            }
        }
        Ok(found)
    }
}

fn build_validator(
    schema: &Value,
    dialect: Dialect,
    semantics: Semantics,
) -> Result<jsonschema::Validator, ReplayError> {
    let json = to_serde_json(schema).ok_or(ReplayError::Number)?;
    let build = |options: ValidationOptions<'_>| {
        options
            .with_draft(validator_draft(dialect))
            .should_validate_formats(semantics.formats == FormatMode::Assertion)
            .without_content_media_type_support("application/json")
            .without_content_encoding_support("base64")
            .offline()
            .build(&json)
    };
    // Look-around and back-references need the backtracking engine, which has a limit of its own.
    build(jsonschema::options().with_pattern_options(PatternOptions::regex()))
        .or_else(|_| build(jsonschema::options()))
        .map_err(|error| explain_refusal(&error))
}

/// Characters of a pattern that an error shows.
const SHOWN_PATTERN: usize = 60;

/// Returns why the validator refuses a schema. It calls a pattern no regex also where that is one, and over its limit.
fn explain_refusal(error: &ValidationError<'_>) -> ReplayError {
    let is_pattern = matches!(error.kind(), ValidationErrorKind::Format { format } if format == "regex");
    match error.instance().as_str() {
        Some(pattern) if is_pattern && read_pattern(pattern).is_ok() => {
            let mut shown: String = pattern.chars().take(SHOWN_PATTERN).collect();
            if shown.len() < pattern.len() {
                shown.push('…');
            }
            ReplayError::LargePattern(shown)
        }
        _ => ReplayError::Schema(error.to_string()),
    }
}

/// Fails if different resources have one identifier, or a reference leads to an anchor that different schemas have: the validator takes one
/// of them, or panics.
fn require_identifiers(schema: &Value, dialect: Dialect) -> Result<(), ReplayError> {
    let resolver = Resolver::new(schema, dialect);
    let ambiguous = resolver.references().iter().find_map(|reference| {
        let resolved = resolver.resolve(&reference.base, &reference.text);
        resolved
            .err()
            .filter(|error| matches!(error, ResolveError::Ambiguous { .. }))
    });
    let ambiguous = ambiguous.or_else(|| resolver.find_repeated(""));
    ambiguous.map_or(Ok(()), |error| Err(ReplayError::Schema(error.to_string())))
}

/// Whether a key of a reference occurs anywhere, in data or not.
fn has_references(value: &Value) -> bool {
    match &value.kind {
        Kind::Object(members) => members
            .iter()
            .any(|member| matches!(member.keyword(), Some(any_reference!())) || has_references(&member.value)),
        Kind::Array(elements) => elements.iter().any(has_references),
        _ => false,
    }
}

pub(crate) fn describe_violation(error: &jsonschema::ValidationError<'_>) -> ReplayViolation {
    let pointer = |location: &jsonschema::paths::Location| Pointer::parse(location.as_str()).unwrap_or_default();
    ReplayViolation {
        instance: pointer(error.instance_path()),
        keyword: pointer(error.schema_path()),
        message: shortened(&error.to_string()),
    }
}

/// Messages quote the value, which may be a whole event: a line is enough.
fn shortened(message: &str) -> String {
    const MOST: usize = 160;
    if message.chars().count() <= MOST {
        return message.to_owned();
    }
    let (head, tail): (String, String) = (
        message.chars().take(MOST / 2).collect(),
        message.chars().skip(message.chars().count() - MOST / 2).collect(),
    );
    format!("{head} … {tail}")
}

/// Returns the dialect as the validator knows it.
pub(crate) fn validator_draft(dialect: Dialect) -> Draft {
    Draft::from_schema_uri(dialect.uri())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn read(text: &str) -> Value {
        parse(&Source::new("a.json", text)).unwrap()
    }

    #[test]
    fn a_violation_points_into_event_and_schema_through_references() {
        let schema =
            read(r##"{"properties": {"a": {"$ref": "#/definitions/b"}}, "definitions": {"b": {"type": "string"}}}"##);
        let validator = Validator::new(&schema, Dialect::Draft7).unwrap();
        let violations = validator.errors(&read(r#"{"a": 1}"#)).unwrap();
        assert_eq!(violations[0].instance.to_string(), "/a");
        assert_eq!(violations[0].keyword.to_string(), "/definitions/b/type");
    }

    #[test]
    fn formats_are_annotations_and_numbers_beyond_a_double_are_said_to_be() {
        let validator = Validator::new(&read(r#"{"format": "date-time"}"#), Dialect::Draft4).unwrap();
        assert_eq!(validator.is_valid(&read("\"x\"")), Ok(true));
        assert_eq!(validator.is_valid(&read("1e400")), Err(ReplayError::Number));
    }

    #[test]
    fn long_texts_are_not_matched_against_large_counts_that_are_unrolled() {
        let text = read(&format!("\"{}\"", "x".repeat(100_000)));
        let holds = |pattern: &str| {
            let schema = read(&format!(r#"{{"pattern": "{pattern}"}}"#));
            Validator::new(&schema, Dialect::Draft7).unwrap().is_valid(&text)
        };
        assert_eq!(holds("x{1000}x{2}"), Err(ReplayError::LongText(2_000)));
        assert_eq!(holds("x{500}"), Ok(true));
        assert_eq!(holds("^[xy]{1,100000}$"), Ok(true));
    }

    #[test]
    fn contents_are_annotations() {
        for schema in [
            r#"{"contentMediaType": "application/json"}"#,
            r#"{"contentEncoding": "base64"}"#,
        ] {
            let validator = Validator::new(&read(schema), Dialect::Draft7).unwrap();
            assert_eq!(validator.is_valid(&read("\"{\"")), Ok(true), "{schema}");
        }
    }

    #[test]
    fn the_validator_knows_every_dialect() {
        for dialect in Dialect::ALL {
            assert_ne!(validator_draft(dialect), Draft::Unknown, "{dialect}");
        }
    }

    #[test]
    fn nothing_is_fetched() {
        let remote = Validator::new(&read(r#"{"$ref": "http://127.0.0.1:9/x"}"#), Dialect::Draft7);
        assert!(matches!(remote, Err(ReplayError::Schema(_))));
    }

    #[test]
    fn a_pattern_over_the_limit_is_called_what_it_is() {
        for schema in [
            r#"{"pattern": "(a{1000}){1000}"}"#,
            r#"{"patternProperties": {"(a{1000}){1000}": {}}}"#,
            r#"{"properties": {"a": {"items": {"pattern": "(a{1000}){1000}"}}}}"#,
        ] {
            for dialect in Dialect::ALL {
                let found = Validator::new(&read(schema), dialect).unwrap_err();
                assert_eq!(
                    found,
                    ReplayError::LargePattern("(a{1000}){1000}".to_owned()),
                    "{dialect} {schema}"
                );
            }
        }
        // What is no pattern is still refused as such.
        let broken = Validator::new(&read(r#"{"pattern": "("}"#), Dialect::Draft202012).unwrap_err();
        assert!(matches!(broken, ReplayError::Schema(_)), "{broken}");
    }
}
