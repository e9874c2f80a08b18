//! The part of a plan that a command selects. In: the versions that belong into a schema of the registry, and the scope of the command. Out: which of
//! them are selected, and what is said and done of the others: nothing.

use schemactl_model::{EventName, Version};
use schemactl_workspace::{CommandScope, Workspace};

use super::drift::Drift;
use super::is_schema_of;
use super::judge::JudgedSchema;
use crate::expected::{ExpectedSchema, ExpectedVersion};
use crate::held::HeldVersion;
use crate::registered_name::find_event_elsewhere;
use crate::snapshot::{HeldSchema, STATE_TAG};

/// The versions of a schema of the registry, and what the command selects.
#[derive(Clone, Copy)]
pub(super) struct LineSelection<'p> {
    scope: &'p CommandScope,
    line: &'p ExpectedSchema<'p>,
}

impl<'p> LineSelection<'p> {
    pub(super) fn new(line: &'p ExpectedSchema<'p>, workspace: &'p Workspace) -> Self {
        Self {
            scope: &workspace.scope,
            line,
        }
    }

    /// Returns whether the command selects a version.
    pub(super) fn has(self, wanted: &ExpectedVersion<'_>) -> bool {
        self.scope.has_version(&wanted.event.name, &wanted.version.version)
    }

    /// Returns whether the command selects any version.
    pub(super) fn is_empty(self) -> bool {
        !self.line.all().any(|wanted| self.has(wanted))
    }

    /// Returns whether the command selects a version of this schema, also one that the workspace does not have.
    pub(super) fn has_number(self, version: &Version) -> bool {
        let mut known = self.line.all().filter(|wanted| wanted.version.version == *version);
        known.all(|wanted| self.has(wanted))
    }

    /// Keeps the deletions of what is selected.
    pub(super) fn keep_deletions(self, judged: &mut JudgedSchema<'_>) {
        let is_selected = |held: &HeldVersion| held.stamp.as_ref().is_none_or(|stamp| self.has_number(&stamp.version));
        judged
            .deletable
            .retain(|deletion| deletion.versions.iter().all(is_selected));
    }

    /// Keeps what is adopted and what is said of selected versions, and of others for which selected ones are held back.
    pub(super) fn keep_judgements(self, judged: &mut JudgedSchema<'_>) {
        judged
            .adopted
            .retain(|(event, version)| self.scope.has_version(event, version));
        judged.drift.retain(|drift| match drift {
            Drift::Changed { version, held_back, .. } => self.has_number(version) || !held_back.is_empty(),
            Drift::Contested { version, .. }
            | Drift::Replaced { version, .. }
            | Drift::AnotherForm { version, .. }
            | Drift::Twice { version, .. }
            | Drift::Foreign {
                equals: Some(version), ..
            } => self.has_number(version),
            _ => true,
        });
    }
}

/// Returns the versions of the workspace that the command does not select. What ended is registered by no push.
pub(super) fn list_unselected(workspace: &Workspace) -> Vec<(EventName, Version)> {
    let versions = workspace.events.values().flat_map(|event| {
        let versions = event.versions.keys();
        versions.map(|version| (event.name.clone(), version.clone()))
    });
    let is_left = |(event, version): &(EventName, Version)| {
        !workspace.scope.has_version(event, version) && workspace.lock.find_end(event, version).is_none()
    };
    let is_here = |(event, _): &(EventName, Version)| {
        let event = workspace.events.get(event);
        event.is_some_and(|event| workspace.scope.is_registered_here(&event.settings))
    };
    versions.filter(is_here).filter(is_left).collect()
}

/// Returns the versions of events that are not for the registry of the command.
pub(super) fn list_elsewhere(workspace: &Workspace) -> Vec<(EventName, Version)> {
    let events = workspace.events.values();
    let others = events.filter(|event| !workspace.scope.is_registered_here(&event.settings));
    let versions = others.flat_map(|event| {
        event
            .versions
            .keys()
            .map(|version| (event.name.clone(), version.clone()))
    });
    versions.collect()
}

/// Returns the event that is not for the registry of the command, and that a schema of it is of, if schemactl wrote all of it.
pub(super) fn find_event_of_others<'w>(
    schema: &str,
    held: &HeldSchema,
    workspace: &'w Workspace,
) -> Option<&'w EventName> {
    let event = find_event_elsewhere(workspace, schema)?;
    let stamps: Vec<_> = held
        .versions()
        .iter()
        .filter_map(|version| version.stamp.as_ref())
        .collect();
    let is_ours = !stamps.is_empty() || held.listed.tags.contains_key(STATE_TAG);
    (is_ours && stamps.iter().all(|stamp| stamp.event == *event)).then_some(event)
}

/// Returns whether a schema that no event is registered as is about a selected event: by its name, or by what is stamped in it. Without a selection, each
/// is.
pub(super) fn is_selected_schema(schema: &str, held: &HeldSchema, workspace: &Workspace) -> bool {
    let scope = &workspace.scope;
    let mut stamps = held.versions().iter().filter_map(|version| version.stamp.as_ref());
    let mut events = workspace.events.keys();
    !scope.is_partial()
        || stamps.any(|stamp| scope.has_event(&stamp.event))
        || events.any(|event| scope.has_event(event) && is_schema_of(schema, event, workspace))
}
