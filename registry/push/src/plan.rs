//! What a push will do. In: a checked workspace and a snapshot of the remote. Out: a [`Plan`]: the writes that make the
//! remote hold every version, in order, each with what the registry has to hold for it; what could be deleted; and what on
//! the remote is not ours or not what we released. Planning reads nothing and writes nothing.

mod action;
mod drift;
mod foreign;
mod full;
mod gap;
mod judge;
mod order;
mod schema;
mod selection;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use schemactl_compat::{Semantics, default_engine};
use schemactl_model::{EventName, SchemaType, Version};

pub use action::{Action, Content, Deletion, Reason};
pub use drift::{Drift, ForeignChange, ForeignVerdict};
pub use full::{FullSchema, RoomMaking};

use crate::expected::{Expected, list_registered_lines};
use crate::held::HeldVersion;
use crate::remote::Tags;
use crate::snapshot::{HeldSchema, STATE_TAG, SchemaContents, Snapshot};
use judge::is_deletable;
use schema::{SchemaPlan, SchemaPlanning};
use schemactl_check::{Checked, Inspected, Stamp, base_name};
use schemactl_workspace::{LifeKind, Workspace, is_ignored_schema};
use selection::{LineSelection, find_event_of_others, is_selected_schema, list_elsewhere, list_unselected};

/// A push that may be made: the writes that [`apply_plan`](crate::apply_plan) takes. It is read as the [`Preview`] that it holds, and cannot be
/// changed or made by hand, so that no write reaches a registry whose workspace was not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan(Preview);

impl Deref for Plan {
    type Target = Preview;

    fn deref(&self) -> &Preview {
        &self.0
    }
}

/// The writes that a push would make, and what was found on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// What the remote is, for people.
    pub remote: String,
    /// The registry's name.
    pub registry: String,
    /// What the workspace registers, whatever the remote holds.
    pub expected: Expected,
    /// The writes, in the order they are made within one schema.
    pub actions: Vec<Action>,
    /// The versions that the remote holds already.
    pub unchanged: Vec<(EventName, Version)>,
    /// The versions that a schema of theirs does not hold, or not in this form: a push writes them, or holds them back. One that is only written once
    /// more, to be the newest, is not among them.
    pub absent: Vec<(EventName, Version)>,
    /// The versions that are too old to be kept, and that the remote does not hold.
    pub pruned: Vec<(EventName, Version)>,
    /// The versions that a schema does not hold, that others have written where they were adopted, and above which it holds a newer one: a push does not write them.
    pub skipped: Vec<(EventName, Version)>,
    /// The versions that are taken over as they are, although schemactl did not write them.
    pub adopted: Vec<(EventName, Version)>,
    /// The schemas that the settings ignore.
    pub ignored: Vec<String>,
    /// The events whose source and detail-type versions of others name, and not only event.toml.
    pub named: BTreeSet<EventName>,
    /// The types that adopted events have in the registry, where they are registered in others: to be recorded, so that they stay.
    pub recorded_types: BTreeMap<EventName, Vec<SchemaType>>,
    /// The writes that an adoption leaves to a push: it writes nothing.
    pub left: Vec<Action>,
    /// The versions that a push does not write, because a version that schemactl did not write is the newest of their schema, or a newer
    /// checkout has released a newer one.
    pub held_back: Vec<(EventName, Version)>,
    /// The versions of events that are not for this registry.
    pub elsewhere: Vec<(EventName, Version)>,
    /// The versions that the command does not select: they are neither written nor judged.
    pub unselected: Vec<(EventName, Version)>,
    /// Where the remote differs from the workspace in a way that no write of ours mends.
    pub drift: Vec<Drift>,
    /// What is worth knowing of the writes.
    pub notes: Vec<Note>,
    /// What could be deleted.
    pub deletable: Vec<Deletion>,
    /// Schemas without room for their new versions.
    pub full: Vec<FullSchema>,
    /// The registry's numbers of the versions of each schema that is written to: what is there after the writes too.
    pub present: BTreeMap<String, Vec<String>>,
}

/// What a plan may hold besides new versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Delete what is ours and does not belong into the registry any more.
    pub deletes: bool,
    /// Bring the state tags up to date of schemas that are read and not written.
    pub refresh_tags: bool,
}

