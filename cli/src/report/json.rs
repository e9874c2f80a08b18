//! A report for programs. The shape is part of the product: fields are added, never renamed; `format` counts breaks.

use std::collections::BTreeSet;

use schemactl_check::{Finding, FindingPlace, Report, ReportedComparison, Rule, Severity};
use schemactl_compat::{Explanation, Verdict};
use schemactl_model::{Source, Span, Value};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::printable::print_indented;

/// Counts the breaks of the shape.
const FORMAT: u32 = 1;

/// What `schemactl check --format json` prints. Readers ignore fields that they do not know: fields are added, and `format`
/// counts what breaks.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "A report of schemactl check"))]
struct ReportJson<'r> {
    /// The format of the report.
    #[cfg_attr(test, schemars(extend("const" = FORMAT)))]
    format: u32,
    /// Whether no finding is an error, whatever `--fail-on` is.
    clean: bool,
    /// How many events were checked.
    events: usize,
    /// How many versions they have.
    versions: usize,
    /// How many examples were validated.
    examples: usize,
    /// What was found, sorted by event, version and rule.
    findings: Vec<FindingJson<'r>>,
    /// Warnings and notes that the baseline has too: the change does not touch them, and `--fail-on` ignores them. Empty with `--all`.
    inherited: Vec<FindingJson<'r>>,
    /// Every pair of versions that was compared.
    comparisons: Vec<ComparisonJson<'r>>,
    /// A line for the newest version of each event, and for each earlier version whose number is too small for its change.
    summaries: Vec<SummaryJson<'r>>,
}

/// One occurrence of a rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Finding"))]
struct FindingJson<'r> {
    /// The id of the rule; `schemactl explain` prints its page.
    rule: &'static str,
    /// The severity. An error fails the check; `--fail-on warning` makes it fail for warnings too, and `--fail-on note` for all.
    #[cfg_attr(test, schemars(extend("enum" = ["error", "warning", "note"])))]
    severity: String,
    /// The event, `namespace/Name`; empty for findings about the workspace.
    event: String,
    /// The folder of the workspace, if the report is about several; fingerprints are then only valid in this report.
    workspace: Option<&'r str>,
    /// The responsible team, if event.toml or schemactl.toml names one.
    owner: Option<&'r str>,
    /// Who breaks, for findings about two versions: `backward` are readers of the new version, `forward` readers of the old one. If both break, the
    /// first of `directions`.
    #[cfg_attr(test, schemars(extend("enum" = ["backward", "forward", null])))]
    direction: Option<String>,
    /// The older version, for findings about two.
    old: Option<String>,
    /// The version that it is about; the newer one of two.
    new: Option<String>,
    /// What was found.
    message: &'r str,
    /// The places in files, the most important one first.
    places: Vec<PlaceJson>,
    /// The event that breaks: any JSON, with the numbers it has; null if there is none.
    witness: Option<Box<RawValue>>,
    /// Why, in a sentence.
    why: Option<&'r str>,
    /// How to fix it.
    fix: Option<&'r str>,
    /// Why it was accepted, if a waiver accepts it.
    waived: Option<&'r str>,
    /// The versions beside the old one whose readers or writers it breaks too.
    also_breaks: Vec<String>,
    /// The later versions that still have it.
    repeated_in: Vec<String>,
    /// Each direction that it breaks, with the event that shows it: two where a change breaks both; empty for findings that are not about
    /// two versions.
    directions: Vec<DirectionJson<'r>>,
    /// The identity of the finding, which stays when lines move: 64 hexadecimal digits, for `schemactl accept`.
    fingerprint: &'r str,
}

/// A direction that a change breaks.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "BrokenDirection"))]
struct DirectionJson<'r> {
    /// Who breaks: `backward` are readers of the new version, `forward` readers of old ones.
    #[cfg_attr(test, schemars(extend("enum" = ["backward", "forward"])))]
    direction: String,
    /// The versions that it breaks: backward those whose events the new version rejects, forward those whose readers reject its events.
    versions: Vec<String>,
    /// The later versions that still have it.
    repeated_in: Vec<String>,
    /// The event that breaks: any JSON, with the numbers it has; null if there is none.
    witness: Option<Box<RawValue>>,
    /// Why, in a sentence.
    why: Option<&'r str>,
}

/// A piece of a file.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Place"))]
pub(crate) struct PlaceJson {
    /// The path in the workspace, with forward slashes.
    file: String,
    /// The first character.
    start: PositionJson,
    /// One past the last character.
    end: PositionJson,
    /// The note for this piece of the file.
    label: String,
}

/// A line and a column, both from 1.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Position"))]
struct PositionJson {
    /// The line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    line: usize,
    /// The column, in characters.
    #[cfg_attr(test, schemars(range(min = 1)))]
    column: usize,
}

/// The comparison of two versions.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Comparison"))]
struct ComparisonJson<'r> {
    /// The event, `namespace/Name`.
    event: String,
    /// The older version.
    old: String,
    /// The newer version.
    new: String,
    /// Whether readers of the new version accept every old event.
    backward: VerdictJson<'r>,
    /// Whether readers of the old version accept every new event.
    forward: VerdictJson<'r>,
    /// The smallest step that the change allows: major, minor or patch.
    needed: String,
    /// The content-model policy.
    policy: &'r str,
    /// The compatibility mode of a minor version.
    mode: String,
    /// The assumptions of the verdicts, in sentences.
    assumptions: &'r [String],
}

/// A verdict with what proves or explains it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Verdict"))]
pub(crate) struct VerdictJson<'r> {
    /// The verdict.
    #[cfg_attr(test, schemars(extend("enum" = ["compatible", "incompatible", "undecided"])))]
    verdict: &'static str,
    /// An event that breaks: any JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Box<RawValue>>,
    /// Why it is undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
}

