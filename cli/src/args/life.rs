//! The arguments of the commands that record the life of released events.

use clap::Args as ClapArgs;
use clap_complete::ArgValueCompleter;
use schemactl_model::EventRef;

use super::check::parse_baseline;
use crate::completion::complete_events;

/// The reason and the author of a record.
#[derive(Debug, ClapArgs)]
pub(crate) struct DecisionArgs {
    /// Reason, shown in reviews and in every check of the branch
    #[arg(long)]
    pub(crate) reason: String,
    /// Person who decides [default: user.name of git]
    #[arg(long)]
    pub(crate) author: Option<String>,
    /// Print what would be recorded, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Baseline for what is released [default: the main branch]
    ///
    /// For versions that schemactl.lock does not list: a git revision, or a folder written with ./
    #[arg(long, value_name = "BASE", value_parser = parse_baseline)]
    pub(crate) against: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl retire OrderPlaced@1 --reason 'the last consumer reads 2.0 since March'
  schemactl retire OrderPlaced --reason 'orders are placed in another system'
  schemactl retire OrderPlaced --undo --reason 'one consumer was forgotten'

The record is written to schemactl.lock. The schemas can then be deleted from the workspace; their versions stay in the registry. With --undo
the versions are published again as they were released; deleted files are restored from the git history.")]
pub(crate) struct RetireArgs {
    /// Event, or one of its majors, such as OrderPlaced@1
    #[arg(add = ArgValueCompleter::new(complete_events))]
    pub(crate) event: EventRef,
    /// Undo a retirement, whether it is merged or not
    #[arg(long)]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) decision: DecisionArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl move OrderPlaced PurchasePlaced --reason 'orders are purchases now'
  schemactl move OrderPlaced PurchasePlaced --keep --detail-type PurchasePlaced --reason 'both until 2027-03'
  schemactl move OrderPlaced OrderPlaced --source com.myapp.sales --reason 'sales owns it'
  schemactl move OrderPlaced PurchasePlaced --undo --reason 'the rules of billing are not ready'

Source and detail-type are unchanged unless they are given. A new `version-field` is written into event.toml first; `move EVENT EVENT` records
it. With --keep the old event is kept beside the new one, so that both can be
published until consumers have migrated; then retire the old one. If the folder was renamed already, only the record is written. With --undo
the event gets its old name, source and detail-type back, and keeps the versions released since.")]
pub(crate) struct MoveArgs {
    /// Present name of the event
    #[arg(add = ArgValueCompleter::new(complete_events))]
    pub(crate) old: EventRef,
    /// New name: NAMESPACE/NAME, or NAME in the same namespace
    ///
    /// The present name if only source or detail-type change
    pub(crate) new: String,
    /// New source, such as com.myapp.orders [default: the present one]
    #[arg(long, value_parser = parse_identity)]
    pub(crate) source: Option<String>,
    /// New detail-type, such as order.placed [default: the present one]
    #[arg(long, value_name = "TYPE", value_parser = parse_identity)]
    pub(crate) detail_type: Option<String>,
    /// Keep the old event beside the new one
    #[arg(long)]
    pub(crate) keep: bool,
    /// Undo the move from OLD to NEW, whether it is merged or not
    #[arg(long, conflicts_with_all = ["source", "detail_type", "keep"])]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) decision: DecisionArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Example:
  schemactl hotfix OrderPlaced@1.0 --reason 'quantity was an integer from the first day'

Edit the schema first. The record holds the digest that was released and the new one; any later edit is a finding again. If
producers change what they send, write a new version instead.")]
pub(crate) struct HotfixArgs {
    /// Released version whose schema was wrong, such as OrderPlaced@1.0
    #[arg(add = ArgValueCompleter::new(complete_events))]
    pub(crate) version: EventRef,
    #[command(flatten)]
    pub(crate) decision: DecisionArgs,
}
/// Parses a source or detail-type: a record of one that no event can have would have to be taken back.
fn parse_identity(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("expected at least one character".to_owned());
    }
    match text.chars().find(|letter| letter.is_control()) {
        Some(letter) => Err(format!(
            "control characters such as `{}` are not allowed",
            letter.escape_unicode()
        )),
        None => Ok(text.to_owned()),
    }
}
