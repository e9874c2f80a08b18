//! What the server was asked, for tests and for `schemactl serve` to show. In: one entry a request. Out: the last ones.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many requests are remembered: enough for every test, and bounded for a server that runs for months.
const REMEMBERED: usize = 10_000;

/// One request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The operation as the API names it, such as `CreateSchema`; `unknown` for a path that is none, and for a request
    /// that was refused before its path was looked at.
    pub operation: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// Whether the operation changes data, if it succeeds.
    pub write: bool,
}

/// The same, as small as it is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogEntry {
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
    pub(crate) write: bool,
}

/// What an answer says of its request: which operation it was, and whether that changes data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoggedOperation {
    pub(crate) operation: &'static str,
    pub(crate) write: bool,
}

/// The last requests, oldest first.
#[derive(Debug)]
pub(crate) struct RequestLog(Mutex<VecDeque<LogEntry>>);

impl Default for RequestLog {
    fn default() -> Self {
        Self(Mutex::new(VecDeque::with_capacity(REMEMBERED)))
    }
}

impl RequestLog {
    pub(crate) fn push(&self, entry: LogEntry) {
        let mut entries = self.entries();
        if entries.len() == REMEMBERED {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    pub(crate) fn snapshot(&self) -> Vec<Request> {
        let request = |entry: &LogEntry| Request {
            operation: entry.operation.to_owned(),
            status: entry.status,
            write: entry.write,
        };
        self.entries().iter().map(request).collect()
    }

    /// Entries are whole whatever happened to another thread, so a poisoned lock is as good as another.
    fn entries(&self) -> MutexGuard<'_, VecDeque<LogEntry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest() {
        let log = RequestLog::default();
        for number in 0..=REMEMBERED {
            log.push(LogEntry {
                operation: if number == 0 { "first" } else { "later" },
                status: 200,
                write: false,
            });
        }
        let requests = log.snapshot();
        assert_eq!(requests.len(), REMEMBERED);
        assert_eq!(requests[0].operation, "later");
    }
}
