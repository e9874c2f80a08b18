//! `schemactl retire`

use schemactl_check::{find_event_of_life, retire_versions, undo_retirement};
use schemactl_model::Version;
use schemactl_workspace::LifeStep;

use super::life::{Releases, create_record, step_problem};
use crate::args::RetireArgs;
use crate::context::Context;
use crate::edits::write_edits;
use crate::exit::Exit;
use crate::lost_files::find_lost_files;
use crate::problem::Problem;
use crate::words::count_in_words;

pub(crate) fn run_retire(args: &RetireArgs, context: &Context) -> Result<Exit, Problem> {
    let releases = Releases::read(context, &args.decision, &[&args.event])?;
    if args.undo {
        return undo(args, releases, context);
    }
    let workspace = &releases.workspace;
    let event = find_event_of_life(workspace, &args.event).map_err(|error| step_problem(&error))?;
    let step = retire_versions(workspace, &args.event).map_err(|error| step_problem(&error))?;
    let versions = step.versions();
    let names: Vec<_> = versions.keys().map(ToString::to_string).collect();
    let has_file = |version: &Version| {
        let event = workspace.events.get(&event);
        event.is_some_and(|event| event.versions.contains_key(version))
    };
    let files = versions.keys().filter(|version| has_file(version));
    let files: Vec<_> = files.map(|version| format!("schemas/{event}/{version}.json")).collect();
    let next = match &files[..] {
        [] => "next: schemactl check --against".to_owned(),
        [file] => {
            format!("next: delete {file} and its examples when nobody needs them, then schemactl check --against")
        }
        files => format!(
            "next: delete {} and their examples when nobody needs them, then schemactl check --against",
            files.join(", ")
        ),
    };
    let end = match &step {
        LifeStep::Retired { whole: true, .. } => ", which ends the event",
        _ => "",
    };
    let said = format!("{event}: {} retired in schemactl.lock{end}\n", names.join(", "));
    let record = create_record(workspace, context, (event, step), &args.decision)?;
    let note = if args.decision.dry_run {
        "nothing was written"
    } else {
        releases.write_record(context, record)?;
        &next
    };
    if args.decision.dry_run {
        context.console.result(&said);
    } else {
        context.console.tell_done(&said);
    }
    context.console.note(note);
    Ok(Exit::Clean)
}

/// Publishes retired versions again: the record, and the files that are gone.
fn undo(args: &RetireArgs, releases: Releases, context: &Context) -> Result<Exit, Problem> {
    let workspace = &releases.workspace;
    let (event, step) = undo_retirement(workspace, &args.event).map_err(|error| step_problem(&error))?;
    let edits = find_lost_files(workspace, &event, &step.versions())?;
    let names: Vec<_> = step.versions().into_keys().map(ToString::to_string).collect();
    let said = format!("{event}: {} published again in schemactl.lock\n", names.join(", "));
    let record = create_record(workspace, context, (event.clone(), step), &args.decision)?;
    let files = count_in_words(edits.written.len(), "file");
    // What git does not track is not in the change, and the check reports it.
    let add = if edits.written.is_empty() {
        String::new()
    } else {
        format!("git add schemas/{event}, then ")
    };
    let next = format!("next: {add}schemactl check --against");
    let note = if args.decision.dry_run {
        "nothing was written"
    } else {
        write_edits(workspace, &edits)?;
        releases.write_record(context, record)?;
        if !edits.written.is_empty() {
            let note = format!("schemas/{event}: {files} restored from the history of the repository");
            context.console.note(&note);
        }
        &next
    };
    if args.decision.dry_run {
        context.console.result(&said);
    } else {
        context.console.tell_done(&said);
    }
    context.console.note(note);
    Ok(Exit::Clean)
}
