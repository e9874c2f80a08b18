//! Plans are carried out whatever happens to the calls: nothing acknowledged is lost, nothing is written twice, and every
//! push that stopped is continued by the next.
#![allow(clippy::unwrap_used)]

#[path = "support/faulty.rs"]
mod faulty;
mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use faulty::{Fault, Faulty};
use schemactl_push::{
    Action, Applying, Cache, MemoryRemote, Patience, Progress, Remote, RemoteError, RemoteErrorKind, apply_plan,
    plan_push,
};
use support::{DELETES, Folder, PLAIN, add, applied, checked, held, patience, planned, pushed, read};

fn folder() -> Folder {
    let folder = Folder::new("").version("A", "1.0", 1).version("A", "1.1", 2);
    folder
        .version("A", "2.0", 3)
        .version("B", "1.0", 1)
        .version("B", "1.1", 2)
}

fn assert_complete(remote: &MemoryRemote, case: &str) {
    assert_eq!(held(remote, "shop@A"), ["1=1.0", "2=1.1", "3=2.0"], "{case}");
    assert_eq!(held(remote, "shop@B"), ["1=1.0", "2=1.1"], "{case}");
}

/// Every kind of failure that may pass, at every call, once: the push gets by without help.
#[test]
fn a_call_that_fails_once_is_repeated_and_no_write_is_made_twice() {
    let faults = [
        Fault::Before(RemoteErrorKind::Throttled),
        Fault::Before(RemoteErrorKind::Unavailable),
        Fault::After(RemoteErrorKind::Unavailable),
        Fault::Before(RemoteErrorKind::Unreachable),
        Fault::After(RemoteErrorKind::Unreachable),
        Fault::Stale,
    ];
    for fault in faults {
        let mut position = 0;
        loop {
            let memory = MemoryRemote::new();
            let remote = Faulty::new(&memory, fault, move |index| index == position);
            let case = format!("{fault:?} at {position}");
            pushed(&folder(), &remote, PLAIN);
            assert_complete(&memory, &case);
            let writes = memory.writes();
            assert!(planned(&folder(), &memory, PLAIN).is_empty(), "{case}");
            assert_eq!(memory.writes(), writes);
            if remote.calls.load(Ordering::SeqCst) <= position {
                break;
            }
            position += 1;
        }
        assert!(position >= 15, "{fault:?}: {position} calls");
    }
}

/// From some call on everything fails for good. What was done is told exactly, and the next push does the rest.
#[test]
fn a_push_that_stops_says_what_it_did_and_the_next_one_does_the_rest() {
    for fault in [
        Fault::Before(RemoteErrorKind::Unavailable),
        Fault::After(RemoteErrorKind::Unreachable),
        Fault::Before(RemoteErrorKind::Refused),
    ] {
        for position in 0..18 {
            let memory = MemoryRemote::new();
            let case = format!("{fault:?} from {position}");
            let plan = planned(&folder(), &memory, PLAIN);
            let remote = Faulty::new(&memory, fault, move |index| index >= position);
            let outcome = applied(&plan, &remote);
            let told = outcome.done.len() + outcome.failed.len() + outcome.not_tried.len();
            assert_eq!(told, plan.actions.len(), "{case}");
            for done in &outcome.done {
                if let Some((_, version)) = done.action.version() {
                    let schema = done.action.schema().unwrap();
                    let ending = format!("={version}");
                    assert!(
                        held(&memory, schema).iter().any(|held| held.ends_with(&ending)),
                        "{case}: {done:?}"
                    );
                }
            }
            pushed(&folder(), &memory, PLAIN);
            assert_complete(&memory, &case);
        }
    }
}

