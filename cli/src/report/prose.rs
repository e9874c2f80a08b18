//! A finding as plain lines, for the formats that have room for one text: what was found, the event that breaks, why, and
//! how to fix it, or who accepted it for which reason. No markup, no colours, nothing that steers a terminal.

use schemactl_check::Finding;

use crate::console::spell_out_controls;

/// The lines, without a line break at the end.
pub(super) fn finding_lines(finding: &Finding) -> String {
    let witness = finding.witness.as_ref().map(schemactl_model::Value::to_json);
    // What is accepted has to be fixed by nobody.
    let fix = finding.fix.as_deref().filter(|_| finding.waived.is_none());
    let parts = [
        ("", Some(finding.message.as_str())),
        ("this event breaks: ", witness.as_deref()),
        ("why: ", finding.why.as_deref()),
        ("accepted: ", finding.waived.as_deref()),
        ("fix: ", fix),
    ];
    let lines: Vec<_> = parts
        .into_iter()
        .filter_map(|(title, text)| Some(format!("{title}{}", spell_out_controls(text?))))
        .collect();
    lines.join("\n")
}
