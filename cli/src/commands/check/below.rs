//! `schemactl check` where no schemactl.toml is, here or above: every workspace below is checked, and one report is made of all. In: the
//! folder. Out: the workspaces, and what was found of each, with places as they are seen from the folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemactl_check::{Finding, FindingPlace, Report, Rule};
use schemactl_model::Source;
use schemactl_workspace::{MANIFEST_FILE, NeighborWorkspace, Workspace};

use super::{conclude, judge, require_owner, tell_unread};
use crate::args::CheckArgs;
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
    let mut whole = Report::default();
    let mut workspaces: Vec<(&str, Workspace)> = Vec::new();
    let mut exit = Exit::Clean;
    for (folder, name) in folders.iter().zip(&names) {
        let inside = context.inside(&start.join(folder), context.local_registry.clone());
        let args = CheckArgs {
            // It was found by a search, and may be somebody else's: nothing is written into it.
            no_cache: true,
            against: args.against.as_ref().map(|base| base_of(base, name)),
            ..args.clone()
        };
        let neighbors = known.list_neighbors(&start.join(folder));
        let (workspace, mut report, own) = check_one((&args, neighbors), &inside, name);
        workspaces.extend(workspace.map(|workspace| (name.as_str(), workspace)));
        place_report(&mut report, name, &folder_in_repository(&start.join(folder)));
        // What the base has elsewhere is told once, whichever workspace it was found beside.
        report.findings.retain(|finding| {
            let is_told = |known: &Finding| known.rule == finding.rule && known.message == finding.message;
            (finding.rule != Rule::WorkspaceMissing || !whole.findings.iter().any(is_told))
                && !is_told_from_other_side(finding, &whole)
        });
        whole.append(report);
        exit = exit.louder(own);
    }
    let each: Vec<(Option<&str>, &Workspace)> = workspaces
        .iter()
        .map(|(name, workspace)| (Some(*name), workspace))
        .collect();
    require_owner(args, &each, &whole)?;
    conclude(args, context, start, &whole, &each)?;
    Ok(exit)
}

/// Whether a finding about an event of two workspaces was told from the side of the other one. What somebody has accepted on one side only is open on
/// the other.
fn is_told_from_other_side(finding: &Finding, whole: &Report) -> bool {
    let places = |finding: &Finding| {
        finding
            .places
            .iter()
            .map(|place| place.source.path().to_owned())
            .collect()
    };
    let own: BTreeSet<String> = places(finding);
    finding.rule == Rule::EventInSeveralWorkspaces
        && whole.findings.iter().any(|known| {
            known.rule == finding.rule && known.waived.is_some() == finding.waived.is_some() && places(known) == own
        })
}

/// Returns one workspace if it can be read, its report, and how its check ends.
fn check_one(
    (args, neighbors): (&CheckArgs, Vec<NeighborWorkspace>),
    context: &Context,
    name: &str,
) -> (Option<Workspace>, Report, Exit) {
    let (workspace, report, unread, exit) = match judge(args, context, Some(neighbors)) {
        Ok(checked) => (Some(checked.workspace), checked.report, checked.unread, checked.exit),
        Err(problem) => (None, problem.report(), Some(problem), Exit::Clean),
    };
    let Some(problem) = unread else {
        return (workspace, report, exit);
    };
    tell_unread(&problem, args, context, Some(name));
    (workspace, report, exit.louder(problem.exit()))
}

/// A base that is a folder has the workspaces where they are here.
fn base_of(base: &str, name: &str) -> String {
    let is_folder = base.starts_with('.') || Path::new(base).is_absolute();
    if is_folder {
        format!("{}/{name}", base.trim_end_matches('/'))
    } else {
        base.to_owned()
    }
}

fn shown(folder: &Path) -> String {
    let names = folder.components().map(|part| part.as_os_str().to_string_lossy());
    names.collect::<Vec<_>>().join("/")
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
