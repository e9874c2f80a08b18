//! `schemactl infer`. In: files with events. Out: a schema for each source and detail-type that they have: printed if there is one, and written into
//! a folder if one is named. Events of several kinds are never joined into one schema, which would describe none of them.

mod stream;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_check::write_atomic;
use schemactl_infer::{
    EventGroup, EventGrouper, InferredDialect, Shape, discovered_name, infer_group_schema, json_schema, print_schema,
    type_name, write_openapi,
};
use schemactl_model::{SchemaType, spell_out_line};

use crate::args::{InferArgs, SchemaForm};
use crate::context::Context;
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::suggestions::list_names;
use crate::words::count_in_words;

/// The name of a schema of which no event tells the name.
const NAMELESS: &str = "Event";

/// Bytes of a file's name, without `.json`: file systems allow 255.
const LONGEST_NAME: usize = 200;

/// Kinds of events that a refusal lists: about a screen.
const MOST_LISTED: usize = 20;

pub(crate) fn run_infer(args: &InferArgs, context: &Context) -> Result<Exit, Problem> {
    let mut grouper = EventGrouper::default();
    for file in &input::list_event_files(&args.files)? {
        stream::stream_events(file, &args.stdin, &mut |event| grouper.see(event))?;
    }
    let groups = grouper.into_groups();
    match (&groups[..], &args.output) {
        ([], _) => Err(refuse_no_event()),
        (_, Some(folder)) => write_schemas(folder, &groups, args, context),
        ([group], None) => {
            context.console.json(&print_schema(&infer_schema(group, args)));
            context.console.note(&note(group, args.envelope));
            note_narrow(group, args, context);
            Ok(Exit::Clean)
        }
        (_, None) => Err(refuse_kinds(
            &groups,
            "write a schema for each kind into a folder with `--output DIR`, or give the events of one kind only",
        )),
    }
}

/// Returns the schema of the events of one kind.
fn infer_schema(group: &EventGroup, args: &InferArgs) -> serde_json::Value {
    match (&group.kind, group.detail()) {
        (Some((_, detail_type)), Some(detail)) if !args.envelope => {
            describe(detail, args.form, &type_name(detail_type))
        }
        _ => whole(group, args.form),
    }
}

/// As the registry's own discovery describes events, where it has the form.
fn whole(group: &EventGroup, form: SchemaForm) -> serde_json::Value {
    match form {
        SchemaForm::Draft04 => infer_group_schema(group, SchemaType::JsonSchemaDraft4),
        SchemaForm::Openapi3 => infer_group_schema(group, SchemaType::OpenApi3),
        SchemaForm::Draft202012 => describe(&group.shape, form, NAMELESS),
    }
}

fn describe(shape: &Shape, form: SchemaForm, title: &str) -> serde_json::Value {
    match form {
        SchemaForm::Draft04 => json_schema(shape, InferredDialect::Draft4, Some(title)),
        SchemaForm::Draft202012 => json_schema(shape, InferredDialect::Draft202012, Some(title)),
        SchemaForm::Openapi3 => write_openapi(shape, title),
    }
}

/// Writes a schema for each kind of events. Nothing is written if one of the files is there already: it may have been edited since.
fn write_schemas(folder: &Path, groups: &[EventGroup], args: &InferArgs, context: &Context) -> Result<Exit, Problem> {
    let files = name_files(folder, groups);
    if let Some(present) = files.iter().find(|file| file.symlink_metadata().is_ok()) {
        return Err(Problem::usage(
            format!("{} already exists; nothing was written", present.display()),
            "remove the file, or name another folder with --output",
        ));
    }
    let failed = |path: &Path, what, error| Problem::File {
        path: path.to_owned(),
        what,
        error,
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, "create", error))?;
    let mut text = String::new();
    for (file, group) in files.iter().zip(groups) {
        let schema = print_schema(&infer_schema(group, args));
        write_atomic(file, schema.as_bytes()).map_err(|error| failed(file, "write", error))?;
        note_narrow(group, args, context);
        writeln!(text, "{}: {}", file.display(), describe_group(group)).expect("writing to a string cannot fail");
    }
    context.console.tell_done(&text);
    let schemas = count_in_words(groups.len(), "schema");
    context.console.note(&format!(
        "{schemas} written: every event is valid under its schema; {LEFT_OPEN}"
    ));
    Ok(Exit::Clean)
}

