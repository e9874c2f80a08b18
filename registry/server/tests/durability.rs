//! What was answered stays: through other writers, a restart, and a kill.

#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

#[path = "support/child.rs"]
mod child_process;
mod support;

use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use child_process::Child;
use schemactl_server::{Config, start};
use serde_json::{Value, json};
use support::{Fixture, REGISTRY, SCHEMA, content, schema, send, try_send};
use tempfile::TempDir;

#[test]
fn eight_writers_get_versions_without_gaps() {
    const WRITERS: usize = 8;
    const WRITES: usize = 5;
    let fixture = Fixture::with_schema();
    let write = |number: usize| {
        let made = fixture.send("PUT", SCHEMA, &schema(number)).expect(200);
        (version(&made), content(number))
    };
    let writer = |writer: usize| {
        (0..WRITES)
            .map(|nth| write(100 + writer * WRITES + nth))
            .collect::<Vec<_>>()
    };
    let numbers = thread::scope(|scope| {
        let writer = &writer;
        let writers: Vec<_> = (0..WRITERS).map(|number| scope.spawn(move || writer(number))).collect();
        let made = writers.into_iter().flat_map(|writer| writer.join().unwrap());
        made.collect::<BTreeMap<_, _>>()
    });
    let expected: Vec<_> = (2..2 + WRITERS * WRITES).collect();
    assert_eq!(numbers.keys().copied().collect::<Vec<_>>(), expected);
    for (number, content) in &numbers {
        assert_held(fixture.server.port(), *number, content);
    }
}

#[test]
fn data_survives_a_restart() {
    let Fixture { server, data } = Fixture::with_schema();
    let port = server.port();
    send(port, "PUT", SCHEMA, &schema(2)).expect(200);
    let before = send(port, "GET", SCHEMA, &Value::Null).expect(200);
    server.shutdown();
    let server = start(Config::new(data.path()).region("eu-west-1").account("123456789012")).unwrap();
    let mut after = send(server.port(), "GET", SCHEMA, &Value::Null).expect(200);
    let arn = "arn:aws:schemas:eu-west-1:123456789012:schema/orders/com.shop@OrderPlaced";
    assert_eq!(after["SchemaArn"], arn);
    after["SchemaArn"] = before["SchemaArn"].clone();
    assert_eq!(after, before);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn two_servers_share_a_folder() {
    let Fixture { server, data } = Fixture::with_schema();
    let other = start(Config::new(data.path())).unwrap();
    let seen = || version(&send(server.port(), "GET", SCHEMA, &Value::Null).expect(200));
    for number in 2..5 {
        // What was asked before is answered again as long as it is true, and no longer: whoever wrote.
        assert_eq!((seen(), seen()), (number - 1, number - 1));
        send(other.port(), "PUT", SCHEMA, &schema(number)).expect(200);
        assert_eq!(seen(), number);
    }
}

#[test]
fn every_answered_write_survives_a_kill() {
    const WRITERS: usize = 4;
    const ANSWERS: usize = 60;
    let data = TempDir::new().unwrap();
    let child = Child::spawn(data.path());
    let port = child.port;
    send(port, "POST", REGISTRY, &json!({})).expect(201);
    send(port, "POST", SCHEMA, &schema(0)).expect(201);
    let (answered, answers) = channel();
    let acknowledged = thread::scope(|scope| {
        // Each writes until the server is gone, so that the kill falls into writes that are on their way.
        let write = |writer| {
            let answered = answered.clone();
            scope.spawn(move || write_until_gone(port, writer * 100_000, &answered))
        };
        let writers: Vec<_> = (1..=WRITERS).map(write).collect();
        drop(answered);
        answers.iter().take(ANSWERS).for_each(drop);
        child.kill();
        let written = writers.into_iter().flat_map(|writer| writer.join().unwrap());
        written.collect::<BTreeMap<_, _>>()
    });
    assert!(acknowledged.len() >= ANSWERS);
    let server = start(Config::new(data.path())).unwrap();
    for (number, content) in &acknowledged {
        assert_held(server.port(), *number, content);
    }
    let next = send(server.port(), "PUT", SCHEMA, &schema(1)).expect(200);
    assert!(version(&next) > *acknowledged.keys().max().unwrap());
}

/// The other half of the test above. By itself it has nothing to do.
#[test]
fn child() {
    child_process::serve();
}

/// The versions that the server has acknowledged, with their contents.
fn write_until_gone(port: u16, first: usize, answered: &Sender<()>) -> Vec<(usize, String)> {
    let line = format!("PUT {SCHEMA} HTTP/1.1");
    let write = |number: usize| {
        let reply = try_send(port, &[&line, "Host: localhost"], schema(number).to_string().as_bytes())?;
        let _ = answered.send(());
        Some((version(&reply.expect(200)), content(number)))
    };
    (first..).map_while(write).collect()
}

#[track_caller]
fn assert_held(port: u16, number: usize, content: &str) {
    let path = format!("{SCHEMA}?schemaVersion={number}");
    assert_eq!(send(port, "GET", &path, &Value::Null).expect(200)["Content"], content);
}

fn version(schema: &Value) -> usize {
    schema["SchemaVersion"].as_str().unwrap().parse().unwrap()
}
