//! What the program around a language server knows and the server does not: git, the clock, advice in words.

use std::path::{Path, PathBuf};

use schemactl_check::{Finding, Report, Rule};
use schemactl_workspace::{Date, EarlierState, LoadError, Workspace};

/// A search for earlier states, which may take as long as git.
pub type FormerStateSearch = Box<dyn FnOnce() -> Vec<EarlierState> + Send>;

/// The program that an editor has started.
pub trait EditorHost {
    /// Returns the day on which waivers and deprecations are judged.
    fn today(&self) -> Date;

    /// Returns the folders of the workspaces that a check in a folder would check: the one around it, or all below.
    fn find_workspaces(&self, folder: &Path) -> Vec<PathBuf>;

    /// Returns the report on a workspace that cannot be read.
    fn report_errors(&self, errors: Vec<LoadError>) -> Report;

    /// Returns a search for earlier states of a workspace that know what its released schemas were. It is made in another thread.
    fn search_former_states(&self, workspace: &Workspace) -> FormerStateSearch;

    /// Returns a finding in lines for people: what was found, the event that breaks, why, and how to correct it.
    fn describe_finding(&self, finding: &Finding) -> String;

    /// Returns the address of the page of a rule.
    fn page_address(&self, rule: Rule) -> String;
}
