//! What `check --against` compares with, if it is no registry: a folder, or a git revision. In: its name. Out: the states of the workspace that
//! the present one is held against.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemactl_check::{AbsenceReason, Base, Finding, Gone, Rule, Severity};
use schemactl_model::{EventName, Source, Version};
use schemactl_workspace::{
    EarlierState, LOCK_FILE, LoadError, Lock, MANIFEST_FILE, Workspace, is_within, join_reference,
};

use crate::added_versions::find_added_versions;
use crate::args::MAIN_BRANCH;
use crate::git::{CommitTree, Git, SHALLOW, TrackedFiles, TreeEntry, follow_folder};
use crate::problem::Problem;
use crate::words::count_in_words;

/// Where the search for a workspace began.
#[derive(Debug)]
pub(crate) struct CheckStart {
    pub(crate) folder: PathBuf,
    /// Whether the command is about the workspace of that folder only, because it was named.
    pub(crate) is_named: bool,
}

/// Earlier states of a workspace.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// What it is, for people.
    name: String,
    tip: EarlierState,
    /// Where the present branch left it; nothing if that is the tip.
    fork: Option<EarlierState>,
    /// Where else both branches have met.
    other_forks: Vec<EarlierState>,
    gone: Vec<Gone>,
    untracked: BTreeSet<String>,
    unchanged: BTreeSet<String>,
    /// Versions that the branch has added itself, although they are in the base where the branch meets it.
    added: BTreeSet<(EventName, Version)>,
    /// The folder of the workspace, if the tip does not have it any more.
    lost: Option<String>,
    /// It has no workspace.
    pub(crate) is_empty: bool,
}

