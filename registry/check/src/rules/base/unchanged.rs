//! Files that a merge would take from the tip of the base, although a record of the branch rests on those that the branch has. Git takes the
//! other side where a file of the branch is what it was when the branch left the base. That happens where a branch goes on after its commits
//! were squashed into the base: it takes back what the base has by now, and its files are the old ones again. In: the workspace, the base, the
//! records that only the branch has. Out: a finding for each such record.
//!
//! INVARIANT: where a branch passes and is merged without a conflict, what comes of it passes. tests/tests/life_branches.rs squashes each
//! deed, takes it back and merges.

use schemactl_model::{Digest, EventName, Version};
use schemactl_workspace::{Identity, LifeRecord, LifeStep, Workspace, WorkspaceEvent};

use super::{Base, conflict_of};
use crate::report::Finding;

/// Returns a finding for a record whose files or identity the merge would replace by those of the tip.
pub(super) fn find_unchanged(workspace: &Workspace, base: &Base<'_>, own: &LifeRecord) -> Option<Finding> {
    let replaced = find_replaced_file(workspace, base, own).or_else(|| find_replaced_identity(workspace, base, own))?;
    let name = base.name;
    Some(Finding {
        new: replaced.version,
        message: format!(
            "{} is here as it was when this branch left {name}, and {name} {}",
            replaced.file, replaced.there
        ),
        why: Some(format!(
            "git takes the file for unchanged and the merge would {}, against the record of this branch",
            replaced.merge
        )),
        fix: Some(advise_on_merge(base, own, &replaced.file)),
        ..conflict_of(workspace, own)
    })
}

/// Returns the steps that keep what the branch has. Where the record moves an event back, the merge brings the folder of its other name too;
/// where it corrects a schema back, two lines with different digests.
fn advise_on_merge(base: &Base<'_>, own: &LifeRecord, file: &str) -> String {
    let merge = format!("merge {} into this branch", base.name);
    match &own.step {
        LifeStep::Hotfix { .. } => {
            format!("{merge}, restore {file} and its line in schemactl.lock as they are now, and commit")
        }
        LifeStep::Moved { .. } if own.new_name().is_some() => {
            format!(
                "{merge}, restore {file} as it is now, delete schemas/{}, and commit",
                own.event
            )
        }
        _ => format!("{merge}, restore {file} as it is now, and commit"),
    }
}

/// What the merge would replace.
struct Replaced {
    file: String,
    version: Option<Version>,
    /// What the base has done with it.
    there: &'static str,
    /// What the merge would do.
    merge: &'static str,
}

fn find_replaced_file(workspace: &Workspace, base: &Base<'_>, own: &LifeRecord) -> Option<Replaced> {
    // The files of what is retired may go.
    if matches!(own.step, LifeStep::Retired { .. }) {
        return None;
    }
    let name = name_after(own);
    let of = |event: Option<&WorkspaceEvent>, version: &Version| -> Option<Digest> {
        event?.versions.get(version).map(|version| version.digest.clone())
    };
    let here = workspace.events.get(name);
    let version = own.step.versions().into_keys().find(|version| {
        let own = of(here, version);
        own.is_some() && own == of(base.fork.events.get(name), version) && own != of(base.tip.events.get(name), version)
    })?;
    let is_there = of(base.tip.events.get(name), version).is_some();
    let (there, merge) = if is_there {
        ("has changed it", "change it")
    } else {
        ("has deleted it", "delete it")
    };
    Some(Replaced {
        file: format!("schemas/{name}/{version}.json"),
        version: Some(version.clone()),
        there,
        merge,
    })
}

fn find_replaced_identity(workspace: &Workspace, base: &Base<'_>, own: &LifeRecord) -> Option<Replaced> {
    let LifeStep::Moved { to, .. } = &own.step else {
        return None;
    };
    let of = |event: Option<&WorkspaceEvent>| -> Option<Identity> { event.map(WorkspaceEvent::identity) };
    let here = of(workspace.events.get(to))?;
    let there = of(base.tip.events.get(to))?;
    let is_unchanged = of(base.fork.events.get(to)) == Some(here.clone());
    (is_unchanged && here != there).then(|| Replaced {
        file: format!("schemas/{to}/event.toml"),
        version: None,
        there: "has changed it",
        merge: "change it",
    })
}

/// The name under which a record leaves its versions.
fn name_after(own: &LifeRecord) -> &EventName {
    match &own.step {
        LifeStep::Moved { to, .. } => to,
        LifeStep::Retired { .. } | LifeStep::Restored { .. } | LifeStep::Hotfix { .. } => &own.event,
    }
}
