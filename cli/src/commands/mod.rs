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
mod lsp;
mod man;
mod merge_lock;
mod new;
mod pattern;
mod plan;
mod prune;
mod pull;
mod push;
mod relocate;
mod retire;
mod serve;
mod status;
pub(crate) mod validate;

use crate::args::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::problem::Problem;

pub(crate) fn run_command(command: &Command, context: &Context) -> Result<Exit, Problem> {
    match command {
        Command::Init(args) => init::run_init(args, context),
        Command::New(args) => new::run_new(args, context),
        Command::Check(args) => check::run_check(args, context),
        Command::Accept(args) => accept::run_accept(args, context),
        Command::Bump(args) => bump::run_bump(args, context),
        Command::Diff(args) => diff::run_diff(args, context),
        Command::Retire(args) => retire::run_retire(args, context),
        Command::Move(args) => relocate::run_relocate(args, context),
        Command::Hotfix(args) => hotfix::run_hotfix(args, context),
        Command::MergeLock(args) => merge_lock::run_merge_lock(args, context),
        Command::Explain(args) => explain::run_explain(args, context),
        Command::Validate(args) => validate::run_validate(args, context),
        Command::Infer(args) => infer::run_infer(args, context),
        Command::Pattern(args) => pattern::run_pattern(args, context),
        Command::Generate(args) => generate::run_generate(args, context),
        Command::Import(args) => import::run_import(args, context),
        Command::Plan(args) => plan::run_plan(args, context),
        Command::Push(args) => push::run_push(args, context),
        Command::Status(args) => status::run_status(args, context),
        Command::Pull(args) => pull::run_pull(args, context),
        Command::Prune(args) => prune::run_prune(args, context),
        Command::Doctor(args) => doctor::run_doctor(args, context),
        Command::IamPolicy(args) => iam_policy::run_iam_policy(args, context),
        Command::Serve(args) => serve::run_serve(args, context),
        Command::Demo(args) => demo::run_demo(args, context),
        Command::Lsp(args) => lsp::run_lsp(args, context),
        Command::Completions(args) => completions::run_completions(args, context),
        Command::Man(args) => man::run_man(args, context),
    }
}
