//! Large registries: what a push of a thousand schemas asks, and what an interruption in the middle of five hundred leaves.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Remote, told};

/// How often each operation was called since `before` requests.
fn calls(remote: &Remote, before: usize) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for request in remote.server.requests().into_iter().skip(before) {
        *calls.entry(request.operation).or_default() += 1;
    }
    calls
}

fn count(remote: &Remote) -> usize {
    remote.server.requests().len()
}

#[test]
fn ten_changes_in_a_thousand_schemas_cost_lists_and_ten_writes() {
    let remote = Remote::empty("");
    for event in 0..1000 {
        remote.version(&format!("E{event:04}"), "1.0", "a");
    }
    let begun = Instant::now();
    let (code, text, error) = remote.run(&["push", "--create-registry"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(text.contains("1001 of 1001 writes made"), "{text}");
    let first = begun.elapsed();

    for event in 0..10 {
        remote.version(&format!("E{:04}", event * 97), "1.1", "b");
    }
    let before = count(&remote);
    let begun = Instant::now();
    let (code, text, error) = remote.run(&["push"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(text.contains("10 of 10 writes made"), "{text}");
    let second = begun.elapsed();
    let expected = [
        ("DescribeRegistry", 1),
        // A read before each write, one after it, and a last look at each schema, which lists its versions: one that somebody deleted
        // meanwhile is noticed by its number.
        ("DescribeSchema", 30),
        ("ListSchemaVersions", 10),
        ("ListSchemas", 10),
        ("UpdateSchema", 10),
    ];
    let expected: BTreeMap<_, _> = expected.map(|(operation, calls)| (operation.to_owned(), calls)).into();
    assert_eq!(calls(&remote, before), expected);

    let before = count(&remote);
    assert!(remote.run(&["push"]).1.contains("nothing to push"));
    assert_eq!(
        calls(&remote, before),
        [("DescribeRegistry".to_owned(), 1), ("ListSchemas".to_owned(), 10)].into()
    );

    // A machine without the cache reads once, and with the tags once more and never again.
    let forget = || std::fs::remove_dir_all(remote.folder.path().join(".schemactl/seen")).unwrap();
    forget();
    let (code, text, _) = remote.run(&["push", "--refresh-tags"]);
    assert_eq!(code, Some(0), "{text}");
    forget();
    let before = count(&remote);
    assert!(remote.run(&["push"]).1.contains("nothing to push"));
    assert_eq!(
        calls(&remote, before),
        [("DescribeRegistry".to_owned(), 1), ("ListSchemas".to_owned(), 10)].into()
    );
    println!("1,000 schemas: first push {first:?}, ten changes {second:?}");
}

#[cfg(unix)]
#[test]
fn an_interruption_in_the_middle_of_five_hundred_schemas_loses_nothing() {
    let remote = Remote::empty("");
    for event in 0..500 {
        remote.version(&format!("E{event:03}"), "1.0", "a");
    }
    let mut push = remote.schemactl(&["push", "--create-registry", "--rate", "200"]);
    let child = push.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(2);
    while remote.writes() < 100 {
        assert!(Instant::now() < deadline, "the push does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let (code, text, error) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(130), "{error}");
    let lines = |state: &str| {
        text.lines()
            .filter(|line| line.starts_with(&format!("  {state}: ")))
            .count()
    };
    let acknowledged = |remote: &Remote| {
        let requests = remote.server.requests();
        requests
            .iter()
            .filter(|request| request.write && request.status < 300)
            .count()
    };
    let done = lines("done");
    assert_eq!(done, acknowledged(&remote), "what was done is told, and nothing else");
    assert!((100..400).contains(&done), "{done}");
    assert_eq!(done + lines("failed") + lines("not tried"), 501);

    let (code, text, error) = remote.run(&["push"]);
    assert_eq!(code, Some(0), "{error}");
    let rest = 501 - done;
    assert!(text.contains(&format!("{rest} of {rest} writes made")), "{text}");
    assert_eq!(acknowledged(&remote), 501, "only the rest is sent");
    assert!(remote.run(&["push"]).1.contains("nothing to push"));
}
