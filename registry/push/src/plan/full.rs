//! Schemas without room for their new versions. In: what a schema of the registry holds, and what is to be added. Out: that it is full, and what
//! makes room: a pruning as the settings are, a smaller `keep`, or nothing of ours.

use std::collections::BTreeSet;

use schemactl_model::Version;
use schemactl_workspace::MOST_VERSIONS;

use super::action::Deletion;
use crate::held::HeldVersion;

/// A schema that would have more versions than the registry allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullSchema {
    /// The schema.
    pub schema: String,
    /// The versions that it has.
    pub held: usize,
    /// The versions that are to be added.
    pub added: usize,
    /// What makes enough room.
    pub room: RoomMaking,
}

/// What makes room in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomMaking {
    /// A pruning.
    Prune,
    /// A pruning with a smaller `keep` in schemactl.toml: this one, or less.
    Keep(usize),
    /// Nothing that schemactl may delete. Whether there is room after all is for the registry to say: the account may have another quota.
    Nothing,
}

/// A schema of the registry that is to get more versions.
pub(super) struct GrowingSchema<'p> {
    pub(super) held: &'p [HeldVersion],
    /// Our versions that are registered, or are to be: those that are too old to be kept, and the others, oldest first.
    pub(super) versions: Vec<&'p Version>,
    /// The versions that are to be written, as often as they are.
    pub(super) added: Vec<&'p Version>,
    /// What could be deleted.
    pub(super) deletable: &'p [Deletion],
    /// Numbers of versions that no pruning deletes.
    pub(super) kept_numbers: Vec<&'p str>,
}

impl GrowingSchema<'_> {
    /// Returns what makes room for all that is to be added.
    pub(super) fn find_room(&self) -> RoomMaking {
        let prunable = self.deletable.iter().filter(|deletion| deletion.reason.is_prunable());
        let prunable: BTreeSet<&str> = prunable.flat_map(numbers_of).collect();
        if has_room(self.held.len() - prunable.len().min(self.held.len()), self.added.len()) {
            return RoomMaking::Prune;
        }
        let mut smaller = (1..self.versions.len()).rev();
        let keep = smaller.find(|keep| self.has_room_with(*keep, &prunable));
        keep.map_or(RoomMaking::Nothing, RoomMaking::Keep)
    }

    /// Returns whether a pruning makes room if only so many of our versions are kept.
    fn has_room_with(&self, keep: usize, prunable: &BTreeSet<&str>) -> bool {
        let dropped = &self.versions[..self.versions.len() - keep];
        let is_dropped = |version: &Version| dropped.contains(&version);
        let goes = |held: &&HeldVersion| {
            let number = held.number.as_str();
            let is_superseded = held.stamp.as_ref().is_some_and(|stamp| is_dropped(&stamp.version));
            prunable.contains(number) || (is_superseded && !self.kept_numbers.contains(&number))
        };
        let freed = self.held.iter().filter(goes).count();
        let added = self.added.iter().filter(|version| !is_dropped(version)).count();
        has_room(self.held.len() - freed, added)
    }
}

fn numbers_of(deletion: &Deletion) -> impl Iterator<Item = &str> {
    deletion.versions.iter().map(|version| version.number.as_str())
}

/// Returns whether a schema has room for more versions. One that holds more than EventBridge allows by itself has another quota, which only the
/// registry knows.
pub(super) fn has_room(held: usize, added: usize) -> bool {
    held + added <= MOST_VERSIONS || held > MOST_VERSIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_quota_is_seen_by_what_is_there() {
        assert!(has_room(99, 1) && !has_room(100, 1) && !has_room(60, 60));
        assert!(has_room(101, 1));
    }
}
