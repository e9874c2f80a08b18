//! A remote that fails, loses answers, and answers with what was true before.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use schemactl_push::{
    ListPage, MemoryRemote, NewSchema, NewVersion, Remote, RemoteError, RemoteErrorKind, RemoteSchema, RemoteVersion,
    Tags, WriteResult,
};

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The call fails, and does nothing.
    Before(RemoteErrorKind),
    /// The call does its work, and its answer is lost.
    After(RemoteErrorKind),
    /// A read answers with what it said the time before; a write loses its answer.
    Stale,
    /// The newest version is said to be the first one.
    Behind,
    /// A version is read as something else.
    Corrupt,
}

/// A remote whose calls of certain indexes fail.
pub(crate) struct Faulty<'m> {
    pub(crate) inner: &'m MemoryRemote,
    pub(crate) fault: Fault,
    /// Whether the call of that index fails.
    pub(crate) fails: Box<dyn Fn(usize) -> bool + Sync>,
    pub(crate) calls: AtomicUsize,
    pub(crate) retry_after: Option<Duration>,
    seen: Mutex<BTreeMap<String, Option<RemoteVersion>>>,
}

impl<'m> Faulty<'m> {
    pub(crate) fn new(inner: &'m MemoryRemote, fault: Fault, fails: impl Fn(usize) -> bool + Sync + 'static) -> Self {
        Self {
            inner,
            fault,
            fails: Box::new(fails),
            calls: AtomicUsize::new(0),
            retry_after: None,
            seen: Mutex::default(),
        }
    }

    fn error(&self, kind: RemoteErrorKind) -> RemoteError {
        RemoteError {
            kind,
            operation: "Faulty",
            subject: "a test".to_owned(),
            message: "asked to fail".to_owned(),
            retry_after: self.retry_after,
        }
    }

    fn strikes(&self) -> bool {
        (self.fails)(self.calls.fetch_add(1, Ordering::SeqCst))
    }

    fn call<T>(&self, call: impl FnOnce() -> Result<T, RemoteError>) -> Result<T, RemoteError> {
        // These two are about reading versions, and only such reads are counted.
        if matches!(self.fault, Fault::Behind | Fault::Corrupt) || !self.strikes() {
            return call();
        }
        match self.fault {
            Fault::Before(kind) => Err(self.error(kind)),
            Fault::After(kind) => call().and_then(|_| Err(self.error(kind))),
            Fault::Stale | Fault::Behind | Fault::Corrupt => {
                call().and_then(|_| Err(self.error(RemoteErrorKind::Unreachable)))
            }
        }
    }
}

impl Remote for Faulty<'_> {
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
        let key = format!("{schema} {number:?}");
        let before = self.seen.lock().unwrap().get(&key).cloned().flatten();
        if self.fault == Fault::Stale {
            let index = self.calls.fetch_add(1, Ordering::SeqCst);
            if (self.fails)(index) {
                return Ok(before);
            }
            let answer = self.inner.read(schema, number)?;
            self.seen.lock().unwrap().insert(key, answer.clone());
            return Ok(answer);
        }
        match (self.fault, number) {
            (Fault::Behind, None) if self.strikes() => self.inner.read(schema, Some("1")),
            (Fault::Corrupt, Some(_)) if self.strikes() => {
                Ok(self.inner.read(schema, number)?.map(|version| RemoteVersion {
                    content: "{}".to_owned(),
                    ..version
                }))
            }
            (Fault::Behind | Fault::Corrupt, _) => self.inner.read(schema, number),
            _ => self.call(|| self.inner.read(schema, number)),
        }
    }

    fn create_registry(&self, description: Option<&str>, tags: &Tags) -> Result<(), RemoteError> {
        self.call(|| self.inner.create_registry(description, tags))
    }

    fn create_schema(&self, schema: &NewSchema<'_>) -> Result<WriteResult, RemoteError> {
        self.call(|| self.inner.create_schema(schema))
    }

    fn add_version(&self, version: &NewVersion<'_>) -> Result<WriteResult, RemoteError> {
        self.call(|| self.inner.add_version(version))
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
