//! The arguments of `schemactl new`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, ClapArgs)]
pub(crate) struct NewArgs {
    #[command(subcommand)]
    pub(crate) what: NewCommand,
}

/// What can be added to a workspace.
#[derive(Debug, Subcommand)]
pub(crate) enum NewCommand {
    /// Add an event with a first schema and an example
    Event(NewEventArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl new event OrderShipped
  schemactl new event com.myapp.orders/OrderShipped --detail-type order.shipped
  schemactl new event OrderShipped --from-example shipped.json
  schemactl new event OrderShipped --from-example events/*.json

The event is written only if `schemactl check` finds no error in it. With --from-example the schema is inferred from the events, and the first ones
become examples; their version field is the first version, and their envelope, if they have one, gives source and detail-type.")]
pub(crate) struct NewEventArgs {
    /// Name: NAMESPACE/NAME, or NAME if there is one namespace
    ///
    /// Without a namespace the event is put into that of the other events, or that of --source
    pub(crate) name: String,
    /// Source, such as com.myapp.orders [default: the namespace]
    ///
    /// If the events of the namespace have another source, that is the default
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Detail-type [default: made of the name, such as order.shipped]
    ///
    /// If the other events have their name as detail-type, so has the new one
    #[arg(long, value_name = "TYPE")]
    pub(crate) detail_type: Option<String>,
    /// File or folder with events to infer from; - for standard input
    ///
    /// A file has one event, a list of events, or one event per line; an event is a detail, or a whole event as EventBridge delivers it. All must have
    /// the same source and detail-type. Several files can follow
    #[arg(long, value_name = "FILE")]
    pub(crate) from_example: Vec<PathBuf>,
    /// More files of --from-example
    #[arg(value_name = "FILE", requires = "from_example")]
    pub(crate) more_examples: Vec<PathBuf>,
    /// Print what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
