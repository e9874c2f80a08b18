//! The operations on tags.

mod support;

use serde_json::{Value, json};
use support::{Fixture, REGISTRY, SCHEMA, SCHEMA_ARN};

/// The path of an ARN as SDKs write it: every reserved character is encoded.
fn tags_of(arn: &str) -> String {
    let encoded = arn.replace(':', "%3A").replace('/', "%2F").replace('@', "%40");
    format!("/tags/{encoded}")
}

#[test]
fn a_schema_is_tagged_and_untagged() {
    let fixture = Fixture::with_schema();
    let path = tags_of(SCHEMA_ARN);
    assert_eq!(fixture.get(&path).expect(200), json!({ "tags": {} }));
    let tags = json!({ "tags": { "a": "1", "b": "2", "c d": "ü" } });
    assert_eq!(fixture.send("POST", &path, &tags).expect(204), Value::Null);
    fixture
        .send("POST", &path, &json!({ "tags": { "b": "3" } }))
        .expect(204);
    fixture
        .delete(&format!("{path}?tagKeys=a&tagKeys=c%20d&tagKeys=absent"))
        .expect(204);
    assert_eq!(fixture.get(&path).expect(200), json!({ "tags": { "b": "3" } }));
    assert_eq!(fixture.get(SCHEMA).expect(200)["tags"], json!({ "b": "3" }));
    // Some clients leave the slashes of the ARN as they are.
    assert_eq!(
        fixture.get(&format!("/tags/{SCHEMA_ARN}")).expect(200),
        json!({ "tags": { "b": "3" } })
    );
}

#[test]
fn a_registry_is_tagged() {
    let fixture = Fixture::with_schema();
    let path = tags_of("arn:aws:schemas:us-east-1:000000000000:registry/orders");
    fixture
        .send("POST", &path, &json!({ "tags": { "team": "a" } }))
        .expect(204);
    assert_eq!(fixture.get(REGISTRY).expect(200)["tags"], json!({ "team": "a" }));
    assert_eq!(
        fixture.get("/v1/registries").expect(200)["Registries"][0]["tags"],
        json!({ "team": "a" })
    );
}

#[test]
fn what_cannot_be_tagged_is_refused() {
    let fixture = Fixture::with_schema();
    let one = json!({ "tags": { "a": "1" } });
    for missing in [
        "arn:aws:schemas:us-east-1:000000000000:registry/missing",
        "arn:aws:schemas:us-east-1:000000000000:schema/orders/missing",
        "arn:aws:schemas:eu-west-1:000000000000:registry/orders",
        "arn:aws:schemas:us-east-1:000000000000:discoverer/events",
    ] {
        fixture
            .send("POST", &tags_of(missing), &one)
            .error(404, "NotFoundException");
    }
    fixture
        .send("POST", &tags_of("orders"), &one)
        .error(400, "BadRequestException");
    let path = tags_of(SCHEMA_ARN);
    assert_eq!(
        fixture
            .send("POST", &path, &json!({}))
            .error(400, "BadRequestException"),
        "tags is required"
    );
    assert_eq!(
        fixture.delete(&path).error(400, "BadRequestException"),
        "tagKeys is required"
    );
    let many: serde_json::Map<_, _> = (0..51).map(|key| (key.to_string(), json!(""))).collect();
    for wrong in [
        json!({ "aws:a": "" }),
        json!({ "": "" }),
        json!({ "a": "x".repeat(257) }),
        json!(["a"]),
        Value::Object(many),
    ] {
        fixture
            .send("POST", &path, &json!({ "tags": wrong }))
            .error(400, "BadRequestException");
    }
    assert_eq!(fixture.get(&path).expect(200), json!({ "tags": {} }));
}
