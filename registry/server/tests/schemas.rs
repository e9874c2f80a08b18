//! The operations on schemas.

#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Fixture, REGISTRY, SCHEMA, SCHEMA_ARN, content, schema};

/// `2026-01-02T03:04:05Z`, as AWS writes times.
fn is_time(value: &Value) -> bool {
    let shape = |character: char| if character.is_ascii_digit() { '0' } else { character };
    value.as_str().unwrap().chars().map(shape).collect::<String>() == "0000-00-00T00:00:00Z"
}

#[test]
fn a_schema_is_created_and_described_byte_for_byte() {
    let fixture = Fixture::new();
    fixture.send("POST", REGISTRY, &json!({})).expect(201);
    let mut body = schema(1);
    body["Description"] = json!("an order was placed");
    body["tags"] = json!({ "owner": "shop" });
    let created = fixture.send("POST", SCHEMA, &body).expect(201);
    assert!(is_time(&created["LastModified"]) && is_time(&created["VersionCreatedDate"]));
    let expected = json!({
        "Description": "an order was placed",
        "LastModified": created["LastModified"],
        "SchemaArn": SCHEMA_ARN,
        "SchemaName": "com.shop@OrderPlaced",
        "SchemaVersion": "1",
        "tags": { "owner": "shop" },
        "Type": "JSONSchemaDraft4",
        "VersionCreatedDate": created["VersionCreatedDate"],
    });
    assert_eq!(created, expected);
    let mut described = fixture.get(SCHEMA).expect(200);
    assert_eq!(described["Content"].take(), content(1).as_str());
    described.as_object_mut().unwrap().remove("Content");
    assert_eq!(described, expected);
    assert_eq!(
        fixture.get(&SCHEMA.replace("%40", "@")).expect(200)["SchemaName"],
        "com.shop@OrderPlaced"
    );
}

#[test]
fn a_schema_is_created_once_and_in_a_registry() {
    let fixture = Fixture::new();
    let message = fixture.send("POST", SCHEMA, &schema(1)).error(404, "NotFoundException");
    assert_eq!(message, "Registry with name orders does not exist.");
    fixture.send("POST", REGISTRY, &json!({})).expect(201);
    fixture.send("POST", SCHEMA, &schema(1)).expect(201);
    fixture.send("POST", SCHEMA, &schema(2)).error(409, "ConflictException");
    assert_eq!(fixture.get(SCHEMA).expect(200)["SchemaVersion"], "1");
}

#[test]
fn what_is_wrong_with_a_body_is_said() {
    let fixture = Fixture::new();
    fixture.send("POST", REGISTRY, &json!({})).expect(201);
    for (body, expected) in [
        (json!([]), "the body must be a JSON object, not an array"),
        (json!({}), "Content is required"),
        (json!({ "Content": "{}" }), "Type is required"),
        (json!({ "Content": "{}", "Type": null }), "Type is required"),
        (
            json!({ "Content": {}, "Type": "OpenApi3" }),
            "Content must be a string, not an object",
        ),
        (
            json!({ "Content": "{}", "Type": "JSONSchemaDraft7" }),
            "not `JSONSchemaDraft7`",
        ),
        (
            json!({ "Content": "{", "Type": "OpenApi3" }),
            "Content is not JSON: EOF",
        ),
        (json!({ "Content": "", "Type": "OpenApi3" }), "Content has 0 characters"),
        (
            json!({ "Content": "1".repeat(100_001), "Type": "OpenApi3" }),
            "Content has 100001 characters",
        ),
        (
            json!({ "Content": "{}", "Type": "OpenApi3", "tags": { "a": 1 } }),
            "the tag `a` must be a string",
        ),
        (
            json!({ "Content": "{}", "Type": "OpenApi3", "tags": { "aws:a": "" } }),
            "reserved",
        ),
    ] {
        let message = fixture.send("POST", SCHEMA, &body).error(400, "BadRequestException");
        assert!(message.contains(expected), "{message}");
    }
    fixture.get(SCHEMA).error(404, "NotFoundException");
    let largest = json!({ "Content": "1".repeat(100_000), "Type": "OpenApi3" });
    fixture.send("POST", SCHEMA, &largest).expect(201);
}

#[test]
fn new_content_makes_a_new_version() {
    let fixture = Fixture::with_schema();
    let updated = fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    assert_eq!((&updated["SchemaVersion"], updated.get("Content")), (&json!("2"), None));
    // Old content again is a change of the newest.
    assert_eq!(
        fixture.send("PUT", SCHEMA, &schema(1)).expect(200)["SchemaVersion"],
        "3"
    );
    assert_eq!(fixture.get(SCHEMA).expect(200)["Content"], content(1).as_str());
    let second = fixture.get(&format!("{SCHEMA}?schemaVersion=2")).expect(200);
    assert_eq!(
        (&second["Content"], &second["SchemaVersion"]),
        (&json!(content(2)), &json!("2"))
    );
    fixture
        .get(&format!("{SCHEMA}?schemaVersion=4"))
        .error(404, "NotFoundException");
    fixture
        .get(&format!("{SCHEMA}?schemaVersion=latest"))
        .error(400, "BadRequestException");
}

