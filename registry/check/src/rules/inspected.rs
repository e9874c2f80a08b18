//! A workspace as a registry sees it. In: a workspace, and the report of its check. Out: what each version is registered as; and
//! [`Checked`], where the report has no error.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::OnceLock;

use schemactl_model::{EventName, Version};

use crate::registered::{Contents, RegisteredContent, registered_contents};
use crate::report::{Finding, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::Workspace;

/// A workspace that can be compared with a registry, whatever its check found. Nothing is pushed from it.
#[derive(Debug)]
pub struct Inspected<'w> {
    workspace: &'w Workspace,
    contents: OnceLock<Contents>,
    unreadable: BTreeSet<EventName>,
}

/// A workspace whose check found no error in what a command is about: the only thing that a plan to be applied can be made from.
#[derive(Debug)]
pub struct Checked<'w>(Inspected<'w>);

impl<'w> Checked<'w> {
    /// Returns it if the report has no error, and every part of the workspace was read. Where a command selects versions, errors in events of which it
    /// selects none do not count.
    // INVARIANT: a plan writes selected versions only. One that wrote others would register what the check has found errors in.
    pub(super) fn of(workspace: &'w Workspace, report: &Report) -> Option<Self> {
        let is_about = |finding: &&Finding| match &finding.event {
            Some(event) => workspace.scope.has_event(event),
            None => true,
        };
        let mut findings = report.findings.iter().filter(is_about);
        let has_errors = findings.any(Finding::is_open_error);
        (!has_errors && workspace.unread.is_empty()).then(|| Self(Inspected::of(workspace, report)))
    }
}

impl<'w> Deref for Checked<'w> {
    type Target = Inspected<'w>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'w> Inspected<'w> {
    /// Returns the workspace for reading. An event with a schema that is none has no registered form, and is left out.
    pub fn of(workspace: &'w Workspace, report: &Report) -> Self {
        let faults = report.findings.iter();
        let faults =
            faults.filter(|finding| finding.rule == Rule::SchemaInvalid && finding.severity == Severity::Error);
        Self {
            workspace,
            contents: OnceLock::new(),
            unreadable: faults.filter_map(|finding| finding.event.clone()).collect(),
        }
    }

    /// Returns the workspace.
    pub fn workspace(&self) -> &'w Workspace {
        self.workspace
    }

    /// Returns the events with a schema that is invalid, which are left out.
    pub fn unreadable_events(&self) -> &BTreeSet<EventName> {
        &self.unreadable
    }

    /// Returns the contents that are registered for a version of the workspace, one for each type of schema.
    pub fn registered_contents(&self, event: &EventName, version: &Version) -> &[RegisteredContent] {
        let contents = self.contents.get_or_init(|| self.all_contents());
        let own = contents.get(&(event.clone(), version.clone()));
        own.map_or(&[], Vec::as_slice)
    }

    /// What every version is registered as.
    fn all_contents(&self) -> Contents {
        let mut contents = Contents::new();
        let events = self.workspace.events.values();
        for event in events.filter(|event| !self.unreadable.contains(&event.name)) {
            for version in event.versions.values() {
                let own = registered_contents(event, version, &self.workspace.manifest.registry);
                contents.insert((event.name.clone(), version.version.clone()), own);
            }
        }
        contents
    }
}
