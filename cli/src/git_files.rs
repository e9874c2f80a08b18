//! The files that tell git about a workspace: what this machine keeps of it is not committed, and lines of schemactl.lock from two branches are both
//! kept. In: the folder of the workspace. Out: the files, where the folder has none. A file that is there is its owner's: what it lacks is said.

use std::path::Path;

use schemactl_check::write_atomic;

use crate::console::Console;
use crate::git::Git;
use crate::problem::Problem;

/// A file for git, with its only line.
struct GitFile {
    name: &'static str,
    line: &'static str,
    /// Why it is needed.
    why: &'static str,
    /// Whether git knows already what it says, from a file above the workspace or of the user.
    is_known: fn(&Git<'_>) -> bool,
}

const GIT_FILES: [GitFile; 2] = [
    GitFile {
        name: ".gitignore",
        line: ".schemactl/",
        why: "caches of this machine are not committed then",
        is_known: |git| git.is_ignored(".schemactl/seen"),
    },
    // `schemactl check` refuses lines that contradict.
    GitFile {
        name: ".gitattributes",
        line: "schemactl.lock merge=union",
        why: "branches that release different events are merged without a conflict then",
        is_known: |git| git.merge_driver("schemactl.lock").as_deref() == Some("union"),
    },
];

/// Returns the names and texts of the files, as `init` writes them.
pub(crate) fn list_git_files() -> [(&'static str, String); 2] {
    GIT_FILES.map(|file| (file.name, format!("{}\n", file.line)))
}

/// Writes the files that a workspace lacks and that git does not make up for, and says what files that are there lack.
pub(crate) fn write_git_files(root: &Path, console: &Console) -> Result<(), Problem> {
    let git = Git::at(root);
    for file in GIT_FILES {
        let path = root.join(file.name);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let has_line = text.lines().any(|line| line.trim() == file.line);
        if has_line || (file.is_known)(&git) {
            continue;
        }
        if path.symlink_metadata().is_ok() {
            console.note(&format!("add the line `{}` to {}: {}", file.line, file.name, file.why));
            continue;
        }
        let text = format!("{}\n", file.line);
        write_atomic(&path, text.as_bytes()).map_err(|error| Problem::File {
            path: path.clone(),
            what: "write",
            error,
        })?;
        console.note(&format!("{} is written: {}", file.name, file.why));
    }
    Ok(())
}
