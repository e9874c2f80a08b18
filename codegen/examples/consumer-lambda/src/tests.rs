//! Batches as SQS hands them over: what is handled, and which records are reported.

use lambda_runtime::{Context, LambdaEvent};
use schemactl_runtime::Event;
use serde_json::{Value, json};

use super::{handle, v2};

fn message(id: &str, body: &str) -> Value {
    json!({ "messageId": id, "eventSource": "aws:sqs", "body": body })
}

/// An event as EventBridge puts it into a queue.
fn envelope(detail: &Value) -> String {
    json!({
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": v2::OrderPlaced::DETAIL_TYPE,
        "source": v2::OrderPlaced::SOURCE,
        "account": "123456789012",
        "time": "2026-02-01T14:32:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": detail,
    })
    .to_string()
}

#[tokio::test]
async fn only_what_failed_is_delivered_again() {
    let order = json!({
        "version": "2.0", "orderId": "ord-1", "buyerId": "cust-1", "totalAmount": "149.96", "currency": "EUR",
        "items": [{ "productId": "sku-1", "quantity": 2, "unitPrice": "74.98" }],
        "shippingAddress": { "name": "Ada", "street": "1 Main St", "postalCode": "12345", "city": "Berlin", "country": "DE" },
        "placedAt": "2026-02-01T14:32:00Z",
    });
    let mut without_id = order.clone();
    without_id.as_object_mut().unwrap().remove("orderId");
    let records = [message("good", &envelope(&order)), message("bad", &envelope(&without_id)), message("no event", "hello")];
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    let response = handle(LambdaEvent::new(event, Context::default())).await.unwrap();
    let failures = serde_json::to_value(response).unwrap();
    assert_eq!(
        failures,
        json!({ "batchItemFailures": [{ "itemIdentifier": "bad" }, { "itemIdentifier": "no event" }] })
    );
}
