//! What the program around a language server knows and the server does not: git, the clock, advice in words.

use std::path::{Path, PathBuf};

use schemactl_check::{CodeComparer, Finding, Report, Rule};
use schemactl_model::EventName;
use schemactl_workspace::{Date, EarlierState, LoadError, Workspace};

/// A file as an action leaves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// The whole path.
    pub path: PathBuf,
    /// The whole path that it had before, if that was another one.
    pub renamed_from: Option<PathBuf>,
    /// Its text.
    pub text: String,
}

/// A search for earlier states, which may take as long as git.
pub type FormerStateSearch = Box<dyn FnOnce() -> Vec<EarlierState> + Send>;

/// The program that an editor has started.
pub trait EditorHost {
    /// Returns the day on which waivers and deprecations are judged.
    fn today(&self) -> Date;

    /// Returns what compares the code that is generated for two versions; `None` if the program does not know it.
    fn find_code_comparer(&self) -> Option<CodeComparer>;

    /// Returns the folders of the workspaces that a check in a folder would check: the one around it, or all below.
    fn find_workspaces(&self, folder: &Path) -> Vec<PathBuf>;

    /// Returns the report on a workspace that cannot be read.
    fn report_errors(&self, errors: Vec<LoadError>) -> Report;

    /// Returns a search for earlier states of a workspace that know what its released schemas were. It is made in another thread.
    fn search_former_states(&self, workspace: &Workspace) -> FormerStateSearch;

    /// Returns the files to rename and edit so that the newest version of an event has the number that it needs, as `bump` does; none if the
    /// number is right, or is not known, or must not change.
    fn plan_bump(&self, workspace: &Workspace, report: &Report, event: &EventName) -> Vec<PlannedFile>;

    /// Returns the settings file with a waiver that accepts a finding; `None` if no waiver can.
    fn plan_waiver(&self, workspace: &Workspace, finding: &Finding) -> Option<PlannedFile>;

    /// Returns a finding in lines for people: what was found, the event that breaks, why, and how to correct it.
    fn describe_finding(&self, finding: &Finding) -> String;

    /// Returns the address of the page of a rule.
    fn page_address(&self, rule: Rule) -> String;
}
