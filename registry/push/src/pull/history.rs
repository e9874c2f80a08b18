//! The versions of one schema of the registry as histories of events. In: its versions, oldest first, and what the workspace has. Out: for each the
//! version of the workspace that it is, what stands after it, and whether its history is settled: below a version that the lock has released, or after
//! the end of the event, nothing new is made of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemactl_check::{policy_of, registered_forms};
use schemactl_compat::{Engine, Schema, are_equivalent};
use schemactl_model::{Dialect, Document, EventName, Source, Version, with_stack_for};
use schemactl_workspace::{Layout, LifeKind, SchemaVersion, Workspace, WorkspaceEvent};

use super::alignment::{PlaceInHistory, align_versions};
use super::content::PulledContent;
use super::numbering::{KnownVersions, LaterVersions, NumberedVersions, Numbering};
use super::pulled::PastReason;
use super::{HeldContent, Pulling, version_field_of};

/// What schemactl has written, the last content of each version.
pub(super) type StampedContents<'r> = BTreeMap<(&'r EventName, &'r Version), &'r PulledContent>;

/// The versions of one schema of the registry, placed in the histories of their events.
pub(super) struct SchemaHistory<'r> {
    /// What each is known to be.
    places: Vec<HistoryPlace>,
    /// The numbers that its events go on with.
    pub(super) numbered: BTreeMap<EventName, NumberedVersions<'r>>,
}

/// What a version of the registry is known to be.
#[derive(Clone, Debug, Default)]
pub(super) struct HistoryPlace {
    /// The version of the workspace that it is, by the order of both.
    pub(super) aligned: Option<Version>,
    /// The versions of the workspace with its schema, lowest first.
    pub(super) equal: Vec<Version>,
    /// Why nothing new is made of it.
    pub(super) past: Option<(EventName, PastReason)>,
}

/// The workspace and the registry of a pull, as its histories need them.
#[derive(Clone, Copy)]
pub(super) struct HistorySources<'r, 's> {
    pub(super) workspace: &'r Workspace,
    pub(super) pulling: &'r Pulling<'r>,
    pub(super) stamped: &'s StampedContents<'r>,
}

impl<'r> SchemaHistory<'r> {
    pub(super) fn place(versions: &'r [HeldContent], sources: HistorySources<'r, '_>) -> Self {
        let mut history = Self {
            places: vec![HistoryPlace::default(); versions.len()],
            numbered: BTreeMap::new(),
        };
        let contents = versions.iter().filter_map(|version| version.content.as_ref().ok());
        let events: BTreeSet<&EventName> = contents.map(|content| &content.event).collect();
        for event in events {
            history.place_event(event, versions, sources);
        }
        history.settle(versions, sources.workspace);
        history
    }

    pub(super) fn place_of(&self, index: usize) -> &HistoryPlace {
        &self.places[index]
    }

    /// Places the versions of one event.
    fn place_event(&mut self, event: &EventName, versions: &'r [HeldContent], sources: HistorySources<'r, '_>) {
        let is_unstamped = |version: &HeldContent| {
            let content = version.content.as_ref();
            content.is_ok_and(|content| content.event == *event && content.version.is_none())
        };
        // What has stamps alone is compared with nothing.
        let numbering = sources.pulling.numbering;
        // Nobody has settled the numbers of an event that was never released.
        let is_open = sources.workspace.lock.released(event).is_none();
        if !versions.iter().any(is_unstamped) || (is_open && matches!(numbering, Numbering::Majors(_))) {
            return;
        }
        let engine = numbering.engine();
        let known = sources.known_versions(event);
        let mut own = Vec::new();
        for (index, version) in versions.iter().enumerate() {
            let Some(content) = version.content.as_ref().ok().filter(|content| content.event == *event) else {
                continue;
            };
            if let Some(version) = &content.version {
                own.push((index, PlaceInHistory::Pinned(version.clone())));
            } else if let Some(document) = version.document() {
                let depth = document.root().depth();
                let equal = with_stack_for(depth, || known.find_equal(document, engine));
                let stated = version.stated().and_then(|stated| {
                    let mut stated = equal.iter().filter(|version| stated.fixed.contains(version));
                    stated.next().cloned()
                });
                self.places[index].equal.clone_from(&equal);
                own.push((
                    index,
                    stated.map_or(PlaceInHistory::Equal(equal), PlaceInHistory::Pinned),
                ));
            }
        }
        let (indexes, places): (Vec<usize>, Vec<PlaceInHistory>) = own.into_iter().unzip();
        for (index, aligned) in indexes.into_iter().zip(align_versions(&places)) {
            self.places[index].aligned = aligned;
        }
        let missed = sources.find_missed_release(event, versions, &self.places, engine);
        self.numbered
            .insert(event.clone(), NumberedVersions::new(known, missed));
    }

    /// Says of what is no version of the workspace why nothing new is made of it: a later version of the schema was released here, or its event is over.
    fn settle(&mut self, versions: &[HeldContent], workspace: &Workspace) {
        let mut released: Option<(EventName, PastReason)> = None;
        for (index, version) in versions.iter().enumerate().rev() {
            let content = version.content.as_ref().ok();
            let place = &mut self.places[index];
            let number = content.and_then(|content| Some((&content.event, known_version(content, place)?)));
            if let Some((event, number)) = number {
                if workspace.lock.digest(event, number).is_some() {
                    released = Some((event.clone(), PastReason::OlderThan(number.clone())));
                }
                continue;
            }
            let over = content.and_then(|content| {
                let how = end_of_event(workspace, &content.event)?;
                Some((content.event.clone(), PastReason::Over(how)))
            });
            place.past = over.or_else(|| released.clone());
        }
    }

