//! `schemactl push`

use schemactl_workspace::{Action, Outcome, Plan, Progress, Workspace, apply};

use super::check::write_lock;
use crate::args::Push;
use crate::console::Console;
use crate::context::{Context, checked};
use crate::exit::Exit;
use crate::interrupt::{self, Interrupt};
use crate::problem::{self, Problem};
use crate::remote::connect;
use crate::report::{count, plan as render, text};

pub(crate) fn run(args: &Push, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let (report, checked) = checked(&workspace, None);
    let Some(checked) = checked else {
        context.console.result(&text::render(&report, false));
        return Ok(Exit::Findings);
    };
    let remote = connect(context, &workspace, &args.aws)?;
    let plan = super::plan::make(&checked, &remote)?;
    let creates = plan
        .actions
        .iter()
        .any(|action| matches!(action, Action::CreateRegistry { .. }));
    if creates && !args.create_registry && !args.dry_run {
        return Err(Problem::usage(
            format!("the registry `{}` does not exist in {}", plan.registry, plan.remote),
            "create it with --create-registry, or correct its name in schemactl.toml",
        ));
    }
    context.console.result(&render::text(&plan));
    if args.dry_run {
        return Ok(Exit::Clean);
    }
    let (interrupt, _) = interrupt::watch();
    let outcome = apply(
        &plan,
        &remote,
        &mut Watch {
            console: &context.console,
            interrupt,
        },
    );
    record(&workspace, &plan, &outcome)?;
    Ok(tell(&plan, &outcome, &context.console))
}

/// What the registry holds is released: the lock file says so from now on.
fn record(workspace: &Workspace, plan: &Plan, outcome: &Outcome) -> Result<(), Problem> {
    let mut lock = workspace.lock.clone();
    let written = outcome.done.iter().filter_map(|(action, _)| action.version());
    let held = plan.unchanged.iter().map(|(event, version)| (event, version));
    for (event, version) in written.chain(held) {
        lock.record(event, version, workspace.events[event].versions[version].digest.clone());
    }
    write_lock(&lock, workspace)
}

fn tell(plan: &Plan, outcome: &Outcome, console: &Console) -> Exit {
    let done = format!("{} of {} made", outcome.done.len(), count(plan.actions.len(), "write"));
    if let Some((action, error)) = &outcome.failed {
        console.diagnostic(&problem::remote(error).note(format!("failed: {}", action.describe())));
        console.result(&format!("{done}\n"));
        for action in &outcome.not_tried {
            console.result(&format!("  not tried: {}\n", action.describe()));
        }
        return if outcome.done.is_empty() {
            Exit::Remote
        } else {
            Exit::Partly
        };
    }
    if !plan.is_empty() {
        console.result(&format!("{done}, and read back\n"));
    }
    if outcome.not_tried.is_empty() {
        return Exit::Clean;
    }
    console.note("interrupted: run the push again to make the others");
    Exit::Interrupted
}

struct Watch<'c> {
    console: &'c Console,
    interrupt: Interrupt,
}

impl Progress for Watch<'_> {
    fn started(&mut self, index: usize, total: usize, action: &Action) {
        self.console
            .detail(&format!("{}/{total} {}", index + 1, action.describe()));
    }

    fn finished(&mut self, _: usize, _: usize, _: &Action) {}

    fn interrupted(&self) -> bool {
        self.interrupt.is_set()
    }
}