impl Baseline {
    pub(crate) fn as_base(&self) -> Base<'_> {
        Base {
            name: &self.name,
            tip: &self.tip,
            fork: self.fork.as_ref().unwrap_or(&self.tip),
            other_forks: &self.other_forks,
            gone: &self.gone,
            untracked: &self.untracked,
            unchanged: &self.unchanged,
            added: &self.added,
            lost: self.lost.as_deref(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// Returns the lock of the main branch; nothing if there is none that can be read: then nothing counts as merged.
pub(crate) fn lock_of_main(workspace: &Workspace) -> Option<Lock> {
    let git = Git::open(&workspace.root).ok()?;
    read_lock_of(&git, &main_branch(&git).ok()?)
}

/// Returns the lock of a revision; nothing if there is none that can be read.
fn read_lock_of(git: &Git<'_>, revision: &str) -> Option<Lock> {
    let path = format!("{}{LOCK_FILE}", git.prefix().ok()?);
    let bytes = git.file(&git.commit(revision).ok()??, &path).ok()??;
    Lock::parse(&Source::from_bytes(&path, bytes).ok()?).ok()
}

/// Returns the finding for a lock that the last commit has and that was deleted since: nothing says any more what is released.
pub(crate) fn find_deleted_lock(workspace: &Workspace) -> Option<Finding> {
    if workspace.lock_file.is_some() {
        return None;
    }
    let git = Git::open(&workspace.root).ok()?;
    let released = read_lock_of(&git, "HEAD")?.iter().count();
    (released > 0).then(|| Finding {
        message: format!(
            "{LOCK_FILE} is missing: the last commit has it, with {} released",
            count_in_words(released, "version")
        ),
        why: Some("without it, and without a baseline, no version counts as released, and edits of released schemas are not found".to_owned()),
        fix: Some(format!("restore it: `git checkout HEAD -- {LOCK_FILE}`")),
        ..Finding::new(Rule::LockChanged, Severity::Warning, None)
    })
}

/// Reads a baseline. A folder with `schemactl.toml` is one; anything else is a revision, or a folder of one as `REVISION:FOLDER`.
pub(crate) fn read_baseline(workspace: &Workspace, start: &CheckStart, name: &str) -> Result<Baseline, Problem> {
    // A branch can bring a folder that is called as the base is: a folder has to be written as a path.
    if is_path(name) && Path::new(name).join(MANIFEST_FILE).is_file() {
        return read_folder(Path::new(name));
    }
    let git = Git::open(&workspace.root)?;
    let (revisions, moved_from) = Revisions::find(&git, name)?;
    revisions.read(workspace, start, moved_from.as_deref())
}

/// Returns the workspaces that a base has in, above and below a folder where none is any more, and what the base is called. None if the base cannot be
/// read: that there is no workspace is told then.
pub(crate) fn find_missing_workspaces(start: &Path, name: &str) -> Option<(String, Vec<Gone>)> {
    if is_path(name) && Path::new(name).join(MANIFEST_FILE).is_file() {
        let gone = Gone {
            folder: start.display().to_string(),
            reason: AbsenceReason::Deleted,
        };
        return Some((name.to_owned(), vec![gone]));
    }
    // The folder itself may be gone.
    let absolute = std::path::absolute(start).ok()?;
    let folder = absolute.ancestors().find(|folder| folder.is_dir())?;
    let git = Git::open(folder).ok()?;
    let below = absolute.strip_prefix(folder).ok()?;
    let below = below.components().map(|part| part.as_os_str().to_string_lossy() + "/");
    let place = below.fold(git.prefix().ok()?, |path, part| path + &part);
    let (revisions, _) = Revisions::find(&git, name).ok()?;
    let root = git.root().ok()??;
    let tracked = Git::at(Path::new(&root)).tracked().ok()?;
    let entries = git.entries(&revisions.tip, "").ok()?;
    let mut gone = revisions.gone(&entries, &tracked, Path::new(&root), ("", "")).ok()?;
    gone.retain(|gone| {
        let folder = if gone.folder == "." { "" } else { &gone.folder };
        is_within(folder, place.trim_end_matches('/'))
            || is_within(&place, folder)
            || folder.is_empty()
            || place.is_empty()
    });
    Some((revisions.name, gone))
}

/// Returns the parts of `REVISION:PATH`. `None` if there is no revision: the letter of a drive, as in `C:\old.json`, is none.
pub(crate) fn split_revision(text: &str) -> Option<(&str, String)> {
    let (revision, path) = text.split_once(':')?;
    let begins_at_root = path.starts_with('\\') || cfg!(windows) && path.starts_with('/');
    let is_drive = revision.len() == 1 && begins_at_root;
    // git has forward slashes on every system.
    let path = if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    };
    (!is_drive).then_some((revision, path))
}

/// Whether a name can only be that of a folder. No revision begins with a dot or a slash.
fn is_path(name: &str) -> bool {
    name.starts_with('.') || Path::new(name).is_absolute()
}

/// A folder is the past only if it can be read: nobody mends it by the change that is checked.
fn read_folder(folder: &Path) -> Result<Baseline, Problem> {
    let tip = EarlierState::of_folder(folder).map_err(|error| Problem::File {
        path: folder.to_owned(),
        what: "read",
        error,
    })?;
    if !tip.errors.is_empty() {
        return Err(tip.errors.into());
    }
    Ok(Baseline {
        name: folder.display().to_string(),
        tip,
        fork: None,
        other_forks: Vec::new(),
        gone: Vec::new(),
        untracked: BTreeSet::new(),
        unchanged: BTreeSet::new(),
        added: BTreeSet::new(),
        lost: None,
        is_empty: false,
    })
}

/// The tip of another branch, and where the present one left it.
struct Revisions<'g> {
    git: &'g Git<'g>,
    /// The name of the base as it was given.
    typed: String,
    name: String,
    tip: String,
    fork: String,
    /// Further commits in which both branches have met.
    other_forks: Vec<String>,
}

impl<'g> Revisions<'g> {
    /// Returns the commits that the name of a base means, and the folder that it names beside them.
    fn find(git: &'g Git<'g>, name: &str) -> Result<(Self, Option<String>), Problem> {
        let named = name.strip_prefix("git:").unwrap_or(name);
        let (revision, moved_from) = match split_revision(named) {
            Some((revision, folder)) => (revision.to_owned(), Some(folder.trim_matches('/').to_owned())),
            None if named == MAIN_BRANCH => (main_branch(git)?, None),
            None => (named.to_owned(), None),
        };
        let tip = commit(git, &revision)?;
        let mut forks = git.merge_bases(&tip)?.into_iter();
        let fork = forks.next().ok_or_else(|| {
            Problem::usage(
                format!("the present branch and `{revision}` have no common history"),
                why_missing(git),
            )
        })?;
        let revisions = Self {
            git,
            typed: name.to_owned(),
            name: format!("{revision} ({})", tip.get(..12).unwrap_or(&tip)),
            tip,
            fork,
            other_forks: forks.collect(),
        };
        Ok((revisions, moved_from))
    }

