//! A workspace held against an earlier state of it, such as the main branch. In: the state at the tip of the other branch, and the one
//! where this branch left it. Out: a finding for each released version that is another one or gone, for each line of the lock that
//! differs, and for each setting that asks less; and what is asked of each event.
//!
//! INVARIANT: what the base has released wins over the lock of the branch, which any commit of the branch can rewrite. A version that
//! only the tip has is not missing: the merge brings it.

mod arriving;
mod overtaken;
mod registration;
mod released;
mod setting_change;
mod settings;
mod unchanged;
mod unreadable;

use std::collections::BTreeSet;

use super::life::{LifeRecords, place_of_record};
use super::restored::RestoredReleases;
use crate::report::{Finding, Report, Severity};
use crate::rule::Rule;
use schemactl_model::{EventName, FormatMode, Version};
use schemactl_workspace::{EarlierState, LifeKind, LifeRecord, LifeStep, Workspace, WorkspaceEvent};

pub(super) use settings::{Asked, find_requirements, find_weakened_settings};

/// An earlier state that a workspace is held against.
#[derive(Clone, Copy, Debug)]
pub struct Base<'e> {
    /// What it is called: `main (1a2b3c4d5e6f)`.
    pub name: &'e str,
    /// The newest state of the other branch.
    pub tip: &'e EarlierState,
    /// The state in which the present branch left the other one.
    pub fork: &'e EarlierState,
    /// Further states in which both branches have met, where each was merged into the other: the strictest of all counts.
    pub other_forks: &'e [EarlierState],
    /// The workspaces that it has and that are not there any more.
    pub gone: &'e [Gone],
    /// The files that it has, seen from the workspace, and that the repository of the workspace does not follow any more.
    pub untracked: &'e BTreeSet<String>,
    /// The paths that nobody can read in it, since their content is in another place, and that are here what they are there.
    pub unchanged: &'e BTreeSet<String>,
    /// Versions that the branch has added itself, although `fork` has them: a merge, or a rebase, has brought both together since.
    pub added: &'e BTreeSet<(EventName, Version)>,
    /// The folder of the workspace, if the newest state does not have it: `tip` is the state at `fork` then.
    pub lost: Option<&'e str>,
}

impl<'e> Base<'e> {
    /// Returns the base as it is seen from each state in which both branches have met.
    pub(super) fn list_views(&self) -> impl Iterator<Item = Self> {
        let others = self.other_forks.iter().map(|fork| Self { fork, ..*self });
        std::iter::once(*self).chain(others)
    }

    /// Returns the revision that the name begins with.
    pub(super) fn revision(&self) -> &'e str {
        revision_of(self.name)
    }

    /// Returns whether the state in which the branch left the base did not have a version yet, or the branch has added it by itself before both were
    /// merged.
    pub fn is_new_since_fork(&self, event: &EventName, version: &Version) -> bool {
        let is_added = self.added.contains(&(event.clone(), version.clone()));
        is_added || !released::has_version(self.fork, event, version)
    }

    /// Returns whether the lock of one of both states has a version of an event, under one of its names.
    pub(super) fn has_released(&self, names: &[&EventName], version: &Version) -> bool {
        let mut states = [self.tip, self.fork].into_iter();
        states.any(|state| names.iter().any(|name| state.lock.digest(name, version).is_some()))
    }

    /// Returns the records of the tip that the branch does not have.
    pub(super) fn unseen_records(&self, workspace: &Workspace) -> Vec<&'e LifeRecord> {
        let records = self.tip.lock.records();
        records.filter(|record| !workspace.lock.has_record(record)).collect()
    }
}

/// A workspace of a base that nothing checks any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its folder, seen from the root of the repository.
    pub folder: String,
    /// Why nothing checks it.
    pub reason: AbsenceReason,
}

/// Why nothing checks a workspace any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AbsenceReason {
    /// Its `schemactl.toml` is gone.
    Deleted,
    /// The `schemactl.toml` that is found in its place.
    HiddenBy(String),
    /// The git submodule that it is in by now: a repository of its own.
    Submodule(String),
}

/// Returns what `format` says of a text when a workspace is checked against a base: as in the base, which another value counts for from its merge on.
pub fn judged_formats(workspace: &Workspace, base: Option<&Base<'_>>) -> FormatMode {
    let own = workspace.manifest.check.formats;
    let earlier = base.and_then(|base| base.fork.manifest.as_ref());
    earlier.map_or(own, |manifest| manifest.check.formats)
}

/// Everything but what is asked of events. Where both branches have met in several states, what is found from one of them counts.
// INVARIANT: git takes any of these states for the common one. A branch could otherwise delete what it has seen in another one.
pub(super) fn check_base<'w>(
    workspace: &'w Workspace,
    base: &Base<'w>,
    deny: &[LifeKind],
    (report, restored): (&mut Report, &mut RestoredReleases<'w>),
) {
    let start = report.findings.len();
    check_view(workspace, base, deny, (report, restored));
    for fork in base.other_forks {
        let mut own = Report::default();
        check_view(workspace, &Base { fork, ..*base }, deny, (&mut own, restored));
        let known = report.findings.split_off(start);
        own.findings
            .retain(|finding| !known.iter().any(|known| is_same_finding(known, finding)));
        report.findings.extend(known);
        report.findings.append(&mut own.findings);
    }
}