    /// What stands after a version of an event.
    pub(super) fn later(&self, index: usize, event: &EventName, versions: &[HeldContent]) -> LaterVersions {
        let mut later = LaterVersions::default();
        for (version, place) in versions.iter().zip(&self.places).skip(index + 1) {
            let Some(content) = version.content.as_ref().ok().filter(|content| content.event == *event) else {
                continue;
            };
            later.has_versions |= version.find_fault().is_none();
            if let Some(numbered) = known_version(content, place)
                && later.numbered.as_ref().is_none_or(|least| numbered < least)
            {
                later.numbered = Some(numbered.clone());
            }
            let stated = version.stated().filter(|stated| stated.fixed.len() == 1);
            later
                .stated
                .extend(stated.into_iter().flat_map(|stated| stated.fixed.clone()));
        }
        later
    }
}

/// Returns the version that a version of the registry says it is, or that it is by its place.
fn known_version<'v>(content: &'v PulledContent, place: &'v HistoryPlace) -> Option<&'v Version> {
    content.version.as_ref().or(place.aligned.as_ref())
}

impl<'r> HistorySources<'r, '_> {
    /// What the workspace has of an event, what it has released of it, and what schemactl has written of it.
    fn known_versions(self, event: &EventName) -> KnownVersions<'r> {
        let Self { workspace, stamped, .. } = self;
        let own = workspace.events.get(event);
        let mut known = KnownVersions::new(policy_of(workspace, own), version_field_of(workspace, event));
        if let Some(own) = own {
            for version in own.versions.values() {
                let forms = registered_forms(own, version);
                known.add(version.version.clone(), Cow::Borrowed(&version.document), forms);
                if workspace.lock.is_adopted(event, &version.version) {
                    known.note_adopted(&version.version);
                }
            }
        }
        for ((of, version), content) in stamped {
            if *of == event && !known.contains(version) {
                let source = Source::new(format!("{event}@{version}"), content.schema.to_json());
                if let Ok(document) = Document::parse(source, Dialect::Draft4) {
                    known.add((*version).clone(), Cow::Owned(document), Vec::new());
                }
            }
        }
        if let Some(released) = workspace.lock.released(event) {
            for (version, digest) in &released.versions {
                if !known.contains(version) {
                    known.add_released(version.clone(), digest);
                }
            }
        }
        known
    }

    /// Returns the newest released version of an event, if the schema does not hold it.
    fn find_missed_release(
        self,
        name: &EventName,
        versions: &[HeldContent],
        places: &[HistoryPlace],
        engine: &dyn Engine,
    ) -> Option<Version> {
        let workspace = self.workspace;
        // A part of the schema, or one of a single major, has no whole history.
        if self.pulling.newest_only || workspace.manifest.registry.layout == Layout::Major {
            return None;
        }
        let released = workspace.lock.released(name)?;
        let mut live = released.versions.keys().rev();
        let newest = live.find(|version| workspace.lock.find_end(name, version).is_none())?;
        let event = workspace.events.get(name);
        let file = event.and_then(|event| Some((event, event.versions.get(newest)?)));
        let own = versions.iter().zip(places).filter(|(held, _)| {
            let content = held.content.as_ref();
            content.is_ok_and(|content| content.event == *name)
        });
        // Mostly its place says so, without a proof.
        let is_placed = own.clone().any(|(_, place)| place.aligned.as_ref() == Some(newest));
        let has_copy = |(event, file)| own.clone().any(|(held, _)| is_copy(held, event, file, engine));
        let is_held = is_placed || file.is_some_and(has_copy);
        (!is_held).then(|| newest.clone())
    }
}

/// Returns whether a version of the registry without a stamp is a version of the workspace.
fn is_copy(held: &HeldContent, event: &WorkspaceEvent, version: &SchemaVersion, engine: &dyn Engine) -> bool {
    let (Some(document), Some(stated)) = (held.document(), held.stated()) else {
        return false;
    };
    let (ours, root) = (&version.document, document.root());
    stated.fixed.contains(&version.version)
        || ours.root() == root
        || registered_forms(event, version).contains(root)
        || with_stack_for(root.depth().max(ours.root().depth()), || {
            are_equivalent(engine, &Schema::from(ours), &Schema::from(document))
        })
}

/// Returns how an event ended of which every released version is over. `None` if it goes on.
fn end_of_event(workspace: &Workspace, event: &EventName) -> Option<LifeKind> {
    let has_live = |event: &WorkspaceEvent| {
        let mut versions = event.versions.keys();
        versions.any(|version| workspace.lock.find_end(&event.name, version).is_none())
    };
    if workspace.events.get(event).is_some_and(has_live) {
        return None;
    }
    let released = workspace.lock.released(event)?;
    let ends = released
        .versions
        .keys()
        .map(|version| workspace.lock.find_end(event, version));
    let ends: Option<Vec<_>> = ends.collect();
    ends?.last().map(|record| record.step.kind())
}
