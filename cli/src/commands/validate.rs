//! `schemactl validate`

mod forms;
mod lines;
pub(crate) mod results;

use std::collections::BTreeMap;
use std::path::Path;

use schemactl_compat::{EventJudge, EventValidity, ReplayError, ReplayViolation, default_engine};
use schemactl_model::{Value, Version};
use schemactl_workspace::{Example, SchemaVersion, Workspace, WorkspaceEvent};

use crate::args::{ResultFormat, ValidateArgs};
use crate::context::{Context, find_event, semantics_of_workspace};
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::validity::require_schemas;

use forms::{EventForm, WrittenEvent, read_events};
use lines::{EventText, split_texts};
use results::{EventOutcome, EventResult, render_json_results, render_result, summarize_results};

pub(crate) fn run_validate(args: &ValidateArgs, context: &Context) -> Result<Exit, Problem> {
    let files = input::list_event_files(&args.files)?;
    let workspace = context.workspace()?;
    let event = find_event(&workspace, &args.event)?;
    let allowed = allowed(event, args)?;
    let mut judging = Judging {
        args,
        context,
        workspace: &workspace,
        event,
        allowed: &allowed,
        judges: BTreeMap::new(),
    };
    let mut results = Vec::new();
    for file in &files {
        judging.judge_file(file, &mut results)?;
    }
    match args.format {
        ResultFormat::Json => context.console.json(&render_json_results(&event.name, &results)),
        ResultFormat::Text => context.console.result(&summarize_results(&results, files.len())),
    }
    Ok(results
        .iter()
        .fold(Exit::Clean, |exit, one| exit.louder(one.outcome.exit())))
}

/// What events are judged by.
struct Judging<'j> {
    args: &'j ValidateArgs,
    context: &'j Context,
    workspace: &'j Workspace,
    event: &'j WorkspaceEvent,
    allowed: &'j [&'j SchemaVersion],
    /// A judge for each version that an event was judged by.
    judges: BTreeMap<&'j Version, EventJudge<'j>>,
}

