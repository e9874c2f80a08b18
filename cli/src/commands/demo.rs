//! `schemactl demo`: the whole story on the shipped schemas, in a folder and with a registry of its own. It runs the very
//! commands that it names.

use std::path::Path;

use schemactl_check::write_atomic;
use schemactl_server::{Config, Server, start};

use super::run_command as command;
use crate::args::{Args, DemoArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::shipped;

use clap::Parser;

/// A change that looks harmless: an optional field becomes required, and the version says minor.
const BROKEN: &str = "schemas/com.myapp.orders/OrderPlaced/1.2.json";

pub(crate) fn run_demo(args: &DemoArgs, context: &Context) -> Result<Exit, Problem> {
    let temporary;
    let folder = if let Some(folder) = &args.keep {
        folder.as_path()
    } else {
        temporary = tempfile::tempdir().map_err(|error| file_problem(&std::env::temp_dir(), error))?;
        temporary.path()
    };
    for (path, text) in shipped::FILES {
        write(&folder.join(path), text)?;
    }
    let server = start(Config::new(folder.join(".schemactl/registry")))?;
    let story = Story {
        context,
        folder,
        server,
    };
    let exit = story.tell()?;
    story.server.shutdown();
    if args.keep.is_some() {
        context
            .console
            .result(&format!("The workspace is in {}.\n", folder.display()));
    }
    Ok(exit)
}

struct Story<'c> {
    context: &'c Context,
    folder: &'c Path,
    server: Server,
}

impl Story<'_> {
    fn tell(&self) -> Result<Exit, Problem> {
        self.say(
            "The events of an order system, each with its versions, are checked: every schema, every example, every\n\
                  version against the ones before it.",
        );
        self.expect(&["check"], Exit::Clean)?;
        self.say("A colleague makes `currency` required and calls the version 1.2. Producers of 1.0 may omit it, and the check shows\n\
                  the event that would break.");
        self.break_it()?;
        self.expect(&["check"], Exit::Findings)?;
        self.mend_it()?;
        self.say("What 2.0 changes on purpose, direction by direction:");
        self.expect(&["diff", "OrderPlaced@1.1", "OrderPlaced@2.0"], Exit::Findings)?;
        self.say("Rust for every version, with an enum over them, typed event patterns and the dual-publish shim:");
        let output = self.folder.join("events.rs");
        self.expect(
            &["generate", "OrderPlaced", "--output", &output.to_string_lossy()],
            Exit::Clean,
        )?;
        self.say(&format!(
            "A registry on this machine, at {}, stores every version, and each one is read back:",
            self.server.url()
        ));
        self.expect(&["push", "--create-registry"], Exit::Clean)?;
        let writes = self.writes();
        self.say("A second push has nothing to write:");
        self.expect(&["push"], Exit::Clean)?;
        let again = self.writes() - writes;
        self.context.console.result(&format!(
            "The registry counted {writes} writes for the first push and {again} for the second.\n"
        ));
        self.expect(&["status"], Exit::Clean)?;
        Ok(if again == 0 { Exit::Clean } else { Exit::Findings })
    }

    fn say(&self, text: &str) {
        self.context.console.result(&format!("\n{text}\n"));
    }

    /// Runs a command as a user would type it, and holds it to its exit code.
    fn expect(&self, arguments: &[&str], expected: Exit) -> Result<(), Problem> {
        let shown: Vec<_> = arguments
            .iter()
            .map(|argument| argument.rsplit('/').next().unwrap_or(argument))
            .collect();
        self.context
            .console
            .result(&format!("\n$ schemactl {}\n", shown.join(" ")));
        let inside = self.context.inside(self.folder, Some(self.server.url()));
        let args =
            Args::try_parse_from(["schemactl"].iter().chain(arguments)).expect("the demo's own commands are sound");
        let exit = command(&args.command, &inside)?;
        if exit == expected {
            return Ok(());
        }
        Err(Problem::usage(
            format!(
                "`schemactl {}` ended with {}, and the demo expected {}",
                shown.join(" "),
                exit as u8,
                expected as u8
            ),
            "this is a bug in schemactl: please report it",
        ))
    }

    fn break_it(&self) -> Result<(), Problem> {
        let schema = shipped::shipped_text("schemas/com.myapp.orders/OrderPlaced/1.1.json");
        write(
            &self.folder.join(BROKEN),
            &schema.replace("\"required\": [", "\"required\": [\n    \"currency\","),
        )
    }

    fn mend_it(&self) -> Result<(), Problem> {
        let path = self.folder.join(BROKEN);
        std::fs::remove_file(&path).map_err(|error| file_problem(&path, error))
    }

    fn writes(&self) -> usize {
        self.server.requests().iter().filter(|request| request.write).count()
    }
}

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    write_atomic(path, text.as_bytes())
        .map(|_| ())
        .map_err(|error| file_problem(path, error))
}

fn file_problem(path: &Path, error: std::io::Error) -> Problem {
    Problem::File {
        path: path.to_owned(),
        what: "write",
        error,
    }
}
