//! The law of inference: every event is valid under the schema that was made from it, whatever the dialect, and the order of
//! events changes nothing.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use jsonschema::Draft;
use proptest::prelude::*;
use schemactl_convert::draft4_of_openapi;
use schemactl_infer::{InferredDialect, Shape, infer_registered_schema, json_schema};
use schemactl_model::{SchemaType, Source, Value as Event, parse};
use serde_json::{Map, Value, json};

/// Values that hit every keyword: few names, so that properties meet; texts that look like formats; both spellings of numbers.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        Just(json!(1.0)),
        "[a-z]{0,3}".prop_map(Value::from),
        Just(json!("2026-11-24T10:00:00Z")),
        Just(json!("2026-11-24")),
        Just(json!("2024-02-30")),
        Just(json!("0e2a5e5e-6a0c-4bde-8d9b-6f0b7f3ad1c4")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab]",
        Just("detail".to_owned()),
        Just("$ref".to_owned()),
        Just("nullable".to_owned()),
        Just("AWSEvent".to_owned()),
        Just("a/b ~é".to_owned())
    ]
}

fn envelope(detail: Value) -> Value {
    let detail = match detail {
        Value::Object(members) => members,
        other => Map::from_iter([("only".to_owned(), other)]),
    };
    json!({ "source": "com.shop", "detail-type": "Order Placed", "time": "2026-11-24T10:00:00Z", "resources": [], "detail": detail })
}

/// Returns an event as it is read: from its text.
fn event_of(event: &Value) -> Event {
    parse(&Source::new("event.json", event.to_string())).unwrap()
}

#[track_caller]
fn exported(document: &Value) -> Value {
    let schema = draft4_of_openapi(&document.to_string()).unwrap();
    serde_json::from_str(&schema.to_json()).unwrap()
}

fn assert_valid(schema: &Value, draft: Draft, events: &[Value]) {
    let validator = jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(true)
        .build(schema);
    let validator = validator.unwrap_or_else(|error| panic!("{error}: {schema:#}"));
    for event in events {
        assert!(validator.is_valid(event), "{event} is not valid under {schema:#}");
    }
}

#[track_caller]
fn assert_sound(written: &[Value]) {
    let events: Vec<Event> = written.iter().map(event_of).collect();
    let shape = Shape::of(&events);
    for (dialect, draft) in [
        (InferredDialect::Draft4, Draft::Draft4),
        (InferredDialect::Draft202012, Draft::Draft202012),
    ] {
        assert_valid(&json_schema(&shape, dialect, None), draft, written);
    }
    let draft4 = infer_registered_schema(&events, SchemaType::JsonSchemaDraft4);
    assert_valid(&draft4, Draft::Draft4, written);
    let openapi = infer_registered_schema(&events, SchemaType::OpenApi3);
    assert_valid(&exported(&openapi), Draft::Draft4, written);
    let mut reversed = events.clone();
    reversed.reverse();
    assert_eq!(infer_registered_schema(&reversed, SchemaType::JsonSchemaDraft4), draft4);
    assert_eq!(infer_registered_schema(&reversed, SchemaType::OpenApi3), openapi);
}

proptest! {
    #[test]
    fn every_event_is_valid_under_its_schema(events in prop::collection::vec(values(), 1..6)) {
        assert_sound(&events);
        assert_sound(&events.into_iter().map(envelope).collect::<Vec<_>>());
    }
}

proptest! {
    /// A discoverer sees one event after the other and keeps the shape as text in between.
    #[test]
    fn events_one_by_one_are_events_at_once(details in prop::collection::vec(values(), 1..6)) {
        let events: Vec<_> = details.into_iter().map(envelope).collect();
        let mut kept = Shape::default().to_text();
        for event in &events {
            let mut shape = Shape::from_text(&kept).unwrap();
            shape.see(&event_of(event));
            kept = shape.to_text();
            shape.see(&event_of(event));
            prop_assert_eq!(&shape.to_text(), &kept, "an event tells nothing new when it comes again");
        }
        let shape = Shape::from_text(&kept).unwrap();
        let all: Vec<_> = events.iter().map(event_of).collect();
        prop_assert_eq!(&shape, &Shape::of(&all));
        let document = schemactl_infer::infer_discovered_schema(&shape, "com.shop", "Order Placed").unwrap();
        prop_assert_eq!(&document, &infer_registered_schema(&all, SchemaType::OpenApi3));
        assert_valid(&exported(&document), Draft::Draft4, &events);
    }
}