#[test]
fn three_of_ten_calls_throttled_are_no_reason_to_stop() {
    let memory = MemoryRemote::new();
    let remote = Faulty::new(&memory, Fault::Before(RemoteErrorKind::Throttled), |index| {
        index % 10 < 3
    });
    // One schema, and so one writer: of two, one could get all the calls that fail.
    let folder = Folder::new("").version("A", "1.0", 1).version("A", "1.1", 2);
    pushed(&folder, &remote, PLAIN);
    assert_eq!(held(&memory, "shop@A"), ["1=1.0", "2=1.1"], "throttled");
}

#[test]
fn a_service_that_asks_to_be_left_alone_is_left_alone() {
    let memory = MemoryRemote::new();
    let mut remote = Faulty::new(&memory, Fault::Before(RemoteErrorKind::Throttled), |index| index == 3);
    remote.retry_after = Some(Duration::from_millis(300));
    let begun = Instant::now();
    pushed(&folder(), &remote, PLAIN);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_read_back_that_is_stale_twice_is_asked_for_again() {
    let memory = MemoryRemote::new();
    pushed(&Folder::new("").version("A", "1.0", 1), &memory, PLAIN);
    let more = Folder::new("").version("A", "1.0", 1).version("A", "1.1", 2);
    let plan = planned(&more, &memory, PLAIN);
    // The calls are: the read before the write, the write, and the readings after it.
    let remote = Faulty::new(&memory, Fault::Stale, |index| index == 2 || index == 3);
    let outcome = applied(&plan, &remote);
    assert_eq!((outcome.done.len(), outcome.failed.len()), (1, 0), "{outcome:#?}");
    let remote = Faulty::new(&memory, Fault::Stale, |index| index >= 2);
    let even_more = more.version("A", "1.2", 3);
    let outcome = applied(&planned(&even_more, &memory, PLAIN), &remote);
    let (_, error) = &outcome.failed[0];
    assert!(
        error.message.contains("cannot be read back") && error.message.contains("5 attempts"),
        "{error}"
    );
}

#[test]
fn a_registry_that_moved_is_not_written_and_both_versions_are_named() {
    let memory = MemoryRemote::new();
    pushed(
        &Folder::new("").version("A", "1.0", 1).version("B", "1.0", 1),
        &memory,
        PLAIN,
    );
    let more = Folder::new("").version("A", "1.0", 1).version("B", "1.0", 1);
    let more = more
        .version("A", "1.1", 2)
        .version("A", "1.2", 3)
        .version("B", "1.1", 2);
    let plan = planned(&more, &memory, PLAIN);
    add(&memory, "shop@A", "{\"type\": \"object\"}");
    let outcome = applied(&plan, &memory);
    assert_eq!(outcome.done.len(), 1, "the other schema is written");
    assert_eq!(outcome.not_tried.len(), 1, "and nothing after the refusal");
    let (action, error) = &outcome.failed[0];
    assert_eq!(error.kind, RemoteErrorKind::Moved);
    assert_eq!(action.version().unwrap().1.to_string(), "1.1");
    for part in ["version 1 (1.0)", "version 2 (not written by schemactl)"] {
        assert!(error.message.contains(part), "{error}");
    }
    assert_eq!(held(&memory, "shop@A"), ["1=1.0", "2=foreign"]);
}

#[test]
fn a_version_that_changed_is_not_deleted() {
    let memory = MemoryRemote::new();
    pushed(&folder(), &memory, PLAIN);
    let fewer = folder().without("B");
    let fewer = fewer.once_released("B", "1.0").once_released("B", "1.1");
    let plan = planned(&fewer, &memory, DELETES);
    add(&memory, "shop@B", "{\"type\": \"object\"}");
    let outcome = applied(&plan, &memory);
    assert_eq!(outcome.failed[0].1.kind, RemoteErrorKind::Moved, "{outcome:?}");
    assert_eq!(held(&memory, "shop@B").len(), 3);
}

/// Two pushers of the same workspace, in step and out of step, with and without lost answers.
#[test]
fn two_pushers_write_every_version_once() {
    for round in 0..20 {
        let memory = MemoryRemote::new();
        let plan = planned(&folder(), &memory, PLAIN);
        let lossy = || {
            Faulty::new(&memory, Fault::After(RemoteErrorKind::Unreachable), move |index| {
                index % 7 == round % 7
            })
        };
        let (one, other) = (lossy(), lossy());
        let outcomes = std::thread::scope(|scope| {
            let one = scope.spawn(|| applied(&plan, &one));
            let other = scope.spawn(|| applied(&plan, &other));
            [one.join().unwrap(), other.join().unwrap()]
        });
        assert_complete(&memory, &format!("round {round}"));
        for outcome in outcomes {
            assert_eq!(outcome.failed, [], "round {round}");
            assert_eq!(outcome.done.len(), plan.actions.len());
        }
    }
}

/// Sets the flag when it has seen as many writes.
struct StopAfter<'s> {
    stop: &'s AtomicBool,
    left: AtomicUsize,
}

