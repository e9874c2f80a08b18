//! `schemactl status`

use std::fmt::Write as _;

use schemactl_workspace::{Action, Drift, Plan};

use crate::args::Status;
use crate::context::{Context, checked};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::connect;
use crate::report::plan::describe;
use crate::report::{count, text};

pub(crate) fn run(args: &Status, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let (report, checked) = checked(&workspace, None);
    let Some(checked) = checked else {
        context.console.result(&text::render(&report, false));
        return Ok(Exit::Findings);
    };
    let remote = connect(context, &workspace, &args.aws)?;
    context.console.result(&render(&super::plan::make(&checked, &remote)?));
    Ok(Exit::Clean)
}

fn render(plan: &Plan) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for (event, version) in &plan.unchanged {
        lines.push((format!("{event}@{version}"), "registered".to_owned()));
    }
    for (event, version) in plan.actions.iter().filter_map(Action::version) {
        lines.push((format!("{event}@{version}"), "not registered".to_owned()));
    }
    for drift in &plan.drift {
        if let Drift::Changed { event, version, .. } = drift {
            lines.push((
                format!("{event}@{version}"),
                "registered with another schema".to_owned(),
            ));
        }
    }
    lines.sort();
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = format!("{}\n", plan.remote);
    for (name, state) in &lines {
        writeln!(text, "  {name:<width$}  {state}").expect("writing to a string cannot fail");
    }
    for drift in &plan.drift {
        writeln!(text, "  ! {}", describe(drift)).expect("writing to a string cannot fail");
    }
    let open = plan.actions.iter().filter(|action| action.version().is_some()).count();
    writeln!(
        text,
        "{} registered, {open} not",
        count(plan.unchanged.len(), "version")
    )
    .expect("writing to a string cannot fail");
    text
}
