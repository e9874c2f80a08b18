//! A comparison for programs. Fields are added, never renamed; `format` counts breaks.

use schemactl_compat::{Explained, Impact};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Found, Side};
use crate::report::json::{FiredRules, VerdictJson, pretty, raw, verdict};

/// Counts the breaks of the shape.
const FORMAT: u32 = 1;

/// What `schemactl diff --format json` prints. Readers ignore fields that they do not know.
#[derive(Serialize)]
struct File<'r> {
    format: u32,
    old: &'r str,
    new: &'r str,
    policy: String,
    backward: VerdictJson<'r>,
    forward: VerdictJson<'r>,
    equivalent: bool,
    /// The smallest step that the change allows: major, minor or patch; null where a direction is undecided and none is broken.
    needed: Option<String>,
    /// The ids of the rules that fire, by direction.
    rules: FiredRules,
    strict: Option<Strict<'r>>,
    changes: Vec<ChangeJson<'r>>,
    assumptions: &'r [String],
}

/// The verdicts of the schemas taken literally.
#[derive(Serialize)]
struct Strict<'r> {
    backward: VerdictJson<'r>,
    forward: VerdictJson<'r>,
}

#[derive(Serialize)]
struct ChangeJson<'r> {
    rule: &'static str,
    what: &'r str,
    /// The part of the event, as a property path; empty for the whole event.
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'r str>,
    old: String,
    new: String,
    effect: &'static str,
    /// Whether no event of the whole schema shows the effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    overruled: bool,
    backward: ImpactJson<'r>,
    forward: ImpactJson<'r>,
}

#[derive(Serialize)]
struct ImpactJson<'r> {
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

pub(super) fn render(old: &Side, new: &Side, found: &Found<'_>) -> String {
    let Found {
        settings,
        compared,
        explanation,
        strict,
    } = found;
    pretty(&File {
        format: FORMAT,
        old: &old.title,
        new: &new.title,
        policy: settings.policy.to_string(),
        backward: verdict(&compared.backward),
        forward: verdict(&compared.forward),
        equivalent: compared.equivalent,
        needed: found.needed().map(|needed| needed.to_string()),
        rules: FiredRules::of(explanation),
        strict: strict.as_ref().map(|(backward, forward)| Strict {
            backward: verdict(backward),
            forward: verdict(forward),
        }),
        changes: explanation.changes.iter().map(change).collect(),
        assumptions: &compared.assumptions,
    })
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
        witness: found.map(|found| raw(&found.witness)),
        place: found.and_then(|found| Some(found.place.as_ref()?.to_string())),
        repaired: found.and_then(|found| found.repaired.as_ref()).map(raw),
        also: found.map_or(&[], |found| &found.also),
        reason: match impact {
            Impact::Undecided(reason) => Some(reason),
            Impact::Breaks(found) => found.violation.as_ref().map(|violation| violation.message.as_str()),
            Impact::Safe | Impact::Masked => None,
        },
    }
}
