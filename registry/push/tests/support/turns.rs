//! Pushers that take turns: a registry in memory whose calls are made in an order that a test chooses. Nobody sleeps and nothing is left to
//! chance: one pusher runs at a time, from one of its calls to the next, and where it stops is a position that the test counts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use schemactl_push::{
    ListPage, MemoryRemote, NewSchema, NewVersion, Remote, RemoteError, RemoteSchema, RemoteVersion, Tags, WriteResult,
};

/// Where the turn goes to somebody else: at the call of that index, counted over all pushers, to the pusher that many places further.
pub(crate) type Switches = Vec<(usize, usize)>;

/// Who dies when: the pusher, its call, and whether the call still does its work.
pub(crate) type Death = (usize, usize, bool);

/// Whose turn it is.
pub(crate) struct Turns {
    state: Mutex<TurnState>,
    changed: Condvar,
    switches: Switches,
}

struct TurnState {
    current: usize,
    /// Calls that were begun, over all pushers.
    step: usize,
    alive: Vec<bool>,
}

impl Turns {
    pub(crate) fn new(pushers: usize, switches: Switches) -> Self {
        Self {
            state: Mutex::new(TurnState {
                current: 0,
                step: 0,
                alive: vec![true; pushers],
            }),
            changed: Condvar::new(),
            switches,
        }
    }

    /// Calls that were begun.
    pub(crate) fn steps(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).step
    }

    /// Waits until a pusher has the turn.
    pub(crate) fn wait(&self, pusher: usize) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_while(state, |state| state.current != pusher);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// A call of the pusher that has the turn: it may have to let others go first.
    fn call(&self, pusher: usize) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let step = state.step;
            state.step += 1;
            if let Some((_, by)) = self.switches.iter().find(|(at, _)| *at == step) {
                let next = (pusher + by) % state.alive.len();
                if state.alive[next] {
                    state.current = next;
                    self.changed.notify_all();
                }
            }
        }
        self.wait(pusher);
    }

    /// The pusher has ended, or died: the next one goes on.
    pub(crate) fn end(&self, pusher: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.alive[pusher] = false;
        let count = state.alive.len();
        let next = (1..count)
            .map(|by| (pusher + by) % count)
            .find(|next| state.alive[*next]);
        state.current = next.unwrap_or(pusher);
        self.changed.notify_all();
    }
}

/// The registry as one pusher sees it.
pub(crate) struct Gated<'t> {
    pub(crate) inner: &'t MemoryRemote,
    pub(crate) turns: &'t Turns,
    pub(crate) pusher: usize,
    pub(crate) death: Option<Death>,
    /// Whether the service knows a token that it has seen.
    pub(crate) replays: bool,
    pub(crate) calls: AtomicUsize,
}

impl Gated<'_> {
    fn call<T>(&self, call: impl FnOnce() -> T) -> T {
        self.turns.call(self.pusher);
        let index = self.calls.fetch_add(1, Ordering::SeqCst);
        match self.death {
            Some((pusher, at, works)) if pusher == self.pusher && at == index => {
                if works {
                    call();
                }
                // As a panic, and without its message in the output of the test.
                std::panic::resume_unwind(Box::new("died"))
            }
            _ => call(),
        }
    }
}

impl Remote for Gated<'_> {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn registry_exists(&self) -> Result<bool, RemoteError> {
        self.call(|| self.inner.registry_exists())
    }

    fn schemas(&self, page: Option<&str>) -> Result<ListPage<RemoteSchema>, RemoteError> {
        self.call(|| self.inner.schemas(page))
    }

    fn numbers(&self, schema: &str, page: Option<&str>) -> Result<ListPage<String>, RemoteError> {
        self.call(|| self.inner.numbers(schema, page))
    }

    fn read(&self, schema: &str, number: Option<&str>) -> Result<Option<RemoteVersion>, RemoteError> {
        self.call(|| self.inner.read(schema, number))
    }

    fn create_registry(&self, description: Option<&str>, tags: &Tags) -> Result<(), RemoteError> {
        self.call(|| self.inner.create_registry(description, tags))
    }

    fn create_schema(&self, schema: &NewSchema<'_>) -> Result<WriteResult, RemoteError> {
        self.call(|| self.inner.create_schema(schema))
    }

    fn add_version(&self, version: &NewVersion<'_>) -> Result<WriteResult, RemoteError> {
        let own = format!("{}-{}", self.pusher, self.calls.load(Ordering::SeqCst));
        let token = if self.replays { version.token } else { &own };
        self.call(|| self.inner.add_version(&NewVersion { token, ..*version }))
    }

    fn tag(&self, arn: &str, tags: &Tags) -> Result<(), RemoteError> {
        self.call(|| self.inner.tag(arn, tags))
    }

    fn delete_version(&self, schema: &str, number: &str) -> Result<(), RemoteError> {
        self.call(|| self.inner.delete_version(schema, number))
    }

    fn delete_schema(&self, schema: &str) -> Result<(), RemoteError> {
        self.call(|| self.inner.delete_schema(schema))
    }
}
