//! `schemactl lsp`

use std::io::{BufReader, stdin, stdout};
use std::path::{Path, PathBuf};

use schemactl_check::{CodeComparer, Finding, Report, Rule};
use schemactl_lsp::{EditorHost, FormerStateSearch, PlannedFile, SessionEnd, serve_editor};
use schemactl_model::EventName;
use schemactl_workspace::{Date, LoadError, Workspace, find_root};

use super::accept::plan_waiver;
use super::bump::plan_bump;
use crate::args::LspArgs;
use crate::code_comparison::compare_code;
use crate::context::Context;
use crate::exit::Exit;
use crate::former::search_former_states;
use crate::problem::Problem;
use crate::report::prose::describe_finding;
use crate::report::sarif::page_address;
use crate::workspaces_below::find_workspaces;

pub(crate) fn run_lsp(LspArgs { stdio: _ }: &LspArgs, context: &Context) -> Result<Exit, Problem> {
    let host = CommandHost { context };
    let session = serve_editor(BufReader::new(stdin()), stdout().lock(), &host);
    match session {
        Ok(SessionEnd::Requested) => Ok(Exit::Clean),
        // The protocol has this code for it, and nothing was found.
        Ok(SessionEnd::Abrupt) => Ok(Exit::Findings),
        Err(error) => Err(Problem::File {
            path: PathBuf::from("the stream of the editor"),
            what: "read",
            error,
        }),
    }
}

/// The reason of a waiver that an editor adds, until somebody writes a better one.
const WAIVER_REASON: &str = "TODO: why this is accepted";

/// This program, as its language server sees it.
struct CommandHost<'c> {
    context: &'c Context,
}

impl EditorHost for CommandHost<'_> {
    fn today(&self) -> Date {
        self.context.today()
    }

    fn find_code_comparer(&self) -> Option<CodeComparer> {
        Some(compare_code)
    }

    fn find_workspaces(&self, folder: &Path) -> Vec<PathBuf> {
        match find_root(folder) {
            Ok(root) => vec![root],
            Err(_) => find_workspaces(folder)
                .into_iter()
                .map(|below| folder.join(below))
                .collect(),
        }
    }

    fn report_errors(&self, errors: Vec<LoadError>) -> Report {
        Problem::Load(errors).report()
    }

    fn search_former_states(&self, workspace: &Workspace) -> FormerStateSearch {
        Box::new(search_former_states(workspace))
    }

    fn plan_bump(&self, workspace: &Workspace, report: &Report, event: &EventName) -> Vec<PlannedFile> {
        let moves = plan_bump(workspace, report, event).unwrap_or_default().into_iter();
        let moves = moves.map(|one| PlannedFile {
            path: one.to,
            renamed_from: Some(one.from),
            text: one.text,
        });
        moves.collect()
    }

    fn plan_waiver(&self, workspace: &Workspace, finding: &Finding) -> Option<PlannedFile> {
        let (path, text) = plan_waiver(workspace, finding, WAIVER_REASON)?;
        Some(PlannedFile {
            path,
            renamed_from: None,
            text,
        })
    }

    fn describe_finding(&self, finding: &Finding) -> String {
        describe_finding(finding)
    }

    fn page_address(&self, rule: Rule) -> String {
        page_address(rule)
    }
}
