//! Whether the examples of a version are events of it.

use schemactl_compat::{Engine, EventJudge, EventValidity, ReplayError, ReplayViolation};
use schemactl_model::{Pointer, Value, Version};

use super::{finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{Example, SchemaVersion, WorkspaceEvent};

pub(super) fn check_examples(
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    engine: &dyn Engine,
    report: &mut Report,
) {
    if version.examples.is_empty() {
        return;
    }
    let document = &version.document;
    let judge = match EventJudge::new(document, engine) {
        Ok(judge) => judge,
        Err(error) => {
            report.findings.push(Finding {
                message: format!("the examples of {} cannot be validated", title(event, &version.version)),
                places: vec![FindingPlace::whole(document.source(), "this schema")],
                why: Some(error.to_string()),
                ..finding_of(Rule::CannotDecide, Severity::Error, event, version)
            });
            return;
        }
    };
    for example in &version.examples {
        report.examples += 1;
        envelope(event, version, example, report);
        report.findings.extend(other_version(event, version, example));
        let validity = judge.judge(engine, example.detail());
        report
            .findings
            .extend(invalid_findings(event, version, example, validity));
    }
}

/// Returns what is wrong with an example that is not valid, or of which that is not known.
fn invalid_findings(
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    example: &Example,
    validity: Result<EventValidity, ReplayError>,
) -> Vec<Finding> {
    let (file, event_title) = (example.file.path(), title(event, &version.version));
    let invalid = |places| Finding {
        message: format!("{file} is not an event of {event_title}"),
        places,
        ..finding_of(Rule::ExampleInvalid, Severity::Error, event, version)
    };
    match validity {
        Ok(EventValidity::Valid) => Vec::new(),
        Ok(EventValidity::Undecided(reason)) => vec![Finding {
            message: format!("cannot decide whether {file} is an event of {event_title}"),
            places: vec![place(example, example.detail(), "some validators accept it".to_owned())],
            why: Some(reason),
            fix: Some("write the pattern in the syntax of ECMA 262".to_owned()),
            ..finding_of(Rule::CannotDecide, Severity::Warning, event, version)
        }],
        Ok(EventValidity::Invalid(violations)) => {
            let of_violation = |violation: &ReplayViolation| {
                let value = violation.instance.resolve(example.detail()).unwrap_or(example.detail());
                let mut places = vec![place(example, value, violation.message.clone())];
                places.extend(keyword(version, &violation.keyword));
                invalid(places)
            };
            violations.iter().map(of_violation).collect()
        }
        Err(error) => vec![Finding {
            why: Some(error.to_string()),
            ..invalid(vec![place(example, example.detail(), "cannot be validated".to_owned())])
        }],
    }
}

/// An envelope names the event it is an example of.
fn envelope(event: &WorkspaceEvent, version: &SchemaVersion, example: &Example, report: &mut Report) {
    if !example.is_envelope() {
        return;
    }
    for (key, expected) in [
        ("source", &event.settings.source),
        ("detail-type", &event.settings.detail_type),
    ] {
        let Some(value) = example.value.member(key) else {
            report.findings.push(Finding {
                message: format!("{} is an envelope without `{key}`", example.file.path()),
                places: vec![place(example, &example.value, format!("event.toml has \"{expected}\""))],
                why: Some("EventBridge delivers no event without it, and rules match by it".to_owned()),
                fix: Some(format!("add \"{key}\": \"{expected}\", or keep the detail alone")),
                ..finding_of(Rule::ExampleInvalid, Severity::Error, event, version)
            });
            continue;
        };
        if value.as_str() == Some(expected) {
            continue;
        }
        report.findings.push(Finding {
            message: format!("{} has another {key} than its event", example.file.path()),
            places: vec![place(example, value, format!("event.toml has \"{expected}\""))],
            fix: Some(format!("write \"{expected}\"")),
            ..finding_of(Rule::ExampleInvalid, Severity::Error, event, version)
        });
    }
}

/// The finding for an example that names another version than the one whose folder it lies in. Readers of a major take `2` for any version
/// of it.
fn other_version(event: &WorkspaceEvent, version: &SchemaVersion, example: &Example) -> Option<Finding> {
    let named = example.named_version(event)?;
    let own = &version.version;
    let parsed = named.as_str().and_then(|text| text.parse::<Version>().ok());
    let is_own = parsed.as_ref() == Some(own) || named.as_str() == Some(own.major().to_string().as_str());
    if is_own {
        return None;
    }
    let field = &event.settings.version_field;
    let elsewhere = parsed.filter(|named| event.versions.contains_key(named));
    let fix = match elsewhere {
        Some(named) => format!("write \"{own}\", or move the file to examples/{named}"),
        None => format!("write \"{own}\""),
    };
    Some(Finding {
        message: format!(
            "{} has `{field}` {}, and is an example of {}",
            example.file.path(),
            named.to_json(),
            title(event, own)
        ),
        places: vec![place(example, named, format!("expected \"{own}\""))],
        why: Some("readers choose the schema of an event by this field".to_owned()),
        fix: Some(fix),
        ..finding_of(Rule::ExampleInvalid, Severity::Error, event, version)
    })
}

fn place(example: &Example, value: &Value, label: String) -> FindingPlace {
    FindingPlace {
        source: example.file.clone(),
        span: value.span,
        label,
    }
}

/// The keyword that refuses, in the schema's file.
fn keyword(version: &SchemaVersion, pointer: &Pointer) -> Option<FindingPlace> {
    let (source, span) = version.document.locate_value(pointer)?;
    Some(FindingPlace {
        source,
        span,
        label: "required here".to_owned(),
    })
}
