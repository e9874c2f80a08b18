//! `schemactl diff --batch`: many pairs in one run. In: a file of JSON lines, `{"id","draft","old","new"}`. Out: a line for each,
//! `{"id","backward","forward","needed","rules","us"}`, or `{"id","error":{"where","pointer","message"}}` for a case that cannot be
//! judged: the line is no case, or `old` or `new` has a fault. The run goes on, and its exit code says that there was one.

use std::path::Path;
use std::time::Instant;

use schemactl_compat::{
    ComparisonSettings, Examples, Policy, Schema, Semantics, are_one_contract, default_engine, directions, explain,
    find_schema_faults, needed_bump,
};
use schemactl_generate::{ComparedEvent, find_code_difference};
use schemactl_model::{Dialect, Document, EventName, Source, Value, VersionField, parse, read_dialect};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::context::Context;
use crate::exit::Exit;
use crate::json_lines::{BatchLine, answer_lines, write_line};
use crate::problem::Problem;
use crate::report::json::{FiredRules, VerdictJson, raw_json, verdict_as_json};

/// How the schemas are read.
type BatchSettings = (Policy, Semantics);

/// A case that is judged.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Decided<'v> {
    /// The `id` of the line: any JSON; null if it has none.
    id: Option<Box<RawValue>>,
    /// Whether the new reader takes every old event.
    backward: VerdictJson<'v>,
    /// Whether the old reader takes every new event.
    forward: VerdictJson<'v>,
    /// The smallest step that the change allows; null where a direction is undecided and none is broken.
    #[cfg_attr(test, schemars(extend("enum" = ["major", "minor", "patch", null])))]
    needed: Option<String>,
    /// The rules that fire, by direction.
    rules: FiredRules,
    /// Microseconds that the two verdicts took.
    us: u128,
}

/// A case that is not judged.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Failed {
    /// The `id` of the line; null if it has none, or is no JSON.
    id: Option<Box<RawValue>>,
    error: BatchError,
}

/// Why it is not judged: the first fault of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BatchError {
    /// `old` or `new`, whose fault it is; `line` if the line is no case.
    #[serde(rename = "where")]
    #[cfg_attr(test, schemars(extend("enum" = ["old", "new", "line"])))]
    side: &'static str,
    /// The place in the schema, or in the line.
    pointer: String,
    /// What was found, what was expected, and what was probably meant.
    message: String,
}

impl BatchError {
    fn of_line(message: impl Into<String>) -> Self {
        Self {
            side: "line",
            pointer: String::new(),
            message: message.into(),
        }
    }
}

/// Reads cases until the file ends. The exit code says whether all of them could be read.
pub(super) fn run_batch(file: &Path, reading: BatchSettings, context: &Context) -> Result<Exit, Problem> {
    answer_lines(file, context, |line| {
        case(line, reading).map_err(|failed| write_line(&failed))
    })
}

/// One line, decided.
fn case(line: BatchLine, reading: BatchSettings) -> Result<String, Failed> {
    let case = read_case(line).map_err(|error| Failed { id: None, error })?;
    let id = || case.member("id").map(raw_json);
    let decided = decide(&case, reading, id()).map_err(|error| Failed { id: id(), error })?;
    Ok(decided)
}

fn read_case(line: BatchLine) -> Result<Value, BatchError> {
    let number = line.number;
    let source = Source::new(format!("line {number}"), line.text().map_err(BatchError::of_line)?);
    let case = parse(&source).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        BatchError::of_line(errors.join("; "))
    })?;
    if case.as_object().is_none() {
        let message = format!(
            "line {number} is not an object with `id`, `old` and `new`, but {}",
            case.kind_name()
        );
        return Err(BatchError::of_line(message));
    }
    Ok(case)
}

