//! `schemactl status`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemactl_check::Inspected;
use schemactl_model::{EventName, Version};
use schemactl_push::{Action, Cache, Drift, Note, Preview, Remote as _};
use schemactl_workspace::{EnvironmentSettings, Workspace};

use super::plan::{note_errors, note_missing_registry, read_push_preview};
use crate::args::{AwsArgs, OutputFormat, PlanningArgs, StatusArgs};
use crate::checking::{Against, check_against};
use crate::console::Console;
use crate::context::{Context, days_ago, load_for_preview, tell_unread_files};
use crate::environment::{enter_and_name_environment, enter_environment};
use crate::exit::Exit;
use crate::lost_versions::{VersionSet, find_lost_versions, list_seen, note_seen};
use crate::problem::Problem;
use crate::remote::{Session, connect_registry};
use crate::report::drift::{advise_on_conflicts, describe_drift, list_drift};
use crate::report::full::describe_full;
use crate::report::plan::{SavedOptions, describe_note, list_ignored, render_plan_as_json};
use crate::words::count_in_words;

pub(crate) fn run_status(args: &StatusArgs, context: &Context) -> Result<Exit, Problem> {
    let (mut workspace, unread) = load_for_preview(context, false)?;
    let done = show_status(args, &mut workspace, context);
    tell_unread_files(unread.as_ref(), done, &context.console)
}

fn show_status(args: &StatusArgs, workspace: &mut Workspace, context: &Context) -> Result<Exit, Problem> {
    let environments: Vec<String> = workspace.manifest.environments.keys().cloned().collect();
    if args.aws.environment.is_none() && !environments.is_empty() {
        return every_environment(args, &environments, workspace, context);
    }
    let aws = enter_and_name_environment(workspace, &args.aws, &context.console)?;
    show(workspace, args.format, &aws, context)
}

/// Shows each environment. One that cannot be read does not hide the others; the exit code is the loudest of all.
fn every_environment(
    args: &StatusArgs,
    environments: &[String],
    workspace: &Workspace,
    context: &Context,
) -> Result<Exit, Problem> {
    if args.format == OutputFormat::Json {
        return Err(Problem::usage(
            format!("there are several environments: {}", environments.join(", ")),
            "name one of them with --env; JSON is printed of one",
        ));
    }
    let mut exit = Exit::Clean;
    let mut separator = "";
    if has_registry_of_no_environment(args, workspace, context) {
        context.console.result("[registry]\n");
        separator = "\n";
        let mut workspace = workspace.clone();
        let shown =
            enter_environment(&mut workspace, &args.aws).and_then(|aws| show(&workspace, args.format, &aws, context));
        exit = exit.louder(tell_problem(shown, &context.console));
    }
    for name in environments {
        let aws = AwsArgs {
            environment: Some(name.clone()),
            ..args.aws.clone()
        };
        let mut workspace = workspace.clone();
        context.console.name_environment(Some(name));
        context.console.result(&format!("{separator}[env.{name}]\n"));
        let shown =
            enter_environment(&mut workspace, &aws).and_then(|aws| show(&workspace, args.format, &aws, context));
        exit = exit.louder(tell_problem(shown, &context.console));
        separator = "\n";
    }
    context.console.name_environment(None);
    Ok(exit)
}

/// Says why a registry cannot be shown, and returns the exit code.
fn tell_problem(shown: Result<Exit, Problem>, console: &Console) -> Exit {
    shown.unwrap_or_else(|problem| {
        for diagnostic in problem.diagnostics() {
            console.diagnostic(&diagnostic);
        }
        problem.exit()
    })
}

/// Returns whether the registry that a push without `--env` writes to exists, and is none of an environment. With environments many workspaces have none.
fn has_registry_of_no_environment(args: &StatusArgs, workspace: &Workspace, context: &Context) -> bool {
    let manifest = &workspace.manifest;
    let registry = &manifest.registry.name;
    let is_it = |environment: &EnvironmentSettings| {
        let own = environment.registry.as_ref();
        own.is_none_or(|own| own == registry) && environment.profile.is_none() && environment.region.is_none()
    };
    if manifest.environments.values().any(is_it) {
        return false;
    }
    let exists = connect_registry(context, registry, &args.aws)
        .and_then(|(remote, _)| remote.registry_exists().map_err(Problem::Remote));
    exists.unwrap_or_else(|_| {
        context.console.note(&format!(
            "the registry `{registry}` of no environment cannot be read, and is not shown"
        ));
        false
    })
}

