//! The server around the operations: who is let in, what is refused, what is remembered.

mod support;

use serde_json::{Value, json};
use support::{Fixture, REGISTRY, SCHEMA, schema, send_raw};

#[test]
fn hosts_of_elsewhere_are_refused() {
    let fixture = Fixture::new();
    let ask = |host: &str| {
        let port = fixture.server.port();
        send_raw(port, &["GET /v1/registries HTTP/1.1", &format!("Host: {host}")], b"")
    };
    for host in ["localhost", "127.0.0.1:1", "[::1]:8080"] {
        ask(host).expect(200);
    }
    for host in ["evil.example", "127.0.0.1.evil.example:80", "localhost@evil.example"] {
        ask(host).error(403, "ForbiddenException");
    }
}

#[test]
fn requests_of_web_pages_are_refused() {
    let fixture = Fixture::with_schema();
    for (origin, line) in [
        ("http://evil.example", format!("DELETE {SCHEMA} HTTP/1.1")),
        ("null", format!("POST {REGISTRY} HTTP/1.1")),
        ("http://127.0.0.1", "GET /v1/registries HTTP/1.1".to_owned()),
        ("http://evil.example", format!("OPTIONS {SCHEMA} HTTP/1.1")),
    ] {
        let lines = [line.as_str(), "Host: localhost", &format!("Origin: {origin}")];
        let reply = send_raw(fixture.server.port(), &lines, b"{}");
        reply.error(403, "ForbiddenException");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
    fixture.get(SCHEMA).expect(200);
}

#[test]
fn a_body_is_two_megabytes_at_most() {
    let fixture = Fixture::with_schema();
    let sized = |size: usize| {
        let mut body = schema(2);
        body["padding"] = json!("x".repeat(size - 200));
        fixture.send("PUT", SCHEMA, &body)
    };
    sized(3 << 20).error(413, "PayloadTooLargeException");
    assert_eq!(fixture.get(SCHEMA).expect(200)["SchemaVersion"], "1");
    sized(2 << 20).expect(200);
}

#[test]
fn what_is_not_json_is_said_to_be() {
    let fixture = Fixture::with_schema();
    let put = format!("PUT {SCHEMA} HTTP/1.1");
    for body in [
        &b"{\"Content\":"[..],
        b"\xff\xfe",
        b"Content=1",
        b"{}{}",
        &b"[".repeat(100_000),
    ] {
        let reply = send_raw(fixture.server.port(), &[&put, "Host: localhost"], body);
        let message = reply.error(400, "BadRequestException");
        assert!(message.starts_with("the body is not JSON: "), "{message}");
    }
    fixture.get("/v1/registries/name/%FF").error(400, "BadRequestException");
}

#[test]
fn other_paths_and_methods_are_no_operation() {
    let fixture = Fixture::new();
    for (method, path) in [
        ("GET", "/v1/registries/"),
        ("GET", "/v1/registries/name/a/b"),
        ("PATCH", REGISTRY),
        ("DELETE", "/v1/registries"),
        ("POST", "/tags/"),
    ] {
        fixture
            .send(method, path, &Value::Null)
            .error(404, "UnknownOperationException");
    }
}

#[test]
fn requests_are_remembered_in_order() {
    let fixture = Fixture::with_schema();
    fixture.get(REGISTRY).expect(200);
    fixture.send("PUT", SCHEMA, &schema(1)).expect(409);
    fixture.get("/v1/policy").expect(400);
    fixture.get("/nowhere").expect(404);
    let requests = fixture.server.requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|seen| (seen.operation.as_str(), seen.status, seen.write))
        .collect();
    let expected = [
        ("CreateRegistry", 201, true),
        ("CreateSchema", 201, true),
        ("DescribeRegistry", 200, false),
        ("UpdateSchema", 409, true),
        ("GetResourcePolicy", 400, false),
        ("unknown", 404, false),
    ];
    assert_eq!(seen, expected);
}
