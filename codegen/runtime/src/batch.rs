//! Publishing any number of events. In: entries, in their order. Out: the outcome of each. [`Publisher::publish`] puts what belongs together;
//! this splits what does not into requests.

use std::fmt;

use crate::publish::{Bus, Entry, EntryAnswer, MOST_BYTES, MOST_ENTRIES, PublishError, Publisher};

impl<B: Bus> Publisher<B> {
    /// Puts any number of entries, in their order: in requests of at most ten entries and 1,000,000 bytes. Returns the outcome of each entry.
    ///
    /// An entry that is too large for a request is not sent; the others are. After a call that failed, the rest is not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_runtime::{Entry, EntryOutcome, MemoryBus, Publisher};
    ///
    /// # async fn publish() {
    /// let entries: Vec<Entry> = (0..25).map(|number| Entry::new("shop", "Counted", format!("{{\"n\":{number}}}"))).collect();
    /// let publisher = Publisher::new(MemoryBus::new());
    /// let outcomes = publisher.publish_all(&entries).await;
    /// assert!(outcomes.iter().all(EntryOutcome::is_accepted));
    /// assert_eq!(publisher.bus().requests(), [10, 10, 5]);
    /// # }
    /// ```
    pub async fn publish_all(&self, entries: &[Entry]) -> Vec<EntryOutcome> {
        let mut outcomes = Vec::with_capacity(entries.len());
        let mut failure: Option<String> = None;
        for chunk in split_requests(entries) {
            match &failure {
                Some(reason) => outcomes.extend(chunk.iter().map(|_| EntryOutcome::not_sent(reason))),
                None => match self.publish(chunk).await {
                    Ok(receipt) => outcomes.extend(receipt.ids.into_iter().map(|id| EntryOutcome::Accepted { id })),
                    Err(PublishError::Partly { answers }) => outcomes.extend(answers.into_iter().map(Into::into)),
                    Err(PublishError::TooLarge { bytes, .. }) => outcomes.push(EntryOutcome::TooLarge { bytes }),
                    Err(error @ (PublishError::Miscounted { .. } | PublishError::Call(_))) => {
                        let reason = error.to_string();
                        outcomes.extend(chunk.iter().map(|_| EntryOutcome::Unknown { reason: reason.clone() }));
                        failure = Some(reason);
                    }
                },
            }
        }
        outcomes
    }
}

/// Splits entries into requests, in their order. One that is too large for any request is by itself.
fn split_requests(entries: &[Entry]) -> Vec<&[Entry]> {
    let mut requests = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, entry) in entries.iter().enumerate() {
        let size = entry.size();
        let is_full = at - start == MOST_ENTRIES || bytes + size >= MOST_BYTES;
        if is_full && at > start {
            requests.push(&entries[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += size;
    }
    if start < entries.len() {
        requests.push(&entries[start..]);
    }
    requests
}

/// What became of an entry of [`Publisher::publish_all`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryOutcome {
    /// Accepted, with this id.
    Accepted {
        /// The id in the envelope that consumers get.
        id: String,
    },
    /// Refused, or not accepted in four attempts.
    Failed {
        /// The error code, such as `ThrottlingException`.
        code: String,
        /// What the service said.
        message: String,
    },
    /// Not sent: no request can hold it.
    TooLarge {
        /// The bytes of the entry, as the service counts them.
        bytes: usize,
    },
    /// The call failed, and the service may have accepted the entry before.
    Unknown {
        /// What the call failed with.
        reason: String,
    },
    /// Not sent, since an earlier call failed.
    NotSent {
        /// What that call failed with.
        reason: String,
    },
}

impl EntryOutcome {
    /// Returns whether the service has accepted the entry.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted { .. })
    }

    fn not_sent(reason: &str) -> Self {
        Self::NotSent {
            reason: reason.to_owned(),
        }
    }
}

impl From<EntryAnswer> for EntryOutcome {
    fn from(answer: EntryAnswer) -> Self {
        match answer {
            EntryAnswer::Accepted { id } => Self::Accepted { id },
            EntryAnswer::Failed { code, message } => Self::Failed { code, message },
        }
    }
}