    fn read(self, workspace: &Workspace, search: &CheckStart, moved_from: Option<&str>) -> Result<Baseline, Problem> {
        let own = self.git.prefix()?;
        let entries = self.git.entries(&self.tip, "")?;
        let prefix = moved_from.map_or_else(|| own.clone(), with_slash);
        let prefix = follow_folder(self.git, &entries, &prefix)?;
        if moved_from.is_some() && !has_workspace(&entries, &prefix) {
            return Err(Problem::usage(
                format!("{} has no {prefix}{MANIFEST_FILE}", self.name),
                "give the folder of a workspace, relative to the root of the repository",
            ));
        }
        let states = self.states(&entries, &own, &prefix)?;
        let other_forks = if states.is_lost {
            Vec::new()
        } else {
            self.read_other_forks(&states.tip, &own, &prefix)?
        };
        let is_lost = states.is_lost;
        let is_foreign = find_submodule(&entries, &prefix).is_some();
        let is_empty = !entries.iter().any(|entry| is_manifest(&entry.path)) && !is_lost && !is_foreign;
        let root = self.git.root()?.filter(|_| !is_empty);
        let (gone, untracked) = match root {
            None => (Vec::new(), BTreeSet::new()),
            Some(root) => {
                let tracked = Git::at(Path::new(&root)).tracked()?;
                let mut gone = self.gone(&entries, &tracked, Path::new(&root), (&own, &prefix))?;
                let from = if self.git.is_at(&search.folder) {
                    own.clone()
                } else {
                    Git::open(&search.folder)?.prefix()?
                };
                let hidden = find_hidden(&entries, &from, &own, search.is_named);
                // What is not there hides behind nothing: it is gone, or was moved.
                let is_there = |hidden: &Gone| Path::new(&root).join(&hidden.folder).join(MANIFEST_FILE).exists();
                let hidden: Vec<Gone> = hidden.into_iter().filter(is_there).collect();
                gone.extend(hidden);
                gone.extend(self.replaced(&own));
                let untracked = untracked(&entries, (Path::new(&root), &tracked), (&own, &prefix));
                (gone, untracked)
            }
        };
        Ok(Baseline {
            unchanged: self.unchanged(workspace, &states.tip, own == prefix)?,
            added: find_added_versions(self.git, workspace, &states.tip, &self.tip),
            name: self.name,
            tip: states.tip,
            fork: states.fork,
            other_forks,
            gone,
            untracked,
            lost: is_lost.then(|| shown(&prefix)),
            is_empty,
        })
    }

    /// The workspace, if the repository around this one had it in its own files, and has made it a submodule: the branches of a submodule are whatever
    /// the change says.
    fn replaced(&self, own: &str) -> Option<Gone> {
        let outer = OuterRepository::find(self.git)?;
        let git = Git::at(&outer.root);
        let revisions = Revisions::find(&git, &self.typed).ok()?.0;
        let folder = format!("{}/{own}", outer.submodule);
        let had = |commit: &str| {
            let entries = git.entries(commit, &folder).unwrap_or_default();
            has_workspace(&entries, &folder)
        };
        (had(&revisions.tip) && had(&revisions.fork)).then(|| Gone {
            folder: shown(&folder),
            reason: AbsenceReason::Submodule(outer.submodule),
        })
    }

