//! The operations on registries.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::json;
use support::{Fixture, REGISTRY, SCHEMA, schema};

#[test]
fn a_registry_is_created_described_updated_and_deleted() {
    let fixture = Fixture::new();
    let created = fixture.send(
        "POST",
        REGISTRY,
        &json!({ "Description": "of the shop", "tags": { "team": "a" } }),
    );
    let expected = json!({
        "Description": "of the shop",
        "RegistryArn": "arn:aws:schemas:us-east-1:000000000000:registry/orders",
        "RegistryName": "orders",
        "tags": { "team": "a" },
    });
    assert_eq!(created.expect(201), expected);
    assert_eq!(created.header("content-type"), Some("application/json"));
    assert_eq!(fixture.get(REGISTRY).expect(200), expected);
    let updated = fixture
        .send("PUT", REGISTRY, &json!({ "Description": "of all shops" }))
        .expect(200);
    assert_eq!(updated["Description"], "of all shops");
    assert_eq!(fixture.send("PUT", REGISTRY, &json!({})).expect(200), updated);
    assert_eq!(fixture.get(REGISTRY).expect(200), updated);
    let deleted = fixture.delete(REGISTRY);
    deleted.expect(204);
    assert_eq!(deleted.body, "");
    fixture.get(REGISTRY).error(404, "NotFoundException");
}

#[test]
fn without_a_body_a_registry_has_no_description() {
    let fixture = Fixture::new();
    let created = fixture.send("POST", REGISTRY, &serde_json::Value::Null).expect(201);
    assert_eq!(created.get("Description"), None);
    assert_eq!(created["tags"], json!({}));
}

#[test]
fn a_registry_is_created_once() {
    let fixture = Fixture::with_schema();
    let message = fixture
        .send("POST", REGISTRY, &json!({}))
        .error(409, "ConflictException");
    assert_eq!(message, "Registry orders already exists.");
}

#[test]
fn a_missing_registry_is_not_found() {
    let fixture = Fixture::new();
    for method in ["GET", "PUT", "DELETE"] {
        let message = fixture
            .send(method, REGISTRY, &json!({}))
            .error(404, "NotFoundException");
        assert_eq!(message, "Registry with name orders does not exist.", "{method}");
    }
}

#[test]
fn a_registry_that_holds_schemas_is_not_deleted() {
    let fixture = Fixture::with_schema();
    fixture.delete(REGISTRY).error(409, "ConflictException");
    fixture.get(SCHEMA).expect(200);
    fixture.delete(SCHEMA).expect(204);
    fixture.delete(REGISTRY).expect(204);
}

#[test]
fn names_and_descriptions_have_limits() {
    let fixture = Fixture::new();
    for name in ["a%20b", "a%2Fb", "a%40b", "%00", "%C3%A9", &"x".repeat(65)] {
        let path = format!("/v1/registries/name/{name}");
        fixture
            .send("POST", &path, &json!({}))
            .error(400, "BadRequestException");
    }
    let reserved = fixture.send("POST", "/v1/registries/name/aws.mine", &json!({}));
    reserved.error(403, "ForbiddenException");
    let long = json!({ "Description": "é".repeat(257) });
    let message = fixture.send("POST", REGISTRY, &long).error(400, "BadRequestException");
    assert_eq!(message, "Description has 257 characters; 256 are allowed");
    fixture
        .send("POST", REGISTRY, &json!({ "Description": "é".repeat(256) }))
        .expect(201);
}

#[test]
fn registries_are_listed_by_prefix_and_scope() {
    let fixture = Fixture::new();
    for name in ["b", "a1", "a_2", "A1"] {
        fixture
            .send("POST", &format!("/v1/registries/name/{name}"), &json!({}))
            .expect(201);
    }
    let names = |query: &str| {
        let listed = fixture.get(&format!("/v1/registries{query}")).expect(200);
        assert_eq!(listed.get("NextToken"), None);
        let registries = listed["Registries"].as_array().unwrap();
        let names = registries
            .iter()
            .map(|registry| registry["RegistryName"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(""), ["A1", "a1", "a_2", "b"]);
    assert_eq!(names("?registryNamePrefix=a_"), ["a_2"]);
    assert_eq!(names("?scope=Local&registryNamePrefix=a"), ["a1", "a_2"]);
    assert_eq!(names("?scope=AWS"), [""; 0]);
    fixture
        .get("/v1/registries?scope=mine")
        .error(400, "BadRequestException");
}

#[test]
fn pages_of_registries_follow_each_other() {
    let fixture = Fixture::new();
    for number in 0..7 {
        fixture
            .send("POST", &format!("/v1/registries/name/r{number}"), &json!({}))
            .expect(201);
    }
    let first = fixture.get("/v1/registries?limit=3").expect(200);
    let token = first["NextToken"].as_str().unwrap().to_owned();
    // What comes and goes between two pages neither hides nor repeats the others.
    fixture.delete("/v1/registries/name/r0").expect(204);
    let second = fixture
        .get(&format!("/v1/registries?limit=100&nextToken={token}"))
        .expect(200);
    assert_eq!(second["Registries"][0]["RegistryName"], "r3");
    assert_eq!(second["Registries"].as_array().unwrap().len(), 4);
    assert_eq!(second.get("NextToken"), None);
    for wrong in [
        "limit=0",
        "limit=101",
        "limit=x",
        "nextToken=x",
        &format!("scope=Local&nextToken={token}"),
    ] {
        fixture
            .get(&format!("/v1/registries?{wrong}"))
            .error(400, "BadRequestException");
    }
    fixture.send("POST", REGISTRY, &json!({})).expect(201);
    fixture.send("POST", SCHEMA, &schema(1)).expect(201);
    let other = format!("{REGISTRY}/schemas?nextToken={token}");
    let message = fixture.get(&other).error(400, "BadRequestException");
    assert_eq!(message, "nextToken is not one that ListSchemas gave for this list");
}
