//! Where a push comes from. In: the workspace. Out: a warning, or with `--require-clean` a refusal, if what is registered is not what others
//! can see in the repository: files that are in no commit, or a commit that is on no branch of a remote.

use schemactl_push::Plan;
use schemactl_workspace::{LOCK_FILE, Workspace};

use crate::console::Console;
use crate::git::Git;
use crate::problem::Problem;

/// What a push reads.
const READ_PATHS: [&str; 3] = ["schemas", "schemactl.toml", LOCK_FILE];

/// As many files as are named.
const NAMED_FILES: usize = 5;

/// Warns of a state that nobody else has, or refuses it.
pub(super) fn review_state(
    workspace: &Workspace,
    plan: &Plan,
    required: bool,
    console: &Console,
) -> Result<(), Problem> {
    // What writes nothing may come from anywhere.
    if plan.is_empty() {
        return Ok(());
    }
    let git = match Git::open(&workspace.root) {
        Ok(git) => git,
        Err(problem) if required => return Err(problem),
        Err(_) => return Ok(()),
    };
    let Some((what, fix)) = find_unclean(&git)? else {
        return Ok(());
    };
    if required {
        return Err(Problem::usage(what, fix));
    }
    console.note(&format!("{what}; {fix} (`--require-clean` rejects such a push)"));
    Ok(())
}

/// What is not clean, and what to do about it.
fn find_unclean(git: &Git<'_>) -> Result<Option<(String, &'static str)>, Problem> {
    let files = git.uncommitted(&READ_PATHS)?;
    if !files.is_empty() {
        let named: Vec<_> = files.iter().take(NAMED_FILES).map(|line| line.trim()).collect();
        let more = if files.len() > NAMED_FILES { ", …" } else { "" };
        let what = format!("registered files are not committed: {}{more}", named.join(", "));
        return Ok(Some((what, "commit or remove these files")));
    }
    let pushed = git.is_pushed()? != Some(false);
    Ok((!pushed).then(|| {
        let what = "the registered commit is on no branch of a git remote".to_owned();
        (what, "push the commit first, or register from a branch of the remote")
    }))
}
