//! Whether a schema can be registered: it has a draft-04 form, that form is proved equivalent, and it is not too long.

use schemactl_compat::{Engine, Schema, Verdict};
use schemactl_model::Dialect;

use super::{finding_of, title, whole};
use crate::{Event, Finding, Place, RegisteredContent, Report, Rule, SchemaVersion, Severity, registered_content};

/// The most characters that EventBridge takes as the content of a schema.
const MAX_CHARACTERS: usize = 100_000;

pub(super) fn check(
    event: &Event,
    version: &SchemaVersion,
    engine: &dyn Engine,
    report: &mut Report,
) -> Option<RegisteredContent> {
    let content = match registered_content(&event.name, version) {
        Ok(content) => content,
        Err(lost) => {
            report.findings.extend(lost.iter().map(|lost| Finding {
                places: vec![Place {
                    source: version.document.source().clone(),
                    span: lost.span,
                    label: "has no equivalent in draft-04".to_owned(),
                }],
                fix: Some(format!("say what `{}` says with other keywords", lost.keyword)),
                ..cannot(event, version)
            }));
            return None;
        }
    };
    if content.text.chars().count() > MAX_CHARACTERS {
        report.findings.push(Finding {
            why: Some(format!(
                "it is {} characters long, and EventBridge takes 100,000",
                content.text.chars().count()
            )),
            fix: Some("split the event, or shorten descriptions".to_owned()),
            ..cannot(event, version)
        });
        return None;
    }
    equivalent(event, version, engine, &content, report).then_some(content)
}

/// The conversion is not trusted: the engine proves that both forms mean the same.
fn equivalent(
    event: &Event,
    version: &SchemaVersion,
    engine: &dyn Engine,
    content: &RegisteredContent,
    report: &mut Report,
) -> bool {
    if version.document.dialect() == Dialect::Draft4 {
        return true;
    }
    let source = Schema::new(version.document.root(), version.document.dialect());
    let registered = Schema::new(&content.value, Dialect::Draft4);
    for (verdict, lost) in [
        (engine.contains(&source, &registered), "refuse"),
        (engine.contains(&registered, &source), "take"),
    ] {
        let (witness, why) = match verdict {
            Verdict::Compatible => continue,
            Verdict::Incompatible { witness } => (
                Some(witness),
                format!("its draft-04 form would {lost} this event, and the schema does not"),
            ),
            Verdict::Undecided { reason, .. } => (
                None,
                format!("its draft-04 form could not be proved equivalent: {reason}"),
            ),
        };
        report.findings.push(Finding {
            witness,
            why: Some(why),
            ..cannot(event, version)
        });
        return false;
    }
    true
}

fn cannot(event: &Event, version: &SchemaVersion) -> Finding {
    Finding {
        message: format!("{} cannot be registered", title(event, &version.version)),
        places: vec![whole(version.document.source(), "this schema")],
        ..finding_of(Rule::NotRegistrable, Severity::Error, event, version)
    }
}