/// What a plan may do about versions that are there and not as the workspace has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepairOptions {
    /// Write our versions again where another schema stands under them, or something foreign above them.
    pub repair: bool,
    /// Take over versions that are equal to ours, although schemactl did not write them. Nothing is written then, unless a repair is asked for too.
    pub adopt: bool,
}

impl RepairOptions {
    /// Returns whether versions are only taken over, and what is missing is left to a push.
    fn only_adopts(self) -> bool {
        self.adopt && !self.repair
    }
}

/// What is worth knowing of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A version is registered after a newer one, which is registered once more above it.
    OutOfOrder {
        /// The schema of the registry.
        schema: String,
        /// The version that is written.
        version: Version,
        /// The newest version that is there.
        newer: Version,
    },
    /// The newest version of a schema gets another type: who reads it, or generates code from it, finds another kind of document.
    TypeChange {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// The version that is written first.
        version: Version,
        /// The type of the newest version that is there.
        from: SchemaType,
        /// The type of what is written.
        to: SchemaType,
    },
    /// The newest version of a schema of ours is taken over in another type than the event has: what is written next has that of the event again.
    AdoptedType {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// The type of the newest version.
        is: SchemaType,
        /// The type that the event has.
        keeps: SchemaType,
    },
    /// An adopted version is not there, and numbers are gone where it would stand: others may have deleted it.
    Deleted {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// The version.
        version: Version,
        /// The registry's numbers that are gone.
        numbers: Vec<String>,
    },
    /// Versions are there in a form that the settings do not ask for any more, and are written in the one that they do.
    AnotherForm {
        /// The schema of the registry.
        schema: String,
        /// The versions.
        versions: Vec<Version>,
    },
}

/// Plans the push of a checked workspace to a remote that holds `snapshot`.
pub fn plan_push(checked: &Checked<'_>, snapshot: &Snapshot, remote: String, options: PlanOptions) -> Plan {
    plan_with_repairs(checked, snapshot, remote, options, RepairOptions::default())
}

/// Plans a push that mends, too, what others have written.
pub fn plan_with_repairs(
    checked: &Checked<'_>,
    snapshot: &Snapshot,
    remote: String,
    options: PlanOptions,
    repairs: RepairOptions,
) -> Plan {
    Plan(compare(checked, snapshot, remote, options, repairs))
}

/// Returns what a push would do if the check had found no error. It cannot be applied.
pub fn preview_push(
    inspected: &Inspected<'_>,
    snapshot: &Snapshot,
    remote: String,
    options: PlanOptions,
    repairs: RepairOptions,
) -> Preview {
    compare(inspected, snapshot, remote, options, repairs)
}

fn compare(
    inspected: &Inspected<'_>,
    snapshot: &Snapshot,
    remote: String,
    options: PlanOptions,
    repairs: RepairOptions,
) -> Preview {
    let workspace = inspected.workspace();
    let settings = &workspace.manifest.registry;
    let mut plan = Preview {
        remote,
        registry: settings.name.clone(),
        expected: Expected::of(inspected),
        ..Preview::default()
    };
    if !snapshot.registry_exists {
        plan.actions.push(Action::CreateRegistry {
            name: settings.name.clone(),
            description: settings.description.clone(),
            tags: settings.tags.clone(),
        });
    }
    let mut present: BTreeMap<&str, &HeldSchema> =
        snapshot.schemas.iter().map(|(name, held)| (&**name, held)).collect();
    // Of an event that cannot be read nothing is known, and so nothing is said of its schemas.
    for name in inspected.unreadable_events() {
        present.retain(|schema, _| !is_schema_of(schema, name, workspace));
    }
    present.retain(|schema, held| !is_of_unread_event(schema, held, workspace));
    plan.unselected = list_unselected(workspace);
    plan.elsewhere = list_elsewhere(workspace);
    let engine = default_engine(semantics_of(workspace));
    for (name, line) in list_registered_lines(inspected) {
        let held = present.remove(name.as_str());
        if LineSelection::new(&line, workspace).is_empty() {
            continue;
        }
        let planning = SchemaPlanning {
            workspace,
            engine: &engine,
            options,
            repairs,
        };
        SchemaPlan::new(&name, &line, held, planning).add_to(&mut plan);
    }
    present.retain(|schema, held| is_selected_schema(schema, held, workspace));
    for (name, held) in present {
        if is_ignored_schema(&settings.ignore, name) {
            plan.ignored.push(name.to_owned());
            continue;
        }
        plan.without_event(name, held, workspace, options);
    }
    plan.sort_versions();
    plan
}

