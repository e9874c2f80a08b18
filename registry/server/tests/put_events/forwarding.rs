//! A bus behind the server: what it gets, and what is learnt of what it takes.

use std::net::TcpListener;

use schemactl_server::BusClient;
use serde_json::json;

use crate::receiving::bus;
use crate::{call, configured, discovered, entry, newest, put};

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
    let with_detail = |detail: String| {
        let mut entry = entry(&json!({}));
        entry["Detail"] = json!(detail);
        entry
    };
    let deep = with_detail("{\"a\":".repeat(1001) + "1" + &"}".repeat(1001));
    let large = with_detail("{\"a\": 9223372036854775808}".to_owned());
    for (over, code) in [
        (long, "InvalidArgument"),
        (deep, "MalformedDetail"),
        (large, "MalformedDetail"),
    ] {
        let answer = put(port, &json!([over]));
        assert_eq!(
            (&answer["FailedEntryCount"], &answer["Entries"][0]["ErrorCode"]),
            (&json!(1), &json!(code))
        );
    }
    assert_eq!(received.recv().unwrap().entries[0]["DetailType"], "Schema Created");
    let large = json!({ "Entries": [entry(&json!({ "a": "x".repeat(1_048_576) }))] }).to_string();
    assert_eq!(call(port, "AWSEvents.PutEvents", &large).status, 400);
}