impl Progress for StopAfter<'_> {
    fn started(&self, _: &Action) {}

    fn ended(&self, _: &Action, _: Option<&RemoteError>) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.stop.store(true, Ordering::SeqCst);
        }
    }
}

#[test]
fn an_interrupted_push_ends_its_writes_and_the_next_one_makes_the_others() {
    let memory = MemoryRemote::new();
    let many = (0..60).fold(Folder::new(""), |folder, event| {
        folder.version(&format!("E{event}"), "1.0", event)
    });
    let plan = planned(&many, &memory, PLAIN);
    let stop = AtomicBool::new(false);
    let progress = StopAfter {
        stop: &stop,
        left: AtomicUsize::new(20),
    };
    let outcome = apply_plan(
        &plan,
        &memory,
        &Applying {
            patience: &patience(),
            stop: &stop,
            progress: &progress,
        },
    );
    let done = outcome.done.len();
    assert!(
        (20..=24).contains(&done),
        "{done}: those in flight are ended, and no others begun"
    );
    assert_eq!(memory.writes(), done, "what was written is told");
    pushed(&many, &memory, PLAIN);
    assert_eq!(
        memory.writes(),
        plan.actions.len(),
        "the second push makes the rest and nothing else"
    );
}

#[test]
fn a_wait_ends_when_the_push_is_interrupted() {
    let memory = MemoryRemote::new();
    let plan = planned(&folder(), &memory, PLAIN);
    let mut remote = Faulty::new(&memory, Fault::Before(RemoteErrorKind::Throttled), |_| true);
    remote.retry_after = Some(Duration::from_secs(10));
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let outcome = std::thread::scope(|scope| {
        let pushing = scope.spawn(|| {
            apply_plan(
                &plan,
                &remote,
                &Applying {
                    patience: &patience(),
                    stop: &stop,
                    progress: &(),
                },
            )
        });
        while remote.calls.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        stop.store(true, Ordering::SeqCst);
        pushing.join().unwrap()
    });
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(outcome.failed[0].1.kind, RemoteErrorKind::Interrupted);
    assert!(outcome.done.is_empty());
}

#[test]
fn writes_are_made_no_faster_than_the_rate() {
    let memory = MemoryRemote::new();
    let plan = planned(&folder(), &memory, PLAIN);
    let patience = Patience {
        rate: Some(20.0),
        ..patience()
    };
    let begun = Instant::now();
    apply_plan(
        &plan,
        &memory,
        &Applying {
            patience: &patience,
            stop: &AtomicBool::new(false),
            progress: &(),
        },
    );
    // Six writes are five intervals of 50 ms.
    assert!(begun.elapsed() >= Duration::from_millis(250), "{:?}", begun.elapsed());
}

