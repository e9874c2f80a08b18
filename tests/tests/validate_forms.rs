//! What `validate` takes an event for: a detail, an envelope, an entry of PutEvents, and either of them inside messages of SNS, SQS and Lambda.
//! A part of an envelope is never a detail that happens to be valid.
#![allow(clippy::unwrap_used)]

use std::fs;

use schemactl_tests::Shop;
use serde_json::{Value, json};

const ANY: &str = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"id": {"type": "string"}}}"#;

/// A shop with an event that requires nothing.
fn tolerant_shop() -> Shop {
    let shop = Shop::without_lock(&["Placed"]);
    fs::write(shop.path("schemas/shop/Placed/1.0.json"), ANY).unwrap();
    shop
}

fn validate(shop: &Shop, event: &Value) -> (i32, String) {
    fs::write(shop.path("event.json"), event.to_string()).unwrap();
    shop.run(&["validate", "Placed", "event.json"])
}

#[test]
fn a_part_of_an_envelope_or_entry_is_no_detail() {
    let shop = tolerant_shop();
    for (event, missing) in [
        (json!({"source": "shop", "detail": {"id": "1"}}), "has no `detail-type`"),
        (
            json!({"detail-type": "Placed", "detail": {"id": "1"}}),
            "has no `source`",
        ),
        (json!({"source": "shop", "detail-type": "Placed"}), "has no `detail`"),
        (json!({"Source": "shop", "Detail": "{}"}), "has no `DetailType`"),
        (json!({"Source": "shop", "DetailType": "Placed"}), "has no `Detail`"),
        (
            json!({"Entries": [{"Source": "shop", "Detail": "{}"}]}),
            "has no `DetailType`",
        ),
        (json!({"Entries": []}), "`Entries` in event.json is empty"),
    ] {
        let (code, text) = validate(&shop, &event);
        assert_ne!(code, 0, "{event}: {text}");
        assert!(text.contains(missing), "{event}: {text}");
    }
    // One such member alone is a property as any other.
    for event in [
        json!({"source": "web"}),
        json!({"detail": 1, "id": "1"}),
        json!({"Message": "{}"}),
    ] {
        let (code, text) = validate(&shop, &event);
        assert_eq!(code, 0, "{event}: {text}");
    }
}

#[test]
fn properties_that_the_schema_declares_make_no_envelope() {
    let shop = tolerant_shop();
    let own = ANY.replace(
        "\"id\"",
        "\"source\": {\"type\": \"string\"}, \"detail\": {\"type\": \"string\"}, \"id\"",
    );
    fs::write(shop.path("schemas/shop/Placed/1.0.json"), own).unwrap();
    let (code, text) = validate(&shop, &json!({"source": "web", "detail": "left at the door"}));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("read as detail"), "{text}");
}

#[test]
fn messages_of_sns_sqs_and_lambda_are_unwrapped() {
    let shop = tolerant_shop();
    let envelope = |id: Value| json!({"source": "shop", "detail-type": "Placed", "detail": {"id": id}}).to_string();
    let notification = |text: String| json!({"Type": "Notification", "TopicArn": "arn", "Message": text});
    let record = |text: String| json!({"messageId": "1", "receiptHandle": "r", "body": text});
    for wrap in [
        &(|text: String| notification(text)) as &dyn Fn(String) -> Value,
        &|text| json!({"MessageId": "1", "Body": text}),
        &|text| json!({"Records": [record(text)]}),
        &|text| json!({"Messages": [{"ReceiptHandle": "r", "Body": text}]}),
        &|text| json!({"Records": [record(notification(text).to_string())]}),
    ] {
        let (code, text) = validate(&shop, &wrap(envelope(json!("1"))));
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("read as delivered envelope"), "{text}");
        let (code, text) = validate(&shop, &wrap(envelope(json!(7))));
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("7 is not of type \"string\""), "{text}");
    }
    // Each record counts.
    let records = json!({"Records": [record(envelope(json!("1"))), record(envelope(json!(7)))]});
    let (code, text) = validate(&shop, &records);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("Records[1].body"), "{text}");
    // A list in which one is no message is no list of messages: none of them is left out.
    let mixed = json!({"Records": [record(envelope(json!("1"))), {"eventSource": "aws:s3"}]});
    let (_, text) = validate(&shop, &mixed);
    assert!(
        text.contains("event.json: ") && text.contains("read as detail"),
        "{text}"
    );
}

/// Lines are judged as the files are that hold them alone, and keep their numbers.
#[test]
fn a_line_is_judged_as_a_file_of_its_own() {
    let shop = tolerant_shop();
    let envelope = |id: Value| json!({"source": "shop", "detail-type": "Placed", "detail": {"id": id}});
    let events = [
        json!({"id": "1"}),
        json!({"id": 2}),
        envelope(json!("3")),
        envelope(json!(4)),
        json!({"source": "shop", "detail": {"id": "5"}}),
        json!({"Source": "shop", "DetailType": "Placed", "Detail": "{\"id\": 6}"}),
        json!([{"Source": "shop", "DetailType": "Placed", "Detail": "{\"id\": \"7\"}"}]),
        json!({"TopicArn": "arn", "Message": envelope(json!(8)).to_string()}),
        json!({"Entries": []}),
        json!(10),
    ];
    let alone: Vec<i32> = events.iter().map(|event| validate(&shop, event).0).collect();
    assert!([0, 1, 2].iter().all(|code| alone.contains(code)), "{alone:?}");
    // A blank line between any two counts.
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    fs::write(shop.path("events.txt"), lines.join("\n\n")).unwrap();
    let (code, report) = shop.run(&[
        "validate",
        "Placed",
        "events.txt",
        "--format",
        "json",
        "--log-format",
        "json",
    ]);
    assert_eq!(code, 2, "the loudest of them: {report}");
    let json: String = report.lines().filter(|line| !line.starts_with("{\"")).collect();
    let report: Value = serde_json::from_str(&json).unwrap();
    let verdicts: Vec<(i32, u64)> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let code = match one["verdict"].as_str().unwrap() {
                "valid" => 0,
                "invalid" => 1,
                _ => 2,
            };
            let violations = one["violations"].as_array().unwrap();
            assert_eq!(violations.is_empty(), code == 0, "{one}");
            (code, one["line"].as_u64().unwrap())
        })
        .collect();
    let expected: Vec<(i32, u64)> = alone.into_iter().zip((1..).step_by(2)).collect();
    assert_eq!(verdicts, expected);
}

#[test]
fn standard_input_is_read_once() {
    let shop = tolerant_shop();
    let (code, text) = shop.run(&["validate", "Placed", "-", "-"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("named twice"), "{text}");
}
