//! Events that are put, and what started discoverers make of them.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

#[path = "support/bus.rs"]
mod receiving;
mod support;

use std::net::TcpListener;

use receiving::bus;
use schemactl_server::{BusClient, Config, Quotas, start};
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
fn a_bus_gets_the_request_as_it_came() {
    let refusal = json!({ "FailedEntryCount": 1, "Entries": [{ "ErrorCode": "InternalFailure" }, { "EventId": "e" }] });
    let (endpoint, received) = bus(vec![
        (200, refusal.clone()),
        (400, json!({ "__type": "ValidationException" })),
    ]);
    let fixture = configured(|config| config.bus(BusClient::new(&endpoint).unwrap().name("other").source("other")));
    let port = fixture.server.port();
    let entries = json!([entry(&json!({ "lost": 1 })), entry(&json!({ "id": 1 }))]);
    assert_eq!(put(port, &entries), refusal);
    assert_eq!(json!(received.recv().unwrap().entries), entries);
    let (version, detail) = newest(&fixture);
    assert_eq!(
        (version.as_str(), &detail["required"]),
        ("1", &json!(["id"])),
        "what the bus refused is not learnt"
    );
    // What the registry tells of the new schema goes to the same bus, and takes the second answer; a repetition follows.
    let told = received.recv().unwrap();
    assert_eq!(told.entries[0]["DetailType"], "Schema Created");
}

#[test]
fn a_bus_that_is_gone_is_an_error() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let fixture = configured(|config| config.bus(BusClient::new(&format!("http://{gone}")).unwrap()));
    let body = json!({ "Entries": [entry(&json!({ "id": 1 }))] }).to_string();
    let reply = call(fixture.server.port(), "AWSEvents.PutEvents", &body);
    assert_eq!(reply.status, 500);
    assert!(
        reply.body.contains("does not answer") && reply.body.contains("InternalServerErrorException"),
        "{}",
        reply.body
    );
    assert_eq!(
        discovered(&fixture),
        Vec::<String>::new(),
        "nothing is learnt of an event that nobody took"
    );
}

