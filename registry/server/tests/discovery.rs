//! The operations on discoverers, on the schemas of events, and the export of what discovery found.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use schemactl_server::Quotas;
use serde_json::{Value, json};
use support::{Fixture, SCHEMA};

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/ecommerce-events";
const ID: &str = "events-event-bus-ecommerce-events";

fn path(id: &str) -> String {
    format!("/v1/discoverers/id/{id}")
}

fn create(fixture: &Fixture, bus: &str) -> support::Reply {
    fixture.send("POST", "/v1/discoverers", &json!({ "SourceArn": bus }))
}

#[test]
fn a_discoverer_is_created_changed_and_deleted() {
    let fixture = Fixture::new();
    let asked = json!({ "SourceArn": BUS, "Description": "of the shop", "CrossAccount": false, "tags": { "a": "1" } });
    let created = fixture.send("POST", "/v1/discoverers", &asked).expect(201);
    let expected = json!({
        "Description": "of the shop",
        "DiscovererArn": format!("arn:aws:schemas:us-east-1:000000000000:discoverer/{ID}"),
        "DiscovererId": ID,
        "SourceArn": BUS,
        "State": "STARTED",
        "CrossAccount": false,
        "tags": { "a": "1" },
    });
    assert_eq!(created, expected);
    assert_eq!(fixture.get(&path(ID)).expect(200), expected);
    let updated = fixture
        .send("PUT", &path(ID), &json!({ "CrossAccount": true }))
        .expect(200);
    assert_eq!(
        (&updated["CrossAccount"], &updated["Description"]),
        (&json!(true), &json!("of the shop"))
    );
    for (step, state) in [("stop", "STOPPED"), ("stop", "STOPPED"), ("start", "STARTED")] {
        let answer = fixture
            .send("POST", &format!("{}/{step}", path(ID)), &Value::Null)
            .expect(200);
        assert_eq!(answer, json!({ "DiscovererId": ID, "State": state }));
        assert_eq!(fixture.get(&path(ID)).expect(200)["State"], state);
    }
    fixture.delete(&path(ID)).expect(204);
    fixture.get(&path(ID)).error(404, "NotFoundException");
}

#[test]
fn a_bus_has_one_discoverer() {
    let fixture = Fixture::new();
    create(&fixture, BUS).expect(201);
    create(&fixture, BUS).error(409, "ConflictException");
    for wrong in [
        "ecommerce-events",
        "arn:aws:sqs:us-east-1:000000000000:queue",
        "arn:aws:events:us-east-1:000000000000:rule/a",
        "arn:aws:events:us-east-1:000000000000:event-bus/",
    ] {
        create(&fixture, wrong).error(400, "BadRequestException");
    }
    let long = format!("{BUS}{}", "x".repeat(1600));
    create(&fixture, &long).error(400, "BadRequestException");
    let wrong = json!({ "SourceArn": BUS, "CrossAccount": "yes" });
    fixture
        .send("POST", "/v1/discoverers", &wrong)
        .error(400, "BadRequestException");
}

#[test]
fn what_is_not_there_is_not_found() {
    let fixture = Fixture::new();
    for (method, path) in [
        ("GET", path("none")),
        ("PUT", path("none")),
        ("DELETE", path("none")),
        ("POST", path("none/start")),
        ("POST", path("none/stop")),
    ] {
        fixture.send(method, &path, &json!({})).error(404, "NotFoundException");
    }
}

#[test]
fn discoverers_are_listed_by_prefix_in_pages() {
    let fixture = Fixture::new();
    for name in ["a", "b", "ab"] {
        create(
            &fixture,
            &format!("arn:aws:events:us-east-1:000000000000:event-bus/{name}"),
        )
        .expect(201);
    }
    let ids = |query: &str| {
        let listed = fixture.get(&format!("/v1/discoverers{query}")).expect(200);
        let rows = listed["Discoverers"].as_array().unwrap().clone();
        let ids: Vec<_> = rows
            .iter()
            .map(|row| row["DiscovererId"].as_str().unwrap().to_owned())
            .collect();
        (ids, listed.get("NextToken").and_then(Value::as_str).map(str::to_owned))
    };
    let (all, end) = ids("");
    assert_eq!((all.len(), end), (3, None));
    assert_eq!(ids("?discovererIdPrefix=events-event-bus-a").0.len(), 2);
    assert_eq!(
        ids("?sourceArnPrefix=arn:aws:events:us-east-1:000000000000:event-bus/b").0,
        ["events-event-bus-b"]
    );
    let (first, token) = ids("?limit=2");
    let (second, end) = ids(&format!("?limit=2&nextToken={}", token.unwrap()));
    assert_eq!(([first, second].concat(), end), (all, None));
}

#[test]
fn a_discoverer_is_tagged() {
    let fixture = Fixture::new();
    create(&fixture, BUS).expect(201);
    let tags = format!("/tags/arn%3Aaws%3Aschemas%3Aus-east-1%3A000000000000%3Adiscoverer%2F{ID}");
    fixture
        .send("POST", &tags, &json!({ "tags": { "team": "a" } }))
        .expect(204);
    assert_eq!(fixture.get(&tags).expect(200), json!({ "tags": { "team": "a" } }));
    assert_eq!(fixture.get(&path(ID)).expect(200)["tags"], json!({ "team": "a" }));
}

