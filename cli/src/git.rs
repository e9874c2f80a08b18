//! What a git repository holds. In: a folder in it, a revision. Out: commits, files, and (in `tree`) the files of a folder. The git program is
//! asked for objects and names only: no hook or pager of the repository runs, nothing is checked out, and nothing is written. Only where files of
//! the folder are compared with a commit, git applies its filters to them, as `git status` does.

mod tree;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use schemactl_workspace::is_within;

pub(crate) use self::tree::{CommitTree, follow_folder};
use crate::problem::Problem;

/// What tells git which repository, work tree and index are meant: a hook sets them for the repository that it runs in, which need not
/// be the one of the workspace. `git rev-parse --local-env-vars` lists them; settings stay, since `safe.directory` comes that way. The last four
/// are other readings of paths, which git refuses beside the one that is asked for.
const VARIABLES: [&str; 16] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_COMMON_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// The variable that ends the search for a repository.
const CEILINGS: &str = "GIT_CEILING_DIRECTORIES";

/// What helps where the history that is needed was cut off, as CI does.
pub(crate) const SHALLOW: &str =
    "the clone is shallow: fetch the history first, with `git fetch --unshallow` or fetch-depth: 0";

/// The repository that a folder is in.
pub(crate) struct Git<'r> {
    folder: &'r Path,
}

impl<'r> Git<'r> {
    /// Returns the repository of a folder that is known to be in one.
    pub(crate) fn at(folder: &'r Path) -> Self {
        Self { folder }
    }

    /// Returns the repository of a folder.
    ///
    /// # Errors
    /// Fails with git's own words if there is none, or none that git reads.
    pub(crate) fn open(folder: &'r Path) -> Result<Self, Problem> {
        let git = Self::at(folder);
        let output = git.run(&["rev-parse", "--git-dir"])?;
        if output.status.success() {
            return Ok(git);
        }
        let said = words_of(&output);
        if said.contains("not a git repository") {
            let is_limited = std::env::var_os(CEILINGS).is_some_and(|folders| !folders.is_empty());
            let help = if is_limited {
                format!(
                    "{CEILINGS} keeps git from looking in the folders above: unset it, or name a folder with --against=DIR"
                )
            } else {
                "name a folder with --against=DIR".to_owned()
            };
            let message = format!("{} is not in a git repository", folder.display());
            return Err(Problem::usage(message, help));
        }
        Err(Problem::usage(
            format!("git cannot read the repository of {}: {said}", folder.display()),
            "follow the advice of git, or give a folder with --against=DIR",
        ))
    }

    /// Only objects are read, and paths mean what they say.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        command
            .args([
                "--no-pager",
                "--literal-pathspecs",
                "--no-optional-locks",
                "--no-replace-objects",
            ])
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
            .arg("-C")
            .arg(self.folder)
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Problem> {
        self.command(arguments).output().map_err(|error| {
            Problem::usage(
                format!("cannot run git: {error}"),
                "install git, or name a folder with --against=DIR",
            )
        })
    }

    /// Standard output, or `None` if git says no.
    fn ask(&self, arguments: &[&str]) -> Result<Option<Vec<u8>>, Problem> {
        let output = self.run(arguments)?;
        Ok(output.status.success().then_some(output.stdout))
    }

