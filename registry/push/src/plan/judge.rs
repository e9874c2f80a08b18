//! What the versions of one schema of the registry are to us. In: the versions that belong into it, and those that it holds. Out: which
//! of ours are registered and by which copy, which are contradicted by another schema, what else is there, and what could be deleted.
//!
//! Every version with our stamp is compared, not the first one of its number alone. Of several copies the latest decides, because it is
//! what a reader of the registry finds last; an earlier copy with another schema contradicts ours until a repair says that it is replaced.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventName, Version};

use super::action::{Deletion, Reason};
use super::drift::Drift;
use super::foreign::{ForeignJudge, ForeignSchema};
use super::order::{HeadVersion, OrderedVersion, find_newer_release, version_of};
use crate::expected::{ExpectedSchema, ExpectedVersion};
use crate::held::{HeldVersion, rank_of_number};
use schemactl_check::{Stamp, is_former_form, is_other_type};
use schemactl_workspace::Workspace;

/// What is asked of the versions that schemactl did not write.
#[derive(Clone, Copy)]
pub(super) struct Adoption<'l> {
    /// The workspace; its lock says what was taken over before.
    pub(super) workspace: &'l Workspace,
    /// Whether equal versions are taken over now.
    pub(super) takes_over: bool,
    /// Who says what they are equal to.
    pub(super) judge: &'l ForeignJudge<'l>,
}

/// The versions of one schema of the registry, judged.
pub(super) struct JudgedSchema<'p> {
    pub(super) name: &'p str,
    pub(super) line: &'p ExpectedSchema<'p>,
    copies: BTreeMap<&'p Version, Vec<&'p HeldVersion>>,
    /// The copy of each of our versions that counts.
    pub(super) registered: BTreeMap<&'p Version, &'p HeldVersion>,
    /// Versions under which the registry holds another schema.
    pub(super) contradicted: BTreeSet<&'p Version>,
    /// Versions whose latest copy has another form than the settings ask for.
    pub(super) in_another_form: BTreeSet<&'p Version>,
    /// Versions that are taken over now.
    pub(super) adopted: Vec<(EventName, Version)>,
    /// Events whose source and detail-type a version of others names.
    pub(super) named: BTreeSet<EventName>,
    /// The version that was found last on the way through what is held.
    last: Option<&'p Version>,
    /// The versions of which the registry holds a copy with our stamp.
    stamped: BTreeSet<&'p Version>,
    /// What is held, oldest first.
    pub(super) order: Vec<OrderedVersion<'p>>,
    /// The newest version that a newer checkout has released.
    pub(super) newer_release: Option<&'p HeldVersion>,
    pub(super) head: HeadVersion<'p>,
    pub(super) drift: Vec<Drift>,
    pub(super) deletable: Vec<Deletion>,
}

/// How a copy of a version relates to what the version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CopyKind {
    Equal,
    AnotherForm,
    AnotherSchema,
}

impl<'p> JudgedSchema<'p> {
    pub(super) fn new(
        name: &'p str,
        line: &'p ExpectedSchema<'p>,
        held: &'p [HeldVersion],
        adoption: Adoption<'_>,
    ) -> Self {
        let mut judged = Self {
            name,
            line,
            copies: BTreeMap::new(),
            registered: BTreeMap::new(),
            contradicted: BTreeSet::new(),
            in_another_form: BTreeSet::new(),
            adopted: Vec::new(),
            named: BTreeSet::new(),
            last: None,
            stamped: held
                .iter()
                .filter_map(|held| Some(&stamped(line, held)?.version.version))
                .collect(),
            order: Vec::with_capacity(held.len()),
            newer_release: None,
            head: HeadVersion::Nothing,
            drift: Vec::new(),
            deletable: Vec::new(),
        };
        for (index, version) in held.iter().enumerate() {
            let is_head = index + 1 == held.len();
            judged.head = judged.identify(version, is_head, adoption);
            if let HeadVersion::Ours(version) = judged.head {
                judged.last = Some(version);
            }
            judged.order.push((judged.head, version));
        }
        judged.newer_release = find_newer_release(line, &judged.order, adoption.workspace);
        for wanted in &line.superseded {
            judged.judge(wanted, true, adoption.workspace);
        }
        for wanted in &line.wanted {
            judged.judge(wanted, false, adoption.workspace);
        }
        judged.keep_newest();
        let rank_of = |deletion: &Deletion| deletion.versions.first().map(|version| rank_of_number(&version.number));
        judged.deletable.sort_by_key(rank_of);
        judged
    }

