//! Checking a workspace: every schema, every example, every version against its predecessors. In: a [`Workspace`] and the
//! engine that decides containment. Out: a [`Report`], and [`Checked`] if nothing in it is an error. No I/O.

mod altered;
mod assumed;
mod base;
mod changes;
mod closed;
mod contains;
mod defaults;
mod deprecated;
mod disputed;
mod dropped;
mod environments;
mod examples;
mod extensible;
mod history;
mod identity;
mod inherited;
mod inspected;
mod leftovers;
mod life;
mod limits;
mod lost;
mod missing;
mod neighbors;
mod portable;
mod proofs;
mod registrable;
mod released;
mod remembered;
mod restored;
mod reused;
mod schemas;
mod severities;
mod shape;
mod spelling;
mod undeclared;
mod unrecorded;
mod unsatisfiable;
mod version_field;
mod waivers;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use schemactl_compat::{Engine, Policy};
use schemactl_model::{EventName, Version};

use crate::code_change::CodeComparer;
use crate::fingerprint;
use crate::report::{Finding, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{
    CompatibilityMode, Date, EarlierState, LOCK_FILE, LifeKind, LifeStep, Lock, NeighborWorkspace, RegistrySettings,
    SchemaVersion, Workspace, WorkspaceEvent,
};

use base::Asked;
pub use base::{AbsenceReason, Base, Gone, judged_formats, report_missing_workspaces};
use history::{EventHistory, Judges};
pub use inherited::set_inherited_aside;
pub use inspected::{Checked, Inspected};
pub use proofs::Proofs;
use proofs::Proved;
pub use remembered::{EventReports, PartialReport, check_remembering};
use restored::RestoredReleases;
pub use unrecorded::report_unrecorded;

/// How to check.
pub struct CheckOptions<'e> {
    /// Who decides whether one schema's events are all events of another.
    pub engine: &'e dyn Engine,
    /// An earlier state of the workspace: what it has released stays, and no setting asks less than there.
    pub base: Option<Base<'e>>,
    /// Earlier states that may know what a released schema was before it was changed: they explain findings, and make none.
    pub former: &'e [EarlierState],
    /// What a registry holds, and what it is called: every version in it is released.
    pub registered: Option<(&'e str, &'e Lock)>,
    /// The lock of the main branch, where a registry is the base: a registry has no records, and those are merged.
    pub merged: Option<&'e Lock>,
    /// The kinds of records that are rejected although somebody accepted them.
    pub deny: Vec<LifeKind>,
    /// Whether waivers that the base does not have accept nothing.
    pub deny_waivers: bool,
    /// The other workspaces of the repository: an event that one of them has too is a finding.
    pub neighbors: &'e [NeighborWorkspace],
    /// The day on which waivers are judged; without one none has run out.
    pub today: Option<Date>,
    /// Compares generated code. Without it a patch is judged by the list of changes alone.
    pub compare_code: Option<CodeComparer>,
    /// How many threads check events; without a number one for each core. The report is the same with any number of them.
    pub threads: Option<NonZeroUsize>,
}

impl<'e> CheckOptions<'e> {
    /// Creates options without a base: versions are compared only inside the workspace.
    pub fn new(engine: &'e dyn Engine) -> Self {
        Self {
            engine,
            base: None,
            former: &[],
            registered: None,
            merged: None,
            deny: Vec::new(),
            deny_waivers: false,
            neighbors: &[],
            today: None,
            compare_code: None,
            threads: None,
        }
    }

    /// Returns whether a version counts as released, so that nobody can change it any more: by what the check compares with, or else by the lock.
    // INVARIANT: beside a base the lock of the branch releases nothing. A branch could otherwise record its own version, and every finding about it would
    // be one that it is too late for.
    fn is_released(&self, workspace: &Workspace, event: &EventName, version: &Version) -> bool {
        let has = |lock: &Lock| lock.digest(event, version).is_some();
        if let Some(base) = &self.base {
            let records = workspace.lock.records();
            let former = records.filter_map(|record| match &record.step {
                LifeStep::Moved { to, .. } if to == event => Some(&record.event),
                _ => None,
            });
            let names: Vec<&EventName> = std::iter::once(event).chain(former).collect();
            return base.has_released(&names, version);
        }
        match self.registered {
            Some((_, registered)) => has(registered) || self.merged.is_some_and(has),
            None => has(&workspace.lock),
        }
    }
}

