//! The arguments of `schemactl pattern`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use clap_complete::ArgValueCompleter;

use crate::completion::complete_policies;

#[derive(Debug, ClapArgs)]
pub(crate) struct PatternArgs {
    #[command(subcommand)]
    pub(crate) what: PatternCommand,
}

/// What can be asked about event patterns.
#[derive(Debug, Subcommand)]
pub(crate) enum PatternCommand {
    /// Match an event against a pattern, and show which fields do not match
    Test(PatternTestArgs),
    /// Prove which events of a schema a pattern matches: never, some or all
    Check(PatternCheckArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl pattern test rule.json event.json
  aws events describe-rule --name orders --query EventPattern --output text | schemactl pattern test - event.json
  schemactl pattern test --batch pairs.jsonl

The exit code is 1 if the event does not match. A pattern that EventBridge rejects is an error, in EventBridge's words.")]
pub(crate) struct PatternTestArgs {
    /// File with the event pattern; - for standard input
    #[arg(required_unless_present = "batch")]
    pub(crate) pattern: Option<PathBuf>,
    /// File with the event, as EventBridge delivers it; - for standard input
    #[arg(required_unless_present = "batch")]
    pub(crate) event: Option<PathBuf>,
    /// Match the pairs in a file of JSON lines; - for standard input
    ///
    /// A line is {"name","pattern","event"}, of at most 16,000,000 bytes; pattern and event are JSON, or its text. The answer is {"name","matches","invalid"}:
    /// whether it matches, null for a pattern that EventBridge rejects, and why it does
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pattern", "event"])]
    pub(crate) batch: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl pattern check --batch questions.jsonl

Matches are never, some, all or undecided; never and all are proofs, and each event in an answer was matched and validated. A writer is assumed to send
what --policy says.")]
pub(crate) struct PatternCheckArgs {
    /// Answer the questions in a file of JSON lines; - for standard input
    ///
    /// A line is {"id","schema","source","detail-type","pattern"}, of at most 16,000,000 bytes; schema is that of the detail. The answer is
    /// {"id","matches","matched","missed","reason","us"}, with an event that matches and one that does not. With a second pattern, "other", the answer has
    /// "relation" too: equal, subset, superset, overlap, disjoint or undecided
    #[arg(long, value_name = "FILE")]
    pub(crate) batch: PathBuf,
    /// Content-model policy of the writers, such as open-strict
    ///
    /// [default: tolerant-reader]
    #[arg(long, add = ArgValueCompleter::new(complete_policies))]
    pub(crate) policy: Option<String>,
}
