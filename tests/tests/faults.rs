//! A push through a proxy that spoils one answer, or all from some request on: at every request, with every fault. Nothing
//! acknowledged is lost, no version is written twice, every re-run converges. `cargo test -p schemactl-tests --test faults --
//! --nocapture` prints the matrix.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use schemactl_check::{CheckOptions, Stamp, check};
use schemactl_compat::default_engine;
use schemactl_eventbridge::EventBridge;
use schemactl_push::{
    Applying, Cache, Expected, Outcome, Patience, Plan, PlanOptions, Remote, RemoteError, SnapshotOptions, apply_plan,
    plan_push, read_snapshot,
};
use schemactl_server::{Config, Server, start};
use schemactl_tests::proxy::{Fault, Proxy, SpoiledAnswer};
use schemactl_workspace::Workspace;

const REGISTRY: &str = "events";
/// What one attempt may take: long for an answer from this machine, short for a test that waits for none.
const ATTEMPT: Duration = Duration::from_millis(700);

fn workspace(folder: &Path) -> Workspace {
    fs::write(
        folder.join("schemactl.toml"),
        format!("version = 1\n[registry]\nname = \"{REGISTRY}\"\n[check]\nmode = \"none\"\n"),
    )
    .unwrap();
    for (event, versions) in [("A", &["1.0", "1.1", "2.0"][..]), ("B", &["1.0"])] {
        let event = folder.join("schemas/shop").join(event);
        fs::create_dir_all(&event).unwrap();
        let name = event.file_name().unwrap().to_string_lossy();
        fs::write(
            event.join("event.toml"),
            format!("source = \"shop\"\ndetail-type = \"{name}\"\n"),
        )
        .unwrap();
        for version in versions {
            let schema = format!(r#"{{"type": "object", "title": "{version}", "properties": {{"v{version}": {{}}}}}}"#);
            fs::write(event.join(format!("{version}.json")), schema).unwrap();
        }
    }
    Workspace::load(folder).unwrap()
}

fn patience() -> Patience {
    Patience {
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(5),
        timeout: Duration::from_secs(30),
        attempt: ATTEMPT,
        rate: None,
        ..Patience::default()
    }
}

fn connect(url: &str) -> EventBridge {
    EventBridge::local(url, "us-east-1", REGISTRY, ATTEMPT).unwrap()
}

/// A push as the command makes it: read, plan, apply.
fn push(workspace: &Workspace, remote: &dyn Remote) -> Result<(Plan, Outcome), RemoteError> {
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (_, checked) = check(workspace, &CheckOptions::new(&engine));
    let checked = checked.unwrap();
    let reading = SnapshotOptions {
        expected: &Expected::of(&checked),
        cache: &Cache::default(),
        full: false,
        patience: &patience(),
    };
    let snapshot = read_snapshot(remote, &reading)?;
    let plan = plan_push(&checked, &snapshot, remote.describe(), PlanOptions::default());
    let applying = Applying {
        patience: &patience(),
        stop: &AtomicBool::new(false),
        progress: &(),
    };
    let outcome = apply_plan(&plan, remote, &applying);
    Ok((plan, outcome))
}

/// Number and version of all that a schema holds.
fn held(remote: &dyn Remote, schema: &str) -> Vec<String> {
    let mut numbers = remote.numbers(schema, None).unwrap().items;
    numbers.sort_by_key(|number| number.parse::<u64>().unwrap());
    let version = |number: &String| {
        let read = remote.read(schema, Some(number)).unwrap().unwrap();
        format!("{number}={}", Stamp::read(&read.content).unwrap().version)
    };
    numbers.iter().map(version).collect()
}

fn server() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = start(Config::new(folder.path())).unwrap();
    (folder, server)
}

/// The registry, three versions of one schema, one of another.
const WRITES: usize = 5;

/// Everything is there once, and a push by itself has nothing to do. The numbers say that no version was written twice: requests are not
/// counted, because an attempt that a busy machine answers too late is sent again under its token, and acknowledged twice.
fn assert_converged(workspace: &Workspace, server: &Server, case: &str) {
    let direct = connect(&server.url());
    assert_eq!(held(&direct, "shop@A"), ["1=1.0", "2=1.1", "3=2.0"], "{case}");
    assert_eq!(held(&direct, "shop@B"), ["1=1.0"], "{case}");
    let (plan, _) = push(workspace, &direct).unwrap();
    assert!(plan.is_empty() && plan.drift.is_empty(), "{case}: {plan:#?}");
}

fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("429", Fault::Answer(SpoiledAnswer::with_status(429))),
        ("500", Fault::Answer(SpoiledAnswer::with_status(500))),
        ("503", Fault::Answer(SpoiledAnswer::with_status(503))),
        ("500, write made", Fault::AnswerAfter(SpoiledAnswer::with_status(500))),
        ("reset, write not made", Fault::ResetBefore),
        ("reset, write made", Fault::ResetAfter),
        ("black hole", Fault::BlackHole),
        ("stale read", Fault::Stale),
    ]
}

/// How often a push ended in which way.
#[derive(Default)]
struct Tally {
    requests: usize,
    whole: usize,
    partly: usize,
    nothing: usize,
}

