//! The command line as clap reads it. Types and help texts only; what a command does is in its file in `commands`.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::ArgValueCompleter;
use schemactl_model::{EventRef, FormatMode};
use schemactl_workspace::Date;

use crate::completion::{complete_events, complete_policies, complete_rules, complete_schemas};
use crate::exit;

mod check;
mod code;
mod init;
mod life;
mod new;
mod pattern;
mod registry;
mod report;
mod serve;

pub(crate) use check::{CheckArgs, Denied, FailOn, MAIN_BRANCH, NO_BASELINE};
pub(crate) use code::{
    DeniedCodeArg, GenerateArgs, ImportArgs, IntegersArg, MoneyArg, NumbersArg, TimesArg, UnknownFieldsArg,
};
pub(crate) use init::{CiSystem, InitArgs};
pub(crate) use life::{DecisionArgs, HotfixArgs, MoveArgs, RetireArgs};
pub(crate) use new::{NewArgs, NewCommand, NewEventArgs};
pub(crate) use pattern::{PatternArgs, PatternCheckArgs, PatternCommand, PatternDiffArgs, PatternTestArgs};
pub(crate) use registry::{
    AwsArgs, DoctorArgs, IamPolicyArgs, PlanArgs, PlanningArgs, PolicyMode, PruneArgs, PullArgs, PullNumbers, PushArgs,
    StatusArgs, WritingArgs,
};
pub(crate) use report::{ReportArgs, ReportFormat, ReportOutput};
pub(crate) use serve::{LOCAL_REGION, Quota, Quoted, ServeAccessArgs, ServeArgs, ServeBusArgs};

/// Versioned JSON Schemas for events on Amazon EventBridge: check every change, generate the code, push to the registry.
#[derive(Debug, Parser)]
#[command(name = "schemactl", version, after_long_help = exit::TABLE, propagate_version = false, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The heading of the options that every command has.
pub(crate) const GLOBAL_OPTIONS: &str = "Global options";

/// The options of every command.
#[derive(Debug, ClapArgs)]
pub(crate) struct GlobalArgs {
    /// Folder of the workspace [default: this folder or one above it]
    ///
    /// It has the file schemactl.toml, such as services/orders
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "SCHEMACTL_WORKSPACE",
        help_heading = GLOBAL_OPTIONS
    )]
    pub(crate) workspace: Option<PathBuf>,
    /// Use colors on the terminal
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = GLOBAL_OPTIONS
    )]
    pub(crate) color: Color,
    /// Print only the result and errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = GLOBAL_OPTIONS
    )]
    pub(crate) quiet: bool,
    /// Mask AWS account IDs in output
    #[arg(
        long,
        global = true,
        env = "SCHEMACTL_MASK_ACCOUNT",
        value_parser = BoolishValueParser::new(),
        help_heading = GLOBAL_OPTIONS
    )]
    pub(crate) mask_account: bool,
    /// Print only ASCII characters
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS)]
    pub(crate) ascii: bool,
    /// Format of notes and errors on standard error
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        env = "SCHEMACTL_LOG_FORMAT",
        help_heading = GLOBAL_OPTIONS
    )]
    pub(crate) log_format: LogFormat,
    /// Day to judge by, such as 2027-01-31 [default: today, in UTC]
    ///
    /// Waivers and deprecations end by this day, and new records have it as their date
    #[arg(
        long,
        global = true,
        value_name = "YEAR-MONTH-DAY",
        env = "SCHEMACTL_TODAY",
        help_heading = GLOBAL_OPTIONS
    )]
    pub(crate) today: Option<Date>,
    /// Print details: comparisons, files and calls
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = GLOBAL_OPTIONS)]
    pub(crate) verbose: u8,
}

/// When colors are used.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Formats of what is written to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object per line
    Json,
}

/// Formats of answers about patterns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PatternFormat {
    /// For people
    #[default]
    Text,
    /// For programs: one JSON object per line
    Json,
}

