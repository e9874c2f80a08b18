//! Edits of a workspace on the disk. In: the files that a command has made. Out: the same files in the workspace; what an edit removes is removed by its
//! command, after everything new is there.

use schemactl_check::write_atomic;
use schemactl_workspace::{EditedFiles, Workspace};

use crate::problem::Problem;

/// Writes every new file of an edit.
pub(crate) fn write_edits(workspace: &Workspace, edits: &EditedFiles) -> Result<(), Problem> {
    for (path, bytes) in edits.written.files() {
        let path = workspace.root.join(path);
        if let Err(error) = write_atomic(&path, bytes) {
            return Err(Problem::File {
                path,
                what: "write",
                error,
            });
        }
    }
    Ok(())
}
