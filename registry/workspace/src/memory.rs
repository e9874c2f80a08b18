//! A remote in memory, for tests and for planning without a service. It behaves as EventBridge does: versions are numbered
//! from 1, unchanged content is a conflict, names are unique.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Remote, RemoteError, RemoteErrorKind, RemoteVersion, Snapshot};

/// A registry that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryRemote {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    snapshot: Snapshot,
    writes: usize,
    fail_at: Option<usize>,
}

impl MemoryRemote {
    /// A service without the registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the write of that index, from 0, fail once, as a throttled call does.
    pub fn fail_write(&self, index: usize) {
        self.state().fail_at = Some(index);
    }

    /// How many writes were tried.
    pub fn writes(&self) -> usize {
        self.state().writes
    }

    /// The state is plain data: a panic elsewhere leaves nothing half-done in it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, operation: &'static str, name: &str) -> Result<MutexGuard<'_, State>, RemoteError> {
        let mut state = self.state();
        let index = state.writes;
        state.writes += 1;
        if state.fail_at == Some(index) {
            state.fail_at = None;
            return Err(error(RemoteErrorKind::Throttled, operation, name, "asked to fail"));
        }
        Ok(state)
    }
}

fn error(kind: RemoteErrorKind, operation: &'static str, subject: &str, message: &str) -> RemoteError {
    RemoteError {
        kind,
        operation,
        subject: subject.to_owned(),
        message: message.to_owned(),
    }
}

impl Remote for MemoryRemote {
    fn describe(&self) -> String {
        "a registry in memory".to_owned()
    }

    fn snapshot(&self) -> Result<Snapshot, RemoteError> {
        Ok(self.state().snapshot.clone())
    }

    fn create_registry(&self, _description: Option<&str>) -> Result<(), RemoteError> {
        let mut state = self.write("CreateRegistry", "registry")?;
        if state.snapshot.registry_exists {
            return Err(error(
                RemoteErrorKind::Conflict,
                "CreateRegistry",
                "registry",
                "the registry exists",
            ));
        }
        state.snapshot.registry_exists = true;
        Ok(())
    }

    fn create_schema(&self, name: &str, content: &str, _: Option<&str>) -> Result<RemoteVersion, RemoteError> {
        let mut state = self.write("CreateSchema", name)?;
        if !state.snapshot.registry_exists {
            return Err(error(
                RemoteErrorKind::NotFound,
                "CreateSchema",
                name,
                "the registry does not exist",
            ));
        }
        if state.snapshot.schemas.contains_key(name) {
            return Err(error(
                RemoteErrorKind::Conflict,
                "CreateSchema",
                name,
                "the schema exists",
            ));
        }
        let version = RemoteVersion {
            number: "1".to_owned(),
            content: content.to_owned(),
        };
        state.snapshot.schemas.insert(name.to_owned(), vec![version.clone()]);
        Ok(version)
    }

    fn update_schema(&self, name: &str, content: &str) -> Result<RemoteVersion, RemoteError> {
        let mut state = self.write("UpdateSchema", name)?;
        let missing = || {
            error(
                RemoteErrorKind::NotFound,
                "UpdateSchema",
                name,
                "the schema does not exist",
            )
        };
        let versions = state.snapshot.schemas.get_mut(name).ok_or_else(missing)?;
        if versions.last().is_some_and(|last| last.content == content) {
            return Err(error(
                RemoteErrorKind::Conflict,
                "UpdateSchema",
                name,
                "nothing changed",
            ));
        }
        let version = RemoteVersion {
            number: (versions.len() + 1).to_string(),
            content: content.to_owned(),
        };
        versions.push(version.clone());
        Ok(version)
    }

    fn read(&self, name: &str, number: &str) -> Result<String, RemoteError> {
        let state = self.state();
        let mut versions = state.snapshot.schemas.get(name).into_iter().flatten();
        versions
            .find(|version| version.number == number)
            .map(|version| version.content.clone())
            .ok_or_else(|| error(RemoteErrorKind::NotFound, "DescribeSchema", name, "no such version"))
    }
}
