//! Two to four pushers at once, in every order of their calls: what each of them says is compared with what the registry holds in the end.
//! Orders are enumerated by the positions at which the turn goes to another pusher; 200 that lie evenly over all of up to four switches run
//! here, and as many as `SCHEMACTL_INTERLEAVINGS` says on demand:
//! `SCHEMACTL_INTERLEAVINGS=20000 cargo test -p schemactl-workspace --test interleavings -- --nocapture`.
#![allow(clippy::unwrap_used)]

mod support;
#[path = "support/turns.rs"]
mod turns;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use schemactl_check::{Checked, Stamp};
use schemactl_push::{
    Action, AppliedAction, Cache, Drift, Expected, MemoryRemote, Outcome, Plan, PushEnd, Remote, RemoteError,
    RemoteErrorKind, SnapshotOptions, plan_push, read_snapshot,
};
use support::{Folder, PLAIN, applied, checked, patience};
use turns::{Death, Gated, Switches, Turns};

const SCHEMA: &str = "shop@A";

/// More switches than this bring nothing that fewer do not: a fault of two writers needs two or three (CHESS, Musuvathi and Qadeer 2007).
const MOST_SWITCHES: usize = 4;

/// How many orders run.
fn limit() -> usize {
    let asked = std::env::var("SCHEMACTL_INTERLEAVINGS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// A version, and how many properties its schema has: another number is another schema.
type Versions = &'static [(&'static str, usize)];

/// Who pushes what at the same time.
struct Race {
    name: &'static str,
    /// What the registry holds before.
    before: Versions,
    pushers: &'static [Versions],
    replays: bool,
}

const RACES: [Race; 7] = [
    Race {
        name: "two different 2.1",
        before: &[("2.0", 1)],
        pushers: &[&[("2.0", 1), ("2.1", 2)], &[("2.0", 1), ("2.1", 3)]],
        replays: true,
    },
    Race {
        name: "two different first versions",
        before: &[],
        pushers: &[&[("1.0", 1), ("1.1", 2)], &[("1.0", 3), ("1.1", 2)]],
        replays: true,
    },
    Race {
        name: "the same versions, tokens not kept",
        before: &[("1.0", 1)],
        pushers: &[
            &[("1.0", 1), ("1.1", 2), ("2.0", 3)],
            &[("1.0", 1), ("1.1", 2), ("2.0", 3)],
        ],
        replays: false,
    },
    Race {
        name: "a new schema",
        before: &[],
        pushers: &[&[("1.0", 1), ("1.1", 2)], &[("1.0", 1), ("1.1", 2)]],
        replays: true,
    },
    Race {
        name: "two versions, each by somebody else",
        before: &[("1.0", 1)],
        pushers: &[&[("1.0", 1), ("1.1", 2)], &[("1.0", 1), ("1.2", 3)]],
        replays: true,
    },
    Race {
        name: "three, of which two agree",
        before: &[("2.0", 1)],
        pushers: &[
            &[("2.0", 1), ("2.1", 2)],
            &[("2.0", 1), ("2.1", 3)],
            &[("2.0", 1), ("2.1", 3)],
        ],
        replays: false,
    },
    Race {
        name: "four, two by two",
        before: &[("2.0", 1)],
        pushers: &[
            &[("2.0", 1), ("2.1", 2)],
            &[("2.0", 1), ("2.1", 3)],
            &[("2.0", 1), ("2.1", 3), ("2.2", 4)],
            &[("2.0", 1), ("2.1", 2), ("2.2", 4)],
        ],
        replays: true,
    },
];

fn workspace(versions: Versions) -> Folder {
    let fill = |folder: Folder, (version, properties): &(&str, usize)| folder.version("A", version, *properties);
    versions.iter().fold(Folder::new(""), fill)
}

/// What became of a push.
enum PushResult {
    Told(Box<PushTold>),
    /// It could not read the registry.
    Refused,
    Died,
}

/// What a push did and how it ended.
struct PushTold {
    plan: Plan,
    outcome: Outcome,
    end: PushEnd,
    /// How many pushers had ended before it.
    finished: usize,
}

impl PushResult {
    /// Returns whether the command exits with 0.
    fn succeeded(&self) -> bool {
        matches!(self, Self::Told(told) if told.end == PushEnd::Whole)
    }
}

/// A push as the command makes it: where others have written too, the registry decides how it ends.
fn push(checked: &Checked<'_>, remote: &dyn Remote) -> Result<PushTold, RemoteError> {
    let plan = plan_now(checked, remote)?;
    let outcome = applied(&plan, remote);
    let after = outcome
        .has_concurrent_writes()
        .then(|| plan_now(checked, remote))
        .transpose()?;
    Ok(PushTold {
        end: outcome.end(&plan, after.as_ref()),
        plan,
        outcome,
        finished: 0,
    })
}