#[test]
fn the_schema_of_events_is_inferred() {
    let fixture = Fixture::new();
    let event =
        |id: u32| json!({ "source": "com.shop", "detail-type": "OrderPlaced", "detail": { "id": id } }).to_string();
    let discover =
        |events: Value, type_: &str| fixture.send("POST", "/v1/discover", &json!({ "Events": events, "Type": type_ }));
    let found = discover(json!([event(1), event(2)]), "OpenApi3").expect(200);
    let content: Value = serde_json::from_str(found["Content"].as_str().unwrap()).unwrap();
    assert_eq!(
        content["components"]["schemas"]["OrderPlaced"]["properties"]["id"],
        json!({ "type": "integer" })
    );
    let found = discover(json!([event(1)]), "JSONSchemaDraft4").expect(200);
    let content: Value = serde_json::from_str(found["Content"].as_str().unwrap()).unwrap();
    assert_eq!(content["$schema"], "http://json-schema.org/draft-04/schema#");
    for (events, type_) in [
        (json!([]), "OpenApi3"),
        (json!(vec!["{}"; 11]), "OpenApi3"),
        (json!([{}]), "OpenApi3"),
        (json!("{}"), "OpenApi3"),
        (json!(["{"]), "OpenApi3"),
        (json!([""]), "OpenApi3"),
        (json!(["{\"a\":1,\"a\":2}"]), "OpenApi3"),
        (json!([format!("{{\"a\":\"{}\"}}", "x".repeat(100_000))]), "OpenApi3"),
        (
            json!([format!("{}{}", "[".repeat(40_000), "]".repeat(40_000))]),
            "OpenApi3",
        ),
        (json!(["{}"]), "Avro"),
    ] {
        discover(events, type_).error(400, "BadRequestException");
    }
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    discover(json!([deep]), "OpenApi3").expect(200);
}

#[test]
fn only_what_discovery_found_is_exported() {
    let fixture = Fixture::with_schema();
    let message = fixture
        .get(&format!("{SCHEMA}/export?type=JSONSchemaDraft4"))
        .error(403, "ForbiddenException");
    assert!(message.contains("custom registries"), "{message}");
    fixture
        .get(&format!("{SCHEMA}/export"))
        .error(400, "BadRequestException");
    create(&fixture, BUS).expect(201);
    let schema = "/v1/registries/name/discovered-schemas/schemas/name/com.shop%40OrderPlaced";
    let event = json!({ "source": "com.shop", "detail-type": "OrderPlaced", "detail": { "id": 1, "note": null } });
    let asked = json!({ "Events": [event.to_string()], "Type": "OpenApi3" });
    let content = fixture.send("POST", "/v1/discover", &asked).expect(200)["Content"].clone();
    fixture
        .send("POST", schema, &json!({ "Content": content, "Type": "OpenApi3" }))
        .expect(201);
    let exported = fixture
        .get(&format!("{schema}/export?type=JSONSchemaDraft4&schemaVersion=1"))
        .expect(200);
    assert_eq!(
        (&exported["Type"], &exported["SchemaVersion"]),
        (&json!("JSONSchemaDraft4"), &json!("1"))
    );
    assert_eq!(
        exported["SchemaArn"],
        "arn:aws:schemas:us-east-1:000000000000:schema/discovered-schemas/com.shop@OrderPlaced"
    );
    let draft4: Value = serde_json::from_str(exported["Content"].as_str().unwrap()).unwrap();
    assert_eq!(
        draft4["properties"]["detail"],
        json!({ "$ref": "#/definitions/OrderPlaced" })
    );
    let same = fixture.get(&format!("{schema}/export?type=OpenApi3")).expect(200);
    assert_eq!(same["Content"], content);
    fixture
        .get(&format!("{schema}/export?type=JSONSchemaDraft4&schemaVersion=2"))
        .error(404, "NotFoundException");
}

#[test]
fn quotas_are_those_of_aws() {
    let fixture = Fixture::new();
    let registry = |number: usize| format!("/v1/registries/name/r{number}");
    for number in 0..10 {
        fixture.send("POST", &registry(number), &json!({})).expect(201);
        create(
            &fixture,
            &format!("arn:aws:events:us-east-1:000000000000:event-bus/{number}"),
        )
        .expect(201);
    }
    let message = fixture
        .send("POST", &registry(10), &json!({}))
        .error(403, "ForbiddenException");
    assert_eq!(message, "The quota of 10 registries is reached.");
    create(&fixture, BUS).error(403, "ForbiddenException");
    fixture.delete(&registry(3)).expect(204);
    fixture.send("POST", &registry(10), &json!({})).expect(201);
}

#[test]
fn quotas_of_schemas_and_versions_can_be_set() {
    let quotas = Quotas {
        schemas: 1,
        versions: 2,
        ..Quotas::default()
    };
    let fixture = Fixture::configured(|config| config.quotas(quotas));
    fixture.create_schema();
    let other = format!("{}/schemas/name/other", support::REGISTRY);
    fixture
        .send("POST", &other, &support::schema(1))
        .error(403, "ForbiddenException");
    fixture.send("PUT", SCHEMA, &support::schema(2)).expect(200);
    fixture
        .send("PUT", SCHEMA, &support::schema(3))
        .error(403, "ForbiddenException");
    fixture.delete(&format!("{SCHEMA}/version/1")).expect(204);
    assert_eq!(
        fixture.send("PUT", SCHEMA, &support::schema(3)).expect(200)["SchemaVersion"],
        "3"
    );
}
