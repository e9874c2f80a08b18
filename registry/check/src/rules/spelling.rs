//! Integers that an example spells with a fraction. In: a version and its examples. Out: a note for each number such as `1.0` where the
//! draft-04 form of the schema says `integer`: readers of that form do not agree on it (ADR 57).

use schemactl_compat::{ReplayViolation, Semantics, Validator};
use schemactl_convert::downgrade;
use schemactl_model::{Dialect, JsonNumber, Keyword, Kind, Pointer, SchemaType, Value};

use super::{finding_of, title};
use crate::registered::registered_types;
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{RegistrySettings, SchemaVersion, WorkspaceEvent};

/// Checks the examples of a version.
pub(super) fn check_spelling(
    settings: &RegistrySettings,
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    semantics: Semantics,
    report: &mut Report,
) {
    let types = registered_types(Some(&event.settings), settings);
    let is_registered = types.contains(&SchemaType::JsonSchemaDraft4);
    let mut examples = version
        .examples
        .iter()
        .filter(|example| has_spelled_fraction(example.detail()));
    let Some(first) = examples.next().filter(|_| is_registered) else {
        return;
    };
    let form = downgrade(&version.document).schema;
    // A form that no validator reads is reported where it is made.
    let Ok(validator) = Validator::with(&form, Dialect::Draft4, semantics) else {
        return;
    };
    for example in std::iter::once(first).chain(examples) {
        let detail = example.detail();
        let violations = validator.errors(detail).unwrap_or_default();
        for (value, number) in violations
            .iter()
            .filter_map(|violation| spelled_integer(violation, detail))
        {
            report.findings.push(Finding {
                message: format!(
                    "`{}` is not an integer to some readers of the draft-04 form of {}",
                    number.as_str(),
                    title(event, &version.version)
                ),
                places: vec![FindingPlace {
                    source: example.file.clone(),
                    span: value.span,
                    label: format!("expected `{}`", number.canonical()),
                }],
                why: Some(
                    "draft-04 defines an integer by its spelling: python-jsonschema and the jsonschema crate reject a fraction of zero, \
                     Ajv and other readers that hold numbers as doubles accept it"
                        .to_owned(),
                ),
                fix: Some(format!("write `{}`, and let producers do the same", number.canonical())),
                ..finding_of(Rule::IntegerSpelling, Severity::Note, event, version)
            });
        }
    }
}

fn has_spelled_fraction(value: &Value) -> bool {
    match &value.kind {
        Kind::Number(number) => is_spelled_otherwise(number),
        Kind::Array(elements) => elements.iter().any(has_spelled_fraction),
        Kind::Object(members) => members.iter().any(|member| has_spelled_fraction(&member.value)),
        _ => false,
    }
}

/// Whether a number is an integer by its value and not by its spelling.
fn is_spelled_otherwise(number: &JsonNumber) -> bool {
    number.is_integer() && number.as_str().contains(['.', 'e', 'E'])
}

/// The number that a `type` rejects for its spelling.
fn spelled_integer<'v>(violation: &ReplayViolation, detail: &'v Value) -> Option<(&'v Value, &'v JsonNumber)> {
    let is_type = |keyword: &Pointer| keyword.tokens().last().is_some_and(|last| *last == Keyword::Type);
    let value = violation.instance.resolve(detail)?;
    match &value.kind {
        Kind::Number(number) if is_type(&violation.keyword) && is_spelled_otherwise(number) => Some((value, number)),
        _ => None,
    }
}
