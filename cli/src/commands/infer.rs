//! `schemactl infer`

use schemactl_infer::{
    ContentType, EnvelopedEvent, InferredDialect, Shape, infer_registered_schema, json_schema, print_schema,
    read_events, type_name, write_openapi,
};
use schemactl_model::{Kind, Value};

use crate::args::{InferArgs, SchemaForm};
use crate::context::Context;
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::report::count_in_words;

/// The name of a schema of which no event tells the name.
const NAMELESS: &str = "Event";

pub(crate) fn run_infer(args: &InferArgs, context: &Context) -> Result<Exit, Problem> {
    let mut events = Vec::new();
    for file in &args.files {
        events.extend(read_events(&input::read(file, &args.stdin)?).map_err(Problem::Json)?);
    }
    if events.is_empty() {
        return Err(Problem::usage(
            "there is no event in the input",
            "give files with an event, a list of events, or an event a line",
        ));
    }
    let envelopes: Vec<_> = events.iter().map_while(EnvelopedEvent::of).collect();
    let enveloped = envelopes.len() == events.len();
    let schema = if enveloped && !args.envelope {
        let title = type_name(envelopes[0].detail_type);
        let details = envelopes.iter().map(|envelope| envelope.detail);
        describe(&Shape::of(details), args.form, &title)
    } else {
        whole(&events, args.form)
    };
    context.console.json(&print_schema(&schema));
    context.console.note(&note(&events, enveloped, args.envelope));
    Ok(Exit::Clean)
}

/// As the registry's own discovery describes events, where it has the form.
fn whole(events: &[Value], form: SchemaForm) -> serde_json::Value {
    match form {
        SchemaForm::Draft04 => infer_registered_schema(events, ContentType::JsonSchemaDraft4),
        SchemaForm::Openapi3 => infer_registered_schema(events, ContentType::OpenApi3),
        SchemaForm::Draft202012 => describe(&Shape::of(events), form, NAMELESS),
    }
}

fn describe(shape: &Shape, form: SchemaForm, title: &str) -> serde_json::Value {
    match form {
        SchemaForm::Draft04 => json_schema(shape, InferredDialect::Draft4, Some(title)),
        SchemaForm::Draft202012 => json_schema(shape, InferredDialect::Draft202012, Some(title)),
        SchemaForm::Openapi3 => write_openapi(shape, title),
    }
}

/// What the schema is about, and what it cannot know.
fn note(events: &[Value], enveloped: bool, whole: bool) -> String {
    let what = match (enveloped, whole) {
        (true, false) => "the detail of ",
        (true, true) => "",
        (false, _) if events.iter().any(|event| matches!(event.kind, Kind::Object(_))) => "the whole of ",
        (false, _) => "",
    };
    format!(
        "inferred from {what}{}: every one of them is valid; what they do not show, such as limits and enumerations, is left open",
        count_in_words(events.len(), "event")
    )
}
