//! `schemactl prune`

use schemactl_check::Inspected;
use schemactl_push::{Expected, PlanOptions, Preview, Remote, plan_push};

use super::plan::{look_at_push, note_missing_registry, tell_errors};
use super::push::{carry_out, report_difference, report_outcome};
use crate::args::{PlanningArgs, PruneArgs};
use crate::context::{Against, Context, check_against};
use crate::environment::enter_environment;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::Session;
use crate::report::{count_in_words, plan as render, text};

pub(crate) fn run_prune(args: &PruneArgs, context: &Context) -> Result<Exit, Problem> {
    let mut workspace = context.workspace()?;
    let aws = enter_environment(&mut workspace, &args.aws)?;
    let (report, checked) = check_against(&workspace, &Against::default(), context);
    if checked.is_none() && args.enable_deletes {
        context
            .console
            .result(&text::render_text(&report, context.console.detail_of_reports()));
        return Ok(Exit::Findings);
    }
    let mut session = Session::open(context, &workspace, &aws)?;
    let plan = match &checked {
        Some(checked) => {
            let snapshot = session.snapshot(&Expected::of(checked), true, &context.console)?;
            Some(plan_push(
                checked,
                &snapshot,
                session.remote.describe(),
                PlanOptions::default(),
            ))
        }
        None => None,
    };
    let preview = if let Some(plan) = &plan {
        Preview::clone(plan)
    } else {
        let inspected = Inspected::of(&workspace, &report);
        look_at_push(&inspected, &mut session, &PlanningArgs::default(), &context.console)?
    };
    note_missing_registry(&preview, &context.console);
    let preview = preview.pruning();
    tell_errors(&report, &context.console);
    if preview.is_empty() {
        let kept = count_in_words(workspace.manifest.registry.keep, "version");
        context.console.result(&format!(
            "{}\nnothing to prune: no schema has a version twice, or more than the {kept} that are kept\n",
            preview.remote
        ));
        return Ok(report_difference(&preview, &context.console));
    }
    context.console.result(&render::text(&preview));
    let Some(plan) = plan.filter(|_| args.enable_deletes) else {
        context
            .console
            .note("nothing was deleted: add --enable-deletes to do it");
        return Ok(Exit::Clean);
    };
    let plan = plan.pruning();
    let outcome = carry_out(&plan, &mut session, args.writing, &context.console)?;
    Ok(report_outcome(&plan, None, &outcome, &context.console))
}
