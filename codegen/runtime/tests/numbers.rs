//! Numbers keep their digits or are refused, whatever the way that an event comes and goes: text, a reader, a `Value`, what serde buffers for
//! `flatten`, tags and untagged enums, MessagePack, CBOR, DynamoDB.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Debug;

use schemactl_runtime::{Decimal, Integer};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order<T> {
    amount: T,
}

#[derive(Debug, Serialize, Deserialize)]
struct Flattened<T> {
    #[serde(flatten)]
    order: Order<T>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged<T> {
    Order(Order<T>),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged<T> {
    Order(Order<T>),
    Other(BTreeMap<String, String>),
}

/// Reads an order with that amount in every way; a refusal is `None`.
fn read_every_way<T: DeserializeOwned>(number: &str) -> BTreeMap<&'static str, Option<T>> {
    let text = format!(r#"{{"kind":"Order","amount":{number}}}"#);
    let value: Value = serde_json::from_str(&text).unwrap();
    let mut cbor = Vec::new();
    ciborium::into_writer(&value, &mut cbor).unwrap();
    // DynamoDB has the text of numbers, whatever a double makes of them.
    let mut item: serde_dynamo::Item = serde_dynamo::to_item(&value).unwrap();
    if value["amount"].is_number() {
        let attribute = serde_dynamo::AttributeValue::N(number.to_owned());
        item.extend([("amount".to_owned(), attribute)]);
    }
    let amount = |order: Option<Order<T>>| order.map(|order| order.amount);
    BTreeMap::from([
        ("text", amount(serde_json::from_str(&text).ok())),
        ("reader", amount(serde_json::from_reader(text.as_bytes()).ok())),
        ("a reference to a value", amount(Order::deserialize(&value).ok())),
        ("a value", amount(serde_json::from_value(value.clone()).ok())),
        (
            "flatten",
            amount(serde_json::from_str::<Flattened<T>>(&text).ok().map(|read| read.order)),
        ),
        ("a tag", {
            let read = serde_json::from_str::<Tagged<T>>(&text).ok();
            amount(read.map(|Tagged::Order(order)| order))
        }),
        ("untagged", {
            let read = serde_json::from_str::<Untagged<T>>(&text).ok();
            amount(read.and_then(|read| match read {
                Untagged::Order(order) => Some(order),
                Untagged::Other(_) => None,
            }))
        }),
        (
            "MessagePack",
            amount(rmp_serde::from_slice(&rmp_serde::to_vec_named(&value).unwrap()).ok()),
        ),
        ("CBOR", amount(ciborium::from_reader(&cbor[..]).ok())),
        ("DynamoDB", amount(serde_dynamo::from_item(item).ok())),
    ])
}

/// Writes an order in every way and reads it again; a refusal is `None`.
fn write_every_way<T: Serialize + DeserializeOwned + Clone>(amount: &T) -> BTreeMap<&'static str, Option<T>> {
    let order = Order { amount: amount.clone() };
    let amount = |order: Option<Order<T>>| order.map(|order| order.amount);
    let text = |text: serde_json::Result<String>| amount(text.ok().and_then(|text| serde_json::from_str(&text).ok()));
    BTreeMap::from([
        ("text", text(serde_json::to_string(&order))),
        ("pretty text", text(serde_json::to_string_pretty(&order))),
        (
            "flatten",
            text(serde_json::to_string(&Flattened { order: order.clone() })),
        ),
        ("a tag", text(serde_json::to_string(&Tagged::Order(order.clone())))),
        ("a value", {
            let value = serde_json::to_value(&order).ok();
            amount(value.and_then(|value| serde_json::from_value(value).ok()))
        }),
        ("MessagePack", {
            let bytes = rmp_serde::to_vec_named(&order).ok();
            amount(bytes.and_then(|bytes| rmp_serde::from_slice(&bytes).ok()))
        }),
        ("CBOR", {
            let mut bytes = Vec::new();
            let written = ciborium::into_writer(&order, &mut bytes).ok();
            amount(written.and_then(|()| ciborium::from_reader(&bytes[..]).ok()))
        }),
        ("DynamoDB", {
            let item = serde_dynamo::to_item::<_, serde_dynamo::Item>(&order).ok();
            amount(item.and_then(|item| serde_dynamo::from_item(item).ok()))
        }),
    ])
}

const TEXTS: [&str; 2] = ["text", "reader"];

fn expect_kept<T: Debug + PartialEq>(number: &str, ways: &BTreeMap<&str, Option<T>>, expected: &T) {
    for (way, amount) in ways {
        assert_eq!(amount.as_ref(), Some(expected), "{number} by {way}");
    }
}

fn expect_kept_or_refused<T: Debug + PartialEq>(number: &str, ways: &BTreeMap<&str, Option<T>>, expected: &T) {
    for (way, amount) in ways {
        assert!(
            amount.is_none() || amount.as_ref() == Some(expected),
            "{number} by {way}: {amount:?}"
        );
        assert!(amount.is_some() || !TEXTS.contains(way), "{number} by {way} is refused");
    }
}

#[test]
fn decimals_of_fifteen_digits_survive_every_way() {
    for number in [
        "0",
        "10.00",
        "0.10",
        "-149.95",
        "123456789012345",
        "0.000000123456789",
        "1e22",
        "-2e-7",
    ] {
        let expected: Decimal = number.parse().unwrap();
        expect_kept(number, &read_every_way(number), &expected);
        expect_kept(number, &write_every_way(&expected), &expected);
    }
}

#[test]
fn longer_decimals_survive_or_are_refused() {
    for number in [
        "12345678901234567.89",
        "0.1234567890123456789",
        "-9007199254740993.5",
        "100000000000000000000000.01",
    ] {
        let expected: Decimal = number.parse().unwrap();
        expect_kept_or_refused(number, &read_every_way(number), &expected);
        expect_kept_or_refused(number, &write_every_way(&expected), &expected);
        assert!(
            read_every_way::<Decimal>(number)["untagged"].is_none(),
            "{number} was a double"
        );
    }
}

#[test]
fn single_precision_keeps_six_digits() {
    let read = |amount: f32| {
        let bytes = rmp_serde::to_vec_named(&BTreeMap::from([("amount", amount)])).unwrap();
        rmp_serde::from_slice::<Order<Decimal>>(&bytes)
            .ok()
            .map(|order| order.amount.to_string())
    };
    assert_eq!(
        (read(0.1).as_deref(), read(149.95).as_deref()),
        (Some("0.1"), Some("149.95"))
    );
    // What was sent as 16777217, and the next to it, are the same number here.
    assert_eq!((read(16_777_216.0), read(0.123_456_79)), (None, None));
}

#[test]
fn integers_survive_or_are_refused() {
    for number in [
        "0",
        "-5",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
        "1e3",
        "40.0",
    ] {
        let expected: Integer = serde_json::from_str(number).unwrap();
        expect_kept(number, &read_every_way(number), &expected);
        expect_kept(number, &write_every_way(&expected), &expected);
    }
    for number in [
        "-9223372036854775809",
        "123456789012345678901234567890",
        "9007199254740993.0",
    ] {
        let expected: Integer = serde_json::from_str(number).unwrap();
        expect_kept_or_refused(number, &read_every_way(number), &expected);
        expect_kept_or_refused(number, &write_every_way(&expected), &expected);
    }
}

#[test]
fn what_is_no_number_is_refused_in_every_way() {
    for other in ["\"10.00\"", "null", "true", "[1]", "{}", r#"{"a":"1"}"#] {
        for (way, amount) in read_every_way::<Decimal>(other) {
            assert_eq!(amount, None, "{other} by {way}");
        }
    }
    // An object that looks like the text of a number is an object where nobody was asked for text.
    let object = BTreeMap::from([("amount", BTreeMap::from([("$serde_json::private::RawValue", "1")]))]);
    let bytes = rmp_serde::to_vec_named(&object).unwrap();
    assert!(rmp_serde::from_slice::<Order<Decimal>>(&bytes).is_err());
    let error = serde_json::from_str::<Order<Decimal>>(r#"{"amount":"10.00"}"#).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("invalid type: string \"10.00\", expected a number"),
        "{error}"
    );
}
