//! What validation costs beside decoding, for `OrderPlaced@2.0` with three items: generated types, a struct with serde's derives, and the
//! crate `jsonschema` on the parsed event, by a validator made at run time and by its macro. In: nothing. Out: a table; each row is the
//! least of forty rounds, which take turns, in nanoseconds an event, and its share of decoding alone.
//!
//! `cargo run --release` in this folder.

use std::hint::black_box;
use std::time::Instant;

use serde::Deserialize;
use serde_json::Value;

#[allow(missing_docs, unreachable_pub)]
mod events {
    include!(concat!(env!("OUT_DIR"), "/events.rs"));
}
use events::order_placed::v2::OrderPlaced;

/// By hand: the same fields.
#[allow(dead_code)]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByHand {
    version: String,
    order_id: String,
    buyer_id: String,
    total_amount: String,
    currency: String,
    items: Vec<Item>,
    shipping_address: Address,
    placed_at: String,
    correlation_id: Option<String>,
    channel: Option<String>,
}

#[allow(dead_code)]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    product_id: String,
    quantity: i64,
    unit_price: String,
    description: Option<String>,
}

#[allow(dead_code)]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    name: String,
    street: String,
    postal_code: String,
    city: String,
    country: String,
}

#[jsonschema::validator(path = "../../../../schemas/com.myapp.orders/OrderPlaced/2.0.json")]
struct Checked;

const ORDER: &str = r#"{"version":"2.0","orderId":"ord-000017","buyerId":"cus-4711","totalAmount":"249.95","currency":"EUR",
"items":[{"productId":"sku-1","quantity":2,"unitPrice":"74.98","description":"Coffee, 1 kg"},{"productId":"sku-2","quantity":1,
"unitPrice":"49.99"},{"productId":"sku-3","quantity":10,"unitPrice":"5.00"}],"shippingAddress":{"name":"Ann Smith","street":"1 High
Street","postalCode":"EC1A 1BB","city":"London","country":"GB"},"placedAt":"2026-02-01T14:32:00Z","channel":"web"}"#;

const EVENTS: u32 = 2_000;

fn time(run: &dyn Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..EVENTS {
        run();
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(EVENTS)
}

fn main() {
    let order = ORDER.replace('\n', " ");
    let text = order.as_str();
    let schema = include_str!("../../../../../schemas/com.myapp.orders/OrderPlaced/2.0.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let decoded: OrderPlaced = serde_json::from_str(text).expect("the order is one");
    let value: Value = serde_json::from_str(text).expect("the order is JSON");
    assert!(decoded.validate().is_ok() && validator.is_valid(&value) && Checked::is_valid(&value));
    let rows: [(&str, Box<dyn Fn() + '_>); 8] = [
        ("decode, generated", Box::new(|| _ = black_box(serde_json::from_str::<OrderPlaced>(black_box(text))))),
        ("decode, serde by hand", Box::new(|| _ = black_box(serde_json::from_str::<ByHand>(black_box(text))))),
        ("decode, serde_json::Value", Box::new(|| _ = black_box(serde_json::from_str::<Value>(black_box(text))))),
        ("validate, generated", Box::new(|| _ = black_box(black_box(&decoded).validate()))),
        ("validate, jsonschema at run time", Box::new(|| _ = black_box(validator.is_valid(black_box(&value))))),
        ("validate, jsonschema's macro", Box::new(|| _ = black_box(Checked::is_valid(black_box(&value))))),
        (
            "decode and validate, generated",
            Box::new(|| {
                let order: OrderPlaced = serde_json::from_str(black_box(text)).expect("the order is one");
                black_box(order.validate().is_ok());
                black_box(order);
            }),
        ),
        (
            "decode to Value and validate, jsonschema",
            Box::new(|| {
                let order: Value = serde_json::from_str(black_box(text)).expect("the order is JSON");
                black_box(validator.is_valid(&order));
                black_box(order);
            }),
        ),
    ];
    let mut least = [f64::INFINITY; 8];
    for _ in 0..40 {
        for ((_, run), least) in rows.iter().zip(&mut least) {
            *least = least.min(time(run));
        }
    }
    println!("| | ns an event | of decoding |\n|---|---|---|");
    for ((name, _), nanoseconds) in rows.iter().zip(least) {
        println!("| {name} | {nanoseconds:.0} | {:.2} |", nanoseconds / least[0]);
    }
}
