//! An envelope reads itself from every format that a handler may get it in, and its detail is the same everywhere: with all its digits, or with an
//! error where a format has already lost some of them.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use schemactl_runtime::{Decimal, Entry, Envelope, EventDetail, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_dynamo::AttributeValue;
use serde_json::{Value, json};

/// An envelope whose detail holds a number of these digits.
fn envelope_text(digits: &str) -> String {
    format!(
        r#"{{"version":"0","id":"7bf7","detail-type":"order.placed","source":"shop","account":"123456789012",
            "time":"2026-02-01T14:32:00Z","region":"eu-west-1","resources":["arn:a"],"replay-name":"again",
            "detail":{{"total":{digits}}}}}"#
    )
}

#[derive(Debug, Deserialize, Serialize)]
struct Flattened {
    trace: String,
    #[serde(flatten)]
    envelope: Envelope,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Untagged {
    Envelope(Box<Envelope>),
    Other(Value),
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "kind")]
enum Tagged {
    Event(Envelope),
}

/// The item that another language stores: DynamoDB keeps the digits of the number, which a value has lost.
fn store_in_dynamo(value: &Value, text: &str) -> serde_dynamo::Item {
    let mut item: serde_dynamo::Item = serde_dynamo::to_item(value).unwrap();
    let (_, digits) = text.split_once(r#""total":"#).unwrap();
    let total = AttributeValue::N(digits.trim_end_matches('}').to_owned());
    item.inner_mut().insert(
        "detail".to_owned(),
        AttributeValue::M([("total".to_owned(), total)].into()),
    );
    item
}

/// Reads the envelope in every way that keeps or loses its text.
fn read_everywhere(text: &str) -> BTreeMap<&'static str, Envelope> {
    let value: Value = serde_json::from_str(text).unwrap();
    let with = |member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let Untagged::Envelope(untagged) = serde_json::from_str(text).unwrap() else {
        panic!("not an envelope")
    };
    let Tagged::Event(tagged) = serde_json::from_str(&with(r#""kind":"Event""#)).unwrap();
    let flattened: Flattened = serde_json::from_str(&with(r#""trace":"t""#)).unwrap();
    let packed = rmp_serde::to_vec_named(&value).unwrap();
    let mut cbor = Vec::new();
    ciborium::into_writer(&value, &mut cbor).unwrap();
    let item = store_in_dynamo(&value, text);
    BTreeMap::from([
        ("parse", Envelope::parse(text).unwrap()),
        ("text", serde_json::from_str(text).unwrap()),
        ("reader", serde_json::from_reader(text.as_bytes()).unwrap()),
        ("reference", Envelope::deserialize(&value).unwrap()),
        ("value", serde_json::from_value(value).unwrap()),
        ("flattened", flattened.envelope),
        ("untagged", *untagged),
        ("tagged", tagged),
        ("MessagePack", rmp_serde::from_slice(&packed).unwrap()),
        ("CBOR", ciborium::from_reader(&cbor[..]).unwrap()),
        ("DynamoDB", serde_dynamo::from_item(item).unwrap()),
    ])
}

#[derive(Debug, Deserialize, PartialEq)]
struct Detail<T> {
    total: T,
}

#[test]
fn an_envelope_is_the_same_from_every_format() {
    for (way, envelope) in read_everywhere(&envelope_text("19.99")) {
        assert_eq!(envelope.id, "7bf7", "{way}");
        assert_eq!(
            envelope.time,
            Timestamp::parse("2026-02-01T14:32:00Z").unwrap(),
            "{way}"
        );
        assert_eq!(envelope.resources, ["arn:a"], "{way}");
        assert_eq!(envelope.other["replay-name"], "again", "{way}");
        assert_eq!(
            envelope.detail.read::<Value>().unwrap(),
            json!({ "total": 19.99 }),
            "{way}"
        );
        assert_eq!(
            envelope.detail.read::<Detail<Decimal>>().unwrap().total.to_string(),
            "19.99",
            "{way}"
        );
    }
}

#[test]
fn digits_are_kept_or_an_error() {
    let digits = "12345678901234567.89";
    let mut kept = Vec::new();
    for (way, envelope) in read_everywhere(&envelope_text(digits)) {
        match envelope.detail.read::<Detail<Decimal>>() {
            Ok(detail) => {
                assert_eq!(detail.total.to_string(), digits, "{way}");
                kept.push(way);
            }
            Err(error) => assert!(error.to_string().contains("digits"), "{way}: {error}"),
        }
    }
    assert_eq!(kept, ["parse", "reader", "text"], "serde_json hands out text in these");
}

#[test]
fn a_written_envelope_is_read_again() {
    fn assert_same<T: Serialize + DeserializeOwned>(envelope: &T, of: impl Fn(&T) -> &Envelope) {
        let again: T = serde_json::from_str(&serde_json::to_string(envelope).unwrap()).unwrap();
        assert_eq!(of(&again), of(envelope));
    }
    let text = envelope_text("12345678901234567.89");
    let envelope = Envelope::parse(&text).unwrap();
    assert_same(&envelope, |envelope| envelope);
    let written = serde_json::to_string(&envelope).unwrap();
    assert!(written.contains("12345678901234567.89"), "{written}");
    let simple = Envelope::parse(&envelope_text("19.99")).unwrap();
    let packed = rmp_serde::to_vec_named(&simple).unwrap();
    assert_eq!(rmp_serde::from_slice::<Envelope>(&packed).unwrap(), simple);
    let flattened = Flattened {
        trace: "t".to_owned(),
        envelope: simple,
    };
    assert_same(&flattened, |flattened| &flattened.envelope);
}

#[test]
fn an_error_names_the_field_of_the_envelope() {
    for field in ["id", "source", "time", "detail", "version", "detail-type"] {
        let mut value: Value = serde_json::from_str(&envelope_text("1")).unwrap();
        value.as_object_mut().unwrap().remove(field);
        let expected = format!("missing field `{field}` of the envelope");
        for error in [
            Envelope::parse(&value.to_string()).unwrap_err().to_string(),
            serde_json::from_value::<Envelope>(value).unwrap_err().to_string(),
        ] {
            assert!(error.contains(&expected), "{error}");
        }
    }
}

/// An entry is stored in an outbox as what the API takes.
#[test]
fn an_entry_is_json_of_the_api() {
    let entry = Entry::new("shop", "order.placed", r#"{"total":12345678901234567.89}"#);
    assert_eq!(
        serde_json::to_value(&entry).unwrap(),
        json!({ "Source": "shop", "DetailType": "order.placed", "Detail": "{\"total\":12345678901234567.89}" })
    );
    let full = entry
        .on_bus("orders")
        .at(Timestamp::parse("2026-02-01T14:32:00Z").unwrap())
        .about(["arn:a"])
        .traced("Root=1-2-3");
    let value = serde_json::to_value(&full).unwrap();
    assert_eq!(value["EventBusName"], "orders");
    assert_eq!(value["Time"], "2026-02-01T14:32:00Z");
    assert_eq!(value["Resources"], json!(["arn:a"]));
    assert_eq!(value["TraceHeader"], "Root=1-2-3");
    assert_eq!(serde_json::from_value::<Entry>(value).unwrap(), full);
}

#[test]
fn a_detail_is_equal_by_its_text_or_its_value() {
    let detail = |text: &str| serde_json::from_str::<EventDetail>(text).unwrap();
    assert_eq!(detail(r#"{"a":1}"#), detail(r#"{"a":1}"#));
    assert_ne!(
        detail(r#"{"a":1.0}"#),
        detail(r#"{"a":1.00}"#),
        "texts keep their digits"
    );
    assert_eq!(detail(r#"{"a": 1}"#), EventDetail::from(json!({ "a": 1 })));
    assert_eq!(format!("{:?}", detail(r#"{"a": 1}"#)), r#"{"a": 1}"#);
}
