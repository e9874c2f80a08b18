//! `schemactl init`

mod ci;

use std::fmt::Write as _;
use std::path::Path;

use schemactl_check::write_atomic;
use schemactl_model::EventName;

use crate::args::InitArgs;
use crate::commands::init::ci::CiPlace;
use crate::context::Context;
use crate::event_template::{EventTemplate, TemplateProperty, write_example};
use crate::exit::Exit;
use crate::problem::Problem;

/// The files of a new workspace, beside those of its first event.
const FILES: [(&str, &str); 3] = [
    (
        "schemactl.toml",
        r#"#:schema https://raw.githubusercontent.com/schemactl/schemactl/main/docs/schemactl.schema.json
version = 1

[registry]
# The registry in EventBridge Schemas that `schemactl push` writes to.
name = "my-events"
description = "Event schemas"
# layout = "major"            a schema for each major version, not for each event
# types = ["JSONSchemaDraft4", "OpenApi3"]
# keep = 90                   versions of a schema that the registry holds; older ones are not registered
# allow-widening = true       a form that takes more than the schema may be registered
# tags = { team = "orders" }

# Stages: `schemactl push --env prod` writes there, and refuses credentials of another account.
# [env.prod]
# registry = "my-events"
# region = "eu-west-1"
# account = "111122223333"

[check]
# Writers send only what their schema declares; readers ignore what they do not know.
policy = "tolerant-reader"
# A minor version must read what every earlier version of its major wrote, and be read by their readers.
mode = "full-transitive"
"#,
    ),
    (".gitignore", ".schemactl/\n"),
    // Lines of two branches are both kept: `schemactl check` refuses those that contradict.
    (".gitattributes", "schemactl.lock merge=union\n"),
];

pub(crate) fn run_init(args: &InitArgs, context: &Context) -> Result<Exit, Problem> {
    let place = if args.ci.is_empty() {
        None
    } else {
        Some(CiPlace::find(&args.folder)?)
    };
    let mut report = String::new();
    let mut hints = Vec::new();
    if place.as_ref().is_none_or(CiPlace::needs_workspace) {
        write_workspace(args, &mut report)?;
        hints.push("next: schemactl check".to_owned());
    }
    if let Some(place) = &place {
        for file in place.list_files(&args.ci) {
            let state = write(&file.path, &file.text, args.dry_run)?;
            tell(&mut report, state, &file.path);
            hints.extend(file.hint(state == KEPT));
        }
    }
    context.console.result(&report);
    for hint in hints {
        context.console.note(&hint);
    }
    Ok(Exit::Clean)
}

fn write_workspace(args: &InitArgs, report: &mut String) -> Result<(), Problem> {
    let manifest = args.folder.join("schemactl.toml");
    if manifest.exists() {
        let message = format!("{} already exists", manifest.display());
        return Err(Problem::usage(
            message,
            "run `schemactl check` in it, add CI with --ci, or name another folder",
        ));
    }
    let [settings, others @ ..] = FILES.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let files = std::iter::once(settings).chain(first_event()).chain(others);
    for (name, text) in files {
        let path = args.folder.join(name);
        let state = write(&path, &text, args.dry_run)?;
        tell(report, state, &path);
    }
    Ok(())
}

fn tell(report: &mut String, state: &str, path: &Path) {
    writeln!(report, "{state} {}", path.display()).expect("writing to a string cannot fail");
}

/// The state of a file that was there.
const KEPT: &str = "kept   ";

/// The properties of the first event.
const PROPERTIES: [TemplateProperty<'_>; 2] = [
    ("orderId", r#"{ "type": "string" }"#, r#""order-1""#),
    (
        "placedAt",
        r#"{ "type": "string", "format": "date-time" }"#,
        r#""2026-02-01T14:32:00Z""#,
    ),
];

/// Returns the files of the first event.
fn first_event() -> [(String, String); 3] {
    let name = EventName::new("com.example.shop", "OrderPlaced").expect("both parts are names");
    let event = EventTemplate {
        name: &name,
        source: "com.example.shop",
        detail_type: "order.placed",
        description: Some("A customer placed an order."),
    };
    [
        (event.path("event.toml"), event.settings()),
        (event.path("1.0.json"), event.schema(&PROPERTIES)),
        (event.path("examples/1.0/order.json"), write_example(&PROPERTIES)),
    ]
}

/// What a folder has already is its owner's.
fn write(path: &Path, text: &str, dry_run: bool) -> Result<&'static str, Problem> {
    if path.exists() {
        return Ok(KEPT);
    }
    if dry_run {
        return Ok("would write");
    }
    write_atomic(path, text.as_bytes()).map_err(|error| Problem::File {
        path: path.to_owned(),
        what: "write",
        error,
    })?;
    Ok("written")
}
