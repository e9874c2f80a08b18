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

/// The last requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<VecDeque<Request>>);

impl RequestLog {
    pub(crate) fn push(&self, request: Request) {
        let mut requests = self.requests();
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn snapshot(&self) -> Vec<Request> {
        self.requests().iter().cloned().collect()
    }

    /// Entries are whole whatever happened to another thread, so a poisoned lock is as good as another.
    fn requests(&self) -> MutexGuard<'_, VecDeque<Request>> {
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
            let operation = number.to_string();
            log.push(Request {
                operation,
                status: 200,
                write: false,
            });
        }
        let requests = log.snapshot();
        assert_eq!(requests.len(), REMEMBERED);
        assert_eq!(requests[0].operation, "1");
    }
}
