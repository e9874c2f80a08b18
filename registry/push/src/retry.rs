//! Patience with a service: which calls are repeated, when, and how often. In: a call. Out: its answer, or its last failure.
//! Waits are random below a bound that doubles (full jitter), so that clients that failed together do not come back together;
//! a service that says how long it wants to be left alone is left alone that long.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::remote::{ListPage, Remote, RemoteError, RemoteErrorKind, RemoteSchema};

/// How patient a push is.
#[derive(Clone, Debug)]
pub struct Patience {
    /// How often a call is made at most.
    pub attempts: u32,
    /// The bound of the first wait; it doubles with every further one.
    pub first_wait: Duration,
    /// The bound of all waits.
    pub longest_wait: Duration,
    /// How long a call may take with all its attempts.
    pub timeout: Duration,
    /// How long one attempt may take: what the remote is set up with.
    pub attempt: Duration,
    /// Writes a second; `None` is as many as there are.
    pub rate: Option<f64>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(20),
            timeout: Duration::from_mins(1),
            attempt: Duration::from_secs(15),
            rate: Some(5.0),
        }
    }
}

/// Pages of a list. The service puts up to a hundred items on one, and the default quota of a registry is far below a million schemas or versions.
const MOST_PAGES: usize = 10_000;

/// How often a wait looks whether it was interrupted.
const GLANCE: Duration = Duration::from_millis(50);

/// The calls of one run to a remote.
pub(crate) struct Calls<'r> {
    pub(crate) remote: &'r dyn Remote,
    pub(crate) patience: &'r Patience,
    stop: Option<&'r AtomicBool>,
    /// When the next write may be made.
    next_write: Mutex<Instant>,
}

/// The attempts of one call.
pub(crate) struct Attempts<'c> {
    calls: &'c Calls<'c>,
    made: u32,
    deadline: Instant,
}

impl<'r> Calls<'r> {
    pub(crate) fn new(remote: &'r dyn Remote, patience: &'r Patience) -> Self {
        Self {
            remote,
            patience,
            stop: None,
            next_write: Mutex::new(Instant::now()),
        }
    }

    /// Stops waiting as soon as the flag is set.
    pub(crate) fn until(mut self, stop: &'r AtomicBool) -> Self {
        self.stop = Some(stop);
        self
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::SeqCst))
    }

    pub(crate) fn attempts(&self) -> Attempts<'_> {
        Attempts {
            calls: self,
            made: 0,
            deadline: Instant::now() + self.patience.timeout,
        }
    }

    /// Makes a call that changes nothing, again and again while its failure may pass.
    pub(crate) fn repeat<T>(&self, call: impl Fn() -> Result<T, RemoteError>) -> Result<T, RemoteError> {
        let mut attempts = self.attempts();
        loop {
            match call() {
                Err(error) if error.kind.is_passing() => attempts.wait(error)?,
                answer => return answer,
            }
        }
    }

    /// Every item of a list. `schema` is whose list it is, if it is not that of the registry.
    ///
    /// INVARIANT: it ends, whatever answers: a token that leads back to a page that was read is an error, and so is a list of more pages than a
    /// registry has items.
    pub(crate) fn all<T>(
        &self,
        operation: &'static str,
        schema: Option<&str>,
        page: impl Fn(Option<&str>) -> Result<ListPage<T>, RemoteError>,
    ) -> Result<Vec<T>, RemoteError> {
        let mut items = Vec::new();
        let mut tokens: BTreeSet<String> = BTreeSet::new();
        let mut next: Option<String> = None;
        loop {
            let read = self.repeat(|| page(next.as_deref()))?;
            items.extend(read.items);
            let Some(token) = read.next else { return Ok(items) };
            let endless = |what: String| self.endless_list(operation, schema, &what);
            if !tokens.insert(token.clone()) {
                return Err(endless(format!(
                    "the answer has the `NextToken` `{token}` a second time"
                )));
            }
            if tokens.len() > MOST_PAGES {
                return Err(endless(format!("the list has more than {MOST_PAGES} pages")));
            }
            next = Some(token);
        }
    }

    /// Every schema of the registry.
    pub(crate) fn list_schemas(&self) -> Result<Vec<RemoteSchema>, RemoteError> {
        self.all("ListSchemas", None, |page| self.remote.schemas(page))
    }

    fn endless_list(&self, operation: &'static str, schema: Option<&str>, what: &str) -> RemoteError {
        let schema = schema.map_or_else(String::new, |name| format!("schema {name}, "));
        RemoteError {
            kind: RemoteErrorKind::Garbled,
            operation,
            subject: format!("{schema}{}", self.remote.describe()),
            message: format!("{what}, so the list does not end"),
            retry_after: None,
        }
    }

    /// Waits until a write may be made. `false` if the run was stopped.
    pub(crate) fn write_slot(&self) -> bool {
        let Some(rate) = self.patience.rate.filter(|rate| *rate > 0.0) else {
            return !self.is_stopped();
        };
        let slot = {
            let Ok(mut next) = self.next_write.lock() else {
                return false;
            };
            let slot = (*next).max(Instant::now());
            *next = slot + Duration::from_secs_f64(1.0 / rate);
            slot
        };
        self.sleep(slot.saturating_duration_since(Instant::now()))
    }

    /// `false` if the run was stopped meanwhile.
    fn sleep(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        loop {
            if self.is_stopped() {
                return false;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(GLANCE));
        }
    }
}

