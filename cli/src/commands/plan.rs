//! `schemactl plan`

use schemactl_check::{Checked, Inspected, Report, Severity, write_atomic};
use schemactl_eventbridge::EventBridge;
use schemactl_push::{
    Action, Expected, Plan as PlanOfPush, PlanOptions, Preview, Remote, RepairOptions, RoomMaking, plan_with_repairs,
    preview_push,
};
use schemactl_workspace::Workspace;

use crate::args::{OutputFormat, PlanArgs, PlanningArgs};
use crate::checking::{Against, check_against};
use crate::console::Console;
use crate::context::{Context, load_for_preview, tell_unread_files};
use crate::environment::enter_and_name_environment;
use crate::event_selection::{note_errors_elsewhere, select_events};
use crate::exit::Exit;
use crate::past_releases::{note_undeleted, read_past_releases};
use crate::problem::Problem;
use crate::remote::{KnownRegistries, Session};
use crate::report::drift::advise_on_conflicts;
use crate::report::full::advise_on_room;
use crate::report::plan as render;
use crate::report::plan::SavedOptions;
use crate::words::count_in_words;

pub(crate) fn run_plan(args: &PlanArgs, context: &Context) -> Result<Exit, Problem> {
    let (mut workspace, unread) = load_for_preview(context, args.planning.allow_widening)?;
    let done = plan_workspace(args, &mut workspace, context);
    tell_unread_files(unread.as_ref(), done, &context.console)
}

fn plan_workspace(args: &PlanArgs, workspace: &mut Workspace, context: &Context) -> Result<Exit, Problem> {
    if args.planning.enable_deletes {
        read_past_releases(workspace)?;
    }
    let aws = enter_and_name_environment(workspace, &args.aws, &context.console)?;
    select_events(workspace, &args.planning.events)?;
    let (report, checked) = check_against(workspace, &Against::default(), context);
    let mut session = Session::open(context, workspace, &aws)?;
    let plan = match &checked {
        Some(checked) => make_plan(checked, &mut session, &args.planning, &context.console)?.into_preview(),
        None => read_push_preview(
            &Inspected::of(workspace, &report),
            &mut session,
            &args.planning,
            &context.console,
        )?,
    };
    show_plan(args, &plan, (workspace, checked.is_some()), context)?;
    note_missing_registry(&plan, &session.remote, &context.console);
    if args.planning.enable_deletes {
        note_undeleted(&plan, workspace, &context.console);
    }
    if checked.is_none() {
        if let Some(file) = &args.file {
            context.console.note(&format!("{} is not written", file.display()));
        }
        note_errors(&report, &context.console);
        let exit = if report.has_errors() {
            Exit::Findings
        } else {
            Exit::Clean
        };
        return Ok(exit);
    }
    note_errors_elsewhere(&report, &context.console);
    // A push of it would be refused before its first write: these changes are not made.
    if args.detailed_exitcode {
        require_room(&plan)?;
    }
    Ok(
        match (args.detailed_exitcode, report_difference(&plan, &context.console)) {
            (false, _) => Exit::Clean,
            (true, Exit::Clean) if !plan.is_empty() => Exit::Changes,
            (true, differs) => differs,
        },
    )
}

/// Prints a plan, and saves it if that is asked for and it can be pushed.
fn show_plan(
    args: &PlanArgs,
    plan: &Preview,
    (workspace, is_checked): (&Workspace, bool),
    context: &Context,
) -> Result<(), Problem> {
    let widening = workspace.manifest.registry.allow_widening;
    let json = render::render_plan_as_json(
        plan,
        SavedOptions::new(
            plan_options_of(&args.planning),
            repair_options_of(&args.planning),
            widening,
            workspace,
        ),
    );
    if let Some(file) = args.file.as_ref().filter(|_| is_checked) {
        write_atomic(file, json.as_bytes()).map_err(|error| Problem::File {
            path: file.clone(),
            what: "write",
            error,
        })?;
    }
    match args.format {
        OutputFormat::Text => context.console.result(&render::render_plan_text(plan)),
        OutputFormat::Json => context.console.json(&json),
    }
    Ok(())
}