fn plan_now(checked: &Checked<'_>, remote: &dyn Remote) -> Result<Plan, RemoteError> {
    let reading = SnapshotOptions {
        expected: &Expected::of(checked),
        cache: &Cache::default(),
        full: false,
        patience: &patience(),
    };
    Ok(plan_push(
        checked,
        &read_snapshot(remote, &reading)?,
        remote.describe(),
        PLAIN,
    ))
}

/// Checks every workspace of a race once, for all orders: what the registry holds before, and that of each pusher.
fn with_pushers(race: &Race, then: &mut dyn FnMut(&[&Checked<'_>])) {
    fn next(left: &[Versions], checked_before: &[&Checked<'_>], then: &mut dyn FnMut(&[&Checked<'_>])) {
        let Some((first, rest)) = left.split_first() else {
            return then(checked_before);
        };
        let folder = workspace(first);
        checked(&folder.load(), |checked| {
            next(rest, &[checked_before, &[checked]].concat(), then);
        });
    }
    next(&[&[race.before], race.pushers].concat(), &[], then);
}

/// Lets the pushers of a race run in one order. Returns what became of each, the registry, and the number of calls.
fn run(
    race: &Race,
    pushers: &[&Checked<'_>],
    switches: Switches,
    death: Option<Death>,
) -> (Vec<PushResult>, MemoryRemote, usize) {
    let memory = MemoryRemote::new();
    let (before, pushers) = pushers.split_first().unwrap();
    push(before, &memory).unwrap();
    let turns = Turns::new(pushers.len(), switches);
    let ended = AtomicUsize::new(0);
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> = pushers
            .iter()
            .enumerate()
            .map(|(pusher, checked)| {
                let (memory, turns, ended) = (&memory, &turns, &ended);
                scope.spawn(move || {
                    let remote = Gated {
                        inner: memory,
                        turns,
                        pusher,
                        death,
                        replays: race.replays,
                        calls: AtomicUsize::new(0),
                    };
                    turns.wait(pusher);
                    let pushed = catch_unwind(AssertUnwindSafe(|| push(checked, &remote)));
                    let finished = ended.fetch_add(1, Ordering::SeqCst);
                    turns.end(pusher);
                    match pushed {
                        Ok(Ok(told)) => PushResult::Told(Box::new(PushTold { finished, ..told })),
                        Ok(Err(_)) => PushResult::Refused,
                        Err(_) => PushResult::Died,
                    }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    (results, memory, turns.steps())
}

/// What the registry holds: number, version, and how many properties its schema has.
fn held(remote: &MemoryRemote) -> Vec<(u64, String, usize)> {
    let numbers = remote.numbers(SCHEMA, None).unwrap().items;
    let held = numbers.into_iter().map(|number| {
        let read = remote.read(SCHEMA, Some(&number)).unwrap().unwrap();
        let version = Stamp::read(&read.content).unwrap().version.to_string();
        (
            number.parse().unwrap(),
            version,
            read.content.matches("\"p").count() - 1,
        )
    });
    held.collect()
}

/// Every pusher's words against the registry.
fn assert_true(race: &Race, results: &[PushResult], memory: &MemoryRemote, case: &str) {
    let held = held(memory);
    let outcomes = results.iter().filter_map(|result| match result {
        PushResult::Told(told) => Some(&told.outcome),
        _ => None,
    });
    let is_creation = |done: &&AppliedAction| matches!(done.action, Action::CreateSchema { .. }) && !done.already;
    let creators = outcomes.filter(|outcome| outcome.done.iter().any(|done| is_creation(&done)));
    assert!(
        creators.count() <= 1,
        "{case}: a schema is created once, and the others find it"
    );
    let mut succeeded: BTreeMap<&str, usize> = BTreeMap::new();
    for (versions, result) in race.pushers.iter().zip(results) {
        if let PushResult::Told(told) = result {
            let (plan, outcome) = (&told.plan, &told.outcome);
            let told = outcome.done.len() + outcome.failed.len() + outcome.not_tried.len();
            assert_eq!(told, plan.actions.len(), "{case}: every write is told of");
            for done in &outcome.done {
                let Some((_, version)) = done.action.version() else {
                    continue;
                };
                let there = versions.iter().find(|(own, _)| *own == version.to_string()).unwrap();
                let is = |(_, held, properties): &(u64, String, usize)| held == there.0 && *properties == there.1;
                assert!(held.iter().any(is), "{case}: {there:?} is done and not in {held:?}");
            }
            for (_, error) in &outcome.failed {
                assert_names_the_rival(error, &held, case);
            }
        }
        if !result.succeeded() {
            continue;
        }
        for (version, properties) in *versions {
            let ours = |held: &&(u64, String, usize)| held.1 == *version && held.2 == *properties;
            assert!(
                held.iter().any(|held| ours(&held)),
                "{case}: 0, and {version} is not there: {held:?}"
            );
            let other = succeeded.insert(version, *properties);
            assert!(
                other.is_none_or(|other| other == *properties),
                "{case}: two pushers of different {version} say that they are done: {held:?}"
            );
        }
    }
}

/// A pusher that says that somebody wrote at the same time says which version it was.
fn assert_names_the_rival(error: &RemoteError, held: &[(u64, String, usize)], case: &str) {
    if error.kind != RemoteErrorKind::Contested {
        return;
    }
    let named = |(number, ..): &(u64, String, usize)| error.message.contains(&format!("version {number} before it"));
    assert!(held.iter().any(named), "{case}: {error}");
}

/// What a pusher ends with follows from what the registry holds, not from the call that noticed the others: whoever looks last ends with what a
/// plan says then, and nobody is told that the registry refused.
fn assert_ends_by_the_registry(pushers: &[&Checked<'_>], results: &[PushResult], memory: &MemoryRemote, case: &str) {
    for (checked, result) in pushers[1..].iter().zip(results) {
        let PushResult::Told(told) = result else { continue };
        assert!(
            !matches!(told.end, PushEnd::Refused | PushEnd::Interrupted),
            "{case}: {:?}",
            told.end
        );
        let left = plan_now(checked, memory).unwrap();
        let expected = match (left.conflicts().next(), left.is_empty()) {
            (Some(_), _) => PushEnd::Differs,
            (None, false) => PushEnd::Partly,
            (None, true) => PushEnd::Whole,
        };
        if told.finished + 1 == results.len() {
            assert_eq!(told.end, expected, "{case}: the last one, {:?}", held(memory));
        }
        // Nobody repairs here: a contradiction stays.
        assert!(told.end != PushEnd::Differs || expected == PushEnd::Differs, "{case}");
    }
}

/// Pushing again leads somewhere: the second time nothing is written, and what is said is what the registry holds.
fn assert_converges(race: &Race, pushers: &[&Checked<'_>], memory: &MemoryRemote, case: &str) {
    let again = || -> Vec<PushResult> {
        let pushed = pushers[1..].iter().map(|checked| push(checked, memory));
        pushed
            .map(|pushed| match pushed {
                Ok(told) => PushResult::Told(Box::new(told)),
                Err(_) => PushResult::Refused,
            })
            .collect()
    };
    assert_true(race, &again(), memory, case);
    let writes = memory.writes();
    let settled = again();
    assert_eq!(memory.writes(), writes, "{case}: nothing is left to write");
    assert_true(race, &settled, memory, case);
    for result in &settled {
        let PushResult::Told(told) = result else {
            panic!("{case}: the registry can be read")
        };
        let (plan, outcome) = (&told.plan, &told.outcome);
        assert!(outcome.failed.is_empty(), "{case}: {:?}", outcome.failed);
        let differs = plan.conflicts().next().is_some();
        assert_eq!(result.succeeded(), !differs, "{case}: {:?}", plan.drift);
    }
}

/// Sets of so many positions out of `steps`, each with every pusher that the turn can go to: how many there are, and each by its index.
struct SwitchSets {
    count: usize,
    steps: usize,
    others: usize,
}

impl SwitchSets {
    fn len(&self) -> usize {
        choose(self.steps, self.count).saturating_mul(self.others.saturating_pow(u32::try_from(self.count).unwrap()))
    }

    fn get(&self, index: usize) -> Switches {
        let targets = self.others.pow(u32::try_from(self.count).unwrap());
        let (mut set, mut target) = (index / targets, index % targets);
        let (mut at, mut left) = (0, self.count);
        let mut switches = Switches::new();
        while left > 0 {
            // Sets that begin at this position come before those that begin later.
            let here = choose(self.steps - at - 1, left - 1);
            if set < here {
                switches.push((at, target % self.others + 1));
                target /= self.others;
                left -= 1;
            } else {
                set -= here;
            }
            at += 1;
        }
        switches
    }
}

/// The number of sets of `count` out of `all`.
fn choose(all: usize, count: usize) -> usize {
    (0..count).fold(1, |sets, taken| sets * all.saturating_sub(taken) / (taken + 1))
}

#[test]
fn sets_of_switches_are_all_there_and_different() {
    let sets = SwitchSets {
        count: 2,
        steps: 5,
        others: 3,
    };
    let all: std::collections::BTreeSet<_> = (0..sets.len()).map(|index| sets.get(index)).collect();
    assert_eq!(all.len(), 10 * 9);
    assert!(
        all.iter()
            .all(|set| set[0].0 < set[1].0 && set[1].0 < 5 && set.iter().all(|switch| (1..=3).contains(&switch.1)))
    );
}

#[test]
fn pushers_in_every_order_say_what_the_registry_holds() {
    let most = limit() / RACES.len();
    for race in &RACES {
        with_pushers(race, &mut |pushers| {
            let (_, _, steps) = run(race, pushers, Vec::new(), None);
            let (mut orders, mut complete) = (0, 0);
            for count in 0..=steps.min(MOST_SWITCHES) {
                let sets = SwitchSets {
                    count,
                    steps,
                    others: race.pushers.len() - 1,
                };
                // What is left is shared by the numbers of switches that are left; of each number the orders lie evenly over all.
                let share = (most - orders) / (MOST_SWITCHES + 1 - count);
                let taken = sets.len().min(share.max(1));
                for index in 0..taken {
                    let switches = sets.get(index * sets.len() / taken);
                    let case = format!("{}, switches {switches:?}", race.name);
                    let (results, memory, _) = run(race, pushers, switches, None);
                    assert_true(race, &results, &memory, &case);
                    assert_ends_by_the_registry(pushers, &results, &memory, &case);
                    assert_converges(race, pushers, &memory, &case);
                }
                orders += taken;
                complete += usize::from(taken == sets.len());
            }
            println!(
                "{}: {orders} orders of {steps} calls, all with fewer than {complete} switches, and some of up to {MOST_SWITCHES}",
                race.name
            );
        });
    }
}

/// An order that a planted fault was found in, and that no evenly spread 200 need to hold: a pusher finds that another one has written his
/// version, and a third one has written something else before it.
#[test]
fn an_order_that_found_a_fault_is_run_every_time() {
    let race = &RACES[4];
    with_pushers(race, &mut |pushers| {
        let switches = vec![(0, 1), (6, 1), (10, 1)];
        let case = format!("{}, switches {switches:?}", race.name);
        let (results, memory, _) = run(race, pushers, switches, None);
        assert_true(race, &results, &memory, &case);
        assert_converges(race, pushers, &memory, &case);
    });
}

/// A pusher that ends in the middle, with or without its last call, never calls itself done, and the others say what is true.
#[test]
fn a_pusher_that_dies_at_any_call_has_not_pushed() {
    let race = &RACES[0];
    with_pushers(race, &mut |pushers| {
        let (_, _, steps) = run(race, pushers, Vec::new(), None);
        let mut deaths = 0;
        let every = (steps / (limit() / 40).max(1)).max(1);
        for (position, works) in (0..steps / 2).flat_map(|position| [(position, false), (position, true)]) {
            for at in (0..steps).step_by(every) {
                let case = format!("dies at call {position}, its work done: {works}, switch at {at}");
                let death = Some((0, position, works));
                let (results, memory, _) = run(race, pushers, vec![(at, 1)], death);
                // A pusher that was refused earlier makes fewer calls, and lives.
                let lived = matches!(&results[0], PushResult::Told(told) if !told.outcome.failed.iter().any(died));
                assert!(lived || !results[0].succeeded(), "{case}");
                assert_true(race, &results, &memory, &case);
                assert_converges(race, pushers, &memory, &case);
                deaths += usize::from(!lived);
            }
        }
        assert!(deaths >= 20, "{deaths}");
        println!("{deaths} deaths");
    });
}

fn died((_, error): &(Action, RemoteError)) -> bool {
    error.message.contains("ended before it was done")
}

/// What a plan says of a registry with two schemas under one version, from both sides.
#[test]
fn both_sides_of_a_contradiction_are_told() {
    with_pushers(&RACES[0], &mut |pushers| {
        let (memory, theirs) = (MemoryRemote::new(), MemoryRemote::new());
        push(pushers[1], &memory).unwrap();
        push(pushers[2], &theirs).unwrap();
        let content = theirs.read(SCHEMA, None).unwrap().unwrap().content;
        support::add(&memory, SCHEMA, &content);
        let drift = |index: usize| push(pushers[index], &memory).unwrap().plan.drift.clone();
        assert!(
            matches!(&drift(1)[..], [Drift::Changed { number, .. }] if number == "3"),
            "{:?}",
            drift(1)
        );
        assert!(
            matches!(&drift(2)[..], [Drift::Contested { number, .. }] if number == "2"),
            "{:?}",
            drift(2)
        );
    });
}
