//! What `check --against` compares with: a folder, a git revision, or the registry. In: its name. Out: the workspace as it was there. The git
//! program is asked for objects only: no hook, filter or pager of the repository runs, and nothing is checked out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use schemactl_workspace::{Cache, Expected, Holds, Lock, Reading, Workspace, join_reference, snapshot, write_atomic};

use crate::args::Aws;
use crate::context::Context;

use crate::problem::Problem;
use crate::remote::connect;

/// What stands for the main branch, whatever it is called. No revision can be called so: git refuses a space.
pub(crate) const MAIN: &str = "main branch";

/// What stands for the registry of the workspace.
pub(crate) const REGISTRY: &str = "registry";

/// An earlier state of a workspace.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// What it is, for people.
    pub(crate) name: String,
    pub(crate) workspace: Workspace,
}

/// What the registry of the workspace holds, by the stamps of its versions.
pub(crate) fn registered(context: &Context, workspace: &Workspace) -> Result<(String, Lock), Problem> {
    let aws = Aws::default();
    let registry = &workspace.manifest.registry.name;
    let (remote, patience) = connect(context, registry, &aws)?;
    let (expected, cache) = (Expected::default(), Cache::default());
    let reading = Reading {
        expected: &expected,
        cache: &cache,
        full: true,
        patience: &patience,
    };
    let mut lock = Lock::default();
    for schema in snapshot(&remote, &reading)?.schemas.into_values() {
        let Holds::Versions(versions) = schema.holds else {
            continue;
        };
        for stamp in versions.into_iter().filter_map(|version| version.stamp) {
            lock.record(&stamp.event, &stamp.version, stamp.digest, None);
        }
    }
    Ok((format!("the registry {registry}"), lock))
}

/// Reads a baseline. A folder with `schemactl.toml` is one; anything else is a revision, and the baseline is where the present
/// branch left it.
pub(crate) fn read(root: &Path, name: &str) -> Result<Baseline, Problem> {
    let folder = Path::new(name);
    if !name.is_empty() && folder.join("schemactl.toml").is_file() {
        return Ok(Baseline {
            name: folder.display().to_string(),
            workspace: Workspace::load(folder)?,
        });
    }
    let git = Git { root };
    let main = if name == MAIN { Some(git.main()?) } else { None };
    let revision = main
        .as_deref()
        .unwrap_or_else(|| name.strip_prefix("git:").unwrap_or(name));
    let tip = git.commit(revision)?;
    let commit = git.merge_base(revision, &tip)?;
    let copy = tempfile::tempdir().map_err(|error| file_problem(&std::env::temp_dir(), error))?;
    git.copy(&commit, copy.path())?;
    Ok(Baseline {
        name: format!("{revision} ({})", commit.get(..12).unwrap_or(&commit)),
        workspace: Workspace::load(copy.path())?,
    })
}

/// Returns one file of a revision, with its path in the repository. The path is seen from `folder`.
pub(crate) fn file(folder: &Path, revision: &str, path: &str) -> Result<(String, Vec<u8>), Problem> {
    let git = Git { root: folder };
    let commit = git.commit(revision)?;
    let prefix = git.line(&["rev-parse", "--show-prefix"])?.unwrap_or_default();
    // Objects of git have no `.` and `..` in their paths.
    let is_relative = path.split('/').any(|part| matches!(part, "." | ".."));
    let path_in_repository = if is_relative {
        join_reference(&format!("{prefix}."), path, "the repository").map_err(|why| {
            Problem::usage(
                why,
                "name a file of the repository, seen from the folder that you are in",
            )
        })?
    } else {
        format!("{prefix}{path}")
    };
    let object = format!("{commit}:{path_in_repository}");
    let bytes = git.ask(&["cat-file", "blob", &object])?.ok_or_else(|| {
        Problem::usage(
            format!("there is no file `{path}` in `{revision}`"),
            "check the path: it is seen from the folder that you are in",
        )
    })?;
    Ok((path_in_repository, bytes))
}

/// Returns a file of a revision by its path in the repository, if there is one.
pub(crate) fn file_in_repository(folder: &Path, revision: &str, path: &str) -> Result<Option<Vec<u8>>, Problem> {
    let git = Git { root: folder };
    let commit = git.commit(revision)?;
    git.ask(&["cat-file", "blob", &format!("{commit}:{path}")])
}

fn file_problem(path: &Path, error: std::io::Error) -> Problem {
    Problem::File {
        path: path.to_owned(),
        what: "write",
        error,
    }
}

struct Git<'r> {
    root: &'r Path,
}

