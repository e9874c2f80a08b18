//! Who is let in: signatures that are missing, wrong, late, for something else, or used before.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

#[path = "support/signer.rs"]
mod signer;
mod support;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use schemactl_server::{Config, StartError, start};
use serde_json::json;
use signer::Signer;
use support::{Fixture, REGISTRY, Reply, SCHEMA, schema, try_send_exact};
use time::{Duration, OffsetDateTime};

fn verifying() -> Fixture {
    Fixture::configured(|config| config.verify_signatures("AKID", "secret"))
}

fn signer(fixture: &Fixture, method: &'static str, path: &str, body: &serde_json::Value) -> Signer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Signer {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        body: body.to_string(),
        host: format!("127.0.0.1:{}", fixture.server.port()),
        access_key: "AKID",
        secret: "secret",
        region: "us-east-1",
        service: "schemas",
        time: OffsetDateTime::now_utc(),
    }
}

/// A signed request that creates a registry.
fn creation(fixture: &Fixture) -> Signer {
    signer(fixture, "POST", REGISTRY, &json!({ "Description": "d" }))
}

fn send(fixture: &Fixture, signer: &Signer) -> Reply {
    send_lines(fixture, &signer.lines(), &signer.body)
}

fn send_lines(fixture: &Fixture, lines: &[String], body: &str) -> Reply {
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    try_send_exact(fixture.server.port(), &lines, body.as_bytes()).expect("the server answers")
}

#[test]
fn a_signature_is_required_and_any_will_do() {
    let fixture = Fixture::new();
    let get = "GET /v1/registries HTTP/1.1".to_owned();
    let host = "Host: localhost".to_owned();
    let message =
        send_lines(&fixture, &[get.clone(), host.clone()], "").error(403, "MissingAuthenticationTokenException");
    let line = "curl --aws-sigv4 aws:amz:us-east-1:schemas --user local:local 'http://localhost/v1/registries'";
    assert_eq!(
        message,
        format!("Missing Authentication Token. Requests have to be signed, for example so: {line}")
    );
    for wrong in [
        "Basic bG9jYWw6bG9jYWw=",
        "AWS4-HMAC-SHA256 Credential=a",
        "AWS4-HMAC-SHA256",
    ] {
        let lines = [get.clone(), host.clone(), format!("Authorization: {wrong}")];
        send_lines(&fixture, &lines, "").error(403, "IncompleteSignatureException");
    }
    let stranger = Signer {
        access_key: "other",
        secret: "other",
        region: "eu-west-1",
        ..creation(&fixture)
    };
    send(&fixture, &stranger).expect(201);
}

#[test]
fn a_request_with_the_right_signature_is_answered() {
    let fixture = verifying();
    send(&fixture, &creation(&fixture)).expect(201);
    send(&fixture, &signer(&fixture, "POST", SCHEMA, &schema(1))).expect(201);
    let query = format!("{REGISTRY}/schemas?limit=10&schemaNamePrefix=com.shop%40");
    let listed = send(&fixture, &signer(&fixture, "GET", &query, &json!(""))).expect(200);
    assert_eq!(listed["Schemas"][0]["SchemaName"], "com.shop@OrderPlaced");
}

#[test]
fn another_key_or_another_purpose_is_refused() {
    let fixture = verifying();
    let good = creation(&fixture);
    let stranger = Signer {
        access_key: "OTHER",
        ..good.clone()
    };
    let message = send(&fixture, &stranger).error(403, "UnrecognizedClientException");
    assert_eq!(message, "The security token included in the request is invalid.");
    for (wrong, start) in [
        (
            Signer {
                secret: "other",
                ..good.clone()
            },
            "The request signature we calculated does not match",
        ),
        (
            Signer {
                region: "eu-west-1",
                ..good.clone()
            },
            "Credential should be scoped to a valid region",
        ),
        (
            Signer {
                service: "events",
                ..good.clone()
            },
            "Credential should be scoped to correct service: 'schemas'.",
        ),
    ] {
        let message = send(&fixture, &wrong).error(403, "InvalidSignatureException");
        assert!(message.starts_with(start), "{message}");
    }
    send(&fixture, &good).expect(201);
}

