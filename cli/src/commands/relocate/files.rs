//! The files of an event that moves. In: its folder. Out: the files that will stand elsewhere, event.toml and envelopes with the new source
//! and detail-type, waivers with the fingerprints that their findings have under the new name.

use std::fs;
use std::path::Path;

use schemactl_check::{Finding, Report};
use schemactl_model::{EventName, Value};
use schemactl_workspace::{EditedFiles, Identity, LifeRecord, Waiver, Workspace, WorkspaceEvent};
use toml_edit::{DocumentMut, value};

use crate::checking::{Against, check_against};
use crate::context::Context;
use crate::problem::Problem;

/// Digits of a fingerprint that a waiver holds, as `accept` writes them.
const DIGITS: usize = 12;

fn problem(path: &Path, what: &'static str, error: std::io::Error) -> Problem {
    Problem::File {
        path: path.to_owned(),
        what,
        error,
    }
}

fn folder_of(event: &EventName) -> String {
    format!("schemas/{event}")
}

/// Returns the files as they will stand in the folder of the new name.
pub(super) fn edit_moved_files(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    (to, after): (&EventName, &Identity),
    keep: bool,
) -> Result<EditedFiles, Problem> {
    let (from, target) = (folder_of(&event.name), folder_of(to));
    let mut edits = EditedFiles {
        removed: (!keep && from != target).then(|| from.clone()),
        ..EditedFiles::default()
    };
    if from != target && workspace.root.join(&target).exists() {
        return Err(Problem::usage(
            format!("{target} already exists"),
            "remove its remaining files, or choose another name",
        ));
    }
    read_folder(&workspace.root, &from, &target, &mut edits)?;
    let settings = with_identity(event.settings_file.text(), after, keep)?;
    edits
        .written
        .insert(format!("{target}/event.toml"), settings.into_bytes());
    for version in event.versions.values() {
        for example in version.examples.iter().filter(|example| example.is_envelope()) {
            let text = renamed(example.file.text(), &example.value, after);
            let below = example.file.path().strip_prefix(&from).unwrap_or_default();
            edits.written.insert(format!("{target}{below}"), text.into_bytes());
        }
    }
    Ok(edits)
}

fn read_folder(root: &Path, from: &str, to: &str, edits: &mut EditedFiles) -> Result<(), Problem> {
    let folder = root.join(from);
    let entries = fs::read_dir(&folder).map_err(|error| problem(&folder, "read", error))?;
    for entry in entries {
        let entry = entry.map_err(|error| problem(&folder, "read", error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let (from, to) = (format!("{from}/{name}"), format!("{to}/{name}"));
        let path = entry.path();
        if path.is_dir() {
            read_folder(root, &from, &to, edits)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| problem(&path, "read", error))?;
            edits.written.insert(to, bytes);
        }
    }
    Ok(())
}

fn settings_problem() -> Problem {
    Problem::usage("event.toml cannot be edited", "write source and detail-type by hand")
}

fn with_identity(text: &str, after: &Identity, keep: bool) -> Result<String, Problem> {
    let mut document: DocumentMut = text.parse().map_err(|_| settings_problem())?;
    // The old event stays in its schema of the registry.
    if keep {
        document.remove("registered-as");
    }
    for (key, new) in [("source", &after.source), ("detail-type", &after.detail_type)] {
        if document.get(key).and_then(toml_edit::Item::as_str) != Some(new) {
            document[key] = value(new);
        }
    }
    Ok(document.to_string())
}

/// The text of an envelope with another source and detail-type.
fn renamed(text: &str, envelope: &Value, after: &Identity) -> String {
    let parts = [("source", &after.source), ("detail-type", &after.detail_type)];
    let values = parts
        .iter()
        .filter_map(|(key, new)| Some((envelope.member(key)?.span, *new)));
    let mut spans: Vec<_> = values.collect();
    spans.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_owned();
    for (span, new) in spans {
        let new = serde_json::to_string(new).expect("a text is JSON");
        text.replace_range(span.start as usize..span.end as usize, &new);
    }
    text
}

/// A fingerprint has the name of the event in it: what was accepted stays accepted under the new one.
pub(super) fn carry_waivers_over(
    workspace: &Workspace,
    (event, to): (&WorkspaceEvent, &EventName),
    record: &LifeRecord,
    edits: &mut EditedFiles,
    context: &Context,
) -> Result<(), Problem> {
    if event.settings.waivers.is_empty() || event.name == *to {
        return Ok(());
    }
    let mut moved = workspace.load_edited(edits)?;
    moved.lock.add_record(record.clone());
    let (before, _) = check_against(workspace, &Against::default(), context);
    let (after, _) = check_against(&moved, &Against::default(), context);
    let file = format!("schemas/{to}/event.toml");
    let bytes = edits.written.get(&file).unwrap_or_default().to_vec();
    let mut text = String::from_utf8(bytes).map_err(|_| settings_problem())?;
    for waiver in &event.settings.waivers {
        if let Some(print) = new_print(waiver, (&before, &event.name), (&after, to)) {
            text = text.replace(&waiver.fingerprint, print.get(..DIGITS).unwrap_or(&print));
        }
    }
    edits.written.insert(file, text.into_bytes());
    Ok(())
}

fn new_print(
    waiver: &Waiver,
    (before, old): (&Report, &EventName),
    (after, new): (&Report, &EventName),
) -> Option<String> {
    let is_of = |finding: &Finding, event: &EventName| finding.event.as_ref() == Some(event);
    let mut before = before.findings.iter().filter(|finding| is_of(finding, old));
    let accepted = before.find_map(|finding| finding.find_print(&waiver.fingerprint, &[]))?;
    // Each finding, and the directions of those that have two.
    let after = after.findings.iter().filter(|finding| is_of(finding, new));
    let mut after = after.flat_map(|finding| std::iter::once(finding).chain(&finding.directions));
    let is_it = |finding: &&Finding| {
        (
            finding.rule,
            finding.direction,
            finding.directions.len(),
            &finding.old,
            &finding.new,
            &finding.subject,
            &finding.change,
        ) == (
            accepted.rule,
            accepted.direction,
            accepted.directions.len(),
            &accepted.old,
            &accepted.new,
            &accepted.subject,
            &accepted.change,
        )
    };
    Some(after.find(is_it)?.fingerprint.clone())
}

/// Removes the folder of the old name.
pub(super) fn remove_old_folder(workspace: &Workspace, edits: &EditedFiles) -> Result<(), Problem> {
    let Some(folder) = &edits.removed else { return Ok(()) };
    let folder = workspace.root.join(folder);
    fs::remove_dir_all(&folder).map_err(|error| problem(&folder, "remove", error))?;
    // The namespace goes with its last event.
    if let Some(namespace) = folder.parent() {
        let _ = fs::remove_dir(namespace);
    }
    Ok(())
}
