//! `schemactl init`

mod ci;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use schemactl_check::write_atomic;
use schemactl_model::EventName;
use schemactl_workspace::find_root;

use crate::args::{CiSystem, InitArgs};
use crate::commands::init::ci::CiPlace;
use crate::context::Context;
use crate::event_template::{COMMON_EXAMPLE, COMMON_PROPERTIES, EventTemplate, TemplateProperty, make_detail_type};
use crate::exit::Exit;
use crate::git_files::list_git_files;
use crate::problem::Problem;
use crate::workspaces_below::find_nested_workspaces;

/// The settings of a new workspace.
const MANIFEST: (&str, &str) = (
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
);

pub(crate) fn run_init(args: &InitArgs, context: &Context) -> Result<Exit, Problem> {
    if args.ci.contains(&CiSystem::Github) && args.ci.contains(&CiSystem::GithubWheel) {
        return Err(Problem::usage(
            "--ci github and --ci github-wheel write the same file".to_owned(),
            "name one of them: the action has the comment and code scanning, the wheel needs nothing but pip",
        ));
    }
    let folder = choose_folder(args, context)?;
    let place = if args.ci.is_empty() {
        None
    } else {
        Some(CiPlace::find(&folder)?)
    };
    let mut report = String::new();
    let mut hints = Vec::new();
    if place.as_ref().is_none_or(CiPlace::needs_workspace) {
        write_workspace(args, &folder, &mut report)?;
        hints.push(advise_on_next(args).to_owned());
        hints.extend(describe_other_workspaces(&folder));
    } else if let Some(event) = &args.event {
        return Err(refuse_event("the workspace exists".to_owned(), event));
    }
    if let Some(place) = &place {
        for file in place.list_files(&args.ci) {
            let state = write(&file.path, &file.text, args.dry_run)?;
            tell(&mut report, state, &file.path);
            hints.extend(file.hint(state == KEPT));
        }
    }
    if args.dry_run {
        context.console.result(&report);
    } else {
        context.console.tell_done(&report);
    }
    for hint in hints {
        context.console.note(&hint);
    }
    Ok(Exit::Clean)
}

/// Returns the folder of the new workspace. Two different ones are refused: one of them would be ignored.
fn choose_folder(args: &InitArgs, context: &Context) -> Result<PathBuf, Problem> {
    let start = context.start();
    let folder = match &args.folder {
        Some(folder) if context.has_named_folder() && *folder != start => {
            return Err(Problem::usage(
                format!(
                    "two folders are named: {}, and {} by --workspace or SCHEMACTL_WORKSPACE",
                    folder.display(),
                    start.display()
                ),
                "name one of them",
            ));
        }
        Some(folder) => folder.clone(),
        None => start,
    };
    if folder.is_file() {
        return Err(Problem::usage(
            format!("{} is a file", folder.display()),
            "name the folder of the new workspace",
        ));
    }
    Ok(folder)
}

fn write_workspace(args: &InitArgs, folder: &Path, report: &mut String) -> Result<(), Problem> {
    let manifest = folder.join("schemactl.toml");
    if manifest.exists() {
        let message = format!("{} already exists", manifest.display());
        if let Some(event) = &args.event {
            return Err(refuse_event(message, event));
        }
        return Err(Problem::usage(
            message,
            "run `schemactl check` in it, add CI with --ci, or name another folder",
        ));
    }
    let settings = (MANIFEST.0.to_owned(), MANIFEST.1.to_owned());
    let others = list_git_files().map(|(path, text)| (path.to_owned(), text));
    let files = std::iter::once(settings).chain(first_event(args)).chain(others);
    for (name, text) in files {
        let path = folder.join(name);
        let state = write(&path, &text, args.dry_run)?;
        tell(report, state, &path);
    }
    Ok(())
}

/// Returns the error about an event that is named for a workspace that is there.
fn refuse_event(message: String, event: &EventName) -> Problem {
    Problem::usage(message, format!("add the event with `schemactl new event {event}`"))
}

fn tell(report: &mut String, state: &str, path: &Path) {
    writeln!(report, "{state} {}", path.display()).expect("writing to a string cannot fail");
}

/// The state of a file that was there.
const KEPT: &str = "kept   ";

/// The properties of the sample.
const SAMPLE_PROPERTIES: [TemplateProperty<'_>; 2] = [
    ("orderId", r#"{ "type": "string" }"#, r#""order-1""#),
    (
        "placedAt",
        r#"{ "type": "string", "format": "date-time" }"#,
        r#""2026-02-01T14:32:00Z""#,
    ),
];

/// Returns the files of the first event: the one that is named, or the sample.
fn first_event(args: &InitArgs) -> Vec<(String, String)> {
    if args.no_event {
        return Vec::new();
    }
    if let Some(name) = &args.event {
        let event = EventTemplate {
            name,
            source: name.namespace(),
            detail_type: &make_detail_type(name.name()),
            description: None,
        };
        return event.files(&COMMON_PROPERTIES, COMMON_EXAMPLE).into();
    }
    let name = EventName::new("com.example.shop", "OrderPlaced").expect("both parts are names");
    let event = EventTemplate {
        name: &name,
        source: "com.example.shop",
        detail_type: "order.placed",
        description: Some("A customer placed an order."),
    };
    event.files(&SAMPLE_PROPERTIES, "order.json").into()
}

/// Returns what to know where a new workspace is inside another one, or has others inside it.
fn describe_other_workspaces(folder: &Path) -> Vec<String> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let is_root_of_repository = absolute.join(".git").exists();
    let above = absolute.parent().filter(|_| !is_root_of_repository);
    let around = above.and_then(|above| find_root(above).ok()).map(|around| {
        format!(
            "the new workspace is inside that of {}: in a git repository `schemactl check` there checks both, and every other command is about one of them",
            around.display()
        )
    });
    let inside: Vec<String> = find_nested_workspaces(folder)
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    let inside = (!inside.is_empty()).then(|| {
        format!(
            "other workspaces are inside the new one: {}. `schemactl check` checks all of them, and every other command is about the closest one",
            inside.join(", ")
        )
    });
    around.into_iter().chain(inside).collect()
}

/// What to do in the new workspace.
fn advise_on_next(args: &InitArgs) -> &'static str {
    if args.no_event {
        "next: schemactl new event NAMESPACE/NAME, such as com.acme.billing/InvoiceIssued"
    } else if args.event.is_some() {
        "next: describe the event in the schema and the example, then run `schemactl check`"
    } else {
        "next: schemactl check"
    }
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
