//! The command line of schemactl. In: arguments, environment, files. Out: the result on standard output, everything else on
//! standard error, and an exit code from one table.
//!
//! This crate is glue and advice: it decides nothing about schemas. A verb is a file in `commands`, a format a file in
//! `report`; `problem` knows what to tell people when something fails. Nothing but `run` knows the commands, and no file imports one that
//! imports it.

mod added_versions;
mod advice;
mod args;
mod baseline;
mod bindings;
mod checking;
mod code_comparison;
mod commands;
mod completion;
mod confirm;
mod console;
mod context;
mod diagnostic;
mod edits;
mod environment;
mod event_facts;
mod event_selection;
mod event_template;
mod exit;
mod former;
mod git;
mod git_files;
mod help;
mod input;
mod interrupt;
mod json_lines;
#[cfg(test)]
mod json_schemas;
mod judgement;
mod left_out;
mod lock_file;
mod lost_files;
mod lost_versions;
mod neighbors;
mod output;
mod past_releases;
mod printable;
mod problem;
mod progress;
#[cfg(test)]
mod reference;
mod registered;
mod relative_paths;
mod remote;
mod report;
mod shared_registry;
mod shipped;
mod suggestions;
mod validity;
mod words;
mod workspaces_below;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::args::Args;
use crate::context::Context;
use crate::diagnostic::Diagnostic;
pub use crate::exit::Exit;

/// Runs one command and returns its exit code. `arguments` begins with the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if completion::complete_words(&arguments, Args::command) {
        return Exit::Clean.into();
    }
    let args = match Args::try_parse_from(&arguments) {
        Ok(args) => args,
        Err(error) => return usage(error, &arguments),
    };
    let context = Context::new(&args.global);
    let exit = commands::run_command(&args.command, &context).unwrap_or_else(|problem| {
        let problem = left_out::explain_missing_workspace(problem);
        for diagnostic in problem.diagnostics() {
            context.console.diagnostic(&diagnostic);
        }
        problem.exit()
    });
    end_of(exit, &context).into()
}

/// Returns how a command ended: a result that nobody got is no result.
fn end_of(exit: Exit, context: &Context) -> Exit {
    let Some(error) = context.console.lost_result() else {
        return exit;
    };
    let lost = Diagnostic::error(format!("cannot write to standard output: {error}"));
    let lost = lost.help("the result is lost; make room or choose another place, and run the command again");
    context.console.diagnostic(&lost);
    exit.louder(Exit::Unreadable)
}

/// clap prints its own errors, and help and version, which are no errors.
fn usage(mut error: clap::Error, arguments: &[OsString]) -> ExitCode {
    let shows_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if shows_help && !help::asks_long_form(arguments) {
        let short = help::shorten_help(Args::command()).try_get_matches_from(arguments);
        error = short.err().unwrap_or(error);
    } else if error.use_stderr() {
        suggestions::correct_suggestions(&mut error, Args::command(), arguments);
    }
    // A closed pipe is no reason to fail.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Clean.into()
    }
}
