//! `schemactl pattern`: questions about EventBridge event patterns.

mod batch;
mod check;
mod diff;
mod sent;
mod test;
mod versions;

use std::path::Path;

use schemactl_model::Source;
use schemactl_pattern::Pattern;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::args::{PatternArgs, PatternCommand, StdinArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::input;
use crate::json_lines::{BatchLine, write_line};
use crate::problem::Problem;

pub(crate) fn run_pattern(args: &PatternArgs, context: &Context) -> Result<Exit, Problem> {
    match &args.what {
        PatternCommand::Test(args) => test::run_test(args, context),
        PatternCommand::Check(args) => check::run_check(args, context),
        PatternCommand::Diff(args) => diff::run_diff(args, context),
    }
}

/// Reads a file with a pattern, or standard input.
fn read_pattern(file: &Path) -> Result<(Source, Pattern), Problem> {
    let source = input::read_input(file, &StdinArgs::default())?;
    let pattern = parse_pattern(&source)?;
    Ok((source, pattern))
}

fn parse_pattern(source: &Source) -> Result<Pattern, Problem> {
    Pattern::parse(source.text()).map_err(|error| Problem::Pattern {
        file: source.path().to_owned(),
        error,
    })
}

/// A line of a batch that has no answer.
#[derive(Serialize)]
struct NoAnswer<'i> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'i RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'i RawValue>,
    error: NoAnswerReason,
}

#[derive(Serialize)]
struct NoAnswerReason {
    /// The member of the line whose fault it is; `line` if the line is no question.
    #[serde(rename = "where")]
    member: &'static str,
    message: String,
}

impl NoAnswerReason {
    fn new(member: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { member, message }
    }
}

/// Returns the answer to a line that is no question.
fn refuse_line(message: String) -> String {
    write_line(&NoAnswer {
        name: None,
        id: None,
        error: NoAnswerReason::new("line", message),
    })
}

/// Reads a line as a question; `members` are those that it has. The text of patterns and schemas is kept: the order of members counts.
fn read_question<'t, T: Deserialize<'t>>(number: usize, text: &'t str, members: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        refuse_line(format!(
            "line {number} is no question ({error}); expected an object with {members}"
        ))
    })
}

/// Returns the text of a line, or the answer that says why there is none.
fn text_of(line: BatchLine) -> Result<String, String> {
    line.text().map_err(refuse_line)
}

/// Returns the text of JSON, which may stand in a string.
fn text_inside(json: &RawValue) -> String {
    serde_json::from_str(json.get()).unwrap_or_else(|_| json.get().to_owned())
}
