//! `schemactl diff --batch`: many pairs in one run. In: a file of JSON lines, `{"id","draft","old","new"}`. Out: a line for each,
//! `{"id","backward","forward","us"}`, or `{"id","error"}` for a case that cannot be read; the run goes on.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::Instant;

use schemactl_compat::{Policy, Schema, Semantics, default_engine, directions};
use schemactl_model::{Dialect, Source, Value, parse};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::report::json::{VerdictJson, raw, verdict};

/// Lines that are longer are errors: a case is two schemas.
const LONGEST_LINE: usize = 16 << 20;

/// Answers are written when they are longer than this together.
const MOST_ANSWERS: usize = 1 << 16;

/// How the schemas are read.
type Reading = (Policy, Semantics);

#[derive(Serialize)]
struct Decided<'v> {
    id: Option<Box<RawValue>>,
    backward: VerdictJson<'v>,
    forward: VerdictJson<'v>,
    us: u128,
}

#[derive(Serialize)]
struct Failed {
    id: Option<Box<RawValue>>,
    error: String,
}

/// Reads cases until the file ends. The exit code says whether all of them could be read.
pub(super) fn run(file: &Path, reading: Reading, context: &Context) -> Result<Exit, Problem> {
    let failed = |error| Problem::File {
        path: file.to_owned(),
        what: "read",
        error,
    };
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(file).map_err(failed)?)
    };
    let mut input = BufReader::new(input);
    let mut exit = Exit::Clean;
    let mut line = Vec::new();
    let mut answers = String::new();
    for number in 1_usize.. {
        line.clear();
        if input.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = case(number, std::mem::take(&mut line), reading).unwrap_or_else(|failed| {
            exit = Exit::Unreadable;
            text(&failed)
        });
        answers.extend([answer.as_str(), "\n"]);
        // Together, as long as the next case is here already; somebody may wait for an answer before the next case is sent.
        if input.buffer().is_empty() || answers.len() > MOST_ANSWERS {
            context.console.result(&std::mem::take(&mut answers));
        }
    }
    context.console.result(&answers);
    Ok(exit)
}

fn text(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("answers have string keys and no fallible serializers")
}

/// One line, decided.
fn case(number: usize, line: Vec<u8>, (policy, semantics): Reading) -> Result<String, Failed> {
    let nameless = |error: String| Failed { id: None, error };
    if line.len() > LONGEST_LINE {
        return Err(nameless(format!("line {number} is longer than {LONGEST_LINE} bytes")));
    }
    let source = Source::from_bytes(format!("line {number}"), line).map_err(|error| nameless(error.to_string()))?;
    let case = parse(&source).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        nameless(errors.join("; "))
    })?;
    let id = || case.member("id").map(raw);
    let failed = |error: String| Failed { id: id(), error };
    let schema = |name: &str| case.member(name).ok_or_else(|| failed(format!("`{name}` is missing")));
    let (old, new) = (schema("old")?, schema("new")?);
    let (old, new) = (
        dialect(&case, old).map_err(failed)?,
        dialect(&case, new).map_err(failed)?,
    );
    let started = Instant::now();
    let (backward, forward) = directions(&default_engine(semantics), &old, &new, policy, None);
    let us = started.elapsed().as_micros();
    Ok(text(&Decided {
        id: id(),
        backward: verdict(&backward),
        forward: verdict(&forward),
        us,
    }))
}

/// The case's `draft` wins over the schema's `$schema`; without either it is 2020-12.
fn dialect<'v>(case: &Value, root: &'v Value) -> Result<Schema<'v>, String> {
    let dialect = match case.member("draft").and_then(Value::as_str) {
        Some("draft4") => Dialect::Draft4,
        Some("draft6") => Dialect::Draft6,
        Some("draft7") => Dialect::Draft7,
        Some("draft2019-09") => Dialect::Draft201909,
        Some("draft2020-12") => Dialect::Draft202012,
        Some(unknown) => {
            return Err(format!(
                "`{unknown}` is no draft: write draft4, draft6, draft7, draft2019-09 or draft2020-12"
            ));
        }
        None => match root.member("$schema").and_then(Value::as_str) {
            Some(uri) => Dialect::from_uri(uri).map_err(|error| error.to_string())?,
            None => Dialect::Draft202012,
        },
    };
    if root.as_object().is_none() && !matches!(root.kind, schemactl_model::Kind::Bool(_)) {
        return Err(format!("a schema is an object or a boolean, not {}", root.kind_name()));
    }
    Ok(Schema::new(root, dialect))
}
