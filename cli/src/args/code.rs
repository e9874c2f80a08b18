//! The arguments of the commands that write and read code.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use schemactl_model::EventRef;

#[derive(Debug, ClapArgs)]
pub(crate) struct GenerateArgs {
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
    /// One schema file, or - for standard input, instead of a workspace; OpenAPI 3 documents will do
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// What the type of that schema is called [default: its title, or the file's name]
    #[arg(long, value_name = "NAME", requires = "schema")]
    pub(crate) name: Option<String>,
    /// The file to write, - for standard output, or a folder to write events.rs into
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: PathBuf,
    /// Write nothing; fail if the file is not what would be written
    #[arg(long)]
    pub(crate) check: bool,
    /// What readers do with properties that their schema does not name
    #[arg(long, value_enum, default_value = "ignore", help_heading = "Code")]
    pub(crate) unknown_fields: UnknownFieldsArg,
    /// Give the types a validate() that checks every constraint
    #[arg(long, help_heading = "Code")]
    pub(crate) validate: bool,
    /// What an integer is whose bounds fit no type of Rust
    #[arg(long, value_enum, default_value = "any", help_heading = "Code")]
    pub(crate) integers: IntegersArg,
    /// What a property is that holds money: one called amount, price, total and the like
    #[arg(long, value_enum, default_value = "float", help_heading = "Code")]
    pub(crate) money: MoneyArg,
    /// What a date-time is
    #[arg(long, value_enum, default_value = "timestamp", help_heading = "Code")]
    pub(crate) times: TimesArg,
    /// Put each event behind a cargo feature
    #[arg(long, help_heading = "Code")]
    pub(crate) features: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum UnknownFieldsArg {
    /// Skip them
    Ignore,
    /// Keep them, and write them again
    Preserve,
    /// Refuse them where the schema does
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
pub(crate) enum MoneyArg {
    /// f64 or String, as the schema says
    Float,
    /// schemactl_runtime::Decimal, which keeps the digits; DecimalText for a string with a pattern of decimals
    Decimal,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TimesArg {
    /// schemactl_runtime::Timestamp, which keeps the text
    Timestamp,
    /// String
    Text,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// The event and the version that the schema becomes, such as com.myapp.orders/OrderPlaced@1.2
    pub(crate) event: EventRef,
    /// A schema as schemars writes it, from a file or, with -, from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) from_json: PathBuf,
    /// Print the schema and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
