//! What a policy assumes of readers, where their validators do otherwise. In: an event whose versions were compared. Out: at most one note,
//! about the newest pair that is compatible only because readers are taken to ignore properties that they do not know.

use schemactl_compat::{ComparisonSettings, Engine, Policy, Schema, Verdict, directions};
use schemactl_model::{Keyword, Value};

use super::{Asked, finding_of, title};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// The keywords that close an object. Without one no validator rejects a property that it does not know.
const CLOSING: [Keyword; 3] = [
    Keyword::AdditionalProperties,
    Keyword::UnevaluatedProperties,
    Keyword::PropertyNames,
];

pub(super) fn report_assumptions(event: &WorkspaceEvent, asked: Asked, engine: &dyn Engine, report: &mut Report) {
    if !matches!(asked.policy, Policy::TolerantReader | Policy::ApplyDefaults) {
        return;
    }
    let versions: Vec<_> = event.versions.values().collect();
    let steps = versions.windows(2).rev().map(|pair| (pair[0], pair[1]));
    let same_major = steps.filter(|(old, new)| old.version.major() == new.version.major());
    let note = same_major
        .filter(|(old, new)| closing_keyword(old).is_some() || closing_keyword(new).is_some())
        .find_map(|pair| disagreement(event, pair, asked, engine, report));
    report.findings.extend(note);
}

fn disagreement(
    event: &WorkspaceEvent,
    (old, new): (&SchemaVersion, &SchemaVersion),
    asked: Asked,
    engine: &dyn Engine,
    report: &Report,
) -> Option<Finding> {
    let mut compared = report.comparisons.iter();
    let compared = compared.find(|pair| pair.old == old.version && pair.new == new.version)?;
    let field = &event.settings.version_field;
    let as_written = || {
        let (old, new) = (&Schema::from(&old.document), &Schema::from(&new.document));
        let settings = ComparisonSettings {
            policy: Policy::ProducerDeclared,
            version_field: Some(field),
        };
        directions(engine, (old, new), settings)
    };
    let is_relevant = (asked.mode.asks_forward() && compared.forward.is_compatible())
        || (asked.mode.asks_backward() && compared.backward.is_compatible());
    let (backward, forward) = is_relevant.then(as_written)?;
    match (forward, backward) {
        (Verdict::Incompatible { witness }, _) if asked.mode.asks_forward() && compared.forward.is_compatible() => {
            Some(note(event, (old, new), (new, old), asked.policy, witness))
        }
        (_, Verdict::Incompatible { witness }) if asked.mode.asks_backward() && compared.backward.is_compatible() => {
            Some(note(event, (old, new), (old, new), asked.policy, witness))
        }
        _ => None,
    }
}

/// The first closing keyword of a schema.
fn closing_keyword(version: &SchemaVersion) -> Option<Keyword> {
    let text = version.document.source().text();
    let own = CLOSING.into_iter().find(|keyword| text.contains(keyword.name()));
    let mut included = version.document.included().iter();
    own.or_else(|| {
        CLOSING
            .into_iter()
            .find(|keyword| included.any(|file| file.text().contains(keyword.name())))
    })
}

fn note(
    event: &WorkspaceEvent,
    (old, new): (&SchemaVersion, &SchemaVersion),
    (writer, reader): (&SchemaVersion, &SchemaVersion),
    policy: Policy,
    witness: Value,
) -> Finding {
    let source = reader.document.source();
    let keyword = closing_keyword(reader).unwrap_or(Keyword::AdditionalProperties);
    let label = "validators reject undeclared properties";
    Finding {
        old: Some(old.version.clone()),
        message: format!(
            "{} is compatible with {} if readers ignore properties that they do not know",
            title(event, &new.version),
            old.version
        ),
        places: vec![FindingPlace::of_text(source, &format!("\"{keyword}\""), label)],
        witness: Some(witness),
        why: Some(format!(
            "`{policy}` assumes that all readers do so; a validator with the schema of {} rejects this event of {}",
            reader.version, writer.version
        )),
        fix: Some(
            "let readers validate with open schemas, or set `policy = \"producer-declared\"` to read the schemas as written"
                .to_owned(),
        ),
        ..finding_of(Rule::CompatibleByAssumption, Severity::Note, event, new)
    }
}
