//! `schemactl bump`

mod merge;
mod race;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_check::{BumpSummary, Finding, Report, Rule, Severity, write_atomic};
use schemactl_model::{EventName, EventRef, Source, Span, Value, Version, schemas_at};
use schemactl_workspace::{EditedFiles, LOCK_FILE, SchemaVersion, Workspace, WorkspaceEvent};

use crate::args::BumpArgs;
use crate::baseline::read_baseline;
use crate::checking::{Against, check_against};
use crate::context::{Context, find_event};
use crate::edits::write_edits;
use crate::exit::Exit;
use crate::lock_file::write_lock;
use crate::printable::quote_word;
use crate::problem::Problem;
use crate::suggestions::list_names;

/// A file that gets another name, and perhaps other bytes.
pub(crate) struct FileMove {
    pub(crate) from: PathBuf,
    pub(crate) to: PathBuf,
    pub(crate) text: String,
}

/// Returns the files to move so that a version of an event with a wrong number has the one that it needs; `None` if all numbers are right, or it is not
/// known, or must not change.
pub(crate) fn plan_bump(workspace: &Workspace, report: &Report, event: &EventName) -> Option<Vec<FileMove>> {
    let event = workspace.events.get(event)?;
    let renumbered = plan_numbers(workspace, report, event);
    let is_known = !renumbered.is_empty() && why_without_number(report, event).is_empty();
    is_known.then(|| plan_moves(workspace, event, &renumbered).ok())?
}

impl FileMove {
    /// `schemas/shop/Order/1.1.json → schemas/shop/Order/1.2.json`, with the end of the line.
    fn describe(&self, workspace: &Workspace) -> String {
        let name = |path: &Path| path.strip_prefix(&workspace.root).unwrap_or(path).display().to_string();
        format!("{} → {}\n", name(&self.from), name(&self.to))
    }
}

pub(crate) fn run_bump(args: &BumpArgs, context: &Context) -> Result<Exit, Problem> {
    let workspace = context.workspace()?;
    let events = events(args, &workspace)?;
    if let Some(against) = &args.against {
        return bump_against(args, context, &workspace, (&events, against));
    }
    let outcome = rename_wrong_versions(args, context, &workspace, &events)?;
    Ok(conclude_bump(args, context, &outcome))
}

/// What a run has done, and what it cannot tell.
struct BumpOutcome {
    /// A line for each file that has another name now.
    said: String,
    /// A line for each finding that keeps a number from being known.
    unknown: Vec<String>,
}

/// Renames the wrong versions of each event, and those that follow them.
fn rename_wrong_versions(
    args: &BumpArgs,
    context: &Context,
    workspace: &Workspace,
    events: &[&WorkspaceEvent],
) -> Result<BumpOutcome, Problem> {
    let (report, _) = check_against(workspace, &Against::default(), context);
    let mut said = String::new();
    let mut unknown = Vec::new();
    for event in events {
        let renumbered = plan_numbers(workspace, &report, event);
        let is_released =
            |one: &RenumberedVersion<'_>| workspace.lock.digest(&event.name, &one.version.version).is_some();
        // The number that a released version needs is known, and the change has to go there.
        let without = if renumbered.iter().any(is_released) {
            Vec::new()
        } else {
            why_without_number(&report, event)
        };
        unknown.extend(
            without
                .iter()
                .map(|finding| format!("{}: {}\n", finding.rule, finding.message)),
        );
        if !without.is_empty() {
            continue;
        }
        let moves = plan_moves(workspace, event, &renumbered)?;
        if !args.dry_run {
            carry_out(&moves)?;
        }
        said.extend(moves.iter().map(|one| one.describe(workspace)));
    }
    Ok(BumpOutcome { said, unknown })
}

/// Prints what a run has done. Returns how it ends.
fn conclude_bump(args: &BumpArgs, context: &Context, BumpOutcome { said, unknown }: &BumpOutcome) -> Exit {
    if !unknown.is_empty() {
        context
            .console
            .note("the number cannot be determined: `schemactl check` shows the reason and the correction");
        context.console.result(&(unknown.concat() + said));
        return Exit::Findings;
    }
    if said.is_empty() {
        context
            .console
            .tell_done("every version has the number that it needs\n");
        return Exit::Clean;
    }
    if args.dry_run {
        context.console.result(said);
    } else {
        context.console.tell_done(said);
    }
    context.console.note(if args.dry_run {
        "nothing was moved"
    } else {
        "next: schemactl check"
    });
    Exit::Clean
}

