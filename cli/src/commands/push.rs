//! `schemactl push`

mod adoption;
mod clean;
mod plan_file;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use schemactl_check::{Checked, Report};
use schemactl_model::{EventName, spell_out_line};
use schemactl_push::{Action, Applying, Drift, Outcome, Plan, PushEnd, RemoteError, apply_plan};
use schemactl_workspace::Workspace;

use adoption::{adopt_sound_events, find_faulty_events};

use super::plan::{make_plan, report_difference, require_room};
use crate::advice;
use crate::args::{AwsArgs, PlanningArgs, PushArgs, WritingArgs};
use crate::checking::{Against, check_against};
use crate::confirm::confirm_deletions;
use crate::console::Console;
use crate::context::{Context, load_for_push};
use crate::diagnostic::Diagnostic;
use crate::environment::enter_and_name_environment;
use crate::event_selection::{note_errors_elsewhere, select_events};
use crate::exit::Exit;
use crate::git_files::write_git_files;
use crate::interrupt;
use crate::lock_file::{require_kept_lock, write_lock};
use crate::lost_versions::{list_seen, note_seen};
use crate::past_releases::{note_undeleted, read_past_releases};
use crate::problem::{self, Problem};
use crate::progress::Bar;
use crate::remote::{Session, advise_on_registry};
use crate::report::drift::describe_drift;
use crate::report::{plan as render, text};
use crate::words::count_in_words;

pub(crate) fn run_push(args: &PushArgs, context: &Context) -> Result<Exit, Problem> {
    let saved = args.plan_file.as_deref().map(plan_file::read_plan_file).transpose()?;
    let planning = match &saved {
        Some(saved) => plan_file::planning_of_file(saved, &args.planning)?,
        None => args.planning.clone(),
    };
    let mut workspace = load_for_push(context, planning.allow_widening)?;
    require_kept_lock(&workspace)?;
    if planning.enable_deletes {
        read_past_releases(&mut workspace)?;
    }
    let aws = enter_and_name_environment(&mut workspace, &args.aws, &context.console)?;
    select_events(&mut workspace, &planning.events)?;
    let (report, checked) = check_against(&workspace, &Against::default(), context);
    let Some(checked) = checked else {
        context
            .console
            .result(&text::render_text(&report, context.console.detail_of_reports()));
        return adopt_others(args, &planning, (&workspace, &report), &aws, context);
    };
    note_errors_elsewhere(&report, &context.console);
    let mut session = Session::open(context, &workspace, &aws)?;
    let plan = plan(&checked, &mut session, &planning, args, &context.console)?;
    if let (Some(path), Some(saved)) = (&args.plan_file, &saved) {
        plan_file::require_same_plan(path, saved, (&workspace, &plan))?;
    }
    let text = render::render_plan_text(&plan);
    // What a push does not correct is why it ends as it does.
    if args.dry_run || plan.conflicts().next().is_some() {
        context.console.result(&text);
    } else {
        context.console.tell_done(&text);
    }
    if planning.enable_deletes {
        note_undeleted(&plan, &workspace, &context.console);
    }
    note_first_identities(&workspace, &plan, &context.console);
    note_seen(&list_seen(&plan, &session.cache), &context.console);
    require_room(&plan)?;
    if args.dry_run {
        return Ok(report_difference(&plan, &context.console));
    }
    clean::review_state(&workspace, &plan, args.require_clean, &context.console)?;
    adoption::record_types(&workspace, &plan, &context.console)?;
    let outcome = carry_out(&plan, &mut session, args.writing, &context.console)?;
    session.cache.note_held(&plan.unchanged);
    session.note(&context.console);
    let after = look_again(&checked, &mut session, &planning, &outcome, &context.console);
    record(&workspace, &plan, after.as_ref(), &outcome, &context.console)?;
    Ok(report_outcome(&plan, after.as_ref(), &outcome, &context.console))
}

/// Says which source and detail-type become part of the release with a push: those of adopted events may have been guessed, and are final after it.
fn note_first_identities(workspace: &Workspace, plan: &Plan, console: &Console) {
    let written: BTreeSet<&EventName> = plan
        .actions
        .iter()
        .filter_map(|action| Some(action.version()?.0))
        .collect();
    let is_open = |event: &&&EventName| {
        let released = workspace.lock.released(event);
        let is_adopted = released.is_some_and(|released| released.is_only_adopted() && released.identity.is_none());
        is_adopted && !plan.named.contains(*event)
    };
    for event in written.iter().filter(is_open) {
        let settings = &workspace.events[*event].settings;
        console.note(&format!(
            "{event}: this push releases source `{}` and detail-type `{}` of event.toml, which no version in the registry names; after it, only \
             `schemactl move` changes them",
            spell_out_line(&settings.source),
            spell_out_line(&settings.detail_type)
        ));
    }
}