    /// Both states of the workspace. What cannot be read of one is that of the other, and so is the workspace if the tip has lost it.
    fn states(&self, entries: &[TreeEntry], own: &str, prefix: &str) -> Result<States, Problem> {
        let mut tip = self.state(entries, prefix)?;
        if self.fork == self.tip {
            return Ok(States::of_one(tip, false));
        }
        let entries_of_fork = self.git.entries(&self.fork, "")?;
        let folder_at_fork = self.find_folder_at_fork(&entries_of_fork, own, prefix)?;
        let Some(folder_at_fork) = folder_at_fork else {
            let fork = Some(EarlierState::default());
            return Ok(States {
                tip,
                fork,
                is_lost: false,
            });
        };
        let mut fork = self.state(&entries_of_fork, &folder_at_fork)?;
        if !has_workspace(entries, prefix) && find_submodule(entries, prefix).is_none() {
            return Ok(States::of_one(fork, true));
        }
        tip.fill_from(&fork);
        fork.fill_from(&tip);
        Ok(States {
            tip,
            fork: Some(fork),
            is_lost: false,
        })
    }

    /// The paths whose content nobody can read in the base, and that are here what they are there, with all that their schemas refer to.
    fn unchanged(
        &self,
        workspace: &Workspace,
        tip: &EarlierState,
        is_same_folder: bool,
    ) -> Result<BTreeSet<String>, Problem> {
        let foreign = tip.errors.iter();
        let foreign: Vec<&str> = foreign
            .filter(|error| matches!(error, LoadError::Foreign { .. }))
            .map(LoadError::path)
            .collect();
        if foreign.is_empty() || !is_same_folder {
            return Ok(BTreeSet::new());
        }
        let parts: Vec<(&str, Vec<&str>)> = foreign
            .into_iter()
            .map(|path| (path, files_of(workspace, path)))
            .collect();
        let all: Vec<&str> = parts.iter().flat_map(|(_, files)| files.iter().copied()).collect();
        // What git would take from the tip was not changed either.
        let mut same = self.git.unchanged_since(&self.tip, &all)?;
        if self.fork != self.tip {
            same.extend(self.git.unchanged_since(&self.fork, &all)?);
        }
        let root = workspace.root.canonicalize().unwrap_or_default();
        // Of what is behind a link git compares the link.
        let is_same = |path: &&str| {
            let path_here = root.join(path);
            same.contains(*path) && path_here.canonicalize().is_ok_and(|real| real == path_here)
        };
        let unchanged = parts.into_iter().filter(|(_, files)| files.iter().all(is_same));
        Ok(unchanged.map(|(path, _)| path.to_owned()).collect())
    }

    /// The workspace of a folder in a commit: an empty one, if there is none. Of one in a submodule nothing can be read.
    fn state(&self, entries: &[TreeEntry], prefix: &str) -> Result<EarlierState, Problem> {
        if let Some(submodule) = find_submodule(entries, prefix) {
            let message = format!(
                "{} is a git submodule there, whose files are in another repository",
                submodule.path
            );
            return Ok(EarlierState::of_foreign(&message));
        }
        if !has_workspace(entries, prefix) {
            return Ok(EarlierState::default());
        }
        let tree = CommitTree::read(self.git, entries, prefix)?;
        Ok(EarlierState::load(Path::new(""), &tree))
    }

