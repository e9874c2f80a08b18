//! `schemactl serve` tells a bus of new versions, and a rule brings them to a queue, in an emulator of EventBridge and SQS.
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
    let queue = world.aws(&["sqs", "create-queue", "--queue-name", "schemas"])["QueueUrl"]
        .as_str()
        .unwrap()
        .to_owned();
    let pattern =
        json!({ "source": [SOURCE], "detail-type": ["Schema Created", "Schema Version Created"] }).to_string();
    world.aws(&["events", "put-rule", "--name", "schemas", "--event-pattern", &pattern]);
    let target = "Id=queue,Arn=arn:aws:sqs:us-east-1:000000000000:schemas";
    world.aws(&["events", "put-targets", "--rule", "schemas", "--targets", target]);

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
