//! Carrying out a plan. In: a [`Plan`] and a [`Remote`]. Out: an [`Outcome`] that says exactly which writes were made, which
//! failed, and which were not tried. Schemas are written at the same time, the versions of one schema in order: after a
//! failure nothing more is written to that schema, and after one that every call would share, to none. A push that stopped is
//! continued by planning again.

mod delete;
mod end;
mod turn;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::cache::Cache;
use crate::held::HeldVersion;
use crate::plan::{Action, Plan};
use crate::remote::{Remote, RemoteError, RemoteErrorKind, WriteResult};
use crate::retry::{Calls, Patience};
pub use end::PushEnd;
use write::{Chain, WriteError};

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The writes that were made, in the order of the plan.
    pub done: Vec<AppliedAction>,
    /// The writes that failed, and why.
    pub failed: Vec<(Action, RemoteError)>,
    /// Those of `failed` that the service has accepted: the registry holds them, and not as it should.
    pub unconfirmed: Vec<Action>,
    /// The writes that were not tried, after a failure or an interruption.
    pub not_tried: Vec<Action>,
    /// The schemas in which somebody else wrote above us, or deleted something, before we were done.
    pub overtaken: Vec<String>,
}

/// A write that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedAction {
    /// The write.
    pub action: Action,
    /// The version that it made, as it was read back.
    pub held: Option<HeldVersion>,
    /// What the service said of the schema. `None` if the answer was lost, and the write found by reading.
    pub written: Option<WriteResult>,
    /// Whether somebody else had made it before.
    pub already: bool,
}

/// Somebody who watches a plan being carried out, from several threads.
pub trait Progress: Sync {
    /// A write begins.
    fn started(&self, action: &Action);
    /// The write was made, or failed.
    fn ended(&self, action: &Action, error: Option<&RemoteError>);
}

/// Nobody watches.
impl Progress for () {
    fn started(&self, _: &Action) {}
    fn ended(&self, _: &Action, _: Option<&RemoteError>) {}
}

/// How a plan is carried out.
#[derive(Clone, Copy)]
pub struct Applying<'a> {
    /// How failed calls are repeated, and how fast writes are made.
    pub patience: &'a Patience,
    /// Set to stop after the requests in flight.
    pub stop: &'a AtomicBool,
    /// Who watches.
    pub progress: &'a dyn Progress,
}

/// Schemas written at the same time. Each write is two or three calls, so that five writes a second need about that many.
const WRITERS: usize = 4;

/// Applies a plan, reading before each write and after it.
pub fn apply_plan(plan: &Plan, remote: &dyn Remote, applying: &Applying<'_>) -> Outcome {
    let calls = Calls::new(remote, applying.patience).until(applying.stop);
    let run = ApplyRun {
        calls: &calls,
        progress: applying.progress,
        halted: AtomicBool::new(false),
        full: AtomicBool::new(false),
        present: &plan.present,
        results: Mutex::new(Vec::with_capacity(plan.actions.len())),
        overtaken: Mutex::new(Vec::new()),
    };
    let mut schemas: BTreeMap<Option<&str>, Vec<(usize, &Action)>> = BTreeMap::new();
    // INVARIANT: nothing is written from a workspace whose check found errors: a `Plan` is made from `Checked` alone.
    for (index, action) in plan.actions.iter().enumerate() {
        schemas.entry(action.schema()).or_default().push((index, action));
    }
    // The registry comes first: without it there is nowhere to write.
    if let Some(registry) = schemas.remove(&None) {
        run.in_order(&registry);
    }
    let writers = WRITERS.min(schemas.len());
    let waiting = Mutex::new(schemas.into_values());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let writer = || {
        while let Some(actions) = next() {
            run.in_order(&actions);
        }
    };
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..writers).map(|_| scope.spawn(writer)).collect();
        for writer in writers {
            // A writer that died leaves its writes without a result, and the outcome tells of them.
            let _ = writer.join();
        }
    });
    run.outcome(plan, &remote.describe())
}

/// What is said of a write whose writer died.
fn died(action: &Action, subject: &str) -> RemoteError {
    RemoteError {
        kind: RemoteErrorKind::Other,
        operation: action.operation(),
        subject: subject.to_owned(),
        message: "the thread of this write ended before it was done; the write may have succeeded".to_owned(),
        retry_after: None,
    }
}

/// What became of one write.
enum Fate {
    Done(Box<AppliedAction>),
    Failed(WriteError),
    NotTried,
}