fn discovered(events: &[Value], content_type: SchemaType) -> Value {
    let events: Vec<Event> = events.iter().map(event_of).collect();
    infer_registered_schema(&events, content_type)
}

#[test]
fn an_envelope_becomes_an_aws_event() {
    let events = [
        envelope(json!({ "id": 1, "customer": { "name": "a" }, "note": null })),
        envelope(json!({ "id": 2, "customer": { "name": "b", "vat": "x" }, "note": "n" })),
    ];
    let document = discovered(&events, SchemaType::OpenApi3);
    let expected = json!({
        "openapi": "3.0.0",
        "info": { "version": "1.0.0", "title": "OrderPlaced" },
        "paths": {},
        "components": { "schemas": {
            "AWSEvent": {
                "type": "object",
                "required": ["detail", "detail-type", "resources", "source", "time"],
                "x-amazon-events-detail-type": "Order Placed",
                "x-amazon-events-source": "com.shop",
                "properties": {
                    "detail": { "$ref": "#/components/schemas/OrderPlaced" },
                    "detail-type": { "type": "string" },
                    "resources": { "type": "array", "items": {} },
                    "source": { "type": "string" },
                    "time": { "type": "string", "format": "date-time" },
                },
            },
            "OrderPlaced": {
                "type": "object",
                "required": ["customer", "id", "note"],
                "properties": {
                    "customer": { "$ref": "#/components/schemas/Customer" },
                    "id": { "type": "integer" },
                    "note": { "type": "string", "nullable": true },
                },
            },
            "Customer": {
                "type": "object",
                "required": ["name"],
                "properties": { "name": { "type": "string" }, "vat": { "type": "string" } },
            },
        } },
    });
    assert_eq!(document, expected);
    let schema = discovered(&events, SchemaType::JsonSchemaDraft4);
    assert_eq!(
        schema["properties"]["detail"],
        json!({ "$ref": "#/definitions/OrderPlaced" })
    );
    assert_eq!(
        schema["definitions"]["OrderPlaced"]["properties"]["note"],
        json!({ "type": ["string", "null"] })
    );
    assert_eq!(schema["x-amazon-events-source"], "com.shop");
}

#[test]
fn what_is_no_envelope_is_one_schema() {
    let document = discovered(&[json!({ "key1": "value1" })], SchemaType::OpenApi3);
    let component = json!({ "type": "object", "required": ["key1"], "properties": { "key1": { "type": "string" } } });
    assert_eq!(document["components"]["schemas"], json!({ "Event": component }));
    let mixed = [envelope(json!({})), json!({ "source": "com.shop" })];
    assert_eq!(discovered(&mixed, SchemaType::OpenApi3)["info"]["title"], "Event");
}

#[test]
fn components_with_one_name_are_told_apart() {
    let event = envelope(json!({ "order-placed": { "a": 1 }, "AWSEvent": { "b": 1 } }));
    let document = discovered(&[event], SchemaType::OpenApi3);
    let names: Vec<_> = document["components"]["schemas"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["AWSEvent", "AWSEvent_2", "OrderPlaced", "OrderPlaced_2"]);
}

#[test]
fn a_document_as_deep_as_the_reader_goes_is_inferred() {
    let levels = 160;
    let deep = format!("{}1{}", "{\"a\":[".repeat(levels), "]}".repeat(levels));
    let source = schemactl_model::Source::new("deep", deep);
    let event = schemactl_model::parse(&source).unwrap();
    let content = infer_registered_schema(std::slice::from_ref(&event), SchemaType::OpenApi3).to_string();
    assert!(content.contains("A_159"));
}