/// Gives versions whose number the base has released first the next one.
fn bump_against(
    args: &BumpArgs,
    context: &Context,
    workspace: &Workspace,
    (events, against): (&[&WorkspaceEvent], &str),
) -> Result<Exit, Problem> {
    let baseline = read_baseline(workspace, &context.check_start(), against)?;
    let base = baseline.as_base();
    let raced = race::find_raced_versions(events, &base);
    if raced.is_empty() {
        return conclude_without_race(args, context, workspace, (events, baseline.name()));
    }
    let names: BTreeSet<_> = raced.iter().map(|one| &one.event.name).collect();
    let lock = race::settle_lock(&raced, workspace, &base);
    let is_recorded = lock.is_some();
    let mut said = String::new();
    let mut is_disputed = false;
    for one in &raced {
        let edits = race::plan_race(one, &base);
        is_disputed |= !edits.disputed.is_empty();
        if !args.dry_run {
            carry_out(&edits.moves)?;
        }
        said.extend(edits.list_lines(one, workspace));
    }
    let restored = race::list_new_files(&names, &base);
    if !args.dry_run {
        let mut edits = EditedFiles::default();
        for (path, text) in &restored {
            edits.written.insert(path.as_str(), text.as_bytes());
        }
        write_edits(workspace, &edits)?;
    }
    said.extend(
        restored
            .iter()
            .map(|(path, _)| format!("{path} as in {}\n", baseline.name())),
    );
    if args.dry_run {
        context.console.result(&said);
        context.console.note("nothing was moved");
        return Ok(Exit::Clean);
    }
    if let Some(lock) = lock {
        write_lock(lock, workspace, &context.console)?;
        said.extend([LOCK_FILE, " as in ", baseline.name(), "\n"]);
    }
    // A number must not follow from what nobody has decided.
    if !is_disputed {
        said.push_str(&renumber_merged(args, context, &names)?);
    }
    context.console.tell_done(&said);
    context
        .console
        .note(&describe_next_steps(against, is_recorded, is_disputed));
    Ok(Exit::Clean)
}

/// Renames the versions with a wrong number where the base has taken none of this branch.
fn conclude_without_race(
    args: &BumpArgs,
    context: &Context,
    workspace: &Workspace,
    (events, base): (&[&WorkspaceEvent], &str),
) -> Result<Exit, Problem> {
    context.console.tell_done(&format!(
        "{base} has released no number of this branch with another schema\n"
    ));
    let outcome = rename_wrong_versions(args, context, workspace, events)?;
    // What keeps a number from being known is told by `check`, and is no race.
    if !outcome.unknown.is_empty() {
        return Ok(Exit::Clean);
    }
    Ok(conclude_bump(args, context, &outcome))
}

/// What follows after versions got the next number.
fn describe_next_steps(against: &str, is_recorded: bool, is_disputed: bool) -> String {
    let release = if is_recorded { " --release" } else { "" };
    let revision = quote_word(against);
    let review = if is_disputed {
        format!("review the lines with `?`, then schemactl bump --against {revision}, ")
    } else {
        String::new()
    };
    format!("next: {review}git add, then schemactl check{release} --against {revision}")
}

/// Renames the versions of some events whose numbers do not follow from the merged schemas: each change alone may be compatible, and both together not.
/// Returns a line for each file.
fn renumber_merged(args: &BumpArgs, context: &Context, names: &BTreeSet<&EventName>) -> Result<String, Problem> {
    let merged = context.workspace()?;
    let events: Vec<&WorkspaceEvent> = names.iter().filter_map(|name| merged.events.get(*name)).collect();
    Ok(rename_wrong_versions(args, context, &merged, &events)?.said)
}

/// A version that gets another number.
struct RenumberedVersion<'r> {
    version: &'r SchemaVersion,
    next: Version,
    /// Why: the line of the report.
    why: String,
}