/// Checks a workspace. `Checked` is there if and only if the report has no error and every part of the workspace was read. Of an event that
/// cannot be read nothing is found but records of the lock that do not hold: it is for the caller to report that it was not judged.
///
/// # Examples
///
/// ```no_run
/// use schemactl_check::{CheckOptions, check};
/// use schemactl_compat::{Semantics, default_engine};
/// use schemactl_workspace::Workspace;
///
/// let workspace = Workspace::load("orders".as_ref()).map_err(|errors| errors[0].to_string())?;
/// let engine = default_engine(Semantics::default());
/// let (report, checked) = check(&workspace, &CheckOptions::new(&engine));
/// assert_eq!(checked.is_some(), !report.has_errors());
/// # Ok::<(), String>(())
/// ```
pub fn check<'w>(workspace: &'w Workspace, options: &CheckOptions<'_>) -> (Report, Option<Checked<'w>>) {
    let (report, _) = run(workspace, options, |run, event| (run.event(event), ()));
    let checked = Checked::of(workspace, &report);
    (report, checked)
}

/// Checks a workspace as [`check`] does, without proving again what `proofs` know; afterwards they know what this check proved.
pub fn check_again<'w>(
    workspace: &'w Workspace,
    options: &CheckOptions<'_>,
    proofs: &mut Proofs,
) -> (Report, Option<Checked<'w>>) {
    let (report, proved) = run(workspace, options, |run, event| run.changed(event, proofs));
    let proved = proved.into_iter().filter_map(|(event, kept)| Some((event, kept?)));
    proofs.replace(proved);
    let checked = Checked::of(workspace, &report);
    (report, checked)
}

/// Checks a workspace, each event by `check_event`. Returns what is kept of each event, too.
fn run<'r, K: Send>(
    workspace: &'r Workspace,
    options: &'r CheckOptions<'r>,
    check_event: impl Fn(&CheckRun<'_>, &WorkspaceEvent) -> (Report, K) + Sync,
) -> (Report, Vec<(EventName, K)>) {
    let mut report = Report {
        events: workspace.events.len(),
        ..Report::default()
    };
    check_workspace_alone(workspace, options, &mut report);
    let base = options.base.as_ref();
    let former = list_former_states(options);
    let restored = check_history_of_releases(workspace, options, &former, &mut report);
    let weakened = base.into_iter();
    let weakened = weakened.flat_map(|base| base::find_weakened_settings(workspace, base));
    report.findings.extend(weakened);
    let mut registry = workspace.manifest.registry.clone();
    for view in base.into_iter().flat_map(Base::list_views) {
        let earlier = view.fork.manifest.as_ref();
        registry.allow_widening &= earlier.is_none_or(|manifest| manifest.registry.allow_widening);
    }
    let run = CheckRun {
        workspace,
        options,
        registry,
        restored,
    };
    let mut kept = Vec::new();
    for (event, (part, of_event)) in workspace.events.keys().zip(run.events(&check_event)) {
        report.examples_by_event.insert(event.clone(), part.examples);
        report.append(part);
        kept.push((event.clone(), of_event));
    }
    lost::join_lost_files(workspace, &former, &mut report);
    missing::join_missing_versions(&mut report);
    report
        .findings
        .retain(|finding| !rests_on_unread_event(workspace, finding));
    severities::RuleSeverities::of(&workspace.manifest, options.base.as_ref()).apply(&mut report);
    report.sort();
    fingerprint::set_fingerprints(&mut report.findings);
    waivers::apply_waivers(workspace, options, &mut report);
    for finding in &mut report.findings {
        finding.owner = find_owner(workspace, &former, finding.event.as_ref()).map(str::to_owned);
    }
    report.join_directions();
    (report, kept)
}

/// Finds what is about the workspace as a whole, or about an event beside others.
fn check_workspace_alone(workspace: &Workspace, options: &CheckOptions<'_>, report: &mut Report) {
    identity::check_identities(workspace, report);
    report
        .findings
        .extend(neighbors::find_shared_events(workspace, options.neighbors));
    leftovers::check_leftovers(workspace, report);
    portable::check_names(workspace, report);
    environments::check_environments(workspace, report);
    deprecated::check_deprecations(workspace, options.today, report);
    for document in &workspace.shared {
        schemas::check_shared(document, report);
    }
    report.findings.extend(life::find_invalid_records(workspace));
    report.findings.extend(reused::find_reused(workspace));
    report
        .findings
        .extend(disputed::find_conflicts(workspace, options.base.as_ref()));
}

