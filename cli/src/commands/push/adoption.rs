//! What `push --adopt` changes in the workspace. In: a plan with what it takes over. Out: event.toml with the types that stay, and where `check` finds
//! errors in some events, the lock with the versions of all others: an adoption writes nothing to the registry, and one invalid document is no reason
//! to leave out everything else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemactl_check::{Inspected, Report};
use schemactl_model::EventName;
use schemactl_push::Preview;
use schemactl_workspace::{EditedFiles, Workspace};
use toml_edit::{Array, DocumentMut, value};

use super::super::plan::read_push_preview;
use crate::args::PlanningArgs;
use crate::console::Console;
use crate::edits::write_edits;
use crate::exit::Exit;
use crate::git_files::write_git_files;
use crate::lock_file::write_lock;
use crate::problem::Problem;
use crate::remote::Session;
use crate::report::plan as render;
use crate::words::count_in_words;

/// Writes the types of adopted events into event.toml: they keep the type that they have in the registry.
pub(super) fn record_types(workspace: &Workspace, plan: &Preview, console: &Console) -> Result<(), Problem> {
    let mut edits = EditedFiles::default();
    for (event, types) in &plan.recorded_types {
        let event = &workspace.events[event];
        let path = event.settings_file.path();
        let parsed = event.settings_file.text().parse();
        let mut document: DocumentMut = parsed.map_err(|_| {
            let names: Vec<_> = types.iter().map(|type_| format!("\"{type_}\"")).collect();
            Problem::usage(
                format!("{path} cannot be edited"),
                format!("write `types = [{}]` by hand", names.join(", ")),
            )
        })?;
        document["types"] = value(types.iter().map(ToString::to_string).collect::<Array>());
        edits.written.insert(path.to_owned(), document.to_string().into_bytes());
    }
    write_edits(workspace, &edits)?;
    if !plan.recorded_types.is_empty() {
        console.note("event.toml of adopted events has changed: commit it, so that the next push keeps their types");
    }
    Ok(())
}

/// Returns the events in which `check` finds errors, with the rules of these. `None` if an error is about the workspace, and so about all of them.
pub(super) fn find_faulty_events(report: &Report) -> Option<BTreeMap<EventName, Vec<String>>> {
    let mut faulty: BTreeMap<EventName, Vec<String>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.is_open_error()) {
        let rules = faulty.entry(finding.event.clone()?).or_default();
        let rule = finding.rule.to_string();
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    Some(faulty)
}

/// Adopts the versions of all events but the faulty ones.
pub(super) fn adopt_sound_events(
    (workspace, report): (&Workspace, &Report),
    faulty: &BTreeMap<EventName, Vec<String>>,
    (planning, dry_run): (&PlanningArgs, bool),
    session: &mut Session,
    console: &Console,
) -> Result<Exit, Problem> {
    let inspected = Inspected::of(workspace, report);
    let mut plan = read_push_preview(&inspected, session, planning, console)?;
    plan.adopted.retain(|(event, _)| !faulty.contains_key(event));
    plan.recorded_types.retain(|event, _| !faulty.contains_key(event));
    let mut text = render::render_plan_text(&plan);
    for (event, rules) in faulty {
        let rules = rules.join(", ");
        writeln!(
            text,
            "  ! {event} is left out of the adoption: `schemactl check` reports {rules}"
        )
        .expect("writing to a string cannot fail");
    }
    console.result(&text);
    console.note(&format!(
        "{} left out: correct the errors above, which is allowed until the event is adopted. `schemactl push --adopt` adopts it if its schema is still \
         equal to the registered one; otherwise `schemactl push --repair` registers the corrected one above it. Or remove its folder, and list its \
         schema under `ignore` in schemactl.toml",
        count_in_words(faulty.len(), "event")
    ));
    if dry_run {
        return Ok(Exit::Partly);
    }
    record_types(workspace, &plan, console)?;
    let mut lock = workspace.lock.clone();
    for (event, version) in &plan.adopted {
        let event = &workspace.events[event];
        lock.adopt(&event.name, version);
        let identity = plan.named.contains(&event.name).then(|| event.identity());
        let digest = event.versions[version].digest.clone();
        lock.record(&event.name, version, digest, identity.as_ref());
    }
    if lock.to_text() != workspace.lock.to_text() {
        write_git_files(&workspace.root, console)?;
        write_lock(lock, workspace, console)?;
        console.note("schemactl.lock has changed: commit it, so that every branch has the list of released versions");
    }
    Ok(Exit::Partly)
}
