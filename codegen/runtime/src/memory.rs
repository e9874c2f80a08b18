//! A bus in memory, for the tests of producers. It accepts what EventBridge accepts, keeps it, and fails on request.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::publish::{Bus, Entry, EntryAnswer};

/// A bus that keeps its events. A clone is the same bus: a test keeps one, and gives the other to what it tests.
#[derive(Clone, Debug, Default)]
pub struct MemoryBus {
    state: Arc<Mutex<MemoryBusState>>,
}

#[derive(Debug, Default)]
struct MemoryBusState {
    accepted: Vec<Entry>,
    requests: Vec<usize>,
    failures: VecDeque<Option<&'static str>>,
}

impl MemoryBus {
    /// Creates a bus without events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the fate of the next entries, one by one: accepted (`None`), or failed with an error code.
    pub fn script(&self, next: impl IntoIterator<Item = Option<&'static str>>) {
        self.lock().failures.extend(next);
    }

    /// Returns the accepted entries, in order.
    pub fn accepted(&self) -> Vec<Entry> {
        self.lock().accepted.clone()
    }

    /// Returns the number of entries of each request.
    pub fn requests(&self) -> Vec<usize> {
        self.lock().requests.clone()
    }

    fn lock(&self) -> MutexGuard<'_, MemoryBusState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MemoryBusState {
    fn put(&mut self, entry: &Entry) -> EntryAnswer {
        let failed = |code: &str, message: &str| EntryAnswer::Failed {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        if let Some(Some(code)) = self.failures.pop_front() {
            return failed(code, "asked for by the test");
        }
        if !entry.detail.trim_start().starts_with('{')
            || serde_json::from_str::<serde::de::IgnoredAny>(&entry.detail).is_err()
        {
            return failed("MalformedDetail", "Detail is malformed.");
        }
        if entry.source.is_empty() || entry.detail_type.is_empty() || entry.source.starts_with("aws.") {
            return failed("InvalidArgument", "Parameter Source or DetailType is not valid.");
        }
        self.accepted.push(entry.clone());
        EntryAnswer::Accepted {
            id: format!("memory-{}", self.accepted.len()),
        }
    }
}

impl Bus for MemoryBus {
    type Error = Infallible;

    async fn put_events(&self, entries: &[Entry]) -> Result<Vec<EntryAnswer>, Infallible> {
        let mut state = self.lock();
        state.requests.push(entries.len());
        Ok(entries.iter().map(|entry| state.put(entry)).collect())
    }

    /// Does not wait.
    async fn pause(&self, _: Duration) {}
}

#[cfg(test)]
pub(crate) mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::publish::{PublishError, Publisher};

    /// Returns what a future comes to. Those of buses in memory never wait.
    pub(crate) fn poll_once<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("a bus in memory does not wait"),
        }
    }

    fn entry(detail: &str) -> Entry {
        Entry {
            source: "com.myapp.orders".to_owned(),
            detail_type: "order.placed".to_owned(),
            detail: detail.to_owned(),
            bus: None,
            time: None,
            resources: Vec::new(),
            trace_header: None,
        }
    }

    #[test]
    fn only_failed_entries_are_tried_again() {
        let publisher = Publisher::new(MemoryBus::new());
        publisher
            .bus()
            .script([None, Some("ThrottlingException"), Some("InternalFailure")]);
        let done = poll_once(publisher.publish(&[entry("{\"a\":1}"), entry("{\"a\":2}")])).unwrap();
        assert_eq!(done.ids, ["memory-1", "memory-2"]);
        assert_eq!(publisher.bus().requests(), [2, 1, 1]);
        assert_eq!(publisher.bus().accepted().len(), 2);
    }

    #[test]
    fn a_refused_entry_is_not_tried_again() {
        let publisher = Publisher::new(MemoryBus::new());
        let error = poll_once(publisher.publish(&[entry("[1]"), entry("{}")])).unwrap_err();
        assert_eq!(error.to_string(), "entry 0: MalformedDetail: Detail is malformed.");
        assert_eq!(publisher.bus().requests(), [2]);
    }

    /// Accepts the first entry it sees, and fails the second call.
    struct Breaking(Mutex<usize>);

    impl Bus for Breaking {
        type Error = std::io::Error;

        async fn put_events(&self, entries: &[Entry]) -> Result<Vec<EntryAnswer>, std::io::Error> {
            let mut calls = self.0.lock().unwrap();
            *calls += 1;
            if *calls == 2 {
                return Err(std::io::Error::other("the connection broke"));
            }
            let accepted = |index: usize| EntryAnswer::Accepted {
                id: format!("{calls}-{index}"),
            };
            let throttled = || EntryAnswer::Failed {
                code: "ThrottlingException".to_owned(),
                message: String::new(),
            };
            let answer = |index| if index == 0 { accepted(index) } else { throttled() };
            Ok((0..entries.len()).map(answer).collect())
        }

        async fn pause(&self, _: Duration) {}
    }

    #[test]
    fn a_call_that_fails_later_forgets_no_accepted_entry() {
        let publisher = Publisher::new(Breaking(Mutex::new(0)));
        let done = poll_once(publisher.publish(&[entry("{}"), entry("[]"), entry("{}")])).unwrap();
        assert_eq!(done.ids, ["1-0", "3-0", "4-0"], "each call but the second accepts one");
    }

    #[test]
    fn attempts_end() {
        let publisher = Publisher::new(MemoryBus::new());
        publisher.bus().script([Some("ThrottlingException"); 9]);
        assert!(matches!(
            poll_once(publisher.publish(&[entry("{}")])),
            Err(PublishError::Partly { .. })
        ));
        assert_eq!(publisher.bus().requests().len(), 4);
    }

    #[test]
    fn what_is_too_much_for_one_request_is_not_sent() {
        let publisher = Publisher::new(MemoryBus::new());
        let many = vec![entry("{}"); 11];
        assert!(matches!(
            poll_once(publisher.publish(&many)),
            Err(PublishError::TooLarge { entries: 11, .. })
        ));
        let large = entry(&format!("{{\"a\":\"{}\"}}", "x".repeat(1_000_000)));
        assert!(matches!(
            poll_once(publisher.publish(&[large])),
            Err(PublishError::TooLarge { .. })
        ));
        assert!(publisher.bus().requests().is_empty());
    }
}
