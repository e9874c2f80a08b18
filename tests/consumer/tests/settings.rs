//! What the settings make of a schema, and what features leave of the events.

use consumer::generated_cases::{case_numbers, set_closed, set_impossible, set_integer_bounds, set_money, set_numbers, set_times};

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
    let text = r#"{"totalAmount":10.10,"unitPrice":"10.10","price":10.00,"payment":{"kind":"card","amount":12345678901234567.89},"tax_id":"DE.12"}"#;
    let read: set_money::Root = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    let (total, price) = (read.total_amount.unwrap(), read.unit_price.unwrap());
    assert_eq!(price.decimal().as_ref(), Ok(&total));
    let tax: Option<String> = read.tax_id;
    assert_eq!(tax.as_deref(), Some("DE.12"), "no pattern says that it is a decimal");
}

#[test]
fn numbers_keep_their_digits() {
    let text = r#"{"ratio":12345678901234567.89,"list":[1e400,0.10],"map":{"k":9007199254740993},"either":10.00,"pair":["a",1.50],"tagged":{"kind":"deep","value":0.10}}"#;
    let read: set_numbers::Root = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    // By default a number is the closest double, and one that no double holds is refused.
    assert!(serde_json::from_str::<case_numbers::Root>(text).is_err());
    let read: case_numbers::Root = serde_json::from_str(r#"{"ratio":12345678901234567.89,"list":[0.10]}"#).unwrap();
    assert_eq!((read.ratio, read.list), (Some(1.2345678901234568e16), Some(vec![0.1])));
}

#[test]
fn what_no_value_is_valid_for_is_refused_where_unknown_properties_are_ignored() {
    let read = |text: &str| serde_json::from_str::<set_impossible::Root>(text);
    let root = read(r#"{"id": "1", "later": 2}"#).unwrap();
    assert_eq!((root.refund, root.inner), (None, None));
    let error = read(r#"{"refund": 1}"#).unwrap_err().to_string();
    assert!(error.starts_with("`refund`: the schema allows no value here"), "{error}");
    assert!(read(r#"{"inner": {"y": 1}}"#).is_err(), "an object with it cannot be made");
}

#[test]
fn floats_that_json_does_not_have_are_not_written() {
    let root = case_numbers::Root { list: Some(vec![0.5, f64::NAN]), ..Default::default() };
    let error = serde_json::to_string(&root).unwrap_err().to_string();
    assert_eq!(error, "`list[1]`: NaN is not a JSON number; expected a finite number");
    let error = root.validate().unwrap_err().to_string();
    assert_eq!(error, "`list[1]`: NaN is not a JSON number; expected a finite number");
}

#[test]
fn times_are_texts() {
    let read: set_times::Root = serde_json::from_str(r#"{"at": "2026-02-01T14:32:00Z"}"#).unwrap();
    let at: Option<String> = read.at;
    assert_eq!(at.as_deref(), Some("2026-02-01T14:32:00Z"));
}

#[test]
fn errors_inside_a_choice_name_the_place_in_the_event() {
    let read = |text: &str| serde_json::from_str::<set_money::Root>(text).unwrap_err().to_string();
    let error = read(r#"{"payment": {"kind": "card", "amount": "1"}}"#);
    assert!(error.starts_with("`payment.amount`: "), "{error}");
    assert!(!error.contains("column 29"), "no place in what was held: {error}");
    let error = read(r#"{"payment": {"kind": "barter"}}"#);
    assert!(error.contains("unknown variant `barter`, expected `card` or `cash`"), "{error}");
}

/// `cargo xtask test` runs this with the feature. Without it the event is not there: see `chosen`.
#[cfg(feature = "order_placed")]
#[test]
fn an_event_is_there_with_its_feature() {
    use consumer::chosen::order_placed::v2::OrderPlaced;
    assert!(serde_json::from_str::<OrderPlaced>("{}").is_err());
}

#[cfg(feature = "clocks")]
#[test]
fn times_become_those_of_other_crates_and_back() {
    use schemactl_runtime::Timestamp;
    let text = "2026-02-01T14:32:00.5+01:00";
    let sent = Timestamp::parse(text).unwrap();
    let chrono = chrono::DateTime::try_from(&sent).unwrap();
    assert_eq!(chrono.offset().local_minus_utc(), 3600);
    assert_eq!(Timestamp::from(chrono).as_str(), "2026-02-01T14:32:00.500+01:00");
    assert_eq!(Timestamp::from(chrono.to_utc()).as_str(), "2026-02-01T13:32:00.500Z");
    let jiff = jiff::Timestamp::try_from(&sent).unwrap();
    assert_eq!(Timestamp::from(jiff).as_str(), "2026-02-01T13:32:00.5Z");
    assert_eq!(i128::from(chrono.timestamp_millis()), i128::from(jiff.as_millisecond()));
    // Any text can have been sent where formats are annotations.
    let none: Timestamp = serde_json::from_str("\"soon\"").unwrap();
    assert!(chrono::DateTime::try_from(&none).is_err() && jiff::Timestamp::try_from(&none).is_err());
    let leap = Timestamp::parse("2016-12-31T23:59:60Z").unwrap();
    assert_eq!(chrono::DateTime::try_from(&leap).unwrap().timestamp_subsec_nanos(), 1_000_000_000);
    assert_eq!(jiff::Timestamp::try_from(&leap).unwrap().to_string(), "2017-01-01T00:00:00Z");
}
