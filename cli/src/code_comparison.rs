//! What changes of schemas mean for generated code: `check` knows no generator, and is handed this function. In: two versions of an event. Out: the first
//! change of the code.

use std::collections::BTreeMap;

use schemactl_check::CodeChange;
use schemactl_compat::Explanation;
use schemactl_generate::{ComparedEvent, find_code_difference};
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// Returns the first change of the code that is generated for an event when one version takes the place of another. Its conversions from and to the newest
/// versions of the other majors are part of it.
pub(crate) fn compare_code(event: &WorkspaceEvent, old: &SchemaVersion, new: &SchemaVersion) -> Option<CodeChange> {
    let newest_of_majors: BTreeMap<u64, &SchemaVersion> = event
        .versions
        .values()
        .map(|version| (version.version.major(), version))
        .collect();
    let major = new.version.major();
    let older = newest_of_majors.range(..major).map(|(_, version)| &version.document);
    let newer = newest_of_majors
        .range(major + 1..)
        .map(|(_, version)| &version.document);
    let compared =
        ComparedEvent::new(&event.name, &event.settings.version_field).with_majors(older.collect(), newer.collect());
    let found = find_code_difference((&old.document, &new.document), &compared)?;
    Some(CodeChange {
        what: found.what,
        old: found.old,
        new: found.new,
    })
}

/// Returns whether a change is one that users of generated code notice, by its kind.
pub(crate) fn is_noticed_by_code(explanation: &Explanation) -> bool {
    let mut changes = explanation.changes.iter();
    changes.any(|one| one.change.kind.is_noticed_by_code())
}
