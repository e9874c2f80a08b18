//! The plan of one schema of the registry. In: the versions that belong into it, and those that it holds. Out: its part of
//! the plan. New versions are appended, oldest first; nothing that is there is written again.

use std::collections::BTreeMap;

use schemactl_model::Version;

use super::action::{Action, Content, Deletion, Reason};
use super::{Drift, Full, Note, Plan, PlanOptions, has_room, missing_tags, newest};
use crate::expected::{Line, Wanted};
use crate::snapshot::{STATE_TAG, state_tag};
use crate::{HeldSchema, HeldVersion, Holds, RegistrySettings};

/// A schema of the registry, being planned.
pub(super) struct SchemaPlan<'p> {
    name: &'p str,
    line: &'p Line<'p>,
    present: Option<&'p HeldSchema>,
    held: &'p [HeldVersion],
    settings: &'p RegistrySettings,
    options: PlanOptions,
    drift: Vec<Drift>,
    deletable: Vec<Deletion>,
    known: BTreeMap<&'p Version, &'p HeldVersion>,
}

impl<'p> SchemaPlan<'p> {
    pub(super) fn new(
        name: &'p str,
        line: &'p Line<'p>,
        present: Option<&'p HeldSchema>,
        settings: &'p RegistrySettings,
        options: PlanOptions,
    ) -> Self {
        let held = match present.map(|present| &present.holds) {
            Some(Holds::Versions(versions)) => versions.as_slice(),
            _ => &[],
        };
        let mut plan = Self {
            name,
            line,
            present,
            held,
            settings,
            options,
            drift: Vec::new(),
            deletable: Vec::new(),
            known: BTreeMap::new(),
        };
        for version in held {
            plan.sort(version);
        }
        plan.keep_one();
        plan
    }

    /// While nothing newer is registered, the last of the old versions stays: a schema without versions helps nobody.
    fn keep_one(&mut self) {
        let is_last =
            |deletion: &Deletion| deletion.reason == Reason::Superseded && deletion.versions.last() == self.held.last();
        if self.known.is_empty() {
            self.deletable.retain(|deletion| !is_last(deletion));
        }
    }