    /// Workspaces that both states of the base have and the present one has not: their file is gone, or a link leads to another one, or
    /// git follows it no more.
    fn gone(
        &self,
        entries: &[TreeEntry],
        tracked: &TrackedFiles,
        root: &Path,
        (own, moved_from): (&str, &str),
    ) -> Result<Vec<Gone>, Problem> {
        let mut gone = Vec::new();
        for manifest in entries.iter().map(|entry| &entry.path).filter(|path| is_manifest(path)) {
            let folder = manifest.trim_end_matches(MANIFEST_FILE);
            let path = root.join(manifest);
            let is_itself = is_in_its_place(root, &path, tracked);
            // The branch has it, and who checks has chosen other folders.
            let is_left_out = tracked.left_out.contains(manifest) && !path.exists();
            let is_moved = folder == moved_from && folder != own;
            if is_itself || is_left_out || is_moved || !self.was_known(manifest)? {
                continue;
            }
            let submodule = tracked.submodule_of(manifest);
            gone.push(Gone {
                folder: shown(folder),
                reason: submodule.map_or(AbsenceReason::Deleted, |path| AbsenceReason::Submodule(path.to_owned())),
            });
        }
        Ok(gone)
    }
}

impl Revisions<'_> {
    /// Whether the branch has seen a file in one of the commits in which both have met.
    fn was_known(&self, path: &str) -> Result<bool, Problem> {
        for fork in std::iter::once(&self.fork).chain(&self.other_forks) {
            if !self.git.entries(fork, path)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The workspace in the further commits in which both branches have met.
    fn read_other_forks(&self, tip: &EarlierState, own: &str, prefix: &str) -> Result<Vec<EarlierState>, Problem> {
        let mut states = Vec::new();
        for fork in &self.other_forks {
            let entries = self.git.entries(fork, "")?;
            if let Some(folder) = self.find_folder_at_fork(&entries, own, prefix)? {
                let mut state = self.state(&entries, &folder)?;
                state.fill_from(tip);
                states.push(state);
            }
        }
        Ok(states)
    }

    /// Where the workspace was in a commit: the base may have moved it since.
    fn find_folder_at_fork(&self, entries: &[TreeEntry], own: &str, prefix: &str) -> Result<Option<String>, Problem> {
        let is_there = |folder: &str| has_workspace(entries, folder) || find_submodule(entries, folder).is_some();
        [prefix, own]
            .into_iter()
            .map(|folder| follow_folder(self.git, entries, folder))
            .find(|folder| folder.as_ref().map_or(true, |folder| is_there(folder)))
            .transpose()
    }
}

/// The repository that a repository is a submodule of.
struct OuterRepository {
    root: PathBuf,
    /// The path of the submodule in it.
    submodule: String,
}

impl OuterRepository {
    fn find(git: &Git<'_>) -> Option<Self> {
        let inner = PathBuf::from(git.root().ok()??);
        // Most repositories are in no other one, and git need not be asked.
        if !inner.join(".git").is_file() {
            return None;
        }
        let root = PathBuf::from(git.superproject()?);
        let below = inner.canonicalize().ok()?;
        let below = below.strip_prefix(root.canonicalize().ok()?).ok()?;
        let parts: Vec<_> = below
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        let submodule = parts.join("/");
        Some(Self { root, submodule })
    }

    /// Returns what to do about a revision that this repository has, and its submodule does not.
    fn advise_on_revision(&self, inner: &Git<'_>, revision: &str) -> Option<String> {
        let git = Git::at(&self.root);
        let commit = git.commit(revision).ok()??;
        let submodule = &self.submodule;
        let place = format!(
            "the repository is the submodule {submodule} of {}, which has `{revision}`",
            self.root.display()
        );
        let entries = git.entries(&commit, submodule).ok()?;
        Some(match entries.as_slice() {
            [entry] if entry.is_submodule() => {
                let commit = &entry.object;
                let is_here = inner.commit(commit).ok().flatten().is_some();
                let fetch = if is_here {
                    String::new()
                } else {
                    format!(", after `git fetch origin {commit}`")
                };
                format!("{place}: compare with the commit that it has of the submodule, `--against {commit}`{fetch}")
            }
            [] => format!("{place}, and no {submodule} in it: there is nothing to compare with"),
            _ => format!(
                "{place}, with {submodule} as a folder: `git worktree add --detach ../base {revision}` there, and compare with \
                 `--against ../base/{submodule}`, as a path from here"
            ),
        })
    }
}

/// The states of a workspace in a base.
struct States {
    tip: EarlierState,
    fork: Option<EarlierState>,
    /// The tip does not have the workspace any more, and is the state of the fork.
    is_lost: bool,
}

impl States {
    fn of_one(tip: EarlierState, is_lost: bool) -> Self {
        Self {
            tip,
            fork: None,
            is_lost,
        }
    }
}

/// A path, and the files that the schemas at or below it refer to.
fn files_of<'w>(workspace: &'w Workspace, path: &'w str) -> Vec<&'w str> {
    let versions = workspace.events.values().flat_map(|event| event.versions.values());
    let documents = versions.map(|version| &version.document);
    let concerned = documents.filter(|document| is_within(document.source().path(), path));
    let included = concerned.flat_map(|document| document.included().iter().map(Source::path));
    std::iter::once(path).chain(included).collect()
}

/// The submodule of a commit that a folder is, or is in.
fn find_submodule<'e>(entries: &'e [TreeEntry], folder: &str) -> Option<&'e TreeEntry> {
    let folder = folder.trim_end_matches('/');
    let mut submodules = entries.iter().filter(|entry| entry.is_submodule());
    submodules.find(|entry| is_within(folder, &entry.path))
}

