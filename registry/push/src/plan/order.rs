//! The order of what a schema of the registry holds. In: its versions, oldest first, and what each of them is to us. Out: what a newer checkout has
//! released. The registry counts as it is written to: the newest version there is the last one that was written,
//! whatever our number of it; `judge` finds the conflicts that follow from that.

use schemactl_model::Version;
use schemactl_workspace::Workspace;

use crate::expected::ExpectedSchema;
use crate::held::HeldVersion;

/// The newest version of a schema of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeadVersion<'p> {
    /// There is none.
    Nothing,
    /// It has the number of a version of the workspace.
    Ours(&'p Version),
    /// It was written by schemactl, and the workspace does not have it.
    Unknown(&'p Version),
    /// It was not written by schemactl, or belongs to another event.
    Foreign(&'p HeldVersion),
}

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

/// Returns the version that a version of the registry is, if it is one of the event.
pub(super) fn version_of<'p>((head, _): &OrderedVersion<'p>) -> Option<&'p Version> {
    match head {
        HeadVersion::Ours(version) | HeadVersion::Unknown(version) => Some(version),
        HeadVersion::Nothing | HeadVersion::Foreign(_) => None,
    }
}
