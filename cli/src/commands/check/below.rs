//! `schemactl check` where several workspaces are: below a folder without one, or one and those inside it. Each is checked, and one report is made of
//! all. In: the folder. Out: the workspaces, and what was found of each, with places as they are seen from the folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemactl_check::{Finding, FindingPlace, Report, Rule};
use schemactl_model::Source;
use schemactl_workspace::{MANIFEST_FILE, NeighborWorkspace, Workspace};

use super::{conclude, fails, judge, require_owner, tell_unread};
use crate::args::{CheckArgs, NO_BASELINE};
use crate::context::{Context, folder_in_repository};
use crate::exit::Exit;
use crate::left_out::describe_submodules;
use crate::neighbors::KnownWorkspaces;
use crate::problem::Problem;
use crate::relative_paths::normalize_path;

/// Checks all of them. One that cannot be read does not hide the others; the exit code is the loudest of all.
pub(super) fn check_all(
    args: &CheckArgs,
    context: &Context,
    start: &Path,
    folders: &[PathBuf],
) -> Result<Exit, Problem> {
    if args.release {
        return Err(Problem::usage(
            "several workspaces are below this folder, and --release needs exactly one",
            "name one with --workspace DIR",
        ));
    }
    let names: Vec<String> = folders.iter().map(|folder| shown(folder)).collect();
    context.console.note(&format!("workspaces: {}", names.join(", ")));
    if let Some(submodules) = describe_submodules(start, false) {
        context.console.note(&submodules);
    }
    let known = KnownWorkspaces::load(start, folders, None);
    let mut reports: Vec<Report> = Vec::new();
    let mut workspaces: Vec<(Option<&str>, Workspace)> = Vec::new();
    let mut exit = Exit::Clean;
    let has_one_around = folders.iter().any(|folder| folder.as_os_str().is_empty());
    for (folder, name) in folders.iter().zip(&names) {
        // The workspace around the others is what it is where it stands alone.
        let is_around = folder.as_os_str().is_empty();
        let place = start.join(folder);
        let inside = context.inside_one_of_several(&place);
        let args = CheckArgs {
            // Others were found by a search, and may be somebody else's: nothing is written into them.
            no_cache: args.no_cache || !is_around,
            against: args.against.as_ref().map(|base| {
                let base = base_of(base, name);
                // A folder has no state of a workspace that was added inside another one.
                let is_new = has_one_around && is_folder(&base) && !Path::new(&base).join(MANIFEST_FILE).is_file();
                if is_new { NO_BASELINE.to_owned() } else { base }
            }),
            ..args.clone()
        };
        let neighbors = known.list_neighbors(&place);
        let title = (!is_around).then_some(name.as_str());
        let (workspace, mut report, own) = check_one((&args, neighbors), &inside, name);
        workspaces.extend(workspace.map(|workspace| (title, workspace)));
        if let Some(name) = title {
            place_report(&mut report, name, &folder_in_repository(&place));
        }
        reports.push(report);
        exit = exit.louder(own);
    }
    let whole = join_reports(reports, &name_folders(start, folders));
    if fails(&whole, args.fail_on) {
        exit = exit.louder(Exit::Findings);
    }
    let each: Vec<(Option<&str>, &Workspace)> = workspaces.iter().map(|(name, workspace)| (*name, workspace)).collect();
    require_owner(args, &each, &whole)?;
    conclude(args, context, start, &whole, &each)?;
    Ok(exit)
}

/// The folders of workspaces, seen from the root of their repository.
fn name_folders(start: &Path, folders: &[PathBuf]) -> Vec<String> {
    let each = folders.iter().map(|folder| name_in_repository(&start.join(folder)));
    each.collect()
}

/// The folder of a workspace, seen from the root of its repository.
fn name_in_repository(folder: &Path) -> String {
    let name = folder_in_repository(folder);
    let name = name.trim_end_matches('/');
    if name.is_empty() {
        THIS_FOLDER.to_owned()
    } else {
        name.to_owned()
    }
}

