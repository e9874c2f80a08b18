//! `schemactl man`: the pages of `man schemactl`, made of what `--help` prints.

use std::fs;

use clap::CommandFactory;

use crate::args::{Args, ManArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run_man(args: &ManArgs, context: &Context) -> Result<Exit, Problem> {
    let folder = &args.output;
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Args::command(), folder));
    written.map_err(|error| Problem::File {
        path: folder.clone(),
        what: "write",
        error,
    })?;
    context
        .console
        .note(&format!("man pages written to {}", folder.display()));
    Ok(Exit::Clean)
}
