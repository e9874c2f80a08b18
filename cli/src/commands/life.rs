//! What `retire`, `move` and `hotfix` share: who decides, and the record in schemactl.lock.

use schemactl_model::EventName;
use schemactl_workspace::{LifeError, LifeRecord, LifeStep, Workspace};

use super::accept::git_author;
use super::check::write_lock;
use crate::args::Decision;
use crate::context::Context;
use crate::problem::Problem;

/// Creates the record of a step.
pub(super) fn create_record(
    workspace: &Workspace,
    context: &Context,
    (event, step): (EventName, LifeStep),
    decision: &Decision,
) -> Result<LifeRecord, Problem> {
    let reason = decision.reason.trim();
    if reason.is_empty() {
        return Err(Problem::usage(
            "a record needs a reason",
            "write --reason 'why it is done'",
        ));
    }
    let author = decision.author.clone().or_else(|| git_author(&workspace.root));
    let author = author.filter(|author| !author.trim().is_empty()).ok_or_else(|| {
        Problem::usage(
            "a record needs an author, and git knows no name here",
            "write --author NAME, or set it with `git config user.name NAME`",
        )
    })?;
    Ok(LifeRecord::new(
        event,
        step,
        context.today(),
        author.trim().to_owned(),
        reason.to_owned(),
    ))
}

/// Writes the lock with a record.
pub(super) fn write_record(workspace: &Workspace, context: &Context, record: LifeRecord) -> Result<(), Problem> {
    let mut lock = workspace.lock.clone();
    lock.add_record(record);
    write_lock(lock, workspace, &context.console)
}

/// A step that cannot be recorded, with what to do in its place.
pub(super) fn step_problem(error: &LifeError) -> Problem {
    let help = match error {
        LifeError::UnknownEvent { .. } => "write the name of a folder below schemas/, or one that schemactl.lock names".to_owned(),
        LifeError::AmbiguousEvent { .. } => "write the namespace too".to_owned(),
        LifeError::NeverReleased { .. } => {
            "what was never released can be edited, renamed or deleted; if it is published, run `schemactl check --release` first"
                .to_owned()
        }
        LifeError::AlreadyOver { record, .. } => match &record.step {
            LifeStep::Moved { to, .. } => format!("run the command for {to}"),
            _ => "the record stands in schemactl.lock; nothing has to be done again".to_owned(),
        },
        LifeError::WrongReference { .. } => "`schemactl status` lists events and versions".to_owned(),
        LifeError::NoSchema { event, version } => format!(
            "restore schemas/{event}/{version}.json and correct it; to end the version's life, run `schemactl retire {event}@{}`",
            version.major()
        ),
        LifeError::NotChanged { event, version, .. } => {
            format!("correct schemas/{event}/{version}.json first, then record the hotfix")
        }
        LifeError::TargetExists { .. } => "choose a name that no event has or had".to_owned(),
        LifeError::IdentityTaken { .. } => "choose another --source or --detail-type".to_owned(),
        LifeError::NothingMoves { .. } => "name another event, or a new --source or --detail-type".to_owned(),
        LifeError::NotTheSame { to, .. } => {
            format!("restore the schema in schemas/{to} as it was; a change is a new version")
        }
        _ => "run `schemactl check`".to_owned(),
    };
    Problem::usage(error.to_string(), help)
}