fn show(workspace: &Workspace, format: OutputFormat, aws: &AwsArgs, context: &Context) -> Result<Exit, Problem> {
    let (report, _) = check_against(workspace, &Against::default(), context);
    let inspected = Inspected::of(workspace, &report);
    let mut session = Session::open(context, workspace, aws)?;
    // Whoever asks for the state of things wants no conclusions from tags and caches.
    let planning = PlanningArgs {
        full: true,
        ..PlanningArgs::default()
    };
    let plan = read_push_preview(&inspected, &mut session, &planning, &context.console)?;
    let lost = find_lost_versions(workspace, &plan, &session.cache, &context.console);
    let seen = list_seen(&plan, &session.cache);
    session.cache.note_held(&plan.unchanged);
    session.note(&context.console);
    let standings = Standings::of(&inspected, &plan, &lost);
    match format {
        OutputFormat::Text => context
            .console
            .result(&(standings.render() + &inactive(&session.cache))),
        OutputFormat::Json => context
            .console
            .json(&render_plan_as_json(&plan, SavedOptions::default())),
    }
    let is_mistyped = note_missing_registry(&plan, &session.remote, &context.console);
    note_errors(&report, &context.console);
    let advice = advise_on_conflicts(&plan);
    if !advice.is_empty() {
        context.console.note(advice.trim_end());
    }
    if standings.count(VersionStanding::NotPushed) > 0 && plan.held_back.is_empty() {
        context
            .console
            .note("versions that are not pushed yet: `schemactl push` registers them");
    }
    if standings.count(VersionStanding::Missing) > 0 && plan.held_back.is_empty() {
        context.console.note(
            "missing versions were released and are not in the registry any more: `schemactl push` registers them again",
        );
    }
    note_seen(&seen, &context.console);
    if standings.count(VersionStanding::Lost) > 0 {
        context
            .console
            .note("released versions without a file: restore them from the history of the repository, or with `schemactl pull`");
    }
    // Nothing was compared with the registry that is meant.
    let exit = if is_mistyped { Exit::Remote } else { Exit::Clean };
    Ok(standings.exit().louder(exit))
}

/// Days after which a schema is close to the end that AWS gives to inactive ones: two years.
const INACTIVE_DAYS: i64 = 670;

/// A line for each schema that AWS may soon delete.
fn inactive(cache: &Cache) -> String {
    let day = days_ago(INACTIVE_DAYS);
    let lines = cache.untouched_since(&day).map(|(name, written)| {
        let day = written.get(..10).unwrap_or(written);
        format!(
            "  ! {name} was last written on {day}: AWS deletes schemas that are inactive for two years, and the next push after that \
             registers what is missing\n"
        )
    });
    lines.collect()
}

/// What is said of a version of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum VersionStanding {
    Pruned,
    Registered,
    Elsewhere,
    NotRegistered,
    NotPushed,
    Skipped,
    Missing,
    Conflicting,
    Retired,
    NotCompared,
    NotRead,
    Lost,
}

impl VersionStanding {
    /// What the last line counts. What is not pushed yet is not registered.
    const COUNTED: [Self; 10] = [
        Self::Registered,
        Self::NotRegistered,
        Self::Elsewhere,
        Self::Skipped,
        Self::Missing,
        Self::Conflicting,
        Self::Pruned,
        Self::Retired,
        Self::NotCompared,
        Self::Lost,
    ];

