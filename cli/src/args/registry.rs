//! The arguments of the commands that speak to a registry.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::OutputFormat;

/// Where the registry is, in the AWS CLI's words.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct AwsArgs {
    /// The environment of schemactl.toml, such as prod for [env.prod]: its registry, profile and region win over those of the shell, and
    /// the options here win over both. Credentials of another account than its `account` are refused [default: the registry of
    /// schemactl.toml; `status` shows all environments]
    #[arg(long = "env", value_name = "NAME", help_heading = "AWS options")]
    pub(crate) environment: Option<String>,
    /// A profile of the AWS configuration. It wins over keys in the shell
    #[arg(long, help_heading = "AWS options")]
    pub(crate) profile: Option<String>,
    /// The region
    #[arg(long, help_heading = "AWS options")]
    pub(crate) region: Option<String>,
    /// The account that the environment has to be.
    #[arg(skip)]
    pub(crate) account: Option<String>,
    /// The endpoint of the service [default: AWS_ENDPOINT_URL_SCHEMAS, or Amazon's]
    #[arg(long, value_name = "URL", help_heading = "AWS options")]
    pub(crate) endpoint_url: Option<String>,
    /// How long a call may take, with all its attempts, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600), help_heading = "AWS options")]
    pub(crate) timeout: u64,
}

/// What the environment says, and nothing else.
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

/// What a plan is made with.
#[derive(Clone, Debug, Default, ClapArgs)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct PlanningArgs {
    /// Read every schema of the registry, whatever its state tag and the cache say
    #[arg(long)]
    pub(crate) full: bool,
    /// Delete what schemactl has registered and what does not belong into the registry any more
    #[arg(long)]
    pub(crate) enable_deletes: bool,
    /// Bring state tags up to date, one write for each schema that has changed since: machines without a cache plan from them
    #[arg(long)]
    pub(crate) refresh_tags: bool,
    /// Register forms that take more than the schema does, as allow-widening in schemactl.toml
    #[arg(long)]
    pub(crate) allow_widening: bool,
    /// Register versions again where the registry holds another schema under them, and write above a newest version that schemactl did
    /// not write, which a push without this does not do; nothing is deleted
    #[arg(long)]
    pub(crate) repair: bool,
    /// Take over versions that schemactl did not write and that are equal to the workspace's: with the same schema of the detail in
    /// either type, or one that is proved to be equal. They are recorded in schemactl.lock; nothing is written for them, and they get no
    /// stamp
    #[arg(long)]
    pub(crate) adopt: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// Exit with 10 if there is something to push, and with 6 if the registry differs in a way that the push does not mend
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// How to print the plan
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutputFormat,
    /// Write the plan to a file, for `push --plan-file`
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
  schemactl plan --plan-file plan.json && schemactl push --plan-file plan.json
  schemactl plan --repair && schemactl push --repair

The exit code is 6 if the registry differs after the push: another schema under a version, or a newest version that schemactl did not
write. Nothing is written above such a version without --repair, or --adopt where it is equal; other schemas are pushed. A write that is interrupted, throttled or lost is looked up before it is made again; run the push again to continue it.")]
pub(crate) struct PushArgs {
    /// Create the registry if it does not exist
    #[arg(long)]
    pub(crate) create_registry: bool,
    /// Show the plan and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Refuse to register from files that are in no commit, or from a commit that is on no branch of a remote [default: a note]
    #[arg(long)]
    pub(crate) require_clean: bool,
    /// Apply the plan of a file, exactly; refuse if the registry or the workspace has changed since
    #[arg(long, value_name = "FILE", conflicts_with_all = ["refresh_tags", "allow_widening", "repair", "adopt"])]
    pub(crate) plan_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    #[command(flatten)]
    pub(crate) writing: WritingArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

/// How the registry is written.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(crate) struct WritingArgs {
    /// Delete without asking
    #[arg(long, requires = "enable_deletes")]
    pub(crate) yes: bool,
    /// Writes a second; 0 is no limit [default: 5, and no limit on this machine]
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
Each version of the workspace is listed once: registered, not registered (not released yet), missing (released, and not in the
registry), conflicting (another schema is there under its number), or pruned (older than the versions that are kept).

The exit code is 6 if a version is missing or conflicting, or if a newest version that schemactl did not write would stay the newest after a
push.")]
pub(crate) struct StatusArgs {
    /// How to print it
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

Schemas that schemactl wrote are restored to their event and version, in the form that is registered. Other schemas are numbered by what each
version breaks of those before it, and of documents of whole events (OpenAPI, or exported as draft-04) the detail is taken. A version that
goes back to an earlier schema is a new version.

The source and the detail-type of a new event are those of the document's envelope, or else of the stamp of schemactl, or else of a name as
EventBridge gives it to discovered schemas: source@DetailType. Otherwise they are the name as it stands, which a line says.

The exit code is 5 if a version is left out, a source or detail-type is not certain, or `schemactl check` finds errors in the workspace after
the pull, which are listed; and 6 if the workspace has another schema under a version.")]
pub(crate) struct PullArgs {
    /// Only schemas whose name begins so
    #[arg(value_name = "PREFIX", default_value = "")]
    pub(crate) prefix: String,
    /// The registry [default: that of the workspace]
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// How to number versions that schemactl did not write
    #[arg(long, value_enum, default_value_t)]
    pub(crate) number: PullNumbers,
    /// Pull the newest version of each schema only [default: all versions]
    #[arg(long)]
    pub(crate) newest_only: bool,
    /// Print what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

/// How pulled versions are numbered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PullNumbers {
    /// A minor where it is proved that nobody breaks, a patch where nothing changes but words, else a major
    #[default]
    ByChange,
    /// A major for each version, with the number of the registry
    Majors,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PruneArgs {
    /// Do it; without this the command shows what it would delete
    #[arg(long)]
    pub(crate) enable_deletes: bool,
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
    /// What the policy is for
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: PolicyMode,
    /// Allow `push --create-registry`
    #[arg(long)]
    pub(crate) create_registry: bool,
    /// Allow `push --enable-deletes` and `prune`
    #[arg(long)]
    pub(crate) enable_deletes: bool,
    /// The registry [default: that of the workspace]
    #[arg(long, value_name = "NAME")]
    pub(crate) registry: Option<String>,
    /// The region [default: all]
    #[arg(long, value_name = "REGION", default_value = "*", hide_default_value = true)]
    pub(crate) region: String,
    /// The account [default: all]
    #[arg(long, value_name = "ID", default_value = "*", hide_default_value = true)]
    pub(crate) account: String,
    /// The partition, such as aws-cn
    #[arg(long, default_value = "aws")]
    pub(crate) partition: String,
}

/// What an IAM policy is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyMode {
    /// Reading: plan, status, pull, doctor
    Plan,
    /// Writing too
    #[default]
    Push,
}
