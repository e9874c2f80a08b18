//! `schemactl retire`

use schemactl_workspace::{LifeStep, find_event_of_life, retire_versions};

use super::life::{create_record, step_problem, write_record};
use crate::args::Retire;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run(args: &Retire, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let event = find_event_of_life(&workspace, &args.event).map_err(|error| step_problem(&error))?;
    let step = retire_versions(&workspace, &args.event).map_err(|error| step_problem(&error))?;
    let LifeStep::Retired { versions } = &step else {
        return Err(Problem::usage("nothing to retire", "run `schemactl check`"));
    };
    let names: Vec<_> = versions.keys().map(ToString::to_string).collect();
    let has_files = |version| {
        let event = workspace.events.get(&event);
        event.is_some_and(|event| event.versions.contains_key(version))
    };
    let files: Vec<_> = versions.keys().filter(|version| has_files(version)).collect();
    let next = match files.first() {
        None => "next: schemactl check --against".to_owned(),
        Some(version) => format!(
            "next: delete schemas/{event}/{version}.json and its examples when nobody needs them, then schemactl check --against"
        ),
    };
    let said = format!("{event}: {} retired in schemactl.lock\n", names.join(", "));
    let record = create_record(&workspace, context, (event, step), &args.decision)?;
    if args.decision.dry_run {
        context.console.note("nothing was written");
    } else {
        write_record(&workspace, context, record)?;
        context.console.note(&next);
    }
    context.console.result(&said);
    Ok(Exit::Clean)
}
