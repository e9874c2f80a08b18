//! A report for people: each finding with the lines it is about and the event that breaks, then a line for each event that
//! needs something, then the totals.

use std::fmt::Write as _;

use schemactl_check::{BumpSummary, Finding, Report, ReportedComparison, Severity};
use schemactl_model::spell_out_line;

use super::context::{accept_command, describe_assumptions, describe_inherited, describe_unjudged, list_version_lines};
use super::excerpt::introduce_event;
use crate::diagnostic::styled_renderer;
use crate::diagnostic::{Diagnostic, Loudness};
use crate::words::count_in_words;

/// How much a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportDetail {
    /// The findings that nobody has accepted.
    Findings,
    /// What is notable too: accepted findings, versions that need another number, assumptions and totals.
    Notable,
    /// A line for each pair of versions and for each event too, and events whole.
    Everything,
}

/// Renders a report.
pub(crate) fn render_text(report: &Report, detail: ReportDetail) -> String {
    let is_verbose = detail == ReportDetail::Everything;
    let mut text = String::new();
    let (accepted, open): (Vec<&Finding>, Vec<&Finding>) = report
        .findings
        .iter()
        .partition(|finding| finding.waived.is_some() && !is_verbose);
    for finding in open {
        text.push_str(&diagnose_finding(finding, is_verbose).render(&styled_renderer()));
        text.push_str("\n\n");
    }
    // What a branch has decided by itself, of a released event or of a break, is told whatever was asked for.
    let (life, waived): (Vec<&Finding>, Vec<&Finding>) = accepted
        .into_iter()
        .partition(|finding| finding.rule.is_about_life() || finding.is_newly_waived);
    for finding in life {
        writeln!(text, "{}", accepted_line(finding)).expect("writing to a string cannot fail");
    }
    if detail == ReportDetail::Findings {
        return text;
    }
    for finding in waived {
        writeln!(text, "{}", accepted_line(finding)).expect("writing to a string cannot fail");
    }
    if is_verbose {
        for comparison in &report.comparisons {
            writeln!(text, "{}", comparison_line(comparison)).expect("writing to a string cannot fail");
        }
    }
    for line in summaries(report, is_verbose) {
        writeln!(text, "{}", spell_out_line(&line)).expect("writing to a string cannot fail");
    }
    if let Some(assumptions) = describe_assumptions(report) {
        writeln!(text, "{assumptions}").expect("writing to a string cannot fail");
    }
    if let Some(inherited) = describe_inherited(report) {
        writeln!(text, "{inherited}").expect("writing to a string cannot fail");
    }
    writeln!(text, "{}", totals(report)).expect("writing to a string cannot fail");
    text
}

/// Events whose newest versions are as they should be and have a line each: of more of them nobody reads the lines.
const MOST_UNREMARKABLE: usize = 5;

/// A line for each version that needs another number, and for the others as long as they are few.
fn summaries(report: &Report, is_verbose: bool) -> Vec<String> {
    let is_notable = |summary: &&BumpSummary| summary.needed.as_ref().is_some_and(|needed| *needed != summary.wrote);
    let others = report.summaries.iter().filter(|summary| !is_notable(summary)).count();
    let shows_others = is_verbose || others <= MOST_UNREMARKABLE;
    let shown = report
        .summaries
        .iter()
        .filter(|summary| shows_others || is_notable(summary));
    let mut lines: Vec<_> = shown.map(|summary| summary.text.clone()).collect();
    if !shows_others {
        lines.push(format!(
            "the newest versions of {} have the numbers that they need",
            count_in_words(others, "event")
        ));
    }
    lines
}

/// What a finding is, without what to do about it.
pub(crate) fn facts_of_finding(finding: &Finding, full_events: bool) -> Diagnostic {
    let loudness = match finding.severity {
        Severity::Error => Loudness::Error,
        Severity::Warning => Loudness::Warning,
        Severity::Note => Loudness::Note,
    };
    let mut diagnostic = Diagnostic::new(loudness, finding.message.clone()).id(finding.rule.id());
    for place in &finding.places {
        diagnostic = diagnostic.place(&place.source, place.span, place.label.clone());
    }
    for shown in finding.shown_directions() {
        if let Some(witness) = &shown.witness {
            let place = shown.witness_place.as_ref().filter(|_| !full_events);
            diagnostic = diagnostic.note(introduce_event(witness, place, "`--verbose`"));
        }
        if let Some(why) = &shown.why {
            diagnostic = diagnostic.note(why.clone());
        }
    }
    for line in list_version_lines(finding) {
        diagnostic = diagnostic.note(line);
    }
    match &finding.owner {
        Some(owner) => diagnostic.note(format!("owner: {owner}")),
        None => diagnostic,
    }
}

/// A finding that a waiver accepts.
fn accepted_line(finding: &Finding) -> String {
    let reason = finding.waived.as_deref().unwrap_or_default();
    let detail = finding.why.as_ref().filter(|_| finding.rule.is_about_life());
    let detail = detail.map_or_else(String::new, |detail| format!(" ({detail})"));
    let line = format!("accepted[{}]: {}{detail}: {reason}", finding.rule, finding.message);
    spell_out_line(&line).into_owned()
}

/// A finding as a diagnostic.
pub(crate) fn diagnose_finding(finding: &Finding, full_events: bool) -> Diagnostic {
    let mut diagnostic = facts_of_finding(finding, full_events);
    if let Some(reason) = &finding.waived {
        return diagnostic.note(format!("accepted: {reason}"));
    }
    if let Some(fix) = &finding.fix {
        diagnostic = diagnostic.help(fix.clone());
    }
    let mut more = format!("more with `schemactl explain {}`", finding.rule.id());
    if let Some(command) = accept_command(finding) {
        write!(more, ", accept it with `{command}`").expect("writing to a string cannot fail");
    }
    diagnostic.help(more)
}

fn comparison_line(comparison: &ReportedComparison) -> String {
    let ReportedComparison {
        event,
        old,
        new,
        backward,
        forward,
        needed,
        policy,
        mode,
        assumptions: _,
    } = comparison;
    format!(
        "{event} {old} → {new}: backward {}, forward {}, needs a {needed} ({policy}, {mode})",
        backward.name(),
        forward.name()
    )
}

fn totals(report: &Report) -> String {
    let checked = format!(
        "{}, {}, {}, {} checked",
        count_in_words(report.events, "event"),
        count_in_words(report.versions, "version"),
        count_in_words(report.examples, "example"),
        count_in_words(report.comparisons.len(), "comparison")
    );
    let found = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ]
    .into_iter()
    .filter(|(severity, _)| report.count(*severity) > 0)
    .map(|(severity, name)| count_in_words(report.count(severity), name));
    let found: Vec<_> = found.collect();
    let found = match (found.is_empty(), report.events) {
        // A job in a folder of another name would be green for ever.
        (true, 0) => "no event found: events are folders schemas/NAMESPACE/NAME beside schemactl.toml".to_owned(),
        (true, _) => "nothing found".to_owned(),
        (false, _) => found.join(", "),
    };
    format!("{checked}: {found}{}", describe_unjudged(report))
}
