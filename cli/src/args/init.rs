//! The arguments of `schemactl init`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use schemactl_model::EventName;

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl init
  schemactl init --event com.acme.billing/InvoiceIssued
  schemactl init --no-event && schemactl new event com.acme.billing/InvoiceIssued --from-example invoice.json
  schemactl init --ci github
  schemactl init services/orders --ci gitlab --ci pre-commit

Existing files are never changed. In a workspace, or above several, --ci writes only the files for CI.")]
pub(crate) struct InitArgs {
    /// Folder of the new workspace [default: that of --workspace, or this folder]
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// First event: NAMESPACE/NAME [default: a sample, com.example.shop/OrderPlaced]
    ///
    /// The namespace is its source, and its detail-type is made of the name: InvoiceIssued is `invoice.issued`. Until the first release, event.toml
    /// can be changed
    #[arg(long, value_name = "EVENT", conflicts_with = "no_event")]
    pub(crate) event: Option<EventName>,
    /// Write no event
    ///
    /// `schemactl new event` adds one, also from an event that you have
    #[arg(long)]
    pub(crate) no_event: bool,
    /// Also write files for CI: check, release check and push [default: none]
    ///
    /// They are written at the root of the git repository. Repeat the option for several. Nothing is pushed until a role is set in them
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
    /// The same with pip in place of the action, which may be forbidden or not be published: annotations, job summary
    GithubWheel,
    /// Jobs of GitLab CI: Code Quality and test reports in the merge request
    Gitlab,
    /// Hook of pre-commit: before each commit, on your machine
    PreCommit,
}
