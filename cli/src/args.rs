//! The command line as clap reads it. Types and help texts only; what a command does is in its file in `commands`.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};
use schemactl_model::{EventRef, FormatMode};
use schemactl_workspace::Date;

use crate::exit;

mod code;
mod life;
mod registry;
mod report;
mod serve;

pub(crate) use code::{GenerateArgs, ImportArgs, IntegersArg, MoneyArg, TimesArg, UnknownFieldsArg};
pub(crate) use life::{DecisionArgs, Denied, HotfixArgs, MoveArgs, RetireArgs};
pub(crate) use registry::{
    AwsArgs, DoctorArgs, IamPolicyArgs, PlanArgs, PlanningArgs, PolicyMode, PruneArgs, PullArgs, PullNumbers, PushArgs,
    StatusArgs, WritingArgs,
};
pub(crate) use report::{ReportArgs, ReportFormat, ReportOutput};
pub(crate) use serve::{LOCAL_REGION, Quota, Quoted, ServeAccessArgs, ServeArgs, ServeBusArgs};

/// What stands for the main branch, whatever it is called. No revision can be called so: git refuses a space.
pub(crate) const MAIN_BRANCH: &str = "main branch";

/// Versioned JSON Schemas for events on Amazon EventBridge: check every change, generate the code, push to the registry.
#[derive(Debug, Parser)]
#[command(name = "schemactl", version, after_help = exit::TABLE, propagate_version = false, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct GlobalArgs {
    /// The folder with schemactl.toml [default: the closest from here upwards]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "SCHEMACTL_WORKSPACE",
        help_heading = "Global options"
    )]
    pub(crate) workspace: Option<PathBuf>,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    pub(crate) color: Color,
    /// Print the result and errors only
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Global options"
    )]
    pub(crate) quiet: bool,
    /// Show no number of an AWS account
    #[arg(long, global = true, env = "SCHEMACTL_MASK_ACCOUNT", help_heading = "Global options")]
    pub(crate) mask_account: bool,
    /// Write plain ASCII
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) ascii: bool,
    /// How to write notes and errors
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        env = "SCHEMACTL_LOG_FORMAT",
        help_heading = "Global options"
    )]
    pub(crate) log_format: LogFormat,
    /// The day by which waivers and deprecations are judged and records are dated, such as 2027-01-31 [default: the day of the clock, in UTC]
    #[arg(
        long,
        global = true,
        value_name = "YEAR-MONTH-DAY",
        env = "SCHEMACTL_TODAY",
        help_heading = "Global options"
    )]
    pub(crate) today: Option<Date>,
    /// Print more: comparisons, files, calls
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Global options")]
    pub(crate) verbose: u8,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How to write what goes to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// A JSON object a line
    Json,
}

