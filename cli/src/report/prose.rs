//! A finding as plain lines, for the formats that have room for one text: what was found, the event that breaks, why, and
//! how to fix it, or who accepted it for which reason. No markup, no colours, nothing that steers a terminal.

use schemactl_check::Finding;
use schemactl_model::{Value, spell_out_controls};

use super::context::list_version_lines;
use super::excerpt::excerpt_event;

/// The lines, without a line break at the end.
pub(super) fn finding_lines(finding: &Finding) -> String {
    lines_with_events(finding, |shown| shown.witness.as_ref().map(Value::to_json))
}

/// Returns the lines with long events cut around the place that the finding is about: for people who look at the schema meanwhile.
pub(crate) fn describe_finding(finding: &Finding) -> String {
    lines_with_events(finding, |shown| {
        let witness = shown.witness.as_ref()?;
        Some(match &shown.witness_place {
            Some(place) => excerpt_event(witness, place),
            None => witness.to_json(),
        })
    })
}

fn lines_with_events(finding: &Finding, event_of: impl Fn(&Finding) -> Option<String>) -> String {
    let shown = finding
        .shown_directions()
        .iter()
        .flat_map(|shown| [("this event breaks: ", event_of(shown)), ("why: ", shown.why.clone())]);
    // What is accepted has to be fixed by nobody.
    let fix = finding.fix.clone().filter(|_| finding.waived.is_none());
    let versions = list_version_lines(finding).into_iter().map(|line| ("", Some(line)));
    let parts = [("", Some(finding.message.clone()))]
        .into_iter()
        .chain(shown)
        .chain(versions)
        .chain([("accepted: ", finding.waived.clone()), ("fix: ", fix)]);
    let lines: Vec<_> = parts
        .filter_map(|(title, text)| Some(format!("{title}{}", spell_out_controls(&text?))))
        .collect();
    lines.join("\n")
}