    fn describe(self) -> &'static str {
        match self {
            Self::Pruned => "pruned: older than the versions that are kept",
            Self::Registered => "registered",
            Self::Elsewhere => "not for",
            Self::NotRegistered => "not registered",
            Self::NotPushed => "not registered: released, and not pushed yet",
            Self::Skipped => "skipped: adopted, and this registry has a newer version",
            Self::Missing => "missing: released, and not in the registry",
            Self::Conflicting => "conflicting: registered with another schema",
            Self::Retired => "retired",
            Self::NotCompared => "not compared: a schema of the event has faults",
            Self::NotRead => "not compared: a file of the event cannot be read",
            Self::Lost => "without a file: released, and its schema is missing in the workspace",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Pruned => "pruned",
            Self::Registered => "registered",
            Self::Elsewhere => "not for",
            Self::NotRegistered | Self::NotPushed => "not",
            Self::Skipped => "skipped",
            Self::Missing => "missing",
            Self::Conflicting => "conflicting",
            Self::Retired => "retired",
            Self::NotCompared | Self::NotRead => "not compared",
            Self::Lost => "without a file",
        }
    }
}

/// Whether every write of a version puts it where the registry never had it, although it has the version: into a schema that is not there yet,
/// or in another type. After a change of `layout` or `types` nothing is missing that was there.
fn is_there_in_another_way(plan: &Preview, event: &EventName, version: &Version) -> bool {
    let is_elsewhere = |drift: &Drift| matches!(drift, Drift::Elsewhere { event: known, version: own, .. } if known == event && own == version);
    let is_known = plan
        .unchanged
        .iter()
        .any(|(known, own)| known == event && own == version)
        || plan.drift.iter().any(is_elsewhere);
    let is_created = |name: Option<&str>| {
        let creates = |action: &Action| matches!(action, Action::CreateSchema { .. }) && action.schema() == name;
        plan.actions.iter().any(creates)
    };
    let in_another_type = |name: Option<&str>| {
        let holds = |note: &Note| matches!(note, Note::AnotherForm { schema, versions } if Some(schema.as_str()) == name && versions.contains(version));
        plan.notes.iter().any(holds)
    };
    let mut writes = plan
        .actions
        .iter()
        .filter(|action| action.version() == Some((event, version)))
        .peekable();
    // What is held back is written nowhere.
    writes.peek().is_some()
        && writes.all(|action| in_another_type(action.schema()) || (is_known && is_created(action.schema())))
}

/// Each version of the workspace once, with the worst that is true of it in one of its schemas.
struct Standings<'w> {
    workspace: &'w Workspace,
    plan: &'w Preview,
    versions: BTreeMap<(&'w EventName, &'w Version), VersionStanding>,
}

impl<'w> Standings<'w> {
    fn of(inspected: &Inspected<'w>, plan: &'w Preview, lost: &VersionSet) -> Self {
        let workspace = inspected.workspace();
        let mut standings = Self {
            workspace,
            plan,
            versions: BTreeMap::new(),
        };
        for (versions, standing) in [
            (&plan.unchanged, VersionStanding::Registered),
            (&plan.pruned, VersionStanding::Pruned),
            (&plan.skipped, VersionStanding::Skipped),
            (&plan.elsewhere, VersionStanding::Elsewhere),
        ] {
            for (event, version) in versions {
                standings.note(event, version, standing);
            }
        }
        for (event, version) in &plan.absent {
            let is_lost = lost.contains(&(event.clone(), version.clone()));
            let is_released = workspace.lock.digest(event, version).is_some();
            let standing = if is_there_in_another_way(plan, event, version) {
                VersionStanding::NotRegistered
            } else if is_lost {
                VersionStanding::Missing
            } else if is_released {
                VersionStanding::NotPushed
            } else {
                VersionStanding::NotRegistered
            };
            standings.note(event, version, standing);
        }
        for (event, version) in plan.drift.iter().filter_map(Drift::contradicted) {
            standings.note(event, version, VersionStanding::Conflicting);
        }
        for (event, version, _) in workspace.lock.iter() {
            if workspace.lock.retirement(event, version).is_some() {
                standings.note(event, version, VersionStanding::Retired);
            }
        }
        standings.note_uncompared(inspected);
        // Too old to be kept, and there all the same.
        for event in workspace.events.values() {
            for version in event.versions.keys() {
                let known = standings.versions.contains_key(&(&event.name, version));
                if !known {
                    standings.note(&event.name, version, VersionStanding::Registered);
                }
            }
        }
        standings
    }