impl Plan {
    /// Returns what the plan would do, to be read.
    pub fn into_preview(self) -> Preview {
        self.0
    }

    /// Returns the plan that makes room and nothing else: it deletes versions that are too old to be kept, and those that are there
    /// twice.
    #[must_use]
    pub fn pruning(self) -> Self {
        Self(self.0.pruning())
    }
}

impl Preview {
    /// Returns whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Returns where readers of the remote get something else than the workspace says, after this plan too.
    pub fn conflicts(&self) -> impl Iterator<Item = &Drift> {
        self.drift.iter().filter(|drift| drift.is_conflict())
    }

    /// Returns what makes room and nothing else: it deletes versions that are too old to be kept, and those that are there
    /// twice.
    #[must_use]
    pub fn pruning(mut self) -> Self {
        let prunable = |deletion: &Deletion| deletion.reason.is_prunable();
        self.actions = self
            .deletable
            .iter()
            .filter(|deletion| prunable(deletion))
            .map(Deletion::action)
            .collect();
        let deleted: Vec<_> = self.deletable.iter().filter(|deletion| prunable(deletion)).collect();
        // What is deleted contradicts nothing any more.
        self.drift.retain(|drift| {
            let (schema, numbers) = match drift {
                Drift::Changed { schema, number, .. } | Drift::Contested { schema, number, .. } => {
                    (schema, std::slice::from_ref(number))
                }
                Drift::OlderNewest { schema, above, .. } => (schema, above.as_slice()),
                _ => return true,
            };
            let goes = |number: &String| {
                let has = |deletion: &&Deletion| deletion.versions.iter().any(|version| version.number == *number);
                deleted
                    .iter()
                    .any(|deletion| deletion.schema == *schema && has(deletion))
            };
            !numbers.iter().all(goes)
        });
        self.notes.clear();
        // What this makes room in is not full any more.
        self.full.retain(|full| full.room != RoomMaking::Prune);
        self.adopted.clear();
        self
    }

    /// Lists each version once, in the order of events and versions.
    fn sort_versions(&mut self) {
        for versions in [
            &mut self.unchanged,
            &mut self.absent,
            &mut self.pruned,
            &mut self.skipped,
            &mut self.adopted,
            &mut self.held_back,
        ] {
            versions.sort();
            versions.dedup();
        }
    }

    /// A schema of the registry that no event of the workspace is registered as.
    fn without_event(&mut self, name: &str, held: &HeldSchema, workspace: &Workspace, options: PlanOptions) {
        if let Some(event) = find_event_of_others(name, held, workspace) {
            self.outside_environment(name, held, (event, workspace), options);
            return;
        }
        let foreign = |number| Drift::Foreign {
            schema: name.to_owned(),
            number,
            equals: None,
        };
        let versions = match &held.contents {
            SchemaContents::Versions(versions) => versions,
            SchemaContents::Unread | SchemaContents::AsExpected => {
                let ours = held.listed.tags.contains_key(STATE_TAG);
                let schema = name.to_owned();
                self.drift.push(if ours {
                    let ended = find_ended_event(&schema, workspace);
                    Drift::UnknownSchema { schema, ended }
                } else {
                    foreign(None)
                });
                return;
            }
        };
        for version in versions {
            self.drift.push(match &version.stamp {
                Some(stamp) if is_live(workspace, stamp) => Drift::Elsewhere {
                    schema: name.to_owned(),
                    event: stamp.event.clone(),
                    version: stamp.version.clone(),
                    number: version.number.clone(),
                },
                Some(stamp) => Drift::without_version(name, stamp, &version.number, workspace),
                None => foreign(Some(version.number.clone())),
            });
        }
        if let Some(reason) = self.reason_to_delete(versions, workspace) {
            let deletion = Deletion::schema(name, versions, reason);
            if options.deletes {
                self.actions.push(deletion.action());
            }
            self.deletable.push(deletion);
        }
    }

