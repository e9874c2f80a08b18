//! `schemactl check`

pub(crate) mod below;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_check::{Checked, Proofs, Report, Severity, report_missing_workspaces, report_unrecorded, write_atomic};
use schemactl_compat::Policy;
use schemactl_workspace::{LoadError, NeighborWorkspace, Status, Workspace, identify_program};

use crate::args::{CheckArgs, Denied, FailOn, NO_BASELINE, ReportFormat};
use crate::baseline::{find_deleted_lock, find_missing_workspaces};
use crate::checking::{Against, Checking, checked_as};
use crate::commands::diff::parse_policy;
use crate::context::{Context, folder_in_repository, kept_file};
use crate::exit::Exit;
use crate::left_out::explain_missing_workspace;
use crate::lock_file::write_lock;
use crate::output;
use crate::problem::Problem;
use crate::registered::RegistryBase;
use crate::report::{ReportView, list_subjects, render_report};
use crate::suggestions::advise_on_name;
use crate::words::count_in_words;
use crate::workspaces_below::{find_nested_workspaces, find_workspaces};

pub(crate) fn run_check(args: &CheckArgs, context: &Context) -> Result<Exit, Problem> {
    output::each_file_once(&args.reports)?;
    if let Some((root, folders)) = find_several_inside(args, context) {
        return below::check_all(args, context, &root, &folders);
    }
    let problem = match check(args, context) {
        Ok(exit) => return Ok(exit),
        Err(problem) => problem,
    };
    if let Some((start, folders)) = several_below(&problem, context) {
        return below::check_all(args, context, &start, &folders);
    }
    if let Some(report) = report_missing(&problem, args, context) {
        conclude(args, context, &context.start(), &report, &[])?;
        return Ok(Exit::Findings);
    }
    let problem = explain_missing_workspace(problem);
    tell(&problem, args, context);
    Err(problem)
}

fn is_without_workspace(problem: &Problem) -> bool {
    matches!(problem, Problem::Load(errors) if matches!(errors[..], [LoadError::NoManifest { .. }]))
}

/// The report on the workspaces that the base has where there is none: whoever deletes the last one of a repository leaves nothing to be checked.
fn report_missing(problem: &Problem, args: &CheckArgs, context: &Context) -> Option<Report> {
    let base = args.against.as_deref().filter(|base| *base != NO_BASELINE)?;
    if !is_without_workspace(problem) || RegistryBase::parse(base).is_some() {
        return None;
    }
    let (name, gone) = find_missing_workspaces(&context.start(), base)?;
    (!gone.is_empty()).then(|| report_missing_workspaces(&name, &gone))
}

/// The workspace around the folder and those inside it, each as it is seen from the first. None if there is one only, or one was named. A release writes,
/// and is one of the workspace around the folder.
fn find_several_inside(args: &CheckArgs, context: &Context) -> Option<(PathBuf, Vec<PathBuf>)> {
    if context.has_named_folder() {
        return None;
    }
    let root = context.root().ok()?;
    let nested = find_nested_workspaces(&root);
    if nested.is_empty() {
        return None;
    }
    if args.release {
        let names: Vec<String> = nested.iter().map(|folder| folder.display().to_string()).collect();
        let names = names.join(", ");
        context.console.note(&format!(
            "--release is about this workspace only; those inside it are not checked: {names}"
        ));
        return None;
    }
    let folders = std::iter::once(PathBuf::new()).chain(nested).collect();
    Some((root, folders))
}

/// The workspaces below, where there is none here.
fn several_below(problem: &Problem, context: &Context) -> Option<(PathBuf, Vec<PathBuf>)> {
    let start = context.start();
    let folders = is_without_workspace(problem).then(|| find_workspaces(&start))?;
    (!folders.is_empty()).then_some((start, folders))
}

/// Writes the reports of a check that could not be made: one that is missing looks like one without findings. For people the problem
/// is told where problems are.
fn tell(problem: &Problem, args: &CheckArgs, context: &Context) {
    // The report was made, and its file cannot be written.
    if matches!(problem, Problem::File { what: "write", .. }) {
        return;
    }
    let report = problem.report();
    let folder = context
        .root()
        .map(|root| folder_in_repository(&root))
        .unwrap_or_default();
    let view = ReportView {
        command: "check",
        report: &report,
        subjects: &BTreeMap::new(),
        conclusion: None,
        detail: context.console.detail_of_reports(),
        folder: &folder,
    };
    let mut reports = args.reports.clone();
    reports.format.retain(|format| *format != ReportFormat::Text);
    if let Err(unwritten) = output::print_reports(&reports, context, |format| render_report(format, &view)) {
        for diagnostic in unwritten.diagnostics() {
            context.console.diagnostic(&diagnostic);
        }
    }
}

