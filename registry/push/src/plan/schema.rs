//! The plan of one schema of the registry. In: the versions that belong into it, and those that it holds. Out: its part of
//! the plan. New versions are appended, oldest first; nothing that is there is written again.

use schemactl_check::registered_types;
use schemactl_compat::Engine;
use schemactl_model::{SchemaType, Version};

use super::action::{Action, Content, Deletion};
use super::drift::Drift;
use super::foreign::{ForeignJudge, ForeignSchema};
use super::full::{FullSchema, GrowingSchema, has_room};
use super::gap::find_deletion;
use super::judge::{Adoption, JudgedSchema};
use super::order::{HeadVersion, OrderedVersion};
use super::selection::LineSelection;
use super::{Note, PlanOptions, Preview, RepairOptions, missing_tags};
use crate::expected::{ExpectedSchema, ExpectedVersion};
use crate::held::HeldVersion;
use crate::snapshot::{HeldSchema, STATE_TAG, SchemaContents, make_state_tag};
use schemactl_workspace::{RegistrySettings, Workspace};

/// A schema of the registry, being planned.
pub(super) struct SchemaPlan<'p> {
    name: &'p str,
    line: &'p ExpectedSchema<'p>,
    present: Option<&'p HeldSchema>,
    held: &'p [HeldVersion],
    planning: SchemaPlanning<'p>,
    judged: JudgedSchema<'p>,
}

/// What the schemas of a plan have in common.
#[derive(Clone, Copy)]
pub(super) struct SchemaPlanning<'p> {
    pub(super) workspace: &'p Workspace,
    pub(super) engine: &'p dyn Engine,
    pub(super) options: PlanOptions,
    pub(super) repairs: RepairOptions,
}

impl<'p> SchemaPlanning<'p> {
    fn settings(&self) -> &'p RegistrySettings {
        &self.workspace.manifest.registry
    }

    fn judge(&self) -> ForeignJudge<'p> {
        ForeignJudge::new(self.engine, self.workspace)
    }
}

/// A version to write, and whether it stands there in place of another copy.
type PlannedWrite<'p> = (ExpectedVersion<'p>, bool);

impl<'p> SchemaPlan<'p> {
    pub(super) fn new(
        name: &'p str,
        line: &'p ExpectedSchema<'p>,
        present: Option<&'p HeldSchema>,
        planning: SchemaPlanning<'p>,
    ) -> Self {
        let held = present.map_or(&[][..], HeldSchema::versions);
        let adoption = Adoption {
            workspace: planning.workspace,
            takes_over: planning.repairs.adopt,
            judge: &planning.judge(),
        };
        let judged = JudgedSchema::new(name, line, held, adoption);
        let mut plan = Self {
            name,
            line,
            present,
            held,
            planning,
            judged,
        };
        // An older checkout is no judge of what a newer one has released: it repairs nothing below it.
        plan.planning.repairs.repair &= plan.find_newer_release().is_none();
        plan
    }

    pub(super) fn add_to(mut self, plan: &mut Preview) {
        if matches!(
            self.present,
            Some(HeldSchema {
                contents: SchemaContents::AsExpected,
                ..
            })
        ) {
            let selection = self.selection();
            let wanted = self.line.wanted.iter().filter(|wanted| selection.has(wanted));
            plan.unchanged
                .extend(wanted.map(|wanted| (wanted.event.name.clone(), wanted.version.version.clone())));
            plan.pruned.extend(self.pruned());
            plan.actions.extend(self.tags(true));
            return;
        }
        self.selection().keep_deletions(&mut self.judged);
        let mut missing = self.choose_writes(plan);
        let held_back = self.hold_back(&mut missing, plan);
        if let Some(newer) = self.find_newer_release() {
            self.judged.refuse_below(newer, &held_back);
        }
        self.leave_to_push(&mut missing, plan);
        self.record_type(plan);
        self.note_other_form(&missing, plan);
        let mut writes = self.writes(&missing, plan);
        self.settle_head(!missing.is_empty(), held_back);
        self.make_room(&mut writes, &missing, plan);
        if missing.is_empty() {
            self.judged.settle_order(self.planning.options.deletes);
        }
        let changes = !writes.is_empty();
        writes.extend(self.tags(changes).filter(|_| !self.planning.repairs.only_adopts()));
        if !missing.is_empty() {
            let numbers = self.held.iter().map(|version| version.number.clone());
            plan.present.insert(self.name.to_owned(), numbers.collect());
        }
        self.selection().keep_judgements(&mut self.judged);
        plan.actions.extend(writes);
        plan.pruned.extend(self.pruned());
        plan.adopted.append(&mut self.judged.adopted);
        plan.named.append(&mut self.judged.named);
        plan.drift.append(&mut self.judged.drift);
        plan.deletable.append(&mut self.judged.deletable);
    }

