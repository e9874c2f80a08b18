//! `schemactl check`

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anstream::adapter::strip_str;
use schemactl_workspace::{Checked, Proofs, Report, Severity, Workspace, write_atomic};

use crate::args::{Check, FailOn, Output};
use crate::context::{Against, Context, checked, checked_again, kept_file};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::report::{View, count, render};

pub(crate) fn run(args: &Check, context: &Context) -> Result<Exit, Problem> {
    each_file_once(&args.output)?;
    let workspace = context.workspace()?;
    let against = Against::read(args.against.as_deref(), &workspace, context)?;
    let (report, checked) = if args.no_cache || in_ci() {
        checked(&workspace, &against)
    } else {
        with_proofs(&workspace, &against, context)
    };
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

/// What earlier checks proved, for this machine only.
const PROOFS: &str = "proofs.json";

/// A gate believes no file that a change could bring along.
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// Checks what changed since the last check of this program.
fn with_proofs<'w>(workspace: &'w Workspace, against: &Against, context: &Context) -> (Report, Option<Checked<'w>>) {
    let (Some(program), Some(file)) = (program(), kept_file(workspace, PROOFS)) else {
        return checked(workspace, against);
    };
    let known =
        fs::read_to_string(&file).map_or_else(|_| Proofs::none(&program), |text| Proofs::parse(&text, &program));
    let mut proofs = known.clone();
    let checked = checked_again(workspace, against, &mut proofs);
    if proofs != known
        && let Err(error) = write_atomic(&file, proofs.to_text().as_bytes())
    {
        context
            .console
            .detail(&format!("no proofs are kept: {}: {error}", file.display()));
    }
    checked
}

/// This very build: its file differs from that of any other.
fn program() -> Option<String> {
    let file = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let modified = file.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!(
        "schemactl {} of {} bytes, written {}",
        env!("CARGO_PKG_VERSION"),
        file.len(),
        modified.as_nanos()
    ))
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