/// The ids of the rules that fire, in alphabetical order: one each, however many changes break by it.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct FiredRules {
    /// Rules by which readers of the new version reject old events.
    backward: BTreeSet<&'static str>,
    /// Rules by which readers of the old version reject new events.
    forward: BTreeSet<&'static str>,
}

impl FiredRules {
    /// Returns the rules of the changes that break, and of breaks that no single change explains.
    pub(crate) fn of(explanation: &Explanation) -> Self {
        let mut rules = Self::default();
        for one in &explanation.changes {
            if one.backward.as_break().is_some() {
                rules.backward.insert(one.change.kind.id());
            }
            if one.forward.as_break().is_some() {
                rules.forward.insert(one.change.kind.id());
            }
        }
        if !explanation.backward.is_empty() {
            rules.backward.insert(Rule::BackwardIncompatible.id());
        }
        if !explanation.forward.is_empty() {
            rules.forward.insert(Rule::ForwardIncompatible.id());
        }
        rules
    }
}

/// The number that a version needs, compared with the previous version.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Summary"))]
struct SummaryJson<'r> {
    /// The event, `namespace/Name`.
    event: String,
    /// The version.
    wrote: String,
    /// The version number that it needs; null for a first version, and if a comparison is undecided.
    needed: Option<String>,
    /// The line of the text report.
    text: &'r str,
}

pub(crate) fn render_json(report: &Report) -> String {
    print_indented(&ReportJson {
        format: FORMAT,
        clean: !report.has_errors(),
        events: report.events,
        versions: report.versions,
        examples: report.examples,
        findings: report.findings.iter().map(finding).collect(),
        inherited: report.inherited.iter().map(finding).collect(),
        comparisons: report.comparisons.iter().map(comparison).collect(),
        summaries: report
            .summaries
            .iter()
            .map(|summary| SummaryJson {
                event: summary.event.to_string(),
                wrote: summary.wrote.to_string(),
                needed: summary.needed.as_ref().map(ToString::to_string),
                text: &summary.text,
            })
            .collect(),
    })
}

fn finding(finding: &Finding) -> FindingJson<'_> {
    FindingJson {
        rule: finding.rule.id(),
        severity: match finding.severity {
            Severity::Error => "error".to_owned(),
            Severity::Warning => "warning".to_owned(),
            Severity::Note => "note".to_owned(),
        },
        event: finding.event.as_ref().map_or_else(String::new, ToString::to_string),
        workspace: finding.workspace.as_deref(),
        owner: finding.owner.as_deref(),
        direction: finding.direction.map(|direction| direction.to_string()),
        old: finding.old.as_ref().map(ToString::to_string),
        new: finding.new.as_ref().map(ToString::to_string),
        message: &finding.message,
        places: finding.places.iter().map(finding_place_as_json).collect(),
        witness: finding.witness.as_ref().map(raw_json),
        why: finding.why.as_deref(),
        fix: finding.fix.as_deref(),
        waived: finding.waived.as_deref(),
        also_breaks: finding.also_breaks.iter().map(ToString::to_string).collect(),
        repeated_in: finding.repeated_in.iter().map(ToString::to_string).collect(),
        directions: finding.shown_directions().iter().filter_map(direction).collect(),
        fingerprint: &finding.fingerprint,
    }
}

fn direction(finding: &Finding) -> Option<DirectionJson<'_>> {
    let mut versions: Vec<_> = finding.broken_versions().collect();
    versions.sort();
    Some(DirectionJson {
        direction: finding.direction?.to_string(),
        versions: versions.into_iter().map(ToString::to_string).collect(),
        repeated_in: finding.repeated_in.iter().map(ToString::to_string).collect(),
        witness: finding.witness.as_ref().map(raw_json),
        why: finding.why.as_deref(),
    })
}

/// Returns a place of a finding as reports for programs have it.
pub(crate) fn finding_place_as_json(place: &FindingPlace) -> PlaceJson {
    place_as_json(&place.source, place.span, &place.label)
}

/// Returns a piece of a file as reports for programs have it.
pub(crate) fn place_as_json(source: &Source, span: Span, label: &str) -> PlaceJson {
    PlaceJson {
        file: source.path().to_owned(),
        start: position(source, span.start),
        end: position(source, span.end),
        label: label.to_owned(),
    }
}

fn position(source: &Source, offset: u32) -> PositionJson {
    let location = source.location(offset);
    PositionJson {
        line: location.line,
        column: location.column,
    }
}

fn comparison(comparison: &ReportedComparison) -> ComparisonJson<'_> {
    ComparisonJson {
        event: comparison.event.to_string(),
        old: comparison.old.to_string(),
        new: comparison.new.to_string(),
        backward: verdict_as_json(&comparison.backward),
        forward: verdict_as_json(&comparison.forward),
        needed: comparison.needed.to_string(),
        policy: &comparison.policy,
        mode: comparison.mode.to_string(),
        assumptions: &comparison.assumptions,
    }
}

pub(crate) fn verdict_as_json(verdict: &Verdict) -> VerdictJson<'_> {
    VerdictJson {
        verdict: verdict.name(),
        witness: verdict.witness().map(raw_json),
        reason: match verdict {
            Verdict::Undecided { reason, .. } => Some(reason),
            Verdict::Compatible | Verdict::Incompatible { .. } => None,
        },
    }
}

/// Numbers keep their text: a witness may hold one that no float can.
pub(crate) fn raw_json(value: &Value) -> Box<RawValue> {
    RawValue::from_string(value.to_json()).expect("our own JSON is JSON")
}

/// The schema of what [`render`] writes.
#[cfg(test)]
pub(crate) fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<ReportJson<'_>>()
        .to_value()
}
