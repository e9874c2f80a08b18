//! `schemactl pattern check --batch`: which events of a schema a pattern matches, proved; a question in each line.

use std::path::Path;
use std::time::Instant;

use schemactl_compat::{Policy, Schema, find_schema_faults};
use schemactl_model::{Dialect, Source, Value as ModelValue, parse, read_dialect};
use schemactl_pattern::Pattern;
use schemactl_pattern_analysis::{
    Coverage, PatternAnalysis, PatternEvents, Relation, VersionEvents, with_pattern_analysis,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::sent::SentDetails;
use super::{NoAnswer, NoAnswerReason, read_question, text_inside, text_of};
use crate::commands::diff::parse_policy;
use crate::context::Context;
use crate::exit::Exit;
use crate::json_lines::{BatchLine, answer_lines, write_line};
use crate::problem::Problem;

/// A question of a batch.
#[derive(Deserialize)]
struct PatternQuestion<'t> {
    #[serde(borrow, default)]
    id: Option<&'t RawValue>,
    #[serde(borrow)]
    schema: &'t RawValue,
    source: String,
    #[serde(rename = "detail-type")]
    detail_type: String,
    #[serde(borrow)]
    pattern: &'t RawValue,
    #[serde(borrow, default)]
    other: Option<&'t RawValue>,
}

/// Its answer.
#[derive(Default, Serialize)]
struct PatternAnswer<'t> {
    id: Option<&'t RawValue>,
    matches: &'static str,
    /// An event that matches.
    matched: Option<Value>,
    /// An event of the schema that does not.
    missed: Option<Value>,
    /// How the events that the pattern matches relate to those that the other one matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<&'static str>,
    /// Why a question is undecided.
    reason: Option<String>,
    /// Microseconds that the answer took.
    us: u128,
}

pub(super) fn run_batch(file: &Path, policy: Option<&str>, context: &Context) -> Result<Exit, Problem> {
    let policy = parse_policy(policy)?;
    answer_lines(file, context, |line| answer_question(line, policy))
}

fn answer_question(line: BatchLine, policy: Policy) -> Result<String, String> {
    let number = line.number;
    let text = text_of(line)?;
    let members = "`id`, `schema`, `source`, `detail-type`, `pattern`, and perhaps `other`";
    let question: PatternQuestion<'_> = read_question(number, &text, members)?;
    let answer = decide(&question, policy).map_err(|error| {
        write_line(&NoAnswer {
            name: None,
            id: question.id,
            error,
        })
    })?;
    Ok(write_line(&answer))
}

fn decide<'t>(question: &PatternQuestion<'t>, policy: Policy) -> Result<PatternAnswer<'t>, NoAnswerReason> {
    let pattern = read_pattern("pattern", question.pattern)?;
    let other = question.other.map(|other| read_pattern("other", other)).transpose()?;
    let (root, dialect) = read_schema(question.schema)?;
    let written = Schema::new(&root, dialect);
    let sent = SentDetails::of(&written, policy).map_err(|message| NoAnswerReason::new("schema", message))?;
    let is_valid = |detail: &Value| sent.is_valid(detail);
    let started = Instant::now();
    let mut answer = with_pattern_analysis(|analysis| {
        let events = analysis.version(&question.source, &question.detail_type, &sent.schema(), &is_valid);
        let patterns = (&pattern, other.as_ref());
        events.and_then(|events| ask(analysis, &events, patterns))
    })
    .unwrap_or_else(|error| PatternAnswer {
        matches: "undecided",
        relation: other.as_ref().map(|_| "undecided"),
        reason: Some(error.to_string()),
        ..PatternAnswer::default()
    });
    answer.us = started.elapsed().as_micros();
    answer.id = question.id;
    Ok(answer)
}

/// Asks about one pattern, and how it relates to the other.
fn ask<'s>(
    analysis: &mut PatternAnalysis<'_, 's>,
    events: &VersionEvents<'s, '_>,
    (pattern, other): (&Pattern, Option<&Pattern>),
) -> Result<PatternAnswer<'static>, schemactl_pattern_analysis::PatternAnalysisError> {
    let pattern = analysis.pattern(pattern)?;
    let mut answer = PatternAnswer::default();
    match analysis.coverage(events, &pattern) {
        Coverage::Never => answer.matches = "never",
        Coverage::Some { matched, missed } => {
            answer.matches = "some";
            answer.matched = Some(matched);
            answer.missed = Some(missed);
        }
        Coverage::All { matched } => {
            answer.matches = "all";
            answer.matched = Some(matched);
        }
        Coverage::Undecided(reason) => {
            answer.matches = "undecided";
            answer.reason = Some(reason);
        }
    }
    if let Some(other) = other {
        let other = analysis.pattern(other)?;
        relate(analysis, events, (&pattern, &other), &mut answer);
    }
    Ok(answer)
}

fn relate<'s>(
    analysis: &mut PatternAnalysis<'_, 's>,
    events: &VersionEvents<'s, '_>,
    (pattern, other): (&PatternEvents<'s>, &PatternEvents<'s>),
    answer: &mut PatternAnswer<'_>,
) {
    answer.relation = Some(match analysis.relation(events, pattern, other) {
        Relation::Equal => "equal",
        Relation::Subset(_) => "subset",
        Relation::Superset(_) => "superset",
        Relation::Overlap { .. } => "overlap",
        Relation::Disjoint => "disjoint",
        Relation::Undecided(reason) => {
            answer.reason.get_or_insert(reason);
            "undecided"
        }
    });
}

fn read_pattern(member: &'static str, json: &RawValue) -> Result<Pattern, NoAnswerReason> {
    Pattern::parse(&text_inside(json)).map_err(|error| NoAnswerReason::new(member, error.to_string()))
}

/// Reads the schema of the details; without `$schema` it is in 2020-12.
fn read_schema(json: &RawValue) -> Result<(ModelValue, Dialect), NoAnswerReason> {
    let refuse = |message: String| NoAnswerReason::new("schema", message);
    let root = parse(&Source::new("schema", text_inside(json))).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        refuse(errors.join("; "))
    })?;
    let dialect =
        read_dialect(&root, Dialect::Draft202012).map_err(|error| refuse(format!("{error} (at /$schema)")))?;
    match find_schema_faults(&root, dialect).first() {
        Some(fault) => Err(refuse(format!("{fault} (at {})", fault.pointer))),
        None => Ok((root, dialect)),
    }
}
