//! What the workspace has released at any time. In: its git history. Out: the versions that `schemactl.lock` had at a commit. A deletion needs this
//! proof: the registry says that schemactl wrote a version, and not which workspace it is of.

use schemactl_push::{Action, Drift, Preview};
use schemactl_workspace::{LOCK_FILE, Workspace, list_past_releases};

use crate::console::Console;
use crate::git::{Git, SHALLOW};
use crate::problem::Problem;
use crate::words::count_in_words;

/// Reads the versions that locks of earlier commits had into a workspace. Outside a git repository there are none.
pub(crate) fn read_past_releases(workspace: &mut Workspace) -> Result<(), Problem> {
    let git = Git::at(&workspace.root);
    let changes = git.list_changes(LOCK_FILE)?;
    let lines: Vec<String> = changes.into_iter().flat_map(|change| change.added).collect();
    workspace.past_releases = list_past_releases(&lines);
    Ok(())
}

/// Says which versions a plan with deletes does not delete, because no lock of the workspace has ever had them.
pub(crate) fn note_undeleted(plan: &Preview, workspace: &Workspace, console: &Console) {
    let deleted = |schema: &str, number: &str| {
        plan.actions.iter().any(|action| match action {
            Action::Delete(deletion) => {
                let has_number = deletion.versions.iter().any(|version| version.number == number);
                deletion.schema == schema && has_number
            }
            _ => false,
        })
    };
    let is_left = |drift: &&Drift| match drift {
        Drift::UnknownVersion { schema, number, .. } => !deleted(schema, number),
        _ => false,
    };
    let ended = |drift: &&Drift| matches!(drift, Drift::Ended { .. });
    let ended = plan.drift.iter().filter(ended).count();
    if ended > 0 {
        console.note(&format!(
            "{} in the registry ended (retired or moved), and a push never deletes what consumers may still read: once nobody does, \
             `aws schemas delete-schema` or `delete-schema-version` deletes them",
            count_in_words(ended, "version")
        ));
    }
    let left = plan.drift.iter().filter(is_left).count();
    if left > 0 && Git::at(&workspace.root).is_shallow() {
        console.note(&format!(
            "{} in the registry may be of this workspace: whether a {LOCK_FILE} has released what is left alone above is in the history of the \
             repository; {SHALLOW}",
            count_in_words(left, "version")
        ));
    } else if left > 0 {
        console.note(&format!(
            "{} in the registry may be of another workspace: no {LOCK_FILE} of this one, now or in its git history, has released what is left \
             alone above. `aws schemas delete-schema` deletes what nobody needs",
            count_in_words(left, "version")
        ));
    }
}
