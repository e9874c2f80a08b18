//! Parts of a base that cannot be read. In: the base. Out: a finding for each, which says what is compared in its place.
//!
//! INVARIANT: what the base has is compared, or a finding says that it is not. It is an error where nothing is compared and the branch cannot
//! mend it, because the content of the base is in another place.

use std::collections::BTreeMap;

use schemactl_model::{EventName, Version};
use schemactl_workspace::{LoadError, Workspace, is_within};

use super::Base;
use crate::report::{Finding, Severity};
use crate::rule::Rule;

/// What is compared in the place of what cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Substitute {
    /// The state in which the branch left the base.
    Fork,
    /// The digest in the lock of the base.
    Lock,
    Nothing,
}

/// Returns a finding for each part that cannot be read. Those whose content is in one other place make one finding.
pub(super) fn find_unreadable_parts(workspace: &Workspace, base: &Base<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut foreign: BTreeMap<(&str, Substitute), Vec<&str>> = BTreeMap::new();
    for error in &base.tip.errors {
        let substitute = substitute_for(base, error.path());
        match error {
            // Nothing that is released depends on an example.
            LoadError::Example(_) => {}
            LoadError::Foreign { path, message } if !base.unchanged.contains(path) => {
                foreign.entry((message, substitute)).or_default().push(path);
            }
            LoadError::Foreign { .. } => {}
            _ => findings.push(unreadable(base, error, substitute)),
        }
    }
    let foreign = foreign.into_iter();
    findings.extend(foreign.map(|((what, substitute), paths)| Finding {
        subject: Some(list_contents(workspace, &paths)),
        ..content_elsewhere(base, what, &paths, substitute)
    }));
    findings.extend(base.lost.map(|folder| lost_workspace(base, folder)));
    findings
}

fn substitute_for(base: &Base<'_>, path: &str) -> Substitute {
    let is_one_state = std::ptr::eq(base.tip, base.fork);
    let is_recorded = |(name, version): (EventName, Version)| base.tip.lock.digest(&name, &version).is_some();
    if !is_one_state && !base.fork.is_unreadable(path) {
        Substitute::Fork
    } else if version_of(path).is_some_and(is_recorded) {
        Substitute::Lock
    } else {
        Substitute::Nothing
    }
}

/// The version whose file has a path.
fn version_of(path: &str) -> Option<(EventName, Version)> {
    let (event, file) = path.strip_prefix("schemas/")?.rsplit_once('/')?;
    Some((event.parse().ok()?, file.strip_suffix(".json")?.parse().ok()?))
}

/// What the substitute means, for people.
fn explain(base: &Base<'_>, substitute: Substitute) -> String {
    match substitute {
        Substitute::Fork => format!(
            "in its place, the state is compared in which this branch left {}",
            base.name
        ),
        Substitute::Lock => format!(
            "in its place, the digest is compared that schemactl.lock of {} has",
            base.name
        ),
        Substitute::Nothing => "nothing is compared in its place".to_owned(),
    }
}

fn unreadable(base: &Base<'_>, error: &LoadError, substitute: Substitute) -> Finding {
    Finding {
        message: format!("{} cannot be read whole: {error}", base.name),
        subject: Some(error.path().to_owned()),
        why: Some(explain(base, substitute)),
        fix: Some(format!(
            "correct the file in {}; a branch that does so may pass",
            base.name
        )),
        ..Finding::new(Rule::BaseUnreadable, Severity::Warning, None)
    }
}

/// The paths, and what the workspace has there now: whoever accepts that it is not compared accepts no other schema.
fn list_contents(workspace: &Workspace, paths: &[&str]) -> String {
    let versions = workspace.events.values().flat_map(|event| event.versions.values());
    let contents = versions.filter(|version| {
        let own = version.document.source().path();
        paths.iter().any(|path| is_within(own, path))
    });
    let digests = contents.map(|version| version.digest.to_string());
    paths
        .iter()
        .map(ToString::to_string)
        .chain(digests)
        .collect::<Vec<_>>()
        .join(" ")
}

fn content_elsewhere(base: &Base<'_>, what: &str, paths: &[&str], substitute: Substitute) -> Finding {
    let first = paths.first().copied().unwrap_or_default();
    let more = match paths.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" (and {more} more like it)"),
    };
    let severity = if substitute == Substitute::Nothing {
        Severity::Error
    } else {
        Severity::Warning
    };
    let revision = base.revision();
    Finding {
        message: format!("{} cannot be read whole: {first}: {what}{more}", base.name),
        why: Some(explain(base, substitute)),
        fix: Some(format!(
            "check out {revision} in another folder, with all its files (`git lfs pull`, `git submodule update --init`), and compare with \
             that: `--against DIR`"
        )),
        ..Finding::new(Rule::BaseUnreadable, severity, None)
    }
}

fn lost_workspace(base: &Base<'_>, folder: &str) -> Finding {
    let revision = base.revision();
    Finding {
        message: format!("{} has no workspace in {folder} any more", base.name),
        subject: Some(folder.to_owned()),
        why: Some(explain(base, Substitute::Fork)),
        fix: Some(format!(
            "merge {revision} into this branch. If the workspace was moved there, compare with its new folder: `--against {revision}:FOLDER`"
        )),
        ..Finding::new(Rule::BaseUnreadable, Severity::Warning, None)
    }
}
