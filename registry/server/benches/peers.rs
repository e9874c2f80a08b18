//! Requests a second and the slowest answer but one in a hundred, of this server and of two emulators of AWS, in one run with one
//! load generator on loopback. No emulator has the schema registry, so they are asked for what is closest: a list of twenty things and
//! a write of one, in EventBridge itself.
//!
//! ```sh
//! cargo bench -p schemactl-server --bench peers -- --ministack PROGRAM --moto PROGRAM --rounds 5
//! cargo bench -p schemactl-server --bench peers -- --growth
//! ```
//!
//! The programs are `ministack` and `moto_server` of Python environments; without them only this server is measured. The servers take
//! turns, a second each, so that whatever else the machine does falls on all of them. A bare write with a sync of the disk takes its turn
//! too: a put here waits for one, and the emulators keep everything in memory. `--growth` asks this server for a page of 100, for one
//! schema, for a search and for puts, where it holds 10, 1,000 and 10,000 schemas.
#![allow(clippy::unwrap_used, reason = "a bench that cannot measure has failed")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

#[path = "peers/client.rs"]
mod client;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use client::{Load, Make, request};
use schemactl_server::{Config, Quotas, Server, start};
use serde_json::{Value, json};

/// The allocator of the program that ships.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many things are listed.
const LISTED: usize = 20;
/// How long a turn takes.
const TURN: Duration = Duration::from_secs(1);