/// Whether a commit has a workspace in a folder, seen from the root with a slash at the end.
fn has_workspace(entries: &[TreeEntry], folder: &str) -> bool {
    entries
        .iter()
        .any(|entry| entry.path.strip_prefix(folder) == Some(MANIFEST_FILE))
}

/// The workspaces that a check of the base would have been about, if it is another one now: the one that was the closest to where the search began,
/// or else those below the folder that is named. `is_named` is whether one is named, since without a name all are checked.
fn find_hidden(entries: &[TreeEntry], from: &str, own: &str, is_named: bool) -> Vec<Gone> {
    let hide = |folder: &str| Gone {
        folder: shown(folder),
        reason: AbsenceReason::HiddenBy(format!("{own}{MANIFEST_FILE}")),
    };
    let mut folder = from;
    while !has_workspace(entries, folder) {
        let Some(above) = folder.strip_suffix('/') else {
            let folders = entries
                .iter()
                .filter_map(|entry| entry.path.strip_suffix(MANIFEST_FILE));
            let below = folders.filter(|folder| is_named && folder.ends_with('/') && folder.starts_with(own));
            return below.map(hide).collect();
        };
        folder = above.rfind('/').map_or("", |slash| &above[..=slash]);
    }
    let is_hidden = own.len() > folder.len() && own.starts_with(folder);
    is_hidden.then(|| hide(folder)).into_iter().collect()
}

/// Whether the settings of a workspace are still those of its folder: no link leads to another folder, and others get the file, or the one that
/// it is a link to.
fn is_in_its_place(root: &Path, manifest: &Path, tracked: &TrackedFiles) -> bool {
    let folder = manifest.parent().unwrap_or(root);
    folder.canonicalize().is_ok_and(|real| real == folder) && is_tracked(root, manifest, tracked)
}

/// Whether git follows a file: the links that lead to it, and the file where it stands.
fn is_tracked(root: &Path, path: &Path, tracked: &TrackedFiles) -> bool {
    let follows = |path: &Path| {
        let path = path.strip_prefix(root).ok().and_then(Path::to_str);
        path.is_some_and(|path| tracked.files.contains(path))
    };
    if follows(path) && !path.is_symlink() {
        return true;
    }
    let mut links = path
        .ancestors()
        .take_while(|part| *part != root)
        .filter(|part| part.is_symlink());
    links.all(follows) && path.canonicalize().is_ok_and(|real| follows(&real))
}

/// The files of the workspace that the base has, and that git follows no more: others do not get them.
fn untracked(
    entries: &[TreeEntry],
    (root, tracked): (&Path, &TrackedFiles),
    (own, base): (&str, &str),
) -> BTreeSet<String> {
    let paths = entries.iter().filter_map(|entry| entry.path.strip_prefix(base));
    paths
        .filter(|path| path.starts_with("schemas/") && !is_tracked(root, &root.join(format!("{own}{path}")), tracked))
        .map(str::to_owned)
        .collect()
}

/// Returns whether a path is that of the settings of a workspace.
pub(crate) fn is_manifest(path: &str) -> bool {
    path.rsplit('/').next() == Some(MANIFEST_FILE)
}

