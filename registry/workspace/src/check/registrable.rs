//! Whether a schema can be registered: its forms are proved equivalent, are not too long, and have a name of their own. A
//! form that takes more than the schema is accepted on request; one that takes less never is.

use schemactl_compat::{Engine, Schema, Verdict};
use schemactl_model::{Dialect, NotExpressible, Value, detail_of};

use super::{finding_of, title, whole};
use crate::registered::without_stamp;
use crate::{
    Event, Finding, Place, RegisteredContent, Report, Rule, SchemaType, SchemaVersion, Severity, Workspace,
    registered_contents,
};

/// The most characters that EventBridge takes as the content of a schema.
const MAX_CHARACTERS: usize = 100_000;

/// The contents of a version, if each of them can be registered.
pub(super) fn check(
    workspace: &Workspace,
    event: &Event,
    version: &SchemaVersion,
    engine: &dyn Engine,
    report: &mut Report,
) -> Option<Vec<RegisteredContent>> {
    let contents = registered_contents(event, version, &workspace.manifest.registry);
    let examined = Examined {
        event,
        version,
        engine,
        widening: workspace.manifest.registry.allow_widening,
    };
    let mut sound = has_own_name(workspace, event, version, report);
    for content in &contents {
        sound &= examined.is_short(content, report) && examined.is_equivalent(content, report);
    }
    sound.then_some(contents)
}

/// The second form of an event has the name that another event might have.
fn has_own_name(workspace: &Workspace, event: &Event, version: &SchemaVersion, report: &mut Report) -> bool {
    let settings = &workspace.manifest.registry;
    if settings.types.len() == 1 {
        return true;
    }
    let names: Vec<_> = (settings.types.iter())
        .map(|type_| crate::schema_name(&event.name, &version.version, settings, *type_))
        .collect();
    // A name that another one could get by a suffix begins with it, or the other way round.
    let close = |other: &str, name: &str| other.starts_with(name) || name.starts_with(other);
    let others = workspace
        .events
        .values()
        .filter(|other| other.name != event.name && close(&other.name.schema_name(), &event.name.schema_name()));
    let taken = others
        .flat_map(|other| other.versions.keys().map(move |version| (other, version)))
        .find(|(other, version)| {
            let mut theirs =
                (settings.types.iter()).map(|type_| crate::schema_name(&other.name, version, settings, *type_));
            theirs.any(|name| names.contains(&name))
        });
    let Some((other, _)) = taken else { return true };
    report.findings.push(Finding {
        why: Some(format!("{} is registered under the same name", other.name)),
        fix: Some("rename one of the two events, or register one type only".to_owned()),
        ..cannot(event, version, Severity::Error)
    });
    false
}

struct Examined<'e> {
    event: &'e Event,
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
                "its {} form is {length} characters long, and EventBridge takes 100,000",
                form(content)
            )),
            fix: Some("split the event, or shorten descriptions".to_owned()),
            ..self.cannot()
        });
        false
    }

    /// The conversion is not trusted: the engine proves that both forms mean the same.
    fn is_equivalent(&self, content: &RegisteredContent, report: &mut Report) -> bool {
        let document = &self.version.document;
        let untouched = content.type_ == SchemaType::JsonSchemaDraft4 && document.dialect() == Dialect::Draft4;
        if untouched {
            return true;
        }
        let Ok(registered) = read_back(content) else {
            report.findings.push(Finding {
                why: Some(format!("its {} form has no detail", form(content))),
                ..self.cannot()
            });
            return false;
        };
        let source = Schema::new(document.root(), document.dialect());
        let registered = Schema::new(&registered, Dialect::Draft4);
        match self.engine.contains(&source, &registered) {
            Verdict::Compatible => {}
            verdict => {
                report
                    .findings
                    .push(self.unequal(content, verdict, "refuse", Severity::Error));
                return false;
            }
        }
        match self.engine.contains(&registered, &source) {
            Verdict::Compatible => true,
            Verdict::Incompatible { witness } if self.widening => {
                let verdict = Verdict::Incompatible { witness };
                report
                    .findings
                    .push(self.unequal(content, verdict, "take", Severity::Warning));
                true
            }
            verdict => {
                report
                    .findings
                    .push(self.unequal(content, verdict, "take", Severity::Error));
                false
            }
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
            ..cannot(self.event, self.version, severity)
        };
        if let Some(first) = content.lost.first() {
            finding.places = content.lost.iter().map(|lost| self.place(lost, form)).collect();
            finding.fix = Some(format!("say what `{}` says with other keywords", first.keyword));
        }
        if severity == Severity::Warning {
            finding.message = format!(
                "{} is registered as a wider schema",
                title(self.event, &self.version.version)
            );
        }
        finding
    }

    fn place(&self, lost: &NotExpressible, form: &str) -> Place {
        Place {
            source: self.version.document.source().clone(),
            span: lost.span,
            label: format!("`{}` has no equivalent in {form}", lost.keyword),
        }
    }

    fn cannot(&self) -> Finding {
        cannot(self.event, self.version, Severity::Error)
    }
}

/// What a reader of the registry makes of a content: a draft-04 schema of the detail.
fn read_back(content: &RegisteredContent) -> Result<Value, schemactl_model::OpenApiError> {
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

fn cannot(event: &Event, version: &SchemaVersion, severity: Severity) -> Finding {
    Finding {
        message: format!("{} cannot be registered", title(event, &version.version)),
        places: vec![whole(version.document.source(), "this schema")],
        ..finding_of(Rule::NotRegistrable, severity, event, version)
    }
}