/// A server under test and how it is asked.
struct Peer {
    name: &'static str,
    port: u16,
    /// The request for the list.
    list: Vec<u8>,
    /// The write of that number.
    put: fn(u16, usize) -> Vec<u8>,
    /// Ends with the value.
    _process: Option<Process>,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    if arguments.iter().any(|argument| argument == "--growth") {
        return growth();
    }
    let rounds = option("--rounds").map_or(2, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let server = start(Config::new(folder.path()).quotas(Quotas::unlimited())).unwrap();
    fill(&server, LISTED);
    let mut peers = vec![ours(server.port())];
    if let Some(program) = option("--ministack") {
        let port = free_port();
        let mut ministack = Command::new(program);
        ministack
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("IOT_MTLS_ENABLED", "0");
        peers.push(events("ministack", port, ministack));
    }
    if let Some(program) = option("--moto") {
        let port = free_port();
        let mut moto = Command::new(program);
        moto.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        peers.push(events("moto", port, moto));
    }
    println!("| call | connections | server | requests/s | p50 | p99 | ours is |\n|---|---|---|---|---|---|---|");
    for (call, connections) in [("list", 1), ("put", 1), ("list", 16), ("put", 16)] {
        take_turns(&peers, call, connections, rounds, folder.path());
    }
}

/// Measures all servers, one after the other, again and again.
fn take_turns(peers: &[Peer], call: &str, connections: usize, rounds: usize, folder: &Path) {
    let mut loads: Vec<_> = peers.iter().map(|_| Load::default()).collect();
    let mut syncs = Load::default();
    for _ in 0..rounds {
        for (peer, load) in peers.iter().zip(&mut loads) {
            let (port, put, list) = (peer.port, peer.put, peer.list.clone());
            let make: Make = match call {
                "list" => Rc::new(move |_| list.clone()),
                _ => Rc::new(move |number| put(port, number)),
            };
            load.add(port, connections, TURN, &make);
        }
        if call == "put" && connections == 1 {
            write_and_sync(&mut syncs, folder);
        }
    }
    let rate = loads[0].rate();
    for (peer, load) in peers.iter().zip(&loads) {
        println!(
            "| {call} | {connections} | {} | {} | {:.1} × |",
            peer.name,
            load.row(),
            rate / load.rate()
        );
    }
    if syncs.rate() > 0.0 {
        println!(
            "| 16 KB and a sync | 1 | the disk | {} | {:.1} × |",
            syncs.row(),
            rate / syncs.rate()
        );
    }
}

/// What the disk itself takes for as much as a put writes: over bytes that are there, as SQLite writes its log.
fn write_and_sync(load: &mut Load, folder: &Path) {
    const PUT: usize = 16 * 1024;
    const LOG: usize = 4 * 1024 * 1024;
    let mut file = File::create(folder.join("bare")).unwrap();
    file.write_all(&vec![1; LOG]).unwrap();
    file.sync_all().unwrap();
    let begun = Instant::now();
    for number in 0.. {
        if begun.elapsed() >= TURN {
            break;
        }
        let sent = Instant::now();
        let at = u64::try_from(number * PUT % LOG).unwrap();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(&[7; PUT]).unwrap();
        file.sync_data().unwrap();
        load.note(sent.elapsed());
    }
    load.took(begun.elapsed());
}

/// How the cost of a call grows with what the registry holds.
fn growth() {
    println!("| schemas | call | requests/s | p50 | p99 |\n|---|---|---|---|---|");
    for schemas in [10, 1_000, 10_000] {
        let folder = tempfile::tempdir().unwrap();
        let server = start(Config::new(folder.path()).quotas(Quotas::unlimited())).unwrap();
        fill(&server, schemas);
        let (port, path) = (server.port(), "/v1/registries/name/bench/schemas");
        let get = move |path: String| request(port, "GET", &path, &[], &Value::Null);
        // Each asks for something else, so that no answer but those of the first was given before.
        let calls: [(&str, Make); 6] = [
            ("the same page of 100", Rc::new(move |_| get(path.to_owned()))),
            (
                "pages of 100",
                Rc::new(move |number| get(format!("{path}?limit=100&unused={number}"))),
            ),
            (
                "the last schema by prefix",
                Rc::new(move |number| {
                    get(format!(
                        "{path}?schemaNamePrefix=com.shop%40Event{}&unused={number}",
                        schemas - 1
                    ))
                }),
            ),
            (
                "one schema",
                Rc::new(move |number| get(format!("{}?unused={number}", schema(number % schemas)))),
            ),
            ("put", Rc::new(move |number| put(port, number % schemas, number))),
            (
                "a search that finds nothing",
                Rc::new(move |number| get(format!("{path}/search?keywords=nothing{number}"))),
            ),
        ];
        for (name, make) in calls {
            let mut load = Load::default();
            load.add(port, 1, TURN, &make);
            println!("| {schemas} | {name} | {} |", load.row());
        }
    }
}

/// Makes schemas of one version.
fn fill(server: &Server, schemas: usize) {
    let port = server.port();
    let registry = request(port, "POST", "/v1/registries/name/bench", &[], &json!({}));
    client::ask_once(port, &registry);
    let create = |number| {
        let content = json!({ "title": format!("Event {number}"), "type": "object" }).to_string();
        let body = json!({ "Content": content, "Type": "JSONSchemaDraft4" });
        request(port, "POST", &schema(number), &[], &body)
    };
    client::ask_all(port, (0..schemas).map(create).collect());
}

fn ours(port: u16) -> Peer {
    Peer {
        name: "schemactl serve",
        port,
        list: request(port, "GET", "/v1/registries/name/bench/schemas", &[], &Value::Null),
        put: |port, number| put(port, number % LISTED, number),
        _process: None,
    }
}

fn put(port: u16, of: usize, number: usize) -> Vec<u8> {
    let content = json!({ "title": number.to_string(), "type": "object" }).to_string();
    let body = json!({ "Content": content, "Type": "JSONSchemaDraft4" });
    request(port, "PUT", &schema(of), &[], &body)
}

fn schema(number: usize) -> String {
    format!("/v1/registries/name/bench/schemas/name/com.shop%40Event{number}")
}

/// EventBridge in an emulator: ListRules and PutRule.
fn events(name: &'static str, port: u16, mut program: Command) -> Peer {
    let process = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let process = Process(process);
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{name} does not start");
        thread::sleep(Duration::from_millis(50));
    }
    let put: fn(u16, usize) -> Vec<u8> = |port, number| {
        let pattern = json!({ "source": [number.to_string()] }).to_string();
        let rule = json!({ "Name": format!("rule{}", number % LISTED), "EventPattern": pattern });
        target(port, "PutRule", &rule)
    };
    client::ask_all(port, (0..LISTED).map(|number| put(port, number)).collect());
    Peer {
        name,
        port,
        list: target(port, "ListRules", &json!({})),
        put,
        _process: Some(process),
    }
}

fn target(port: u16, operation: &str, body: &Value) -> Vec<u8> {
    let target = format!("X-Amz-Target: AWSEvents.{operation}");
    request(
        port,
        "POST",
        "/",
        &[&target, "Content-Type: application/x-amz-json-1.1"],
        body,
    )
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
