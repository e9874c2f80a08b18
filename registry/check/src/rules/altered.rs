//! Released schemas that are not what they were: one finding a cause. In: the versions, each with the schema that was released where that
//! can be found. Out: a finding for each file that was edited, be it the version's own or one that several versions refer to.

use std::collections::BTreeMap;

use schemactl_compat::{Schema, changes, review_document};
use schemactl_model::{Digest, Document, EventName, FaultKind, SchemaFault, Source, Span, Version, parse};
use schemactl_workspace::digest_value;

use super::restored::RestoredReleases;
use super::title;
use crate::report::{Finding, FindingPlace, Severity};
use crate::rule::Rule;
use schemactl_workspace::{EarlierState, SchemaVersion, Workspace, WorkspaceEvent};

/// A released version whose schema is another one now.
pub(super) struct Altered<'w> {
    pub(super) event: &'w WorkspaceEvent,
    pub(super) now: &'w SchemaVersion,
    /// The schema that was released, where it can be found.
    pub(super) before: Option<&'w SchemaVersion>,
    /// The finding, if its own file was edited.
    pub(super) finding: Finding,
}

/// Finds the schema that was released as a version in earlier states of the workspace.
pub(super) fn find_released<'e>(
    states: &[&'e EarlierState],
    (event, version): (&EventName, &Version),
    digest: &Digest,
) -> Option<&'e SchemaVersion> {
    let mut known = states
        .iter()
        .filter_map(|state| state.events.get(event)?.versions.get(version));
    known.find(|schema| schema.digest == *digest)
}

/// What differs in a schema that was released.
pub(super) struct FirstChange {
    /// What it is, and how many more changes there are: `` `total`: type changed from `integer` to `number`, and 2 more ``.
    pub(super) sentence: String,
    /// Where it stands in the schema now, or the closest around it.
    pub(super) place: FindingPlace,
}

/// Returns what differs, as `diff` begins. `None` if it cannot be said.
pub(super) fn first_change(before: &SchemaVersion, now: &SchemaVersion) -> Option<FirstChange> {
    let changes = changes(&Schema::from(&before.document), &Schema::from(&now.document));
    let (first, rest) = changes.split_first()?;
    let more = match rest.len() {
        0 => String::new(),
        count => format!(", and {count} more"),
    };
    Some(FirstChange {
        sentence: first.sentence() + &more,
        place: FindingPlace::at(&now.document, &first.new, "changed here"),
    })
}

/// Returns the change of a released schema for a sentence, and the place of its finding. Where the change cannot be said, it is the whole schema.
pub(super) fn describe_change(change: Option<FirstChange>, now: &SchemaVersion) -> (String, FindingPlace) {
    match change {
        Some(change) => (format!(": {}", change.sentence), change.place),
        None => (
            String::new(),
            FindingPlace::whole(now.document.source(), "the schema now"),
        ),
    }
}

/// Returns one finding for each file that was edited. What was released in its place is added to `restored`.
pub(super) fn report_altered<'w>(
    workspace: &Workspace,
    mut altered: Vec<Altered<'w>>,
    restored: &mut RestoredReleases<'w>,
) -> Vec<Finding> {
    // What is only different because a file is missing that it refers to is an error already, which nothing accepts.
    altered.retain(|one| is_own_edit(one) || faults_elsewhere(&one.now.document).next().is_none());
    let released = altered.iter().filter_map(|one| Some((&one.event.name, one.before?)));
    restored.add_schemas(released);
    let mut own = BTreeMap::new();
    let mut shared: BTreeMap<String, Vec<Altered<'_>>> = BTreeMap::new();
    let causes: Vec<_> = altered
        .iter()
        .map(|one| match one.before {
            Some(before) => edited_include(before, one.now),
            None => common_include(workspace, one, &altered),
        })
        .collect();
    for (one, cause) in altered.into_iter().zip(causes) {
        match cause {
            Some(path) => shared.entry(path).or_default().push(one),
            None => drop(own.insert(one.now.document.source().path().to_owned(), one.finding)),
        }
    }
    let mut findings = Vec::new();
    for (path, group) in shared {
        match own.get_mut(&path) {
            // A version that others refer to has a finding of its own.
            Some(finding) => {
                let why = finding.why.take().unwrap_or_default();
                finding.why = Some(format!("{why}; it changes {} too", list_versions(&group)));
            }
            None => findings.push(shared_finding(&path, &group)),
        }
    }
    findings.extend(own.into_values());
    findings
}

/// Returns the references of a schema into documents that are not there.
pub(super) fn faults_elsewhere(document: &Document) -> impl Iterator<Item = SchemaFault> {
    let faults = review_document(document).faults.into_iter();
    faults.filter(|fault| fault.kind == FaultKind::Elsewhere)
}