impl fmt::Display for EntryOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { id } => write!(f, "accepted as {id}"),
            Self::Failed { code, message } => write!(f, "{code}: {message}"),
            Self::TooLarge { bytes } => {
                write!(
                    f,
                    "not sent: {bytes} bytes do not fit one request of {MOST_BYTES} bytes"
                )
            }
            Self::Unknown { reason } => write!(f, "the call failed, and the event may have been accepted: {reason}"),
            Self::NotSent { reason } => write!(f, "not sent, since an earlier call failed: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::memory::MemoryBus;
    use crate::memory::tests::poll_once;

    /// An entry of that many bytes.
    fn entry_of(bytes: usize) -> Entry {
        let entry = Entry::new("s", "d", "{\"a\":\"\"}");
        let filler = "x".repeat(bytes - entry.size());
        Entry::new("s", "d", format!("{{\"a\":\"{filler}\"}}"))
    }

    #[test]
    fn requests_are_as_full_as_the_service_allows_and_in_order() {
        for (sizes, requests) in [
            (vec![20; 0], vec![]),
            (vec![20; 10], vec![10]),
            (vec![20; 21], vec![10, 10, 1]),
            (vec![500_000, 499_999, 20], vec![2, 1]),
            (vec![500_000, 500_000], vec![1, 1]),
            (vec![20, 1_000_000, 20, 20], vec![1, 1, 2]),
            (vec![1_000_000, 1_000_000], vec![1, 1]),
        ] {
            let entries: Vec<Entry> = sizes.iter().map(|bytes| entry_of(*bytes)).collect();
            let split = split_requests(&entries);
            assert_eq!(split.iter().map(|request| request.len()).collect::<Vec<_>>(), requests);
            assert_eq!(split.concat(), entries);
        }
    }

    #[test]
    fn one_failure_takes_no_other_entry_with_it() {
        let publisher = Publisher::new(MemoryBus::new());
        publisher.bus().script([None, Some("AccessDenied")]);
        let entries = [entry_of(20), entry_of(20), entry_of(1_000_000), entry_of(20)];
        let outcomes = poll_once(publisher.publish_all(&entries));
        let accepted: Vec<bool> = outcomes.iter().map(EntryOutcome::is_accepted).collect();
        assert_eq!(accepted, [true, false, false, true], "{outcomes:?}");
        assert_eq!(outcomes[1].to_string(), "AccessDenied: asked for by the test");
        assert_eq!(outcomes[2], EntryOutcome::TooLarge { bytes: 1_000_000 });
    }

    /// A bus that is there for the first call only.
    struct BusThatGoes(Mutex<usize>);

    impl Bus for BusThatGoes {
        type Error = std::io::Error;

        async fn put_events(&self, entries: &[Entry]) -> Result<Vec<EntryAnswer>, std::io::Error> {
            let mut calls = self.0.lock().unwrap();
            *calls += 1;
            if *calls > 1 {
                return Err(std::io::Error::other("no route to host"));
            }
            let accepted = |at: usize| EntryAnswer::Accepted { id: at.to_string() };
            Ok((0..entries.len()).map(accepted).collect())
        }

        async fn pause(&self, _: Duration) {}
    }

    #[test]
    fn after_a_call_that_failed_nothing_is_sent() {
        let publisher = Publisher::new(BusThatGoes(Mutex::new(0)));
        let outcomes = poll_once(publisher.publish_all(&vec![entry_of(20); 30]));
        assert_eq!(outcomes.len(), 30);
        assert!(outcomes[..10].iter().all(EntryOutcome::is_accepted));
        assert!(
            outcomes[10..20]
                .iter()
                .all(|one| matches!(one, EntryOutcome::Unknown { .. }))
        );
        assert!(
            outcomes[20..]
                .iter()
                .all(|one| matches!(one, EntryOutcome::NotSent { reason } if reason == "no route to host"))
        );
        assert_eq!(*publisher.bus().0.lock().unwrap(), 2);
    }
}
