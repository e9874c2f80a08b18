//! Findings that were accepted. In: the waivers of each event and of the workspace, the findings with their fingerprints, and the day.
//! Out: findings that are accepted become notes that say why; a waiver that accepts nothing, or whose day has passed, is a finding
//! itself.

use schemactl_model::{EventName, Source};

use super::CheckOptions;
use super::base::Base;
use crate::report::{Finding, FindingPlace, REJECTED_WAIVER, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::Waiver;
use schemactl_workspace::{Date, Workspace};

/// The waivers of a file.
struct Waivers<'w> {
    event: Option<&'w EventName>,
    file: &'w Source,
    list: &'w [Waiver],
}

fn waivers_of(workspace: &Workspace) -> impl Iterator<Item = Waivers<'_>> {
    let own = Waivers {
        event: None,
        file: &workspace.manifest_file,
        list: &workspace.manifest.waivers,
    };
    let of_events = workspace.events.values().map(|event| Waivers {
        event: Some(&event.name),
        file: &event.settings_file,
        list: &event.settings.waivers,
    });
    std::iter::once(own).chain(of_events)
}

/// Returns whether a waiver accepts a finding.
pub(super) fn is_accepted(workspace: &Workspace, finding: &Finding, options: &CheckOptions<'_>) -> bool {
    let mut own = waivers_of(workspace).filter(|waivers| waivers.event == finding.event.as_ref());
    own.any(|waivers| {
        let mut list = waivers.list.iter();
        list.any(|waiver| {
            let counts = !has_run_out(waiver, options.today) || is_released(workspace, options, finding);
            finding.has_print(&waiver.fingerprint) && counts && !is_denied(options, waiver)
        })
    })
}

/// Returns whether the version that a finding is about is released.
fn is_released(workspace: &Workspace, options: &CheckOptions<'_>, finding: &Finding) -> bool {
    let version = finding.event.as_ref().zip(finding.new.as_ref());
    version.is_some_and(|(event, version)| options.is_released(workspace, event, version))
}

pub(super) fn apply_waivers(workspace: &Workspace, options: &CheckOptions<'_>, report: &mut Report) {
    let mut stale = Vec::new();
    for waivers in waivers_of(workspace) {
        for waiver in waivers.list {
            if let Some(why) = apply_waiver(workspace, waivers.event, waiver, options, report) {
                stale.push(stale_waiver(&waivers, waiver, &why));
            }
        }
    }
    if !stale.is_empty() {
        report.findings.extend(stale);
        report.sort();
        crate::fingerprint::set_fingerprints(&mut report.findings);
    }
}

/// Accepts what a waiver is about. Returns why it accepts nothing.
fn apply_waiver(
    workspace: &Workspace,
    event: Option<&EventName>,
    waiver: &Waiver,
    options: &CheckOptions<'_>,
    report: &mut Report,
) -> Option<String> {
    let means = |finding: &Finding| finding.event.as_ref() == event && finding.has_print(&waiver.fingerprint);
    let found: Vec<usize> = (0..report.findings.len())
        .filter(|at| means(&report.findings[*at]))
        .collect();
    let Some(first) = found.first().map(|at| &report.findings[*at]) else {
        // Found against a base only: without one, and after the merge, there is nothing that it accepts. What it accepts may be about an
        // event that cannot be read.
        let rule = waiver.rule.as_deref().and_then(Rule::from_id);
        let may_be_found = rule.is_some_and(Rule::is_about_base) || !workspace.unread.is_empty();
        return (!may_be_found).then(|| "no finding has this fingerprint any more".to_owned());
    };
    if !first.can_be_waived() {
        return Some(format!("{} is not a finding that can be accepted", first.rule));
    }
    let ran_out = waiver.expires.filter(|_| has_run_out(waiver, options.today));
    if let Some(expires) = ran_out
        && !is_released(workspace, options, first)
        && !is_denied(options, waiver)
    {
        return Some(format!("it expired on {expires}, and the finding still exists"));
    }
    for at in found {
        let finding = &mut report.findings[at];
        if is_denied(options, waiver) {
            finding.why = Some(format!("{REJECTED_WAIVER}{}", waiver.reason));
            finding.fix = Some(
                "`--deny waiver` rejects waivers that the baseline does not have: correct the finding, or run the check without the option"
                    .to_owned(),
            );
        } else if let Some(expires) = ran_out {
            // What is released cannot be changed any more: the day is over, and somebody has to look at it again.
            finding.severity = Severity::Warning;
            finding.fix = Some(describe_end(waiver, expires));
        } else {
            finding.severity = Severity::Note;
            finding.waived = Some(waiver.reason.clone());
            finding.is_newly_waived = is_new(options, waiver);
        }
    }
    None
}

/// Since when a waiver has ended, for which versions it was, who wrote it, and how to renew it, in a line. Both directions of a break have the same.
fn describe_end(waiver: &Waiver, expires: Date) -> String {
    let versions = match waiver.versions.split_first() {
        Some((introduced, [])) => format!("for {introduced} "),
        Some((introduced, broken)) => format!("for {introduced} against {} ", broken.join(", ")),
        None => String::new(),
    };
    let author = waiver
        .author
        .as_ref()
        .map_or_else(String::new, |author| format!(", accepted by {author}"));
    format!(
        "the waiver {versions}expired on {expires}{author}: {}; renew it with `schemactl accept {} --reason … [--expires DATE]`, or remove `expires` from the waiver",
        waiver.reason, waiver.fingerprint
    )
}

/// Returns whether a waiver is one that the base does not have.
fn is_new(options: &CheckOptions<'_>, waiver: &Waiver) -> bool {
    options.base.as_ref().is_some_and(|base| !has_waiver(base, waiver))
}

/// Returns whether a waiver accepts nothing because it is new.
fn is_denied(options: &CheckOptions<'_>, waiver: &Waiver) -> bool {
    options.deny_waivers && is_new(options, waiver)
}

/// Returns whether a base has a waiver, wherever it stands there: the event may have moved.
fn has_waiver(base: &Base<'_>, waiver: &Waiver) -> bool {
    [base.tip, base.fork].into_iter().any(|state| {
        let of_events = state.events.values().flat_map(|event| &event.settings.waivers);
        let of_workspace = state.manifest.iter().flat_map(|manifest| &manifest.waivers);
        let mut all = of_events.chain(of_workspace);
        all.any(|known| known.fingerprint == waiver.fingerprint)
    })
}

fn has_run_out(waiver: &Waiver, today: Option<Date>) -> bool {
    matches!((waiver.expires, today), (Some(expires), Some(today)) if today > expires)
}

fn stale_waiver(waivers: &Waivers<'_>, waiver: &Waiver, why: &str) -> Finding {
    let of = waivers.event.map_or("the workspace", EventName::name);
    Finding {
        message: format!("a waiver of {of} accepts nothing"),
        subject: Some(waiver.fingerprint.clone()),
        places: vec![FindingPlace::of_text(waivers.file, &waiver.fingerprint, why)],
        fix: Some("remove the waiver, or accept the finding again with `schemactl accept`".to_owned()),
        ..Finding::new(Rule::WaiverStale, Severity::Warning, waivers.event.cloned())
    }
}
