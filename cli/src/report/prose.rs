//! A finding as plain lines, for the formats that have room for one text: what was found, the event that breaks, why, and
//! how to fix it, or who accepted it for which reason. No markup, no colours, nothing that steers a terminal.

use schemactl_check::Finding;
use schemactl_model::{Pointer, spell_out_controls};

use super::context::list_version_lines;
use super::excerpt::introduce_event;

/// The lines, without a line break at the end.
pub(super) fn finding_lines(finding: &Finding) -> String {
    lines_with_events(finding, |_| None)
}

/// Returns the lines with long events cut around the place that the finding is about: for people who look at the schema meanwhile.
pub(crate) fn describe_finding(finding: &Finding) -> String {
    lines_with_events(finding, |shown| shown.witness_place.as_ref())
}

fn lines_with_events(finding: &Finding, cut_around: impl Fn(&Finding) -> Option<&Pointer>) -> String {
    let directions = finding.shown_directions();
    let shown = directions.iter().flat_map(|shown| {
        let witness = shown.witness.as_ref();
        let event = witness.map(|event| introduce_event(event, cut_around(shown), "`schemactl check --verbose`"));
        [("", event), ("why: ", shown.why.clone())]
    });
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
