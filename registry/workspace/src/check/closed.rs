//! The policy `closed` asks every object of a schema to say what its other properties are. In: an event. Out: a finding for each
//! object that does not.

use schemactl_model::{Kind, Value, subschemas};

use super::{finding_of, title};
use crate::{Event, Finding, Place, Report, Rule, SchemaVersion, Severity};

pub(super) fn check(event: &Event, report: &mut Report) {
    for version in event.versions.values() {
        walk(event, version, version.document.root(), report);
    }
}

fn walk(event: &Event, version: &SchemaVersion, schema: &Value, report: &mut Report) {
    if is_open(schema) {
        report.findings.push(Finding {
            message: format!("{} has an object that is not closed", title(event, &version.version)),
            places: vec![Place {
                source: version.document.source().clone(),
                span: schema
                    .member("properties")
                    .map_or(schema.span, |properties| properties.span),
                label: "other properties are not spoken of".to_owned(),
            }],
            fix: Some(Rule::ObjectNotClosed.advice().to_owned()),
            ..finding_of(Rule::ObjectNotClosed, Severity::Error, event, version)
        });
    }
    for below in subschemas(schema, version.document.dialect()) {
        walk(event, version, below.value, report);
    }
}

/// An object with properties of its own that leaves the others open without saying so. A branch of `allOf` cannot be closed by
/// itself; `unevaluatedProperties` beside it closes the whole.
fn is_open(schema: &Value) -> bool {
    let names_properties = schema
        .member("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    let speaks = |keyword: &str| {
        schema
            .member(keyword)
            .is_some_and(|value| value.kind != Kind::Bool(true))
    };
    names_properties && !speaks("additionalProperties") && !speaks("unevaluatedProperties")
}
