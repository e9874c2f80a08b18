//! Checking a workspace: every schema, every example, every version against its predecessors. In: a [`Workspace`] and the
//! engine that decides containment. Out: a [`Report`], and [`Checked`] if nothing in it is an error. No I/O.

mod baseline;
mod closed;
mod examples;
mod history;
mod identity;
mod registrable;
mod released;
mod schemas;
mod waivers;

use schemactl_compat::{Engine, Policy};
use schemactl_model::{EventName, Source, Span, Version};

use crate::fingerprint;
use crate::registered::Contents;
use crate::{
    Date, Event, Finding, Lock, Mode, Place, RegisteredContent, Report, Rule, SchemaVersion, Severity, Workspace,
};

/// How to check.
pub struct CheckOptions<'e> {
    /// Who decides whether one schema's events are all events of another.
    pub engine: &'e dyn Engine,
    /// An earlier state of the workspace, and what it is called: every version that it has is released.
    pub baseline: Option<(&'e str, &'e Workspace)>,
    /// What a registry holds, and what it is called: every version in it is released.
    pub registered: Option<(&'e str, &'e Lock)>,
    /// The day on which waivers are judged; without one none has run out.
    pub today: Option<Date>,
}

impl<'e> CheckOptions<'e> {
    /// With nothing to compare with but the workspace itself.
    pub fn new(engine: &'e dyn Engine) -> Self {
        Self {
            engine,
            baseline: None,
            registered: None,
            today: None,
        }
    }
}

/// A workspace whose check found no error: the only thing a plan can be made from.
#[derive(Debug)]
pub struct Checked<'w> {
    workspace: &'w Workspace,
    contents: Contents,
}

impl<'w> Checked<'w> {
    /// The workspace.
    pub fn workspace(&self) -> &'w Workspace {
        self.workspace
    }

    /// What is registered for a version of the workspace.
    pub(crate) fn contents(&self, event: &EventName, version: &Version) -> &[RegisteredContent] {
        // The check made a content for every version, or found an error and made no `Checked`.
        self.contents
            .get(&(event.clone(), version.clone()))
            .expect("every checked version has its content")
    }
}

/// Checks a workspace. `Checked` is there if and only if the report has no error.
pub fn check<'w>(workspace: &'w Workspace, options: &CheckOptions<'_>) -> (Report, Option<Checked<'w>>) {
    let mut report = Report {
        events: workspace.events.len(),
        ..Report::default()
    };
    identity::check(workspace, &mut report);
    released::check(workspace, ("schemactl.lock", &workspace.lock), &mut report);
    if let Some((name, registered)) = options.registered {
        released::check(workspace, (name, &not_in(registered, &workspace.lock)), &mut report);
    }
    if let Some((name, baseline)) = options.baseline {
        baseline::check(workspace, name, baseline, &mut report);
    }
    let mut contents = Contents::new();
    for (part, own) in check_events(workspace, options) {
        report.append(part);
        contents.extend(own);
    }
    report.sort();
    fingerprint::number(&mut report.findings);
    waivers::apply(workspace, options.today, &mut report);
    let checked = (!report.has_errors()).then_some(Checked { workspace, contents });
    (report, checked)
}

/// What one lock has and the other has not: of what both know the lock file speaks.
fn not_in(lock: &Lock, other: &Lock) -> Lock {
    let mut rest = Lock::default();
    for (event, version, digest) in lock.iter() {
        if other.digest(event, version).is_none() {
            rest.record(event, version, digest.clone());
        }
    }
    rest
}

/// Events that are checked without threads of their own: starting one costs as much as a few of them.
const FEW_EVENTS: usize = 16;

/// Every event by itself, on every core, in their order.
fn check_events(workspace: &Workspace, options: &CheckOptions<'_>) -> Vec<(Report, Contents)> {
    let events: Vec<&Event> = workspace.events.values().collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if events.len() <= FEW_EVENTS || cores == 1 {
        return events
            .into_iter()
            .map(|event| check_event(workspace, event, options))
            .collect();
    }
    let share = events.len().div_ceil(cores);
    std::thread::scope(|scope| {
        let shares = events.chunks(share).map(|share| {
            scope.spawn(move || {
                share
                    .iter()
                    .map(|event| check_event(workspace, event, options))
                    .collect::<Vec<_>>()
            })
        });
        let threads: Vec<_> = shares.collect();
        let done = threads.into_iter().map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.flatten().collect()
    })
}

fn check_event(workspace: &Workspace, event: &Event, options: &CheckOptions<'_>) -> (Report, Contents) {
    let mut own = Report {
        versions: event.versions.len(),
        ..Report::default()
    };
    let (report, mut contents) = (&mut own, Contents::new());
    let mut sound = true;
    for version in event.versions.values() {
        // A schema that its metaschema refuses has no meaning that examples or other versions could be held against.
        if schemas::check(event, version, report) {
            examples::check(event, version, options.engine.semantics(), report);
        } else {
            sound = false;
        }
    }
    let policy = policy(workspace, event, report);
    if let (true, Some(policy)) = (sound, policy) {
        if policy == Policy::Closed {
            closed::check(event, report);
        }
        let mode = event.settings.mode.unwrap_or(workspace.manifest.check.mode);
        history::check(event, policy, mode, options.engine, report);
        for version in event.versions.values() {
            if let Some(content) = registrable::check(workspace, event, version, options.engine, report) {
                contents.insert((event.name.clone(), version.version.clone()), content);
            }
        }
    }
    (own, contents)
}

/// The content-model policy of an event: its own, the workspace's, or the default.
fn policy(workspace: &Workspace, event: &Event, report: &mut Report) -> Option<Policy> {
    let name = event
        .settings
        .policy
        .as_ref()
        .or(workspace.manifest.check.policy.as_ref());
    let Some(name) = name else {
        return Some(Policy::default());
    };
    name.parse()
        .map_err(|_| {
            let start = event.settings_file.text().find("policy").unwrap_or(0);
            report.findings.push(Finding {
                message: format!("unknown policy `{name}`"),
                places: vec![Place {
                    source: event.settings_file.clone(),
                    span: Span::new(start, start + name.len()),
                    label: "the event's policy, or schemactl.toml's".to_owned(),
                }],
                fix: Some(format!(
                    "write one of: {}",
                    Policy::ALL.map(|policy| policy.to_string()).join(", ")
                )),
                ..finding(Rule::CannotDecide, Severity::Error, event)
            });
        })
        .ok()
}

fn finding(rule: Rule, severity: Severity, event: &Event) -> Finding {
    Finding::new(rule, severity, event.name.clone())
}

/// A finding about one version.
fn finding_of(rule: Rule, severity: Severity, event: &Event, version: &SchemaVersion) -> Finding {
    Finding {
        new: Some(version.version.clone()),
        ..finding(rule, severity, event)
    }
}

/// The first line of a file, for findings about the file as a whole.
fn whole(source: &Source, label: &str) -> Place {
    let end = source.text().find('\n').unwrap_or(source.text().len());
    Place {
        source: source.clone(),
        span: Span::new(0, end),
        label: label.to_owned(),
    }
}

/// `OrderPlaced@1.0`
fn title(event: &Event, version: &Version) -> String {
    format!("{}@{version}", event.name.name())
}

/// Whether a minor version has to hold anything at all under a mode.
fn asks(mode: Mode) -> bool {
    mode.asks_backward() || mode.asks_forward()
}
