//! The operations on resource policies.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use serde_json::json;
use support::{Fixture, REGISTRY, SCHEMA};

const PATH: &str = "/v1/policy?registryName=orders";

fn policy(sid: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{ "Sid": sid, "Effect": "Allow" }] }).to_string()
}

#[test]
fn a_policy_is_put_and_deleted() {
    let fixture = Fixture::with_schema();
    fixture.get(PATH).error(404, "NotFoundException");
    fixture.delete(PATH).error(404, "NotFoundException");
    let put = fixture.send("PUT", PATH, &json!({ "Policy": policy("a") })).expect(200);
    assert_eq!(put["Policy"], policy("a"), "a string, byte for byte");
    assert_eq!(fixture.get(PATH).expect(200), put);
    fixture.delete(PATH).expect(204);
    fixture.get(PATH).error(404, "NotFoundException");
}

#[test]
fn a_stale_revision_is_refused() {
    let fixture = Fixture::with_schema();
    let put = |body: serde_json::Value| fixture.send("PUT", PATH, &body);
    put(json!({ "Policy": policy("a"), "RevisionId": "none" })).error(412, "PreconditionFailedException");
    let first = put(json!({ "Policy": policy("a") })).expect(200);
    let revision = first["RevisionId"].as_str().unwrap();
    let second = put(json!({ "Policy": policy("b"), "RevisionId": revision })).expect(200);
    assert_ne!(second["RevisionId"], first["RevisionId"]);
    put(json!({ "Policy": policy("c"), "RevisionId": revision })).error(412, "PreconditionFailedException");
    assert_eq!(fixture.get(PATH).expect(200), second);
    put(json!({ "Policy": policy("d") })).expect(200);
}

#[test]
fn what_is_no_policy_is_refused() {
    let fixture = Fixture::with_schema();
    for body in [
        json!({}),
        json!({ "Policy": {} }),
        json!({ "Policy": "[]" }),
        json!({ "Policy": "{" }),
    ] {
        fixture.send("PUT", PATH, &body).error(400, "BadRequestException");
    }
    for method in ["GET", "PUT", "DELETE"] {
        let body = json!({ "Policy": "{}" });
        fixture
            .send(method, "/v1/policy", &body)
            .error(400, "BadRequestException");
        fixture
            .send(method, "/v1/policy?registryName=none", &body)
            .error(404, "NotFoundException");
    }
}

#[test]
fn a_policy_goes_with_its_registry() {
    let fixture = Fixture::with_schema();
    fixture.send("PUT", PATH, &json!({ "Policy": "{}" })).expect(200);
    fixture.delete(SCHEMA).expect(204);
    fixture.delete(REGISTRY).expect(204);
    fixture.send("POST", REGISTRY, &json!({})).expect(201);
    fixture.get(PATH).error(404, "NotFoundException");
}