#[test]
fn a_fault_at_any_request_costs_time_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    let mut matrix = String::new();
    for (name, fault) in faults() {
        let mut tally = Tally::default();
        for position in 0.. {
            let (_data, server) = server();
            let one = fault.clone();
            let proxy = Proxy::start(&server.url(), move |seen| (seen.index == position).then(|| one.clone()));
            let case = format!("{name} at request {position}");
            let (plan, outcome) =
                push(&workspace, &connect(&proxy.url())).unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(outcome.failed, [], "{case}");
            assert_eq!(outcome.done.len(), plan.actions.len(), "{case}");
            assert_converged(&workspace, &server, &case);
            tally.whole += 1;
            if proxy.count() <= position {
                break;
            }
            tally.requests = tally.requests.max(proxy.count());
        }
        assert!(tally.requests >= 15, "{name}: {}", tally.requests);
        writeln!(matrix, "| {name} | {} | {} |", tally.whole, tally.requests).unwrap();
    }
    println!("\n| fault, once | positions: push whole, each write once | most requests |\n|---|---|---|\n{matrix}");
}

#[test]
fn a_fault_from_any_request_on_is_told_and_the_next_push_does_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    let mut matrix = String::new();
    // A black hole at every request waits for every attempt: two positions of it are in the test of the command.
    for (name, fault) in faults().into_iter().filter(|(_, fault)| *fault != Fault::BlackHole) {
        let mut tally = Tally::default();
        for position in 0..18 {
            let (_data, server) = server();
            let all = fault.clone();
            let proxy = Proxy::start(&server.url(), move |seen| (seen.index >= position).then(|| all.clone()));
            let case = format!("{name} from request {position} on");
            match push(&workspace, &connect(&proxy.url())) {
                Err(_) => tally.nothing += 1,
                Ok((plan, outcome)) => {
                    let told = outcome.done.len() + outcome.failed.len() + outcome.not_tried.len();
                    assert_eq!(told, plan.actions.len(), "{case}");
                    assert_done_is_there(&server, &outcome, &case);
                    match (outcome.failed.is_empty(), outcome.done.is_empty()) {
                        (true, _) => tally.whole += 1,
                        (false, true) => tally.nothing += 1,
                        (false, false) => tally.partly += 1,
                    }
                }
            }
            push(&workspace, &connect(&server.url())).unwrap();
            assert_converged(&workspace, &server, &case);
        }
        let Tally {
            whole, partly, nothing, ..
        } = tally;
        writeln!(matrix, "| {name} | {nothing} | {partly} | {whole} | 18 of 18 |").unwrap();
    }
    println!(
        "\n| fault, for good | nothing done | partly done | whole | converged by the next push |\n|---|---|---|---|---|\n{matrix}"
    );
}

/// What was told to be done is in the registry.
fn assert_done_is_there(server: &Server, outcome: &Outcome, case: &str) {
    let direct = connect(&server.url());
    for done in &outcome.done {
        if let (Some(schema), Some((_, version))) = (done.action.schema(), done.action.version()) {
            let ending = format!("={version}");
            assert!(
                held(&direct, schema).iter().any(|held| held.ends_with(&ending)),
                "{case}: {done:?}"
            );
        }
    }
}

#[test]
fn two_pushers_at_once_write_every_version_once() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    for round in 0..20_usize {
        let (_data, server) = server();
        let spoiled = || {
            Proxy::start(&server.url(), move |seen| {
                (seen.index % 9 == round % 9).then_some(Fault::ResetAfter)
            })
        };
        let proxies = [spoiled(), spoiled()];
        std::thread::scope(|scope| {
            let pushers = proxies.each_ref().map(|proxy| {
                let workspace = &workspace;
                scope.spawn(move || push(workspace, &connect(&proxy.url())).unwrap())
            });
            for pusher in pushers {
                let (_, outcome) = pusher.join().unwrap();
                assert_eq!(outcome.failed, [], "round {round}");
                assert_eq!(outcome.not_tried, [], "round {round}");
            }
        });
        assert_converged(&workspace, &server, &format!("round {round}"));
        let mut answers: BTreeMap<(String, u16), usize> = BTreeMap::new();
        for request in server.requests().into_iter().filter(|request| request.write) {
            *answers.entry((request.operation, request.status)).or_default() += 1;
        }
        assert_eq!(answers.get(&("CreateSchema".to_owned(), 201)), Some(&2), "{answers:?}");
    }
}

#[test]
fn throttling_is_waited_out_and_retry_after_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    let (_data, server) = server();
    let often = Proxy::start(&server.url(), |seen| {
        (seen.index % 10 < 3).then(|| Fault::Answer(SpoiledAnswer::with_status(429)))
    });
    let (_, outcome) = push(&workspace, &connect(&often.url())).unwrap();
    assert_eq!((outcome.done.len(), outcome.failed.len()), (WRITES, 0));
    assert_converged(&workspace, &server, "throttled");

    let (_data, server) = self::server();
    let asking = Proxy::start(&server.url(), |seen| {
        let answer = SpoiledAnswer {
            retry_after: Some(1),
            ..SpoiledAnswer::with_status(429)
        };
        (seen.index == 4).then_some(Fault::Answer(answer))
    });
    let begun = std::time::Instant::now();
    push(&workspace, &connect(&asking.url())).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}
