//! What `validate` tells of events. In: the result of each. Out: a line for people with the findings before it, and one report for programs.

use std::fmt::Write as _;

use schemactl_model::{EventName, Version};
use serde::Serialize;

use super::forms::EventForm;
use super::lines::EventText;
use crate::diagnostic::{Diagnostic, styled_renderer};
use crate::exit::Exit;
use crate::printable::print_indented;
use crate::problem::Problem;
use crate::report::json::{PlaceJson, place_as_json};
use crate::words::count_in_words;

/// Counts the breaks of the shape.
const FORMAT: u32 = 1;

/// An event, judged.
pub(super) struct EventResult {
    pub(super) text: EventText,
    /// Its place in a list.
    pub(super) entry: Option<usize>,
    /// `None` if it could not be read.
    pub(super) form: Option<EventForm>,
    /// The event and the version that it was judged by.
    pub(super) title: String,
    pub(super) version: Option<Version>,
    /// What else there is to say about the version.
    pub(super) remark: String,
    pub(super) outcome: EventOutcome,
}

/// What became of an event.
pub(super) enum EventOutcome {
    Valid,
    /// At least one finding.
    Invalid(Vec<Diagnostic>),
    Undecided(String),
    /// Nothing can be said about it.
    Unread(Problem),
}

impl EventOutcome {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Valid => Exit::Clean,
            Self::Invalid(_) | Self::Undecided(_) => Exit::Findings,
            Self::Unread(problem) => problem.exit(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(_) => "invalid",
            Self::Undecided(_) => "undecided",
            Self::Unread(_) => "unread",
        }
    }
}

impl EventResult {
    /// Creates the result of a text that cannot be read.
    pub(super) fn unread(text: &EventText, problem: Problem) -> Self {
        Self {
            text: text.clone(),
            entry: None,
            form: None,
            title: String::new(),
            version: None,
            remark: String::new(),
            outcome: EventOutcome::Unread(problem),
        }
    }

    /// Returns whether people are told of it without asking for details: among many lines a valid event is not worth one.
    pub(super) fn is_notable(&self) -> bool {
        self.text.line.is_none() || !matches!(self.outcome, EventOutcome::Valid)
    }

    /// The place of the event in the list of its text.
    fn list_place(&self) -> Option<String> {
        let list = match self.form {
            Some(EventForm::Entry) => "Entries",
            _ => "",
        };
        self.entry.map(|index| format!("{list}[{index}]"))
    }

    /// The message and the entry that the event stands in.
    fn part(&self) -> Option<String> {
        let parts: Vec<String> = self.text.message.iter().cloned().chain(self.list_place()).collect();
        (!parts.is_empty()).then(|| parts.join(": "))
    }
}

/// Returns the findings of an event, and a line with its result and the form that it was read in.
pub(super) fn render_result(result: &EventResult) -> String {
    let mut text = String::new();
    let title = &result.title;
    let line = match &result.outcome {
        EventOutcome::Valid => format!("a valid {title}"),
        EventOutcome::Undecided(reason) => format!("undecided whether it is a valid {title}: {reason}"),
        EventOutcome::Invalid(found) => {
            for diagnostic in found {
                text += &(diagnostic.render(&styled_renderer()) + "\n\n");
            }
            format!("not a valid {title}: {}", count_in_words(found.len(), "violation"))
        }
        EventOutcome::Unread(_) => "not read".to_owned(),
    };
    let entry = result.list_place().map_or_else(String::new, |place| place + ": ");
    let form = result.form.map_or("nothing", EventForm::describe);
    let name = result.text.name();
    writeln!(text, "{name}: {entry}{line} (read as {form}{})", result.remark).expect("writing to a string cannot fail");
    text
}

