//! How fast events are matched: one order event, of about 600 bytes, against compiled patterns. Reading the event's JSON is
//! in the `from_text` benches only.

use divan::{Bencher, black_box};
use schemactl_pattern::{CompiledPattern, Matcher, Pattern, PatternBuilder};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

fn order() -> Value {
    let item =
        |sku: &str| json!({"sku": sku, "quantity": 2, "price": {"net": 12.5, "currency": "EUR"}, "tags": ["a", "b"]});
    json!({
        "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "time": "2026-11-23T12:00:00Z",
        "account": "111122223333", "region": "eu-west-1", "resources": [],
        "source": "com.myapp.orders", "detail-type": "order.placed",
        "detail": {
            "orderId": "ord-000017", "customerId": "cus-4711", "totalAmount": 250.0, "currency": "EUR",
            "items": [item("book"), item("lamp"), item("desk")]
        }
    })
}

fn pattern(order_id: Matcher) -> PatternBuilder {
    let builder = PatternBuilder::new()
        .source("com.myapp.orders")
        .detail_type("order.placed");
    builder.field(&["detail", "orderId"], order_id)
}

fn matchers() -> Vec<(&'static str, Pattern)> {
    let items = |name, value| PatternBuilder::new().field(&["detail", "items", name], value);
    vec![
        ("exact", pattern(Matcher::eq("ord-000017")).build()),
        ("prefix", pattern(Matcher::prefix("ord-")).build()),
        ("wildcard", pattern(Matcher::wildcard("ord-*17")).build()),
        (
            "ignore_case",
            pattern(Matcher::equals_ignore_case("ORD-000017")).build(),
        ),
        (
            "numeric",
            pattern(Matcher::exists())
                .field(&["detail", "totalAmount"], Matcher::greater_than(100))
                .build(),
        ),
        (
            "array",
            items("sku", Matcher::eq("desk"))
                .field(&["detail", "items", "quantity"], Matcher::eq(2))
                .build(),
        ),
    ]
}

const NAMES: [&str; 6] = ["exact", "prefix", "wildcard", "ignore_case", "numeric", "array"];

fn compiled(name: &str) -> CompiledPattern {
    let (_, pattern) = matchers()
        .into_iter()
        .find(|(other, _)| *other == name)
        .expect("each name has a pattern");
    pattern.compile()
}

#[divan::bench(args = NAMES)]
fn from_value(bencher: Bencher<'_, '_>, name: &str) {
    let (pattern, event) = (compiled(name), order());
    bencher
        .counter(1_usize)
        .bench(|| assert!(pattern.matches(black_box(&event))));
}

#[divan::bench(args = NAMES)]
fn from_text(bencher: Bencher<'_, '_>, name: &str) {
    let (pattern, event) = (compiled(name), order().to_string());
    bencher
        .counter(1_usize)
        .bench(|| pattern.matches_str(black_box(&event)));
}

/// A thousand patterns, one of which matches.
#[divan::bench]
fn thousand_patterns(bencher: Bencher<'_, '_>) {
    let event = order();
    let patterns: Vec<_> = (0..1000)
        .map(|i| pattern(Matcher::eq(format!("ord-{i:06}"))).build().compile())
        .collect();
    let matching = || {
        patterns
            .iter()
            .filter(|pattern| pattern.matches(black_box(&event)))
            .count()
    };
    bencher.bench(|| assert_eq!(matching(), 1));
}

/// An event with an array of ten thousand elements, the last of which matches.
#[divan::bench]
fn large_array(bencher: Bencher<'_, '_>) {
    let items: Vec<_> = (0..10_000)
        .map(|i| json!({"sku": format!("sku-{i}"), "quantity": i % 2}))
        .collect();
    let event = json!({"detail": {"items": items}});
    let pattern = PatternBuilder::new()
        .field(&["detail", "items", "quantity"], Matcher::eq(1))
        .field(&["detail", "items", "sku"], Matcher::eq("sku-9999"))
        .build()
        .compile();
    bencher.bench(|| assert!(pattern.matches(black_box(&event))));
}
