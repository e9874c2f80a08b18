//! Enums over several events, as settings name them. In: the name of each, and references to events with the versions that are in it. Out: the
//! events and versions that were generated.

use std::collections::BTreeSet;

use schemactl_model::{EventRef, Version};

use crate::error::GenerateError;
use crate::ir::{EventModule, GroupMember, QueueGroup};
use crate::names::{make_unique, to_pascal};
use crate::rust_hints::check_type_name;
use crate::settings::Settings;

/// A group as settings have it.
#[derive(Debug)]
pub(crate) struct EventGroupSetting {
    name: String,
    pub(crate) references: Vec<EventRef>,
}

/// Reads the groups of the settings.
///
/// # Errors
///
/// Each name that is none for a type, and each text that refers to no event.
pub(crate) fn read_groups(settings: &Settings) -> Result<Vec<EventGroupSetting>, Vec<GenerateError>> {
    let (mut groups, mut errors) = (Vec::new(), Vec::new());
    for (name, references) in &settings.table.group {
        let failed = |reason| GenerateError::Setting {
            option: "group",
            value: name.clone(),
            reason,
        };
        errors.extend(check_type_name(name).err().map(failed));
        if references.is_empty() {
            errors.push(failed("expected at least one event".to_owned()));
        }
        let mut found = Vec::new();
        for reference in references {
            match reference.parse() {
                Ok(reference) => found.push(reference),
                Err(error) => errors.push(GenerateError::Reference(error)),
            }
        }
        groups.push(EventGroupSetting {
            name: name.clone(),
            references: found,
        });
    }
    if errors.is_empty() { Ok(groups) } else { Err(errors) }
}

/// Returns a group with its events, in the order of its references.
pub(crate) fn resolve_group(group: &EventGroupSetting, events: &[EventModule]) -> QueueGroup {
    let mut names = BTreeSet::from(["Unknown".to_owned()]);
    let mut members: Vec<GroupMember> = Vec::new();
    for reference in &group.references {
        let Some(at) = events.iter().position(|event| reference.names(&event.name)) else {
            continue;
        };
        if members.iter().any(|member| member.event == at) {
            continue;
        }
        let event = &events[at];
        let references: Vec<&EventRef> = group
            .references
            .iter()
            .filter(|other| other.names(&event.name))
            .collect();
        let is_in = |version: &Version| references.iter().any(|reference| reference.matches(version));
        let versions = event.versions.entries().filter(|(_, version)| is_in(&version.version));
        let versions: Vec<_> = versions.map(|(id, _)| id).collect();
        let mut open_majors: Vec<u64> = versions.iter().map(|id| event.versions[*id].version.major()).collect();
        open_majors.dedup();
        open_majors.retain(|major| last_minor(*major).is_some_and(|version| is_in(&version)));
        let text = event.name.to_string();
        members.push(GroupMember {
            variant: make_unique(to_pascal(&event.type_name), &text, &mut names),
            event: at,
            versions,
            open_majors,
        });
    }
    QueueGroup {
        name: group.name.clone(),
        references: group.references.iter().map(ToString::to_string).collect(),
        members,
    }
}

/// A minor of a major that no event will reach: what a requirement says of it, it says of all minors to come.
fn last_minor(major: u64) -> Option<Version> {
    format!("{major}.{}", u32::MAX).parse().ok()
}
