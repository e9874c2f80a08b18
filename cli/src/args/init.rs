//! The arguments of `schemactl init`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl init
  schemactl init --ci github
  schemactl init services/orders --ci gitlab --ci pre-commit

Existing files are never changed. In a workspace, or above several, --ci writes only the files for CI.")]
pub(crate) struct InitArgs {
    /// Folder of the new workspace
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Also write files that run `schemactl check` in CI [default: none]
    ///
    /// They are written at the root of the git repository. Repeat the option for several
    #[arg(long, value_enum, value_name = "SYSTEM")]
    pub(crate) ci: Vec<CiSystem>,
    /// Print what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What runs checks of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum CiSystem {
    /// Workflow of GitHub Actions: annotations, a comment on the pull request, code scanning
    Github,
    /// Job of GitLab CI: Code Quality and test reports in the merge request
    Gitlab,
    /// Hook of pre-commit: before each commit, on your machine
    PreCommit,
}
