//! Workflow commands: GitHub shows each as an annotation in the changed files. The loudest come first, since GitHub shows ten
//! of a kind for a step. A clean check has nothing to say.

use std::fmt::Write as _;

use schemactl_check::{Finding, Severity};

use super::{ReportView, prose};
use schemactl_model::spell_out_controls;

pub(super) fn render_github(view: &ReportView<'_>) -> String {
    let mut findings: Vec<_> = view.report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    findings.into_iter().fold(String::new(), |mut text, finding| {
        writeln!(text, "{}", command(view, finding)).expect("writing to a string cannot fail");
        text
    })
}

fn command(view: &ReportView<'_>, finding: &Finding) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let spot = view.primary(finding);
    let mut properties = vec![("file", spot.file), ("line", spot.start.line.to_string())];
    // GitHub takes columns only where the lines are one.
    if spot.start.line == spot.end.line {
        properties.push(("col", spot.start.column.to_string()));
    }
    properties.push(("endLine", spot.end.line.to_string()));
    if spot.start.line == spot.end.line {
        properties.push(("endColumn", spot.end.column.to_string()));
    }
    properties.push(("title", finding.rule.id().to_owned()));
    let properties: Vec<_> = properties
        .into_iter()
        .map(|(key, value)| format!("{key}={}", property(&value)))
        .collect();
    format!(
        "::{name} {}::{}",
        properties.join(","),
        message(&prose::finding_lines(finding))
    )
}

/// What follows the second `::`, on one line.
fn message(text: &str) -> String {
    spell_out_controls(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which a colon or a comma would end.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command_or_a_property() {
        assert_eq!(message("50%, a:b\n::error::x"), "50%25, a:b%0A::error::x");
        assert_eq!(property("a,b::c\n%0A"), "a%2Cb%3A%3Ac%0A%250A");
        assert_eq!(message("\u{1b}[2J\r"), "\\u{1b}[2J\\u{d}");
    }
}