impl Git<'_> {
    /// Only objects are read, and paths mean what they say.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .args([
                "--no-pager",
                "--literal-pathspecs",
                "--no-optional-locks",
                "--no-replace-objects",
            ])
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
            .arg("-C")
            .arg(self.root)
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Standard output, or `None` if git says no.
    fn ask(&self, arguments: &[&str]) -> Result<Option<Vec<u8>>, Problem> {
        let output = self.command(arguments).output().map_err(|error| {
            Problem::usage(
                format!("cannot run git: {error}"),
                "install git, or name a folder with --against=DIR",
            )
        })?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn line(&self, arguments: &[&str]) -> Result<Option<String>, Problem> {
        let said = self.ask(arguments)?;
        Ok(said.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()))
    }

    /// The main branch: what the remote says it is, or the first of its usual names.
    fn main(&self) -> Result<String, Problem> {
        const NAMES: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];
        for name in NAMES {
            let wanted = format!("{name}^{{commit}}");
            if self
                .line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?
                .is_some()
            {
                return Ok(name.to_owned());
            }
        }
        if self.line(&["rev-parse", "--git-dir"])?.is_none() {
            return Err(self.no_repository());
        }
        Err(Problem::usage(
            format!("the repository has none of {}", NAMES.join(", ")),
            format!("name the branch with --against=REVISION; {}", self.why_missing()),
        ))
    }

    fn no_repository(&self) -> Problem {
        Problem::usage(
            format!("{} is in no git repository", self.root.display()),
            "name a folder with --against=DIR",
        )
    }

    fn commit(&self, revision: &str) -> Result<String, Problem> {
        if self.line(&["rev-parse", "--git-dir"])?.is_none() {
            return Err(self.no_repository());
        }
        let wanted = format!("{revision}^{{commit}}");
        let found = self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        found.ok_or_else(|| {
            Problem::usage(
                format!("`{revision}` is neither a workspace nor a git revision"),
                self.why_missing(),
            )
        })
    }

    /// A shallow clone has no history to compare with, and CI makes shallow clones.
    fn why_missing(&self) -> String {
        match self.line(&["rev-parse", "--is-shallow-repository"]) {
            Ok(Some(shallow)) if shallow == "true" => {
                "the clone is shallow: fetch the history first, with `git fetch --unshallow` or fetch-depth: 0"
                    .to_owned()
            }
            _ => "write a branch, a tag, a commit, or a folder with schemactl.toml".to_owned(),
        }
    }

    /// Where the present branch left the other one: what happened there since is not ours.
    fn merge_base(&self, revision: &str, tip: &str) -> Result<String, Problem> {
        let base = self.line(&["merge-base", "HEAD", tip])?;
        base.ok_or_else(|| {
            Problem::usage(
                format!("the present branch and `{revision}` have no common history"),
                self.why_missing(),
            )
        })
    }

    /// Copies the workspace's files of a commit. Links and submodules are left out, as a workspace has none.
    fn copy(&self, commit: &str, to: &Path) -> Result<(), Problem> {
        let prefix = self.line(&["rev-parse", "--show-prefix"])?.unwrap_or_default();
        let paths = ["schemactl.toml", "schemactl.lock", "schemas"].map(|name| format!("{prefix}{name}"));
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", commit, "--"];
        arguments.extend(paths.iter().map(String::as_str));
        let listing = self.ask(&arguments)?.unwrap_or_default();
        let files: Vec<(String, PathBuf)> = listing
            .split(|byte| *byte == 0)
            .filter_map(|line| entry(line, &prefix))
            .collect();
        if files.is_empty() {
            return Err(Problem::usage(
                format!("there was no workspace at {}", commit.get(..12).unwrap_or(commit)),
                "name a revision that has schemactl.toml, or leave --against out",
            ));
        }
        let contents = self.contents(files.iter().map(|(object, _)| object.as_str()))?;
        for ((_, path), content) in files.iter().zip(contents) {
            let path = to.join(path);
            write_atomic(&path, &content).map_err(|error| file_problem(&path, error))?;
        }
        Ok(())
    }

    /// The contents of objects, in order, by one process.
    fn contents<'o>(&self, objects: impl Iterator<Item = &'o str>) -> Result<Vec<Vec<u8>>, Problem> {
        let request: Vec<u8> = objects.flat_map(|object| format!("{object}\n").into_bytes()).collect();
        let failed = |error: std::io::Error| Problem::usage(format!("cannot run git: {error}"), "install git");
        let mut command = self.command(&["cat-file", "--batch"]);
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
        split(&output.stdout).ok_or_else(|| {
            Problem::usage(
                "git answered with something else than the objects it was asked for",
                "run `git fsck` in the repository",
            )
        })
    }
}

/// `MODE TYPE OBJECT\tPATH` of a regular file, with the path inside the workspace.
fn entry(line: &[u8], prefix: &str) -> Option<(String, PathBuf)> {
    let line = std::str::from_utf8(line).ok()?;
    let (info, path) = line.split_once('\t')?;
    let mut info = info.split(' ');
    let (mode, kind, object) = (info.next()?, info.next()?, info.next()?);
    let path = path.strip_prefix(prefix)?;
    let inside = Path::new(path)
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    (kind == "blob" && mode.starts_with("100") && inside).then(|| (object.to_owned(), PathBuf::from(path)))
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
    fn only_regular_files_inside_the_workspace_are_copied() {
        let line = |mode: &str, path: &str| format!("{mode} blob abc\t{path}").into_bytes();
        let found = entry(&line("100644", "shop/schemas/a.json"), "shop/").unwrap();
        assert_eq!(found, ("abc".to_owned(), PathBuf::from("schemas/a.json")));
        for (mode, path) in [
            ("120000", "shop/schemas/a.json"),
            ("100644", "shop/../a.json"),
            ("100644", "a.json"),
        ] {
            assert_eq!(entry(&line(mode, path), "shop/"), None, "{mode} {path}");
        }
    }

    #[test]
    fn contents_may_hold_anything() {
        let bytes = b"abc blob 3\na\nb\nabd blob 0\n\n";
        assert_eq!(split(bytes).unwrap(), [b"a\nb".to_vec(), Vec::new()]);
        assert_eq!(split(b"abc missing\n"), None);
    }
}
