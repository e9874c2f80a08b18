//! A comparison for programs. Fields are added, never renamed; `format` counts breaks.

use schemactl_compat::{Explained, Impact};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Found, Side};
use crate::report::json::{VerdictJson, pretty, raw, verdict};

#[derive(Serialize)]
struct File<'r> {
    format: u32,
    old: &'r str,
    new: &'r str,
    policy: String,
    backward: VerdictJson<'r>,
    forward: VerdictJson<'r>,
    equivalent: bool,
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
    old: String,
    new: String,
    effect: &'static str,
    backward: ImpactJson<'r>,
    forward: ImpactJson<'r>,
}

#[derive(Serialize)]
struct ImpactJson<'r> {
    impact: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Box<RawValue>>,
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
        format: 1,
        old: &old.title,
        new: &new.title,
        policy: settings.policy.to_string(),
        backward: verdict(&compared.backward),
        forward: verdict(&compared.forward),
        equivalent: compared.equivalent,
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
        old: one.change.old.to_string(),
        new: one.change.new.to_string(),
        effect: one.effect.name(),
        backward: impact(&one.backward),
        forward: impact(&one.forward),
    }
}

fn impact(impact: &Impact) -> ImpactJson<'_> {
    ImpactJson {
        impact: impact.name(),
        witness: impact.as_break().map(|found| raw(&found.witness)),
        reason: match impact {
            Impact::Undecided(reason) => Some(reason),
            Impact::Breaks(found) => found.violation.as_ref().map(|violation| violation.message.as_str()),
            Impact::Safe | Impact::Masked => None,
        },
    }
}
