//! What `retire`, `move` and `hotfix` share: what is released, who decides, and the record in schemactl.lock.

use schemactl_check::{LifeError, add_base_releases};
use schemactl_model::{EventName, EventRef};
use schemactl_workspace::{EarlierState, LifeRecord, LifeStep, Lock, Workspace};

use super::accept::git_author;
use crate::args::{DecisionArgs, MAIN_BRANCH, NO_BASELINE};
use crate::baseline::{self, Baseline};
use crate::context::Context;
use crate::lock_file::{require_one_lock, write_lock};
use crate::problem::Problem;

/// A workspace whose lock knows what the base has released without a line in it.
pub(super) struct Releases {
    pub(super) workspace: Workspace,
    /// The lock as it is in the file, with seals of today.
    lock: Lock,
    /// What the base is called, if one was read.
    base: Option<String>,
}

impl Releases {
    /// Reads the workspace, and of the base what it has released of the events that are named.
    pub(super) fn read(context: &Context, decision: &DecisionArgs, named: &[&EventRef]) -> Result<Self, Problem> {
        let mut workspace = context.workspace()?;
        require_one_lock(&workspace.lock)?;
        let lock = workspace.lock.clone();
        // Records are taken back by their seals, which are those that the file will have.
        workspace.lock.renew_seals();
        let base = match &decision.against {
            Some(name) if name == NO_BASELINE => None,
            Some(name) => Some(baseline::read_baseline(&workspace, &context.check_start(), name)?),
            // Without a repository, or a main branch in it, the lock alone says what is released.
            None => baseline::read_baseline(&workspace, &context.check_start(), MAIN_BRANCH).ok(),
        };
        if let Some(base) = &base {
            let state: &EarlierState = base.as_base().tip;
            for reference in named {
                add_base_releases(&mut workspace, state, reference);
            }
        }
        Ok(Self {
            workspace,
            lock,
            base: base.as_ref().map(Baseline::name).map(str::to_owned),
        })
    }

    /// Writes the lock with a record, and with lines for what it is about and only the base has.
    pub(super) fn write_record(self, context: &Context, record: LifeRecord) -> Result<(), Problem> {
        let Self {
            workspace,
            mut lock,
            base,
        } = self;
        let versions = lock.record_missing(&workspace.lock, &record);
        let names: Vec<_> = versions
            .iter()
            .map(|version| format!("{}@{version}", record.event))
            .collect();
        lock.add_record(record);
        write_lock(lock, &workspace, &context.console)?;
        if !names.is_empty() {
            context.console.note(&format!(
                "schemactl.lock: had no line of {}; recorded as {} released",
                names.join(", "),
                base.map_or_else(|| "the base has it".to_owned(), |base| format!("{base} has")),
            ));
        }
        Ok(())
    }
}

/// Creates the record of a step.
pub(super) fn create_record(
    workspace: &Workspace,
    context: &Context,
    (event, step): (EventName, LifeStep),
    decision: &DecisionArgs,
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
            "a record needs an author, and git has no user.name here",
            "write --author NAME, or set it with `git config user.name NAME`",
        )
    })?;
    let record = LifeRecord::new(
        event,
        step,
        context.today(),
        author.trim().to_owned(),
        reason.to_owned(),
    );
    // The same line twice is one line, and one that was taken back would stay so.
    if workspace.lock.has_record(&record) {
        return Err(Problem::usage(
            "schemactl.lock already has this record, and it was undone",
            "give a different --reason",
        ));
    }
    Ok(record)
}

/// A step that cannot be recorded, with what to do in its place.
pub(super) fn step_problem(error: &LifeError) -> Problem {
    let help = match error {
        LifeError::UnknownEvent { .. } => "write the name of a folder below schemas/, or one that schemactl.lock names".to_owned(),
        LifeError::AmbiguousEvent { .. } => "write the namespace too".to_owned(),
        LifeError::NeverReleased { .. } => {
            "a version that was never released can be edited, renamed or deleted; versions that a branch released without a line in the lock are found with `--against BRANCH`"
                .to_owned()
        }
        LifeError::AlreadyOver { record, .. } => match &record.step {
            LifeStep::Moved { to, .. } => format!("run the command for {to}"),
            _ => format!(
                "schemactl.lock has the record; `schemactl retire {} --undo --reason …` undoes it",
                record.event
            ),
        },
        LifeError::WrongReference { .. } => "schemactl.lock lists the released versions, and the folder of the event below schemas/ all of them".to_owned(),
        LifeError::NoSchema { event, version } => format!(
            "restore schemas/{event}/{version}.json and correct it; to retire the version, run `schemactl retire {event}@{}`",
            version.major()
        ),
        LifeError::NotChanged { event, version, .. } => {
            format!("correct schemas/{event}/{version}.json first, then record the hotfix")
        }
        LifeError::TargetExists { .. } => {
            "choose a name that no event has or had; `schemactl move OLD NEW --undo` undoes a move".to_owned()
        }
        LifeError::NothingToUndo { .. } => "`--undo` undoes what `schemactl retire` or `schemactl move OLD NEW` recorded in schemactl.lock".to_owned(),
        LifeError::NothingLeft { to, .. } => format!("`schemactl retire {to} --reason …` ends the other one"),
        LifeError::IdentityTaken { .. } => "choose another --source or --detail-type".to_owned(),
        LifeError::NothingMoves { .. } => "name another event, or a new --source or --detail-type".to_owned(),
        LifeError::NotTheSame { to, .. } => {
            format!("restore the schema in schemas/{to} as it was; a change is a new version")
        }
        _ => "run `schemactl check`".to_owned(),
    };
    Problem::usage(error.to_string(), help)
}
