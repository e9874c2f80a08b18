//! Arrays and nesting: what counts as a field's values, and which of them may be taken together.
#![allow(clippy::unwrap_used)]

use schemactl_pattern::Pattern;
use serde_json::{Value, json};

fn matches(pattern: &Value, event: &Value) -> bool {
    Pattern::from_value(pattern).expect("a valid pattern").matches(event)
}

fn order() -> Value {
    json!({"detail": {"orderId": "ord-1", "tags": ["new", ["vip", ["eu"]]], "items": [
        {"sku": "book", "quantity": 1, "prices": [{"net": 10, "currency": "EUR"}, {"net": 11, "currency": "USD"}]},
        {"sku": "lamp", "quantity": 3, "prices": [{"net": 90, "currency": "EUR"}], "coupon": "SAVE"},
        "note"
    ]}})
}

#[test]
fn a_value_anywhere_in_nested_arrays_is_a_value() {
    assert!(matches(&json!({"detail": {"tags": ["eu"]}}), &order()));
    assert!(matches(
        &json!({"detail": {"tags": [{"anything-but": "vip"}]}}),
        &order()
    ));
    assert!(matches(&json!({"detail": {"items": ["note"]}}), &order()));
    assert!(!matches(&json!({"detail": {"tags": ["us"]}}), &order()));
}

#[test]
fn two_fields_must_be_of_one_element() {
    let items = |sku: &str, quantity: u8| json!({"detail": {"items": {"sku": [sku], "quantity": [quantity]}}});
    assert!(matches(&items("lamp", 3), &order()));
    assert!(!matches(&items("book", 3), &order()));
}

#[test]
fn elements_of_inner_arrays_belong_to_one_outer_element() {
    let price = |sku: &str, net: u8, currency: &str| json!({"detail": {"items": {"sku": [sku], "prices": {"net": [net], "currency": [currency]}}}});
    assert!(matches(&price("book", 11, "USD"), &order()));
    assert!(
        !matches(&price("book", 10, "USD"), &order()),
        "net and currency of different prices"
    );
    assert!(!matches(&price("lamp", 10, "EUR"), &order()), "a price of another item");
}

#[test]
fn plain_values_are_in_no_element() {
    let event = json!({"detail": {"items": [{"sku": "book", "quantity": 1}, {"sku": "lamp"}], "tags": ["a", "b"]}});
    assert!(matches(
        &json!({"detail": {"items": {"sku": ["lamp"]}, "tags": ["a"]}}),
        &event
    ));
    let twice = json!({"detail": [{"tags": ["a", "b"]}, {"tags": ["c"], "id": 1}]});
    assert!(matches(&json!({"detail": {"tags": ["c"], "id": [1]}}), &twice));
    assert!(!matches(&json!({"detail": {"tags": ["b"], "id": [1]}}), &twice));
}

#[test]
fn absence_is_judged_in_the_elements_taken_before() {
    let absent = |before: &str| json!({"detail": {"items": {before: ["book"], "coupon": [{"exists": false}]}}});
    let event = |name: &str| json!({"detail": {"items": [{name: "book"}, {name: "lamp", "coupon": "SAVE"}]}});
    assert!(
        matches(&absent("article"), &event("article")),
        "article comes first and picks the element"
    );
    assert!(
        !matches(&absent("sku"), &event("sku")),
        "coupon comes first and sees all elements"
    );
}

#[test]
fn dots_are_levels() {
    let nested = json!({"detail": {"address": {"city": ["Bern"]}}});
    let dotted = json!({"detail": {"address.city": ["Bern"]}});
    for pattern in [nested, dotted] {
        assert!(matches(&pattern, &json!({"detail": {"address": {"city": "Bern"}}})));
        assert!(matches(&pattern, &json!({"detail.address": {"city": "Bern"}})));
        assert!(matches(&pattern, &json!({"detail": [{"address.city": "Bern"}]})));
        assert!(!matches(
            &pattern,
            &json!({"detail": {"address": {"city.name": "Bern"}}})
        ));
    }
}

#[test]
fn large_arrays_take_no_quadratic_time() {
    // Even elements have the one value, odd elements the other: no element has both.
    let items: Vec<_> = (0..50_000)
        .map(|i| if i % 2 == 0 { json!({"a": 1}) } else { json!({"b": 1}) })
        .collect();
    let event = json!({"items": items, "others": items});
    assert!(!matches(
        &json!({"items": {"a": [1], "b": [1]}, "others": {"a": [1]}}),
        &event
    ));
    assert!(!matches(
        &json!({"items": {"a": [1]}, "others": {"a": [1], "b": [1]}}),
        &event
    ));
    assert!(matches(&json!({"items": {"a": [1]}, "others": {"b": [1]}}), &event));
}

#[test]
fn deep_events_do_not_overflow_the_stack() {
    let mut deep = json!("x");
    for _ in 0..900 {
        deep = json!([deep]);
    }
    assert!(matches(&json!({"a": ["x"]}), &json!({"a": deep})));
}

#[test]
fn a_text_is_matched_as_its_value_is() {
    let pattern = json!({"detail": {"items": {"quantity": [3], "coupon": [{"prefix": "SA"}]}}});
    let pattern = Pattern::from_value(&pattern).expect("a valid pattern").compile();
    assert!(pattern.matches(&order()));
    assert!(pattern.matches_str(&order().to_string()).unwrap());
    assert!(!pattern.matches_str("[]").unwrap());
    assert!(pattern.matches_str("{").is_err());
    assert!(pattern.matches_str("{} {}").is_err());
    let absent = Pattern::parse(r#"{"detail": [{"exists": false}]}"#).unwrap().compile();
    assert!(
        absent.matches_str("{}").unwrap() && !absent.matches_str("[]").unwrap() && !absent.matches_str("1").unwrap()
    );
}
