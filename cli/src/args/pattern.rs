//! The arguments of `schemactl pattern`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use clap_complete::ArgValueCompleter;
use schemactl_model::EventRef;

use super::PatternFormat;
use crate::completion::{complete_events, complete_policies};

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
    /// Prove which events a changed pattern matches in addition, and which it matches no longer
    Diff(PatternDiffArgs),
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
  schemactl pattern check rules/*.json
  schemactl pattern check rules/paid-orders.json --event OrderPlaced --format json
  schemactl pattern check --batch questions.jsonl

Without --batch the patterns are checked against every version of the workspace's events that is not retired, or of --event. Never and all are proofs,
and each event in an answer was matched and validated. A writer is assumed to send what the policy of the event says, and its own version in the version
field. Where a pattern matches no event of a version, the field that is never met is named.

The exit code is 1 if a pattern matches no event of any version.")]
pub(crate) struct PatternCheckArgs {
    /// Files with event patterns; - for standard input
    #[arg(required_unless_present = "batch", value_name = "FILES")]
    pub(crate) patterns: Vec<PathBuf>,
    /// Only check against this event [default: all events]
    #[arg(long, value_name = "EVENT", conflicts_with = "batch", add = ArgValueCompleter::new(complete_events))]
    pub(crate) event: Option<EventRef>,
    /// Format of the output
    ///
    /// JSON is a line for each pattern, with an event of each version that matches and one that does not
    #[arg(long, value_enum, default_value_t, conflicts_with = "batch")]
    pub(crate) format: PatternFormat,
    /// Answer the questions in a file of JSON lines; - for standard input
    ///
    /// A line is {"id","schema","source","detail-type","pattern"}, of at most 16,000,000 bytes; schema is that of the detail. The answer is
    /// {"id","matches","matched","missed","reason","us"}, with an event that matches and one that does not. With a second pattern, "other", the answer has
    /// "relation" too: equal, subset, superset, overlap, disjoint or undecided
    #[arg(long, value_name = "FILE", conflicts_with = "patterns")]
    pub(crate) batch: Option<PathBuf>,
    /// Content-model policy of the writers with --batch, such as open-strict
    ///
    /// [default: tolerant-reader]
    #[arg(long, requires = "batch", add = ArgValueCompleter::new(complete_policies))]
    pub(crate) policy: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  schemactl pattern diff old.json new.json
  git show main:rules/paid.json | schemactl pattern diff - rules/paid.json
  schemactl pattern diff deployed.json new.json --event OrderPlaced --format json

The patterns are compared over all events of the workspace's versions that are not retired, or of --event: for each version that one of them matches,
an event that only the new pattern matches, and one that only the old one does. \"The same events\" is a proof.

The exit code is 1 if they differ for a version, or that is undecided.")]
pub(crate) struct PatternDiffArgs {
    /// File with the old event pattern; - for standard input
    pub(crate) old: PathBuf,
    /// File with the new event pattern; - for standard input
    pub(crate) new: PathBuf,
    /// Only compare over this event [default: all events]
    #[arg(long, value_name = "EVENT", add = ArgValueCompleter::new(complete_events))]
    pub(crate) event: Option<EventRef>,
    /// Format of the output
    ///
    /// JSON is a line for each version: {"event","version","same","gained","lost","undecided"}, with whole events
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: PatternFormat,
}
