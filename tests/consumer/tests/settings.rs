//! What the settings make of a schema, and what features leave of the events.

use consumer::generated_cases::{set_closed, set_integer_bounds, set_money, set_times};

#[test]
fn a_closed_schema_refuses_what_it_does_not_name() {
    let error = serde_json::from_str::<set_closed::Root>(r#"{"a": "x", "b": 1}"#).unwrap_err();
    assert!(error.to_string().contains("`b`"), "{error}");
    assert!(serde_json::from_str::<set_closed::Root>(r#"{"a": "x"}"#).is_ok());
}

#[test]
fn integers_without_bounds_are_of_64_bits() {
    let read = |text: &str| serde_json::from_str::<set_integer_bounds::Root>(text);
    assert_eq!(read(r#"{"any": -7}"#).unwrap().any, Some(-7_i64));
    assert!(read(r#"{"any": 18446744073709551615}"#).is_err());
    assert_eq!(read(r#"{"port": 65535}"#).unwrap().port, Some(65_535));
}

#[test]
fn money_keeps_its_digits() {
    let text = r#"{"totalAmount":10.10}"#;
    let read: set_money::Root = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}

#[test]
fn times_are_texts() {
    let read: set_times::Root = serde_json::from_str(r#"{"at": "2026-02-01T14:32:00Z"}"#).unwrap();
    let at: Option<String> = read.at;
    assert_eq!(at.as_deref(), Some("2026-02-01T14:32:00Z"));
}

/// `cargo xtask test` runs this with the feature. Without it the event is not there: see `chosen`.
#[cfg(feature = "order_placed")]
#[test]
fn an_event_is_there_with_its_feature() {
    use consumer::chosen::order_placed::v2::OrderPlaced;
    assert!(serde_json::from_str::<OrderPlaced>("{}").is_err());
}
