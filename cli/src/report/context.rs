//! What each format of a report has to say beside a finding's own sentence: the other versions that break in the same way, the command that
//! accepts it, and what the proofs of the report assume. In: findings and reports. Out: lines without markup.

use std::collections::BTreeSet;

use schemactl_check::{Finding, Report, Rule, Severity};
use schemactl_model::Version;

use crate::printable::quote_word;
use crate::suggestions::list_names;
use crate::words::count_in_words;

/// Versions that a line has room for.
const MOST_VERSIONS: usize = 4;

/// Returns the other versions that a break is about. Where those of its two directions differ, each has a line.
pub(super) fn list_version_lines(finding: &Finding) -> Vec<String> {
    let lines: Vec<_> = finding.shown_directions().iter().map(versions_line).collect();
    match &lines[..] {
        [first, second] if first == second => first.iter().cloned().collect(),
        [first, second] => {
            let titled = [
                ("readers of the new version", first),
                ("readers of the old one", second),
            ];
            let told = titled
                .into_iter()
                .filter_map(|(title, line)| Some(format!("{title}: {}", line.as_ref()?)));
            told.collect()
        }
        _ => lines.into_iter().flatten().collect(),
    }
}

/// The other versions that one direction of a break is about.
fn versions_line(finding: &Finding) -> Option<String> {
    let list = |versions: &[Version]| match versions {
        [first, .., last] if versions.len() > MOST_VERSIONS => {
            format!("{} versions from {first} to {last}", versions.len())
        }
        _ => versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let also = (!finding.also_breaks.is_empty()).then(|| {
        let verb = if finding.also_breaks.len() == 1 {
            "breaks"
        } else {
            "break"
        };
        format!("{} {verb} in the same way", list(&finding.also_breaks))
    });
    let later = (!finding.repeated_in.is_empty()).then(|| {
        let verb = if finding.repeated_in.len() == 1 { "has" } else { "have" };
        format!("{} still {verb} it", list(&finding.repeated_in))
    });
    let both: Vec<_> = also.into_iter().chain(later).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

/// Returns the command that accepts a finding. `None` for one that cannot be accepted, or that a branch has accepted already.
pub(super) fn accept_command(finding: &Finding) -> Option<String> {
    // What was accepted already is not accepted by a second waiver.
    if finding.severity != Severity::Error || !finding.can_be_waived() || finding.has_rejected_waiver() {
        return None;
    }
    let print = finding.fingerprint.get(..12).unwrap_or_default();
    let against = if finding.rule.is_about_base() {
        " --against REVISION"
    } else {
        ""
    };
    let workspace = finding.workspace.as_deref();
    let workspace = workspace.map_or_else(String::new, |name| format!(" --workspace {}", quote_word(name)));
    Some(format!("schemactl accept{workspace} {print}{against} --reason …"))
}

/// Returns what the proofs rest on: said once for all comparisons that rest on it.
pub(super) fn describe_assumptions(report: &Report) -> Option<String> {
    let mut all: Vec<&str> = Vec::new();
    for assumption in report.comparisons.iter().flat_map(|comparison| &comparison.assumptions) {
        if !all.contains(&assumption.as_str()) {
            all.push(assumption);
        }
    }
    (!all.is_empty()).then(|| format!("assumed: {}", all.join("; ")))
}

/// Returns how many findings are not shown because the baseline has them too. `None` where there are none.
pub(super) fn describe_inherited(report: &Report) -> Option<String> {
    let counts = [(Severity::Warning, "warning"), (Severity::Note, "note")].map(|(severity, name)| {
        let of_severity = report.inherited.iter().filter(|finding| finding.severity == severity);
        (of_severity.count(), name)
    });
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, name)| count_in_words(count, name)).collect();
    let one = if report.inherited.len() == 1 { "it" } else { "them" };
    (!counts.is_empty()).then(|| {
        format!(
            "not shown: {} that the baseline has too; `--all` shows {one}",
            counts.join(" and ")
        )
    })
}

/// Returns what the totals add where events could not be read: they are not among those that were checked. Empty where all were.
pub(super) fn describe_unjudged(report: &Report) -> String {
    let unjudged = report
        .findings
        .iter()
        .filter(|finding| finding.rule == Rule::NotChecked);
    let events: BTreeSet<_> = unjudged.filter_map(|finding| finding.event.as_ref()).collect();
    let events: Vec<_> = events.into_iter().map(ToString::to_string).collect();
    if events.is_empty() {
        return String::new();
    }
    format!("; not checked: {}", list_names(&events))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::ValueEnum as _;
    use schemactl_check::{Direction, ReportedComparison};
    use schemactl_compat::{Bump, Verdict};
    use schemactl_workspace::CompatibilityMode;

    use super::*;
    use crate::args::ReportFormat;
    use crate::report::text::ReportDetail;
    use crate::report::{ReportView, render_report, sample};

    fn report_of(finding: Finding) -> Report {
        let comparison = ReportedComparison {
            event: "com.example/Thing".parse().unwrap(),
            old: "1.0".parse().unwrap(),
            new: "1.1".parse().unwrap(),
            backward: Verdict::Compatible,
            forward: Verdict::Compatible,
            needed: Bump::Minor,
            policy: "tolerant-reader".to_owned(),
            mode: CompatibilityMode::Full,
            assumptions: vec!["writers send what they declare".to_owned()],
        };
        Report {
            findings: vec![finding],
            comparisons: vec![comparison],
            ..Report::default()
        }
    }

    /// A reader of any format learns what the proofs assume, which other versions break, and how a finding is accepted, as far as the format has
    /// room for it.
    #[test]
    fn each_format_has_what_belongs_to_a_finding() {
        let finding = Finding {
            also_breaks: vec!["0.9".parse().unwrap()],
            direction: Some(Direction::Backward),
            fingerprint: "0123456789abcdef".to_owned(),
            ..sample::sample_finding(Severity::Error, "{}", "{}")
        };
        let report = report_of(finding);
        for format in ReportFormat::value_variants() {
            let text = render_report(
                *format,
                &ReportView {
                    command: "check",
                    report: &report,
                    subjects: &BTreeMap::new(),
                    conclusion: None,
                    detail: ReportDetail::Notable,
                    folder: "",
                },
            );
            let is_annotation = matches!(format, ReportFormat::Github | ReportFormat::Gitlab);
            let names_commands = matches!(format, ReportFormat::Text | ReportFormat::Markdown);
            let others = match format {
                ReportFormat::Json => "\"0.9\"",
                _ => "0.9 breaks in the same way",
            };
            assert!(text.contains(others), "{format:?}: {text}");
            let assumed = text.contains("writers send what they declare");
            assert_eq!(assumed, !is_annotation, "{format:?}: {text}");
            let accepts = text.contains("schemactl accept 0123456789ab");
            assert_eq!(accepts, names_commands, "{format:?}: {text}");
        }
    }
}
