//! `schemactl import`: a schema that was made from a Rust type becomes a version of an event. In: what schemars prints. Out: a
//! schema file in the dialect of the event's newest version, or draft-04, which is what EventBridge registers.

use std::path::{Path, PathBuf};

use schemactl_check::write_atomic;
use schemactl_generate::import_schema;
use schemactl_model::{Dialect, EventRef, Versions, find_alike_event};
use schemactl_workspace::Workspace;

use crate::args::{ImportArgs, StdinArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;

pub(crate) fn run_import(args: &ImportArgs, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let root = context.root()?;
    let (path, dialect) = target(&workspace, &root, &args.event)?;
    let source = input::read_input(&args.from_json, &StdinArgs::default())?;
    let text = import_schema(&source, dialect)?;
    if args.dry_run {
        context.console.json(&text);
        return Ok(Exit::Clean);
    }
    if path.exists() {
        return Err(Problem::usage(
            format!("{} already exists", path.strip_prefix(&root).unwrap_or(&path).display()),
            "choose another version, or delete the file if it was never released",
        ));
    }
    write_atomic(&path, text.as_bytes()).map_err(|error| Problem::File {
        path: path.clone(),
        what: "write",
        error,
    })?;
    let shown = path.strip_prefix(&root).unwrap_or(&path);
    context.console.note(&format!(
        "{}: written, in {dialect}; `schemactl check` shows whether it is compatible",
        shown.display()
    ));
    Ok(Exit::Clean)
}

/// The file of the version, and the dialect of its event.
fn target(workspace: &Workspace, root: &Path, reference: &EventRef) -> Result<(PathBuf, Dialect), Problem> {
    let event = match workspace.events_named(reference)[..] {
        [event] => event,
        [] => {
            let namespace = reference.namespace.as_deref().unwrap_or("NAMESPACE");
            let create = format!("`schemactl new event {namespace}/{}` adds it", reference.name);
            // A version that does not exist yet is what is imported.
            let meant = find_alike_event(reference, workspace.events.keys());
            return Err(Problem::usage(
                format!("`{reference}` names no event of the workspace"),
                meant.map_or_else(
                    || create.clone(),
                    |meant| format!("did you mean `{meant}`? Otherwise {create}"),
                ),
            ));
        }
        _ => {
            return Err(Problem::usage(
                format!("`{reference}` names several events of the workspace"),
                "name it with its namespace",
            ));
        }
    };
    let Versions::One(version) = &reference.versions else {
        return Err(Problem::usage(
            "a schema becomes one version",
            format!("name it, as in {}@1.0", event.name),
        ));
    };
    let newest = event.versions.values().next_back();
    let dialect = newest.map_or(Dialect::Draft4, |newest| newest.document.dialect());
    let folder = root
        .join("schemas")
        .join(event.name.namespace())
        .join(event.name.name());
    Ok((folder.join(format!("{version}.json")), dialect))
}
