//! The commands: one file a verb. Each reads its arguments, asks the libraries, and writes a result.

mod accept;
mod bump;
mod check;
mod completions;
mod demo;
pub(crate) mod diff;
mod doctor;
mod explain;
mod generate;
mod hotfix;
mod iam_policy;
mod import;
mod infer;
mod init;
mod life;
mod plan;
mod prune;
mod pull;
mod push;
mod relocate;
mod retire;
mod serve;
mod status;
mod validate;

use crate::args::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run(command: &Command, context: &Context) -> Result<Exit, Problem> {
    match command {
        Command::Init(args) => init::run(args, context),
        Command::Check(args) => check::run(args, context),
        Command::Accept(args) => accept::run(args, context),
        Command::Bump(args) => bump::run(args, context),
        Command::Diff(args) => diff::run(args, context),
        Command::Retire(args) => retire::run(args, context),
        Command::Move(args) => relocate::run(args, context),
        Command::Hotfix(args) => hotfix::run(args, context),
        Command::Explain(args) => explain::run(args, context),
        Command::Validate(args) => validate::run(args, context),
        Command::Infer(args) => infer::run(args, context),
        Command::Generate(args) => generate::run(args, context),
        Command::Import(args) => import::run(args, context),
        Command::Plan(args) => plan::run(args, context),
        Command::Push(args) => push::run(args, context),
        Command::Status(args) => status::run(args, context),
        Command::Pull(args) => pull::run(args, context),
        Command::Prune(args) => prune::run(args, context),
        Command::Doctor(args) => doctor::run(args, context),
        Command::IamPolicy(args) => iam_policy::run(args, context),
        Command::Serve(args) => serve::run(args, context),
        Command::Demo(args) => demo::run(args, context),
        Command::Completions(args) => completions::run(args, context),
    }
}