struct ApplyRun<'r> {
    calls: &'r Calls<'r>,
    progress: &'r dyn Progress,
    /// Whether something failed that will fail everywhere.
    halted: AtomicBool,
    /// Whether the registry has no room for another schema.
    full: AtomicBool,
    /// The numbers of the versions that each schema had when the plan was made.
    present: &'r BTreeMap<String, Vec<String>>,
    results: Mutex<Vec<(usize, Action, Fate)>>,
    overtaken: Mutex<Vec<String>>,
}

impl ApplyRun<'_> {
    /// The writes of one schema.
    fn in_order(&self, actions: &[(usize, &Action)]) {
        let schema = actions.first().and_then(|(_, action)| action.schema());
        let mut chain = Chain::new(schema.and_then(|schema| self.present.get(schema)));
        let mut broken = false;
        for (index, action) in actions {
            let creates = matches!(action, Action::CreateSchema { .. });
            let no_room = creates && self.full.load(Ordering::SeqCst);
            let stopped = broken || no_room || self.halted.load(Ordering::SeqCst) || self.calls.is_stopped();
            broken |= no_room;
            let result = if stopped {
                Fate::NotTried
            } else {
                self.one(action, &mut chain)
            };
            if let Fate::Failed(WriteError { error, .. }) = &result {
                broken = true;
                if creates && error.is_quota() {
                    self.full.store(true, Ordering::SeqCst);
                }
                if error.kind.is_general() || action.schema().is_none() {
                    self.halted.store(true, Ordering::SeqCst);
                }
            }
            let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
            results.push((*index, (*action).clone(), result));
        }
        if let Some(schema) = schema
            && !broken
            && chain.has_moved(self.calls, schema)
        {
            let mut overtaken = self.overtaken.lock().unwrap_or_else(PoisonError::into_inner);
            overtaken.push(schema.to_owned());
        }
    }

    fn one(&self, action: &Action, chain: &mut Chain) -> Fate {
        self.progress.started(action);
        let made = chain.make(self.calls, action);
        self.progress
            .ended(action, made.as_ref().err().map(|failed| &failed.error));
        match made {
            Ok(done) => Fate::Done(Box::new(done)),
            Err(failed) => Fate::Failed(failed),
        }
    }

    /// Every action is told of, also those that a writer took with it when it died: what is not known to be done is not done.
    fn outcome(self, plan: &Plan, subject: &str) -> Outcome {
        let mut results = self.results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let told: BTreeSet<usize> = results.iter().map(|(index, ..)| *index).collect();
        let lost = plan
            .actions
            .iter()
            .enumerate()
            .filter(|(index, _)| !told.contains(index));
        let lost: Vec<_> = lost
            .map(|(index, action)| (index, action.clone(), Fate::Failed(died(action, subject).into())))
            .collect();
        results.extend(lost);
        results.sort_by_key(|(index, ..)| *index);
        let mut overtaken = self.overtaken.into_inner().unwrap_or_else(PoisonError::into_inner);
        overtaken.sort();
        let mut outcome = Outcome {
            overtaken,
            ..Outcome::default()
        };
        for (_, action, result) in results {
            match result {
                Fate::Done(done) => outcome.done.push(*done),
                Fate::Failed(WriteError { error, is_written }) => {
                    outcome.unconfirmed.extend(is_written.then(|| action.clone()));
                    outcome.failed.push((action, error));
                }
                Fate::NotTried => outcome.not_tried.push(action),
            }
        }
        outcome
    }
}

impl Cache {
    /// Takes over what a push has written, as far as the service's answers tell all of it, and forgets the rest.
    pub fn update(&mut self, outcome: &Outcome) {
        for done in &outcome.done {
            self.take_over(done);
        }
        for (action, _) in &outcome.failed {
            if let Some(schema) = action.schema() {
                self.forget(schema);
            }
        }
    }

    fn take_over(&mut self, done: &AppliedAction) {
        let Some(schema) = done.action.schema() else {
            return;
        };
        let before = match &done.action {
            Action::CreateSchema { .. } => Some(Vec::new()),
            Action::AddVersion { .. } => self.held(schema).map(<[_]>::to_vec),
            // Whatever tags do to the time of writing, the list will tell.
            Action::Tag { .. } => return,
            Action::CreateRegistry { .. } | Action::Delete(_) => None,
        };
        match (before, &done.held, &done.written) {
            (Some(mut versions), Some(held), Some(written)) if !done.already => {
                versions.push(held.clone());
                self.record(schema, &written.arn, &written.last_modified, versions);
            }
            _ => self.forget(schema),
        }
    }
}
