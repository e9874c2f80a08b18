//! Whether a schema can be registered: its forms are proved equivalent, and are not too long. A form that takes more than the
//! schema is accepted on request; one that takes less never is.

use schemactl_compat::{Engine, Schema, Verdict};
use schemactl_convert::{NotExpressible, detail_of};
use schemactl_model::{Dialect, SchemaType, Value};

use super::{finding_of, title};
use crate::registered::{MAX_CHARACTERS, RegisteredContent, registered_contents, without_stamp};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{RegistrySettings, SchemaVersion, WorkspaceEvent};

pub(super) fn check_registrable(
    settings: &RegistrySettings,
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    engine: &dyn Engine,
    report: &mut Report,
) {
    let examined = Examined {
        event,
        version,
        engine,
        widening: settings.allow_widening,
    };
    for content in &registered_contents(event, version, settings) {
        if examined.is_short(content, report) {
            examined.equivalent(content, report);
        }
    }
}

struct Examined<'e> {
    event: &'e WorkspaceEvent,
    version: &'e SchemaVersion,
    engine: &'e dyn Engine,
    widening: bool,
}

impl Examined<'_> {
    fn is_short(&self, content: &RegisteredContent, report: &mut Report) -> bool {
        let length = content.text.chars().count();
        if length <= MAX_CHARACTERS {
            return true;
        }
        report.findings.push(Finding {
            why: Some(format!(
                "its {} form is {length} characters long without spaces, and EventBridge accepts 100,000",
                form(content)
            )),
            fix: Some("split the event, or shorten descriptions".to_owned()),
            ..self.report_unregistrable()
        });
        false
    }

    /// The conversion is not trusted: the engine proves that both forms mean the same.
    fn equivalent(&self, content: &RegisteredContent, report: &mut Report) {
        let document = &self.version.document;
        let untouched = content.type_ == SchemaType::JsonSchemaDraft4 && document.dialect() == Dialect::Draft4;
        if untouched {
            return;
        }
        let Ok(registered) = read_back(content) else {
            report.findings.push(Finding {
                why: Some(format!("its {} form has no detail", form(content))),
                ..self.report_unregistrable()
            });
            return;
        };
        let source = Schema::from(document);
        let registered = Schema::new(&registered, Dialect::Draft4);
        let (would, verdict) = match self.engine.contains(&source, &registered) {
            Verdict::Compatible => ("take", self.engine.contains(&registered, &source)),
            narrower => ("refuse", narrower),
        };
        let accepted = self.widening && would == "take" && verdict.witness().is_some();
        let severity = if accepted { Severity::Warning } else { Severity::Error };
        if !verdict.is_compatible() {
            report.findings.push(self.unequal(content, verdict, would, severity));
        }
    }

    fn unequal(&self, content: &RegisteredContent, verdict: Verdict, would: &str, severity: Severity) -> Finding {
        let form = form(content);
        let (witness, why) = match verdict {
            Verdict::Incompatible { witness } => (
                Some(witness),
                format!("its {form} form would {would} this event, and the schema does not"),
            ),
            Verdict::Undecided { reason, .. } => (
                None,
                format!("its {form} form could not be proved equivalent: {reason}"),
            ),
            Verdict::Compatible => (None, String::new()),
        };
        let mut finding = Finding {
            witness,
            why: Some(why),
            ..report_unregistrable(self.event, self.version, severity)
        };
        if let Some(first) = content.lost.first() {
            finding.places = content.lost.iter().map(|lost| self.place(lost, form)).collect();
            finding.fix = Some(format!("replace `{}` with other keywords", first.keyword));
        }
        if severity == Severity::Warning {
            finding.message = format!(
                "{} is registered as a wider schema",
                title(self.event, &self.version.version)
            );
        }
        finding
    }

    fn place(&self, lost: &NotExpressible, form: &str) -> FindingPlace {
        FindingPlace {
            source: self.version.document.source().clone(),
            span: lost.span,
            label: format!("`{}` has no equivalent in {form}", lost.keyword),
        }
    }

    fn report_unregistrable(&self) -> Finding {
        report_unregistrable(self.event, self.version, Severity::Error)
    }
}

/// What a reader of the registry makes of a content: a draft-04 schema of the detail.
fn read_back(content: &RegisteredContent) -> Result<Value, schemactl_convert::OpenApiError> {
    match content.type_ {
        SchemaType::JsonSchemaDraft4 => Ok(without_stamp(&content.value)),
        SchemaType::OpenApi3 => detail_of(&content.value).map(|detail| detail.schema),
    }
}

fn form(content: &RegisteredContent) -> &'static str {
    match content.type_ {
        SchemaType::JsonSchemaDraft4 => "draft-04",
        SchemaType::OpenApi3 => "OpenAPI",
    }
}

pub(super) fn report_unregistrable(event: &WorkspaceEvent, version: &SchemaVersion, severity: Severity) -> Finding {
    Finding {
        message: format!("{} cannot be registered", title(event, &version.version)),
        places: vec![FindingPlace::whole(version.document.source(), "this schema")],
        ..finding_of(Rule::NotRegistrable, severity, event, version)
    }
}