/// Says why a push of what was shown is refused.
pub(super) fn note_errors(report: &Report, console: &Console) {
    let errors = report.count(Severity::Error);
    if errors > 0 {
        let found = count_in_words(errors, "error");
        console.note(&format!(
            "`schemactl check` finds {found} in the workspace; nothing is written to the registry until they are corrected or accepted"
        ));
    }
}

/// What a push would do if the check had found nothing: to be read.
pub(super) fn read_push_preview(
    inspected: &Inspected<'_>,
    session: &mut Session,
    planning: &PlanningArgs,
    console: &Console,
) -> Result<Preview, Problem> {
    let snapshot = session.snapshot(&Expected::of(inspected), true, console)?;
    let (options, repairs) = (plan_options_of(planning), repair_options_of(planning));
    let remote = session.remote.describe();
    Ok(preview_push(inspected, &snapshot, remote, options, repairs))
}

/// Says that the registry of a plan does not exist: its name may be mistyped, and then nothing else that is said of it helps.
///
/// Returns whether it looks mistyped.
pub(super) fn note_missing_registry(plan: &Preview, remote: &EventBridge, console: &Console) -> bool {
    let is_missing = (plan.actions.iter()).any(|action| matches!(action, Action::CreateRegistry { .. }));
    if is_missing {
        let known = KnownRegistries::list(remote);
        let advice = known.as_ref().and_then(|known| known.advise_on(&plan.registry));
        let correct = advice.map_or_else(String::new, |advice| {
            format!(", or correct its name in schemactl.toml: {advice}")
        });
        console.note(&format!(
            "the registry `{}` does not exist: create it with `schemactl push --create-registry`{correct}",
            plan.registry
        ));
        return known.is_some_and(|known| known.find_meant(&plan.registry).is_some());
    }
    false
}

pub(super) fn repair_options_of(planning: &PlanningArgs) -> RepairOptions {
    RepairOptions {
        repair: planning.repair,
        adopt: planning.adopt,
    }
}

pub(super) fn plan_options_of(planning: &PlanningArgs) -> PlanOptions {
    PlanOptions {
        deletes: planning.enable_deletes,
        refresh_tags: planning.refresh_tags,
    }
}

/// The plan against what the remote holds now.
pub(super) fn make_plan(
    checked: &Checked<'_>,
    session: &mut Session,
    planning: &PlanningArgs,
    console: &Console,
) -> Result<PlanOfPush, Problem> {
    // What may be deleted, replaced or taken over has to be known, not concluded.
    let full = planning.full || planning.enable_deletes || planning.repair || planning.adopt;
    let snapshot = session.snapshot(&Expected::of(checked), full, console)?;
    let (options, repairs) = (plan_options_of(planning), repair_options_of(planning));
    Ok(plan_with_repairs(
        checked,
        &snapshot,
        session.remote.describe(),
        options,
        repairs,
    ))
}

/// Says what the registry still differs in after everything was written.
pub(super) fn report_difference(plan: &Preview, console: &Console) -> Exit {
    let advice = advise_on_conflicts(plan);
    if advice.is_empty() {
        return Exit::Clean;
    }
    console.note(advice.trim_end());
    Exit::Differs
}

/// Refuses a plan that a full schema stops before its first write: one in which something makes room.
pub(super) fn require_room(plan: &Preview) -> Result<(), Problem> {
    let full: Vec<_> = (plan.full.iter())
        .filter(|full| full.room != RoomMaking::Nothing)
        .collect();
    if full.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = full.iter().map(|full| full.schema.as_str()).collect();
    Err(Problem::usage(
        format!("no room for new versions in {}", names.join(", ")),
        advise_on_room(full.iter().map(|full| full.room)),
    ))
}