    /// What a version that the registry holds is to us.
    fn sort(&mut self, held: &'p HeldVersion) {
        let schema = self.name.to_owned();
        let is = |wanted: &&Wanted<'_>| {
            held.stamp
                .as_ref()
                .is_some_and(|stamp| stamp.event == wanted.event.name && stamp.version == wanted.version.version)
        };
        let Some(stamp) = &held.stamp else {
            let number = Some(held.number.clone());
            self.drift.push(Drift::Foreign { schema, number });
            return;
        };
        let number = held.number.clone();
        if self.line.wanted.iter().any(|wanted| is(&wanted)) {
            match self.known.get(&stamp.version) {
                Some(first) if first.digest == held.digest => {
                    let version = stamp.version.clone();
                    self.drift.push(Drift::Twice {
                        schema,
                        version,
                        number,
                    });
                    self.deletable.push(Deletion::version(self.name, held, Reason::Twice));
                }
                Some(_) => self.drift.push(Drift::Changed {
                    schema,
                    event: stamp.event.clone(),
                    version: stamp.version.clone(),
                    number,
                }),
                None => {
                    self.known.insert(&stamp.version, held);
                }
            }
        } else if self.line.superseded.iter().any(|superseded| is(&superseded)) {
            self.deletable
                .push(Deletion::version(self.name, held, Reason::Superseded));
        } else {
            self.drift.push(Drift::UnknownVersion {
                schema,
                event: stamp.event.clone(),
                version: stamp.version.clone(),
                number,
            });
            self.deletable.push(Deletion::version(self.name, held, Reason::Gone));
        }
    }

    pub(super) fn add_to(mut self, plan: &mut Plan) {
        if matches!(
            self.present,
            Some(HeldSchema {
                holds: Holds::AsExpected,
                ..
            })
        ) {
            let wanted = self.line.wanted.iter();
            plan.unchanged
                .extend(wanted.map(|wanted| (wanted.event.name.clone(), wanted.version.version.clone())));
            plan.actions.extend(self.tags(true));
            return;
        }
        let missing = self.missing(plan);
        let mut writes = self.writes(&missing, plan);
        self.make_room(&mut writes, missing.len(), plan);
        let changes = !writes.is_empty();
        writes.extend(self.tags(changes));
        plan.actions.extend(writes);
        plan.drift.append(&mut self.drift);
        plan.deletable.append(&mut self.deletable);
    }

    /// The versions that are not there. Those that are there are unchanged, or drift.
    fn missing(&mut self, plan: &mut Plan) -> Vec<Wanted<'p>> {
        let mut missing = Vec::new();
        for wanted in &self.line.wanted {
            let version = &wanted.version.version;
            match self.known.get(version) {
                Some(held) if held.digest == wanted.content.digest => {
                    plan.unchanged.push((wanted.event.name.clone(), version.clone()));
                }
                Some(held) => self.drift.push(Drift::Changed {
                    schema: self.name.to_owned(),
                    event: wanted.event.name.clone(),
                    version: version.clone(),
                    number: held.number.clone(),
                }),
                None => missing.push(*wanted),
            }
        }
        missing
    }

    fn writes(&self, missing: &[Wanted<'p>], plan: &mut Plan) -> Vec<Action> {
        let exists = self.present.is_some() && !self.held.is_empty();
        let newest = newest(self.held);
        let mut writes = Vec::with_capacity(missing.len());
        for (index, wanted) in missing.iter().enumerate() {
            let version = &wanted.version.version;
            if let Some(newer) = newest.filter(|newest| *newest > version) {
                plan.notes.push(Note::OutOfOrder {
                    schema: self.name.to_owned(),
                    version: version.clone(),
                    newer: newer.clone(),
                });
            }
            writes.push(if exists || index > 0 {
                Action::AddVersion {
                    schema: self.name.to_owned(),
                    event: wanted.event.name.clone(),
                    version: version.clone(),
                    content: Content::from(wanted.content),
                    base: self.held.last().filter(|_| index == 0).cloned(),
                }
            } else {
                self.create(wanted)
            });
        }
        writes
    }

    fn create(&self, wanted: &Wanted<'_>) -> Action {
        let mut tags = self.settings.tags.clone();
        // When the schema will have been written is not known yet: this one only says whose schema it is.
        tags.insert(STATE_TAG.to_owned(), "1".to_owned());
        Action::CreateSchema {
            schema: self.name.to_owned(),
            event: wanted.event.name.clone(),
            version: wanted.version.version.clone(),
            content: Content::from(wanted.content),
            description: wanted.event.settings.description.clone(),
            tags,
        }
    }

    /// Deletions follow the writes, unless there is no room before them. The newest version is what the writes were planned
    /// on: it goes last.
    fn make_room(&self, writes: &mut Vec<Action>, added: usize, plan: &mut Plan) {
        let deletions = if self.options.deletes {
            self.deletable.as_slice()
        } else {
            &[]
        };
        let is_newest = |deletion: &&Deletion| deletion.versions.last() == self.held.last();
        let (last, first): (Vec<_>, Vec<_>) = deletions.iter().partition(is_newest);
        let prunable = self
            .deletable
            .iter()
            .filter(|deletion| deletion.reason.is_prunable())
            .count();
        if added > 0 && !has_room(self.held.len() - first.len(), added) {
            plan.full.push(Full {
                schema: self.name.to_owned(),
                held: self.held.len(),
                added,
                prunable,
            });
        }
        let before = !has_room(self.held.len(), added);
        let first: Vec<_> = first.into_iter().map(Deletion::action).collect();
        if before {
            writes.splice(0..0, first);
        } else {
            writes.extend(first);
        }
        writes.extend(last.into_iter().map(Deletion::action));
    }

    /// The tags that the schema lacks. A state that writes are about to change is left to the next push.
    fn tags(&self, changes: bool) -> Option<Action> {
        let present = self.present?;
        let mut tags = missing_tags(&self.settings.tags, &present.listed.tags);
        if self.options.refresh_tags
            && !changes
            && let Some(state) = state_tag(self.held, &present.listed)
        {
            tags.extend(missing_tags(&state, &present.listed.tags));
        }
        (!tags.is_empty()).then(|| Action::Tag {
            schema: self.name.to_owned(),
            arn: present.listed.arn.clone(),
            tags,
        })
    }
}
