//! The files with which CI runs `schemactl check`. In: the folder of a workspace, or one with several below it. Out: files at the root of its
//! git repository, where GitHub, GitLab and pre-commit look for them, that name the folder seen from there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use schemactl_workspace::find_root;

use crate::args::CiSystem;
use crate::context::{find_repository, folder_in_repository};
use crate::problem::Problem;
use crate::workspaces_below::find_workspaces;

mod jobs;

use jobs::{PushTargets, list_commands};

/// The version of schemactl that CI installs: the one that writes the file.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The workflow of GitHub, with the action or with the wheel.
const GITHUB: &str = ".github/workflows/schemactl.yml";

/// What GitLab reads first. There is one of it, and most repositories have it.
const GITLAB: &str = "include:\n  - local: /.gitlab/schemactl.yml\n";

/// The repository that CI checks, and what it checks there.
#[derive(Debug)]
pub(super) struct CiPlace {
    repository: PathBuf,
    /// The folder of the workspace seen from the repository, with slashes; nothing for its root.
    workspace: String,
    /// The folders of all workspaces that it checks, as the one above.
    workspaces: Vec<String>,
    /// There is no workspace yet.
    is_new: bool,
}

/// A file for CI.
#[derive(Debug)]
pub(super) struct CiFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// What to do where the file is there already.
    if_kept: &'static str,
    /// What has to be in it then: nothing if the file is ours.
    part: String,
    /// What to do after it was written.
    next: &'static str,
}

/// What the files cannot run without. Nothing here can tell whether it is published.
const NEEDS_ACTION: &str = concat!(
    "next: the workflow needs the tag action-v",
    env!("CARGO_PKG_VERSION"),
    " of schemactl on GitHub; before it is published, change the line that is marked, or use --ci github-wheel"
);
const NEEDS_WHEEL: &str = concat!(
    "next: the job needs schemactl ",
    env!("CARGO_PKG_VERSION"),
    " on PyPI or an index of yours; otherwise change the line that is marked"
);
const NEEDS_WHEEL_FOR_HOOK: &str = concat!(
    "next: pre-commit install, which needs schemactl ",
    env!("CARGO_PKG_VERSION"),
    " on PyPI or an index of yours; otherwise change the line that is marked"
);

impl CiPlace {
    /// Returns where CI looks for its files if it is to check the workspace of a folder, the workspaces below it, or a new one in it.
    ///
    /// # Errors
    /// Fails if the folder is in no git repository.
    pub(super) fn find(folder: &Path) -> Result<Self, Problem> {
        let existing = find_root(folder).ok();
        let below = if existing.is_some() {
            Vec::new()
        } else {
            find_workspaces(folder)
        };
        let is_new = existing.is_none() && below.is_empty();
        let checked = resolve(existing.as_deref().unwrap_or(folder));
        let Some(repository) = find_repository(&checked) else {
            return Err(Problem::usage(
                format!(
                    "{} is not in a git repository, where the files of --ci belong",
                    folder.display()
                ),
                "run `git init` at the root of the repository first, or leave out --ci",
            ));
        };
        let named = |folder: &Path| folder_in_repository(folder).trim_end_matches('/').to_owned();
        let workspace = named(&checked);
        let workspaces: Vec<String> = below
            .iter()
            .map(|below| named(&resolve(&checked.join(below))))
            .collect();
        Ok(Self {
            repository: repository.to_owned(),
            workspaces: if workspaces.is_empty() {
                vec![workspace.clone()]
            } else {
                workspaces
            },
            workspace,
            is_new,
        })
    }

    /// Returns whether there is no workspace yet.
    pub(super) fn needs_workspace(&self) -> bool {
        self.is_new
    }

    /// Returns the files of these systems, each once.
    pub(super) fn list_files(&self, systems: &[CiSystem]) -> Vec<CiFile> {
        let mut systems = systems.to_vec();
        systems.sort();
        systems.dedup();
        systems
            .into_iter()
            .flat_map(|system| match system {
                CiSystem::Github => vec![self.github()],
                CiSystem::GithubWheel => vec![self.github_wheel()],
                CiSystem::Gitlab => self.gitlab(),
                CiSystem::PreCommit => vec![self.pre_commit()],
            })
            .collect()
    }

    fn github(&self) -> CiFile {
        let input = self.line_for_workspace("        with:\n          workspace: ", "\n");
        let action = "      # The line to change before schemactl is published, as above. The push follows a check of the same revision.\n      - uses: \
                      schemactl/schemactl@action-v@VERSION@\n";
        let quiet = "        with:\n          comment: \"false\"\n          upload-sarif: \"false\"\n";
        let steps = action.to_owned() + quiet + &self.line_for_workspace("          workspace: ", "\n");
        let text = include_str!("github.yml").replace("@WITH@", &input);
        self.file_of_ours(GITHUB, self.add_jobs(&text, &steps), NEEDS_ACTION)
    }

