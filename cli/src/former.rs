//! What released schemas were before they were changed. In: a workspace in a repository. Out: the states of its history that know them.
//! They explain findings: where there is no repository, or the history is cut off, findings say less and are the same.

use std::path::Path;

use schemactl_model::Digest;
use schemactl_workspace::{EarlierState, LOCK_FILE, Workspace};

use crate::git::{CommitTree, Git};
use crate::problem::Problem;

/// States that are read at most: each is a whole workspace, and changes of one day come from one or two releases.
const MOST_STATES: usize = 3;

/// Returns earlier states that have the schemas of released versions that are other ones now.
pub(crate) fn former_states(workspace: &Workspace) -> Vec<EarlierState> {
    find_states(&workspace.root, &list_altered(workspace))
}

/// Returns the search for [`former_states`], which needs the workspace no longer.
pub(crate) fn search_former_states(workspace: &Workspace) -> impl FnOnce() -> Vec<EarlierState> + Send + 'static {
    let (root, wanted) = (workspace.root.clone(), list_altered(workspace));
    move || find_states(&root, &wanted)
}

fn list_altered(workspace: &Workspace) -> Vec<Digest> {
    workspace.list_altered().cloned().collect()
}

fn find_states(root: &Path, wanted: &[Digest]) -> Vec<EarlierState> {
    let mut states = Vec::new();
    if !wanted.is_empty() {
        // Nothing is lost without them but an explanation.
        let _ = add_states(root, wanted, &mut states);
    }
    states
}

fn add_states(root: &Path, wanted: &[Digest], states: &mut Vec<EarlierState>) -> Result<(), Problem> {
    let git = Git::open(root)?;
    let mut next = git.commit("HEAD")?;
    while let Some(commit) = next.take().filter(|_| states.len() < MOST_STATES) {
        let prefix = git.prefix()?;
        let entries = git.entries(&commit, &prefix)?;
        let tree = CommitTree::read(&git, &entries, &prefix)?;
        states.push(EarlierState::load(Path::new(""), &tree));
        let unknown = wanted
            .iter()
            .find(|digest| !states.iter().any(|state| state.has_schema(digest)));
        if let Some(digest) = unknown {
            next = git.commit_that_added(&digest.to_string(), LOCK_FILE)?;
        }
    }
    Ok(())
}