    /// Standard output.
    ///
    /// # Errors
    /// Fails with git's own words if it says no: what it cannot list is not empty.
    fn require(&self, arguments: &[&str]) -> Result<Vec<u8>, Problem> {
        let output = self.run(arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(Problem::usage(
            format!(
                "git cannot read the repository of {}: {}",
                self.folder.display(),
                words_of(&output)
            ),
            "run `git fsck` there; a partial clone needs its remote, or `git fetch --refetch` without a filter",
        ))
    }

    /// The line that git prints. Names of folders may begin and end with spaces.
    fn line(&self, arguments: &[&str]) -> Result<Option<String>, Problem> {
        let said = self.ask(arguments)?;
        Ok(said.map(|bytes| {
            String::from_utf8_lossy(&bytes)
                .trim_end_matches(['\r', '\n'])
                .to_owned()
        }))
    }

    /// Returns what of some paths of the folder is in no commit, a line each as `git status --short` prints it.
    pub(crate) fn uncommitted(&self, paths: &[&str]) -> Result<Vec<String>, Problem> {
        let arguments = [
            &["status", "--porcelain", "--untracked-files=all", "--ignored", "--"],
            paths,
        ]
        .concat();
        let said = self.require(&arguments)?;
        Ok(String::from_utf8_lossy(&said).lines().map(str::to_owned).collect())
    }

    /// Returns whether the present commit is on a branch of a remote, or `None` if there is no remote that it could be on.
    pub(crate) fn is_pushed(&self) -> Result<Option<bool>, Problem> {
        if self.require(&["remote"])?.is_empty() {
            return Ok(None);
        }
        let holders = self.line(&["for-each-ref", "--contains", "HEAD", "--count=1", "refs/remotes"])?;
        Ok(Some(holders.is_some_and(|holders| !holders.is_empty())))
    }

    /// Returns the folder seen from the root of the repository, with a slash at the end, or nothing for the root.
    pub(crate) fn prefix(&self) -> Result<String, Problem> {
        Ok(self.line(&["rev-parse", "--show-prefix"])?.unwrap_or_default())
    }

    /// Returns the root of the repository, if it has files.
    pub(crate) fn root(&self) -> Result<Option<String>, Problem> {
        self.line(&["rev-parse", "--show-toplevel"])
    }

    /// Returns the root of the repository that this one is a submodule of.
    pub(crate) fn superproject(&self) -> Option<String> {
        let root = self.line(&["rev-parse", "--show-superproject-working-tree"]);
        root.ok().flatten().filter(|root| !root.is_empty())
    }

    /// Returns the commit that a name stands for, or `None`.
    pub(crate) fn commit(&self, revision: &str) -> Result<Option<String>, Problem> {
        let wanted = format!("{revision}^{{commit}}");
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])
    }

    /// Returns the branches and tags of a name, each with its commit. git takes the first that it finds, a tag before a branch, so that
    /// whoever may add one decides what a name means.
    pub(crate) fn references(&self, name: &str) -> Result<Vec<(String, String)>, Problem> {
        let patterns = ["refs/heads", "refs/remotes", "refs/tags", "refs"].map(|folder| format!("{folder}/{name}"));
        // git reads a name a line, and no name has a line break.
        if name.contains(['\n', '\0']) {
            return Ok(Vec::new());
        }
        let request = patterns.each_ref().map(|reference| format!("{reference}^{{commit}}\n"));
        let said = self.answer(
            &["cat-file", "--batch-check=%(objectname)"],
            request.concat().into_bytes(),
        )?;
        let said = String::from_utf8_lossy(&said);
        let is_commit = |line: &str| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_hexdigit());
        let found = patterns.into_iter().zip(said.lines());
        Ok(found
            .filter(|(_, line)| is_commit(line))
            .map(|(reference, commit)| (reference, commit.to_owned()))
            .collect())
    }

    /// Returns whether it was opened in a folder.
    pub(crate) fn is_at(&self, folder: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        real(self.folder).is_some_and(|own| Some(own) == real(folder))
    }

    /// Returns where the present branch left another one: several commits where each was merged into the other, none if they have nothing in common.
    pub(crate) fn merge_bases(&self, tip: &str) -> Result<Vec<String>, Problem> {
        let said = self.line(&["merge-base", "--all", "HEAD", tip])?;
        Ok(said.unwrap_or_default().lines().map(str::to_owned).collect())
    }

    /// Returns whether history was cut off, as CI clones do.
    pub(crate) fn is_shallow(&self) -> bool {
        let said = self.line(&["rev-parse", "--is-shallow-repository"]);
        matches!(said, Ok(Some(shallow)) if shallow == "true")
    }

    /// Returns how the checkout is sparse.
    pub(crate) fn sparse_checkout(&self) -> SparseCheckout {
        let is_set = |name: &str| {
            let said = self.line(&["config", "--type=bool", name]);
            matches!(said, Ok(Some(value)) if value == "true")
        };
        match (is_set("core.sparseCheckout"), is_set("core.sparseCheckoutCone")) {
            (false, _) => SparseCheckout::Whole,
            (true, true) => SparseCheckout::Folders,
            (true, false) => SparseCheckout::Patterns,
        }
    }

    /// Returns a file of a commit by its path in the repository, if there is one.
    pub(crate) fn file(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>, Problem> {
        self.ask(&["cat-file", "blob", &format!("{commit}:{path}")])
    }

    /// Returns the first commit of the present branch whose version of a file has a text, if there is one.
    pub(crate) fn commit_that_added(&self, text: &str, path: &str) -> Result<Option<String>, Problem> {
        let changes = format!("-S{text}");
        let said = self.line(&["log", "--reverse", "--format=%H", &changes, "--", path])?;
        Ok(said.and_then(|commits| commits.lines().next().map(str::to_owned)))
    }

    /// Returns commits of the history that deleted a file of the folder, the newest first.
    pub(crate) fn commits_that_removed(&self, path: &str, most: usize) -> Result<Vec<String>, Problem> {
        let most = format!("--max-count={most}");
        // Without the full history a merge that has the file no more hides the commit that deleted it.
        let said = self.line(&[
            "log",
            "--full-history",
            "--diff-filter=D",
            "--format=%H",
            &most,
            "--",
            path,
        ])?;
        Ok(said.unwrap_or_default().lines().map(str::to_owned).collect())
    }

    /// Returns what commits of the history have changed in a file of the folder, the newest first, without merges. Empty if there is no commit.
    pub(crate) fn list_changes(&self, path: &str) -> Result<Vec<FileChange>, Problem> {
        let log = self.ask(&[
            "log",
            "--full-history",
            "--patch",
            "--unified=0",
            // No patch has a zero byte.
            "--format=%x00%H",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--",
            path,
        ])?;
        let log = log.unwrap_or_default();
        Ok(log.split(|byte| *byte == 0).filter_map(FileChange::parse).collect())
    }

    /// Returns the commits of the present branch that follow another one and have changed a file of the folder.
    pub(crate) fn changes_since(&self, commit: &str, path: &str) -> Result<BTreeSet<String>, Problem> {
        let range = format!("{commit}..HEAD");
        let said = self.line(&[
            "log",
            "--full-history",
            "--ancestry-path",
            "--format=%H",
            &range,
            "--",
            path,
        ])?;
        Ok(said.unwrap_or_default().lines().map(str::to_owned).collect())
    }

    /// Returns which of some paths of the folder a commit has added that another one does not follow: a commit of the present branch, or one that a reflog
    /// has, as of a branch before it was rebased.
    pub(crate) fn list_added_since(&self, commit: &str, paths: &[&str]) -> BTreeSet<String> {
        let log = [
            "log",
            "--full-history",
            "--diff-filter=A",
            "--no-renames",
            "--name-only",
            "--relative",
            "-z",
            "--format=",
        ];
        let list = |tips: &[&str]| {
            let arguments = [&log[..], tips, &["--not", commit, "--"], paths].concat();
            self.ask(&arguments).ok().flatten()
        };
        // A reflog may name what was collected since.
        let listing = list(&["HEAD", "--reflog"])
            .or_else(|| list(&["HEAD"]))
            .unwrap_or_default();
        let names = listing.split(|byte| *byte == 0 || *byte == b'\n').filter_map(text);
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Returns the name that git puts on commits.
    pub(crate) fn user_name(&self) -> Option<String> {
        let name = self.line(&["config", "user.name"]).ok().flatten()?;
        (!name.is_empty()).then_some(name)
    }

    /// Returns whether git ignores a path of the folder.
    pub(crate) fn is_ignored(&self, path: &str) -> bool {
        // `check-ignore` does not run with the pathspecs that all other commands have.
        let arguments = ["--no-literal-pathspecs", "check-ignore", "-q", "--no-index", "--", path];
        matches!(self.ask(&arguments), Ok(Some(_)))
    }

    /// Returns how git merges a file of the folder, if an attribute says so.
    pub(crate) fn merge_driver(&self, path: &str) -> Option<String> {
        let said = self.line(&["check-attr", "merge", "--", path]).ok().flatten()?;
        said.rsplit(": ").next().map(str::to_owned)
    }

    /// Returns the paths that git follows in the folder, seen from there.
    pub(crate) fn tracked(&self) -> Result<TrackedFiles, Problem> {
        let listing = self.require(&["ls-files", "-z", "-t", "--stage"])?;
        let mut tracked = TrackedFiles::default();
        // `STATE MODE OBJECT STAGE\tPATH`.
        for line in listing.split(|byte| *byte == 0).filter_map(text) {
            let Some((info, path)) = line.split_once('\t') else {
                continue;
            };
            let mut info = info.split(' ');
            if info.next() == Some(LEFT_OUT) {
                tracked.left_out.insert(path.to_owned());
            }
            if info.next() == Some(SUBMODULE) {
                tracked.submodules.insert(path.to_owned());
            }
            tracked.files.insert(path.to_owned());
        }
        Ok(tracked)
    }

    /// Returns the files of the folder that git follows or does not ignore, and whose paths match a pattern, seen from there, each with whether git follows
    /// it. `None` outside repositories.
    pub(crate) fn list_visible(&self, pattern: &str) -> Option<Vec<(String, bool)>> {
        let list = ["--no-literal-pathspecs", "ls-files", "-z", "-t", "--cached", "--others"];
        let arguments = [&list[..], &["--exclude-standard", "--", pattern]].concat();
        let listing = self.ask(&arguments).ok().flatten()?;
        let lines = listing.split(|byte| *byte == 0).filter_map(text);
        // `STATE PATH`.
        let files = lines.filter_map(|line| {
            let (state, path) = line.split_once(' ')?;
            Some((path.to_owned(), state != UNTRACKED))
        });
        Some(files.collect())
    }

    /// Returns the files of the folder that git follows and whose paths match a pattern, seen from there. Only the index is read. `None` outside
    /// repositories.
    pub(crate) fn list_tracked(&self, pattern: &str) -> Option<Vec<String>> {
        let listing = self.ask(&["--no-literal-pathspecs", "ls-files", "-z", "--cached", "--", pattern]);
        let listing = listing.ok().flatten()?;
        Some(listing.split(|byte| *byte == 0).filter_map(text).collect())
    }

    /// Returns which of some paths of the folder are what they are in a commit: git compares the objects, also of what it has no content of.
    pub(crate) fn unchanged_since(&self, commit: &str, paths: &[&str]) -> Result<BTreeSet<String>, Problem> {
        let compare = [
            "diff",
            "--name-only",
            "-z",
            "--relative",
            "--no-renames",
            "--no-ext-diff",
        ];
        // Without the last one a submodule may say that its changes are to be ignored.
        let arguments = [&compare[..], &["--ignore-submodules=none", commit, "--"], paths].concat();
        // A filter that is not installed is no reason to fail: then nothing is known.
        let Some(listing) = self.ask(&arguments)? else {
            return Ok(BTreeSet::new());
        };
        let changed: BTreeSet<String> = listing.split(|byte| *byte == 0).filter_map(text).collect();
        let is_same = |path: &&str| {
            let below = format!("{path}/");
            !changed
                .iter()
                .any(|changed| changed == *path || changed.starts_with(&below))
        };
        Ok(paths.iter().copied().filter(is_same).map(str::to_owned).collect())
    }

    /// Returns every file, link and submodule of a commit below a folder, seen from the root of the repository.
    pub(crate) fn entries(&self, commit: &str, prefix: &str) -> Result<Vec<TreeEntry>, Problem> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", commit];
        if !prefix.is_empty() {
            arguments.extend(["--", prefix]);
        }
        let listing = self.require(&arguments)?;
        Ok(listing.split(|byte| *byte == 0).filter_map(entry).collect())
    }

    /// Returns the contents of objects, in order, by one process.
    fn contents(&self, objects: &[&str]) -> Result<Vec<Vec<u8>>, Problem> {
        let request: Vec<u8> = objects
            .iter()
            .flat_map(|object| format!("{object}\n").into_bytes())
            .collect();
        split(&self.answer(&["cat-file", "--batch"], request)?).ok_or_else(|| {
            Problem::usage(
                "git returned unexpected output for the requested objects",
                "run `git fsck` in the repository",
            )
        })
    }

    /// Returns what git answers to what is written to it.
    fn answer(&self, arguments: &[&str], request: Vec<u8>) -> Result<Vec<u8>, Problem> {
        let failed = |error: io::Error| Problem::usage(format!("cannot run git: {error}"), "install git");
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut input = child.stdin.take().expect("it is piped");
        // Written beside the reading: both pipes have an end.
        let writer = std::thread::spawn(move || input.write_all(&request));
        let output = child.wait_with_output().map_err(failed)?;
        let written = writer.join().expect("writing does not panic");
        written.map_err(failed)?;
        Ok(output.stdout)
    }
}

