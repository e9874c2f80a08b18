//! An HTTP proxy that spoils answers. In: where requests go, and what happens to each of them. Out: an address for a client,
//! and what was asked. One request a connection, so that no request is sent twice by anybody but the client itself.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not passed on; this is the answer.
    Answer(SpoiledAnswer),
    /// It is passed on, and this is the answer all the same.
    AnswerAfter(SpoiledAnswer),
    /// It is not passed on; this is the answer, head and body, as something that knows nothing of the service gives it.
    Foreign(String),
    /// It is passed on, and this is the answer, head and body.
    ForeignAfter(String),
    /// The connection is reset, and the request not passed on.
    ResetBefore,
    /// The connection is reset once the request has been answered.
    ResetAfter,
    /// No answer ever comes, and the request is not passed on.
    BlackHole,
    /// A read is answered as it was the time before, or with 404; a write is passed on.
    Stale,
}

/// An answer that the service did not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoiledAnswer {
    /// The status.
    pub status: u16,
    /// The name of the error.
    pub error: String,
    /// What it says.
    pub message: String,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
}

/// A request as the proxy saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxiedRequest {
    /// Counted from 0.
    pub index: usize,
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The head, for tests that look at what was signed.
    pub head: String,
}

/// What happens to which request.
pub type Spoil = dyn Fn(&ProxiedRequest) -> Option<Fault> + Send + Sync;

/// A running proxy. It ends with the test.
pub struct Proxy {
    port: u16,
    state: Arc<ProxyState>,
}

struct ProxyState {
    target: String,
    spoil: Box<Spoil>,
    count: AtomicUsize,
    seen: Mutex<Vec<ProxiedRequest>>,
    /// The last answer to each read.
    answers: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl SpoiledAnswer {
    /// Creates an error of the service by its status.
    pub fn with_status(status: u16) -> Self {
        let error = match status {
            429 => "TooManyRequestsException",
            503 => "ServiceUnavailableException",
            403 => "ForbiddenException",
            404 => "NotFoundException",
            409 => "ConflictException",
            _ => "InternalServerErrorException",
        };
        Self {
            status,
            error: error.to_owned(),
            message: format!("asked to fail with {status}"),
            retry_after: None,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let quoted = self.message.replace('\\', "\\\\").replace('"', "\\\"");
        let quoted = quoted.replace('\n', "\\n").replace('\r', "\\r");
        let body = format!("{{\"Code\":\"{}\",\"Message\":\"{quoted}\"}}", self.error);
        let retry = self
            .retry_after
            .map_or_else(String::new, |seconds| format!("Retry-After: {seconds}\r\n"));
        format!(
            "HTTP/1.1 {} spoiled\r\nx-amzn-ErrorType: {}\r\nContent-Type: application/json\r\n{retry}Content-Length: \
             {}\r\nConnection: close\r\n\r\n{body}",
            self.status,
            self.error,
            body.len()
        )
        .into_bytes()
    }
}

/// Returns the answer of something that is not the service.
pub fn foreign_answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} foreign\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

impl Proxy {
    /// Starts a proxy of `target`, a URL without a path.
    pub fn start(target: &str, spoil: impl Fn(&ProxiedRequest) -> Option<Fault> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::new(ProxyState {
            target: target.trim_start_matches("http://").to_owned(),
            spoil: Box::new(spoil),
            count: AtomicUsize::new(0),
            seen: Mutex::default(),
            answers: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || state.connection(stream));
            }
        });
        Self { port, state }
    }

    /// Returns the address of the proxy.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the number of requests.
    pub fn count(&self) -> usize {
        self.state.count.load(Ordering::SeqCst)
    }

    /// Returns the requests that were made.
    pub fn seen(&self) -> Vec<ProxiedRequest> {
        self.state.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ProxyState {
    /// A client that goes away ends its connection and nothing else.
    fn connection(&self, mut client: TcpStream) {
        let Some(request) = read_request(&mut client) else {
            return;
        };
        let seen = self.note(&request);
        let key = format!("{} {}", seen.method, seen.path);
        let fault = (self.spoil)(&seen);
        let stale = fault == Some(Fault::Stale) && seen.method == "GET";
        let before = self
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        let answer = match &fault {
            Some(Fault::Answer(answer)) => answer.bytes(),
            Some(Fault::Foreign(answer)) => answer.clone().into_bytes(),
            Some(Fault::ResetBefore) => return reset(&client),
            Some(Fault::BlackHole) => return wait_for_the_end(&mut client),
            _ => {
                let Some(answer) = self.forward(&request) else { return };
                if seen.method == "GET" {
                    let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.insert(key, answer.clone());
                }
                answer
            }
        };
        let answer = match fault {
            Some(Fault::AnswerAfter(answer)) => answer.bytes(),
            Some(Fault::ForeignAfter(answer)) => answer.into_bytes(),
            Some(Fault::ResetAfter) => return reset(&client),
            _ if stale => before.unwrap_or_else(|| SpoiledAnswer::with_status(404).bytes()),
            _ => answer,
        };
        let _ = client.write_all(&answer);
        let _ = client.shutdown(Shutdown::Write);
    }

    fn note(&self, request: &[u8]) -> ProxiedRequest {
        let head = String::from_utf8_lossy(request);
        let head = head.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        let mut words = head.split(' ').map(str::to_owned);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let request = ProxiedRequest {
            index: self.count.fetch_add(1, Ordering::SeqCst),
            method: words.next().unwrap_or_default(),
            path: words.next().unwrap_or_default(),
            head,
        };
        seen.push(request.clone());
        request
    }

    fn forward(&self, request: &[u8]) -> Option<Vec<u8>> {
        let mut server = TcpStream::connect(&self.target).ok()?;
        let end = request.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
        // The server closes the connection at the end of its answer, so that the answer need not be understood.
        server.write_all(&request[..end]).ok()?;
        server.write_all(b"\r\nConnection: close\r\n\r\n").ok()?;
        server.write_all(&request[end + 4..]).ok()?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).ok()?;
        Some(answer)
    }
}

/// Head and body, by the length that the head says.
fn read_request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let head = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        if let Some(end) = head {
            let text = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Some(bytes);
            }
        }
        match client.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Closes with RST in place of FIN.
fn reset(client: &TcpStream) {
    let _ = socket2::SockRef::from(client).set_linger(Some(Duration::ZERO));
}

fn wait_for_the_end(client: &mut TcpStream) {
    let mut buffer = [0; 64];
    while client.read(&mut buffer).is_ok_and(|read| read > 0) {}
}