#[test]
fn a_call_gives_up_when_no_time_is_left_for_another_attempt() {
    let memory = MemoryRemote::new();
    let remote = Faulty::new(&memory, Fault::Before(RemoteErrorKind::Unreachable), |_| true);
    let patience = Patience {
        timeout: Duration::from_millis(100),
        attempt: Duration::from_millis(60),
        first_wait: Duration::from_millis(100),
        longest_wait: Duration::from_millis(100),
        attempts: 1000,
        ..patience()
    };
    let begun = Instant::now();
    let folder = folder();
    let plan = planned(&folder, &memory, PLAIN);
    let outcome = apply_plan(
        &plan,
        &remote,
        &Applying {
            patience: &patience,
            stop: &AtomicBool::new(false),
            progress: &(),
        },
    );
    assert!(
        outcome.failed[0].1.message.contains("no time for another"),
        "{:?}",
        outcome.failed
    );
    assert_eq!(outcome.done.len(), 0);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// What the cache says is not believed when it comes to writing.
#[test]
fn a_cache_that_lies_makes_no_wrong_write() {
    let memory = MemoryRemote::new();
    let first = Folder::new("").version("A", "1.0", 1);
    let workspace = first.load();
    let mut cache = Cache::default();
    checked(&workspace, |checked| {
        let plan = plan_push(checked, &read(checked, &memory, &cache, false), String::new(), PLAIN);
        cache.update(&applied(&plan, &memory));
    });
    // Somebody writes, and the cache file is edited so that it fits all the same.
    add(&memory, "shop@A", "{}");
    let listed = &memory.schemas(None).unwrap().items[0];
    let mut lie: toml::Table = cache.to_text().parse().unwrap();
    let seen = lie["schemas"]["shop@A"].as_table_mut().unwrap();
    seen.insert("last_modified".to_owned(), listed.last_modified.clone().into());
    let versions = seen["versions"].as_array_mut().unwrap();
    let mut second = versions[0].clone();
    second[0] = "2".into();
    versions.push(second);
    let cache = Cache::parse(&lie.to_string());
    let more = first.version("A", "1.1", 2);
    let workspace = more.load();
    checked(&workspace, |checked| {
        let reads = memory.reads();
        let plan = plan_push(checked, &read(checked, &memory, &cache, false), String::new(), PLAIN);
        assert_eq!(memory.reads(), reads, "the lie is believed while nothing is written");
        let outcome = applied(&plan, &memory);
        assert_eq!(outcome.failed[0].1.kind, RemoteErrorKind::Moved, "{outcome:?}");
    });
    assert_eq!(held(&memory, "shop@A"), ["1=1.0", "2=foreign"]);
}

/// A read that is behind hides that somebody has written; the guard does not fall for it.
#[test]
fn a_stale_read_before_a_write_is_no_leave_to_write() {
    let memory = MemoryRemote::new();
    let two = Folder::new("").version("A", "1.0", 1).version("A", "1.1", 2);
    pushed(&two, &memory, PLAIN);
    let plan = planned(&two.version("A", "1.2", 3), &memory, PLAIN);
    add(&memory, "shop@A", "{}");
    let remote = Faulty::new(&memory, Fault::Behind, |index| index == 0);
    let outcome = applied(&plan, &remote);
    assert_eq!(outcome.failed[0].1.kind, RemoteErrorKind::Moved, "{outcome:?}");
    assert_eq!(held(&memory, "shop@A"), ["1=1.0", "2=1.1", "3=foreign"]);
}

#[test]
fn a_version_that_reads_back_as_something_else_is_a_failure() {
    let memory = MemoryRemote::new();
    let plan = planned(&Folder::new("").version("A", "1.0", 1), &memory, PLAIN);
    let remote = Faulty::new(&memory, Fault::Corrupt, |_| true);
    let outcome = applied(&plan, &remote);
    assert_eq!(outcome.done.len(), 1, "the registry");
    let error = &outcome.failed[0].1;
    assert!(
        error
            .message
            .contains("reads back with a different content than was written"),
        "{error}"
    );
    let once = Faulty::new(&memory, Fault::Corrupt, |index| index == 0);
    let outcome = applied(&planned(&Folder::new("").version("B", "1.0", 1), &memory, PLAIN), &once);
    assert_eq!(outcome.failed, [], "once is a stale answer");
}