/// What a commit has changed in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FileChange {
    pub(crate) commit: String,
    /// The lines that it has added.
    pub(crate) added: Vec<String>,
    /// The lines that it has removed.
    pub(crate) removed: Vec<String>,
}

impl FileChange {
    /// The commit, and its patch.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let commit = text(lines.next()?)?;
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for line in lines.filter_map(text) {
            if let Some(line) = line.strip_prefix('+') {
                added.push(line.to_owned());
            } else if let Some(line) = line.strip_prefix('-') {
                removed.push(line.to_owned());
            }
        }
        Some(Self { commit, added, removed })
    }
}

/// What git says of a failure, in one line.
fn words_of(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    said.trim().replace("\n\n", "\n").replace('\n', "; ")
}

/// The state of files in a listing of git that a sparse checkout leaves out of the working tree.
const LEFT_OUT: &str = "S";

/// The state of files in a listing of git that it does not follow.
const UNTRACKED: &str = "?";

/// The mode of submodules in a listing of git.
const SUBMODULE: &str = "160000";

/// What a checkout takes of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SparseCheckout {
    /// All of it; somebody may have marked single files.
    Whole,
    /// Folders, with all that is below them.
    Folders,
    /// What patterns match.
    Patterns,
}

/// The files that git follows.
#[derive(Debug, Default)]
pub(crate) struct TrackedFiles {
    pub(crate) files: BTreeSet<String>,
    /// Those that a sparse checkout leaves out of the working tree.
    pub(crate) left_out: BTreeSet<String>,
    /// Those that are commits of other repositories.
    pub(crate) submodules: BTreeSet<String>,
}