/// What a push does to a workspace with errors: nothing, unless it only adopts. Then the events without errors are adopted.
fn adopt_others(
    args: &PushArgs,
    planning: &PlanningArgs,
    (workspace, report): (&Workspace, &Report),
    aws: &AwsArgs,
    context: &Context,
) -> Result<Exit, Problem> {
    let only_adopts = planning.adopt && !planning.repair && args.plan_file.is_none();
    let faulty = find_faulty_events(report).filter(|faulty| only_adopts && faulty.len() < workspace.events.len());
    let Some(faulty) = faulty else {
        return Ok(Exit::Findings);
    };
    let mut session = Session::open(context, workspace, aws)?;
    let planning = (planning, args.dry_run);
    adopt_sound_events((workspace, report), &faulty, planning, &mut session, &context.console)
}

/// The plan that is left where others have written at the same time: what the registry holds then decides, whichever call has noticed them.
/// `None` where nobody has, or where it cannot be read.
fn look_again(
    checked: &Checked<'_>,
    session: &mut Session,
    planning: &PlanningArgs,
    outcome: &Outcome,
    console: &Console,
) -> Option<Plan> {
    if !outcome.has_concurrent_writes() {
        return None;
    }
    let planning = PlanningArgs {
        full: true,
        repair: false,
        ..planning.clone()
    };
    make_plan(checked, session, &planning, console).ok()
}

fn plan(
    checked: &Checked<'_>,
    session: &mut Session,
    planning: &PlanningArgs,
    args: &PushArgs,
    console: &Console,
) -> Result<Plan, Problem> {
    let plan = make_plan(checked, session, planning, console)?;
    let creates = (plan.actions.iter()).any(|action| matches!(action, Action::CreateRegistry { .. }));
    if creates && !args.create_registry && !args.dry_run {
        let known = advise_on_registry(&plan.registry, &session.remote);
        let known = known.map_or_else(String::new, |known| format!(": {known}"));
        return Err(Problem::usage(
            format!("the registry `{}` does not exist in {}", plan.registry, plan.remote),
            format!("create it with --create-registry, or correct its name in schemactl.toml{known}"),
        ));
    }
    Ok(plan)
}

/// Makes the writes of a plan, and notes what the registry holds then.
pub(super) fn carry_out(
    plan: &Plan,
    session: &mut Session,
    writing: WritingArgs,
    console: &Console,
) -> Result<Outcome, Problem> {
    confirm_deletions(plan, writing.yes, console)?;
    session.limit(writing.rate);
    let (interrupt, _) = interrupt::watch_for_interrupt();
    let bar = Bar::new(plan.actions.len(), console);
    let outcome = apply_plan(
        plan,
        &session.remote,
        &Applying {
            patience: &session.patience,
            stop: interrupt.flag(),
            progress: &bar,
        },
    );
    bar.finish();
    session.cache.update(&outcome);
    session.note(console);
    Ok(outcome)
}

/// What the registry holds is released: the lock file says so from now on.
fn record(
    workspace: &Workspace,
    plan: &Plan,
    after: Option<&Plan>,
    outcome: &Outcome,
    console: &Console,
) -> Result<(), Problem> {
    let mut lock = workspace.lock.clone();
    for (event, version) in &plan.adopted {
        lock.adopt(event, version);
    }
    let written = outcome.done.iter().filter_map(|done| done.action.version());
    let written: Vec<_> = written.collect();
    let later = after.map_or(&[][..], |after| after.unchanged.as_slice());
    let held = plan
        .unchanged
        .iter()
        .chain(later)
        .map(|(event, version)| (event, version));
    for (event, version) in written.iter().copied().chain(held) {
        let event = &workspace.events[event];
        let digest = event.versions[version].digest.clone();
        // What others registered may have an identity that is only guessed.
        let is_certain = plan.named.contains(&event.name) || written.contains(&(&event.name, version));
        let identity = is_certain.then(|| event.identity());
        lock.record(&event.name, version, digest, identity.as_ref());
    }
    if !plan.adopted.is_empty() {
        write_git_files(&workspace.root, console)?;
    }
    let changed = lock.to_text() != workspace.lock.to_text();
    write_lock(lock, workspace, console)?;
    if changed {
        console.note("schemactl.lock has changed: commit it, so that every branch has the list of released versions");
    }
    Ok(())
}