/// Returns the versions of an event that get another number: those whose number is wrong, and those that follow them, with the step that each takes.
fn plan_numbers<'r>(workspace: &Workspace, report: &Report, event: &'r WorkspaceEvent) -> Vec<RenumberedVersion<'r>> {
    let mut renumbered: Vec<RenumberedVersion<'r>> = Vec::new();
    let mut previous: Option<(&Version, Version)> = None;
    let newest = event.newest().map(|newest| &newest.version);
    for version in event.versions.values() {
        let own = &version.version;
        let is_released = workspace.lock.digest(&event.name, own).is_some();
        let needed = wrong_number(workspace, report, (event, version));
        let needed = needed.filter(|_| !is_released || Some(own) == newest);
        let moved = previous.filter(|(old, next)| **old != *next && !is_released);
        let next = match (&moved, needed) {
            (Some((old, next)), needed) => {
                let target = needed.and_then(|summary| summary.needed.as_ref()).unwrap_or(own);
                take_step(old, target, next)
            }
            (None, Some(summary)) => summary.needed.clone().unwrap_or_else(|| own.clone()),
            (None, None) => own.clone(),
        };
        previous = Some((own, next.clone()));
        if next != *own {
            let why = needed.map_or_else(
                || {
                    format!(
                        "{} {own} follows a version that is renamed to {next}",
                        event.name.name()
                    )
                },
                |summary| summary.text.clone(),
            );
            renumbered.push(RenumberedVersion { version, next, why });
        }
    }
    renumbered
}

/// Returns the number after `from` by the step that leads from `old` to `target`.
fn take_step(old: &Version, target: &Version, from: &Version) -> Version {
    if target.major() != old.major() {
        Version::new(from.major() + 1, 0)
    } else if target.minor() != old.minor() {
        Version::new(from.major(), from.minor() + 1)
    } else {
        let patch = format!("{}.{}.{}", from.major(), from.minor(), from.patch() + 1);
        patch.parse().expect("three numbers")
    }
}

/// Returns the files to move so that versions of an event have the numbers that they need.
fn plan_moves(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    renumbered: &[RenumberedVersion<'_>],
) -> Result<Vec<FileMove>, Problem> {
    let is_moved = |version: &Version| renumbered.iter().any(|one| one.version.version == *version);
    let mut moves = Vec::new();
    for RenumberedVersion { version, next, why } in renumbered {
        if workspace.lock.digest(&event.name, &version.version).is_some() {
            return Err(Problem::usage(
                format!("{why}, and released versions keep their number"),
                format!("restore {}, and put the change into {next}", version.version),
            ));
        }
        if event.versions.contains_key(next) && !is_moved(next) {
            return Err(Problem::usage(
                format!("{why}, and {next} already exists"),
                "merge the two schemas, or remove one",
            ));
        }
        moves.extend(plan_renaming(event, version, next));
    }
    Ok(moves)
}

fn events<'w>(args: &BumpArgs, workspace: &'w Workspace) -> Result<Vec<&'w WorkspaceEvent>, Problem> {
    if args.events.is_empty() {
        return Ok(workspace.events.values().collect());
    }
    let events = args.events.iter().map(|reference| {
        let event = find_event(workspace, reference)?;
        require_renamable(workspace, event, reference)?;
        Ok(event)
    });
    events.collect()
}

/// Refuses a version that bump never renames: the answer would be about another one.
fn require_renamable(workspace: &Workspace, event: &WorkspaceEvent, reference: &EventRef) -> Result<(), Problem> {
    let newest = event.newest().map(|newest| &newest.version);
    let is_open = |version: &Version| workspace.lock.digest(&event.name, version).is_none();
    let mut versions = event.versions.keys();
    if newest.is_none_or(|newest| reference.matches(newest))
        || versions.any(|version| reference.matches(version) && is_open(version))
    {
        return Ok(());
    }
    let known: Vec<String> = event.versions.keys().map(ToString::to_string).collect();
    let message = if event.versions.keys().any(|version| reference.matches(version)) {
        format!(
            "`{reference}` is released, and not the newest version of {}",
            event.name
        )
    } else {
        format!("`{reference}` matches no version of {}", event.name)
    };
    let help = format!(
        "bump renames versions that are not released: name the event alone; its versions are {}",
        list_names(&known)
    );
    Err(Problem::usage(message, help))
}

/// What keeps the number of an event's newest version from being known: a released schema that was edited, a schema that is none, lines
/// of the lock that contradict each other, a comparison that is undecided; or from being used, as what is retired.
fn why_without_number<'r>(report: &'r Report, event: &WorkspaceEvent) -> Vec<&'r Finding> {
    let newest = event.newest().map(|newest| &newest.version);
    let own = report
        .findings
        .iter()
        .filter(|finding| finding.event.as_ref() == Some(&event.name));
    let keeps = |finding: &&Finding| match finding.rule {
        Rule::ReleasedSchemaChanged | Rule::SchemaInvalid | Rule::LockConflict => finding.severity == Severity::Error,
        Rule::IdentityRetired | Rule::NumberRetired => {
            let is_newest = finding.new.is_none() || finding.new.as_ref() == newest;
            finding.severity == Severity::Error && is_newest
        }
        Rule::CannotDecide => finding.direction.is_some() && finding.new.as_ref() == newest && finding.waived.is_none(),
        _ => false,
    };
    own.filter(keeps).collect()
}