/// Returns a line that counts the results of several files, or of lines; nothing for one file, whose results are all there is.
pub(super) fn summarize_results(results: &[EventResult], files: usize) -> String {
    if files < 2 && results.iter().all(|one| one.text.line.is_none()) {
        return String::new();
    }
    let count = |name: &str| results.iter().filter(|one| one.outcome.name() == name).count();
    let counts = [
        (count("valid"), "valid"),
        (count("invalid"), "not valid"),
        (count("undecided"), "undecided"),
        (count("unread"), "not read"),
    ];
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let (events, files) = (count_in_words(results.len(), "event"), count_in_words(files, "file"));
    format!("{events} in {files}: {}\n", told.join(", "))
}

/// What `schemactl validate --format json` prints. Readers ignore fields that they do not know: fields are added, and `format` counts what
/// breaks.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(title = "A report of schemactl validate")
)]
struct ValidationJson<'r> {
    /// The format of the report.
    #[cfg_attr(test, schemars(extend("const" = FORMAT)))]
    format: u32,
    /// The event, `namespace/Name`.
    event: String,
    /// Whether all events are valid.
    valid: bool,
    /// The events, in the order of the files.
    results: Vec<EventResultJson<'r>>,
}

/// The result of an event, or of a file or line that cannot be read.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Result"))]
struct EventResultJson<'r> {
    /// The file as it was named; `standard input`, unless `--stdin-filename` names it.
    file: &'r str,
    /// The line, for files with an event per line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    line: Option<usize>,
    /// The part of the file that has the event, such as `Entries[1]`, `[1]` of a list, or `Records[0].body`; null if it is all of it.
    part: Option<String>,
    /// The form that the event was read in; null if it could not be read.
    #[cfg_attr(test, schemars(extend("enum" = ["detail", "delivered envelope", "PutEvents entry", null])))]
    form: Option<&'static str>,
    /// The version that it was validated by; null if none could be chosen.
    version: Option<String>,
    /// The result. `unread` is a file, a line or a number that cannot be read.
    #[cfg_attr(test, schemars(extend("enum" = ["valid", "invalid", "undecided", "unread"])))]
    verdict: &'static str,
    /// Why it is undecided.
    reason: Option<&'r str>,
    /// Why it is invalid or unread: at least one; empty for all others.
    violations: Vec<ViolationJson>,
}

/// One reason why an event is not valid.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Violation"))]
struct ViolationJson {
    /// What was found.
    message: String,
    /// The places in the event and in the schema, the most important one first.
    places: Vec<PlaceJson>,
    /// How to fix it.
    fix: Option<String>,
}

pub(super) fn render_json_results(event: &EventName, results: &[EventResult]) -> String {
    print_indented(&ValidationJson {
        format: FORMAT,
        event: event.to_string(),
        valid: results.iter().all(|one| matches!(one.outcome, EventOutcome::Valid)),
        results: results.iter().map(result_as_json).collect(),
    })
}

fn result_as_json(result: &EventResult) -> EventResultJson<'_> {
    let violations = match &result.outcome {
        EventOutcome::Valid | EventOutcome::Undecided(_) => Vec::new(),
        EventOutcome::Invalid(found) => found.iter().map(violation_as_json).collect(),
        EventOutcome::Unread(problem) => problem.diagnostics().iter().map(violation_as_json).collect(),
    };
    EventResultJson {
        file: &result.text.file,
        line: result.text.line,
        part: result.part(),
        form: result.form.map(EventForm::describe),
        version: result.version.as_ref().map(ToString::to_string),
        verdict: result.outcome.name(),
        reason: match &result.outcome {
            EventOutcome::Undecided(reason) => Some(reason),
            _ => None,
        },
        violations,
    }
}

fn violation_as_json(found: &Diagnostic) -> ViolationJson {
    let helps = found.helps();
    ViolationJson {
        message: found.title().to_owned(),
        places: found
            .places()
            .map(|(source, span, label)| place_as_json(source, span, label))
            .collect(),
        fix: (!helps.is_empty()).then(|| helps.join("; ")),
    }
}

#[cfg(test)]
pub(crate) fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<ValidationJson<'_>>()
        .to_value()
}
