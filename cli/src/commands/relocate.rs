//! `schemactl move`

mod files;

use schemactl_check::{find_event_of_life, move_by_hand, move_event, undo_move};
use schemactl_model::EventName;
use schemactl_workspace::{EditedFiles, Identity, LifeRecord, LifeStep, Workspace, WorkspaceEvent};

use super::life::{Releases, create_record, step_problem};
use crate::args::MoveArgs;
use crate::context::Context;
use crate::edits::write_edits;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run_relocate(args: &MoveArgs, context: &Context) -> Result<Exit, Problem> {
    let releases = Releases::read(context, &args.decision, &[&args.old])?;
    let workspace = &releases.workspace;
    let old = find_event_of_life(workspace, &args.old).map_err(|error| step_problem(&error))?;
    let new = name_of_target(&old, &args.new)?;
    if args.undo {
        return undo(args, releases, (&old, &new), context);
    }
    let Some(event) = workspace.events.get(&old) else {
        let step = step_by_hand(args, workspace, (&old, &new))?;
        return record_only(args, releases, (old, step), context);
    };
    let after = Identity {
        source: args.source.clone().unwrap_or_else(|| event.settings.source.clone()),
        detail_type: args
            .detail_type
            .clone()
            .unwrap_or_else(|| event.settings.detail_type.clone()),
        version_field: event.settings.version_field.to_string(),
    };
    let identity_stays = event.identity() == after;
    if args.keep && (identity_stays || old == new) {
        return Err(Problem::usage(
            "with `--keep` both events are published, and they would have the same name or the same source and detail-type",
            "write another name, and a new --source or --detail-type",
        ));
    }
    let step = move_event(workspace, event, (&new, after.clone()), args.keep).map_err(|error| step_problem(&error))?;
    let record = create_record(workspace, context, (old.clone(), step), &args.decision)?;
    let mut edits = files::edit_moved_files(workspace, event, (&new, &after), args.keep)?;
    files::carry_waivers_over(workspace, (event, &new), &record, &mut edits, context)?;
    carry_out(args, releases, record, &edits, context)
}

/// Moves an event back to where it was. A folder that was moved back by hand has only the record missing.
fn undo(
    args: &MoveArgs,
    releases: Releases,
    (old, new): (&EventName, &EventName),
    context: &Context,
) -> Result<Exit, Problem> {
    let workspace = &releases.workspace;
    let step = undo_move(workspace, old, new).map_err(|error| step_problem(&error))?;
    let Some(event) = workspace.events.get(new) else {
        return record_only(args, releases, (new.clone(), step), context);
    };
    let LifeStep::Moved { after, .. } = &step else {
        return Err(Problem::usage("nothing to undo", "run `schemactl check`"));
    };
    let mut edits = files::edit_moved_files(workspace, event, (old, after), false)?;
    let record = create_record(workspace, context, (new.clone(), step), &args.decision)?;
    files::carry_waivers_over(workspace, (event, old), &record, &mut edits, context)?;
    carry_out(args, releases, record, &edits, context)
}

fn carry_out(
    args: &MoveArgs,
    releases: Releases,
    record: LifeRecord,
    edits: &EditedFiles,
    context: &Context,
) -> Result<Exit, Problem> {
    is_the_same(&releases.workspace, edits, &record)?;
    let said = describe(&record);
    let note = if args.decision.dry_run {
        "nothing was written"
    } else {
        let workspace = releases.workspace.clone();
        // Every new file before an old one is removed: whatever happens in between, nothing is lost.
        write_edits(&workspace, edits)?;
        releases.write_record(context, record)?;
        files::remove_old_folder(&workspace, edits)?;
        "next: schemactl check --against"
    };
    if args.decision.dry_run {
        context.console.result(&said);
    } else {
        context.console.tell_done(&said);
    }
    context.console.note(note);
    Ok(Exit::Clean)
}

/// A name without a namespace stays in the one of the event.
fn name_of_target(old: &EventName, new: &str) -> Result<EventName, Problem> {
    let name = if new.contains(['/', '@']) {
        new.parse()
    } else {
        EventName::new(old.namespace(), new)
    };
    name.map_err(|error| Problem::usage(error.to_string(), "write NAMESPACE/NAME, or NAME in the same namespace"))
}

