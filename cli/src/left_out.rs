//! Files that git follows and a working tree does not have: a sparse checkout leaves them out, or a submodule was not fetched. In: a folder. Out: what is
//! said in place of "missing", with the command that brings the files. What a clone does not show was not deleted by anybody.

use std::collections::BTreeSet;
use std::path::Path;

use schemactl_check::{Finding, Report, Rule};
use schemactl_model::{EventName, Version};
use schemactl_workspace::{LoadError, MANIFEST_FILE, Workspace};

use crate::baseline::is_manifest;
use crate::git::{Git, SHALLOW, SparseCheckout};
use crate::problem::Problem;
use crate::suggestions::list_names;
use crate::words::count_in_words;
use crate::workspaces_below::find_workspaces;

/// Files that a folder should have, and that a sparse checkout leaves out.
#[derive(Debug)]
pub(crate) struct LeftOutFiles {
    /// The folder seen from the root of the repository, with a slash at the end.
    prefix: String,
    /// Their paths in the folder.
    paths: BTreeSet<String>,
    checkout: SparseCheckout,
}

impl LeftOutFiles {
    /// Returns the files that are left out of a folder. `None` if there are none, or no repository.
    pub(crate) fn find(folder: &Path) -> Option<Self> {
        let git = Git::at(folder);
        let mut paths = git.tracked().ok()?.left_out;
        // A file that was written all the same is there.
        paths.retain(|path| !folder.join(path).exists());
        if paths.is_empty() {
            return None;
        }
        Some(Self {
            prefix: git.prefix().ok()?,
            paths,
            checkout: git.sparse_checkout(),
        })
    }

    /// Returns the schema of a version, if it is left out. 1.0.json and 1.0.0.json are the same version.
    fn find_schema(&self, event: &EventName, version: &Version) -> Option<&str> {
        let folder = format!("schemas/{event}/");
        let is_it = |path: &&String| {
            let number = path.strip_prefix(&folder).and_then(|file| file.strip_suffix(".json"));
            number.and_then(|number| number.parse().ok()).as_ref() == Some(version)
        };
        self.paths.iter().find(is_it).map(String::as_str)
    }

    /// Returns the command that brings a file, and those beside it.
    fn advise_on_file(&self, path: &str) -> String {
        let whole = format!("{}{path}", self.prefix);
        let folder = whole.rsplit_once('/').map_or("", |(folder, _)| folder);
        let command = match (self.checkout, folder) {
            (SparseCheckout::Folders, "") => "`git sparse-checkout disable`".to_owned(),
            (SparseCheckout::Folders, folder) => format!("`git sparse-checkout add {folder}`"),
            // A pattern for the file itself decides, whatever its folder matches.
            (SparseCheckout::Patterns, _) => format!("`git sparse-checkout add {whole}`"),
            (SparseCheckout::Whole, _) => {
                format!("`git update-index --no-skip-worktree {whole}` and `git checkout -- {whole}`")
            }
        };
        let place = if self.prefix.is_empty() {
            ""
        } else {
            " in the root of the repository"
        };
        format!("run {command}{place}")
    }

    fn why(&self, path: &str) -> String {
        let what = if self.checkout == SparseCheckout::Whole {
            "its index entry has the bit skip-worktree"
        } else {
            "the sparse checkout leaves it out"
        };
        format!("git has {}{path}, and the working tree does not: {what}", self.prefix)
    }

    /// Returns what is said of them where the rest cannot be read.
    pub(crate) fn describe(&self) -> Option<String> {
        // Of an example nothing depends.
        let mut needed = self.paths.iter().filter(|path| !path.contains("/examples/"));
        let first = needed.next()?;
        let more = needed.count();
        let others = if more == 0 {
            String::new()
        } else {
            format!(", and {more} more like it")
        };
        Some(format!("{}{others}: {}", self.why(first), self.advise_on_file(first)))
    }
}

/// Puts what git says in the place of findings that a file is missing, where it is only not checked out.
pub(crate) fn explain_left_out_files(workspace: &Workspace, report: &mut Report) {
    let mut absences: Vec<&mut Finding> = report
        .findings
        .iter_mut()
        .filter(|finding| is_about_absence(finding))
        .collect();
    if absences.is_empty() {
        return;
    }
    let left_out = LeftOutFiles::find(&workspace.root);
    let is_shallow = Git::at(&workspace.root).is_shallow();
    for finding in &mut absences {
        if let Some(left_out) = &left_out {
            left_out.explain(finding);
        }
        // What an advice restores files from has to be there.
        if let Some(fix) = finding
            .fix
            .as_mut()
            .filter(|fix| is_shallow && fix.contains("history of the repository"))
        {
            *fix = format!("{fix}; {SHALLOW}");
        }
    }
}

/// Whether a finding may only be one because a file is not there.
fn is_about_absence(finding: &Finding) -> bool {
    matches!(
        finding.rule,
        Rule::ReleasedSchemaMissing | Rule::ReleasedSchemaChanged | Rule::LeftoverFiles | Rule::SchemaInvalid
    )
}