fn decide(case: &Value, (policy, semantics): BatchSettings, id: Option<Box<RawValue>>) -> Result<String, BatchError> {
    let (old, new) = (side(case, "old")?, side(case, "new")?);
    for (name, schema) in [("old", &old), ("new", &new)] {
        if let Some(fault) = find_schema_faults(schema.root, schema.dialect).first() {
            return Err(BatchError {
                side: name,
                pointer: fault.pointer.to_string(),
                message: fault.to_string(),
            });
        }
    }
    let engine = default_engine(semantics);
    let started = Instant::now();
    let settings = ComparisonSettings::without_version(policy);
    let (backward, forward) = directions(&engine, (&old, &new), settings);
    let us = started.elapsed().as_micros();
    // What breaks nobody fires no rule, and needs no explanation.
    let broken = backward.witness().is_some() || forward.witness().is_some();
    let explanation = broken.then(|| {
        explain(
            &engine,
            (&old, &new),
            settings,
            (&backward, &forward),
            Examples::default(),
        )
    });
    let needed = needed_bump(&backward, &forward, || {
        are_one_contract(&engine, &old, &new) && has_same_code(&old, &new)
    });
    Ok(write_line(&Decided {
        id,
        backward: verdict_as_json(&backward),
        forward: verdict_as_json(&forward),
        needed: needed.map(|needed| needed.to_string()),
        rules: explanation.as_ref().map(FiredRules::of).unwrap_or_default(),
        us,
    }))
}

/// Whether the code that is generated for both schemas is the same: a patch promises that, here as for two files.
fn has_same_code(old: &Schema<'_>, new: &Schema<'_>) -> bool {
    let read = |schema: &Schema<'_>| {
        let source = Source::new("schema.json", schema.root.to_json());
        Document::read_with_faults(source, schema.dialect, None).ok()
    };
    let (Some(old), Some(new)) = (read(old), read(new)) else {
        return true;
    };
    let name = EventName::new("batch", "Event").expect("two good names");
    find_code_difference((&old, &new), &ComparedEvent::new(&name, &VersionField::default())).is_none()
}

fn side<'v>(case: &'v Value, name: &'static str) -> Result<Schema<'v>, BatchError> {
    let error = |message: String| BatchError {
        side: name,
        pointer: String::new(),
        message,
    };
    let root = case
        .member(name)
        .ok_or_else(|| error(format!("the line has no `{name}`; expected a schema")))?;
    Ok(Schema::new(root, dialect(case, name, root)?))
}

/// The case's `draft` wins over the schema's `$schema`; without either it is 2020-12.
fn dialect(case: &Value, name: &'static str, root: &Value) -> Result<Dialect, BatchError> {
    let at = |side, pointer: &str, message| BatchError {
        side,
        pointer: pointer.to_owned(),
        message,
    };
    let Some(draft) = case.member("draft") else {
        return read_dialect(root, Dialect::Draft202012).map_err(|error| at(name, "/$schema", error.to_string()));
    };
    match draft.as_str() {
        Some("draft4") => Ok(Dialect::Draft4),
        Some("draft6") => Ok(Dialect::Draft6),
        Some("draft7") => Ok(Dialect::Draft7),
        Some("draft2019-09") => Ok(Dialect::Draft201909),
        Some("draft2020-12") => Ok(Dialect::Draft202012),
        _ => {
            let unknown = draft.as_str().map_or_else(|| draft.to_json(), str::to_owned);
            let message =
                format!("`draft` is `{unknown}`; expected one of draft4, draft6, draft7, draft2019-09 or draft2020-12");
            Err(at("line", "/draft", message))
        }
    }
}

/// The schema of an answer.
#[cfg(test)]
pub(crate) fn schema() -> serde_json::Value {
    #[derive(Serialize, schemars::JsonSchema)]
    #[serde(untagged)]
    #[schemars(title = "A line of schemactl diff --batch")]
    #[expect(dead_code, reason = "only its schema is made")]
    enum BatchAnswer<'v> {
        Decided(Decided<'v>),
        Failed(Failed),
    }
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<BatchAnswer<'_>>()
        .to_value()
}
