//! The operations on versions, and search.

#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use serde_json::{Value, json};
use support::{Fixture, REGISTRY, SCHEMA, SCHEMA_ARN, schema};

fn numbers(listed: &Value) -> Vec<&str> {
    let versions = listed["SchemaVersions"].as_array().unwrap();
    versions
        .iter()
        .map(|version| version["SchemaVersion"].as_str().unwrap())
        .collect()
}

#[test]
fn versions_are_listed_by_number_in_pages() {
    let fixture = Fixture::with_schema();
    for number in 2..=11 {
        fixture.send("PUT", SCHEMA, &schema(number)).expect(200);
    }
    let all = fixture.get(&format!("{SCHEMA}/versions")).expect(200);
    assert_eq!(numbers(&all), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
    let expected = json!({
        "SchemaArn": SCHEMA_ARN,
        "SchemaName": "com.shop@OrderPlaced",
        "SchemaVersion": "1",
        "Type": "JSONSchemaDraft4",
    });
    assert_eq!(all["SchemaVersions"][0], expected);
    let first = fixture.get(&format!("{SCHEMA}/versions?limit=9")).expect(200);
    let token = first["NextToken"].as_str().unwrap();
    let second = fixture
        .get(&format!("{SCHEMA}/versions?limit=9&nextToken={token}"))
        .expect(200);
    assert_eq!((numbers(&second), second.get("NextToken")), (vec!["10", "11"], None));
}

#[test]
fn the_number_of_a_deleted_version_is_not_used_again() {
    let fixture = Fixture::with_schema();
    fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    fixture.delete(&format!("{SCHEMA}/version/2")).expect(204);
    fixture
        .get(&format!("{SCHEMA}?schemaVersion=2"))
        .error(404, "NotFoundException");
    assert_eq!(fixture.get(SCHEMA).expect(200)["SchemaVersion"], "1");
    assert_eq!(
        fixture.send("PUT", SCHEMA, &schema(2)).expect(200)["SchemaVersion"],
        "3"
    );
    fixture.delete(&format!("{SCHEMA}/version/1")).expect(204);
    assert_eq!(numbers(&fixture.get(&format!("{SCHEMA}/versions")).expect(200)), ["3"]);
}

#[test]
fn the_only_version_goes_with_the_schema() {
    let fixture = Fixture::with_schema();
    fixture
        .delete(&format!("{SCHEMA}/version/1"))
        .error(409, "ConflictException");
    fixture
        .delete(&format!("{SCHEMA}/version/9"))
        .error(404, "NotFoundException");
    fixture
        .delete(&format!("{SCHEMA}/version/01"))
        .error(400, "BadRequestException");
    fixture.get(SCHEMA).expect(200);
}

#[test]
fn search_finds_words_in_names_and_contents() {
    let fixture = Fixture::with_schema();
    fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    let other = json!({ "Content": r#"{"title":"100%_refunded"}"#, "Type": "OpenApi3" });
    fixture
        .send("POST", &format!("{REGISTRY}/schemas/name/refund"), &other)
        .expect(201);
    let search = |query: &str| fixture.get(&format!("{REGISTRY}/schemas/search?{query}"));
    let found = search("keywords=orderplaced%202").expect(200);
    let schemas = found["Schemas"].as_array().unwrap();
    assert_eq!(schemas.len(), 1);
    assert_eq!(
        (&schemas[0]["RegistryName"], &schemas[0]["SchemaArn"]),
        (&json!("orders"), &json!(SCHEMA_ARN))
    );
    assert_eq!(numbers(&schemas[0]), ["2"]);
    assert!(schemas[0]["SchemaVersions"][0]["CreatedDate"].is_string());
    assert_eq!(
        numbers(&search("keywords=%40OrderPlaced").expect(200)["Schemas"][0]),
        ["1", "2"]
    );
    assert_eq!(
        search("keywords=%25_").expect(200)["Schemas"][0]["SchemaName"],
        "refund"
    );
    assert_eq!(search("keywords=nowhere").expect(200)["Schemas"], json!([]));
    let first = search("keywords=title&limit=1").expect(200);
    let token = first["NextToken"].as_str().unwrap();
    let second = search(&format!("keywords=title&limit=1&nextToken={token}")).expect(200);
    assert_eq!(second["Schemas"][0]["SchemaName"], "refund");
    assert_eq!(search("").error(400, "BadRequestException"), "keywords is required");
    search("keywords=%20").error(400, "BadRequestException");
    fixture
        .get("/v1/registries/name/missing/schemas/search?keywords=a")
        .error(404, "NotFoundException");
}
