//! Where a push comes from. In: the workspace. Out: a warning, or with `--require-clean` a refusal, if what is registered is not what others
//! can see in the repository: files that are in no commit, or a commit that is on no branch of a remote. `git status` names files, and does not
//! see those behind links, or that it was told to overlook: what is registered is compared with the commit itself.

use std::collections::BTreeSet;
use std::path::Path;

use schemactl_model::{EventName, Version};
use schemactl_push::{Action, Plan};
use schemactl_workspace::{EarlierState, LOCK_FILE, Workspace};

use crate::console::Console;
use crate::git::{CommitTree, Git};
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
    let (what, fix) = match find_unclean(&git, workspace, plan) {
        Ok(None) => return Ok(()),
        Ok(Some(unclean)) => unclean,
        Err(problem) if required => return Err(problem),
        Err(_) => (
            "git cannot tell whether the registered files are committed".to_owned(),
            "`git status` says why",
        ),
    };
    if required {
        return Err(Problem::usage(what, fix));
    }
    console.note(&format!("{what}; {fix} (`--require-clean` rejects such a push)"));
    Ok(())
}

/// What is not clean, and what to do about it.
fn find_unclean(git: &Git<'_>, workspace: &Workspace, plan: &Plan) -> Result<Option<(String, &'static str)>, Problem> {
    let mut files: Vec<_> = git.uncommitted(&READ_PATHS)?;
    if files.is_empty() {
        files = find_differing(git, workspace, plan)?;
    }
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

/// The files of versions that are written and that the commit has with another schema or identity, or not at all.
fn find_differing(git: &Git<'_>, workspace: &Workspace, plan: &Plan) -> Result<Vec<String>, Problem> {
    let Some(commit) = git.commit("HEAD")? else {
        return Ok(vec!["there is no commit".to_owned()]);
    };
    let prefix = git.prefix()?;
    let tree = CommitTree::read(git, &git.entries(&commit, &prefix)?, &prefix)?;
    let committed = EarlierState::load(Path::new(""), &tree);
    let written = plan.actions.iter().filter_map(Action::version);
    let differing = written.filter_map(|(name, version)| find_differing_file(workspace, &committed, name, version));
    Ok(differing.collect::<BTreeSet<_>>().into_iter().collect())
}

/// The file of a version that is not as it was committed.
fn find_differing_file(
    workspace: &Workspace,
    committed: &EarlierState,
    name: &EventName,
    version: &Version,
) -> Option<String> {
    let event = workspace.events.get(name)?;
    let schema = event.versions.get(version)?;
    let before = committed.events.get(name);
    let is_committed = before
        .and_then(|before| before.versions.get(version))
        .is_some_and(|before| before.digest == schema.digest);
    if !is_committed {
        return Some(schema.document.source().path().to_owned());
    }
    let is_same_event = before.is_some_and(|before| before.identity() == event.identity());
    (!is_same_event).then(|| event.settings_file.path().to_owned())
}
