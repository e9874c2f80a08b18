//! Events that are put, and what started discoverers make of them.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod forwarding;
mod kinds;
#[path = "../support/bus.rs"]
mod receiving;
#[path = "../support/mod.rs"]
mod support;

use schemactl_server::{Config, Quotas, start};
use serde_json::{Value, json};
use support::{Fixture, Reply, send_raw};

const ARN: &str = "arn:aws:events:us-east-1:000000000000:event-bus/shop";
const DISCOVERER: &str = "/v1/discoverers/id/events-event-bus-shop";
const DISCOVERED: &str = "/v1/registries/name/discovered-schemas/schemas";
const SCHEMA: &str = "/v1/registries/name/discovered-schemas/schemas/name/com.shop%40OrderPlaced";

fn call(port: u16, target: &str, body: &str) -> Reply {
    let target = format!("X-Amz-Target: {target}");
    send_raw(port, &["POST / HTTP/1.1", "Host: localhost", &target], body.as_bytes())
}

fn put(port: u16, entries: &Value) -> Value {
    let body = json!({ "Entries": entries }).to_string();
    let reply = call(port, "AWSEvents.PutEvents", &body);
    assert_eq!(reply.header("content-type"), Some("application/x-amz-json-1.1"));
    reply.expect(200)
}

fn entry(detail: &Value) -> Value {
    json!({ "Source": "com.shop", "DetailType": "Order Placed", "Detail": detail.to_string(), "EventBusName": "shop" })
}

/// That member of each entry of an answer.
fn each<'a>(answer: &'a Value, member: &str) -> Vec<&'a str> {
    let entries = answer["Entries"].as_array().unwrap().iter();
    entries.map(|entry| entry[member].as_str().unwrap()).collect()
}

/// With a discoverer for the bus `shop`.
fn watching() -> Fixture {
    configured(|config| config)
}

fn configured(configure: impl FnOnce(Config) -> Config) -> Fixture {
    let fixture = Fixture::configured(configure);
    fixture
        .send("POST", "/v1/discoverers", &json!({ "SourceArn": ARN }))
        .expect(201);
    fixture
}

/// The newest version of [`SCHEMA`], and its component for the detail.
fn newest(fixture: &Fixture) -> (String, Value) {
    let schema = fixture.get(SCHEMA).expect(200);
    assert_eq!(schema["Type"], "OpenApi3");
    let content: Value = serde_json::from_str(schema["Content"].as_str().unwrap()).unwrap();
    let detail = &content["components"]["schemas"]["OrderPlaced"];
    (schema["SchemaVersion"].as_str().unwrap().to_owned(), detail.clone())
}

