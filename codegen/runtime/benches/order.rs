//! `OrderPlaced` as generated against the struct that a person would write with serde's derives: reading and writing one order
//! of three items. `order/generated.rs` is what `schemactl generate --schema schemas/com.myapp.orders/OrderPlaced/1.0.json
//! --name OrderPlaced` writes.

use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

#[allow(missing_docs, unreachable_pub)]
mod generated {
    include!("order/generated.rs");
}

/// By hand: the same fields, the same presence.
#[allow(dead_code, unreachable_pub)]
mod by_hand {
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct OrderPlaced {
        version: String,
        order_id: String,
        customer_id: String,
        total_amount: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        currency: Option<String>,
        items: Vec<Item>,
        placed_at: String,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Item {
        #[serde(skip_serializing_if = "Option::is_none")]
        product_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        quantity: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unit_price: Option<f64>,
    }
}

const ORDER: &str = r#"{"version":"1.0","orderId":"ord-000017","customerId":"cus-4711","totalAmount":249.95,"currency":"EUR",
"items":[{"productId":"sku-1","quantity":2,"unitPrice":74.98},{"productId":"sku-2","quantity":1,"unitPrice":49.99},
{"productId":"sku-3","quantity":10,"unitPrice":5.0}],"placedAt":"2026-02-01T14:32:00Z"}"#;

#[divan::bench(sample_count = 2000, sample_size = 100)]
fn decode_by_hand(bencher: Bencher<'_, '_>) {
    bencher.bench(|| serde_json::from_str::<by_hand::OrderPlaced>(black_box(ORDER)).is_ok());
}

#[divan::bench(sample_count = 2000, sample_size = 100)]
fn decode_generated(bencher: Bencher<'_, '_>) {
    bencher.bench(|| serde_json::from_str::<generated::OrderPlaced>(black_box(ORDER)).is_ok());
}

#[divan::bench(sample_count = 2000, sample_size = 100)]
fn encode_by_hand(bencher: Bencher<'_, '_>) {
    let order: by_hand::OrderPlaced = serde_json::from_str(ORDER).expect("the order is valid");
    bencher.bench(|| serde_json::to_string(black_box(&order)).map(|text| text.len()).ok());
}

#[divan::bench(sample_count = 2000, sample_size = 100)]
fn encode_generated(bencher: Bencher<'_, '_>) {
    let order: generated::OrderPlaced = serde_json::from_str(ORDER).expect("the order is valid");
    bencher.bench(|| serde_json::to_string(black_box(&order)).map(|text| text.len()).ok());
}