fn with_slash(folder: &str) -> String {
    if folder.is_empty() || folder == "." {
        String::new()
    } else {
        format!("{folder}/")
    }
}

/// A folder of the repository, for people.
fn shown(folder: &str) -> String {
    match folder.trim_end_matches('/') {
        "" => ".".to_owned(),
        folder => folder.to_owned(),
    }
}

/// The main branch: what the remote says it is, or the first of its usual names.
fn main_branch(git: &Git<'_>) -> Result<String, Problem> {
    const NAMES: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];
    for name in NAMES {
        if git.commit(name)?.is_some() {
            return Ok(name.to_owned());
        }
    }
    Err(Problem::usage(
        format!("the repository has none of {}", NAMES.join(", ")),
        format!("name the branch with --against=REVISION; {}", why_missing(git)),
    ))
}

/// The commit of a revision. A name that is both a branch and a tag, or a branch here and one of a remote, may mean what somebody
/// wants it to mean: it has to be written whole.
fn commit(git: &Git<'_>, revision: &str) -> Result<String, Problem> {
    let references = git.references(revision)?;
    if let Some((first, commit)) = references.first() {
        let Some((other, _)) = references.iter().find(|(_, other)| other != commit) else {
            return Ok(commit.clone());
        };
        return Err(Problem::usage(
            format!("`{revision}` can be {first} or {other}, which are different commits"),
            format!("write {first} or {other}"),
        ));
    }
    git.commit(revision)?.ok_or_else(|| {
        let is_folder = Path::new(revision).join(MANIFEST_FILE).is_file();
        let of_outer = || OuterRepository::find(git)?.advise_on_revision(git, revision);
        let help = if is_folder {
            "a folder must be written as a path: start it with ./".to_owned()
        } else {
            of_outer().unwrap_or_else(|| why_missing(git).to_owned())
        };
        Problem::usage(format!("`{revision}` is neither a workspace nor a git revision"), help)
    })
}

/// A shallow clone has no history to compare with, and CI makes shallow clones.
fn why_missing(git: &Git<'_>) -> &'static str {
    if git.is_shallow() {
        SHALLOW
    } else {
        "write a branch, a tag, a commit, or a folder with schemactl.toml"
    }
}

/// Returns one file of a revision, with its path in the repository. The path is seen from `folder`.
pub(crate) fn read_revision_file(folder: &Path, revision: &str, path: &str) -> Result<(String, Vec<u8>), Problem> {
    let git = Git::open(folder)?;
    let commit = commit(&git, revision)?;
    let prefix = git.prefix()?;
    // Objects of git have no `.` and `..` in their paths.
    let is_relative = path.split('/').any(|part| matches!(part, "." | ".."));
    let path_in_repository = if is_relative {
        join_reference(&format!("{prefix}."), path, "the repository")
            .map_err(|why| Problem::usage(why, "give a file of the repository, relative to the current folder"))?
    } else {
        format!("{prefix}{path}")
    };
    let bytes = git.file(&commit, &path_in_repository)?.ok_or_else(|| {
        Problem::usage(
            format!("`{revision}` has no file `{path}`"),
            "check the path: it is relative to the current folder",
        )
    })?;
    Ok((path_in_repository, bytes))
}

/// Returns a file of a revision by its path in the repository, if there is one.
pub(crate) fn file_in_repository(folder: &Path, revision: &str, path: &str) -> Result<Option<Vec<u8>>, Problem> {
    let git = Git::open(folder)?;
    git.file(&commit(&git, revision)?, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_of_a_drive_is_no_revision() {
        for (text, parts) in [
            ("main:schemas/a.json", Some(("main", "schemas/a.json"))),
            ("v:a.json", Some(("v", "a.json"))),
            ("HEAD:./a.json", Some(("HEAD", "./a.json"))),
            ("C:\\old\\a.json", None),
            ("a.json", None),
        ] {
            let found = split_revision(text);
            let found = found.as_ref().map(|(revision, path)| (*revision, path.as_str()));
            assert_eq!(found, parts, "{text}");
        }
    }
}
