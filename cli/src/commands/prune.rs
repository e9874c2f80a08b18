//! `schemactl prune`. In: the workspace and what the registry holds. Out: the versions that nobody needs there, shown, and deleted if that is asked
//! for and `check` finds no error.

use schemactl_check::Inspected;
use schemactl_push::{Expected, Plan, PlanOptions, Preview, Remote, plan_push};

use super::plan::{note_errors, note_missing_registry, read_push_preview, report_difference};
use super::push::{carry_out, report_outcome};
use crate::args::{PlanningArgs, PruneArgs};
use crate::checking::{Against, check_against};
use crate::console::Console;
use crate::context::Context;
use crate::environment::enter_and_name_environment;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::remote::Session;
use crate::report::full::describe_full;
use crate::report::{plan as render, text};
use crate::words::count_in_words;

pub(crate) fn run_prune(args: &PruneArgs, context: &Context) -> Result<Exit, Problem> {
    let mut workspace = context.workspace()?;
    let deletes = args.enable_deletes && !args.dry_run;
    let aws = enter_and_name_environment(&mut workspace, &args.aws, &context.console)?;
    let (report, checked) = check_against(&workspace, &Against::default(), context);
    if checked.is_none() && deletes {
        context
            .console
            .result(&text::render_text(&report, context.console.detail_of_reports()));
        return Ok(Exit::Findings);
    }
    let mut session = Session::open(context, &workspace, &aws)?;
    let (before, pruning) = if let Some(checked) = &checked {
        let snapshot = session.snapshot(&Expected::of(checked), true, &context.console)?;
        let remote = session.remote.describe();
        let plan = plan_push(checked, &snapshot, remote, PlanOptions::default());
        note_missing_registry(&plan, &session.remote, &context.console);
        (plan.conflicts().count(), Pruning::Checked(plan.pruning()))
    } else {
        let inspected = Inspected::of(&workspace, &report);
        let preview = read_push_preview(&inspected, &mut session, &PlanningArgs::default(), &context.console)?;
        note_missing_registry(&preview, &session.remote, &context.console);
        (preview.conflicts().count(), Pruning::Inspected(preview.pruning()))
    };
    let preview = pruning.preview();
    note_errors(&report, &context.console);
    if preview.is_empty() {
        let kept = count_in_words(workspace.manifest.registry.keep, "newest version");
        let full = preview.full.iter().map(describe_full);
        let full = full.fold(String::new(), |text, line| format!("{text}  ! {line}\n"));
        context.console.tell_done(&format!(
            "{}\n{full}nothing to prune: no schema has duplicate versions, or older ones than the {kept} to keep\n",
            preview.remote
        ));
        return Ok(report_difference(preview, &context.console));
    }
    let text = render::render_plan_text(preview);
    if deletes {
        context.console.tell_done(&text);
    } else {
        context.console.result(&text);
    }
    match &pruning {
        Pruning::Checked(plan) if deletes => {
            let outcome = carry_out(plan, &mut session, args.writing, &context.console)?;
            Ok(report_outcome(plan, None, &outcome, &context.console))
        }
        _ => {
            context.console.note(if args.enable_deletes {
                "nothing was deleted: leave out --dry-run to delete the versions"
            } else {
                "nothing was deleted: add --enable-deletes to delete the versions"
            });
            Ok(report_present(before, preview, &context.console))
        }
    }
}

/// Says what the registry differs in as long as nothing is deleted, and what of it the deletions correct.
fn report_present(conflicts: usize, pruned: &Preview, console: &Console) -> Exit {
    let corrected = conflicts - pruned.conflicts().count();
    let exit = report_difference(pruned, console);
    if corrected == 0 {
        return exit;
    }
    console.note(&format!(
        "the registry differs in {} that the deletions correct",
        count_in_words(corrected, "way")
    ));
    Exit::Differs
}

/// What a pruning would delete.
enum Pruning {
    /// It may be carried out.
    Checked(Plan),
    /// The workspace has errors: it is only shown.
    Inspected(Preview),
}

impl Pruning {
    fn preview(&self) -> &Preview {
        match self {
            Self::Checked(plan) => plan,
            Self::Inspected(preview) => preview,
        }
    }
}
