//! `schemactl check`

use std::collections::BTreeSet;
use std::path::Path;

use anstream::adapter::strip_str;
use schemactl_workspace::{Report, Severity, Workspace, write_atomic};

use crate::args::{Check, FailOn, Output};
use crate::context::{Against, Context, checked};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::report::{View, count, render};

pub(crate) fn run(args: &Check, context: &Context) -> Result<Exit, Problem> {
    each_file_once(&args.output)?;
    let workspace = context.workspace()?;
    let against = Against::read(args.against.as_deref(), &workspace, context)?;
    let (report, checked) = checked(&workspace, &against);
    let folder = folder_in_repository(&workspace.root);
    let view = View {
        report: &report,
        workspace: &workspace,
        comparisons: context.console.is_verbose(),
        folder: &folder,
    };
    for format in &args.format {
        context.console.result(&render(*format, &view));
    }
    for output in &args.output {
        write(output, &view)?;
    }
    if checked.is_none() || fails(&report, args.fail_on) {
        return Ok(Exit::Findings);
    }
    if args.release {
        release(&workspace, context)?;
    }
    Ok(Exit::Clean)
}

/// Two reports in one file would be the last one only.
fn each_file_once(outputs: &[Output]) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    let twice = |output: &&Output| {
        let absolute = std::path::absolute(&output.file).unwrap_or_else(|_| output.file.clone());
        !seen.insert(absolute)
    };
    outputs.iter().find(twice).map_or(Ok(()), |output| {
        Err(Problem::usage(
            format!("two reports are to be written to {}", output.file.display()),
            "give each --output a file of its own",
        ))
    })
}

fn write(output: &Output, view: &View<'_>) -> Result<(), Problem> {
    let text = render(output.format, view);
    // A file has no colours. JSON and the like have no escape sequences to lose.
    let plain = strip_str(&text).to_string();
    write_atomic(&output.file, plain.as_bytes())
        .map(|_| ())
        .map_err(|error| Problem::File {
            path: output.file.clone(),
            what: "write",
            error,
        })
}

/// Whether a finding is as loud as what fails the check.
fn fails(report: &Report, fail_on: FailOn) -> bool {
    let least = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
    };
    let mut findings = report.findings.iter().filter(|finding| finding.waived.is_none());
    findings.any(|finding| finding.severity <= least)
}

/// The workspace seen from the root of its repository, with a slash at the end. Without a repository the workspace is the
/// root.
fn folder_in_repository(workspace: &Path) -> String {
    let workspace = workspace.canonicalize().unwrap_or_else(|_| workspace.to_owned());
    let repository = workspace.ancestors().find(|folder| folder.join(".git").exists());
    let below = repository.and_then(|root| workspace.strip_prefix(root).ok());
    below
        .into_iter()
        .flatten()
        .fold(String::new(), |folder, part| folder + &part.to_string_lossy() + "/")
}

/// Records every version in the lock file.
fn release(workspace: &Workspace, context: &Context) -> Result<(), Problem> {
    let mut lock = workspace.lock.clone();
    let versions = workspace
        .events
        .values()
        .flat_map(|event| event.versions.values().map(move |version| (event, version)));
    let mut new = 0;
    for (event, version) in versions {
        new += usize::from(lock.digest(&event.name, &version.version).is_none());
        lock.record(&event.name, &version.version, version.digest.clone());
    }
    write_lock(&lock, workspace)?;
    context.console.note(&format!(
        "schemactl.lock: {} released for the first time",
        count(new, "version")
    ));
    Ok(())
}

/// Writes the lock file of a workspace.
pub(super) fn write_lock(lock: &schemactl_workspace::Lock, workspace: &Workspace) -> Result<(), Problem> {
    lock.write(&workspace.root).map(|_| ()).map_err(|error| Problem::File {
        path: workspace.root.join("schemactl.lock"),
        what: "write",
        error,
    })
}