impl Attempts<'_> {
    /// Waits after a failure; gives the failure back when there is no attempt left, or no time for one.
    pub(crate) fn wait(&mut self, error: RemoteError) -> Result<(), RemoteError> {
        let patience = self.calls.patience;
        self.made += 1;
        if self.made >= patience.attempts {
            return Err(RemoteError {
                message: format!("{} (after {} attempts)", error.message, self.made),
                ..error
            });
        }
        let wait = wait(patience, self.made, error.retry_after);
        if Instant::now() + wait + patience.attempt > self.deadline {
            return Err(RemoteError {
                message: format!("{} (after {})", error.message, seconds(self.made, patience)),
                ..error
            });
        }
        if self.calls.sleep(wait) {
            return Ok(());
        }
        Err(RemoteError {
            kind: RemoteErrorKind::Interrupted,
            ..error
        })
    }
}

fn seconds(made: u32, patience: &Patience) -> String {
    let attempts = if made == 1 {
        "1 attempt".to_owned()
    } else {
        format!("{made} attempts")
    };
    format!(
        "{attempts}, and no time for another in {} s",
        patience.timeout.as_secs()
    )
}

/// A random time below the bound, and no less than the service asks for.
fn wait(patience: &Patience, made: u32, retry_after: Option<Duration>) -> Duration {
    let doubled = patience.first_wait.saturating_mul(1 << (made - 1).min(16));
    let jitter = doubled.min(patience.longest_wait).mul_f64(fastrand::f64());
    jitter.max(retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::memory::MemoryRemote;

    #[test]
    fn a_list_of_ever_new_pages_ends() {
        let (remote, patience) = (MemoryRemote::new(), Patience::default());
        let pages = Cell::new(0_usize);
        let listed = Calls::new(&remote, &patience).all("ListSchemas", None, |_| {
            pages.set(pages.get() + 1);
            Ok(ListPage::<u8> {
                items: Vec::new(),
                next: Some(pages.get().to_string()),
            })
        });
        let message = listed.unwrap_err().message;
        assert!(message.contains("more than 10000 pages"), "{message}");
        assert_eq!(pages.get(), MOST_PAGES + 1);
    }

    #[test]
    fn waits_stay_below_a_bound_that_doubles_and_above_what_is_asked_for() {
        let patience = Patience::default();
        for (made, bound) in [(1, 200), (2, 400), (3, 800), (9, 20_000), (40, 20_000)] {
            for _ in 0..200 {
                assert!(wait(&patience, made, None) <= Duration::from_millis(bound), "{made}");
            }
        }
        let asked = Some(Duration::from_secs(3));
        assert!(wait(&patience, 1, asked) >= Duration::from_secs(3));
        let waits: std::collections::BTreeSet<_> = (0..20).map(|_| wait(&patience, 5, None)).collect();
        assert!(waits.len() > 10, "they differ: {waits:?}");
    }
}
