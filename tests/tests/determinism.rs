//! The same input gives the same bytes: on a busy machine at the lowest priority, on one thread and on sixteen, in any order of
//! files and lines. Answers are compared with answers; nothing is timed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use schemactl_tests::{binary, clean_command, root};

/// Questions of every kind: quick ones, ones that nobody can answer, and ones that need a search of many steps.
fn pairs() -> Vec<(String, String)> {
    let text = |pattern: &str| format!(r#"{{"type":"string","pattern":"{pattern}"}}"#);
    let mut pairs = vec![
        (r#"{"type":"number"}"#.to_owned(), r#"{"type":"integer"}"#.to_owned()),
        (text("^[a-f]{3,9}$"), text("^[a-z]{2,10}$")),
        (text(r"^(a|b)\\1$"), text(r"^(b|a)\\1$")),
        (text("^(?=.*a.{6}$)"), text("^(?=.*a.{5}$)")),
    ];
    for clauses in [30, 70, 140] {
        pairs.push((satisfiability(12, clauses), "false".to_owned()));
        pairs.push((satisfiability(12, clauses), satisfiability(12, clauses - 1)));
    }
    pairs
}

/// A formula of clauses of three as a schema: few clauses are met at once, many contradict each other, and in between the engine has to
/// search. The clauses are pseudorandom, the same in every run.
fn satisfiability(variables: u64, clauses: u64) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut all = Vec::new();
    for _ in 0..clauses {
        let literals: Vec<String> = (0..3)
            .map(|_| format!(r#"{{"properties":{{"v{}":{{"const":{}}}}}}}"#, next(variables), next(2)))
            .collect();
        all.push(format!(r#"{{"anyOf":[{}]}}"#, literals.join(",")));
    }
    let properties: Vec<String> = (0..variables)
        .map(|name| format!(r#""v{name}":{{"enum":[0,1]}}"#))
        .collect();
    let required: Vec<String> = (0..variables).map(|name| format!(r#""v{name}""#)).collect();
    format!(
        r#"{{"type":"object","properties":{{{}}},"required":[{}],"allOf":[{}]}}"#,
        properties.join(","),
        required.join(","),
        all.join(",")
    )
}

/// Runs a program without a word about how.
fn plainly() -> Command {
    clean_command(&binary())
}

/// Runs it at the lowest priority there is.
fn nicely() -> Command {
    let mut nice = clean_command(Path::new("nice"));
    nice.args(["-n", "19"]).arg(binary());
    nice
}

/// Rounds of a busy loop: a second or two of a core, so that a test that shares its machine is not held up for good.
const ROUNDS: u64 = 1 << 28;

/// Does something beside two busy loops.
fn beside_busy_loops<T>(work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let is_done = |_: &u64| done.load(Ordering::Relaxed);
                std::hint::black_box((0..ROUNDS).find(is_done));
            });
        }
        let outcome = work();
        done.store(true, Ordering::Relaxed);
        outcome
    })
}

/// The answers of a batch by their ids, but for the microseconds that each took.
fn batch(mut program: Command, lines: &[String]) -> BTreeMap<String, String> {
    program.args(["diff", "--batch", "-", "--policy", "open-strict"]);
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.concat().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers = answers.lines().map(|line| {
        let mut answer: serde_json::Value = serde_json::from_str(line).unwrap();
        answer.as_object_mut().unwrap().remove("us");
        (answer["id"].to_string(), answer.to_string())
    });
    let answers: BTreeMap<String, String> = answers.collect();
    assert_eq!(answers.len(), lines.len(), "one answer a line");
    answers
}

#[test]
fn a_batch_answers_alike_on_a_busy_machine_and_in_any_order() {
    let mut lines: Vec<String> = pairs()
        .iter()
        .enumerate()
        .map(|(id, (old, new))| format!("{{\"id\":\"{id}\",\"old\":{old},\"new\":{new}}}\n"))
        .collect();
    let expected = batch(plainly(), &lines);
    lines.reverse();
    assert_eq!(batch(plainly(), &lines), expected, "in the opposite order");
    let middle = lines.len() / 2;
    lines.rotate_left(middle);
    let busy = beside_busy_loops(|| batch(nicely(), &lines));
    assert_eq!(busy, expected, "at the lowest priority beside two busy loops");
}

/// More events than are checked on one thread; each pair is an event with two versions.
fn workspace(folder: &Path, backwards: bool) {
    fs::create_dir_all(folder).unwrap();
    fs::write(
        folder.join("schemactl.toml"),
        "version = 1\n\n[registry]\nname = \"test\"\n",
    )
    .unwrap();
    let mut events: Vec<_> = pairs().into_iter().cycle().take(24).enumerate().collect();
    if backwards {
        events.reverse();
    }
    for (number, (old, new)) in events {
        let event = folder.join(format!("schemas/shop/Event{number}"));
        fs::create_dir_all(&event).unwrap();
        let settings = format!("source = \"shop\"\ndetail-type = \"event {number}\"\n");
        fs::write(event.join("event.toml"), settings).unwrap();
        for (version, schema) in [("1.0", old), ("1.1", new)] {
            let mut text = String::new();
            write!(text, r#"{{"properties":{{"a":{schema}}},"required":["a"]}}"#).unwrap();
            fs::write(event.join(format!("{version}.json")), text).unwrap();
        }
    }
}

fn check(mut program: Command, folder: &Path, threads: &str) -> String {
    program.args(["check", "--no-cache", "--format", "json", "--threads", threads]);
    let output = program.current_dir(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_check_reports_alike_on_any_number_of_threads_and_a_busy_machine() {
    let folder = tempfile::tempdir().unwrap();
    let [forwards, backwards] = ["forwards", "backwards"].map(|name| folder.path().join(name));
    workspace(&forwards, false);
    workspace(&backwards, true);
    let expected = check(plainly(), &forwards, "1");
    assert!(
        expected.contains("\"undecided\"") && expected.contains("\"incompatible\""),
        "{expected}"
    );
    assert_eq!(check(plainly(), &forwards, "16"), expected, "on sixteen threads");
    let busy = beside_busy_loops(|| check(nicely(), &backwards, "16"));
    assert_eq!(
        busy, expected,
        "at the lowest priority beside two busy loops, files written in the opposite order"
    );
}

/// What decides may not look at a clock at all; this finds one whose time was not up in the runs above.
#[test]
fn nothing_that_decides_reads_a_clock() {
    let mut found = Vec::new();
    for folder in [
        "registry/model/src",
        "registry/containment/src",
        "registry/compat/src",
        "registry/convert/src",
        "registry/check/src",
    ] {
        look_for_clocks(&root().join(folder), &mut found);
    }
    assert!(found.is_empty(), "a clock in {found:?}");
}

fn look_for_clocks(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look_for_clocks(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let clocks = ["std::time", "Instant::", "SystemTime", ".elapsed("];
        if clocks.iter().any(|clock| text.contains(clock)) {
            found.push(path);
        }
    }
}