#[test]
fn unchanged_content_is_a_conflict() {
    let fixture = Fixture::with_schema();
    let mut body = schema(1);
    body["Description"] = json!("new words");
    let message = fixture.send("PUT", SCHEMA, &body).error(409, "ConflictException");
    assert!(message.starts_with("No change since the previous"), "{message}");
    let described = fixture.get(SCHEMA).expect(200);
    assert_eq!(
        (&described["SchemaVersion"], described.get("Description")),
        (&json!("1"), None)
    );
    body["Type"] = json!("OpenApi3");
    assert_eq!(fixture.send("PUT", SCHEMA, &body).expect(200)["Type"], "OpenApi3");
}

#[test]
fn a_description_alone_makes_no_version() {
    let fixture = Fixture::with_schema();
    let updated = fixture
        .send("PUT", SCHEMA, &json!({ "Description": "words" }))
        .expect(200);
    assert_eq!(
        (&updated["Description"], &updated["SchemaVersion"]),
        (&json!("words"), &json!("1"))
    );
    for wrong in [json!({}), json!({ "Content": "{}" }), json!({ "Type": "OpenApi3" })] {
        fixture.send("PUT", SCHEMA, &wrong).error(400, "BadRequestException");
    }
    let missing = format!("{REGISTRY}/schemas/name/missing");
    let message = fixture
        .send("PUT", &missing, &schema(1))
        .error(404, "NotFoundException");
    assert_eq!(message, "Schema with name missing does not exist.");
}

#[test]
fn a_repeated_client_token_gets_the_same_answer() {
    let fixture = Fixture::with_schema();
    let with = |number, token: &str| {
        let mut body = schema(number);
        body["ClientTokenId"] = json!(token);
        body
    };
    let first = fixture.send("PUT", SCHEMA, &with(2, "a")).expect(200);
    assert_eq!(fixture.send("PUT", SCHEMA, &with(2, "a")).expect(200), first);
    assert_eq!(
        fixture.send("PUT", SCHEMA, &with(3, "b")).expect(200)["SchemaVersion"],
        "3"
    );
    // Late, and still an answer to the call that made version 2.
    assert_eq!(
        fixture.send("PUT", SCHEMA, &with(2, "a")).expect(200)["SchemaVersion"],
        "2"
    );
    fixture
        .send("PUT", SCHEMA, &with(4, "a"))
        .error(400, "BadRequestException");
    fixture
        .send("PUT", SCHEMA, &with(4, &"x".repeat(37)))
        .error(400, "BadRequestException");
    fixture
        .send("PUT", SCHEMA, &with(3, "c"))
        .error(409, "ConflictException");
    assert_eq!(fixture.get(SCHEMA).expect(200)["SchemaVersion"], "3");
}

#[test]
fn a_deleted_schema_is_gone_with_its_versions() {
    let fixture = Fixture::with_schema();
    fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    fixture.delete(SCHEMA).expect(204);
    for (method, path) in [
        ("GET", SCHEMA.to_owned()),
        ("DELETE", SCHEMA.to_owned()),
        ("GET", format!("{SCHEMA}/versions")),
        ("DELETE", format!("{SCHEMA}/version/1")),
    ] {
        fixture
            .send(method, &path, &Value::Null)
            .error(404, "NotFoundException");
    }
    assert_eq!(
        fixture.send("POST", SCHEMA, &schema(3)).expect(201)["SchemaVersion"],
        "1"
    );
}

#[test]
fn schemas_are_listed_in_pages() {
    let fixture = Fixture::with_schema();
    for name in ["com.shop%40A", "com.shop%40B", "org%40A"] {
        let path = format!("{REGISTRY}/schemas/name/{name}");
        fixture.send("POST", &path, &schema(1)).expect(201);
    }
    fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    let mut path = format!("{REGISTRY}/schemas?schemaNamePrefix=com.shop%40&limit=1");
    let mut seen = Vec::new();
    loop {
        let page = fixture.get(&path).expect(200);
        seen.extend(page["Schemas"].as_array().unwrap().clone());
        let Some(token) = page.get("NextToken") else { break };
        let token = token.as_str().unwrap();
        path = format!("{REGISTRY}/schemas?schemaNamePrefix=com.shop%40&limit=1&nextToken={token}");
    }
    let names: Vec<_> = seen
        .iter()
        .map(|schema| schema["SchemaName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["com.shop@A", "com.shop@B", "com.shop@OrderPlaced"]);
    assert_eq!(
        (&seen[2]["VersionCount"], &seen[2]["SchemaArn"]),
        (&json!(2), &json!(SCHEMA_ARN))
    );
    assert!(is_time(&seen[2]["LastModified"]));
    fixture
        .get("/v1/registries/name/missing/schemas")
        .error(404, "NotFoundException");
}
