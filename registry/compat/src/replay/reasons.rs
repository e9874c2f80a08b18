//! Why an event is not valid, in the words that help to correct it. In: the errors of the validator, and the document. Out: violations, where an error
//! of a union is replaced by what is wrong with the branch that the tag of the event chooses, or else names a reason for each branch.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use schemactl_model::{Document, Keyword, Pointer, Resolver, UnionTag, Value, union_tag};

use super::{ReplayError, ReplayViolation, Validator, describe_violation};
use crate::event_path::{EventPath, EventStep};

/// Branches with their reason in one message, as `validate()` of generated types has them.
const MOST_REASONS: usize = 8;
/// Letters of one such reason.
const LONGEST_REASON: usize = 160;

impl Validator {
    /// Returns why an event is not valid under the document that this validator was made of; empty if it is.
    pub(crate) fn reasons(&self, document: &Document, event: &Value) -> Result<Vec<ReplayViolation>, ReplayError> {
        let reasons = UnionReasons {
            resolver: document.resolver(),
            document,
            event,
        };
        self.errors_by(event, |error| reasons.describe(error))
    }
}

struct UnionReasons<'d> {
    resolver: Resolver<'d>,
    document: &'d Document,
    event: &'d Value,
}

impl UnionReasons<'_> {
    /// Returns what an error means. The errors of a branch are as deep as the schema is, which bounds the recursion.
    fn describe(&self, error: &ValidationError<'_>) -> Vec<ReplayViolation> {
        let violation = describe_violation(error);
        match error.kind() {
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                self.of_tag(&violation, context).unwrap_or_else(|| {
                    vec![ReplayViolation {
                        message: self.none_holds(&violation, context),
                        ..violation
                    }]
                })
            }
            ValidationErrorKind::OneOfMultipleValid { context } => {
                let holding = (1..).zip(context).filter(|(_, errors)| errors.is_empty());
                let holding: Vec<_> = holding.map(|(number, _)| format!("({number})")).collect();
                vec![ReplayViolation {
                    message: format!(
                        "expected one of the {} alternatives to hold, found {}: {}",
                        context.len(),
                        holding.len(),
                        holding.join(", ")
                    ),
                    ..violation
                }]
            }
            _ => vec![violation],
        }
    }

    /// What is wrong with the branch that the event's tag chooses, or with the tag. `None` if no property tells the branches apart.
    fn of_tag(
        &self,
        union: &ReplayViolation,
        context: &[Vec<ValidationError<'static>>],
    ) -> Option<Vec<ReplayViolation>> {
        let value = union.instance.resolve(self.event)?;
        value.as_object()?;
        let tag = self.find_tag(&union.keyword)?;
        let one = |instance: Pointer, message: String| {
            vec![ReplayViolation {
                instance,
                keyword: union.keyword.clone(),
                message,
            }]
        };
        let Some(own) = value.member(&tag.property) else {
            let message = format!("\"{}\" is a required property", tag.property);
            return Some(one(union.instance.clone(), message));
        };
        let Some(branch) = tag.values.iter().position(|value| value.as_ref() == Some(own)) else {
            let known: Vec<_> = tag.values.iter().flatten().map(Value::to_json).collect();
            let message = format!("{} is not one of {}", own.to_json(), known.join(", "));
            return Some(one(union.instance.join(tag.property.as_str()), message));
        };
        let reasons: Vec<_> = context
            .get(branch)?
            .iter()
            .flat_map(|error| self.describe(error))
            .collect();
        (!reasons.is_empty()).then_some(reasons)
    }

    fn find_tag(&self, keyword: &Pointer) -> Option<UnionTag> {
        let (last, above) = keyword.tokens().split_last()?;
        let holder = above
            .iter()
            .fold(Pointer::root(), |place, token| place.join(token.as_str()));
        let schema = holder.resolve(self.document.root())?;
        let tag = union_tag(&self.resolver, schema, &self.resolver.scope_at(&holder))?;
        (*last == tag.keyword).then_some(tag)
    }

    /// The first reason of each branch, one level deep.
    fn none_holds(&self, union: &ReplayViolation, context: &[Vec<ValidationError<'static>>]) -> String {
        let reasons = context.iter().take(MOST_REASONS).map(|errors| {
            let first = errors.first().map(describe_violation);
            first.map_or_else(|| "does not hold".to_owned(), |first| self.name_place(union, &first))
        });
        let reasons = (1..)
            .zip(reasons)
            .map(|(number, reason)| format!("({number}) {reason}"));
        let reasons: Vec<String> = reasons.collect();
        let more = if context.len() > MOST_REASONS { "; …" } else { "" };
        format!(
            "none of the {} alternatives holds: {}{more}",
            context.len(),
            reasons.join("; ")
        )
    }

    /// A reason of a branch, with its place below that of the union.
    fn name_place(&self, union: &ReplayViolation, reason: &ReplayViolation) -> String {
        let is_union = reason
            .keyword
            .tokens()
            .last()
            .is_some_and(|last| *last == Keyword::AnyOf || *last == Keyword::OneOf);
        let message = if is_union {
            "none of its alternatives holds"
        } else {
            &reason.message
        };
        let below = &reason.instance.tokens()[union.instance.tokens().len().min(reason.instance.tokens().len())..];
        let text = match union.instance.resolve(self.event).filter(|_| !below.is_empty()) {
            Some(value) => format!("`{}`: {message}", name_steps(value, below)),
            None => message.to_owned(),
        };
        match text.char_indices().nth(LONGEST_REASON) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}

/// The path of a part of a value, with the numbers of elements: a reader looks for this one.
fn name_steps(value: &Value, tokens: &[String]) -> EventPath {
    let mut at = Some(value);
    let steps = tokens.iter().map(|token| {
        let index = at.and_then(Value::as_array).and_then(|_| token.parse().ok());
        at = at.and_then(|value| Pointer::root().join(token.as_str()).resolve(value));
        index.map_or_else(|| EventStep::Property(token.clone()), EventStep::Element)
    });
    EventPath::from_steps(steps.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_containment::Semantics;
    use schemactl_model::{Dialect, Source, parse};

    /// The reasons, each as `PLACE KEYWORD MESSAGE`.
    fn reasons(schema: &str, event: &str) -> Vec<String> {
        let document = Document::parse(Source::new("a.json", schema), Dialect::Draft202012).unwrap();
        let event = parse(&Source::new("event", event)).unwrap();
        let validator = Validator::with(document.root(), document.dialect(), Semantics::default()).unwrap();
        let found = validator.reasons(&document, &event).unwrap();
        assert_eq!(found.is_empty(), validator.is_valid(&event).unwrap());
        let each = found.iter();
        each.map(|one| format!("{} {} {}", one.instance, one.keyword, one.message))
            .collect()
    }

    const TAGGED: &str = r##"{"properties": {"pay": {"oneOf": [{"$ref": "#/$defs/card"}, {"$ref": "#/$defs/sepa"}]}}, "$defs": {
        "card": {"type": "object", "required": ["kind", "number"], "properties": {"kind": {"const": "card"}, "number": {"type": "string"},
            "owner": {"anyOf": [{"type": "object", "required": ["is"], "properties": {"is": {"const": "person"}, "age": {"minimum": 1}}},
                {"type": "object", "required": ["is"], "properties": {"is": {"const": "firm"}}}]}}},
        "sepa": {"type": "object", "required": ["kind", "bic"], "properties": {"kind": {"const": "sepa"}, "bic": {"minLength": 8}}}}}"##;

    #[test]
    fn the_tag_chooses_the_branch_whose_reasons_are_given() {
        for (pay, expected) in [
            (
                r#"{"kind": "sepa", "bic": "x"}"#,
                "/pay/bic /$defs/sepa/properties/bic/minLength \"x\" is shorter than 8 characters",
            ),
            (
                r#"{"kind": "card"}"#,
                "/pay /$defs/card/required \"number\" is a required property",
            ),
            (
                r#"{"kind": "cash"}"#,
                "/pay/kind /properties/pay/oneOf \"cash\" is not one of \"card\", \"sepa\"",
            ),
            (
                r#"{"bic": "x"}"#,
                "/pay /properties/pay/oneOf \"kind\" is a required property",
            ),
            (
                r#"{"kind": "card", "number": "1", "owner": {"is": "person", "age": 0}}"#,
                "/pay/owner/age /$defs/card/properties/owner/anyOf/0/properties/age/minimum 0 is less than the minimum of 1",
            ),
        ] {
            assert_eq!(reasons(TAGGED, &format!(r#"{{"pay": {pay}}}"#)), [expected], "{pay}");
        }
    }

    #[test]
    fn without_a_tag_each_alternative_has_its_first_reason() {
        let schema = r#"{"properties": {"a": {"anyOf": [{"type": "integer", "minimum": 3}, {"items": {"maxLength": 1}, "type": "array"},
            {"oneOf": [{"type": "null"}, {"const": "x"}]}]}}}"#;
        assert_eq!(
            reasons(schema, r#"{"a": 1}"#),
            [
                "/a /properties/a/anyOf none of the 3 alternatives holds: (1) 1 is less than the minimum of 3; \
              (2) 1 is not of type \"array\"; (3) none of its alternatives holds"
            ]
        );
        assert_eq!(
            reasons(schema, r#"{"a": ["x", "long"]}"#),
            [
                "/a /properties/a/anyOf none of the 3 alternatives holds: (1) [\"x\",\"long\"] is not of type \"integer\"; \
              (2) `[1]`: \"long\" is longer than 1 character; (3) none of its alternatives holds"
            ]
        );
        // A value that is no object has no tag.
        let found = reasons(TAGGED, r#"{"pay": 1}"#);
        assert!(
            found[0].contains("(1) 1 is not of type \"object\"; (2) 1 is"),
            "{found:?}"
        );
        assert_eq!(
            reasons(
                r#"{"oneOf": [{"minimum": 1}, {"type": "string"}, {"maximum": 5}]}"#,
                "3"
            ),
            [" /oneOf expected one of the 3 alternatives to hold, found 2: (1), (3)"]
        );
    }

    #[test]
    fn reasons_are_few_and_short() {
        let branches = (0..20).map(|number| format!(r#"{{"const": "{number}{}"}}"#, "x".repeat(300)));
        let schema = format!(r#"{{"anyOf": [{}]}}"#, branches.collect::<Vec<_>>().join(","));
        let found = reasons(&schema, "1");
        assert!(
            found[0].contains("(8) ") && !found[0].contains("(9)") && found[0].ends_with("; …"),
            "{found:?}"
        );
        assert!(found[0].chars().count() < 9 * (LONGEST_REASON + 10), "{found:?}");
    }
}
