//! Clients that take too much: too many connections, too long a head, too slow a head or body.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use schemactl_server::Limits;
use support::{Fixture, read_reply};

const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=a/20261124/us-east-1/schemas/aws4_request, \
                      SignedHeaders=host, Signature=0000000000000000000000000000000000000000000000000000000000000000";

fn limited(limits: Limits) -> Fixture {
    Fixture::configured(|config| config.limits(limits))
}

fn connect(fixture: &Fixture) -> TcpStream {
    let connection = TcpStream::connect(("127.0.0.1", fixture.server.port())).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    connection
}

/// Everything until the server closes.
fn rest(connection: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    // A connection that is reset is closed too.
    let _ = connection.read_to_end(&mut answer);
    answer
}

#[test]
fn the_head_has_a_deadline() {
    let fixture = limited(Limits {
        head: Duration::from_millis(300),
        ..Limits::default()
    });
    for begun in ["", "GET /v1/registries HTTP/1.1\r\nHost: localhost\r\n"] {
        let mut connection = connect(&fixture);
        connection.write_all(begun.as_bytes()).unwrap();
        let waiting = Instant::now();
        rest(&mut connection);
        assert!(waiting.elapsed() < Duration::from_secs(5), "{begun:?}");
    }
    fixture.get("/v1/registries").expect(200);
}

#[test]
fn a_head_that_comes_byte_by_byte_gets_no_more_time() {
    let fixture = limited(Limits {
        head: Duration::from_millis(500),
        ..Limits::default()
    });
    let mut connection = connect(&fixture);
    connection.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let begun = Instant::now();
    let mut dripped = 0;
    // Each byte on its own, slowly, until the server has enough.
    for byte in b"GET /v1/registries HTTP/1.1\r\nX-Slow: "
        .iter()
        .chain(std::iter::repeat(&b'x'))
    {
        let mut answer = [0; 1];
        if connection.write_all(&[*byte]).is_err() || connection.read(&mut answer).is_ok() {
            break;
        }
        dripped += 1;
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{dripped} bytes and still no end"
        );
    }
}

#[test]
fn the_body_has_a_deadline() {
    let fixture = limited(Limits {
        body: Duration::from_millis(300),
        ..Limits::default()
    });
    let mut connection = connect(&fixture);
    let head =
        format!("POST /v1/registries/name/a HTTP/1.1\r\nHost: localhost\r\n{SIGNED}\r\nContent-Length: 100\r\n\r\n{{");
    connection.write_all(head.as_bytes()).unwrap();
    let reply = read_reply(&rest(&mut connection)).unwrap();
    reply.error(408, "RequestTimeoutException");
    fixture.get("/v1/registries/name/a").error(404, "NotFoundException");
}

#[test]
fn connections_beyond_the_limit_wait_for_a_place() {
    let fixture = limited(Limits {
        connections: 2,
        head: Duration::from_secs(20),
        ..Limits::default()
    });
    let idle = [connect(&fixture), connect(&fixture)];
    let mut third = connect(&fixture);
    third.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let request = format!("GET /v1/registries HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{SIGNED}\r\n\r\n");
    third.write_all(request.as_bytes()).unwrap();
    assert!(
        third.read(&mut [0; 1]).is_err(),
        "the third is not answered while two are open"
    );
    drop(idle);
    third.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    read_reply(&rest(&mut third)).unwrap().expect(200);
}

#[test]
fn a_head_is_sixteen_kilobytes_at_most() {
    let fixture = Fixture::new();
    let status = |size: usize| {
        let mut connection = connect(&fixture);
        let padding = "x".repeat(size);
        let head = format!(
            "GET /v1/registries HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{SIGNED}\r\nX-Padding: {padding}\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).unwrap();
        let answer = rest(&mut connection);
        String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!((status(8_000), status(17_000)), ("200".to_owned(), "431".to_owned()));
}
