//! `schemactl move`

mod files;

use schemactl_model::EventName;
use schemactl_workspace::{
    EditedFiles, Event, Identity, LifeRecord, LifeStep, Workspace, find_event_of_life, move_by_hand, move_event,
};

use super::life::{create_record, step_problem, write_record};
use crate::args::Move;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run(args: &Move, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let old = find_event_of_life(&workspace, &args.old).map_err(|error| step_problem(&error))?;
    let new = name_of_target(&old, &args.new)?;
    let Some(event) = workspace.events.get(&old) else {
        return record_only(args, &workspace, (&old, &new), context);
    };
    let after = Identity {
        source: args.source.clone().unwrap_or_else(|| event.settings.source.clone()),
        detail_type: args
            .detail_type
            .clone()
            .unwrap_or_else(|| event.settings.detail_type.clone()),
        version_field: event.settings.version_field.clone(),
    };
    let identity_stays = event.identity() == after;
    if args.keep && (identity_stays || old == new) {
        return Err(Problem::usage(
            "with `--keep` both events are published, and they would have the same name or the same source and detail-type",
            "write another name, and a new --source or --detail-type",
        ));
    }
    let step = move_event(&workspace, event, (&new, after.clone()), args.keep).map_err(|error| step_problem(&error))?;
    let record = create_record(&workspace, context, (old.clone(), step), &args.decision)?;
    let mut edits = files::edit(&workspace, event, (&new, &after), args.keep)?;
    files::carry_waivers_over(&workspace, (event, &new), &record, &mut edits, context)?;
    is_the_same(&workspace, &edits, &record)?;
    let said = describe(&record);
    if args.decision.dry_run {
        context.console.note("nothing was written");
    } else {
        files::write(&workspace, &edits)?;
        write_record(&workspace, context, record)?;
        files::remove(&workspace, &edits)?;
        context.console.note("next: schemactl check --against");
    }
    context.console.result(&said);
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

/// The folder was renamed already: only the record is missing.
fn record_only(
    args: &Move,
    workspace: &Workspace,
    (old, new): (&EventName, &EventName),
    context: &Context,
) -> Result<Exit, Problem> {
    let event = workspace.events.get(new).ok_or_else(|| {
        Problem::usage(
            format!("schemas/{old} is gone, and there is no schemas/{new}"),
            format!("restore schemas/{old}, and run the command again"),
        )
    })?;
    if args.keep || args.source.is_some() || args.detail_type.is_some() {
        return Err(Problem::usage(
            format!("schemas/{old} is gone: `--keep`, `--source` and `--detail-type` have nothing to act on"),
            format!("edit schemas/{new}/event.toml, or restore schemas/{old}"),
        ));
    }
    let step = move_by_hand(workspace, old, event).map_err(|error| step_problem(&error))?;
    let record = create_record(workspace, context, (old.clone(), step), &args.decision)?;
    let said = describe(&record);
    if args.decision.dry_run {
        context.console.note("nothing was written");
    } else {
        write_record(workspace, context, record)?;
        context.console.note("next: schemactl check --against");
    }
    context.console.result(&said);
    Ok(Exit::Clean)
}

/// References are paths: a schema that refers to another folder, or that another one refers to, may not be the same elsewhere.
fn is_the_same(workspace: &Workspace, edits: &EditedFiles, record: &LifeRecord) -> Result<(), Problem> {
    let LifeStep::Moved { to, versions, .. } = &record.step else {
        return Ok(());
    };
    let moved = workspace.load_edited(edits)?;
    let differs = |event: &Event| {
        let mut own = event.versions.values();
        own.any(|schema| {
            let released = versions.get(&schema.version);
            released.is_some_and(|digest| *digest != schema.digest)
        })
    };
    if moved.events.get(to).is_none_or(differs) {
        return Err(Problem::usage(
            format!("the schemas of {} are others in schemas/{to}", record.event),
            "references are paths: move what they lead to into schemas/_shared first, or correct what was edited",
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
    let first = if *keep {
        format!("{} stays, and is published under another identity too\n", record.event)
    } else {
        format!("{} moved in schemactl.lock\n", record.event)
    };
    lines.fold(first, |text, line| text + &line)
}