/// Whether two views of the base make one finding.
pub(super) fn is_same_finding(one: &Finding, other: &Finding) -> bool {
    (one.rule, &one.event, &one.message) == (other.rule, &other.event, &other.message)
}

/// What is found from one state in which both branches have met.
fn check_view<'w>(
    workspace: &'w Workspace,
    base: &Base<'w>,
    deny: &[LifeKind],
    (report, restored): (&mut Report, &mut RestoredReleases<'w>),
) {
    report
        .findings
        .extend(base.gone.iter().map(|gone| missing(base.name, gone)));
    report
        .findings
        .extend(unreadable::find_unreadable_parts(workspace, base));
    let life = LifeRecords::of(workspace, Some(&base.tip.lock));
    released::check_released(workspace, base, &life, (report, restored));
    report
        .findings
        .extend(overtaken::find_overtaken_records(workspace, base, &life));
    report
        .findings
        .extend(arriving::find_arriving_conflicts(workspace, base));
    let accepted = life
        .iter()
        .map(|record| released::report_accepted_record(workspace, base, record, deny));
    report.findings.extend(accepted);
}

/// Returns what to do about a number that the base has released first with another schema. `is_recorded` is whether the lock has it, which the
/// next release corrects.
pub(super) fn advise_on_race(base: &Base<'_>, event: &EventName, is_recorded: bool) -> String {
    let revision = base.revision();
    let release = if is_recorded { " --release" } else { "" };
    format!(
        "another branch has released it first: `schemactl bump {event} --against {revision}` restores the schema of {revision} and gives yours the next \
         number, with the properties of both; then `git add schemas/{event}`, and `schemactl check{release} --against {revision}`"
    )
}

/// Returns what the findings for a record of the branch have in common.
fn conflict_of(workspace: &Workspace, own: &LifeRecord) -> Finding {
    Finding {
        subject: Some(own.seal().to_owned()),
        places: place_of_record(workspace, own),
        ..Finding::new(Rule::LockConflict, Severity::Error, own.event.clone())
    }
}

/// Returns an event as it was where the branch left the base: under its own name, or under the one that it had before it moved.
fn earlier_event<'b>(workspace: &Workspace, base: &Base<'b>, event: &WorkspaceEvent) -> Option<&'b WorkspaceEvent> {
    let fork: &'b EarlierState = base.fork;
    if let Some(earlier) = fork.events.get(&event.name) {
        return Some(earlier);
    }
    let mut records = workspace.lock.records();
    records.find_map(|record| match &record.step {
        LifeStep::Moved { to, .. } if *to == event.name => fork.events.get(&record.event),
        _ => None,
    })
}

/// Returns the report where nothing is left to be checked, and a base has workspaces.
pub fn report_missing_workspaces(base: &str, gone: &[Gone]) -> Report {
    let findings = gone.iter().map(|gone| Finding {
        is_homeless: true,
        ..missing(base, gone)
    });
    Report::of_pair(findings.collect())
}

/// `base` is what the base is called.
fn missing(base: &str, gone: &Gone) -> Finding {
    let folder = &gone.folder;
    let (message, fix) = match &gone.reason {
        AbsenceReason::HiddenBy(other) => (
            format!("the workspace in {folder} is not the one that is checked: {other} is closer"),
            format!("remove {other}, or check both: `schemactl check --workspace {folder}`"),
        ),
        AbsenceReason::Submodule(submodule) => (
            format!(
                "{base} has a workspace in {folder}, and {submodule} is a git submodule now, which is a repository of its own"
            ),
            format!(
                "compare it with the folder of the base, in the root of the repository: `git submodule update --init {submodule}`, \
                 `git worktree add --detach ../base {}`, `schemactl check --workspace {folder} --against ../base/{folder}`",
                revision_of(base)
            ),
        ),
        AbsenceReason::Deleted => (
            format!("{base} has a workspace in {folder}, which does not exist any more"),
            format!(
                "restore {folder}/schemactl.toml. If the folder was moved, check the new one with `--against REVISION:{folder}`"
            ),
        ),
    };
    Finding {
        message,
        subject: Some(folder.clone()),
        why: Some("its released versions stay released, and nothing checks them any more".to_owned()),
        fix: Some(fix),
        ..Finding::new(Rule::WorkspaceMissing, Severity::Error, None)
    }
}

/// The revision that the name of a base begins with: what people type to mean it.
fn revision_of(base: &str) -> &str {
    base.split(' ').next().unwrap_or_default()
}
