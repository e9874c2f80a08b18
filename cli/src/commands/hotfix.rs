//! `schemactl hotfix`

use schemactl_check::hotfix_version;
use schemactl_workspace::LifeStep;

use super::life::{Releases, create_record, step_problem};
use crate::args::HotfixArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run_hotfix(args: &HotfixArgs, context: &Context) -> Result<Exit, Problem> {
    let releases = Releases::read(context, &args.decision, &[&args.version])?;
    let workspace = &releases.workspace;
    let (event, step) = hotfix_version(workspace, &args.version).map_err(|error| step_problem(&error))?;
    let LifeStep::Hotfix { version, before, after } = &step else {
        return Err(Problem::usage("nothing to correct", "run `schemactl check`"));
    };
    let said = format!(
        "{event}@{version}: {} → {} in schemactl.lock\n",
        before.short(),
        after.short()
    );
    let record = create_record(workspace, context, (event, step), &args.decision)?;
    let note = if args.decision.dry_run {
        "nothing was written"
    } else {
        releases.write_record(context, record)?;
        "next: schemactl check --against, which compares the corrected schema with its other versions"
    };
    if args.decision.dry_run {
        context.console.result(&said);
    } else {
        context.console.tell_done(&said);
    }
    context.console.note(note);
    Ok(Exit::Clean)
}