    fn github_wheel(&self) -> CiFile {
        let variable = self.line_for_workspace("          SCHEMACTL_WORKSPACE: ", "\n");
        let text = include_str!("github_wheel.yml").replace("          # @WORKSPACE@\n", &variable);
        let install = text
            .split_inclusive('\n')
            .skip_while(|line| !line.contains("- name: Install"));
        let install: String = install
            .take_while(|line| !line.contains("- name: schemactl check"))
            .collect();
        let text = self.add_jobs(&text, &install);
        self.file_of_ours(GITHUB, text, NEEDS_WHEEL)
    }

    /// A workflow of GitHub with the commands of the release check and the jobs that push. `install` are the steps that install schemactl.
    fn add_jobs(&self, text: &str, install: &str) -> String {
        let targets = PushTargets::find(&self.repository, &self.workspaces);
        let jobs = targets.github_jobs(install);
        text.replace(
            "@RELEASE@",
            &self.command("check --locked --quiet --format text --format github", "          "),
        )
        .replace("@JOBS@", &jobs)
        .replace("@VERSION@", VERSION)
    }

    /// A file that has nothing but our job.
    fn file_of_ours(&self, name: &str, text: String, next: &'static str) -> CiFile {
        CiFile {
            path: self.path(name),
            text,
            if_kept: "delete it first to have it written anew",
            part: String::new(),
            next,
        }
    }

    fn gitlab(&self) -> Vec<CiFile> {
        // GitLab replaces what stands behind a dollar sign.
        let variable = self
            .line_for_workspace("    SCHEMACTL_WORKSPACE: ", "\n")
            .replace('$', "$$");
        let text = include_str!("gitlab.yml").replace("@VERSION@", VERSION);
        let text = text.replace("    # @WORKSPACE@\n", &variable);
        let text = text.replace("@RELEASE@", &self.command("check --locked --quiet", "        "));
        let text = text + &PushTargets::find(&self.repository, &self.workspaces).gitlab_jobs();
        let job = self.file_of_ours(".gitlab/schemactl.yml", text, NEEDS_WHEEL);
        let include = CiFile {
            path: self.path(".gitlab-ci.yml"),
            text: GITLAB.to_owned(),
            if_kept: "add this to it:",
            part: GITLAB.to_owned(),
            next: "",
        };
        vec![job, include]
    }

    /// The line that checks what the job checks: a list of folders would leave out a workspace that is added later.
    fn command(&self, command: &str, indent: &str) -> String {
        list_commands(std::slice::from_ref(&self.workspace), command, indent)
    }

    fn pre_commit(&self) -> CiFile {
        let arguments = self.line_for_workspace("        args: [--workspace, ", "]\n");
        let hook = include_str!("pre-commit.yml").replace("@VERSION@", VERSION) + &arguments;
        CiFile {
            path: self.path(".pre-commit-config.yaml"),
            text: format!("repos:\n{hook}"),
            if_kept: "add this to its `repos`:",
            part: hook,
            next: NEEDS_WHEEL_FOR_HOOK,
        }
    }

    /// The workspace between two texts, as a string of YAML, which every string of JSON is; nothing for the root of the repository.
    fn line_for_workspace(&self, before: &str, after: &str) -> String {
        if self.workspace.is_empty() {
            return String::new();
        }
        let quoted = serde_json::Value::from(self.workspace.as_str());
        format!("{before}{quoted}{after}")
    }

    /// A file of the repository, as short as it can be named from here.
    fn path(&self, name: &str) -> PathBuf {
        let is_here = Path::new(".").canonicalize().is_ok_and(|here| here == self.repository);
        if is_here {
            Path::new(".").join(name)
        } else {
            self.repository.join(name)
        }
    }
}

impl CiFile {
    /// Returns what is left to do. A file that was there and has what is needed needs nothing.
    pub(super) fn hint(&self, is_kept: bool) -> Option<String> {
        if !is_kept {
            return (!self.next.is_empty()).then(|| self.next.to_owned());
        }
        let present = std::fs::read_to_string(&self.path).unwrap_or_default();
        let needed = if self.part.is_empty() { &self.text } else { &self.part };
        if present.contains(needed) {
            return None;
        }
        let hint = format!("{} was not changed: {}", self.path.display(), self.if_kept);
        Some(if self.part.is_empty() {
            hint
        } else {
            format!("{hint}\n{}", self.part)
        })
    }
}

/// The real path of a folder, of which the last parts need not be there yet.
fn resolve(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut missing: Vec<OsString> = Vec::new();
    for above in absolute.ancestors() {
        if let Ok(real) = above.canonicalize() {
            return real.join(missing.iter().rev().collect::<PathBuf>());
        }
        missing.extend(above.file_name().map(ToOwned::to_owned));
    }
    absolute
}
