//! Records of a branch about an event that has changed at the tip of the base since: it goes on under another name, has ended, or has a version
//! more. Each of the two states is right by itself, and the merge would keep both. In: the workspace, the base. Out: a finding for each such
//! record of the branch.
//!
//! INVARIANT: where two branches that each pass are merged without a conflict, what comes of it passes. tests/tests/life_branches.rs tries all
//! pairs of records.

use schemactl_model::{EventName, Version};

use super::unchanged::find_unchanged;
use super::{Base, conflict_of};
use crate::report::Finding;
use crate::rules::life::LifeRecords;
use schemactl_workspace::{LifeRecord, LifeStep, Workspace, WorkspaceEvent};

/// Returns a finding for each record that only the branch has and that a record which only the tip has leaves without its event.
pub(super) fn find_overtaken_records(workspace: &Workspace, base: &Base<'_>, life: &LifeRecords<'_>) -> Vec<Finding> {
    let known = &base.tip.lock;
    let unseen = base.unseen_records(workspace);
    // What the branch itself has taken back says nothing any more.
    let holds = |own: &&LifeRecord| {
        let mut named = own.step.versions().into_keys();
        named.any(|version| !workspace.lock.is_undone(own, version))
    };
    let own: Vec<&LifeRecord> = life.iter().filter(holds).collect();
    let incomplete = own.iter().filter_map(|own| incomplete_record(workspace, base, own));
    let overtaken = own.iter().filter_map(|own| {
        let there = unseen.iter().find(|there| {
            let mut named = there.step.versions().into_keys();
            let holds = named.any(|version| !known.is_undone(there, version) && is_about(own, version));
            own.event == there.event && holds && contradicts(own, there)
        })?;
        Some(overtaken_record(workspace, base, own, there))
    });
    let unchanged = own.iter().filter_map(|own| find_unchanged(workspace, base, own));
    overtaken.chain(incomplete).chain(unchanged).collect()
}

/// The finding for a record that ends a major or an event of which the tip has released a version that the branch never saw.
fn incomplete_record(workspace: &Workspace, base: &Base<'_>, own: &LifeRecord) -> Option<Finding> {
    let (event, name) = (&own.event, base.name);
    let named = own.step.versions();
    let ends = |version: &Version| match &own.step {
        LifeStep::Retired { whole, .. } => *whole || named.keys().any(|named| named.major() == version.major()),
        LifeStep::Moved { .. } => own.new_name().is_some(),
        LifeStep::Restored { .. } | LifeStep::Hotfix { .. } => false,
    };
    let is_unseen = |version: &Version| {
        let here = workspace.events.get(event);
        let left = base.fork.events.get(event);
        let has = |event: Option<&WorkspaceEvent>| event.is_some_and(|event| event.versions.contains_key(version));
        !has(here) && !has(left)
    };
    let there = base.tip.events.get(event)?;
    let mut unseen = there
        .versions
        .keys()
        .filter(|version| ends(version) && is_unseen(version));
    // A version that the record names may be gone. The file that the branch never had stays where its event.toml is deleted.
    let is_gone = !workspace.events.contains_key(event);
    let version = unseen.find(|version| is_gone || !named.contains_key(version))?;
    if named.contains_key(version) {
        return Some(file_left_behind(workspace, base, own, version));
    }
    let (here, again) = match own.new_name() {
        Some(to) => (
            format!("this branch moves it to {to}"),
            format!(
                "move the version into {to} as well: take the record out of schemactl.lock, and run `schemactl move {event} {to} --reason …`"
            ),
        ),
        None => (
            "this branch retires it".to_owned(),
            format!(
                "run `schemactl retire {event}@{} --reason …` again, which adds the version",
                version.major()
            ),
        ),
    };
    Some(Finding {
        new: Some(version.clone()),
        message: format!("{event}@{version} was released in {name} since this branch left it, and {here}"),
        why: Some("the record does not name the version, and the merge would leave it behind".to_owned()),
        fix: Some(format!("merge {name} into this branch; then {again}")),
        ..conflict_of(workspace, own)
    })
}

/// The finding for a file that git would keep: the branch ends its event, and has deleted what it knew of it.
fn file_left_behind(workspace: &Workspace, base: &Base<'_>, own: &LifeRecord, version: &Version) -> Finding {
    let (event, name) = (&own.event, base.name);
    Finding {
        new: Some(version.clone()),
        message: format!(
            "schemas/{event}/{version}.json is in {name} since this branch left it, and this branch ends the event"
        ),
        why: Some("the merge would keep the file, without the event.toml that the branch has deleted".to_owned()),
        fix: Some(format!("merge {name} into this branch, and delete schemas/{event}")),
        ..conflict_of(workspace, own)
    }
}

/// Whether a record says something of a version. A change of the identity is one of all versions.
fn is_about(record: &LifeRecord, version: &Version) -> bool {
    let is_in_place = matches!(&record.step, LifeStep::Moved { to, .. } if *to == record.event);
    is_in_place || record.step.versions().contains_key(version)
}

/// Whether a record of the branch cannot stand beside one of the tip that is about the same versions.
fn contradicts(own: &LifeRecord, there: &LifeRecord) -> bool {
    match (own.new_name(), there.new_name()) {
        // Two branches that give it the same new name agree.
        (Some(own), Some(there)) => own != there,
        // What is done to the old name does not reach the new one.
        (None, Some(_)) => true,
        // What is retired is published again under another name.
        (Some(_), None) => matches!(there.step, LifeStep::Retired { .. }),
        (None, None) => false,
    }
}

fn overtaken_record(workspace: &Workspace, base: &Base<'_>, own: &LifeRecord, there: &LifeRecord) -> Finding {
    let (event, name) = (&own.event, base.name);
    let here = match &own.step {
        LifeStep::Retired { .. } => format!("{event} is retired here"),
        LifeStep::Restored { .. } => format!("the retirement of {event} is taken back here"),
        LifeStep::Moved { to, .. } if to == event => format!("{event} gets another identity here"),
        LifeStep::Moved { to, .. } => format!("{event} moves to {to} here"),
        LifeStep::Hotfix { version, .. } => format!("{event}@{version} is corrected here"),
    };
    let (end, next) = match there.new_name() {
        Some(to) => (format!("moved it to {to}"), format!("run `{}`", command_under(to, own))),
        None => (
            "retired it".to_owned(),
            format!(
                "if the event lives on, run `schemactl retire {event} --undo --reason …` and then `{}`",
                command_under(event, own)
            ),
        ),
    };
    Finding {
        message: format!("{here}, and {name} has {end}"),
        subject: Some(format!("{} {}", own.seal(), there.seal())),
        why: Some(format!(
            "the merge would keep both records, and they contradict each other; recorded there on {} by {}: {}",
            there.date, there.author, there.reason
        )),
        fix: Some(format!(
            "merge {name} into this branch with the schemactl.lock that it has there; then {next}"
        )),
        ..conflict_of(workspace, own)
    }
}

/// The command that records of the new name what a record says of the old one.
fn command_under(to: &EventName, own: &LifeRecord) -> String {
    let command = match &own.step {
        LifeStep::Retired { .. } => format!("retire {to}"),
        LifeStep::Restored { .. } => format!("retire {to} --undo"),
        LifeStep::Moved { to: target, .. } if *target == own.event => format!("move {to} {to}"),
        LifeStep::Moved { to: target, keep, .. } => {
            format!("move {to} {target}{}", if *keep { " --keep" } else { "" })
        }
        LifeStep::Hotfix { version, .. } => format!("hotfix {to}@{version}"),
    };
    format!("schemactl {command} --reason …")
}