/// Whether a version's own file is known to be another one.
fn is_own_edit(one: &Altered<'_>) -> bool {
    let before = one.before.map(|before| before.document.source());
    before.is_some_and(|before| is_edited(before, one.now.document.source()))
}

/// The file that a version refers to and that was edited, if the version's own file was not.
fn edited_include(before: &SchemaVersion, now: &SchemaVersion) -> Option<String> {
    let (before, now) = (&before.document, &now.document);
    if is_edited(before.source(), now.source()) {
        return None;
    }
    let mut included = now.included().iter();
    let edited = included.find(|file| {
        let mut earlier = before.included().iter();
        let earlier = earlier.find(|earlier| earlier.path() == file.path());
        earlier.is_none_or(|earlier| is_edited(earlier, file))
    });
    edited.map(|file| file.path().to_owned())
}

/// Spaces and line breaks do not count, as they do not count for the digest of a version.
pub(super) fn is_edited(before: &Source, now: &Source) -> bool {
    let value = |file: &Source| parse(file).ok().map(|value| digest_value(&value));
    before.text() != now.text() && value(before) != value(now)
}

/// A file that several versions refer to and that may be what was edited: nothing that is released and refers to it is what it was.
fn common_include(workspace: &Workspace, one: &Altered<'_>, all: &[Altered<'_>]) -> Option<String> {
    let refers = |version: &SchemaVersion, path: &str| {
        let mut included = version.document.included().iter();
        included.any(|file| file.path() == path)
    };
    let is_altered = |version: &SchemaVersion| all.iter().any(|one| std::ptr::eq(one.now, version));
    let mut candidates = one.now.document.included().iter();
    let common = candidates.find(|file| {
        let several = all.iter().filter(|one| refers(one.now, file.path())).count() > 1;
        let released = workspace.lock.iter().filter_map(|(event, version, _)| {
            let event = workspace.events.get(event)?;
            event.versions.get(version)
        });
        let mut referring = released.filter(|version| refers(version, file.path()));
        several && referring.all(is_altered)
    });
    common.map(|file| file.path().to_owned())
}

fn list_versions(group: &[Altered<'_>]) -> String {
    let names = group.iter().map(|one| title(one.event, &one.now.version));
    list_names(&names.collect::<Vec<_>>())
}

/// `Order@1.0, Order@1.1 and 4 more`
pub(super) fn list_names(names: &[String]) -> String {
    // As many as fit into a line beside the path.
    const MOST_NAMES: usize = 4;
    let list = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}

fn shared_finding(path: &str, group: &[Altered<'_>]) -> Finding {
    let first = &group[0];
    let included = |version: &SchemaVersion| {
        let files = version.document.included().iter();
        files.clone().find(|file| file.path() == path).cloned()
    };
    let now = included(first.now);
    let before = first.before.and_then(included);
    let change = first.before.and_then(|before| first_change(before, first.now));
    let events: Vec<_> = group.iter().map(|one| &one.event.name).collect();
    let is_of_one = events.iter().all(|event| *event == events[0]);
    let (message, why) = match (first.before, change) {
        (None, _) => (
            format!(
                "released versions were changed, and all of them refer to {path}: {}",
                list_versions(group)
            ),
            Some("their digests are not those of their releases".to_owned()),
        ),
        (Some(_), change) => (
            format!(
                "{path} was changed, and released versions refer to it: {}",
                list_versions(group)
            ),
            change.map(|change| format!("in {}, {}", title(first.event, &first.now.version), change.sentence)),
        ),
    };
    Finding {
        message,
        subject: Some(path.to_owned()),
        places: now.map(|now| changed_line(before.as_ref(), &now)).into_iter().collect(),
        why,
        fix: Some(format!(
            "undo the change in {path}, and put it into a new file that new versions refer to"
        )),
        ..Finding::new(
            Rule::ReleasedSchemaChanged,
            Severity::Error,
            is_of_one.then(|| events[0].clone()),
        )
    }
}

/// The first line that differs.
fn changed_line(before: Option<&Source>, now: &Source) -> FindingPlace {
    let whole = FindingPlace::whole(now, "the file that they refer to");
    let Some(before) = before else { return whole };
    let mut earlier = before.text().lines();
    let mut start = 0;
    for line in now.text().split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        if earlier.next() != Some(text) {
            let indent = text.len() - text.trim_start().len();
            let span = Span::new(start + indent, start + text.len());
            return FindingPlace {
                span,
                label: "the first line that differs".to_owned(),
                ..whole
            };
        }
        start += line.len();
    }
    whole
}
