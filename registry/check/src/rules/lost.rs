//! Files that versions refer to and that were deleted: one finding a file. In: the workspace, its earlier states, and the report with a finding for
//! each reference that leads nowhere. Out: where an earlier state has the file and the same versions, one finding in place of those.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventName, SchemaFault, Version};

use super::altered::{faults_elsewhere, is_edited, list_names};
use super::title;
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{EarlierState, SchemaVersion, Workspace, WorkspaceEvent};

/// A version whose references lead nowhere since a file was deleted.
struct StrandedVersion<'w> {
    event: &'w WorkspaceEvent,
    version: &'w SchemaVersion,
    faults: Vec<SchemaFault>,
}

/// Joins the findings for references to a file that was deleted.
pub(super) fn join_lost_files(workspace: &Workspace, states: &[&EarlierState], report: &mut Report) {
    let invalid: BTreeSet<(EventName, Version)> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == Rule::SchemaInvalid)
        .filter_map(|finding| Some((finding.event.clone()?, finding.new.clone()?)))
        .collect();
    let mut groups: BTreeMap<String, Vec<StrandedVersion<'_>>> = BTreeMap::new();
    for (name, number) in &invalid {
        let Some(event) = workspace.events.get(name) else {
            continue;
        };
        if let Some(version) = event.versions.get(number)
            && let Some((files, faults)) = find_lost_files(event, version, states)
        {
            let stranded = StrandedVersion { event, version, faults };
            groups.entry(files.join(" and ")).or_default().push(stranded);
        }
    }
    for (files, group) in groups {
        report
            .findings
            .retain(|finding| !group.iter().any(|one| one.is_told_by(finding)));
        report.findings.push(lost_finding(workspace, &files, &group));
    }
}

/// The files that a version referred to in an earlier state and that are gone, with the faults that come of it. `None` if its own file was edited
/// since, or nothing is gone.
fn find_lost_files(
    event: &WorkspaceEvent,
    version: &SchemaVersion,
    states: &[&EarlierState],
) -> Option<(Vec<String>, Vec<SchemaFault>)> {
    let now = &version.document;
    let earlier = states
        .iter()
        .filter_map(|state| state.events.get(&event.name)?.versions.get(&version.version));
    earlier.map(|earlier| &earlier.document).find_map(|before| {
        let is_there = |path: &str| now.included().iter().any(|file| file.path() == path);
        let files = before.included().iter().map(|file| file.path().to_owned());
        let files: Vec<_> = files.filter(|path| !is_there(path)).collect();
        if files.is_empty() || is_edited(before.source(), now.source()) {
            return None;
        }
        let known: BTreeSet<_> = faults_elsewhere(before)
            .map(|fault| fault.pointer.to_string())
            .collect();
        let new = faults_elsewhere(now).filter(|fault| !known.contains(&fault.pointer.to_string()));
        let faults: Vec<_> = new.collect();
        (!faults.is_empty()).then_some((files, faults))
    })
}

impl StrandedVersion<'_> {
    /// Whether a finding tells of one of the references.
    fn is_told_by(&self, finding: &Finding) -> bool {
        let place = |fault: &SchemaFault| Some(fault.pointer.to_string());
        finding.rule == Rule::SchemaInvalid
            && finding.event.as_ref() == Some(&self.event.name)
            && finding.new.as_ref() == Some(&self.version.version)
            && self.faults.iter().any(|fault| finding.subject == place(fault))
    }

    fn place(&self) -> Option<FindingPlace> {
        let fault = self.faults.first()?;
        Some(FindingPlace {
            source: self.version.document.source().clone(),
            span: fault.span,
            label: "refers to it".to_owned(),
        })
    }
}

fn lost_finding(workspace: &Workspace, files: &str, group: &[StrandedVersion<'_>]) -> Finding {
    let is_released = |one: &&StrandedVersion<'_>| {
        let name = &one.event.name;
        workspace.lock.digest(name, &one.version.version).is_some()
    };
    let released = group.iter().filter(is_released).count();
    // What is released is more than what is broken.
    let rule = if released > 0 {
        Rule::ReleasedSchemaChanged
    } else {
        Rule::SchemaInvalid
    };
    let versions: Vec<_> = group.iter().map(|one| title(one.event, &one.version.version)).collect();
    let first = &group[0].event.name;
    let is_of_one = group.iter().all(|one| one.event.name == *first);
    let verb = if files.contains(" and ") { "were" } else { "was" };
    Finding {
        message: format!(
            "{files} {verb} deleted, and schemas refer to it: {}",
            list_names(&versions)
        ),
        subject: Some(files.to_owned()),
        places: group.iter().filter_map(StrandedVersion::place).take(1).collect(),
        why: (released > 0).then(|| "a released schema includes the files that it refers to".to_owned()),
        fix: Some(format!("restore {files} from the history of the repository")),
        ..Finding::new(rule, Severity::Error, is_of_one.then(|| first.clone()))
    }
}