    fn selection(&self) -> LineSelection<'p> {
        LineSelection::new(self.line, self.planning.workspace)
    }

    /// The versions that are too old to be kept, and not there.
    fn pruned(&self) -> Vec<(schemactl_model::EventName, Version)> {
        let gone = |wanted: &&ExpectedVersion<'_>| !self.judged.registered.contains_key(&wanted.version.version);
        let selection = self.selection();
        let pruned = self.line.superseded.iter().filter(gone);
        pruned
            .filter(|wanted| selection.has(wanted))
            .map(|wanted| (wanted.event.name.clone(), wanted.version.version.clone()))
            .collect()
    }

    /// The versions to write, oldest first. Those that are there are unchanged, or contradicted and written by a repair.
    fn choose_writes(&mut self, plan: &mut Preview) -> Vec<PlannedWrite<'p>> {
        let mut writes: Vec<PlannedWrite<'p>> = Vec::new();
        let selection = self.selection();
        for wanted in self.line.wanted.iter().filter(|wanted| selection.has(wanted)) {
            let version = &wanted.version.version;
            let in_another_form = self.judged.in_another_form.contains(version);
            if self.judged.contradicted.contains(version) {
                if self.planning.repairs.repair {
                    self.replaced(version);
                    writes.push((*wanted, true));
                }
            } else if in_another_form {
                plan.absent.push((wanted.event.name.clone(), version.clone()));
                writes.push((*wanted, true));
            } else if self.judged.registered.contains_key(version) {
                plan.unchanged.push((wanted.event.name.clone(), version.clone()));
            } else if self.is_skipped(wanted) {
                plan.skipped.push((wanted.event.name.clone(), version.clone()));
                plan.notes.extend(find_deletion(&self.judged, self.held, wanted));
            } else if !self.planning.repairs.repair && self.has_equal_copy(version) {
                // Whether it counts as ours is for an adoption to say. It is there.
                plan.absent.push((wanted.event.name.clone(), version.clone()));
            } else {
                plan.absent.push((wanted.event.name.clone(), version.clone()));
                writes.push((*wanted, false));
            }
        }
        writes.extend(self.newest_again(&writes));
        writes
    }

    /// Returns whether a version is history of others that this registry need not have: it was adopted, here or from another registry, and a newer version
    /// is registered. Writing it would only put the newest one once more above it, also in a repair.
    fn is_skipped(&self, wanted: &ExpectedVersion<'_>) -> bool {
        let (event, version) = (&wanted.event.name, &wanted.version.version);
        let has_newer = self.judged.registered.keys().any(|registered| *registered > version);
        has_newer && self.planning.workspace.lock.is_adopted(event, version)
    }

    /// Returns whether others have written an equal version, below the newest of the registry: it is to be adopted, and is not written a second time unless that is asked for.
    fn has_equal_copy(&self, version: &Version) -> bool {
        let head = self.held.last().map(|held| &held.number);
        self.judged.drift.iter().any(|drift| {
            matches!(drift, Drift::Foreign { number, equals: Some(equal), .. } if equal == version && number.as_ref() != head)
        })
    }

    /// Returns what a newer checkout has released, unless this plan deletes it.
    fn find_newer_release(&self) -> Option<&'p HeldVersion> {
        let deletes = self.planning.options.deletes;
        let newer = self.judged.newer_release?;
        (!deletes || !self.judged.is_deletable(newer)).then_some(newer)
    }

    /// Nothing is written above a newest version that others wrote, under a version of ours or not, unless a repair is asked for: whoever wrote it,
    /// or reads it, would not know.
    /// Nothing at all is written above what a newer checkout has released: this one does not have it, and cannot register it again above.
    fn hold_back(&mut self, writes: &mut Vec<PlannedWrite<'p>>, plan: &mut Preview) -> Vec<Version> {
        let (selection, repair) = (self.selection(), self.planning.repairs.repair);
        let is_foreign = self.judged.has_foreign_head().is_some();
        // A repair of another version leaves it the newest one.
        let is_changed = self.judged.find_changed_head().is_some_and(
            |head| matches!(head, Drift::Changed { version, .. } if !repair || !selection.has_number(version)),
        );
        let is_kept = is_changed || (is_foreign && !repair);
        if !is_kept && self.find_newer_release().is_none() {
            return Vec::new();
        }
        let mut held_back: Vec<_> = std::mem::take(writes).into_iter().map(|(wanted, _)| wanted).collect();
        held_back.retain(|wanted| selection.has(wanted));
        let names = held_back
            .iter()
            .map(|wanted| (wanted.event.name.clone(), wanted.version.version.clone()));
        plan.held_back.extend(names);
        let versions: Vec<_> = held_back.iter().map(|wanted| wanted.version.version.clone()).collect();
        if let Some(Drift::Changed { held_back, .. }) = self.judged.find_changed_head() {
            held_back.clone_from(&versions);
        }
        versions
    }

    /// An adoption writes nothing: what is missing is left to a push.
    fn leave_to_push(&self, writes: &mut Vec<PlannedWrite<'p>>, plan: &mut Preview) {
        if self.planning.repairs.only_adopts() {
            let notes = plan.notes.len();
            let left = self.writes(&std::mem::take(writes), plan);
            plan.left.extend(left);
            // They are about writes that are not made.
            plan.notes.truncate(notes);
        }
    }

    /// What is taken over for the first time keeps its type: the next version of it would change the type for all who read the newest one. The type of an
    /// event that is registered stays, whoever writes its newest version in another one.
    fn record_type(&self, plan: &mut Preview) {
        let (Some(from), Some(wanted)) = (self.find_head_type(), self.line.wanted.last()) else {
            return;
        };
        let is_new = |version: &Version| self.judged.adopted.iter().any(|(_, adopted)| adopted == version);
        // What was taken over before keeps what was recorded then, whatever the registry of another environment has.
        let is_taken_over = matches!(self.judged.head, HeadVersion::Ours(version) if is_new(version));
        let types = registered_types(Some(&wanted.event.settings), self.planning.settings());
        let is_first = types.first() == Some(&wanted.content.type_);
        if !is_taken_over || !is_first || from == wanted.content.type_ {
            return;
        }
        let is_known =
            |ordered: &OrderedVersion<'_>| matches!(ordered.0, HeadVersion::Ours(version) if !is_new(version));
        if self.judged.order.iter().any(is_known) {
            plan.notes.push(Note::AdoptedType {
                schema: self.name.to_owned(),
                event: wanted.event.name.clone(),
                is: from,
                keeps: wanted.content.type_,
            });
            return;
        }
        let others = types.iter().skip(1).map(|_| wanted.content.type_);
        let recorded = std::iter::once(from).chain(others).collect();
        plan.recorded_types.insert(wanted.event.name.clone(), recorded);
    }

    /// The type of the newest version that the registry holds. `None` if that is not known.
    fn find_head_type(&self) -> Option<SchemaType> {
        let head = self.held.last()?;
        if let Some(foreign) = &head.foreign {
            return SchemaType::from_name(&foreign.type_name);
        }
        let type_ = self.line.wanted.last()?.content.type_;
        let in_another_form =
            matches!(self.judged.head, HeadVersion::Ours(version) if self.judged.in_another_form.contains(version));
        Some(if in_another_form { type_.other() } else { type_ })
    }

    fn note_type_change(&self, writes: &[PlannedWrite<'p>], plan: &mut Preview) {
        let Some((first, _)) = writes.first() else { return };
        let to = first.content.type_;
        if let Some(from) = self.find_head_type().filter(|from| *from != to) {
            plan.notes.push(Note::TypeChange {
                schema: self.name.to_owned(),
                event: first.event.name.clone(),
                version: first.version.version.clone(),
                from,
                to,
            });
        }
    }

    fn note_other_form(&self, writes: &[PlannedWrite<'p>], plan: &mut Preview) {
        let in_another_form = &self.judged.in_another_form;
        if in_another_form.is_empty() || writes.is_empty() {
            return;
        }
        plan.notes.push(Note::AnotherForm {
            schema: self.name.to_owned(),
            versions: in_another_form.iter().map(|version| (*version).clone()).collect(),
        });
    }

    /// The newest version once more, where what is written or was written by others would stand above it. One that the registry holds as
    /// another schema is left to a repair.
    fn newest_again(&self, writes: &[PlannedWrite<'p>]) -> Option<PlannedWrite<'p>> {
        // What is not selected and not there is not written: it is not what readers find.
        let is_there = |wanted: &&ExpectedVersion<'p>| {
            self.selection().has(wanted) || self.judged.registered.contains_key(&wanted.version.version)
        };
        let wanted = self.line.wanted.iter().rfind(is_there)?;
        let newest = &wanted.version.version;
        let is_newest = |write: &PlannedWrite<'_>| write.0.version.version == *newest;
        let is_above = match (writes.last(), self.judged.head) {
            (Some(last), _) => is_newest(last) || self.judged.contradicted.contains(newest),
            (None, HeadVersion::Nothing) => true,
            (None, HeadVersion::Ours(version)) => version == newest,
            (None, HeadVersion::Unknown(version)) => version > newest,
            (None, HeadVersion::Foreign(_)) => false,
        };
        let asked = (self.planning.repairs.repair && self.selection().has(wanted)) || !writes.is_empty();
        (asked && !is_above).then_some((*wanted, true))
    }

    /// A repair turns what contradicts a version into what it replaces.
    fn replaced(&mut self, repaired: &Version) {
        for drift in &mut self.judged.drift {
            match drift {
                Drift::Changed {
                    schema,
                    version,
                    number,
                    is_release,
                    ..
                }
                | Drift::Contested {
                    schema,
                    version,
                    number,
                    is_release,
                    ..
                } if version == repaired => {
                    *drift = Drift::Replaced {
                        schema: schema.clone(),
                        version: version.clone(),
                        number: number.clone(),
                        is_release: *is_release,
                    };
                }
                _ => {}
            }
        }
    }

    /// A newest version that is not ours is a conflict, unless something of ours is written after it.
    fn settle_head(&mut self, writes: bool, mut held_back: Vec<Version>) {
        let Some(head) = self.judged.has_foreign_head().filter(|_| !writes) else {
            return;
        };
        let mut equals = None;
        self.judged.drift.retain(|drift| match drift {
            Drift::Foreign {
                number: Some(number),
                equals: equal,
                ..
            } if *number == head.number => {
                equals.clone_from(equal);
                false
            }
            Drift::UnknownVersion { number, .. } => *number != head.number,
            _ => true,
        });
        // What others have written as it is needs no write.
        let is_there = |version: &Version| {
            let of_others =
                |drift: &Drift| matches!(drift, Drift::Foreign { equals: Some(equal), .. } if equal == version);
            equals.as_ref() == Some(version) || self.judged.drift.iter().any(of_others)
        };
        held_back.retain(|version| !is_there(version));
        let newest = self.line.wanted.last().filter(|_| equals.is_none());
        let change = newest.map(|newest| {
            self.planning
                .judge()
                .describe_change(&ForeignSchema::read(head), newest)
        });
        self.judged.drift.push(Drift::ForeignNewest {
            schema: self.name.to_owned(),
            number: head.number.clone(),
            created: head
                .foreign
                .as_ref()
                .map_or_else(String::new, |version| version.created.clone()),
            equals,
            change,
            held_back,
        });
    }

    fn writes(&self, missing: &[PlannedWrite<'p>], plan: &mut Preview) -> Vec<Action> {
        let exists = self.present.is_some() && !self.held.is_empty();
        let newest = self.judged.registered.last_key_value().map(|(newest, _)| *newest);
        self.note_type_change(missing, plan);
        let mut writes = Vec::with_capacity(missing.len());
        for (index, (wanted, again)) in missing.iter().enumerate() {
            let version = &wanted.version.version;
            if let Some(newer) = newest.filter(|newest| *newest > version && !again) {
                plan.notes.push(Note::OutOfOrder {
                    schema: self.name.to_owned(),
                    version: version.clone(),
                    newer: newer.clone(),
                });
            }
            let head = self.held.last();
            let content = match head.filter(|_| *again) {
                Some(head) => Content {
                    replaces: Some(head.number.clone()),
                    ..Content::from(&wanted.content.replacing(&head.number))
                },
                None => Content::from(wanted.content),
            };
            writes.push(if exists || index > 0 {
                Action::AddVersion {
                    schema: self.name.to_owned(),
                    event: wanted.event.name.clone(),
                    version: version.clone(),
                    content,
                    base: head.filter(|_| index == 0).cloned(),
                }
            } else {
                self.create(wanted)
            });
        }
        writes
    }

    fn create(&self, wanted: &ExpectedVersion<'_>) -> Action {
        let mut tags = self.planning.settings().tags.clone();
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
    fn make_room(&self, writes: &mut Vec<Action>, missing: &[PlannedWrite<'p>], plan: &mut Preview) {
        let added = missing.len();
        let deletions = if self.planning.options.deletes {
            self.judged.deletable.as_slice()
        } else {
            &[]
        };
        let is_newest = |deletion: &&Deletion| deletion.versions.last() == self.held.last();
        let (last, first): (Vec<_>, Vec<_>) = deletions.iter().partition(is_newest);
        if added > 0 && !has_room(self.held.len() - first.len(), added) {
            let growing = GrowingSchema {
                held: self.held,
                versions: self.line.all().map(|wanted| &wanted.version.version).collect(),
                added: missing.iter().map(|(wanted, _)| &wanted.version.version).collect(),
                deletable: &self.judged.deletable,
                kept_numbers: self.judged.kept_numbers(),
            };
            plan.full.push(FullSchema {
                schema: self.name.to_owned(),
                held: self.held.len(),
                added,
                room: growing.find_room(),
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
        let mut tags = missing_tags(&self.planning.settings().tags, &present.listed.tags);
        if self.planning.options.refresh_tags
            && !changes
            && let Some(state) = make_state_tag(self.held, &present.listed)
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
