//! `schemactl validate`

mod forms;

use schemactl_compat::{EventJudge, EventValidity, ReplayError, ReplayViolation, default_engine};
use schemactl_model::{Value, Version};
use schemactl_workspace::{Example, SchemaVersion, Workspace, WorkspaceEvent};

use crate::args::ValidateArgs;
use crate::context::{Context, find_event, semantics_of_workspace};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::styled_renderer;
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::validity::require_schemas;
use crate::words::count_in_words;

use forms::{EventForm, WrittenEvent, read_events};

pub(crate) fn run_validate(args: &ValidateArgs, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let event = find_event(&workspace, &args.event)?;
    let written = read_events(input::read_input(&args.file, &args.stdin)?, event)?;
    let allowed = allowed(event, args)?;
    let judging = Judging {
        args,
        context,
        workspace: &workspace,
        event,
        allowed: &allowed,
    };
    let mut exit = Exit::Clean;
    for one in &written {
        exit = exit.louder(judging.judge(one)?);
    }
    Ok(exit)
}

/// What events are judged by.
struct Judging<'j> {
    args: &'j ValidateArgs,
    context: &'j Context,
    workspace: &'j Workspace,
    event: &'j WorkspaceEvent,
    allowed: &'j [&'j SchemaVersion],
}

impl Judging<'_> {
    /// Prints what is wrong with an event, and a line with the result and the form that it was read in.
    fn judge(&self, written: &WrittenEvent) -> Result<Exit, Problem> {
        let mut found = other_identity(self.workspace, self.event, written);
        let name = &self.event.name;
        let (title, undecided) = match &written.example {
            Err(refusal) => {
                found.push((**refusal).clone());
                (name.to_string(), None)
            }
            Ok(example) => match choose_version(self.event, self.allowed, self.args, example) {
                Err(refusal) => {
                    found.push(*refusal);
                    (name.to_string(), None)
                }
                Ok(schema) => {
                    let undecided = self.hold_against(schema, example, &mut found)?;
                    (format!("{name}@{}", schema.version), undecided)
                }
            },
        };
        let console = &self.context.console;
        for diagnostic in &found {
            let text = diagnostic.render(&styled_renderer());
            console.result(&(text + "\n\n"));
        }
        let path = written.file.path();
        let which = written
            .index
            .map_or_else(String::new, |index| format!("Entries[{index}]: "));
        let (line, exit) = match (found.len(), undecided) {
            (0, None) => (format!("a valid {title}"), Exit::Clean),
            (0, Some(reason)) => (
                format!("undecided whether it is a valid {title}: {reason}"),
                Exit::Findings,
            ),
            (several, _) => (
                format!("not a valid {title}: {}", count_in_words(several, "violation")),
                Exit::Findings,
            ),
        };
        let form = written.form.describe();
        let newest = self.newest_instead_of_named(written);
        console.result(&format!("{path}: {which}{line} (read as {form}{newest})\n"));
        Ok(exit)
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

    /// Adds what a schema refuses. Returns why it could not be decided.
    fn hold_against(
        &self,
        schema: &SchemaVersion,
        example: &Example,
        found: &mut Vec<Diagnostic>,
    ) -> Result<Option<String>, Problem> {
        require_schemas(&[&schema.document], &self.context.console)?;
        let engine = default_engine(semantics_of_workspace(self.workspace));
        let validity = EventJudge::new(&schema.document, &engine)
            .and_then(|judge| judge.judge(&engine, example.detail()))
            .map_err(|error| refused(&error))?;
        Ok(match validity {
            EventValidity::Valid => None,
            EventValidity::Undecided(reason) => Some(reason),
            EventValidity::Invalid(violations) => {
                found.extend(violations.iter().map(|one| violated(one, example, schema)));
                None
            }
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
        let found = Diagnostic::error(title).place(&written.file, value.span, "another event");
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
    let found = Diagnostic::error(title).place(&written.file, example.value.span, "an envelope, by its members");
    Some(found.help(format!("add `{key}`, or validate the detail alone")))
}

fn violated(violation: &ReplayViolation, example: &Example, schema: &SchemaVersion) -> Diagnostic {
    let at = violation
        .instance
        .resolve(example.detail())
        .map_or(example.value.span, |value| value.span);
    let diagnostic = Diagnostic::error(violation.message.clone()).place(&example.file, at, "this value");
    match violation.keyword.resolve(schema.document.root()) {
        Some(keyword) => diagnostic.place(schema.document.source(), keyword.span, "is rejected here"),
        None => diagnostic,
    }
}

/// A schema that the validator cannot use, or an event with a number that it cannot hold.
fn refused(error: &ReplayError) -> Problem {
    Problem::usage(error.to_string(), "run `schemactl check` for the schema's problems")
}