impl LeftOutFiles {
    fn explain(&self, finding: &mut Finding) {
        let Some(path) = self.find_cause(finding) else { return };
        if let (Rule::ReleasedSchemaMissing, Some(event), Some(version)) = (finding.rule, &finding.event, &finding.new)
        {
            let title = format!("{event}@{version}");
            // Of an event that is gone with several versions all are listed.
            let is_first_of_several = finding.message.starts_with(&format!("{title}, "));
            let title = if is_first_of_several { event.to_string() } else { title };
            finding.message = format!("{title} cannot be checked: {path} is not checked out");
        }
        // What an earlier state has shows that schemas refer to it.
        finding.message = finding
            .message
            .replace(" was deleted, and ", " is not checked out, and ");
        (finding.why, finding.fix) = (Some(self.why(path)), Some(self.advise_on_file(path)));
    }

    /// The file that a finding is about, or that it names.
    fn find_cause(&self, finding: &Finding) -> Option<&str> {
        if let (Rule::ReleasedSchemaMissing, Some(event), Some(version)) = (finding.rule, &finding.event, &finding.new)
        {
            let settings = format!("schemas/{event}/event.toml");
            let settings = || self.paths.get(&settings).map(String::as_str);
            return self.find_schema(event, version).or_else(settings);
        }
        let texts = [Some(&finding.message), finding.why.as_ref(), finding.fix.as_ref()];
        let names = |path: &&String| texts.iter().flatten().any(|text| text.contains(path.as_str()));
        self.paths.iter().find(names).map(String::as_str)
    }
}

/// Returns the problem that there is no workspace, with where it may be, if git knows more than the working tree shows or a folder below has one. Every other problem is itself.
pub(crate) fn explain_missing_workspace(problem: Problem) -> Problem {
    let described = match &problem {
        Problem::Load(errors) => match errors.as_slice() {
            [error @ LoadError::NoManifest { start }] => {
                let help = describe_unfetched_workspace(start).or_else(|| name_workspaces_below(start));
                help.map(|help| Problem::usage(error.to_string(), help))
            }
            _ => None,
        },
        _ => None,
    };
    described.unwrap_or(problem)
}

/// Returns how the workspaces below a folder are named. `None` if there is none.
fn name_workspaces_below(start: &Path) -> Option<String> {
    let below = find_workspaces(start);
    let names: Vec<String> = below.iter().map(|folder| folder.display().to_string()).collect();
    let first = names.first()?;
    Some(format!(
        "run it in a workspace, or name one, such as with `--workspace {first}`; below this folder are {}",
        list_names(&names)
    ))
}

fn describe_unfetched_workspace(start: &Path) -> Option<String> {
    // The folder itself may be left out.
    let start = std::path::absolute(start).ok()?;
    let folder = start.ancestors().find(|folder| folder.is_dir())?;
    let wanted = start.strip_prefix(folder).ok()?.join(MANIFEST_FILE);
    let left_out = LeftOutFiles::find(folder);
    let manifest = left_out.as_ref().and_then(|left_out| {
        let named = left_out.paths.iter().find(|path| Path::new(path.as_str()) == wanted);
        let path = named.or_else(|| left_out.paths.iter().find(|path| is_manifest(path)))?;
        Some(format!("{}: {}", left_out.why(path), left_out.advise_on_file(path)))
    });
    manifest.or_else(|| describe_submodules(folder, true))
}

/// Returns the submodules in a folder that hold a workspace of their own, and on demand those that may, because they are not fetched.
pub(crate) fn describe_submodules(folder: &Path, with_unfetched: bool) -> Option<String> {
    let tracked = Git::at(folder).tracked().ok()?;
    let is_fetched = |submodule: &str| folder.join(submodule).join(".git").exists();
    let has_workspace = |submodule: &str| folder.join(submodule).join(MANIFEST_FILE).is_file();
    let mut lines = Vec::new();
    for submodule in &tracked.submodules {
        if has_workspace(submodule) {
            lines.push(format!(
                "{submodule} is a git submodule with a workspace of its own: `schemactl check --workspace {submodule}` checks it against its own \
                 repository"
            ));
        } else if with_unfetched && !is_fetched(submodule) {
            lines.push(format!(
                "{submodule} is a git submodule that is not fetched: `git submodule update --init {submodule}`, if it has the workspace"
            ));
        }
    }
    // As many as anybody reads.
    let more = lines.len().saturating_sub(MOST_SUBMODULES);
    lines.truncate(MOST_SUBMODULES);
    if more > 0 {
        lines.push(format!("and {}", count_in_words(more, "more submodule")));
    }
    (!lines.is_empty()).then(|| lines.join("; "))
}

/// Submodules that are named in one message.
const MOST_SUBMODULES: usize = 3;
