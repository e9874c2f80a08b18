//! Arguments of `schemactl check`.

use clap::{Args as ClapArgs, ValueEnum};
use clap_complete::ArgValueCompleter;
use schemactl_workspace::LifeKind;

use super::report::ReportArgs;
use crate::completion::complete_policies;

/// What stands for the main branch, whatever it is called. No revision can be called so: git refuses a space.
pub(crate) const MAIN_BRANCH: &str = "main branch";

/// What stands for no baseline. A branch of this name is `refs/heads/none`.
pub(crate) const NO_BASELINE: &str = "none";

/// Returns the name of a baseline.
///
/// # Errors
/// Fails for an empty one: a variable of CI that is not set would turn the comparison off, and the check would pass.
pub(super) fn parse_baseline(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err(
            "the name of the baseline is empty; is a variable unset? `--against none` compares with no baseline"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

/// The kinds of records that a check can reject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Denied {
    /// Retirements
    Retired,
    /// Retirements that were undone
    Restored,
    /// Changes of name, source or detail-type
    Moved,
    /// Corrections of released schemas
    Hotfix,
    /// Waivers of breaks, and of weaker settings
    Waiver,
}

impl Denied {
    /// Returns the kind of record that is rejected. `None` is no record.
    pub(crate) fn record_kind(self) -> Option<LifeKind> {
        match self {
            Self::Retired => Some(LifeKind::Retired),
            Self::Restored => Some(LifeKind::Restored),
            Self::Moved => Some(LifeKind::Moved),
            Self::Hotfix => Some(LifeKind::Hotfix),
            Self::Waiver => None,
        }
    }
}

/// The severities that make a check fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only
    #[default]
    Error,
    /// Errors and warnings, such as a waiver without a finding
    Warning,
    /// All findings without a waiver
    Note,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl check
  schemactl check --against
  schemactl check --against --deny retired,hotfix,waiver
  schemactl check --against origin/release --format text --format github --output sarif=report.sarif

`check` (and no other command) checks every workspace below and prints one report, where neither this folder nor one above it has a schemactl.toml. In a
git repository it also checks the workspaces inside the one around this folder, and skips ignored files. Use --workspace DIR to check a single workspace.")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct CheckArgs {
    /// Record all versions as released in schemactl.lock
    ///
    /// Nothing is recorded if the check has errors. Released schemas must not change
    #[arg(long)]
    pub(crate) release: bool,
    /// Fail if schemactl.lock does not record every version as released
    ///
    /// For pull requests: who adds a version records it with --release, and commits the lock. Nothing is written
    #[arg(long, conflicts_with = "release")]
    pub(crate) locked: bool,
    /// Also compare with a baseline [without a value: the main branch]
    ///
    /// A baseline is a git revision such as origin/main, REVISION:FOLDER, a folder written as a path (./before), `registry` (of all environments, if there are
    /// any), or registry:ENVIRONMENT. All versions of the baseline count as released. `none` is no baseline, for scripts that compute BASE; an empty BASE is an error
    #[arg(long, value_name = "BASE", value_parser = parse_baseline, num_args = 0..=1, default_missing_value = MAIN_BRANCH)]
    pub(crate) against: Option<String>,
    /// Reject new records and waivers of these kinds [default: accept them]
    ///
    /// The kinds are separated by commas, such as retired,waiver; new is what the baseline does not have. What is accepted is shown with
    /// reason and author. A registry has no records: those of the main branch are used instead
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS", requires = "against")]
    pub(crate) deny: Vec<Denied>,
    /// Also report warnings and notes that the baseline has too
    ///
    /// Without it they are counted in one line, and `--fail-on` ignores them: the change does not touch them. JSON, SARIF and Code Quality
    /// reports always have them
    #[arg(long, requires = "against")]
    pub(crate) all: bool,
    /// Ignore cached proofs
    ///
    /// Workspaces with 50 or more events reuse proofs of unchanged events, except when CI is set
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Number of threads [default: one per core]
    ///
    /// The report is the same for any number
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// Allow registered forms that accept more than the schema
    ///
    /// The same as allow-widening in schemactl.toml
    #[arg(long)]
    pub(crate) allow_widening: bool,
    /// Lowest severity that makes the check fail
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub(crate) fail_on: FailOn,
    /// Report only events of this owner, such as team-orders
    ///
    /// The owner of an event is `owner` in event.toml or, if missing, in schemactl.toml. Findings about the workspace as a whole are reported to every
    /// owner in it. The exit code depends only on the reported findings
    #[arg(long, value_name = "NAME", conflicts_with = "release")]
    pub(crate) owner: Option<String>,
    /// Content-model policy for all events, such as producer-declared
    ///
    /// A policy that is less strict than the baseline's is reported, and the baseline's is used [default: that of event.toml or
    /// schemactl.toml]
    #[arg(long, conflicts_with = "release", add = ArgValueCompleter::new(complete_policies))]
    pub(crate) policy: Option<String>,
    #[command(flatten)]
    pub(crate) reports: ReportArgs,
}