fn discovered(fixture: &Fixture) -> Vec<String> {
    let list = fixture.get(DISCOVERED).expect(200);
    let names = list["Schemas"].as_array().unwrap().iter();
    names
        .map(|schema| schema["SchemaName"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_new_shape_is_a_new_version() {
    let fixture = watching();
    let port = fixture.server.port();
    let answer = put(port, &json!([entry(&json!({ "id": 1 })), entry(&json!({ "id": 2 }))]));
    assert_eq!(answer["FailedEntryCount"], 0);
    let ids = each(&answer, "EventId");
    assert!(ids.len() == 2 && ids[0].len() == 36 && ids[0] != ids[1], "{answer}");
    let expected = json!({ "type": "object", "properties": { "id": { "type": "integer" } }, "required": ["id"] });
    assert_eq!(newest(&fixture), ("1".to_owned(), expected));
    put(port, &json!([entry(&json!({ "note": null, "id": "a" }))]));
    let (version, detail) = newest(&fixture);
    assert_eq!((version.as_str(), &detail["required"]), ("2", &json!(["id"])));
    assert_eq!(detail["properties"]["id"]["anyOf"].as_array().unwrap().len(), 2);
    // Nothing of these is new.
    put(
        port,
        &json!([
            entry(&json!({ "id": 3 })),
            entry(&json!({ "id": "b" })),
            entry(&json!({ "id": "c", "note": null }))
        ]),
    );
    assert_eq!(newest(&fixture).0, "2");
    let export = fixture
        .get(&format!("{SCHEMA}/export?type=JSONSchemaDraft4"))
        .expect(200);
    let export: Value = serde_json::from_str(export["Content"].as_str().unwrap()).unwrap();
    assert_eq!(export["x-amazon-events-source"], "com.shop");
}

/// What was seen is kept as text, and nests deeper than the events do.
#[test]
fn the_deepest_events_that_aws_discovers_are_seen_again() {
    let fixture = watching();
    let nested = |levels: usize, leaf: &str| {
        let mut entry = entry(&json!({}));
        entry["Detail"] = json!(format!("{}{leaf}{}", "{\"a\":".repeat(levels), "}".repeat(levels)));
        json!([entry])
    };
    for (levels, leaf, version) in [(254, "1", "1"), (254, "2", "1"), (254, "null", "2"), (3, "1", "3")] {
        assert_eq!(put(fixture.server.port(), &nested(levels, leaf))["FailedEntryCount"], 0);
        assert_eq!(
            fixture.get(SCHEMA).expect(200)["SchemaVersion"],
            version,
            "{levels} {leaf}"
        );
    }
}

#[test]
fn what_was_seen_outlives_the_server() {
    let Fixture { server, data } = watching();
    put(server.port(), &json!([entry(&json!({ "id": 1 }))]));
    server.shutdown();
    let server = start(Config::new(data.path())).unwrap();
    put(server.port(), &json!([entry(&json!({ "sku": "a" }))]));
    let (version, detail) = newest(&Fixture { server, data });
    assert_eq!(version, "2");
    assert_eq!(detail["properties"].as_object().unwrap().len(), 2);
    assert_eq!(detail.get("required"), None);
}

#[test]
fn only_started_discoverers_of_the_bus_learn() {
    let fixture = watching();
    let port = fixture.server.port();
    let mut elsewhere = entry(&json!({ "id": 1 }));
    elsewhere["EventBusName"] = json!("default");
    put(port, &json!([elsewhere]));
    fixture
        .send("POST", &format!("{DISCOVERER}/stop"), &Value::Null)
        .expect(200);
    put(port, &json!([entry(&json!({ "id": 1 }))]));
    assert_eq!(discovered(&fixture), Vec::<String>::new());
    fixture
        .send("POST", &format!("{DISCOVERER}/start"), &Value::Null)
        .expect(200);
    let mut by_arn = entry(&json!({ "id": 1 }));
    by_arn["EventBusName"] = json!(ARN);
    by_arn["Time"] = json!(1_700_000_000.5);
    put(port, &json!([by_arn]));
    assert_eq!(discovered(&fixture), ["com.shop@OrderPlaced"]);
}

#[test]
fn entries_are_refused_one_by_one() {
    let fixture = watching();
    let port = fixture.server.port();
    let without = |member: &str| {
        let mut entry = entry(&json!({}));
        entry[member] = Value::Null;
        entry
    };
    let with = |member: &str, value: &str| {
        let mut entry = entry(&json!({}));
        entry[member] = value.into();
        entry
    };
    let entries = [
        (without("Source"), "InvalidArgument"),
        (with("DetailType", ""), "InvalidArgument"),
        (without("Detail"), "InvalidArgument"),
        (with("Detail", "[]"), "MalformedDetail"),
        (with("Detail", "{"), "MalformedDetail"),
        (with("Source", "aws.ec2"), "NotAuthorizedForSourceException"),
    ];
    let sent: Vec<_> = entries.iter().map(|(entry, _)| entry).collect();
    let answer = put(port, &json!(sent));
    assert_eq!(answer["FailedEntryCount"], 6);
    let codes = each(&answer, "ErrorCode");
    assert_eq!(codes, entries.map(|(_, code)| code));
    assert_eq!(discovered(&fixture), Vec::<String>::new());
}

#[test]
fn requests_that_are_none_are_refused() {
    let fixture = Fixture::new();
    let port = fixture.server.port();
    let refused = |target: &str, body: &str| {
        let reply = call(port, target, body);
        let error: Value = serde_json::from_str(&reply.body).unwrap();
        (reply.status, error["__type"].as_str().unwrap().to_owned())
    };
    let many = json!({ "Entries": vec![entry(&json!({})); 11] }).to_string();
    let large = json!({ "Entries": [entry(&json!({ "a": "x".repeat(1_100_000) }))] }).to_string();
    for (target, body, status, exception) in [
        ("AWSEvents.PutRule", "{}", 404, "UnknownOperationException"),
        ("AWSEvents.PutEvents", "{", 400, "SerializationException"),
        ("AWSEvents.PutEvents", "{\"Entries\":[]}", 400, "ValidationException"),
        ("AWSEvents.PutEvents", &many, 400, "ValidationException"),
        ("AWSEvents.PutEvents", &large, 400, "ValidationException"),
    ] {
        assert_eq!(refused(target, body), (status, exception.to_owned()));
    }
}

/// Events that AWS does not discover, and events with which this server cannot: none of them is lost to its bus.
#[test]
fn what_cannot_be_discovered_is_passed_over() {
    let quotas = Quotas {
        discovered_schemas: 1,
        versions: 2,
        ..Quotas::default()
    };
    let fixture = configured(|config| config.quotas(quotas));
    let port = fixture.server.port();
    let mut twice = entry(&json!({}));
    twice["Detail"] = json!("{\"a\": 1, \"a\": 2}");
    let mut deep = entry(&json!({}));
    deep["Detail"] = json!(format!("{{\"a\": {}1{}}}", "[".repeat(300), "]".repeat(300)));
    let wide = entry(&json!(
        (0..9000)
            .map(|number| (format!("property{number}"), number))
            .collect::<std::collections::BTreeMap<_, _>>()
    ));
    let answer = put(port, &json!([twice, deep, wide]));
    assert_eq!(answer["FailedEntryCount"], 0);
    assert_eq!(discovered(&fixture), Vec::<String>::new());
    for detail in [json!({ "a": 1 }), json!({ "b": 1 }), json!({ "c": 1 })] {
        put(port, &json!([entry(&detail)]));
    }
    assert_eq!(newest(&fixture).0, "2", "there is no room for a third version");
    let mut other = entry(&json!({}));
    other["DetailType"] = json!("Order Lost");
    assert_eq!(put(port, &json!([other]))["FailedEntryCount"], 0);
    assert_eq!(discovered(&fixture).len(), 1);
}

#[test]
fn a_discovered_document_is_what_aws_writes() {
    let fixture = watching();
    let port = fixture.server.port();
    put(port, &json!([entry(&json!({ "id": "a" }))]));
    let schema = fixture.get(SCHEMA).expect(200);
    let content: Value = serde_json::from_str(schema["Content"].as_str().unwrap()).unwrap();
    let text = json!({ "type": "string" });
    let expected = json!({
        "type": "object",
        "required": ["detail-type", "resources", "detail", "id", "source", "time", "region", "version", "account"],
        "x-amazon-events-detail-type": "Order Placed",
        "x-amazon-events-source": "com.shop",
        "properties": {
            "detail": { "$ref": "#/components/schemas/OrderPlaced" },
            "account": text, "detail-type": text, "id": text, "region": text, "source": text, "version": text,
            "resources": { "type": "array", "items": { "type": "object" } },
            "time": { "type": "string", "format": "date-time" },
        },
    });
    assert_eq!(content["components"]["schemas"]["AWSEvent"], expected);
    let mut with_resources = entry(&json!({ "id": "a" }));
    with_resources["Resources"] = json!(["0e2a5e5e-6a0c-4bde-8d9b-6f0b7f3ad1c4"]);
    put(port, &json!([with_resources]));
    let schema = fixture.get(SCHEMA).expect(200);
    let content: Value = serde_json::from_str(schema["Content"].as_str().unwrap()).unwrap();
    let resources = &content["components"]["schemas"]["AWSEvent"]["properties"]["resources"];
    assert_eq!(resources, &json!({ "type": "array", "items": text }));
}

#[test]
fn what_is_not_discovered_is_told() {
    let lines = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = std::sync::Arc::clone(&lines);
    let fixture = configured(|config| {
        let quotas = Quotas {
            discovered_schemas: 1,
            ..Quotas::unlimited()
        };
        config
            .quotas(quotas)
            .notices(move |line| heard.lock().unwrap().push(line.to_owned()))
    });
    let port = fixture.server.port();
    let large = json!({ "text": "x".repeat(1000 * 1024) });
    let deep = format!("{}{}", "{\"a\":".repeat(255) + "1", "}".repeat(255));
    let twice = "{\"a\":1,\"a\":2}";
    let raw = |detail: &str| json!({ "Source": "com.shop", "DetailType": "Order Placed", "Detail": detail, "EventBusName": "shop" });
    for event in [entry(&large), raw(&deep), raw(twice), entry(&json!({}))] {
        assert_eq!(put(port, &json!([event]))["FailedEntryCount"], 0);
    }
    let mut other = entry(&json!({}));
    other["DetailType"] = json!("Order Cancelled");
    put(port, &json!([other]));
    assert_eq!(discovered(&fixture), ["com.shop@OrderPlaced"]);
    let lines = lines.lock().unwrap().clone();
    let parts = [
        "of com.shop Order Placed: it has 1024",
        "levels, and at most 255 are discovered",
        "duplicate key `a`",
        "of com.shop Order Cancelled: a quota",
    ];
    assert_eq!(lines.len(), parts.len(), "{lines:#?}");
    for (line, part) in lines.iter().zip(parts) {
        assert!(
            line.starts_with("not discovered: event ") && line.contains(part),
            "{part}: {line}"
        );
    }
}