    /// Returns whether the registry's newest version is neither ours nor one of our events.
    pub(super) fn has_foreign_head(&self) -> Option<&'p HeldVersion> {
        match self.head {
            HeadVersion::Foreign(held) => Some(held),
            _ => None,
        }
    }

    /// Returns what is said of the registry's newest version where it is another schema under a version of ours.
    pub(super) fn find_changed_head(&mut self) -> Option<&mut Drift> {
        let (_, head) = self.order.last()?;
        self.drift
            .iter_mut()
            .find(|drift| matches!(drift, Drift::Changed { number, .. } if *number == head.number))
    }

    /// Returns whether a version is the newest that belongs into the schema.
    pub(super) fn is_newest(&self, wanted: &ExpectedVersion<'_>) -> bool {
        let newest = self.line.wanted.last();
        newest.is_some_and(|newest| newest.version.version == wanted.version.version)
    }

    /// Puts a version that the registry holds where it belongs.
    fn identify(&mut self, held: &'p HeldVersion, is_head: bool, adoption: Adoption<'_>) -> HeadVersion<'p> {
        let schema = self.name.to_owned();
        let Some(stamp) = &held.stamp else {
            return self.identify_foreign(held, is_head, adoption);
        };
        if let Some(wanted) = stamped(self.line, held) {
            let version = &wanted.version.version;
            self.copies.entry(version).or_default().push(held);
            return HeadVersion::Ours(version);
        }
        self.drift
            .push(Drift::without_version(&schema, stamp, &held.number, adoption.workspace));
        if is_deletable(stamp, adoption.workspace) {
            self.delete(held, Reason::Gone);
        }
        if all_events(self.line).any(|event| *event == stamp.event) {
            HeadVersion::Unknown(&stamp.version)
        } else {
            HeadVersion::Foreign(held)
        }
    }

    /// Takes over what others have written if it is equal to a version of ours, and that was done before or is asked for now.
    fn identify_foreign(&mut self, held: &'p HeldVersion, is_head: bool, adoption: Adoption<'_>) -> HeadVersion<'p> {
        let all: Vec<_> = self.line.all().collect();
        let foreign = ForeignSchema::read(held);
        let equal = adoption.judge.find_equal(&foreign, &all, is_head);
        let is_adopted = |wanted: &ExpectedVersion<'_>| {
            adoption
                .workspace
                .lock
                .is_adopted(&wanted.event.name, &wanted.version.version)
        };
        let before: Vec<_> = equal.iter().copied().filter(|wanted| is_adopted(wanted)).collect();
        let chosen = self.choose(&before, is_head);
        let new = if chosen.is_none() {
            self.choose(&equal, is_head)
        } else {
            None
        };
        if let Some(wanted) = chosen.or(new.filter(|_| adoption.takes_over)) {
            let (event, version) = (&wanted.event.name, &wanted.version.version);
            self.copies.entry(version).or_default().push(held);
            if foreign.names_event(wanted) {
                self.named.insert(event.clone());
            }
            if new.is_some() {
                self.adopted.push((event.clone(), version.clone()));
            }
            return HeadVersion::Ours(version);
        }
        self.drift.push(Drift::Foreign {
            schema: self.name.to_owned(),
            number: Some(held.number.clone()),
            equals: new.map(|wanted| wanted.version.version.clone()),
        });
        HeadVersion::Foreign(held)
    }

    /// Chooses the version that a copy of others counts as, of those that it is equal to. A history may have the same schema twice: the next
    /// version after the one below counts before any other.
    fn choose(&self, equal: &[&'p ExpectedVersion<'p>], is_head: bool) -> Option<&'p ExpectedVersion<'p>> {
        let version = |wanted: &ExpectedVersion<'p>| &wanted.version.version;
        // What schemactl has registered needs no copy of others, unless that is what readers of the newest version find.
        let is_needed = |wanted: &ExpectedVersion<'p>| {
            !self.stamped.contains(version(wanted)) || (is_head && self.is_newest(wanted))
        };
        let needed = || equal.iter().copied().filter(|wanted| is_needed(wanted));
        let next = || needed().find(|wanted| self.last.is_none_or(|last| version(wanted) > last));
        let newest = || needed().find(|wanted| self.is_newest(wanted));
        let free = || needed().find(|wanted| !self.copies.contains_key(version(wanted)));
        // Somebody has saved the version once more that stands right below.
        let saved_again = || equal.iter().copied().find(|wanted| Some(version(wanted)) == self.last);
        let chosen = next().or_else(newest).or_else(free).or_else(saved_again)?;
        // An old version above newer ones is what readers of the newest version must not find.
        let is_old = self.copies.keys().any(|below| *below > version(chosen));
        (!is_head || !is_old).then_some(chosen)
    }

    /// Adds the conflict that writes are held back below what a newer checkout has released; nothing if there is nothing to write.
    pub(super) fn refuse_below(&mut self, newer: &HeldVersion, held_back: &[Version]) {
        if held_back.is_empty() {
            return;
        }
        // One line says both.
        self.drift
            .retain(|drift| !matches!(drift, Drift::UnknownVersion { number, .. } if *number == newer.number));
        self.drift.extend(newer.stamp.as_ref().map(|stamp| Drift::NewerRelease {
            schema: self.name.to_owned(),
            event: stamp.event.clone(),
            version: stamp.version.clone(),
            number: newer.number.clone(),
            held_back: held_back.to_vec(),
        }));
    }

    /// Adds the conflict that the newest version of the registry is older than another one that it holds. Nothing is written, and what can be deleted
    /// is, if `deletes` says so.
    pub(super) fn settle_order(&mut self, deletes: bool) {
        let left = || {
            self.order
                .iter()
                .filter(|(_, held)| !(deletes && self.is_deletable(held)))
        };
        let Some((Some(version), number)) = left()
            .next_back()
            .map(|ordered| (version_of(ordered), &ordered.1.number))
        else {
            return;
        };
        let is_live = |ordered: &&OrderedVersion<'_>| {
            let newer = self.newer_release.is_some_and(|newer| newer.number == ordered.1.number);
            newer || matches!(ordered.0, HeadVersion::Ours(_))
        };
        let Some(newest) = left().filter(is_live).filter_map(version_of).max() else {
            return;
        };
        if version >= newest {
            return;
        }
        let is_above = |ordered: &&OrderedVersion<'_>| version_of(ordered).is_none_or(|version| version < newest);
        let above: Vec<_> = left()
            .rev()
            .take_while(is_above)
            .map(|(_, held)| held.number.clone())
            .collect();
        let is_ours = self.line.all().any(|wanted| wanted.version.version == *newest);
        let drift = Drift::OlderNewest {
            schema: self.name.to_owned(),
            version: version.clone(),
            number: number.clone(),
            newest: newest.clone(),
            is_ours,
            above,
        };
        self.drift.push(drift);
    }

    /// Compares the copies of one version with what the version is.
    fn judge(&mut self, wanted: &'p ExpectedVersion<'p>, superseded: bool, workspace: &Workspace) {
        let version = &wanted.version.version;
        let copies = self.copies.get(version).cloned().unwrap_or_default();
        // What counts as a copy without a stamp was found to be equal.
        let kind = |held: &HeldVersion| match held.stamp {
            Some(_) => kind_of(wanted, held),
            None => CopyKind::Equal,
        };
        let kinds: Vec<_> = copies.iter().map(|held| (kind(held), *held)).collect();
        let equal = |kind: CopyKind| kind == CopyKind::Equal;
        let last_equal = kinds.iter().rposition(|(kind, _)| equal(*kind));
        let marked = |(kind, held): &(CopyKind, &HeldVersion)| equal(*kind) && held.replaces().is_some();
        let ours = |(kind, held): &(CopyKind, &HeldVersion)| equal(*kind) && held.stamp.is_some();
        // What a repair wrote stands above the copies that it replaces; otherwise the first copy was there before the others. One that
        // schemactl wrote says which version it is, and stays before one that was taken over.
        let kept = kinds.iter().rposition(marked).or_else(|| kinds.iter().position(ours));
        let kept = kept.or_else(|| kinds.iter().position(|(kind, _)| equal(*kind)));
        let replaced = kinds.iter().filter(|(kind, _)| equal(*kind));
        let replaced = replaced.filter_map(|(_, held)| held.replaces()).max().unwrap_or(0);
        if let Some(kept) = kept {
            self.registered.insert(version, kinds[kept].1);
        }
        for (index, (kind, held)) in kinds.iter().enumerate() {
            let is_later = last_equal.is_none_or(|last| index > last);
            match kind {
                CopyKind::Equal if Some(index) == kept => {}
                CopyKind::Equal => self.extra(wanted, held, superseded, Reason::Twice),
                CopyKind::AnotherForm if is_later => {
                    self.in_another_form.insert(version);
                }
                CopyKind::AnotherForm => self.extra(wanted, held, superseded, Reason::AnotherForm),
                CopyKind::AnotherSchema if !is_later && rank_of_number(&held.number) <= replaced => {
                    self.extra(wanted, held, superseded, Reason::Replaced);
                }
                CopyKind::AnotherSchema => {
                    self.contradict(wanted, held, is_later, is_release_of_others(held, workspace));
                }
            }
        }
        if superseded {
            for held in copies {
                self.delete(held, Reason::Superseded);
            }
        }
    }

    /// A copy that nobody needs: ours is there, and decides.
    fn extra(&mut self, wanted: &ExpectedVersion<'_>, held: &HeldVersion, superseded: bool, reason: Reason) {
        // What was taken over is nobody's to delete, and nothing to speak of.
        if held.stamp.is_none() {
            return;
        }
        let (schema, number) = (self.name.to_owned(), held.number.clone());
        let version = wanted.version.version.clone();
        self.drift.push(match reason {
            Reason::AnotherForm => Drift::AnotherForm {
                schema,
                version,
                number,
            },
            Reason::Replaced => Drift::Replaced {
                schema,
                version,
                number,
                is_release: false,
            },
            _ => Drift::Twice {
                schema,
                version,
                number,
            },
        });
        if !superseded {
            self.delete(held, reason);
        }
    }

    /// Another schema under our version: later than ours, or before it and never said to be replaced.
    fn contradict(&mut self, wanted: &'p ExpectedVersion<'p>, held: &HeldVersion, is_later: bool, is_release: bool) {
        self.contradicted.insert(&wanted.version.version);
        let schema = self.name.to_owned();
        let (event, version) = (wanted.event.name.clone(), wanted.version.version.clone());
        let number = held.number.clone();
        self.drift.push(if is_later {
            Drift::Changed {
                schema,
                event,
                version,
                number,
                is_release,
                held_back: Vec::new(),
            }
        } else {
            Drift::Contested {
                schema,
                event,
                version,
                number,
                is_release,
            }
        });
        if !is_later {
            self.delete(held, Reason::Replaced);
        }
    }

    /// Returns whether a version could be deleted.
    pub(super) fn is_deletable(&self, held: &HeldVersion) -> bool {
        self.deletable
            .iter()
            .any(|deletion| deletion.versions.first() == Some(held))
    }

    /// Only what schemactl wrote is ever deleted, and nothing twice.
    fn delete(&mut self, held: &HeldVersion, reason: Reason) {
        if held.stamp.is_some() && !self.is_deletable(held) {
            self.deletable.push(Deletion::version(self.name, held, reason));
        }
    }

    /// The newest of our versions that is registered stays, whatever `keep` says and whoever has written since: a registry without the
    /// last version that was published helps nobody.
    fn keep_newest(&mut self) {
        let kept = self.kept_numbers();
        self.deletable.retain(|deletion| {
            let is_kept = |version: &HeldVersion| kept.contains(&version.number.as_str());
            let prunable = deletion.reason.is_prunable();
            !(prunable && deletion.versions.first().is_some_and(is_kept))
        });
    }

    /// Returns the numbers of the copies that no pruning deletes: the newest that is registered, and the newest in another form.
    pub(super) fn kept_numbers(&self) -> Vec<&'p str> {
        let newest = self.registered.last_key_value().map(|(_, held)| *held);
        let in_form = self.in_another_form.last().and_then(|version| self.copies.get(version));
        let in_form = in_form.and_then(|copies| copies.last()).copied();
        [newest, in_form]
            .into_iter()
            .flatten()
            .map(|held| held.number.as_str())
            .collect()
    }
}