#[test]
fn what_was_changed_on_the_way_is_refused() {
    let fixture = verifying();
    let good = creation(&fixture);
    let lines = good.lines();
    let refused = |lines: &[String], body: &str| {
        send_lines(&fixture, lines, body).error(403, "InvalidSignatureException");
    };
    refused(&lines, &good.body.replace("\"d\"", "\"e\""));
    let swapped = |from: &str, to: &str| lines.iter().map(|line| line.replace(from, to)).collect::<Vec<_>>();
    refused(&swapped("/orders ", "/orders2 "), &good.body);
    refused(&swapped("/orders ", "/orders?a=b "), &good.body);
    refused(&swapped("POST ", "PUT "), &good.body);
    refused(&swapped("Host: 127.0.0.1", "Host: localhost"), &good.body);
    let smuggled = [lines.clone(), vec!["X-Amz-Security-Token: t".to_owned()]].concat();
    refused(&smuggled, &good.body);
    let undated: Vec<_> = lines
        .iter()
        .filter(|line| !line.starts_with("X-Amz-Date"))
        .cloned()
        .collect();
    send_lines(&fixture, &undated, &good.body).error(403, "IncompleteSignatureException");
    send(&fixture, &good).expect(201);
}

#[test]
fn a_clock_may_be_a_quarter_of_an_hour_off() {
    let fixture = verifying();
    let now = OffsetDateTime::now_utc();
    let at = |time| {
        send(
            &fixture,
            &Signer {
                time,
                ..signer(&fixture, "GET", "/v1/registries", &json!(""))
            },
        )
    };
    at(now - Duration::minutes(14)).expect(200);
    at(now + Duration::minutes(14)).expect(200);
    let message = at(now - Duration::minutes(16)).error(403, "InvalidSignatureException");
    assert!(
        message.starts_with("Signature expired: ") && message.ends_with(" - 15 min.)"),
        "{message}"
    );
    let message = at(now + Duration::minutes(16)).error(403, "InvalidSignatureException");
    assert!(
        message.starts_with("Signature not yet current: ") && message.ends_with(" + 15 min.)"),
        "{message}"
    );
}

#[test]
fn a_signed_change_is_made_once() {
    let fixture = verifying();
    send(&fixture, &creation(&fixture)).expect(201);
    let change = signer(&fixture, "PUT", REGISTRY, &json!({ "Description": "first" }));
    send(&fixture, &change).expect(200);
    let later = signer(&fixture, "PUT", REGISTRY, &json!({ "Description": "second" }));
    send(&fixture, &later).expect(200);
    send(&fixture, &change).error(403, "InvalidSignatureException");
    let read = signer(&fixture, "GET", REGISTRY, &json!(""));
    for _ in 0..2 {
        assert_eq!(send(&fixture, &read).expect(200)["Description"], "second");
    }
    // With a name of its own it is the same change however often it comes.
    send(&fixture, &signer(&fixture, "POST", SCHEMA, &schema(1))).expect(201);
    let mut named = schema(2);
    named["ClientTokenId"] = json!("token");
    let named = signer(&fixture, "PUT", SCHEMA, &named);
    for _ in 0..2 {
        assert_eq!(send(&fixture, &named).expect(200)["SchemaVersion"], "2");
    }
    let nameless = signer(&fixture, "PUT", SCHEMA, &schema(3));
    send(&fixture, &nameless).expect(200);
    send(&fixture, &nameless).error(403, "InvalidSignatureException");
    // What was refused has changed nothing, and an SDK may try it again with the signature it has.
    let refused = signer(&fixture, "DELETE", &format!("{SCHEMA}x"), &json!(""));
    for _ in 0..2 {
        send(&fixture, &refused).error(404, "NotFoundException");
    }
}

#[test]
fn other_machines_need_a_key() {
    let folder = tempfile::TempDir::new().unwrap();
    for address in [
        IpAddr::from(Ipv4Addr::UNSPECIFIED),
        Ipv6Addr::UNSPECIFIED.into(),
        Ipv4Addr::new(10, 0, 0, 1).into(),
    ] {
        let error = start(Config::new(folder.path().join("data")).address(address)).unwrap_err();
        assert!(matches!(error, StartError::Exposed { .. }), "{error}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was opened");
}

#[test]
fn any_host_that_was_signed_will_do() {
    let fixture = verifying();
    let named = Signer {
        host: "registry.example".to_owned(),
        ..creation(&fixture)
    };
    send(&fixture, &named).expect(201);
}

#[test]
fn pages_are_not_for_servers_that_verify() {
    let lines = ["GET / HTTP/1.1".to_owned(), "Host: localhost".to_owned()];
    send_lines(&verifying(), &lines, "").error(404, "UnknownOperationException");
    assert_eq!(send_lines(&Fixture::new(), &lines, "").status, 200);
}
