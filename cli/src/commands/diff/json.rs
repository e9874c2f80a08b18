//! A comparison for programs. Fields are added, never renamed; `format` counts breaks.

use schemactl_check::Finding;
use schemactl_compat::{Explained, Impact};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{DiffSide, PairComparison};
use crate::printable::print_indented;
use crate::report::json::{FiredRules, PlaceJson, VerdictJson, finding_place_as_json, raw_json, verdict_as_json};

/// Counts the breaks of the shape.
const FORMAT: u32 = 1;

/// What `schemactl diff --format json` prints. Readers ignore fields that they do not know.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "A report of schemactl diff"))]
struct DiffJson<'r> {
    /// The format of the report.
    #[cfg_attr(test, schemars(extend("const" = FORMAT)))]
    format: u32,
    /// The old schema, as it was named.
    old: &'r str,
    /// The new schema, as it was named.
    new: &'r str,
    /// The content-model policy.
    policy: String,
    /// Whether the new reader takes every old event.
    backward: VerdictJson<'r>,
    /// Whether the old reader takes every new event.
    forward: VerdictJson<'r>,
    /// Whether both schemas are proved to allow the same events, without any policy.
    equivalent: bool,
    /// The smallest step that the change allows: major, minor or patch; null where a direction is undecided and none is broken.
    #[cfg_attr(test, schemars(extend("enum" = ["major", "minor", "patch", null])))]
    needed: Option<String>,
    /// The ids of the rules that fire, by direction.
    rules: FiredRules,
    /// The verdicts of the schemas taken literally; null where the policy does so.
    strict: Option<LiteralVerdictsJson<'r>>,
    /// Every change with what it does to either direction.
    changes: Vec<ChangeJson<'r>>,
    /// What the verdicts rest on, in sentences.
    assumptions: &'r [String],
    /// What `check` finds in each of the schemas by itself, such as keywords without effect.
    lints: Vec<LintJson<'r>>,
}

/// Something that is notable in one of the schemas, whatever the other one is.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Lint"))]
struct LintJson<'r> {
    /// The id of the rule; `schemactl explain` prints its page.
    rule: &'static str,
    /// The severity, which does not change the exit code.
    #[cfg_attr(test, schemars(extend("enum" = ["warning", "note"])))]
    severity: String,
    /// What was found.
    message: &'r str,
    /// The places in the schema, the most important one first.
    places: Vec<PlaceJson>,
    /// How to fix it.
    fix: Option<&'r str>,
}

/// The verdicts of the schemas taken literally.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Strict"))]
struct LiteralVerdictsJson<'r> {
    backward: VerdictJson<'r>,
    forward: VerdictJson<'r>,
}

/// One change.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Change"))]
struct ChangeJson<'r> {
    /// The id of its rule.
    rule: &'static str,
    /// What was changed.
    what: &'r str,
    /// The part of the event, as a property path; empty for the whole event.
    path: String,
    /// What was probably meant, where the change alone does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'r str>,
    /// Where in the old schema, a JSON pointer.
    old: String,
    /// Where in the new schema, a JSON pointer.
    new: String,
    /// What it does at its place, whatever the policy.
    effect: &'static str,
    /// Whether no event of the whole schema shows the effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    overruled: bool,
    backward: ImpactJson<'r>,
    forward: ImpactJson<'r>,
}

/// What a change does to one direction.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Impact"))]
struct ImpactJson<'r> {
    /// `breaks`, `safe`, `masked` by others, or `undecided`.
    impact: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Box<RawValue>>,
    /// Where the witness breaks, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// The witness with another value, or none, at that place: an event that the reader accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    repaired: Option<Box<RawValue>>,
    /// Other places at which the reader rejects the witness.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    also: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
}

pub(super) fn render_json_comparison(old: &DiffSide, new: &DiffSide, found: &PairComparison<'_>) -> String {
    let PairComparison {
        settings,
        compared,
        explanation,
        strict,
        lints,
        declares_same: _,
        code_difference: _,
    } = found;
    print_indented(&DiffJson {
        format: FORMAT,
        old: &old.title,
        new: &new.title,
        policy: settings.policy.to_string(),
        backward: verdict_as_json(&compared.backward),
        forward: verdict_as_json(&compared.forward),
        equivalent: compared.equivalent,
        needed: found.needed().map(|needed| needed.to_string()),
        rules: FiredRules::of(explanation),
        strict: strict.as_ref().map(|(backward, forward)| LiteralVerdictsJson {
            backward: verdict_as_json(backward),
            forward: verdict_as_json(forward),
        }),
        changes: explanation.changes.iter().map(change).collect(),
        assumptions: &compared.assumptions,
        lints: lints.iter().map(lint).collect(),
    })
}

fn lint(finding: &Finding) -> LintJson<'_> {
    LintJson {
        rule: finding.rule.id(),
        severity: finding.severity.to_string(),
        message: &finding.message,
        places: finding.places.iter().map(finding_place_as_json).collect(),
        fix: finding.fix.as_deref(),
    }
}

fn change(one: &Explained) -> ChangeJson<'_> {
    ChangeJson {
        rule: one.change.kind.id(),
        what: &one.change.what,
        path: one.change.path.to_string(),
        hint: one.change.hint.as_deref(),
        old: one.change.old.to_string(),
        new: one.change.new.to_string(),
        effect: one.effect.name(),
        overruled: one.is_overruled,
        backward: impact(&one.backward),
        forward: impact(&one.forward),
    }
}

fn impact(impact: &Impact) -> ImpactJson<'_> {
    let found = impact.as_break();
    ImpactJson {
        impact: impact.name(),
        witness: found.map(|found| raw_json(&found.witness)),
        place: found.and_then(|found| Some(found.place.as_ref()?.to_string())),
        repaired: found.and_then(|found| found.repaired.as_ref()).map(raw_json),
        also: found.map_or(&[], |found| &found.also),
        reason: match impact {
            Impact::Undecided(reason) => Some(reason),
            Impact::Breaks(found) => found.violation.as_ref().map(|violation| violation.message.as_str()),
            Impact::Safe | Impact::Masked => None,
        },
    }
}

/// The schema of what [`render_json_comparison`] writes.
#[cfg(test)]
pub(crate) fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<DiffJson<'_>>()
        .to_value()
}
