//! Kinds of events whose schemas would have one name.

use serde_json::{Value, json};

use crate::{DISCOVERED, SCHEMA, configured, discovered, entry, put, watching};

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