impl<'j> Judging<'j> {
    /// Adds a result for each event of a file, and prints it where the report is for people. What cannot be read is a result too: the other files
    /// and lines are judged all the same.
    fn judge_file(&mut self, file: &Path, results: &mut Vec<EventResult>) -> Result<(), Problem> {
        let source = match input::read_lines(file, &self.args.stdin) {
            Ok(source) => source,
            Err(problem) => {
                let text = EventText::unread(&input::name_input(file, &self.args.stdin));
                self.add(EventResult::unread(&text, problem), results);
                return Ok(());
            }
        };
        for text in split_texts(&source) {
            match read_events(&text, self.event) {
                Err(problem) => self.add(EventResult::unread(&text, problem), results),
                Ok(written) => {
                    for one in written {
                        let result = self.judge(&one)?;
                        self.add(result, results);
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&self, result: EventResult, results: &mut Vec<EventResult>) {
        let console = &self.context.console;
        if let EventOutcome::Unread(problem) = &result.outcome {
            for diagnostic in problem.diagnostics() {
                console.diagnostic(&diagnostic);
            }
        } else if self.args.format == ResultFormat::Text && (result.is_notable() || console.is_verbose()) {
            console.result(&render_result(&result));
        }
        results.push(result);
    }

    /// Judges an event by the version that it names.
    fn judge(&mut self, written: &WrittenEvent) -> Result<EventResult, Problem> {
        let mut found = other_identity(self.workspace, self.event, written);
        let (version, outcome) = match &written.example {
            Err(refusal) => {
                found.push((**refusal).clone());
                (None, EventOutcome::Valid)
            }
            Ok(example) => match choose_version(self.event, self.allowed, self.args, example) {
                Err(refusal) => {
                    found.push(*refusal);
                    (None, EventOutcome::Valid)
                }
                Ok(schema) => (
                    Some(schema.version.clone()),
                    self.hold_against(schema, example, &mut found)?,
                ),
            },
        };
        let outcome = match outcome {
            unread @ EventOutcome::Unread(_) => unread,
            _ if !found.is_empty() => EventOutcome::Invalid(found),
            other => other,
        };
        let name = &self.event.name;
        Ok(EventResult {
            text: written.text.clone(),
            entry: written.index,
            form: Some(written.form),
            title: version
                .as_ref()
                .map_or_else(|| name.to_string(), |version| format!("{name}@{version}")),
            version,
            remark: self.newest_instead_of_named(written),
            outcome,
        })
    }

    /// Returns a note where the event names no version, and the newest was not the only choice.
    fn newest_instead_of_named(&self, written: &WrittenEvent) -> String {
        let field = &self.event.settings.version_field;
        match (&written.example, self.allowed) {
            (Ok(example), [_, .., newest]) if example.named_version(self.event).is_none() => {
                format!("; without `{field}`, so as the newest version, {}", newest.version)
            }
            _ => String::new(),
        }
    }

    /// Adds what a schema refuses. Returns the result where nothing is refused.
    fn hold_against(
        &mut self,
        schema: &'j SchemaVersion,
        example: &Example,
        found: &mut Vec<Diagnostic>,
    ) -> Result<EventOutcome, Problem> {
        let engine = default_engine(semantics_of_workspace(self.workspace));
        if !self.judges.contains_key(&schema.version) {
            require_schemas(&[&schema.document], &self.context.console)?;
            let judge = EventJudge::new(&schema.document, &engine).map_err(|error| refused(&error))?;
            self.judges.insert(&schema.version, judge);
        }
        Ok(match self.judges[&schema.version].judge(&engine, example.detail()) {
            Ok(EventValidity::Valid) => EventOutcome::Valid,
            Ok(EventValidity::Undecided(reason)) => EventOutcome::Undecided(reason),
            Ok(EventValidity::Invalid(violations)) => {
                found.extend(violations.iter().map(|one| violated(one, example, schema)));
                EventOutcome::Valid
            }
            Err(error) => EventOutcome::Unread(refused(&error)),
        })
    }
}

/// The versions that the reference allows, oldest first.
fn allowed<'e>(event: &'e WorkspaceEvent, args: &ValidateArgs) -> Result<Vec<&'e SchemaVersion>, Problem> {
    let versions = event.versions.values();
    let allowed: Vec<_> = versions
        .filter(|version| args.event.matches(&version.version))
        .collect();
    if allowed.is_empty() {
        return Err(Problem::usage(
            format!("`{}` matches no version of {}", args.event, event.name),
            format!("the versions are {}", list_versions(event)),
        ));
    }
    Ok(allowed)
}

fn list_versions(event: &WorkspaceEvent) -> String {
    let versions: Vec<_> = event.versions.keys().map(ToString::to_string).collect();
    versions.join(", ")
}

/// The version that the event names, or the newest that the reference allows where it names none. As an error, why it cannot be judged.
fn choose_version<'e>(
    event: &'e WorkspaceEvent,
    allowed: &[&'e SchemaVersion],
    args: &ValidateArgs,
    example: &Example,
) -> Result<&'e SchemaVersion, Box<Diagnostic>> {
    let newest = *allowed.last().expect("the reference allows a version");
    let Some(named) = example.named_version(event) else {
        return Ok(newest);
    };
    let field = &event.settings.version_field;
    let refuse = |title: String, help: String| {
        let error = Diagnostic::error(title).place(&example.file, named.span, "the event names it here");
        Box::new(error.help(help))
    };
    let Some(text) = named.as_str() else {
        let title = format!("`{field}` is {}; expected a version in quotes", named.to_json());
        return Err(refuse(title, format!("the versions are {}", list_versions(event))));
    };
    // Readers of a major take `2` for any version of it.
    let is_bare = |version: &Version| text == version.major().to_string();
    let parsed: Option<Version> = text.parse().ok();
    let by_number = event.versions.values();
    let known = by_number
        .rev()
        .find(|version| Some(&version.version) == parsed.as_ref() || is_bare(&version.version));
    let Some(known) = known else {
        let title = match parsed {
            Some(version) => format!("version {version} does not exist in {}", event.name),
            None => format!("`{text}` is not a version of {}", event.name),
        };
        return Err(refuse(title, format!("the versions are {}", list_versions(event))));
    };
    if allowed.iter().any(|version| version.version == known.version) {
        return Ok(known);
    }
    // What a reader of an older minor makes of a newer one is a good question; readers of another major never get the event.
    if newest.version.major() == known.version.major() {
        return Ok(newest);
    }
    let title = format!(
        "the event names version {text}, and `{}` requires {}",
        args.event, newest.version
    );
    Err(refuse(
        title,
        "leave the version out to validate the event under the version that it names".to_owned(),
    ))
}

/// What an envelope or entry says of another event than the one that was named.
fn other_identity(workspace: &Workspace, event: &WorkspaceEvent, written: &WrittenEvent) -> Vec<Diagnostic> {
    let settings = &event.settings;
    let expected = [("source", &settings.source), ("detail-type", &settings.detail_type)];
    let said = |key: &str| {
        written
            .identity
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    };
    let own = expected.map(|(key, _)| said(key).and_then(Value::as_str));
    let meant = workspace.events.values().find(|other| {
        let identity = [&other.settings.source, &other.settings.detail_type];
        own == identity.map(|text| Some(text.as_str()))
    });
    let differing = expected.into_iter().filter_map(|(key, expected)| {
        let value = said(key)?;
        (value.as_str() != Some(expected)).then_some((key, expected, value))
    });
    let diagnostic = |(key, expected, value): (&'static str, &String, &Value)| {
        let key = written.name_of(key);
        let title = format!("`{key}` is {}; {} has \"{expected}\"", value.to_json(), event.name);
        let found = Diagnostic::error(title).place(&written.text.source, value.span, "another event");
        match meant {
            Some(other) => found.help(format!("it is an event of {}: validate it as such", other.name)),
            None => found,
        }
    };
    let missing = expected
        .into_iter()
        .filter(|(key, _)| said(key).is_none())
        .filter_map(|(key, expected)| missing_member(event, written, key, expected));
    missing.chain(differing.map(diagnostic)).collect()
}

/// What is wrong with an envelope that names no source, or no detail-type: EventBridge delivers none.
fn missing_member(
    event: &WorkspaceEvent,
    written: &WrittenEvent,
    key: &'static str,
    expected: &str,
) -> Option<Diagnostic> {
    let example = written.example.as_ref().ok()?;
    if written.form != EventForm::Envelope {
        return None;
    }
    let title = format!("the envelope has no `{key}`; {} has \"{expected}\"", event.name);
    let found = Diagnostic::error(title).place(&written.text.source, example.value.span, "an envelope, by its members");
    Some(found.help(format!("add `{key}`, or validate the detail alone")))
}

fn violated(violation: &ReplayViolation, example: &Example, schema: &SchemaVersion) -> Diagnostic {
    let at = violation
        .instance
        .resolve(example.detail())
        .map_or(example.value.span, |value| value.span);
    let diagnostic = Diagnostic::error(violation.message.clone()).place(&example.file, at, "this value");
    match schema.document.locate_value(&violation.keyword) {
        Some((source, span)) => diagnostic.place(&source, span, "is rejected here"),
        None => diagnostic,
    }
}

/// A schema that the validator cannot use, or an event with a number that it cannot hold.
fn refused(error: &ReplayError) -> Problem {
    Problem::usage(error.to_string(), "run `schemactl check` for the schema's problems")
}