/// An emulator takes what EventBridge refuses: it is not asked.
#[test]
fn what_is_over_a_limit_does_not_reach_the_bus() {
    let (endpoint, received) = bus(vec![(
        200,
        json!({ "FailedEntryCount": 1, "Entries": [{ "EventId": "e" }, { "ErrorCode": "InternalFailure" }] }),
    )]);
    let fixture = configured(|config| config.bus(BusClient::new(&endpoint).unwrap()));
    let port = fixture.server.port();
    let mut long = entry(&json!({}));
    long["DetailType"] = json!("x".repeat(129));
    let entries = [
        entry(&json!({ "id": 1 })),
        long.clone(),
        entry(&json!({ "lost": 1 })),
        long.clone(),
    ];
    let answer = put(port, &json!(entries));
    assert_eq!(answer["FailedEntryCount"], 3);
    let codes: Vec<_> = answer["Entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["ErrorCode"].as_str())
        .collect();
    let refused = Some("InvalidArgument");
    assert_eq!(codes, [None, refused, Some("InternalFailure"), refused]);
    assert_eq!(json!(received.recv().unwrap().entries), json!([entries[0], entries[2]]));
    // Nothing is left to ask about: the next request that the bus sees is of the registry itself.
    assert_eq!(put(port, &json!([long]))["FailedEntryCount"], 1);
    assert_eq!(received.recv().unwrap().entries[0]["DetailType"], "Schema Created");
    let large = json!({ "Entries": [entry(&json!({ "a": "x".repeat(1_048_576) }))] }).to_string();
    assert_eq!(call(port, "AWSEvents.PutEvents", &large).status, 400);
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

/// Names of schemas have fewer characters than sources and detail-types: events of two kinds that make one name are two schemas.
#[test]
fn kinds_of_events_are_never_merged() {
    let lines = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = std::sync::Arc::clone(&lines);
    let fixture = configured(|config| config.notices(move |line| heard.lock().unwrap().push(line.to_owned())));
    let long = ("s".repeat(256), "1".repeat(128), "2".repeat(128));
    let kinds = [
        ("com.shop", "Order Placed", "com.shop@OrderPlaced"),
        ("com.shop", "order-placed", "com.shop@OrderPlaced-2"),
        ("com.shop", "OrderPlaced", "com.shop@OrderPlaced-3"),
        ("com.shop", "日本", "com.shop@Event"),
        ("com.shop", "中国", "com.shop@Event-2"),
        ("com shop", "Order Placed", "com-shop@OrderPlaced"),
        ("com/shop", "Order Placed", "com-shop@OrderPlaced-2"),
        (&long.0, &long.1, ""),
        (&long.0, &long.2, ""),
    ];
    let put_all = |extra: bool| {
        for (index, (source, detail_type, _)) in kinds.iter().enumerate() {
            let mut detail = json!({ format!("of{index}"): 1 });
            if extra {
                detail["more"] = json!(true);
            }
            let mut entry = entry(&detail);
            entry["Source"] = json!(source);
            entry["DetailType"] = json!(detail_type);
            assert_eq!(put(fixture.server.port(), &json!([entry]))["FailedEntryCount"], 0);
        }
    };
    put_all(false);
    let names = discovered(&fixture);
    assert_eq!(names.len(), kinds.len(), "{names:?}");
    put_all(true);
    assert_eq!(discovered(&fixture), names, "a kind keeps its name");
    let mut described = Vec::new();
    for name in &names {
        let schema = fixture
            .get(&format!("{DISCOVERED}/name/{}", name.replace('@', "%40")))
            .expect(200);
        assert_eq!(schema["SchemaVersion"], "2", "{name}");
        let content: Value = serde_json::from_str(schema["Content"].as_str().unwrap()).unwrap();
        let schemas = &content["components"]["schemas"];
        let event = &schemas["AWSEvent"];
        let text = |keyword: &str| event[keyword].as_str().unwrap().to_owned();
        let (source, detail_type) = (text("x-amazon-events-source"), text("x-amazon-events-detail-type"));
        let index = kinds
            .iter()
            .position(|(one, other, _)| (*one, *other) == (source.as_str(), detail_type.as_str()));
        let (index, (.., expected)) = (index.unwrap(), kinds[index.unwrap()]);
        assert!(
            expected.is_empty() || expected == name,
            "{source} {detail_type} is {name}"
        );
        let component = event["properties"]["detail"]["$ref"].as_str().unwrap();
        let detail = &schemas[component.trim_start_matches("#/components/schemas/")];
        let properties: Vec<_> = detail["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(properties, ["more".to_owned(), format!("of{index}")], "{name}");
        described.push(index);
    }
    described.sort_unstable();
    assert_eq!(described, (0..kinds.len()).collect::<Vec<_>>());
    let lines = lines.lock().unwrap().clone();
    let told = "discovered: the schema of com.shop order-placed is `com.shop@OrderPlaced-2`, because `com.shop@OrderPlaced` describes other events";
    assert_eq!(
        (lines.len(), lines[0].as_str()),
        (4, told),
        "once for each name with a number: {lines:#?}"
    );
}

/// A schema that somebody else wrote under the name is added to, unless it names other events.
#[test]
fn a_schema_of_somebody_else_is_not_taken_for_another_kind() {
    for (own, expected) in [
        (
            json!({ "x-amazon-events-source": "com.shop", "x-amazon-events-detail-type": "Order Placed" }),
            1,
        ),
        (json!({}), 1),
        (
            json!({ "x-amazon-events-source": "com.shop", "x-amazon-events-detail-type": "order placed" }),
            2,
        ),
        (json!({ "x-amazon-events-source": "other" }), 2),
    ] {
        let fixture = watching();
        put(
            fixture.server.port(),
            &json!([{ "Source": "a", "DetailType": "B", "Detail": "{}", "EventBusName": "shop" }]),
        );
        let content = json!({ "openapi": "3.0.0", "components": { "schemas": { "AWSEvent": own } } }).to_string();
        fixture
            .send("POST", SCHEMA, &json!({ "Content": content, "Type": "OpenApi3" }))
            .expect(201);
        for _ in 0..2 {
            put(fixture.server.port(), &json!([entry(&json!({ "id": 1 }))]));
        }
        assert_eq!(discovered(&fixture).len(), 1 + expected, "{own}");
        let versions = if expected == 1 { "2" } else { "1" };
        assert_eq!(fixture.get(SCHEMA).expect(200)["SchemaVersion"], versions, "{own}");
    }
}

/// What a discoverer has seen counts also where somebody has written a content that names no events.
#[test]
fn a_kind_is_kept_whatever_the_content_names() {
    let fixture = watching();
    put(fixture.server.port(), &json!([entry(&json!({ "id": 1 }))]));
    fixture
        .send("PUT", SCHEMA, &json!({ "Content": "{}", "Type": "OpenApi3" }))
        .expect(200);
    let mut other = entry(&json!({ "id": 1 }));
    other["DetailType"] = json!("order placed");
    put(fixture.server.port(), &json!([other]));
    assert_eq!(discovered(&fixture), ["com.shop@OrderPlaced", "com.shop@OrderPlaced-2"]);
    assert_eq!(fixture.get(SCHEMA).expect(200)["SchemaVersion"], "2");
}
