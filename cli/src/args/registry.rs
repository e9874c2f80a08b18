//! The arguments of the commands that speak to a registry.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use clap_complete::ArgValueCompleter;
use schemactl_model::EventRef;

use super::OutputFormat;
use crate::completion::{complete_environments, complete_events};

/// The options that select the registry, named as in the AWS CLI.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct AwsArgs {
    /// Environment of schemactl.toml, such as prod for [env.prod]
    ///
    /// Its registry, profile and region take precedence over those of the shell; options take precedence over both. Credentials for an
    /// account other than its `account` are rejected [default: the registry of schemactl.toml; `status` shows all environments]
    #[arg(long = "env", value_name = "NAME", help_heading = "AWS options", add = ArgValueCompleter::new(complete_environments))]
    pub(crate) environment: Option<String>,
    /// Profile of the AWS configuration
    ///
    /// It takes precedence over access keys in the shell
    #[arg(long, help_heading = "AWS options")]
    pub(crate) profile: Option<String>,
    /// Region, such as eu-west-1 [default: that of the AWS configuration]
    #[arg(long, help_heading = "AWS options")]
    pub(crate) region: Option<String>,
    /// The ID of the AWS account that the credentials must belong to.
    #[arg(skip)]
    pub(crate) account: Option<String>,
    /// Endpoint of EventBridge Schemas, such as http://127.0.0.1:4010
    ///
    /// [default: AWS_ENDPOINT_URL_SCHEMAS, or that of AWS]
    #[arg(long, value_name = "URL", help_heading = "AWS options")]
    pub(crate) endpoint_url: Option<String>,
    /// Time limit of a call with all its attempts
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600), help_heading = "AWS options")]
    pub(crate) timeout: u64,
}

/// The settings of an environment, without options.
impl Default for AwsArgs {
    fn default() -> Self {
        Self {
            environment: None,
            profile: None,
            region: None,
            account: None,
            endpoint_url: None,
            timeout: 60,
        }
    }
}

/// The options that shape a plan.
#[derive(Clone, Debug, Default, ClapArgs)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct PlanningArgs {
    /// Only these events, such as Order or Order@1.1
    ///
    /// Repeat it, or separate events by commas. Other events are not written, and neither their errors nor their differences change the exit code
    /// [default: all events]
    #[arg(long = "event", alias = "events", value_name = "EVENT", value_delimiter = ',', add = ArgValueCompleter::new(complete_events))]
    pub(crate) events: Vec<EventRef>,
    /// Read the whole registry; ignore state tags and the cache
    #[arg(long)]
    pub(crate) full: bool,
    /// Delete what the workspace released and no longer has
    ///
    /// Only versions of its schemactl.lock, now or in its git history, are deleted; retired ones stay
    #[arg(long)]
    pub(crate) enable_deletes: bool,
    /// Update state tags, with one write for each changed schema
    ///
    /// Machines without a cache use them to plan
    #[arg(long)]
    pub(crate) refresh_tags: bool,
    /// Register forms that accept more than the schema
    ///
    /// The same as allow-widening in schemactl.toml
    #[arg(long)]
    pub(crate) allow_widening: bool,
    /// Register versions again where the registry differs
    ///
    /// It has a different schema for them. Versions after a newest version that schemactl did not write are added, too. Nothing is deleted
    #[arg(long)]
    pub(crate) repair: bool,
    /// Adopt equal versions that schemactl did not write
    ///
    /// Their schema of the detail is the same as that of a version of the workspace or proved equivalent, in either type. They are recorded
    /// in schemactl.lock, and types that differ from the settings in event.toml. Nothing is written to the registry, unless --repair is given
    /// too; what is missing there is listed and left to a push
    #[arg(long)]
    pub(crate) adopt: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// Exit with 10 if there is something to push
    ///
    /// Exit with 6 if the registry differs in a way that a push does not correct
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Format of the plan
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    /// Write the plan to a file such as plan.json, for `push --plan-file`
    #[arg(long = "plan-file", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl push --create-registry
  schemactl push --env prod
  schemactl push --env prod --event OrderPlaced
  schemactl plan --plan-file plan.json && schemactl push --plan-file plan.json
  schemactl plan --repair && schemactl push --repair

