//! A server on a free port, and an HTTP client of a screenful that can also send what a well-behaved client would not.

#![allow(dead_code, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, reason = "a panic here fails the test that called")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use schemactl_server::{Config, Server, start};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const REGISTRY: &str = "/v1/registries/name/orders";
pub(crate) const SCHEMA: &str = "/v1/registries/name/orders/schemas/name/com.shop%40OrderPlaced";
pub(crate) const SCHEMA_ARN: &str = "arn:aws:schemas:us-east-1:000000000000:schema/orders/com.shop@OrderPlaced";

/// A server with its data in a folder of its own.
pub(crate) struct Fixture {
    pub(crate) server: Server,
    pub(crate) data: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::configured(|config| config)
    }

    pub(crate) fn configured(configure: impl FnOnce(Config) -> Config) -> Self {
        let data = TempDir::new().unwrap();
        let server = start(configure(Config::new(data.path()))).unwrap();
        Self { server, data }
    }

    /// With the registry `orders` and in it the schema of [`SCHEMA`] at version 1.
    pub(crate) fn with_schema() -> Self {
        let fixture = Self::new();
        fixture.create_schema();
        fixture
    }

    pub(crate) fn create_schema(&self) {
        self.send("POST", REGISTRY, &json!({})).expect(201);
        self.send("POST", SCHEMA, &schema(1)).expect(201);
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        send(self.server.port(), method, path, body)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &Value::Null)
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &Value::Null)
    }
}

/// The body that creates or updates a schema; contents of different numbers differ.
pub(crate) fn schema(number: usize) -> Value {
    json!({ "Content": content(number), "Type": "JSONSchemaDraft4" })
}

pub(crate) fn content(number: usize) -> String {
    format!("{{\"title\": \"OrderPlaced {number}\",\n  \"type\": \"object\"}}")
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    /// The body, after a look at the status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        let id = self.header("x-amzn-requestid").unwrap_or_default();
        assert_eq!(id.len(), 36, "{self:?}");
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The message of an error, after a look at its status, its header and the shape of its body.
    #[track_caller]
    pub(crate) fn error(&self, status: u16, exception: &str) -> String {
        let body = self.expect(status);
        assert_eq!(self.header("x-amzn-errortype"), Some(exception), "{self:?}");
        assert_eq!(body["Code"], exception.trim_end_matches("Exception"));
        body["Message"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut values = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value)
    }
}

/// Sends a request with a JSON body, or without a body if it is null.
pub(crate) fn send(port: u16, method: &str, path: &str, body: &Value) -> Reply {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let host = format!("127.0.0.1:{port}");
    send_raw(
        port,
        &[&format!("{method} {path} HTTP/1.1"), &format!("Host: {host}")],
        body.as_bytes(),
    )
}

/// Sends the lines, some signature, the length, and the body.
pub(crate) fn send_raw(port: u16, lines: &[&str], body: &[u8]) -> Reply {
    try_send(port, lines, body).expect("the server answers")
}

/// `None` if the connection broke before the answer was complete.
pub(crate) fn try_send(port: u16, lines: &[&str], body: &[u8]) -> Option<Reply> {
    let signature = "0".repeat(64);
    let authorization = format!(
        "Authorization: AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/schemas/aws4_request, \
         SignedHeaders=host, Signature={signature}"
    );
    try_send_exact(port, &[lines, &[authorization.as_str()]].concat(), body)
}

/// Sends the lines as they are, the length, and the body.
pub(crate) fn try_send_exact(port: u16, lines: &[&str], body: &[u8]) -> Option<Reply> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).ok()?;
    connection.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    let head = lines.join("\r\n");
    let head = format!("{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    connection.write_all(head.as_bytes()).ok()?;
    connection.write_all(body).ok()?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).ok()?;
    read_reply(&answer)
}

/// An answer, if all of it is there.
pub(crate) fn read_reply(answer: &[u8]) -> Option<Reply> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(answer[..end].to_vec()).ok()?;
    let bytes = answer[end + 4..].to_vec();
    let status: u16 = head.split(' ').nth(1)?.parse().ok()?;
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let reply = Reply {
        status,
        head,
        body,
        bytes,
    };
    let length: usize = reply.header("content-length").unwrap_or("0").parse().ok()?;
    (reply.bytes.len() == length).then_some(reply)
}