impl TrackedFiles {
    /// Returns the submodule that a path is, or is in.
    pub(crate) fn submodule_of(&self, path: &str) -> Option<&str> {
        let mut submodules = self.submodules.iter();
        submodules
            .find(|submodule| is_within(path, submodule))
            .map(String::as_str)
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// A file, link or submodule of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    /// Its path in the repository.
    pub(crate) path: String,
    /// What it is, or the commit of a submodule.
    pub(crate) object: String,
    kind: EntryKind,
}

/// What an entry of a commit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryKind {
    File,
    Link,
    /// A commit of another repository: its files are there.
    Submodule,
}

impl TreeEntry {
    fn is_link(&self) -> bool {
        self.kind == EntryKind::Link
    }

    pub(crate) fn is_submodule(&self) -> bool {
        self.kind == EntryKind::Submodule
    }
}

/// `MODE TYPE OBJECT\tPATH`.
fn entry(line: &[u8]) -> Option<TreeEntry> {
    let line = std::str::from_utf8(line).ok()?;
    let (info, path) = line.split_once('\t')?;
    let mut info = info.split(' ');
    let (mode, kind, object) = (info.next()?, info.next()?, info.next()?);
    let kind = match (mode, kind) {
        ("120000", "blob") => EntryKind::Link,
        (_, "blob") => EntryKind::File,
        (_, "commit") => EntryKind::Submodule,
        _ => return None,
    };
    Some(TreeEntry {
        path: path.to_owned(),
        object: object.to_owned(),
        kind,
    })
}