/// How to print a comparison or a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// What fails a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors alone
    #[default]
    Error,
    /// Warnings too, such as a waiver that nothing needs
    Warning,
    /// Every finding that no waiver accepts
    Note,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a workspace: settings and a first event
    Init(InitArgs),
    /// Check schemas, examples, and every version against its predecessors
    Check(CheckArgs),
    /// Compare two schemas: which events break, and what the change needs
    Diff(DiffArgs),
    /// Give the newest version of events the number that its change needs
    Bump(BumpArgs),
    /// Accept a finding, with a reason
    Accept(AcceptArgs),
    /// Record that an event, or a major of it, is no longer published
    Retire(RetireArgs),
    /// Give a released event another name, source or detail-type, and record it
    Move(MoveArgs),
    /// Record that a released schema was wrong and is corrected
    Hotfix(HotfixArgs),
    /// Explain a rule
    Explain(ExplainArgs),
    /// Check an event against its schema
    Validate(ValidateArgs),
    /// Make a schema from events
    Infer(InferArgs),
    /// Generate Rust types for the events
    Generate(GenerateArgs),
    /// Write the schema of a Rust type as a version of an event
    Import(ImportArgs),
    /// Show what a push would write
    Plan(PlanArgs),
    /// Register every version that the registry does not hold
    Push(PushArgs),
    /// Compare workspace and registry, version by version
    Status(StatusArgs),
    /// Bring the schemas of a registry into the workspace; nothing is overwritten
    Pull(PullArgs),
    /// Delete versions of the registry that are too old to be kept, or there twice
    Prune(PruneArgs),
    /// Find what is wrong with the workspace, the AWS settings, or the permissions
    Doctor(DoctorArgs),
    /// Print the least IAM policy that a plan or a push needs
    IamPolicy(IamPolicyArgs),
    /// Run a local EventBridge Schema Registry
    Serve(ServeArgs),
    /// See all of it at work on shipped schemas; needs no account and no network
    Demo(DemoArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct InitArgs {
    /// The folder of the new workspace
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Print what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl check
  schemactl check --against
  schemactl check --against --deny retired,hotfix
  schemactl check --against origin/release --format text --format github --output sarif=report.sarif

Where no schemactl.toml is, here or above, every workspace below is checked and one report is made; no other command does so. In a repository,
what git ignores is left out. Name one with --workspace DIR.")]
pub(crate) struct CheckArgs {
    /// Record every version as released in schemactl.lock if the check is clean; released schemas never change
    #[arg(long)]
    pub(crate) release: bool,
    /// Compare with an earlier state too: a git revision, REVISION:FOLDER, a folder written as a path (./before), or `registry`; without a
    /// value the repository's main branch. What was there is released
    #[arg(long, value_name = "REVISION|DIR|registry", num_args = 0..=1, default_missing_value = MAIN_BRANCH)]
    pub(crate) against: Option<String>,
    /// Reject records that the baseline does not have: retired, restored, moved, hotfix; several separated by commas. Without
    /// it they are accepted, and shown with reason and author. A registry has no records: those of the main branch count
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS", requires = "against")]
    pub(crate) deny: Vec<Denied>,
    /// Prove everything again. In a workspace of 50 events or more, one without findings is not proved again before it
    /// changes, unless CI is set
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Check events on N threads; default one for each core. The report does not depend on it
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
    /// Let registered forms take more than the schema does, as allow-widening in schemactl.toml
    #[arg(long)]
    pub(crate) allow_widening: bool,
    /// The least severity that fails the check
    #[arg(long, value_enum, default_value_t)]
    pub(crate) fail_on: FailOn,
    /// Report only what this team answers for: `owner` in event.toml, or else in schemactl.toml. The exit code is that of what is reported
    #[arg(long, value_name = "NAME", conflicts_with = "release")]
    pub(crate) owner: Option<String>,
    /// Judge all events by this content-model policy, in place of those of schemactl.toml and event.toml. One that asks less
    /// than the baseline's is a finding, and the baseline's counts
    #[arg(long, conflicts_with = "release")]
    pub(crate) policy: Option<String>,
    #[command(flatten)]
    pub(crate) reports: ReportArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl diff OrderPlaced@1.1 OrderPlaced@2.0
  schemactl diff old.json new.json --policy open-strict
  schemactl diff main:schemas/com.myapp.orders/OrderPlaced/2.0.json new.json

The exit code is 1 if the comparison breaks what --mode asks for, whatever the versions promise.")]
pub(crate) struct DiffArgs {
    /// The old schema: EVENT@VERSION, a file, REVISION:PATH of the repository, or - for standard input
    #[arg(required_unless_present = "batch")]
    pub(crate) old: Option<String>,
    /// The new schema, alike
    #[arg(required_unless_present = "batch")]
    pub(crate) new: Option<String>,
    /// Compare the pairs of a file of JSON lines, {"id","draft","old","new"}, of 16,000,000 bytes a line at most; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old", "new", "mode", "format", "output"])]
    pub(crate) batch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) stdin: StdinArgs,
    /// The content-model policy [default: the event's, or tolerant-reader]
    #[arg(long)]
    pub(crate) policy: Option<String>,
    /// What `format` says: annotation or assertion [default: the workspace's, or annotation]
    #[arg(long)]
    pub(crate) formats: Option<FormatMode>,
    /// Which direction has to hold
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: DirectionArg,
    #[command(flatten)]
    pub(crate) reports: ReportArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl bump
  schemactl bump OrderPlaced --dry-run

A version that is released keeps its number. The file, its examples, and the version they name are moved.")]
pub(crate) struct BumpArgs {
    /// The events; all of them if none is given
    pub(crate) events: Vec<EventRef>,
    /// Print what would be moved
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl accept 3f9a0c51d27e --reason 'no consumer reads the field, see ADR 12' --expires 2027-01-31
  schemactl accept --all --reason 'released before this history was checked'

The waiver stands in the event's event.toml, where a review sees it.")]
pub(crate) struct AcceptArgs {
    /// The fingerprint of the finding, as `schemactl check` prints it
    #[arg(value_name = "FINGERPRINT", required_unless_present = "all")]
    pub(crate) fingerprints: Vec<String>,
    /// Accept every error that can be accepted: for a history that was made before it was checked
    #[arg(long, conflicts_with = "fingerprints")]
    pub(crate) all: bool,
    /// Who accepts it [default: the name that git knows]
    #[arg(long)]
    pub(crate) author: Option<String>,
    /// Why it is accepted
    #[arg(long)]
    pub(crate) reason: String,
    /// The last day on which it is accepted
    #[arg(long, value_name = "YEAR-MONTH-DAY")]
    pub(crate) expires: Option<Date>,
    /// The earlier state that the check compared with
    #[arg(long, value_name = "REVISION|DIR")]
    pub(crate) against: Option<String>,
}

/// What standard input stands for.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct StdinArgs {
    /// What to call standard input in messages and reports
    #[arg(long = "stdin-filename", value_name = "NAME")]
    pub(crate) filename: Option<String>,
}

/// What `diff` asks of two schemas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionArg {
    /// Nothing: report only
    None,
    /// The new reader takes old events
    Backward,
    /// The old reader takes new events
    Forward,
    /// Both
    #[default]
    Full,
}

impl DirectionArg {
    pub(crate) fn asks_backward(self) -> bool {
        matches!(self, Self::Backward | Self::Full)
    }

    pub(crate) fn asks_forward(self) -> bool {
        matches!(self, Self::Forward | Self::Full)
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExplainArgs {
    /// The rule, as findings name it; all of them if none is given
    pub(crate) rule: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ValidateArgs {
    /// The event, such as OrderPlaced or OrderPlaced@1.0; without a version the event itself names it
    pub(crate) event: EventRef,
    /// The file with the event: detail, delivered envelope, PutEvents entry or a list of them; - for standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) stdin: StdinArgs,
}

/// What an inferred schema is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaForm {
    /// JSON Schema 2020-12
    #[default]
    #[value(name = "2020-12")]
    Draft202012,
    /// JSON Schema draft-04, what the registry holds
    #[value(name = "draft-04")]
    Draft04,
    /// An OpenAPI 3.0 document, the registry's other type
    #[value(name = "openapi3")]
    Openapi3,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct InferArgs {
    /// Files with an event, a list of events, or an event a line; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) stdin: StdinArgs,
    /// What to write the schema in
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub(crate) form: SchemaForm,
    /// Describe whole events, not their detail
    #[arg(long)]
    pub(crate) envelope: bool,
    /// Write a schema for each source and detail-type into this folder, as SOURCE@Type.json; files that are there are never overwritten, such as
    /// with `--output discovered` [default: print the schema of events of one kind]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// Keep the workspace and the registry of the demo in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }
}