fn check(args: &CheckArgs, context: &Context) -> Result<Exit, Problem> {
    let judged = judge(args, context, None)?;
    let CheckedWorkspace {
        workspace,
        report,
        unread,
        exit,
    } = &judged;
    if let Some(problem) = unread {
        tell_unread(problem, args, context, None);
    }
    let only = [(None, workspace)];
    require_owner(args, &only, report)?;
    conclude(args, context, &workspace.root, report, &only)?;
    if *exit == Exit::Clean && args.release {
        release(workspace, context)?;
    }
    Ok(*exit)
}

/// A workspace that was checked.
struct CheckedWorkspace {
    workspace: Workspace,
    report: Report,
    /// Why events of it were not checked, if some were not. The report has it too.
    unread: Option<Problem>,
    /// How the check ends.
    exit: Exit,
}

/// Prints why something was not checked, unless the text on standard output has it as a finding. `name` is the folder of the workspace, where there are
/// several.
fn tell_unread(problem: &Problem, args: &CheckArgs, context: &Context, name: Option<&str>) {
    if args.reports.format.contains(&ReportFormat::Text) {
        return;
    }
    for diagnostic in problem.diagnostics() {
        context.console.diagnostic(&match name {
            Some(name) => diagnostic.inside(name),
            None => diagnostic,
        });
    }
}

/// `neighbors` are the other workspaces of the repository, where they are known already.
fn judge(
    args: &CheckArgs,
    context: &Context,
    neighbors: Option<Vec<NeighborWorkspace>>,
) -> Result<CheckedWorkspace, Problem> {
    let (mut workspace, unread) = context.readable_workspace()?;
    workspace.manifest.registry.allow_widening |= args.allow_widening;
    if let Some(name) = &args.policy {
        judge_by_policy(&mut workspace, parse_policy(Some(name.as_str()))?);
    }
    let against = match (
        Against::read(args.against.as_deref(), &workspace, context),
        unread.is_some(),
    ) {
        (Ok(against), _) => against,
        (Err(problem), false) => return Err(problem),
        // One problem hides no other.
        (Err(problem), true) => {
            for diagnostic in problem.diagnostics() {
                context.console.diagnostic(&diagnostic);
            }
            return Err(unread.unwrap_or(problem));
        }
    };
    let how = Checking {
        neighbors,
        ..how(args, context)
    };
    let (report, checked) = if args.no_cache || in_ci() || workspace.events.len() < WORTH_KEEPING {
        checked_as(&workspace, &against, how, None)
    } else {
        with_proofs(&workspace, &against, how, context)
    };
    let is_sound = checked.is_some();
    let mut report = report;
    if args.against.is_none()
        && let Some(finding) = find_deleted_lock(&workspace)
    {
        report.append(Report::of_pair(vec![finding]));
    }
    if args.locked {
        report.append(report_unrecorded(&workspace));
    }
    if let Some(owner) = &args.owner {
        report.keep_owner(owner, &workspace);
    }
    // What others answer for fails nothing, and nothing is made of the workspace that would need it to be sound.
    let passes = (is_sound || args.owner.is_some()) && !fails(&report, args.fail_on);
    let exit = if passes { Exit::Clean } else { Exit::Findings };
    if let Some(problem) = &unread {
        report.findings.splice(0..0, problem.report().findings);
    }
    Ok(CheckedWorkspace {
        exit: unread.as_ref().map_or(exit, |problem| exit.louder(problem.exit())),
        workspace,
        report,
        unread,
    })
}