/// Whether a finding is about an event that cannot be read, and may be one only because the event looks absent. A record that does not hold is one by
/// the lock alone.
fn rests_on_unread_event(workspace: &Workspace, finding: &Finding) -> bool {
    let event = finding.event.as_ref();
    finding.rule != Rule::RecordInvalid && event.is_some_and(|event| workspace.unread.has_event(event))
}

/// Who answers for an event, or for the workspace. For an event that is gone, those answer who answered for it: a change that deletes it does not
/// make it nobody's.
fn find_owner<'w>(workspace: &'w Workspace, former: &[&'w EarlierState], event: Option<&EventName>) -> Option<&'w str> {
    let gone = event.filter(|name| !workspace.events.contains_key(*name));
    let earlier = gone.and_then(|name| {
        former
            .iter()
            .find_map(|state| state.events.get(name)?.settings.owner.as_deref())
    });
    earlier.or_else(|| workspace.owner_of(event))
}

/// The earlier states that may know what something was: those of the base first.
fn list_former_states<'o>(options: &'o CheckOptions<'o>) -> Vec<&'o EarlierState> {
    let base = options.base.as_ref().map(|base| [base.tip, base.fork]);
    base.into_iter().flatten().chain(options.former).collect()
}

/// Finds what was released, by the lock, a registry and a base, and stands otherwise in the workspace. Returns what that was.
fn check_history_of_releases<'r>(
    workspace: &'r Workspace,
    options: &CheckOptions<'r>,
    former: &[&'r EarlierState],
    report: &mut Report,
) -> RestoredReleases<'r> {
    let mut restored = RestoredReleases::default();
    let base = options.base.as_ref();
    released::check_released(workspace, (LOCK_FILE, &workspace.lock), former, (report, &mut restored));
    if let Some((name, registered)) = options.registered {
        let rest = not_in(registered, &workspace.lock);
        released::check_released(workspace, (name, &rest), former, (report, &mut restored));
        let behind = life::find_records_behind(workspace, registered, options.merged, &options.deny);
        report.findings.extend(behind);
    }
    if let Some(base) = base {
        base::check_base(workspace, base, &options.deny, (report, &mut restored));
        let merged = reused::find_reused_after_merge(workspace, base, &report.findings);
        report.findings.extend(merged);
    }
    restored
}

/// What one lock has and the other has not, or otherwise: of what both say the lock file speaks.
fn not_in(lock: &Lock, other: &Lock) -> Lock {
    let mut rest = Lock::default();
    for (event, version, digest) in lock.iter() {
        if other.digest(event, version) != Some(digest) {
            rest.record(event, version, digest.clone(), None);
        }
    }
    rest
}

/// Events that are checked without threads of their own: starting one costs as much as a few of them.
const FEW_EVENTS: usize = 16;

/// A check while it runs.
struct CheckRun<'r> {
    workspace: &'r Workspace,
    options: &'r CheckOptions<'r>,
    /// The settings that schemas are registered by: widening only as the base allows it too.
    registry: RegistrySettings,
    /// What was released and is edited now.
    restored: RestoredReleases<'r>,
}

