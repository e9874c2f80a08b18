//! The load: connections that each send a request when the one before is answered. One thread for all of them, so that the generator
//! takes as little as it can of the machine that the servers run on. In: requests as bytes. Out: how many were answered, and how fast.

use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/SERVICE/aws4_request, SignedHeaders=host, \
                      Signature=0000000000000000000000000000000000000000000000000000000000000000";

/// Makes the request of a number.
pub(crate) type Make = Rc<dyn Fn(usize) -> Vec<u8>>;

/// What a server did in all of its turns.
#[derive(Default)]
pub(crate) struct Load {
    times: Vec<Duration>,
    elapsed: Duration,
}

impl Load {
    /// Asks for some time. `make` gets a number that no request had before.
    pub(crate) fn add(&mut self, port: u16, connections: usize, turn: Duration, make: &Make) {
        let begun = Instant::now();
        let asking = (0..connections).map(|_| ask_until(begun + turn, port, Rc::clone(make)));
        let times = run_all(asking.collect());
        self.times.extend(times.into_iter().flatten());
        self.took(begun.elapsed());
    }

    pub(crate) fn note(&mut self, time: Duration) {
        self.times.push(time);
    }

    pub(crate) fn took(&mut self, time: Duration) {
        self.elapsed += time;
    }

    /// Requests a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.times.len()).unwrap()) / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Cells of a table: requests a second, p50, p99.
    pub(crate) fn row(&self) -> String {
        let mut times = self.times.clone();
        times.sort();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        format!("{:.0} | {:.2?} | {:.2?}", self.rate(), at(50), at(99))
    }
}

/// Asks over one connection until `end`. Each request has a number that none had before.
async fn ask_until(end: Instant, port: u16, make: Make) -> Vec<Duration> {
    static NUMBER: AtomicUsize = AtomicUsize::new(1000);
    let mut client = Client::new(port);
    let mut times = Vec::new();
    while Instant::now() < end {
        let request = make(NUMBER.fetch_add(1, Ordering::Relaxed));
        let sent = Instant::now();
        client.ask(&request).await;
        times.push(sent.elapsed());
    }
    times
}

/// Sends one request, which has to succeed.
pub(crate) fn ask_once(port: u16, request: &[u8]) {
    run(Client::new(port).ask(request));
}

/// Sends requests over as many connections as wait for one sync of the disk.
pub(crate) fn ask_all(port: u16, requests: Vec<Vec<u8>>) {
    const CONNECTIONS: usize = 32;
    let mut shares = vec![Vec::new(); CONNECTIONS];
    for (index, request) in requests.into_iter().enumerate() {
        shares[index % CONNECTIONS].push(request);
    }
    let send = |share: Vec<Vec<u8>>| async move {
        let mut client = Client::new(port);
        for request in share {
            client.ask(&request).await;
        }
    };
    run_all(shares.into_iter().map(send).collect());
}

/// An HTTP request with a signature that nobody verifies.
pub(crate) fn request(port: u16, method: &str, path: &str, headers: &[&str], body: &Value) -> Vec<u8> {
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

fn run<T>(work: impl Future<Output = T>) -> T {
    Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap()
        .block_on(work)
}

/// Runs all of the work side by side, on this thread.
fn run_all<T: 'static>(work: Vec<impl Future<Output = T> + 'static>) -> Vec<T> {
    let local = LocalSet::new();
    run(local.run_until(async {
        let tasks: Vec<_> = work.into_iter().map(tokio::task::spawn_local).collect();
        let mut done = Vec::new();
        for task in tasks {
            done.push(task.await.unwrap());
        }
        done
    }))
}

/// A connection that is kept where the server keeps it, and made again where it does not.
struct Client {
    port: u16,
    connection: Option<TcpStream>,
    answer: Vec<u8>,
}

impl Client {
    fn new(port: u16) -> Self {
        Self {
            port,
            connection: None,
            answer: Vec::new(),
        }
    }

    /// Sends a request and reads its answer, which has to be a success.
    async fn ask(&mut self, request: &[u8]) {
        let kept = self.connection.is_some();
        let answered = self.try_ask(request).await;
        // The server may have closed the connection in the meantime.
        if answered.is_err() && kept {
            self.connection = None;
            self.try_ask(request).await.unwrap();
        } else {
            answered.unwrap();
        }
    }

    async fn try_ask(&mut self, request: &[u8]) -> std::io::Result<()> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => TcpStream::connect(("127.0.0.1", self.port)).await?,
        };
        connection.set_nodelay(true)?;
        connection.write_all(request).await?;
        self.answer.clear();
        let keep = loop {
            if connection.read_buf(&mut self.answer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(keep) = read_answer(&self.answer) {
                break keep;
            }
        };
        self.connection = keep.then_some(connection);
        Ok(())
    }
}

/// Whether the connection stays open, once an answer is whole.
fn read_answer(answer: &[u8]) -> Option<bool> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = str::from_utf8(&answer[..end]).unwrap();
    let header = |name: &str| {
        let lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
        let mut named = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value)
    };
    let length: usize = header("content-length").unwrap_or("0").trim().parse().unwrap();
    assert_eq!(answer.get(9), Some(&b'2'), "{head}");
    let open = !head.starts_with("HTTP/1.0") && header("connection").is_none_or(|value| value != "close");
    (answer.len() >= end + 4 + length).then_some(open)
}
