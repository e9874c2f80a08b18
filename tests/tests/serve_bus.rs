//! `schemactl serve` and a bus, in an emulator of EventBridge and SQS: the bus is told of new versions, and events that are put to the
//! registry's endpoint are discovered there and reach the queue of a rule all the same.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use schemactl_tests::{Elsewhere, Served, python_program, stdout};
use serde_json::{Value, json};

/// The emulator keeps sources of AWS to AWS, as EventBridge does.
const SOURCE: &str = "local.schemas";

struct World {
    elsewhere: Elsewhere,
    served: Served,
}

impl World {
    fn aws(&self, arguments: &[&str]) -> Value {
        let mut aws = self.served.client(&python_program("aws"));
        aws.args(["--output", "json"]).args(arguments);
        // The AWS CLI does not take the endpoint of SQS from the environment.
        if arguments[0] != "schemas" {
            aws.args(["--endpoint-url", self.elsewhere.url()]);
        }
        serde_json::from_str(&stdout(&aws.output().unwrap())).unwrap_or_default()
    }

    /// A queue for the events of a pattern.
    fn queue(&self, pattern: &Value) -> String {
        let queue = self.aws(&["sqs", "create-queue", "--queue-name", "schemas"]);
        let pattern = pattern.to_string();
        self.aws(&["events", "put-rule", "--name", "schemas", "--event-pattern", &pattern]);
        let target = "Id=queue,Arn=arn:aws:sqs:us-east-1:000000000000:schemas";
        self.aws(&["events", "put-targets", "--rule", "schemas", "--targets", target]);
        queue["QueueUrl"].as_str().unwrap().to_owned()
    }

    /// The events that have come to the queue, until there are so many.
    fn events(&self, queue: &str, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        for _ in 0..10 {
            let wait = ["--max-number-of-messages", "10", "--wait-time-seconds", "5"];
            let received = self.aws(&[&["sqs", "receive-message", "--queue-url", queue], &wait[..]].concat());
            for message in received["Messages"].as_array().into_iter().flatten() {
                events.push(serde_json::from_str(message["Body"].as_str().unwrap()).unwrap());
            }
            if events.len() >= count {
                break;
            }
        }
        assert_eq!(events.len(), count, "{events:?}");
        events
    }
}

#[test]
fn a_rule_on_the_bus_hears_of_new_versions() {
    let elsewhere = Elsewhere::start();
    let served = Served::start(&["--bus-endpoint", elsewhere.url(), "--bus-source", SOURCE]);
    let world = World { elsewhere, served };
    let queue =
        world.queue(&json!({ "source": [SOURCE], "detail-type": ["Schema Created", "Schema Version Created"] }));

    world.aws(&["schemas", "create-registry", "--registry-name", "orders"]);
    let name = ["--registry-name", "orders", "--schema-name", "com.shop@OrderPlaced"];
    let content = ["--type", "JSONSchemaDraft4", "--content", "{}"];
    world.aws(&[&["schemas", "create-schema"], &name[..], &content[..]].concat());
    let mut events = world.events(&queue, 2);
    events.sort_by_key(|event| event["detail-type"].as_str().unwrap().to_owned());
    assert_eq!(events[0]["detail-type"], "Schema Created");
    let version = &events[1];
    assert_eq!(version["detail-type"], "Schema Version Created");
    assert_eq!(
        version["resources"],
        json!(["arn:aws:schemas:us-east-1:000000000000:schema/orders/com.shop@OrderPlaced"])
    );
    let detail = &version["detail"];
    assert_eq!(
        (&detail["SchemaName"], &detail["SchemaVersion"]),
        (&json!("com.shop@OrderPlaced"), &json!("1"))
    );
    assert_eq!(detail["SchemaType"], "JSONSchemaDraft4");
}

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const DISCOVERED: [&str; 4] = [
    "--registry-name",
    "discovered-schemas",
    "--schema-name",
    "com.shop@OrderPlaced",
];

/// `aws events put-events` to the registry's endpoint, with an order of that detail.
fn put_order(served: &Served, detail: &Value) -> Value {
    let entries = json!([{ "Source": "com.shop", "DetailType": "Order Placed", "Detail": detail.to_string() }]);
    let mut aws = served.client(&python_program("aws"));
    aws.args(["--output", "json", "--endpoint-url", &served.url()]);
    aws.args(["events", "put-events", "--entries", &entries.to_string()]);
    serde_json::from_str(&stdout(&aws.output().unwrap())).unwrap()
}

#[test]
fn events_on_their_way_to_a_bus_are_discovered() {
    let elsewhere = Elsewhere::start();
    let served = Served::start(&["--bus-endpoint", elsewhere.url()]);
    let world = World { elsewhere, served };
    let queue = world.queue(&json!({ "source": ["com.shop"] }));
    world.aws(&["schemas", "create-discoverer", "--source-arn", BUS]);
    for detail in [
        json!({ "orderId": "a" }),
        json!({ "orderId": "b", "gift": true }),
        json!({ "orderId": "c" }),
    ] {
        assert_eq!(put_order(&world.served, &detail)["FailedEntryCount"], 0);
    }
    let arrived = world.events(&queue, 3);
    assert!(
        arrived.iter().all(|event| event["detail-type"] == "Order Placed"),
        "{arrived:?}"
    );
    let schema = world.aws(&[&["schemas", "describe-schema"], &DISCOVERED[..]].concat());
    assert_eq!(
        (&schema["SchemaVersion"], &schema["Type"]),
        (&json!("2"), &json!("OpenApi3"))
    );
    let content: Value = serde_json::from_str(schema["Content"].as_str().unwrap()).unwrap();
    let detail = &content["components"]["schemas"]["OrderPlaced"];
    assert_eq!(detail["required"], json!(["orderId"]));
    assert_eq!(detail["properties"]["gift"], json!({ "type": "boolean" }));
}

/// Signatures of EventBridge are for another service, and no bus is needed to discover.
#[test]
fn signed_events_are_discovered_without_a_bus() {
    let served = Served::start(&["--verify-sigv4"]);
    stdout(
        &served
            .aws(&["create-discoverer", "--source-arn", BUS])
            .output()
            .unwrap(),
    );
    let answer = put_order(&served, &json!({ "orderId": "a" }));
    assert_eq!(answer["Entries"][0]["EventId"].as_str().unwrap().len(), 36);
    let versions = served
        .aws(&[&["list-schema-versions"], &DISCOVERED[..]].concat())
        .output()
        .unwrap();
    let versions: Value = serde_json::from_str(&stdout(&versions)).unwrap();
    assert_eq!(versions["SchemaVersions"].as_array().unwrap().len(), 1);
}