The exit code is 6 if the registry differs after the push: another schema under a version, or a newest version that schemactl did not
write. Nothing is written above such a version without --repair, or before --adopt has adopted it where it is equal; other schemas are pushed. A write that is interrupted, throttled or lost is looked up before it is made again; run the push again to continue it.")]
pub(crate) struct PushArgs {
    /// Create the registry if it does not exist
    #[arg(long)]
    pub(crate) create_registry: bool,
    /// Show the plan and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Reject what is not committed and pushed [default: print a note]
    ///
    /// Files that are not committed, and commits that are on no branch of a git remote
    #[arg(long)]
    pub(crate) require_clean: bool,
    /// Apply exactly the plan of this file
    ///
    /// It fails if the workspace has changed since, or in the registry a schema that the plan is about
    #[arg(long, value_name = "FILE", conflicts_with_all = ["events", "refresh_tags", "allow_widening", "repair", "adopt"])]
    pub(crate) plan_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) writing: WritingArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

/// The options for writing to the registry.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct WritingArgs {
    /// Delete without asking for confirmation
    #[arg(long, requires = "enable_deletes")]
    pub(crate) yes: bool,
    /// Maximum writes per second; 0 is no limit [default: 5]
    ///
    /// There is no limit by default for an endpoint on this machine
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.0..=10_000.0).contains(&rate) => Ok(rate),
        _ => Err("write a number from 0 to 10000".to_owned()),
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Each version of the workspace is listed once: registered, not registered (not released or not pushed yet), missing (the registry has held
it), conflicting (another schema is there under its number), pruned (older than the versions that are kept), or skipped (others wrote it,
it was adopted, and this registry has a newer version). A released version whose schema is missing
in the workspace is without a file.

The exit code is 6 if a version is missing, conflicting or without a file, or if a newest version that schemactl did not write would stay the newest after a
push. Events with a file that cannot be read are left out; the exit code is then 3, or 2 for settings.")]
pub(crate) struct StatusArgs {
    /// Format of the comparison
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl pull --registry discovered-schemas com.myapp.orders@
  schemactl pull --dry-run

Schemas written by schemactl are restored to their event and version, in the registered form. Versions of schemactl.lock whose files are lost
come from the history of the repository, as they were released; retired ones are left out. Other schemas are numbered by their compatibility
with the versions before them. From documents that describe whole events (OpenAPI, or draft-04 exports) the schema of the detail is extracted. A
version that repeats an earlier schema is a new version. What stands below a released version gets no number.

The source and detail-type of a new event are read from the document's envelope, else from the stamp of schemactl, else from a name as
EventBridge gives it to discovered schemas: source@DetailType. Otherwise the namespace and name of the schema are
used, and a line reports it.

The exit code is 5 if a version is left out, a source or detail-type is not certain, or `schemactl check` finds errors in the workspace after
the pull, which are listed; and 6 if the workspace has another schema under a version.")]
pub(crate) struct PullArgs {
    /// Only pull schemas whose name starts with PREFIX
    #[arg(value_name = "PREFIX", default_value = "")]
    pub(crate) prefix: String,
    /// Name of the registry [default: that of the workspace]
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// Numbering of versions that schemactl did not write
    #[arg(long, value_enum, default_value_t)]
    pub(crate) number: PullNumbers,
    /// Pull only the newest version of each schema [default: all]
    #[arg(long)]
    pub(crate) newest_only: bool,
    /// Print what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

/// The ways to number pulled versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PullNumbers {
    /// A patch for a change of texts only, a minor for a change that is proved compatible, and otherwise a major
    #[default]
    ByChange,
    /// One major per version, with the number that it has in the registry
    Majors,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PruneArgs {
    /// Delete the versions [default: show what would be deleted]
    #[arg(long)]
    pub(crate) enable_deletes: bool,
    /// Show what would be deleted, also with --enable-deletes
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) writing: WritingArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct IamPolicyArgs {
    /// Commands that the policy permits
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: PolicyMode,
    /// Permit `push --create-registry`
    #[arg(long)]
    pub(crate) create_registry: bool,
    /// Permit `push --enable-deletes` and `prune`
    #[arg(long)]
    pub(crate) enable_deletes: bool,
    /// Environment of schemactl.toml, such as prod for [env.prod]
    ///
    /// Its registry, region and account are those of the policy, unless options name others
    #[arg(long = "env", value_name = "NAME", add = ArgValueCompleter::new(complete_environments))]
    pub(crate) environment: Option<String>,
    /// Name of the registry [default: that of --env or the workspace]
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// AWS region, such as eu-west-1 [default: that of --env, or all]
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// ID of the AWS account [default: that of --env, or all]
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// AWS partition, such as aws-cn
    #[arg(long, default_value = "aws")]
    pub(crate) partition: String,
}

/// What an IAM policy permits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyMode {
    /// Read only: plan, status, pull, doctor
    Plan,
    /// Read and write
    #[default]
    Push,
}
