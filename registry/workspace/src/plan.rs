//! What a push will do. In: a checked workspace and a snapshot of the remote. Out: a [`Plan`]: the writes that make the
//! remote hold every version, in order, each with what the registry has to hold for it; what could be deleted; and what on
//! the remote is not ours or not what we released. Planning reads nothing and writes nothing.

mod action;
mod schema;

use std::collections::BTreeMap;

use schemactl_model::{EventName, Version};

pub use action::{Action, Content, Deletion, Reason};

use crate::expected::lines;
use crate::manifest::MOST_VERSIONS;
use crate::snapshot::STATE_TAG;
use crate::{Checked, HeldSchema, HeldVersion, Holds, Snapshot, Tags};
use schema::SchemaPlan;

/// The writes of a push, and what was found on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What the remote is, for people.
    pub remote: String,
    /// The registry's name.
    pub registry: String,
    /// The writes, in the order they are made within one schema.
    pub actions: Vec<Action>,
    /// The versions that the remote holds already.
    pub unchanged: Vec<(EventName, Version)>,
    /// Where the remote differs from the workspace in a way that no write of ours mends.
    pub drift: Vec<Drift>,
    /// What is worth knowing of the writes.
    pub notes: Vec<Note>,
    /// What could be deleted.
    pub deletable: Vec<Deletion>,
    /// Schemas without room for their new versions.
    pub full: Vec<Full>,
}

/// What a plan may hold besides new versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Delete what is ours and does not belong into the registry any more.
    pub deletes: bool,
    /// Bring the state tags up to date of schemas that are read and not written.
    pub refresh_tags: bool,
}

/// A difference between remote and workspace that a push does not mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The remote holds another content under a version of ours.
    Changed {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The remote's number of it.
        number: String,
    },
    /// The remote holds a version that the workspace does not have.
    UnknownVersion {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
        /// The version its stamp names.
        version: Version,
        /// The remote's number of it.
        number: String,
    },
    /// The remote holds a version more than once.
    Twice {
        /// The schema of the registry.
        schema: String,
        /// The version.
        version: Version,
        /// The remote's number of the later one.
        number: String,
    },
    /// A schema that schemactl wrote, and whose event the workspace does not have.
    UnknownSchema {
        /// The schema's name.
        schema: String,
    },
    /// A schema or version that schemactl did not write.
    Foreign {
        /// The schema's name.
        schema: String,
        /// The remote's number of the version. `None` is all of it.
        number: Option<String>,
    },
}

/// What is worth knowing of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A version is registered after a newer one, and so becomes the registry's newest.
    OutOfOrder {
        /// The schema of the registry.
        schema: String,
        /// The version that is written.
        version: Version,
        /// The newest version that is there.
        newer: Version,
    },
}

/// A schema that would have more versions than the registry allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// The schema.
    pub schema: String,
    /// The versions that it has.
    pub held: usize,
    /// The versions that are to be added.
    pub added: usize,
    /// Those of its versions that `prune` would delete.
    pub prunable: usize,
}

/// Plans the push of a checked workspace to a remote that holds `snapshot`.
pub fn plan(checked: &Checked<'_>, snapshot: &Snapshot, remote: String, options: PlanOptions) -> Plan {
    let settings = &checked.workspace().manifest.registry;
    let mut plan = Plan {
        remote,
        registry: settings.name.clone(),
        ..Plan::default()
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
    for (name, line) in lines(checked) {
        let held = present.remove(name.as_str());
        SchemaPlan::new(&name, &line, held, settings, options).add_to(&mut plan);
    }
    for (name, held) in present {
        plan.without_event(name, held, options);
    }
    plan.unchanged.sort();
    plan.unchanged.dedup();
    plan
}

impl Plan {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// The plan that makes room and nothing else: it deletes versions that are too old to be kept, and those that are there
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
        self.notes.clear();
        self.full.clear();
        self
    }

    /// A schema of the registry that no event of the workspace is registered as.
    fn without_event(&mut self, name: &str, held: &HeldSchema, options: PlanOptions) {
        let foreign = |number| Drift::Foreign {
            schema: name.to_owned(),
            number,
        };
        let versions = match &held.holds {
            Holds::Versions(versions) => versions,
            Holds::Unread | Holds::AsExpected => {
                let ours = held.listed.tags.contains_key(STATE_TAG);
                let schema = name.to_owned();
                self.drift.push(if ours {
                    Drift::UnknownSchema { schema }
                } else {
                    foreign(None)
                });
                return;
            }
        };
        for version in versions {
            self.drift.push(match &version.stamp {
                Some(stamp) => Drift::UnknownVersion {
                    schema: name.to_owned(),
                    event: stamp.event.clone(),
                    version: stamp.version.clone(),
                    number: version.number.clone(),
                },
                None => foreign(Some(version.number.clone())),
            });
        }
        if versions.iter().all(|version| version.stamp.is_some()) && !versions.is_empty() {
            let deletion = Deletion::schema(name, versions);
            if options.deletes {
                self.actions.push(deletion.action());
            }
            self.deletable.push(deletion);
        }
    }
}

/// Whether a schema has room for more versions.
fn has_room(held: usize, added: usize) -> bool {
    held + added <= MOST_VERSIONS
}

/// The tags of the settings that a schema does not have yet.
fn missing_tags(settings: &Tags, present: &Tags) -> Tags {
    let missing = settings.iter().filter(|(key, value)| present.get(*key) != Some(*value));
    missing.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The newest version that is ours.
fn newest(held: &[HeldVersion]) -> Option<&Version> {
    held.iter()
        .filter_map(|version| Some(&version.stamp.as_ref()?.version))
        .max()
}
