//! The command line as clap reads it. Types and help texts only; what a command does is in its file in `commands`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::PossibleValue;
use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand, ValueEnum};
use schemactl_model::EventRef;

use crate::exit;

/// Versioned JSON Schemas for events on Amazon EventBridge: check every change, generate the code, push to the registry.
#[derive(Debug, Parser)]
#[command(name = "schemactl", version, after_help = exit::TABLE, propagate_version = false, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
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

/// How to print a comparison or a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// How to print the report of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    Text,
    /// For programs: docs/report.schema.json describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports: a suite an event, a case a version
    Junit,
    /// Workflow commands that GitHub shows in the changed files
    Github,
    /// A GitLab Code Quality report
    Gitlab,
    /// A summary for the comment on a pull request
    Markdown,
}

/// A report in a file: `sarif=report.sarif`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: ReportFormat,
    pub(crate) file: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text
            .split_once('=')
            .ok_or("write FORMAT=FILE, such as sarif=report.sarif")?;
        let format = ReportFormat::from_str(format, false).map_err(|_| {
            let known = ReportFormat::value_variants().iter();
            let known: Vec<_> = known.filter_map(ValueEnum::to_possible_value).collect();
            let names: Vec<_> = known.iter().map(PossibleValue::get_name).collect();
            format!("`{format}` is no format; the formats are {}", names.join(", "))
        })?;
        match file {
            "" => Err("the name of the file is missing".to_owned()),
            "-" => Err("standard output is what --format is for".to_owned()),
            _ => Ok(Self {
                format,
                file: file.into(),
            }),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a workspace: settings and a first event
    Init(Init),
    /// Check schemas, examples, and every version against its predecessors
    Check(Check),
    /// Compare two schemas: which events break, and what the change needs
    Diff(Diff),
    /// Explain a rule
    Explain(Explain),
    /// Check an event against its schema
    Validate(Validate),
    /// Generate Rust types for the events
    Generate(Generate),
    /// Write the schema of a Rust type as a version of an event
    Import(Import),
    /// Show what a push would write
    Plan(Plan),
    /// Register every version that the registry does not hold
    Push(Push),
    /// Compare workspace and registry, version by version
    Status(Status),
    /// Run a local EventBridge Schema Registry
    Serve(Serve),
    /// See all of it at work on shipped schemas; needs no account and no network
    Demo(Demo),
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Init {
    /// The folder of the new workspace
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Print what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl check
  schemactl check --format text --format github --output sarif=report.sarif")]
pub(crate) struct Check {
    /// Record every version as released in schemactl.lock if the check is clean; released schemas never change
    #[arg(long)]
    pub(crate) release: bool,
    /// Compare with an earlier state too: a git revision (where this branch left it), or a folder. What was there is released
    #[arg(long, value_name = "REVISION|DIR")]
    pub(crate) against: Option<String>,
    /// How to print the report; give it again to print another one after it
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Vec<ReportFormat>,
    /// Write the report to a file too, such as sarif=report.sarif; may be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub(crate) output: Vec<Output>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl diff OrderPlaced@1.1 OrderPlaced@2.0
  schemactl diff old.json new.json --policy open-strict

The exit code is 1 if the comparison breaks what --mode asks for, whatever the versions promise.")]
pub(crate) struct Diff {
    /// The old schema: EVENT@VERSION or a file
    #[arg(required_unless_present = "batch")]
    pub(crate) old: Option<String>,
    /// The new schema: EVENT@VERSION or a file
    #[arg(required_unless_present = "batch")]
    pub(crate) new: Option<String>,
    /// Compare the pairs of a file of JSON lines, {"id","draft","old","new"}; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old", "new", "mode", "format"])]
    pub(crate) batch: Option<PathBuf>,
    /// The content-model policy [default: the event's, or tolerant-reader]
    #[arg(long)]
    pub(crate) policy: Option<String>,
    /// Which direction has to hold
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: Direction,
    /// How to print the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What `diff` asks of two schemas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Direction {
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

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// The rule, as findings name it; all of them if none is given
    pub(crate) rule: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Validate {
    /// The event, such as OrderPlaced or OrderPlaced@1.0; without a version the event itself names it
    pub(crate) event: EventRef,
    /// The file with the event, detail or whole envelope; - for standard input
    pub(crate) file: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Generate {
    /// The events, such as OrderPlaced or OrderPlaced@^1; all of them if none is given
    #[arg(conflicts_with = "schema")]
    pub(crate) events: Vec<EventRef>,
    /// More events, separated by commas
    #[arg(
        long = "events",
        value_name = "EVENTS",
        value_delimiter = ',',
        conflicts_with = "schema"
    )]
    pub(crate) more: Vec<EventRef>,
    /// One schema file instead of a workspace; OpenAPI 3 documents will do
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// What the type of that schema is called [default: its title, or the file's name]
    #[arg(long, value_name = "NAME", requires = "schema")]
    pub(crate) name: Option<String>,
    /// The file to write, or a folder to write events.rs into
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: PathBuf,
    /// Write nothing; fail if the file is not what would be written
    #[arg(long)]
    pub(crate) check: bool,
    /// What readers do with properties that their schema does not name
    #[arg(long, value_enum, default_value = "ignore", help_heading = "Code")]
    pub(crate) unknown_fields: UnknownFields,
    /// Give the types a validate() that checks every constraint
    #[arg(long, help_heading = "Code")]
    pub(crate) validate: bool,
    /// What an integer is whose bounds fit no type of Rust
    #[arg(long, value_enum, default_value = "any", help_heading = "Code")]
    pub(crate) integers: Integers,
    /// What money is that the schema says is a number
    #[arg(long, value_enum, default_value = "float", help_heading = "Code")]
    pub(crate) money: Money,
    /// What a date-time is
    #[arg(long, value_enum, default_value = "timestamp", help_heading = "Code")]
    pub(crate) times: Times,
    /// Put each event behind a cargo feature
    #[arg(long, help_heading = "Code")]
    pub(crate) features: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum UnknownFields {
    /// Skip them
    Ignore,
    /// Keep them, and write them again
    Preserve,
    /// Refuse them where the schema does
    Refuse,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Integers {
    /// schemactl_runtime::Integer, which holds every integer
    Any,
    /// i64 or u64
    Fixed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Money {
    /// f64
    Float,
    /// schemactl_runtime::Decimal, which keeps the digits
    Decimal,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Times {
    /// schemactl_runtime::Timestamp, which keeps the text
    Timestamp,
    /// String
    Text,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// The event and the version that the schema becomes, such as com.myapp.orders/OrderPlaced@1.2
    pub(crate) event: EventRef,
    /// A schema as schemars writes it, from a file or, with -, from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) from_json: PathBuf,
    /// Print the schema and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Where the registry is, in the AWS CLI's words.
#[derive(Debug, ClapArgs)]
pub(crate) struct Aws {
    /// A profile of the AWS configuration
    #[arg(long, help_heading = "AWS options")]
    pub(crate) profile: Option<String>,
    /// The region
    #[arg(long, help_heading = "AWS options")]
    pub(crate) region: Option<String>,
    /// The endpoint of the service [default: AWS_ENDPOINT_URL_SCHEMAS, or Amazon's]
    #[arg(long, value_name = "URL", help_heading = "AWS options")]
    pub(crate) endpoint_url: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Plan {
    /// Exit with 10 if there is something to push
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// How to print the plan
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) aws: Aws,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Push {
    /// Create the registry if it does not exist
    #[arg(long)]
    pub(crate) create_registry: bool,
    /// Show the plan and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) aws: Aws,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) aws: Aws,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Serve {
    /// The port on 127.0.0.1 [default: a free one]
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// The folder of the registry's data [default: .schemactl/registry in the workspace]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    /// Keep the workspace and the registry of the demo in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
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

    #[test]
    fn an_output_is_a_format_and_a_file() {
        let output: Output = "sarif=a=b.sarif".parse().unwrap();
        assert_eq!((output.format, output.file), (ReportFormat::Sarif, "a=b.sarif".into()));
        for wrong in ["sarif", "sarif=", "sarif=-", "xml=a.xml", "=a"] {
            assert!(wrong.parse::<Output>().is_err(), "{wrong}");
        }
    }
}