/// Returns the line of the report on a version whose number promises too much or does not follow the one before, with the number that it needs.
fn wrong_number<'r>(
    workspace: &Workspace,
    report: &'r Report,
    (event, version): (&WorkspaceEvent, &SchemaVersion),
) -> Option<&'r BumpSummary> {
    let summary = report
        .summaries
        .iter()
        .find(|summary| summary.event == event.name && summary.wrote == version.version)?;
    let needed = summary.needed.as_ref()?;
    // A smaller number that is enough is nothing to correct, unless the present one leaves a gap.
    let leaves_gap = |finding: &Finding| {
        finding.rule == Rule::VersionOrder
            && finding.event.as_ref() == Some(&event.name)
            && finding.new.as_ref() == Some(&version.version)
            && finding.waived.is_none()
    };
    let is_released = workspace.lock.digest(&event.name, &version.version).is_some();
    let is_gap = !is_released && report.findings.iter().any(leaves_gap);
    // A major may be wanted where a minor is enough.
    let keeps_step = needed.major() == version.version.major() || (needed.minor(), needed.patch()) == (0, 0);
    (*needed > version.version || (is_gap && keeps_step && *needed != version.version)).then_some(summary)
}

/// Returns the files of a version under another number, the schema first. The version field in them names that number.
fn plan_renaming(event: &WorkspaceEvent, version: &SchemaVersion, needed: &Version) -> Vec<FileMove> {
    let document = &version.document;
    let described = schemas_at(
        document.root(),
        document.dialect(),
        event.settings.version_field.place(),
    );
    // What was taken over from another file stands at the reference to it, and is no text of this one.
    let own = |value: &&Value| document.source().text().get(value.span.range()) == Some(&value.to_json());
    let pins = described.iter().flat_map(|schema| {
        let listed = schema
            .value
            .member("enum")
            .and_then(Value::as_array)
            .unwrap_or_default();
        schema.value.member("const").into_iter().chain(listed).filter(own)
    });
    let schema = FileMove {
        from: event.folder.join(format!("{}.json", version.version)),
        to: event.folder.join(format!("{needed}.json")),
        text: renamed(document.source(), pins, version, needed),
    };
    let examples = version.examples.iter().map(|example| {
        let name = example.file.path().rsplit('/').next().unwrap_or_default();
        let folder = event.folder.join("examples");
        let named = example.named_version(event);
        FileMove {
            from: folder.join(version.version.to_string()).join(name),
            to: folder.join(needed.to_string()).join(name),
            text: renamed(&example.file, named, version, needed),
        }
    });
    std::iter::once(schema).chain(examples).collect()
}

/// A file's text in which values that name the version name the other one.
fn renamed<'v>(
    file: &Source,
    values: impl IntoIterator<Item = &'v Value>,
    version: &SchemaVersion,
    needed: &Version,
) -> String {
    let old = version.version.to_string();
    let mut spans: Vec<Span> = values
        .into_iter()
        .filter(|value| value.as_str() == Some(&old))
        .map(|value| value.span)
        .collect();
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut text = file.text().to_owned();
    for span in spans {
        text.replace_range(span.start as usize..span.end as usize, &format!("\"{needed}\""));
    }
    text
}

/// Writes every new file before it removes an old one: whatever happens in between, what was read is in one of them.
fn carry_out(moves: &[FileMove]) -> Result<(), Problem> {
    let problem = |path: &Path, what, error| Problem::File {
        path: path.to_owned(),
        what,
        error,
    };
    for one in moves {
        write_atomic(&one.to, one.text.as_bytes()).map_err(|error| problem(&one.to, "write", error))?;
    }
    // A name may be that of another version by now.
    let is_taken = |path: &Path| moves.iter().any(|one| one.to == path);
    for one in moves.iter().filter(|one| !is_taken(&one.from)) {
        fs::remove_file(&one.from).map_err(|error| problem(&one.from, "remove", error))?;
        // The folder of the examples is gone with the last of them.
        if let Some(folder) = one
            .from
            .parent()
            .filter(|folder| folder.ends_with(one_version(&one.from)))
        {
            let _ = fs::remove_dir(folder);
        }
    }
    Ok(())
}

/// The name of the folder that an example stands in.
fn one_version(example: &Path) -> PathBuf {
    let parent = example.parent().and_then(Path::file_name).unwrap_or_default();
    PathBuf::from("examples").join(parent)
}
