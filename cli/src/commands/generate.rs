//! `schemactl generate`

use std::path::{Path, PathBuf};

use schemactl_generate::{Settings, generate};
use schemactl_workspace::write_atomic;

use crate::args::Generate;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run(args: &Generate, context: &Context) -> Result<Exit, Problem> {
    let source = generate(&context.workspace()?, &args.events, &Settings::default())?;
    let path = file(&args.output);
    if args.check {
        return compare(&path, &source, context);
    }
    let changed = write_atomic(&path, source.as_bytes()).map_err(|error| Problem::File {
        path: path.clone(),
        what: "write",
        error,
    })?;
    let state = if changed { "written" } else { "up to date" };
    context.console.note(&format!(
        "{}: {} lines, {state}",
        path.display(),
        source.lines().count()
    ));
    Ok(Exit::Clean)
}

/// A folder stands for `events.rs` in it.
fn file(output: &Path) -> PathBuf {
    if output.is_dir() {
        output.join("events.rs")
    } else {
        output.to_owned()
    }
}

fn compare(path: &Path, source: &str, context: &Context) -> Result<Exit, Problem> {
    let present = match std::fs::read(path) {
        Ok(present) => present,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            return Err(Problem::File {
                path: path.to_owned(),
                what: "read",
                error,
            });
        }
    };
    if present == source.as_bytes() {
        context.console.note(&format!("{}: up to date", path.display()));
        return Ok(Exit::Clean);
    }
    let state = if present.is_empty() {
        "is not there"
    } else {
        "is not what the schemas say"
    };
    context.console.result(&format!(
        "{} {state}: run `schemactl generate -o {}`\n",
        path.display(),
        path.display()
    ));
    Ok(Exit::Findings)
}