    /// Notes the versions of events that cannot be compared.
    fn note_uncompared(&mut self, inspected: &Inspected<'w>) {
        let workspace = self.workspace;
        for event in inspected.unreadable_events() {
            let event = workspace.events.get(event);
            for (event, version) in event
                .iter()
                .flat_map(|event| event.versions.keys().map(|version| (&event.name, version)))
            {
                self.note(event, version, VersionStanding::NotCompared);
            }
        }
        for (event, version, _) in workspace.lock.iter() {
            if workspace.lock.find_end(event, version).is_some() {
                continue;
            }
            let own = workspace.events.get(event);
            if workspace.unread.has_event(event) {
                self.note(event, version, VersionStanding::NotRead);
            } else if own.is_none_or(|own| !own.versions.contains_key(version)) {
                self.note(event, version, VersionStanding::Lost);
            }
        }
    }

    fn note(&mut self, event: &'w EventName, version: &'w Version, standing: VersionStanding) {
        let known = self.versions.entry((event, version)).or_insert(standing);
        *known = standing.max(*known);
    }

    fn count(&self, wanted: VersionStanding) -> usize {
        self.versions.values().filter(|standing| **standing == wanted).count()
    }

    fn exit(&self) -> Exit {
        let is_missing = |standing| self.count(standing) > 0;
        if is_missing(VersionStanding::Missing)
            || is_missing(VersionStanding::Lost)
            || self.plan.conflicts().next().is_some()
        {
            Exit::Differs
        } else {
            Exit::Clean
        }
    }

    fn render(&self) -> String {
        let names = self
            .versions
            .keys()
            .map(|(event, version)| format!("{event}@{version}"));
        let width = names.map(|name| name.len()).max().unwrap_or(0);
        let mut text = format!("{}\n", self.plan.remote);
        for ((event, version), standing) in &self.versions {
            let name = format!("{event}@{version}");
            let end = match standing {
                VersionStanding::Elsewhere => format!(" {}", self.workspace.scope.name_registry()),
                _ => self.describe_end(event, version),
            };
            writeln!(text, "  {name:<width$}  {}{end}", standing.describe()).expect("writing to a string cannot fail");
        }
        let other_forms = self
            .plan
            .notes
            .iter()
            .filter(|note| matches!(note, Note::AnotherForm { .. } | Note::Deleted { .. }));
        for remark in other_forms
            .map(describe_note)
            .chain(self.plan.full.iter().map(describe_full))
            .chain(list_drift(&self.plan.drift, describe_drift))
        {
            writeln!(text, "  ! {remark}").expect("writing to a string cannot fail");
        }
        text + &list_ignored(self.plan) + &self.summary()
    }

    /// What is said of the end of a version: when it was retired and why, or when it will be.
    fn describe_end(&self, event: &EventName, version: &Version) -> String {
        if let Some(record) = self.workspace.lock.retirement(event, version) {
            return format!(" on {}: {} ({})", record.date, record.reason, record.author);
        }
        let event = self.workspace.events.get(event);
        let table = event.and_then(|event| event.deprecation(version));
        table.map_or_else(String::new, |table| format!("; {}", table.to_note()))
    }

    /// The two numbers that everybody looks for, and the others where there are some.
    fn summary(&self) -> String {
        let counts = VersionStanding::COUNTED.map(|standing| match standing {
            VersionStanding::NotRegistered => (standing, self.count(standing) + self.count(VersionStanding::NotPushed)),
            VersionStanding::NotCompared => (standing, self.count(standing) + self.count(VersionStanding::NotRead)),
            _ => (standing, self.count(standing)),
        });
        let always = |standing| matches!(standing, VersionStanding::Registered | VersionStanding::NotRegistered);
        let shown = counts
            .iter()
            .filter(|(standing, count)| always(*standing) || *count > 0);
        let parts: Vec<_> = shown
            .map(|(standing, number)| match standing {
                VersionStanding::Registered => format!("{} registered", count_in_words(*number, "version")),
                VersionStanding::Elsewhere => format!("{number} not for {}", self.workspace.scope.name_registry()),
                _ => format!("{number} {}", standing.word()),
            })
            .collect();
        parts.join(", ") + "\n"
    }
}