/// Says what was done; after a failure or an interruption, of each write what became of it. `after` is what is left where others wrote too.
pub(super) fn report_outcome(plan: &Plan, after: Option<&Plan>, outcome: &Outcome, console: &Console) -> Exit {
    let unconfirmed = outcome.unconfirmed.len();
    let already = outcome.done.iter().filter(|done| done.already).count();
    let made = outcome.done.len() - already + unconfirmed;
    let mut done = format!("{made} of {} made", count_in_words(plan.actions.len(), "write"));
    if already > 0 {
        write!(done, ", {already} already there").expect("writing to a string cannot fail");
    }
    if unconfirmed > 0 {
        write!(done, ", {unconfirmed} not confirmed").expect("writing to a string cannot fail");
    }
    let end = outcome.end(plan, after);
    if outcome.failed.is_empty() && outcome.not_tried.is_empty() {
        if !plan.is_empty() {
            console.tell_done(&format!("{done}, and read back\n"));
        }
    } else {
        if end != PushEnd::Whole {
            complain(plan, outcome, console);
        }
        console.result(&list_writes(&done, outcome));
    }
    if let Some(after) = after {
        console.note(&tell_race(end, after));
        console.result(&list_new_conflicts(plan, after));
    }
    match end {
        PushEnd::Whole => Exit::Clean,
        PushEnd::Differs => report_difference(after.unwrap_or(plan), console),
        PushEnd::Partly => Exit::Partly,
        PushEnd::Refused => Exit::Remote,
        PushEnd::Interrupted => {
            console.note("interrupted: run the push again to make the others");
            Exit::Interrupted
        }
    }
}

/// A line for each conflict that the plan did not know yet.
fn list_new_conflicts(plan: &Plan, after: &Plan) -> String {
    let is_new = |drift: &&Drift| !plan.drift.contains(drift);
    let new = after.conflicts().filter(is_new);
    new.fold(String::new(), |lines, drift| {
        lines + "  ! " + &describe_drift(drift) + "\n"
    })
}

/// What the registry holds after others have written to it during the push.
fn tell_race(end: PushEnd, after: &Plan) -> String {
    let what = match end {
        PushEnd::Whole => "it holds every version of the workspace".to_owned(),
        PushEnd::Differs => "it holds something that contradicts the workspace".to_owned(),
        _ => format!(
            "{} left: run the push again",
            count_in_words(after.actions.len(), "write")
        ),
    };
    format!("others changed the same schemas during this push; the registry was read again after it: {what}")
}

fn list_writes(done: &str, outcome: &Outcome) -> String {
    let mut list = format!("{done}\n");
    let failed = outcome.failed.iter();
    let state = |already| if already { "already there" } else { "done" };
    let lines = (outcome.done.iter().map(|done| (state(done.already), &done.action)))
        .chain(failed.map(|(action, _)| (failed_state(outcome, action), action)))
        .chain(outcome.not_tried.iter().map(|action| ("not tried", action)));
    for (state, action) in lines {
        writeln!(list, "  {state}: {}", action.describe()).expect("writing to a string cannot fail");
    }
    list
}

/// What is said of a write that failed. The registry may hold it all the same.
fn failed_state(outcome: &Outcome, action: &Action) -> &'static str {
    if outcome.unconfirmed.contains(action) {
        "not confirmed"
    } else {
        "failed"
    }
}

/// Says of each failure what it is; of a quota that is reached once, and for how many writes.
fn complain(plan: &Plan, outcome: &Outcome, console: &Console) {
    let alike = |one: &(Action, RemoteError), other: &(Action, RemoteError)| {
        one.1.is_quota() && other.1.is_quota() && one.1.operation == other.1.operation
    };
    for (index, failed) in outcome.failed.iter().enumerate() {
        if outcome.failed[..index].iter().any(|before| alike(before, failed)) {
            continue;
        }
        let more = outcome.failed[index + 1..]
            .iter()
            .filter(|later| alike(failed, later))
            .count();
        let (action, error) = failed;
        let more = if more == 0 {
            String::new()
        } else {
            format!(", and {} more", count_in_words(more, "write"))
        };
        let diagnostic = if error.is_quota() {
            Diagnostic::error(error.to_string()).help(advice::advise_on_quota(plan, action))
        } else {
            problem::diagnose_remote_error(error)
        };
        console.diagnostic(&diagnostic.note(format!(
            "{}: {}{more}",
            failed_state(outcome, action),
            action.describe()
        )));
    }
}
