//! A finding as plain lines, for the formats that have room for one text: what was found, the event that breaks, why, and
//! how to fix it, or who accepted it for which reason. No markup, no colours, nothing that steers a terminal.

use schemactl_check::Finding;

use schemactl_model::spell_out_controls;

/// The lines, without a line break at the end.
pub(super) fn finding_lines(finding: &Finding) -> String {
    let shown = finding.shown_directions().iter().flat_map(|shown| {
        let witness = shown.witness.as_ref().map(schemactl_model::Value::to_json);
        [("this event breaks: ", witness), ("why: ", shown.why.clone())]
    });
    // What is accepted has to be fixed by nobody.
    let fix = finding.fix.clone().filter(|_| finding.waived.is_none());
    let parts = [("", Some(finding.message.clone()))]
        .into_iter()
        .chain(shown)
        .chain([("accepted: ", finding.waived.clone()), ("fix: ", fix)]);
    let lines: Vec<_> = parts
        .filter_map(|(title, text)| Some(format!("{title}{}", spell_out_controls(&text?))))
        .collect();
    lines.join("\n")
}
