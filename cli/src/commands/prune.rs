//! `schemactl prune`

use schemactl_workspace::{Expected, PlanOptions, Remote, plan};

use super::push::{carry_out, differs, tell};
use crate::args::Prune;
use crate::context::{Against, Context, checked};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::Session;
use crate::report::{count, plan as render, text};

pub(crate) fn run(args: &Prune, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let (report, checked) = checked(&workspace, &Against::default(), context);
    let Some(checked) = checked else {
        context
            .console
            .result(&text::render(&report, context.console.detail_of_reports()));
        return Ok(Exit::Findings);
    };
    let mut session = Session::open(context, &workspace, &args.aws)?;
    let snapshot = session.snapshot(&Expected::of(&checked), true, &context.console)?;
    let plan = plan(&checked, &snapshot, session.remote.describe(), PlanOptions::default()).pruning();
    if plan.is_empty() {
        let kept = count(workspace.manifest.registry.keep, "version");
        context.console.result(&format!(
            "{}\nnothing to prune: no schema has a version twice, or more than the {kept} that are kept\n",
            plan.remote
        ));
        return Ok(differs(&plan, &context.console));
    }
    context.console.result(&render::text(&plan));
    if !args.enable_deletes {
        context
            .console
            .note("nothing was deleted: add --enable-deletes to do it");
        return Ok(Exit::Clean);
    }
    let outcome = carry_out(&plan, &mut session, args.writing, &context.console)?;
    Ok(tell(&plan, &outcome, &context.console))
}
