//! `schemactl pattern test`: whether an event matches a pattern, and which fields do not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemactl_model::{Source, find_alike};
use schemactl_pattern::{CompiledPattern, Matcher, Pattern, PatternBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{NoAnswer, NoAnswerReason, parse_pattern, read_question, text_inside, text_of};
use crate::args::{PatternTestArgs, StdinArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::input;
use crate::json_lines::{BatchLine, answer_lines, write_line};
use crate::problem::Problem;
use crate::words::shorten_text;

/// A pair of a batch.
#[derive(Deserialize)]
struct PatternPair<'t> {
    #[serde(borrow, default)]
    name: Option<&'t RawValue>,
    #[serde(borrow)]
    pattern: &'t RawValue,
    #[serde(borrow)]
    event: &'t RawValue,
}

/// Its answer.
#[derive(Serialize)]
struct PatternPairAnswer<'t> {
    name: Option<&'t RawValue>,
    /// Null for a pattern that EventBridge rejects.
    matches: Option<bool>,
    /// Why it does, in EventBridge's words.
    invalid: Option<String>,
}

pub(super) fn run_test(args: &PatternTestArgs, context: &Context) -> Result<Exit, Problem> {
    if let Some(file) = &args.batch {
        return answer_lines(file, context, answer_pair);
    }
    let stdin = StdinArgs::default();
    let [pattern, event] = [&args.pattern, &args.event].map(|path| path.clone().expect("clap requires both"));
    if pattern == event {
        return Err(Problem::usage(
            "pattern and event are the same file",
            "name the pattern first, then the event; one of them can be `-`",
        ));
    }
    let (pattern, event) = (input::read_input(&pattern, &stdin)?, input::read_input(&event, &stdin)?);
    let parsed = parse_pattern(&pattern)?;
    let value: Value = read_event(&event)?;
    if parsed.compile().matches(&value) {
        context.console.result(&format!("{} matches\n", event.path()));
        return Ok(Exit::Clean);
    }
    let mut text = format!("{} does not match\n", event.path());
    explain_mismatch(&parsed, &value, &mut text);
    context.console.result(&text);
    Ok(Exit::Findings)
}

fn read_event(source: &Source) -> Result<Value, Problem> {
    schemactl_model::parse(source).map_err(Problem::Json)?;
    // The parser above knows the place of a fault; the matcher reads serde's values.
    serde_json::from_str(source.text()).map_err(|error| {
        Problem::usage(
            format!("{}: {error}", source.path()),
            "give an event as EventBridge delivers it",
        )
    })
}

fn answer_pair(line: BatchLine) -> Result<String, String> {
    let number = line.number;
    let text = text_of(line)?;
    let pair: PatternPair<'_> = read_question(number, &text, "`name`, `pattern` and `event`")?;
    let pattern = match Pattern::parse(&text_inside(pair.pattern)) {
        Ok(pattern) => pattern.compile(),
        Err(error) => {
            return Ok(write_line(&PatternPairAnswer {
                name: pair.name,
                matches: None,
                invalid: Some(error.reason()),
            }));
        }
    };
    let matches = pattern.matches_str(&text_inside(pair.event)).map_err(|error| {
        let message = format!("the event of line {number} is not JSON: {error}");
        write_line(&NoAnswer {
            name: pair.name,
            id: None,
            error: NoAnswerReason::new("event", message),
        })
    })?;
    Ok(write_line(&PatternPairAnswer {
        name: pair.name,
        matches: Some(matches),
        invalid: None,
    }))
}

/// Says of each alternative of a pattern which fields do not match.
fn explain_mismatch(pattern: &Pattern, event: &Value, text: &mut String) {
    // A pattern that was parsed is one that EventBridge takes.
    let branches = pattern.branches().unwrap_or_default();
    let several = branches.len() > 1;
    for (index, branch) in branches.iter().enumerate() {
        let indent = if several {
            writeln!(text, "  alternative {}:", index + 1).expect("writing to a string cannot fail");
            "    "
        } else {
            "  "
        };
        let failing: Vec<_> = branch.iter().filter(|field| !does_match(field, event)).collect();
        for (path, matchers) in &failing {
            let found = describe_found(path, event);
            writeln!(text, "{indent}{path}: expected {}, {found}", write_matchers(matchers))
                .expect("writing to a string cannot fail");
        }
        if failing.is_empty() {
            writeln!(
                text,
                "{indent}each field matches by itself, but not all of them in one element of a list"
            )
            .expect("writing to a string cannot fail");
        }
    }
}

/// Returns whether one field of a pattern matches by itself.
fn does_match((path, matchers): &(&String, &Vec<Matcher>), event: &Value) -> bool {
    compile_field(path, matchers).matches(event)
}

fn compile_field(path: &str, matchers: &[Matcher]) -> CompiledPattern {
    let steps: Vec<_> = path.split('.').collect();
    PatternBuilder::new()
        .any_of_field(&steps, matchers.iter().cloned())
        .build()
        .compile()
}

/// Writes what a field may be, as the pattern does.
fn write_matchers(matchers: &[Matcher]) -> String {
    let pattern = PatternBuilder::new()
        .any_of_field(&["field"], matchers.iter().cloned())
        .build();
    let mut members: BTreeMap<String, Value> = serde_json::from_value(pattern.to_value()).unwrap_or_default();
    members.remove("field").unwrap_or_default().to_string()
}

/// Says what stands at a path: the values, the object or the step that is missing.
fn describe_found(path: &str, event: &Value) -> String {
    let mut steps: Vec<_> = path.split('.').collect();
    let found = find_values(event, &steps);
    if !found.is_empty() {
        let shown: Vec<_> = found.iter().take(3).map(|value| shorten(value)).collect();
        let more = if found.len() > 3 { ", …" } else { "" };
        return format!("found {}{more}", shown.join(", "));
    }
    while let Some(step) = steps.pop() {
        let above = find_values(event, &steps);
        if let Some(value) = above.first() {
            return match (value, steps.is_empty()) {
                (Value::Object(members), is_root) => {
                    let place = if is_root {
                        "the event".to_owned()
                    } else {
                        format!("`{}`", steps.join("."))
                    };
                    let alike = find_alike(step, members.keys().map(String::as_str));
                    let alike = alike.map_or_else(String::new, |alike| format!("; did you mean `{alike}`?"));
                    format!("{place} has no `{step}`{alike}")
                }
                (value, _) => format!("`{}` is {}, which has no fields", steps.join("."), shorten(value)),
            };
        }
    }
    "the event is no object".to_owned()
}

/// Returns the values at a path, those of each element of a list.
fn find_values<'e>(event: &'e Value, steps: &[&str]) -> Vec<&'e Value> {
    match (event, steps) {
        (Value::Array(elements), _) => elements
            .iter()
            .flat_map(|element| find_values(element, steps))
            .collect(),
        (value, []) => vec![value],
        (Value::Object(members), [first, rest @ ..]) => members
            .get(*first)
            .map_or_else(Vec::new, |member| find_values(member, rest)),
        _ => Vec::new(),
    }
}

/// Returns a value in one line, without the rest of a long one.
fn shorten(value: &Value) -> String {
    const MOST: usize = 60;
    shorten_text(&value.to_string(), MOST)
}
