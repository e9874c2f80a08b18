//! The arguments of the commands that write and read code.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use clap_complete::ArgValueCompleter;
use schemactl_model::EventRef;

use crate::completion::complete_events;

#[allow(clippy::struct_excessive_bools, reason = "flags of a command")]
#[derive(Debug, ClapArgs)]
pub(crate) struct GenerateArgs {
    /// Events, such as OrderPlaced or OrderPlaced@^1 [default: all events]
    #[arg(conflicts_with = "schema", add = ArgValueCompleter::new(complete_events))]
    pub(crate) events: Vec<EventRef>,
    /// Additional events, separated by commas
    #[arg(
        long = "events",
        value_name = "EVENTS",
        value_delimiter = ',',
        conflicts_with = "schema", add = ArgValueCompleter::new(complete_events))]
    pub(crate) more: Vec<EventRef>,
    /// Read one schema file in place of a workspace; - for standard input
    ///
    /// OpenAPI 3 documents are accepted. References to other files are followed inside the folder of FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// Name of the type of that schema [default: its title or file name]
    ///
    /// Of an OpenAPI document, or a file that has only definitions, it selects the schema
    #[arg(long, value_name = "NAME", requires = "schema")]
    pub(crate) name: Option<String>,
    /// File to write, - for standard output, or a folder for events.rs
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: PathBuf,
    /// Write nothing; fail if the file is not up to date
    #[arg(long)]
    pub(crate) check: bool,
    /// Fail, and write nothing, if the code has any of these
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) deny: Vec<DeniedCodeArg>,
    /// How readers treat undeclared properties [default: ignore]
    ///
    /// Options for code take precedence over `[generate]` in schemactl.toml
    #[arg(long, value_enum, value_name = "HOW", help_heading = "Code")]
    pub(crate) unknown_fields: Option<UnknownFieldsArg>,
    /// Generate a validate() method that checks all constraints
    #[arg(long, help_heading = "Code")]
    pub(crate) validate: bool,
    /// Rust type for integers without bounds [default: any]
    ///
    /// It is for integers whose bounds fit no built-in type
    #[arg(long, value_enum, value_name = "TYPE", help_heading = "Code")]
    pub(crate) integers: Option<IntegersArg>,
    /// Rust type for numbers [default: float]
    ///
    /// It is for numbers that need not be integers
    #[arg(long, value_enum, value_name = "TYPE", help_heading = "Code")]
    pub(crate) numbers: Option<NumbersArg>,
    /// Rust type for money [default: float]
    ///
    /// It is for properties named amount, price, total, …
    #[arg(long, value_enum, value_name = "TYPE", help_heading = "Code")]
    pub(crate) money: Option<MoneyArg>,
    /// Rust type for date-time strings [default: timestamp]
    #[arg(long, value_enum, value_name = "TYPE", help_heading = "Code")]
    pub(crate) times: Option<TimesArg>,
    /// Put each event behind a cargo feature of its own
    #[arg(long, help_heading = "Code")]
    pub(crate) features: bool,
    /// Derive Hash, PartialOrd and Ord for types whose parts have them
    ///
    /// Enums of strings always have them
    #[arg(long, help_heading = "Code")]
    pub(crate) hash_and_order: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeniedCodeArg {
    /// Places whose values are a serde_json::Value
    Untyped,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum UnknownFieldsArg {
    /// Ignore them
    Ignore,
    /// Keep them, and write them back
    Preserve,
    /// Reject them where the schema rejects them
    Refuse,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum IntegersArg {
    /// schemactl_runtime::Integer, which holds every integer
    Any,
    /// i64 or u64
    Fixed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum NumbersArg {
    /// f64, the closest double
    Float,
    /// schemactl_runtime::Decimal, which keeps all digits
    Decimal,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MoneyArg {
    /// f64 or String, depending on the type in the schema
    Float,
    /// schemactl_runtime::Decimal, which keeps all digits; DecimalText for strings whose pattern matches decimals
    Decimal,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TimesArg {
    /// schemactl_runtime::Timestamp, which keeps the original text
    Timestamp,
    /// String
    Text,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// Event and version to write, such as com.myapp.orders/OrderPlaced@1.2
    #[arg(add = ArgValueCompleter::new(complete_events))]
    pub(crate) event: EventRef,
    /// File with a schema as schemars writes it; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) from_json: PathBuf,
    /// Print the schema, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
