//! A finding for unit tests.

use schemactl_check::{Finding, FindingPlace, Rule, Severity};
use schemactl_model::{Source, Span};

/// A finding of `1.0` against `1.1` at a piece of the text of `1.1`.
pub(super) fn sample_finding(severity: Severity, text: &str, needle: &str) -> Finding {
    let source = Source::new("schemas/com.example/Thing/1.1.json", text);
    let start = text.find(needle).unwrap();
    Finding {
        old: "1.0".parse().ok(),
        new: "1.1".parse().ok(),
        message: "Thing@1.1 rejects an event of Thing@1.0".to_owned(),
        places: vec![FindingPlace {
            source,
            span: Span::new(start, start + needle.len()),
            label: "rejected here".to_owned(),
        }],
        ..Finding::new(
            Rule::BackwardIncompatible,
            severity,
            "com.example/Thing".parse::<schemactl_model::EventName>().unwrap(),
        )
    }
}