/// Formats of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    #[default]
    Text,
    /// For programs; fields: https://github.com/schemactl/schemactl/blob/main/docs/reference/plan-report.md
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a workspace with settings and a first event
    Init(InitArgs),
    /// Add an event to the workspace
    New(NewArgs),
    /// Check schemas and examples, and compare every version with its predecessors
    Check(CheckArgs),
    /// Compare two schemas: show which events break and which version bump the change needs
    Diff(DiffArgs),
    /// Rename versions of events to the numbers that their changes need
    Bump(BumpArgs),
    /// Accept a finding and record the reason
    Accept(AcceptArgs),
    /// Record that an event or one of its majors is no longer published
    Retire(RetireArgs),
    /// Change the name, source or detail-type of a released event, and record the change
    Move(MoveArgs),
    /// Record that a released schema was wrong and has been corrected
    Hotfix(HotfixArgs),
    /// Resolve a merge conflict in schemactl.lock
    MergeLock(MergeLockArgs),
    /// Explain a rule, with examples and advice
    Explain(ExplainArgs),
    /// Validate an event against its schema
    Validate(ValidateArgs),
    /// Infer a schema from events
    Infer(InferArgs),
    /// Match events against event patterns, and prove which events a pattern matches
    Pattern(PatternArgs),
    /// Generate Rust types for events
    Generate(GenerateArgs),
    /// Import the schema of a Rust type as a version of an event
    Import(ImportArgs),
    /// Show what `push` would write
    Plan(PlanArgs),
    /// Register all versions that the registry does not have
    Push(PushArgs),
    /// Compare the workspace with the registry, version by version
    Status(StatusArgs),
    /// Copy the schemas of a registry into the workspace
    ///
    /// Existing files are never overwritten
    Pull(PullArgs),
    /// Delete outdated and duplicate versions from the registry
    Prune(PruneArgs),
    /// Find problems in the workspace, the AWS settings and the permissions
    Doctor(DoctorArgs),
    /// Print the minimal IAM policy for `plan` or `push`
    IamPolicy(IamPolicyArgs),
    /// Run a local EventBridge Schema Registry
    Serve(ServeArgs),
    /// Run a guided tour with sample schemas
    ///
    /// It needs no AWS account and no network
    Demo(DemoArgs),
    /// Run a language server on standard input and output, for editors
    Lsp(LspArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Write a man page for each command
    Man(ManArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl diff OrderPlaced@1.1 OrderPlaced@2.0
  schemactl diff old.json new.json --policy open-strict
  schemactl diff main:schemas/com.myapp.orders/OrderPlaced/2.0.json new.json

The exit code is 1 if a direction that --mode requires is incompatible, whatever the version numbers are.")]
pub(crate) struct DiffArgs {
    /// Old schema: EVENT@VERSION, a file, REVISION:PATH, or -
    ///
    /// REVISION:PATH is a file of a git revision, - is standard input
    #[arg(required_unless_present = "batch", add = ArgValueCompleter::new(complete_schemas))]
    pub(crate) old: Option<String>,
    /// New schema (same forms as OLD)
    #[arg(required_unless_present = "batch", add = ArgValueCompleter::new(complete_schemas))]
    pub(crate) new: Option<String>,
    /// Compare the pairs in a file of JSON lines; - for standard input
    ///
    /// A line is {"id","draft","old","new"}, of at most 16,000,000 bytes
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old", "new", "mode", "format", "output"])]
    pub(crate) batch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) stdin: StdinArgs,
    /// Content-model policy, such as producer-declared
    ///
    /// [default: that of the event, or tolerant-reader]
    #[arg(long, add = ArgValueCompleter::new(complete_policies))]
    pub(crate) policy: Option<String>,
    /// Meaning of `format`: annotation or assertion
    ///
    /// [default: that of the workspace, or annotation]
    #[arg(long)]
    pub(crate) formats: Option<FormatMode>,
    /// Direction that must be compatible
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
  schemactl bump OrderPlaced --against origin/main

Released versions are never renamed. The file and its examples are renamed, and the version field in them is updated. With --against, a version
that the baseline has released with another schema gets the next number and the properties of both, and the schema of the baseline is restored.")]
pub(crate) struct BumpArgs {
    /// Events, such as OrderPlaced [default: all events]
    #[arg(add = ArgValueCompleter::new(complete_events))]
    pub(crate) events: Vec<EventRef>,
    /// Rename versions whose number a baseline has released first
    ///
    /// A baseline is a git revision such as origin/main, or a folder written with ./
    #[arg(long, value_name = "BASE", value_parser = check::parse_baseline)]
    pub(crate) against: Option<String>,
    /// Print what would be renamed, and rename nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl merge-lock && git add schemactl.lock

It keeps the lines of both sides, as `merge=union` in .gitattributes does where git merges. If they contradict each other,
`schemactl check --against` fails and shows which line to keep.")]
pub(crate) struct MergeLockArgs {
    /// Print the merged lock, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl accept 3f9a0c51d27e --reason 'no consumer reads the field, see ADR 12' --expires 2027-01-31
  schemactl accept --all --reason 'released before this history was checked'

The waiver is written to the event's event.toml, so that it can be reviewed.")]
pub(crate) struct AcceptArgs {
    /// Fingerprints of findings, as `schemactl check` prints them
    #[arg(value_name = "FINGERPRINT", required_unless_present = "all")]
    pub(crate) fingerprints: Vec<String>,
    /// Accept all errors that can be accepted
    ///
    /// It is for a history that existed before its first check
    #[arg(long, conflicts_with = "fingerprints")]
    pub(crate) all: bool,
    /// Person who accepts the finding [default: user.name of git]
    #[arg(long)]
    pub(crate) author: Option<String>,
    /// Reason for the acceptance, such as "no consumer reads 1.0"
    #[arg(long)]
    pub(crate) reason: String,
    /// Last day on which the finding is accepted [default: no end]
    #[arg(long, value_name = "YEAR-MONTH-DAY")]
    pub(crate) expires: Option<Date>,
    /// Baseline of the check that reported the finding, such as main
    #[arg(long, value_name = "BASE", value_parser = check::parse_baseline)]
    pub(crate) against: Option<String>,
}

/// The name that standard input has in messages.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct StdinArgs {
    /// Name for standard input in messages and reports, such as order.json
    #[arg(long = "stdin-filename", value_name = "NAME")]
    pub(crate) filename: Option<String>,
}

/// The directions in which `diff` requires compatibility.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionArg {
    /// None: report only
    None,
    /// The new version accepts old events
    Backward,
    /// The old version accepts new events
    Forward,
    /// Both directions
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
    /// Rule ID, such as enum-value-added [default: list all rules]
    #[arg(add = ArgValueCompleter::new(complete_rules))]
    pub(crate) rule: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl validate OrderPlaced order.json
  schemactl validate OrderPlaced@1.0 events/*.json --format json
  jq --compact-output '.[]' archive.json | schemactl validate OrderPlaced -

All files and lines are validated, whatever is wrong with one of them. The exit code is 1 if an event is not valid, and 3 if a file or a line cannot
be read.")]
pub(crate) struct ValidateArgs {
    /// Event, such as OrderPlaced or OrderPlaced@1.0
    ///
    /// Without a version, the version is read from the event
    #[arg(add = ArgValueCompleter::new(complete_events))]
    pub(crate) event: EventRef,
    /// Files or folders with events, or with one event per line; - for standard input
    ///
    /// An event is a detail, a delivered envelope, a PutEvents entry or a list of these, also inside messages of SNS, SQS and Lambda. A file with one
    /// event per line is recognized by its lines, or by its name, such as events.jsonl: its valid events are counted, and listed with --verbose
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) stdin: StdinArgs,
    /// Format of the results
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ResultFormat,
}

/// Formats of the results of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// For people
    #[default]
    Text,
    /// For programs; fields: https://github.com/schemactl/schemactl/blob/main/docs/reference/validate-report.md
    Json,
}

/// Forms of an inferred schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaForm {
    /// JSON Schema 2020-12
    #[default]
    #[value(name = "2020-12")]
    Draft202012,
    /// JSON Schema draft-04, a type of the registry
    #[value(name = "draft-04")]
    Draft04,
    /// OpenAPI 3.0 document, the other type of the registry
    #[value(name = "openapi3")]
    Openapi3,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct InferArgs {
    /// Files or folders with events; - for standard input
    ///
    /// A file has one event, a list of events, or one event per line. Of a folder, all files below it are read whose names end in .json, .jsonl,
    /// .ndjson or .jsonlines
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) stdin: StdinArgs,
    /// Form of the schema
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub(crate) form: SchemaForm,
    /// Describe the whole event in place of its detail
    #[arg(long)]
    pub(crate) envelope: bool,
    /// Write schemas into this folder [default: print one schema]
    ///
    /// Such as discovered: a schema for each source and detail-type, as SOURCE@Type.json; existing files are never overwritten. Without it
    /// the events must have one source and detail-type
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// Keep the files of the demo in this folder [default: delete them]
    ///
    /// The workspace and the registry
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
An editor starts it and shows what `schemactl check` finds while you type: in schemas, examples, event.toml and schemactl.toml.
Neovim, for example:
  vim.lsp.start { name = 'schemactl', cmd = { 'schemactl', 'lsp' }, root_dir = vim.fs.root(0, 'schemactl.toml') }

The exit code is 1 if the editor goes away without the request `shutdown`.")]
pub(crate) struct LspArgs {
    /// Talk on standard input and output, which is the default
    ///
    /// It is the only way; many editors add this option
    #[arg(long)]
    pub(crate) stdio: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// Shell to print the script for
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ManArgs {
    /// Folder for the pages, such as ~/.local/share/man/man1
    ///
    /// It is created if it is missing, and pages that are there are replaced
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    /// Whoever names a region means a registry, and environments name registries. `serve` has the region of its own registry.
    #[test]
    fn a_command_with_a_region_has_environments() {
        let command = Args::command();
        let has =
            |one: &clap::Command, name: &str| one.get_arguments().any(|argument| argument.get_long() == Some(name));
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for one in command.get_subcommands().filter(|one| has(one, "region")) {
            let names = if has(one, "env") { &mut with } else { &mut without };
            names.push(one.get_name());
        }
        assert_eq!(
            with,
            ["plan", "push", "status", "pull", "prune", "doctor", "iam-policy"]
        );
        assert_eq!(without, ["serve"]);
    }
}