/// Returns a file for each kind, by the name that discovery gives to its schema. File systems may not tell upper and lower case apart.
fn name_files(folder: &Path, groups: &[EventGroup]) -> Vec<PathBuf> {
    let mut taken = BTreeSet::new();
    let names = groups.iter().map(|group| {
        let name = |number| match &group.kind {
            Some((source, detail_type)) => discovered_name(source, detail_type, number, LONGEST_NAME),
            None => NAMELESS.to_owned(),
        };
        let mut number = 1;
        while !taken.insert(name(number).to_lowercase()) {
            number += 1;
        }
        folder.join(name(number) + ".json")
    });
    names.collect()
}

/// Returns that there is nothing to infer a schema from.
pub(super) fn refuse_no_event() -> Problem {
    Problem::usage(
        "the input has no event",
        "give files with one event, a list of events, or one event per line",
    )
}

/// Returns that one schema cannot describe events of several kinds, and what to do about it.
pub(super) fn refuse_kinds(groups: &[EventGroup], advice: &str) -> Problem {
    let mut kinds: Vec<_> = groups.iter().take(MOST_LISTED).map(describe_group).collect();
    if groups.len() > MOST_LISTED {
        kinds.push(format!("and {} more", groups.len() - MOST_LISTED));
    }
    Problem::usage(
        format!(
            "the events are of {} kinds, and a schema describes one kind: {}",
            groups.len(),
            kinds.join("; ")
        ),
        advice,
    )
}

/// Returns what events are, and how many there are.
fn describe_group(group: &EventGroup) -> String {
    let count = count_in_words(group.count, "event");
    match &group.kind {
        Some((source, detail_type)) => format!(
            "source `{}`, detail-type `{}`: {count}",
            spell_out_line(source),
            spell_out_line(detail_type)
        ),
        None => format!("no envelope with source and detail-type: {count}"),
    }
}

/// Says what people would not expect of a schema: places that allow `null` only, and a name without the letters that a name cannot have.
fn note_narrow(group: &EventGroup, args: &InferArgs, context: &Context) {
    let detail = group.detail().filter(|_| !args.envelope);
    let places = detail.unwrap_or(&group.shape).list_null_places();
    if !places.is_empty() && args.form != SchemaForm::Openapi3 {
        let places: Vec<_> = places
            .iter()
            .map(|place| format!("`{}`", spell_out_line(place)))
            .collect();
        context.console.note(&format!(
            "only null was seen at {}, and the schema allows nothing else there: add the type that the event can have",
            list_names(&places)
        ));
    }
    if let Some((_, detail_type)) = &group.kind
        && detail_type
            .chars()
            .any(|letter| letter.is_alphanumeric() && !letter.is_ascii())
    {
        context.console.note(&format!(
            "the name `{}` is made of the ASCII letters of `{}`: correct the title if it says too little",
            type_name(detail_type),
            spell_out_line(detail_type)
        ));
    }
}

/// What no schema that is made from events can know.
const LEFT_OPEN: &str = "limits and enumerations cannot be inferred and are left open";

/// What the schema is about, and what it cannot know.
fn note(group: &EventGroup, whole: bool) -> String {
    let what = match (&group.kind, whole) {
        (Some(_), false) => "the detail of ",
        (Some(_), true) => "",
        (None, _) if group.shape.object.is_some() => "the whole of ",
        (None, _) => "",
    };
    format!(
        "inferred from {what}{}: all of them are valid under it; {LEFT_OPEN}",
        count_in_words(group.count, "event")
    )
}
