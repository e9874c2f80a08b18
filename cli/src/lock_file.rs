//! Writing schemactl.lock. In: a lock with what a command has added. Out: the file, in today's format and with today's seals, which is said where
//! it was another one.

use schemactl_workspace::{LOCK_FILE, Lock, Workspace, WorkspaceEvent};

use crate::baseline::find_deleted_lock;
use crate::console::Console;
use crate::problem::Problem;
use crate::words::count_in_words;

/// Returns an error for a lock whose lines contradict each other: writing it would drop the lines of both.
pub(crate) fn require_one_lock(lock: &Lock) -> Result<(), Problem> {
    match lock.conflicts().first() {
        None => Ok(()),
        Some(conflict) => Err(Problem::usage(
            format!(
                "two lines of schemactl.lock contradict each other about {}",
                conflict.event
            ),
            "run `schemactl check`: it shows the lines, and which of them to keep",
        )),
    }
}

/// Returns an error if the last commit has a lock and the folder has none: a command that took nothing for released would register and record it anew.
pub(crate) fn require_kept_lock(workspace: &Workspace) -> Result<(), Problem> {
    match find_deleted_lock(workspace) {
        None => Ok(()),
        Some(finding) => Err(Problem::usage(
            finding.message,
            format!(
                "{}; to begin anew, commit its deletion first",
                finding.fix.unwrap_or_default()
            ),
        )),
    }
}

/// Writes the lock file of a workspace. What an earlier schemactl wrote is rewritten, with a word about it.
pub(crate) fn write_lock(mut lock: Lock, workspace: &Workspace, console: &Console) -> Result<(), Problem> {
    require_one_lock(&lock)?;
    require_kept_lock(workspace)?;
    let was_old = lock.is_old();
    lock.complete(|name| workspace.events.get(name).map(WorkspaceEvent::identity));
    let renewed = lock.renew_seals();
    schemactl_check::write_lock(&lock, &workspace.root).map_err(|error| Problem::File {
        path: workspace.root.join(LOCK_FILE),
        what: "write",
        error,
    })?;
    if was_old {
        console.note("schemactl.lock: rewritten in format 2, which records source, detail-type and version field too");
    }
    if renewed > 0 {
        console.note(&format!(
            "schemactl.lock: the seals of {} are renewed: they cover reason, author and day too",
            count_in_words(renewed, "record")
        ));
    }
    Ok(())
}
