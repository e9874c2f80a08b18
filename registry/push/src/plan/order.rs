//! The order of what a schema of the registry holds. In: its versions, oldest first, judged. Out: the conflict that readers of its newest version
//! find an older one, and that of an older checkout with what a newer one has released. The registry counts as it is written to: the newest
//! version there is the last one that was written, whatever our number of it.

use schemactl_model::Version;
use schemactl_workspace::Workspace;

use super::action::{Action, Deletion};
use super::drift::Drift;
use super::judge::{HeadVersion, JudgedSchema};
use crate::expected::ExpectedSchema;
use crate::held::HeldVersion;

/// A version of the registry, and what it is to us.
pub(super) type OrderedVersion<'p> = (HeadVersion<'p>, &'p HeldVersion);

/// Returns the newest version that the registry holds of the event of a line, if it is newer than all that the workspace has in that line, and has
/// not ended.
pub(super) fn find_newer_release<'p>(
    line: &ExpectedSchema<'_>,
    order: &[OrderedVersion<'p>],
    workspace: &Workspace,
) -> Option<&'p HeldVersion> {
    let newest = line.all().map(|wanted| &wanted.version.version).max()?;
    let unknown = order.iter().filter_map(|(head, held)| match head {
        HeadVersion::Unknown(version) if *version > newest => Some((*version, *held)),
        _ => None,
    });
    let is_live = |(version, held): &(&Version, &HeldVersion)| {
        let stamp = held.stamp.as_ref();
        stamp.is_some_and(|stamp| workspace.lock.find_end(&stamp.event, version).is_none())
    };
    unknown
        .filter(is_live)
        .max_by_key(|(version, _)| *version)
        .map(|(_, held)| held)
}

/// Returns the numbers of the versions of a schema that actions delete.
pub(super) fn list_deleted(schema: &str, actions: &[Action]) -> Vec<String> {
    let deletions = actions.iter().filter_map(|action| match action {
        Action::Delete(deletion) if deletion.schema == schema => Some(deletion),
        _ => None,
    });
    let numbers = |deletion: &Deletion| {
        deletion
            .versions
            .iter()
            .map(|version| version.number.clone())
            .collect::<Vec<_>>()
    };
    deletions.flat_map(numbers).collect()
}

impl JudgedSchema<'_> {
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

    /// Adds the conflict that the newest version of the registry is older than another one that it holds. Nothing is written, and what `deleted`
    /// names is deleted.
    pub(super) fn settle_order(&mut self, deleted: &[String]) {
        let left = || self.order.iter().filter(|(_, held)| !deleted.contains(&held.number));
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
}

/// Returns the version that a version of the registry is, if it is one of the event.
fn version_of<'p>((head, _): &OrderedVersion<'p>) -> Option<&'p Version> {
    match head {
        HeadVersion::Ours(version) | HeadVersion::Unknown(version) => Some(version),
        HeadVersion::Nothing | HeadVersion::Foreign(_) => None,
    }
}
