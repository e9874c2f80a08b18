//! `schemactl plan`

use schemactl_workspace::{Checked, Plan as PlanOfPush, Remote, plan};

use crate::args::{Format, Plan};
use crate::context::{Context, checked};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::connect;
use crate::report::{json, plan as render, text};

pub(crate) fn run(args: &Plan, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let (report, checked) = checked(&workspace, None);
    let Some(checked) = checked else {
        context.console.result(&match args.format {
            Format::Text => text::render(&report, false),
            Format::Json => json::render(&report),
        });
        return Ok(Exit::Findings);
    };
    let remote = connect(context, &workspace, &args.aws)?;
    let plan = make(&checked, &remote)?;
    context.console.result(&match args.format {
        Format::Text => render::text(&plan),
        Format::Json => render::json(&plan),
    });
    Ok(if args.detailed_exitcode && !plan.is_empty() {
        Exit::Changes
    } else {
        Exit::Clean
    })
}

/// The plan against what the remote holds now.
pub(super) fn make(checked: &Checked<'_>, remote: &dyn Remote) -> Result<PlanOfPush, Problem> {
    let snapshot = remote.snapshot()?;
    Ok(plan(checked, &snapshot, remote.describe()))
}
