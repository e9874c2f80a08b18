//! Requests a second and the slowest answer but one in a hundred, of this server and of two emulators of AWS, in one run with one
//! load generator on loopback. No emulator has the schema registry, so they are asked for what is closest: a list of twenty things and
//! a write of one, in EventBridge itself.
//!
//! ```sh
//! cargo bench -p schemactl-server --bench peers -- --ministack PROGRAM --moto PROGRAM --seconds 5
//! ```
//!
//! The programs are `ministack` and `moto_server` of Python environments; without them only this server is measured.
#![allow(clippy::unwrap_used, reason = "a bench that cannot measure has failed")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use schemactl_server::{Config, Quotas, start};
use serde_json::{Value, json};

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/SERVICE/aws4_request, SignedHeaders=host, \
                      Signature=0000000000000000000000000000000000000000000000000000000000000000";
/// How many things are listed.
const LISTED: usize = 20;

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
    let seconds = option("--seconds").map_or(2, |seconds| seconds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let quotas = Quotas::unlimited();
    let server = start(Config::new(folder.path()).quotas(quotas)).unwrap();
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
    println!("| server | call | connections | requests/s | p50 | p99 |\n|---|---|---|---|---|---|");
    for peer in &peers {
        for number in 0..LISTED {
            Client::new(peer.port).ask(&(peer.put)(peer.port, number)).unwrap();
        }
        for connections in [1, 16] {
            measure(peer, "list", connections, Duration::from_secs(seconds));
            measure(peer, "put", connections, Duration::from_secs(seconds));
        }
    }
}

fn ours(port: u16) -> Peer {
    Client::new(port)
        .ask(&request(port, "POST", "/v1/registries/name/bench", &[], &json!({})))
        .unwrap();
    for number in 0..LISTED {
        let body = json!({ "Content": "{}", "Type": "JSONSchemaDraft4" });
        Client::new(port)
            .ask(&request(port, "POST", &schema(number), &[], &body))
            .unwrap();
    }
    Peer {
        name: "schemactl serve",
        port,
        list: request(port, "GET", "/v1/registries/name/bench/schemas", &[], &Value::Null),
        put: |port, number| {
            let content = json!({ "title": number.to_string(), "type": "object" }).to_string();
            request(
                port,
                "PUT",
                &schema(number % LISTED),
                &[],
                &json!({ "Content": content, "Type": "JSONSchemaDraft4" }),
            )
        },
        _process: None,
    }
}

fn schema(number: usize) -> String {
    format!("/v1/registries/name/bench/schemas/name/com.shop%40Event{number}")
}

/// EventBridge in an emulator: ListRules and PutRule.
fn events(name: &'static str, port: u16, mut program: Command) -> Peer {
    let process = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{name} does not start");
        thread::sleep(Duration::from_millis(50));
    }
    Peer {
        name,
        port,
        list: target(port, "ListRules", &json!({})),
        put: |port, number| {
            let pattern = json!({ "source": [number.to_string()] }).to_string();
            target(
                port,
                "PutRule",
                &json!({ "Name": format!("rule{}", number % LISTED), "EventPattern": pattern }),
            )
        },
        _process: Some(Process(process)),
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

fn request(port: u16, method: &str, path: &str, headers: &[&str], body: &Value) -> Vec<u8> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let service = if path == "/" { "events" } else { "schemas" };
    let signed = SIGNED.replace("SERVICE", service);
    let more: String = headers.iter().flat_map(|header| [*header, "\r\n"]).collect();
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: {signed}\r\n{more}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn measure(peer: &Peer, call: &str, connections: usize, duration: Duration) {
    // Each write is of a content that was not there before.
    static NUMBER: AtomicUsize = AtomicUsize::new(1000);
    let begun = Instant::now();
    let worker = || {
        let mut client = Client::new(peer.port);
        let mut times = Vec::new();
        while begun.elapsed() < duration {
            let request = match call {
                "list" => peer.list.clone(),
                _ => (peer.put)(peer.port, NUMBER.fetch_add(1, Ordering::Relaxed)),
            };
            let sent = Instant::now();
            client.ask(&request).unwrap();
            times.push(sent.elapsed());
        }
        times
    };
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    times.sort();
    let answered = u32::try_from(times.len()).unwrap();
    let rate = f64::from(answered) / begun.elapsed().as_secs_f64();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!(
        "| {} | {call} | {connections} | {rate:.0} | {:.2?} | {:.2?} |",
        peer.name,
        at(50),
        at(99)
    );
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A connection that is kept where the server keeps it, and made again where it does not.
struct Client {
    port: u16,
    connection: Option<TcpStream>,
}

impl Client {
    fn new(port: u16) -> Self {
        Self { port, connection: None }
    }

    /// Sends a request and reads its answer, which has to be a success.
    fn ask(&mut self, request: &[u8]) -> std::io::Result<()> {
        let kept = self.connection.is_some();
        match self.try_ask(request) {
            // The server closed the connection in the meantime.
            Err(_) if kept => {
                self.connection = None;
                self.try_ask(request)
            }
            done => done,
        }
    }

    fn try_ask(&mut self, request: &[u8]) -> std::io::Result<()> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => TcpStream::connect(("127.0.0.1", self.port))?,
        };
        connection.set_nodelay(true)?;
        connection.write_all(request)?;
        let keep = read_answer(&mut connection)?;
        self.connection = keep.then_some(connection);
        Ok(())
    }
}

/// Reads one answer; true if the connection stays open.
fn read_answer(connection: &mut TcpStream) -> std::io::Result<bool> {
    let mut answer = Vec::new();
    let mut buffer = vec![0; 65536];
    loop {
        let read = connection.read(&mut buffer)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&buffer[..read]);
        let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .unwrap_or("0");
        let length: usize = length.trim().parse().unwrap();
        if answer.len() < end + 4 + length {
            continue;
        }
        assert!(
            head.split(' ').nth(1).is_some_and(|status| status.starts_with('2')),
            "{head}"
        );
        return Ok(!head.starts_with("http/1.0") && !head.contains("connection: close"));
    }
}
