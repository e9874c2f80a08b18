//! The events that the registry sends, received by a bus of the test's own.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

#[path = "support/bus.rs"]
mod receiving;
mod support;

use std::net::TcpListener;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use receiving::{Received, bus};
use schemactl_server::{BusClient, Config, start};
use serde_json::{Value, json};
use support::{Fixture, SCHEMA, SCHEMA_ARN, schema, send};

/// Requests until so many entries have come.
fn entries(received: &Receiver<Received>, count: usize) -> Vec<Value> {
    let mut entries = Vec::new();
    while entries.len() < count {
        entries.extend(received.recv_timeout(Duration::from_secs(20)).unwrap().entries);
    }
    assert_eq!(entries.len(), count, "{entries:?}");
    entries
}

fn told(entry: &Value) -> (String, String) {
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&entry["DetailType"]), text(&detail["SchemaVersion"]))
}

#[test]
fn the_bus_hears_of_every_version() {
    let (endpoint, received) = bus(Vec::new());
    let fixture = Fixture::configured(|config| config.bus(BusClient::new(&endpoint).unwrap().name("shop")));
    fixture.create_schema();
    let first = entries(&received, 2);
    fixture.send("PUT", SCHEMA, &schema(2)).expect(200);
    fixture.send("PUT", SCHEMA, &schema(2)).expect(409);
    let second = entries(&received, 1);
    let heard: Vec<_> = first.iter().chain(&second).map(told).collect();
    let expected = [
        ("Schema Created", "1"),
        ("Schema Version Created", "1"),
        ("Schema Version Created", "2"),
    ];
    assert_eq!(
        heard,
        expected.map(|(what, version)| (what.to_owned(), version.to_owned()))
    );
    let entry = &first[0];
    assert_eq!(
        (&entry["Source"], &entry["EventBusName"]),
        (&json!("aws.schemas"), &json!("shop"))
    );
    assert_eq!(entry["Resources"], json!([SCHEMA_ARN]));
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&detail["SchemaName"], &detail["RegistryName"]),
        (&json!("com.shop@OrderPlaced"), &json!("orders"))
    );
    assert_eq!(detail["SchemaType"], "JSONSchemaDraft4");
    assert!(detail["CreationDate"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn requests_are_signed_calls_of_put_events() {
    let (endpoint, received) = bus(Vec::new());
    let bus = BusClient::new(&endpoint)
        .unwrap()
        .credentials("eu-west-1", "AKID", "secret");
    let fixture = Fixture::configured(|config| config.bus(bus));
    fixture.create_schema();
    let head = received.recv_timeout(Duration::from_secs(20)).unwrap().head;
    assert_eq!(head[0], "post / http/1.1");
    assert!(
        head.contains(&"x-amz-target: awsevents.putevents".to_owned()),
        "{head:?}"
    );
    assert!(
        head.contains(&"content-type: application/x-amz-json-1.1".to_owned()),
        "{head:?}"
    );
    let authorization = head.iter().find(|line| line.starts_with("authorization: ")).unwrap();
    assert!(authorization.contains("credential=akid/") && authorization.contains("/eu-west-1/events/aws4_request"));
}

#[test]
fn what_the_bus_does_not_take_is_sent_again() {
    let refusal = json!({ "Entries": [{ "EventId": "1" }, { "ErrorCode": "ThrottlingException" }] });
    let (endpoint, received) = bus(vec![(500, json!({})), (200, refusal)]);
    let fixture = Fixture::configured(|config| config.bus(BusClient::new(&endpoint).unwrap()));
    fixture.create_schema();
    let sent: Vec<_> = entries(&received, 5).iter().map(told).map(|(what, _)| what).collect();
    let (created, version) = ("Schema Created", "Schema Version Created");
    assert_eq!(sent, [created, version, created, version, version]);
}

#[test]
fn events_wait_for_the_bus_across_a_restart() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = BusClient::new(&format!("http://{gone}")).unwrap();
    let Fixture { server, data } = Fixture::configured(|config| config.bus(nowhere));
    send(server.port(), "POST", support::REGISTRY, &json!({})).expect(201);
    send(server.port(), "POST", SCHEMA, &schema(1)).expect(201);
    server.shutdown();
    let (endpoint, received) = bus(Vec::new());
    let _server = start(Config::new(data.path()).bus(BusClient::new(&endpoint).unwrap())).unwrap();
    assert_eq!(entries(&received, 2).len(), 2);
}