/// Makes one report of several. A workspace of the base that is gone is told once, whichever workspace it was found beside, and is accepted where one of
/// them accepts it. One of those that are `checked`, by their folders in the repository, is hidden by no other.
fn join_reports(mut reports: Vec<Report>, checked: &[String]) -> Report {
    let missing = |finding: &&Finding| finding.rule == Rule::WorkspaceMissing && finding.waived.is_some();
    let accepted: Vec<Finding> = reports
        .iter()
        .flat_map(|report| report.findings.iter().filter(missing).cloned())
        .collect();
    let mut whole = Report::default();
    let mut told = BTreeSet::new();
    for report in &mut reports {
        report.findings.retain_mut(|finding| {
            let is_same = |known: &&Finding| known.rule == finding.rule && known.message == finding.message;
            if finding.rule == Rule::WorkspaceMissing {
                let is_told = whole.findings.iter().any(|known| is_same(&known));
                let is_checked = finding.subject.as_ref().is_some_and(|folder| checked.contains(folder));
                if let Some(accepted) = accepted.iter().find(is_same) {
                    *finding = accepted.clone();
                }
                return !is_told && !is_checked;
            }
            sides_of(finding).is_none_or(|sides| !told.contains(&sides))
        });
        told.extend(report.findings.iter().filter_map(sides_of));
        whole.append(std::mem::take(report));
    }
    whole
}

/// Returns what a finding about an event of two workspaces has in common with the one of the other side: its files, and whether it is accepted. What
/// somebody has accepted on one side only is open on the other.
fn sides_of(finding: &Finding) -> Option<(bool, BTreeSet<String>)> {
    let files = finding.places.iter().map(|place| place.source.path().to_owned());
    (finding.rule == Rule::EventInSeveralWorkspaces).then(|| (finding.waived.is_some(), files.collect()))
}

/// Returns one workspace if it can be read, its report, and how the check ends as far as it cannot be read.
fn check_one(
    (args, neighbors): (&CheckArgs, Vec<NeighborWorkspace>),
    context: &Context,
    name: &str,
) -> (Option<Workspace>, Report, Exit) {
    let (workspace, report, unread) = match judge(args, context, Some(neighbors)) {
        Ok(checked) => (Some(checked.workspace), checked.report, checked.unread),
        Err(problem) => (None, problem.report(), Some(problem)),
    };
    let Some(problem) = unread else {
        return (workspace, report, Exit::Clean);
    };
    tell_unread(&problem, args, context, Some(name));
    (workspace, report, problem.exit())
}

/// A base that is a folder has the workspaces where they are here.
fn base_of(base: &str, name: &str) -> String {
    if !is_folder(base) || name == THIS_FOLDER {
        base.to_owned()
    } else {
        format!("{}/{name}", base.trim_end_matches('/'))
    }
}

/// Whether a base can only be a folder.
fn is_folder(base: &str) -> bool {
    base.starts_with('.') || Path::new(base).is_absolute()
}

/// The folder of the workspace around the others.
const THIS_FOLDER: &str = ".";

fn shown(folder: &Path) -> String {
    let names = folder.components().map(|part| part.as_os_str().to_string_lossy());
    let path = names.collect::<Vec<_>>().join("/");
    if path.is_empty() { THIS_FOLDER.to_owned() } else { path }
}

/// Makes a report one of several: `name` is the folder of its workspace as it is seen from here, `folder` as from the repository.
fn place_report(report: &mut Report, name: &str, folder: &str) {
    let folder = if folder.is_empty() {
        name
    } else {
        folder.trim_end_matches('/')
    };
    for finding in report.findings.iter_mut().chain(&mut report.inherited) {
        move_below(finding, name);
        finding.place_in_workspace(name, folder);
    }
    for summary in &mut report.summaries {
        summary.text = format!("{name}: {}", summary.text);
    }
}

/// Places as they are seen from around the workspace. A finding without one is about the workspace.
fn move_below(finding: &mut Finding, name: &str) {
    if finding.places.is_empty() {
        finding.places.push(FindingPlace {
            source: Source::new(MANIFEST_FILE, ""),
            span: schemactl_model::Span::default(),
            label: "of this workspace".to_owned(),
        });
    }
    for place in &mut finding.places {
        place.source = Source::new(
            normalize_path(&format!("{name}/{}", place.source.path())),
            place.source.text(),
        );
    }
}