fn all_events<'l>(line: &'l ExpectedSchema<'l>) -> impl Iterator<Item = &'l EventName> {
    line.all().map(|wanted| &wanted.event.name)
}

/// Returns whether a version that the workspace does not register may be deleted: a lock of this workspace, now or at an earlier commit, has
/// released it. The stamp alone does not say whose it is: other workspaces write to the same registry. What ended is still read by consumers
/// that find events of it.
pub(super) fn is_deletable(stamp: &Stamp, workspace: &Workspace) -> bool {
    workspace.lock.find_end(&stamp.event, &stamp.version).is_none()
        && workspace.has_ever_released(&stamp.event, &stamp.version)
}

/// Returns whether a version of the registry is a release of another checkout. One of this workspace, its history and edited copies of it name a
/// schema that it knows.
fn is_release_of_others(held: &HeldVersion, workspace: &Workspace) -> bool {
    let Some(stamp) = &held.stamp else {
        return false;
    };
    let event = workspace.events.get(&stamp.event).into_iter();
    let mut present = event.flat_map(|event| event.versions.values());
    let mut released = workspace.lock.iter();
    let mut records = workspace.lock.records();
    let is_known = present.any(|version| version.digest == stamp.digest)
        || released.any(|(_, _, digest)| *digest == stamp.digest)
        || records.any(|record| record.step.has_digest(&stamp.digest));
    !is_known
}

/// The version of ours that a version of the registry says it is.
fn stamped<'p>(line: &'p ExpectedSchema<'p>, held: &HeldVersion) -> Option<&'p ExpectedVersion<'p>> {
    let stamp = held.stamp.as_ref()?;
    line.all()
        .find(|wanted| wanted.event.name == stamp.event && wanted.version.version == stamp.version)
}

fn kind_of(wanted: &ExpectedVersion<'_>, held: &HeldVersion) -> CopyKind {
    let ExpectedVersion {
        event,
        version,
        content,
    } = *wanted;
    if content.is(&held.digest) || is_former_form(event, version, content.type_, &held.digest) {
        CopyKind::Equal
    } else if is_other_type(event, version, content.type_, &held.digest) {
        CopyKind::AnotherForm
    } else {
        CopyKind::AnotherSchema
    }
}
