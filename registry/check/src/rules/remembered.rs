//! A check that is made again after each edit, as in an editor. In: a workspace, and the reports on its events that an earlier check of the
//! same program made. Out: the report, in which nothing is judged again that an edit has not changed; or a part of it, where somebody
//! did not want to wait for the rest. Unlike [`Proofs`](super::Proofs) nothing is read from a file, so that reports with findings are kept too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemactl_model::{EventName, Source};
use schemactl_workspace::{Workspace, WorkspaceEvent};

use super::proofs::{files_of, settings_key};
use super::{CheckOptions, CheckRun, run};
use crate::report::Report;

/// The reports on events that earlier checks of this program made.
#[derive(Clone, Debug, Default)]
pub struct EventReports {
    events: BTreeMap<EventName, RememberedReport>,
}

/// The report on an event in one state of it.
#[derive(Clone, Debug)]
struct RememberedReport {
    state: EventState,
    report: Report,
}

/// Everything that the report on an event follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EventState {
    settings: String,
    /// Files that were not read again are the same in memory, so that comparing them costs nothing.
    files: Vec<Source>,
}

impl EventReports {
    /// Returns whether the report on an event is about these very files.
    pub fn has_files_of(&self, event: &WorkspaceEvent) -> bool {
        let known = self.events.get(&event.name);
        known.is_some_and(|known| known.state.files.iter().eq(files_of(event)))
    }
}

/// A report in which some events may be missing.
#[derive(Clone, Debug)]
pub struct PartialReport {
    /// What was found. Waivers of events that were not checked look as if they accepted nothing.
    pub report: Report,
    /// The events that were not checked.
    pub skipped: BTreeSet<EventName>,
}

/// Checks a workspace as [`check`](super::check) does. An event that did not change since its report was made is not checked again, and one
/// that changed only if `is_wanted` returns true, which is asked right before. Afterwards `reports` has every event that was checked.
pub fn check_remembering(
    workspace: &Workspace,
    options: &CheckOptions<'_>,
    reports: &mut EventReports,
    is_wanted: &(dyn Fn(&EventName) -> bool + Sync),
) -> PartialReport {
    let (report, kept) = run(workspace, options, |run, event| {
        let state = run.state_of(event);
        match reports.events.get(&event.name) {
            Some(known) if known.state == state => (known.report.clone(), ReportStep::Known),
            _ if is_wanted(&event.name) => {
                let report = run.event(event);
                (report.clone(), ReportStep::Checked(RememberedReport { state, report }))
            }
            _ => (Report::default(), ReportStep::Skipped),
        }
    });
    let mut skipped = BTreeSet::new();
    reports.events.retain(|event, _| workspace.events.contains_key(event));
    for (event, step) in kept {
        match step {
            ReportStep::Known => {}
            ReportStep::Checked(remembered) => {
                reports.events.insert(event, remembered);
            }
            ReportStep::Skipped => {
                skipped.insert(event);
            }
        }
    }
    PartialReport { report, skipped }
}

/// What was done with an event.
enum ReportStep {
    Known,
    Checked(RememberedReport),
    Skipped,
}

impl CheckRun<'_> {
    fn state_of(&self, event: &WorkspaceEvent) -> EventState {
        let key = settings_key(self.workspace, event, self.asked(event), self.options);
        let mut settings = key.as_str().to_owned();
        // Where something was found, its report depends on more than a proof: on the day of a waiver, on how a schema is registered,
        // and on files that could not be taken over.
        write!(settings, " {:?} {:?}", self.options.today, self.registry).expect("writing to a string cannot fail");
        for version in event.versions.values() {
            for fault in version.document.unresolved_references() {
                write!(settings, " {fault:?}").expect("writing to a string cannot fail");
            }
        }
        let files = files_of(event).cloned().collect();
        EventState { settings, files }
    }
}