impl CheckRun<'_> {
    /// Every event by itself, on every core, in their order.
    fn events<T: Send>(&self, check_event: &(impl Fn(&Self, &WorkspaceEvent) -> T + Sync)) -> Vec<T> {
        let events: Vec<&WorkspaceEvent> = self.workspace.events.values().collect();
        let one = |event: &WorkspaceEvent| check_event(self, &self.restored.restore_event(event));
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.options.threads.map_or_else(cores, usize::from);
        if events.len() <= FEW_EVENTS || threads == 1 {
            return events.into_iter().map(one).collect();
        }
        let share = events.len().div_ceil(threads);
        std::thread::scope(|scope| {
            let shares = events.chunks(share).map(|share| {
                let one = &one;
                scope.spawn(move || share.iter().map(|event| one(event)).collect::<Vec<_>>())
            });
            let threads: Vec<_> = shares.collect();
            let done = threads.into_iter().map(|thread| match thread.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            done.flatten().collect()
        })
    }

    fn asked(&self, event: &WorkspaceEvent) -> Asked {
        base::find_requirements(self.workspace, event, self.options.base.as_ref())
    }

    /// The event is only checked if it is not the one that was checked before.
    fn changed(&self, event: &WorkspaceEvent, proofs: &Proofs) -> (Report, Option<Proved>) {
        let asked = self.asked(event);
        let key = proofs::proof_key(self.workspace, event, asked, self.options);
        if let Some(known) = proofs.of(&event.name)
            && let Some(report) = known.report(&key, event, (asked.policy, asked.mode), self.options)
        {
            return (report, Some(known.clone()));
        }
        let report = self.event(event);
        let proved = Proved::of(key, &report);
        (report, proved)
    }

    fn event(&self, event: &WorkspaceEvent) -> Report {
        let mut own = Report {
            versions: event.versions.len(),
            ..Report::default()
        };
        let report = &mut own;
        let engine = self.options.engine;
        let registry = &self.registry;
        let mut sound = true;
        for version in event.versions.values() {
            // A schema that its metaschema refuses has no meaning that examples or other versions could be held against.
            if schemas::check_schemas(event, version, report) {
                contains::check_contains(event, version, report);
                examples::check_examples(event, version, engine, report);
                extensible::check_extensible_enums(event, version, report);
                defaults::check_defaults(event, version, engine, report);
                spelling::check_spelling(registry, event, version, engine.semantics(), report);
            } else {
                sound = false;
            }
        }
        version_field::check_version_fields(event, report);
        limits::check_identity(event, report);
        limits::check_source_and_type(event, report);
        let asked = self.asked(event);
        if sound {
            if asked.policy == Policy::Closed {
                closed::check_closed_objects(event, report);
            }
            undeclared::check_undeclared(event, engine, report);
            unsatisfiable::check_unsatisfiable(event, engine, report);
            let accepts = |finding: &Finding| waivers::is_accepted(self.workspace, finding, self.options);
            let released = self.workspace.lock.released(&event.name);
            let judges = Judges {
                engine,
                accepts: &accepts,
                compare_code: self.options.compare_code,
            };
            let corrected = list_corrected_versions(&self.workspace.lock, &event.name);
            let is_standing = |version: &Version| self.options.is_released(self.workspace, &event.name, version);
            let history = EventHistory {
                event,
                released,
                is_standing: &is_standing,
                corrected: &corrected,
            };
            history::check_history(history, asked, judges, report);
            assumed::report_assumptions(event, asked, engine, report);
            for version in event.versions.values() {
                limits::check_size(event, version, engine, report);
                registrable::check_registrable(registry, event, version, engine, report);
            }
        }
        own
    }
}

/// The versions of an event that a hotfix corrected.
fn list_corrected_versions(lock: &Lock, event: &EventName) -> BTreeSet<Version> {
    let records = lock.records().filter(|record| record.event == *event);
    let corrected = records.filter_map(|record| match &record.step {
        LifeStep::Hotfix { version, after, .. } => {
            Some(version).filter(|version| lock.digest(event, version) == Some(after))
        }
        _ => None,
    });
    corrected.cloned().collect()
}

/// Returns the content-model policy that an event has, or that a new one would have.
pub fn policy_of(workspace: &Workspace, event: Option<&WorkspaceEvent>) -> Policy {
    let of_all = workspace.manifest.check.policy.as_ref();
    match event {
        Some(event) => policy(of_all, event),
        None => of_all.and_then(|name| name.parse().ok()).unwrap_or_default(),
    }
}

/// The content-model policy of an event: its own, or the workspace's.
fn policy(of_all: Option<&String>, event: &WorkspaceEvent) -> Policy {
    let name = event.settings.policy.as_ref().or(of_all);
    name.map_or_else(Policy::default, |name| {
        name.parse().expect("settings name policies that there are")
    })
}

fn mode(of_all: CompatibilityMode, event: &WorkspaceEvent) -> CompatibilityMode {
    event.settings.mode.unwrap_or(of_all)
}

fn finding(rule: Rule, severity: Severity, event: &WorkspaceEvent) -> Finding {
    Finding::new(rule, severity, event.name.clone())
}

/// A finding about one version.
fn finding_of(rule: Rule, severity: Severity, event: &WorkspaceEvent, version: &SchemaVersion) -> Finding {
    Finding {
        new: Some(version.version.clone()),
        ..finding(rule, severity, event)
    }
}

/// `OrderPlaced`
fn title_of(event: &WorkspaceEvent) -> &str {
    event.name.name()
}

/// `OrderPlaced@1.0`
fn title(event: &WorkspaceEvent, version: &Version) -> String {
    format!("{}@{version}", event.name.name())
}

/// Whether a minor version has to hold anything at all under a mode.
fn asks(mode: CompatibilityMode) -> bool {
    mode.asks_backward() || mode.asks_forward()
}