/// `OBJECT TYPE SIZE\nCONTENT\n`, again and again.
fn split(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut contents = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let header = std::str::from_utf8(&bytes[..end]).ok()?;
        let size: usize = header.rsplit(' ').next()?.parse().ok()?;
        let content = bytes.get(end + 1..end + 1 + size)?;
        contents.push(content.to_vec());
        bytes = bytes.get(end + 2 + size..)?;
    }
    Some(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_listing_is_a_file_a_link_or_a_submodule() {
        let line = |mode: &str, kind: &str| entry(format!("{mode} {kind} abc\tshop/a.json").as_bytes());
        assert_eq!(line("100644", "blob").unwrap().kind, EntryKind::File);
        assert_eq!(line("120000", "blob").unwrap().kind, EntryKind::Link);
        assert_eq!(line("160000", "commit").unwrap().kind, EntryKind::Submodule);
    }

    #[test]
    fn a_patch_is_what_was_added_and_removed() {
        let change = FileChange::parse(b"abc\n\ndiff --git a/x b/x\n@@ -1 +1 @@\n-old\n+new\n").unwrap();
        assert_eq!(change.commit, "abc");
        assert_eq!(
            (change.added, change.removed),
            (vec!["new".to_owned()], vec!["old".to_owned()])
        );
        assert_eq!(FileChange::parse(b""), None);
    }

    #[test]
    fn contents_may_hold_anything() {
        let bytes = b"abc blob 3\na\nb\nabd blob 0\n\n";
        assert_eq!(split(bytes).unwrap(), [b"a\nb".to_vec(), Vec::new()]);
        assert_eq!(split(b"abc missing\n"), None);
    }
}