/// Returns where the released versions of an event went.
fn find_destination(workspace: &Workspace, event: &EventName) -> Option<EventName> {
    let released = workspace.lock.released(event)?;
    let mut records = (released.versions.keys()).filter_map(|version| workspace.lock.departure(event, version));
    records.find_map(|record| match &record.step {
        LifeStep::Moved { to, .. } => Some(to.clone()),
        _ => None,
    })
}

/// The step for a folder that was renamed already: only the record is missing.
fn step_by_hand(
    args: &MoveArgs,
    workspace: &Workspace,
    (old, new): (&EventName, &EventName),
) -> Result<LifeStep, Problem> {
    let event = workspace.events.get(new).ok_or_else(|| {
        if let Some(to) = find_destination(workspace, old).filter(|to| to != new) {
            return Problem::usage(
                format!("{old} was moved to {to} already"),
                format!("move that one: `schemactl move {to} {new} --reason …`"),
            );
        }
        Problem::usage(
            format!("neither schemas/{old} nor schemas/{new} exists"),
            format!("restore schemas/{old}, and run the command again"),
        )
    })?;
    if args.keep || args.source.is_some() || args.detail_type.is_some() {
        return Err(Problem::usage(
            format!("schemas/{old} does not exist: `--keep`, `--source` and `--detail-type` cannot be applied"),
            format!("edit schemas/{new}/event.toml, or restore schemas/{old}"),
        ));
    }
    move_by_hand(workspace, old, event).map_err(|error| step_problem(&error))
}

fn record_only(
    args: &MoveArgs,
    releases: Releases,
    (event, step): (EventName, LifeStep),
    context: &Context,
) -> Result<Exit, Problem> {
    let record = create_record(&releases.workspace, context, (event, step), &args.decision)?;
    let said = describe(&record);
    let note = if args.decision.dry_run {
        "nothing was written"
    } else {
        releases.write_record(context, record)?;
        "next: schemactl check --against"
    };
    if args.decision.dry_run {
        context.console.result(&said);
    } else {
        context.console.tell_done(&said);
    }
    context.console.note(note);
    Ok(Exit::Clean)
}

/// References are paths: a schema that refers to another folder, or that another one refers to, may not be the same elsewhere.
fn is_the_same(workspace: &Workspace, edits: &EditedFiles, record: &LifeRecord) -> Result<(), Problem> {
    let LifeStep::Moved { to, versions, .. } = &record.step else {
        return Ok(());
    };
    let moved = workspace.load_edited(edits)?;
    let differs = |event: &WorkspaceEvent| {
        let mut own = event.versions.values();
        own.any(|schema| {
            let released = versions.get(&schema.version);
            released.is_some_and(|digest| *digest != schema.digest)
        })
    };
    if moved.events.get(to).is_none_or(differs) {
        return Err(Problem::usage(
            format!("the schemas of {} are different in schemas/{to}", record.event),
            "references are paths: move the files that they refer to into schemas/_shared first, or undo the edit",
        ));
    }
    Ok(())
}

fn describe(record: &LifeRecord) -> String {
    let LifeStep::Moved {
        to,
        keep,
        before,
        after,
        undoes,
        ..
    } = &record.step
    else {
        return String::new();
    };
    let parts = [
        ("name", record.event.to_string(), to.to_string()),
        ("source", before.source.clone(), after.source.clone()),
        ("detail-type", before.detail_type.clone(), after.detail_type.clone()),
        (
            "version-field",
            before.version_field.clone(),
            after.version_field.clone(),
        ),
    ];
    let lines = parts.iter().map(|(key, before, after)| {
        if before == after {
            format!("  {key}: {before}\n")
        } else {
            format!("  {key}: {before} → {after}\n")
        }
    });
    let first = if undoes.is_some() && record.event == *to {
        format!("{} has its earlier identity again in schemactl.lock\n", record.event)
    } else if undoes.is_some() {
        format!("{} moved back in schemactl.lock\n", record.event)
    } else if *keep {
        format!("{} stays, and is published under another identity too\n", record.event)
    } else {
        format!("{} moved in schemactl.lock\n", record.event)
    };
    lines.fold(first, |text, line| text + &line)
}