    /// A schema of an event that is not for this registry, which a push of before may have written.
    fn outside_environment(
        &mut self,
        name: &str,
        held: &HeldSchema,
        (event, workspace): (&EventName, &Workspace),
        options: PlanOptions,
    ) {
        self.drift.push(Drift::OutsideEnvironment {
            schema: name.to_owned(),
            event: event.clone(),
        });
        let SchemaContents::Versions(versions) = &held.contents else {
            return;
        };
        let is_ours = |version: &HeldVersion| {
            let stamp = version.stamp.as_ref();
            stamp.is_some_and(|stamp| stamp.event == *event && is_deletable(stamp, workspace))
        };
        if versions.iter().all(is_ours) {
            let deletion = Deletion::schema(name, versions, Reason::OutsideEnvironment);
            if options.deletes {
                self.actions.push(deletion.action());
            }
            self.deletable.push(deletion);
        }
    }

    /// Why a schema that no event is registered as can be deleted. What was retired stays: consumers may still read its schema where they find
    /// events of it. What the settings put into another schema stays until that one has it.
    fn reason_to_delete(&self, versions: &[HeldVersion], workspace: &Workspace) -> Option<Reason> {
        let mut reason = None;
        for version in versions {
            let stamp = version.stamp.as_ref()?;
            let is_registered =
                |(event, version): &(EventName, Version)| *event == stamp.event && *version == stamp.version;
            reason = Some(if is_live(workspace, stamp) {
                self.unchanged
                    .iter()
                    .chain(&self.pruned)
                    .find(|known| is_registered(known))?;
                Reason::Elsewhere
            } else if !is_deletable(stamp, workspace) {
                return None;
            } else {
                reason.unwrap_or(Reason::Gone)
            });
        }
        reason
    }
}

/// Whether the workspace has a version, and registers it.
fn is_live(workspace: &Workspace, stamp: &Stamp) -> bool {
    let event = workspace.events.get(&stamp.event);
    event.is_some_and(|event| event.versions.contains_key(&stamp.version))
        && workspace.lock.find_end(&stamp.event, &stamp.version).is_none()
}

/// The event that was registered as a schema, if all of it is over.
fn find_ended_event(schema: &str, workspace: &Workspace) -> Option<(EventName, LifeKind)> {
    workspace.lock.events().find_map(|(event, released)| {
        let own = workspace.events.get(event).map(|event| &event.settings);
        let ends = released
            .versions
            .keys()
            .map(|version| workspace.lock.find_end(event, version));
        let ends: Option<Vec<_>> = ends.collect();
        let last = ends?.last().map(|record| record.step.kind())?;
        (base_name(event, own) == schema).then(|| (event.clone(), last))
    })
}

/// How the workspace wants its schemas to be read.
fn semantics_of(workspace: &Workspace) -> Semantics {
    Semantics {
        formats: workspace.manifest.check.formats,
    }
}

/// Returns whether a schema of the registry is one of an event: `shop@Order`, `shop@Order.v1`, `shop@Order.openapi`.
pub fn is_schema_of(schema: &str, event: &EventName, workspace: &Workspace) -> bool {
    let settings = workspace.events.get(event).map(|event| &event.settings);
    let own = base_name(event, settings);
    schema
        .strip_prefix(&own)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a schema of the registry is one of an event that was left out, because a file of it cannot be read: by what is stamped in it, or by its
/// name.
// INVARIANT: an event that is left out is never absent. Its schemas would be called unknown, and could be deleted.
fn is_of_unread_event(schema: &str, held: &HeldSchema, workspace: &Workspace) -> bool {
    let unread = &workspace.unread;
    if unread.is_empty() {
        return false;
    }
    let stamps = held.versions().iter().filter_map(|version| version.stamp.as_ref());
    let mut events = stamps.map(|stamp| &stamp.event);
    let mut released = workspace.lock.events().map(|(name, _)| name);
    events.any(|event| unread.has_event(event))
        || released.any(|event| unread.has_event(event) && is_schema_of(schema, event, workspace))
}

/// The tags of the settings that a schema does not have yet.
fn missing_tags(settings: &Tags, present: &Tags) -> Tags {
    let missing = settings.iter().filter(|(key, value)| present.get(*key) != Some(*value));
    missing.map(|(key, value)| (key.clone(), value.clone())).collect()
}
