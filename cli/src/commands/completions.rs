//! `schemactl completions`

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

#[allow(clippy::unnecessary_wraps, reason = "the signature of every command")]
pub(crate) fn run_completions(args: &CompletionsArgs, context: &Context) -> Result<Exit, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "schemactl", &mut script);
    context.console.result(&String::from_utf8_lossy(&script));
    Ok(Exit::Clean)
}
