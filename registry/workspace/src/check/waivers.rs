//! Findings that were accepted. In: the waivers of each event, the findings with their fingerprints, and the day. Out: findings that
//! are accepted become notes that say why; a waiver that accepts nothing, or whose day has passed, is a finding itself.

use schemactl_model::Span;

use super::finding;
use crate::event::Waiver;
use crate::{Date, Event, Finding, Place, Report, Rule, Severity, Workspace};

pub(super) fn apply(workspace: &Workspace, today: Option<Date>, report: &mut Report) {
    let mut stale = Vec::new();
    for event in workspace.events.values() {
        for waiver in &event.settings.waivers {
            if let Some(why) = one(event, waiver, today, report) {
                stale.push(stale_waiver(event, waiver, why));
            }
        }
    }
    if !stale.is_empty() {
        report.findings.extend(stale);
        report.sort();
        crate::fingerprint::number(&mut report.findings);
    }
}

/// Accepts what a waiver is about. Returns why it accepts nothing.
fn one(event: &Event, waiver: &Waiver, today: Option<Date>, report: &mut Report) -> Option<String> {
    let mut accepted = report
        .findings
        .iter_mut()
        .filter(|finding| finding.event == event.name && finding.fingerprint.starts_with(&waiver.fingerprint));
    let Some(finding) = accepted.next() else {
        return Some("no finding has this fingerprint any more".to_owned());
    };
    if !finding.can_be_waived() {
        return Some(format!("{} is not a judgement that can be accepted", finding.rule));
    }
    if let (Some(expires), Some(today)) = (waiver.expires, today)
        && today > expires
    {
        return Some(format!("it ran out on {expires}, and what it accepted is still there"));
    }
    finding.severity = Severity::Note;
    finding.waived = Some(waiver.reason.clone());
    None
}

fn stale_waiver(event: &Event, waiver: &Waiver, why: String) -> Finding {
    let file = &event.settings_file;
    let start = file.text().find(&waiver.fingerprint).unwrap_or(0);
    Finding {
        message: format!("a waiver of {} accepts nothing", event.name.name()),
        subject: Some(waiver.fingerprint.clone()),
        places: vec![Place {
            source: file.clone(),
            span: Span::new(start, start + waiver.fingerprint.len()),
            label: why,
        }],
        fix: Some("take the waiver out, or accept the finding again with `schemactl accept`".to_owned()),
        ..finding(Rule::WaiverStale, Severity::Warning, event)
    }
}