/// Returns an error for an owner that nobody knows: a check that reports nothing looks like a clean one.
fn require_owner(args: &CheckArgs, workspaces: &[(Option<&str>, &Workspace)], report: &Report) -> Result<(), Problem> {
    let Some(owner) = &args.owner else { return Ok(()) };
    // Of what the change has deleted.
    if (report.findings.iter()).any(|finding| finding.owner.as_ref() == Some(owner)) {
        return Ok(());
    }
    let known: BTreeSet<&str> = workspaces
        .iter()
        .flat_map(|(_, workspace)| workspace.owners())
        .collect();
    if known.contains(owner.as_str()) {
        return Ok(());
    }
    let help = if known.is_empty() {
        "write `owner` into event.toml, or into schemactl.toml for all events".to_owned()
    } else {
        advise_on_name(owner, "owners", &known.into_iter().collect::<Vec<_>>())
    };
    Err(Problem::usage(format!("no event has the owner `{owner}`"), help))
}

/// Writes the reports on workspaces, each with its name where there are several, with places as they are seen from a folder.
fn conclude(
    args: &CheckArgs,
    context: &Context,
    folder: &Path,
    report: &Report,
    workspaces: &[(Option<&str>, &Workspace)],
) -> Result<(), Problem> {
    let folder = folder_in_repository(folder);
    let each = workspaces.iter();
    let all = each
        .flat_map(|(name, workspace)| list_subjects(*name, workspace, args.owner.as_deref()))
        .collect();
    let view = ReportView {
        command: "check",
        report,
        subjects: &all,
        conclusion: None,
        detail: context.console.detail_of_reports(),
        folder: &folder,
    };
    output::print_reports(&args.reports, context, |format| render_report(format, &view))
}

/// How the arguments want it to be checked.
fn how(args: &CheckArgs, context: &Context) -> Checking {
    Checking {
        threads: args.threads,
        deny: args.deny.iter().filter_map(|denied| denied.record_kind()).collect(),
        deny_waivers: args.deny.contains(&Denied::Waiver),
        sets_inherited_aside: !args.all,
        ..Checking::of(context)
    }
}

/// Sets the policy of all events, as if schemactl.toml had it and no event.toml another one.
fn judge_by_policy(workspace: &mut Workspace, policy: Policy) {
    workspace.manifest.check.policy = Some(policy.to_string());
    for event in workspace.events.values_mut() {
        event.settings.policy = None;
    }
}

/// What earlier checks proved, for this machine only.
const PROOFS: &str = "proofs.json";

/// A check of fewer events is over before anybody would notice.
const WORTH_KEEPING: usize = 50;

/// A gate believes no file that a change could bring along.
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// Checks what changed since the last check of this program.
fn with_proofs<'w>(
    workspace: &'w Workspace,
    against: &Against,
    how: Checking,
    context: &Context,
) -> (Report, Option<Checked<'w>>) {
    let (Some(program), Some(file)) = (identify_program(), kept_file(workspace, PROOFS)) else {
        return checked_as(workspace, against, how, None);
    };
    let known =
        fs::read_to_string(&file).map_or_else(|_| Proofs::none(&program), |text| Proofs::parse(&text, &program));
    let mut proofs = known.clone();
    let checked = checked_as(workspace, against, how, Some(&mut proofs));
    if proofs != known
        && let Err(error) = write_atomic(&file, proofs.to_text().as_bytes())
    {
        context
            .console
            .detail(&format!("proofs are not cached: {}: {error}", file.display()));
    }
    checked
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

/// Records every version in the lock file but those of drafts, which change until they are none.
fn release(workspace: &Workspace, context: &Context) -> Result<(), Problem> {
    let mut lock = workspace.lock.clone();
    let versions = workspace
        .events
        .values()
        .flat_map(|event| event.versions.values().map(move |version| (event, version)));
    let (mut new, mut drafts) = (0, 0);
    for (event, version) in versions {
        let is_new = lock.digest(&event.name, &version.version).is_none();
        if is_new && event.settings.status == Status::Draft {
            drafts += 1;
            continue;
        }
        new += usize::from(is_new);
        let digest = version.digest.clone();
        // The source and detail-type of an adopted event may be guesses, until a version of it is released.
        let identity = is_new.then(|| event.identity());
        lock.record(&event.name, &version.version, digest, identity.as_ref());
    }
    write_lock(lock, workspace, &context.console)?;
    let drafts = match drafts {
        0 => String::new(),
        _ => format!("; {} of drafts not released", count_in_words(drafts, "version")),
    };
    context.console.note(&format!(
        "schemactl.lock: {} released for the first time{drafts}",
        count_in_words(new, "version")
    ));
    Ok(())
}
