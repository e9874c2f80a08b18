//! What a consumer and a producer do with the generated code.

mod support;

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use consumer::inventory_reserved::AnyInventoryReserved;
use consumer::order_placed::publish::{entries, to_v1_1, AsV1_1};
use consumer::order_placed::{self, v1, v2, AnyOrderPlaced};
use schemactl_runtime::pattern::Matcher;
use schemactl_runtime::{Envelope, Event, GapError, MemoryBus, Publisher, Timestamp};
use serde_json::{json, Value};
use support::by_value;

fn examples(event: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../schemas")
        .join(event)
        .join("examples");
    let mut found = Vec::new();
    for version in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(version.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let detail = if value.get("detail-type").is_some() {
                value["detail"].clone()
            } else {
                value
            };
            found.push((path, detail));
        }
    }
    assert!(!found.is_empty());
    found
}

/// The futures of a bus in memory never wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a bus in memory does not wait"),
    }
}

fn order() -> v2::OrderPlaced {
    let address = v2::NewAddress {
        name: "Ada".to_owned(),
        street: "1 Main St".to_owned(),
        postal_code: "12345".to_owned(),
        city: "Berlin".to_owned(),
        country: "DE".to_owned(),
    };
    let mug = v2::NewItem { product_id: "sku-1".to_owned(), quantity: 2, unit_price: "74.98".to_owned() };
    let mut order = v2::OrderPlaced::new(v2::NewOrderPlaced {
        order_id: "ord-1".to_owned(),
        buyer_id: "cust-1".to_owned(),
        total_amount: "149.95".to_owned(),
        currency: "EUR".to_owned(),
        items: vec![v2::Item { description: Some("A mug".to_owned()), ..mug.into() }],
        shipping_address: address.into(),
        placed_at: Timestamp::parse("2026-02-01T14:32:00Z").unwrap(),
    });
    order.channel = Some(v2::OrderPlacedChannel::App);
    order
}

/// What version 1.1 says in another way: money was a number.
struct Numbers;

impl AsV1_1 for Numbers {
    fn total_amount(&self, from: &v2::OrderPlaced) -> Result<f64, GapError> {
        Ok(from.total_amount.parse()?)
    }

    fn order_placed_item_unit_price(&self, from: &v2::Item) -> Result<Option<f64>, GapError> {
        Ok(Some(from.unit_price.parse()?))
    }
}

#[test]
fn examples_survive_a_round_trip() {
    for (path, detail) in examples("com.myapp.orders/OrderPlaced") {
        let event =
            AnyOrderPlaced::decode(&detail.to_string()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let written = match &event {
            AnyOrderPlaced::V1_0(event) => serde_json::to_value(event),
            AnyOrderPlaced::V1_1(event) => serde_json::to_value(event),
            AnyOrderPlaced::V2_0(event) => serde_json::to_value(event),
            other => panic!("{}: {other:?}", path.display()),
        };
        assert_eq!(
            by_value(written.unwrap()),
            by_value(detail.clone()),
            "{}",
            path.display()
        );
        assert_eq!(event.version(), detail["version"].as_str(), "{}", path.display());
    }
    for (path, detail) in examples("com.myapp.inventory/InventoryReserved") {
        let AnyInventoryReserved::V1_0(event) = AnyInventoryReserved::decode(&detail.to_string()).unwrap() else {
            panic!("{}", path.display());
        };
        assert_eq!(by_value(serde_json::to_value(event).unwrap()), by_value(detail));
    }
}

#[test]
fn versions_are_told_apart_by_their_field() {
    let mut detail = serde_json::to_value(order()).unwrap();
    assert_eq!(detail["version"], "2.0", "the version is set by the type");
    detail["version"] = json!("2.7");
    detail["addedLater"] = json!({"unknown": true});
    assert!(matches!(
        AnyOrderPlaced::decode(&detail.to_string()),
        Ok(AnyOrderPlaced::V2_0(_))
    ));
    detail["version"] = json!("3.0");
    let AnyOrderPlaced::Unknown { version, detail: kept } = AnyOrderPlaced::decode(&detail.to_string()).unwrap() else {
        panic!("3.0 is not known here");
    };
    assert_eq!((version.as_deref(), kept), (Some("3.0"), detail.to_string()));
    detail["version"] = json!("1.1");
    let error = AnyOrderPlaced::decode(&detail.to_string()).unwrap_err().to_string();
    assert!(
        error.contains("com.myapp.orders@OrderPlaced 1.1") && error.contains("line 1"),
        "{error}"
    );
}

#[test]
fn absent_stays_absent_and_null_is_refused_where_the_schema_refuses_it() {
    let mut event = order();
    event.channel = None;
    let detail = serde_json::to_value(&event).unwrap();
    assert!(detail.get("channel").is_none() && detail.get("correlationId").is_none());
    let mut with_null = detail;
    with_null["correlationId"] = Value::Null;
    assert!(AnyOrderPlaced::decode(&with_null.to_string()).is_err());
}

#[test]
fn an_unknown_value_of_an_extensible_enum_is_kept() {
    let mut detail = serde_json::to_value(order()).unwrap();
    detail["channel"] = json!("kiosk");
    let AnyOrderPlaced::V2_0(event) = AnyOrderPlaced::decode(&detail.to_string()).unwrap() else {
        panic!()
    };
    assert_eq!(event.channel, Some(v2::OrderPlacedChannel::Unknown("kiosk".to_owned())));
    assert_eq!(event.validate(), Ok(()), "readers accept it");
    let error = event.validate_to_publish().unwrap_err();
    assert!(error.to_string().starts_with(r#"`channel`: "kiosk" is none of "#), "{error}");
    assert_eq!(serde_json::to_value(event).unwrap(), detail);
}

#[test]
fn one_fact_goes_out_in_two_versions_and_consumers_of_both_read_it() {
    let publisher = Publisher::new(MemoryBus::new());
    let order = order();
    let published = now(publisher.publish(&entries(&order, &Numbers).unwrap())).unwrap();
    assert_eq!(published.ids.len(), 2);
    assert_eq!(publisher.bus().requests(), [2], "one request");
    let sent = publisher.bus().accepted();
    assert!(sent
        .iter()
        .all(|entry| entry.source == "com.myapp.orders" && entry.detail_type == "order.placed"));
    assert_eq!(AnyOrderPlaced::decode(&sent[0].detail).unwrap(), order.clone().into());
    let AnyOrderPlaced::V1_1(old) = AnyOrderPlaced::decode(&sent[1].detail).unwrap() else {
        panic!()
    };
    assert_eq!(old, to_v1_1(&order, &Numbers).unwrap());
    assert_eq!(
        (old.customer_id.as_str(), old.total_amount),
        ("cust-1", 149.95),
        "renamed, and filled in"
    );
    assert_eq!(old.items[0].unit_price, Some(74.98));
    assert_eq!(old.channel, Some(v1::OrderPlacedChannel::App));
    assert_eq!(v1::OrderPlaced::VERSION.text, "1.1", "v1 is the newest of its major");
}

#[test]
fn nothing_goes_out_that_its_schema_refuses() {
    let mut order = order();
    order.currency = "euro".to_owned();
    let error = entries(&order, &Numbers).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"the event is not a valid com.myapp.orders@OrderPlaced 2.0: `currency`: "euro" does not match "^[A-Z]{3}$""#
    );
}

/// A value that is too long for the older version stays as it is.
struct NotShortened;

impl consumer::names::foo::publish::AsV1_1 for NotShortened {
    fn foo(&self, event: &consumer::names::foo::v2_0::Foo) -> Result<String, schemactl_runtime::GapError> {
        Ok(event.foo.clone())
    }
}

/// The older version has a limit that the newer one does not have: what is sent there is the producer's to say, and it is checked.
#[test]
fn an_older_version_is_checked_too() {
    use consumer::names::foo::{publish, v2_0};
    let event = |text: &str| {
        let [first, second] = ["b", "c"].map(str::to_owned);
        v2_0::Foo::new(v2_0::NewFoo { foo: text.to_owned(), _1: first, _1xaf63: second, kind: v2_0::FooKind::Add })
    };
    assert_eq!(publish::entries(&event("abc"), &NotShortened).unwrap().len(), 2);
    let error = publish::entries(&event("abcd"), &NotShortened).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event is not a valid names@Foo 1.1: `foo`: 4 characters, more than 3"
    );
}

/// An event as EventBridge delivers it.
fn delivered(entry: &schemactl_runtime::Entry) -> Value {
    json!({
        "version": "0", "id": "1", "detail-type": entry.detail_type, "source": entry.source, "account": "123456789012",
        "time": "2026-02-01T14:32:00Z", "region": "us-east-1", "resources": [],
        "detail": serde_json::from_str::<Value>(&entry.detail).unwrap(),
    })
}

#[test]
fn patterns_match_the_events_they_are_built_for() {
    let sent = entries(&order(), &Numbers).unwrap();
    let (new, old) = (delivered(&sent[0]), delivered(&sent[1]));
    let all_of_2 = v2::OrderPlaced::pattern().build();
    let all_of_1 = order_placed::v1_0::OrderPlaced::pattern().build();
    assert_eq!(
        (all_of_2.matches(&new), all_of_2.matches(&old)),
        (true, false),
        "each fact once"
    );
    assert_eq!(
        (all_of_1.matches(&new), all_of_1.matches(&old)),
        (false, true),
        "each fact once"
    );
    let narrowed = v2::OrderPlaced::pattern()
        .currency()
        .one_of(["EUR", "CHF"])
        .items()
        .quantity()
        .greater_than(1)
        .shipping_address()
        .country()
        .eq("DE")
        .build();
    assert!(narrowed.matches(&new));
    assert_eq!(
        narrowed.to_value(),
        json!({
            "source": ["com.myapp.orders"],
            "detail-type": ["order.placed"],
            "detail": {
                "version": [{"prefix": "2."}],
                "currency": ["EUR", "CHF"],
                "items": {"quantity": [{"numeric": [">", 1]}]},
                "shippingAddress": {"country": ["DE"]},
            },
        })
    );
    let elsewhere = v2::OrderPlaced::pattern()
        .shipping_address()
        .country()
        .matching(Matcher::eq("FR"))
        .build();
    assert!(!elsewhere.matches(&new));
}

#[test]
fn an_envelope_is_read_with_its_detail() {
    let sent = entries(&order(), &Numbers).unwrap();
    let body = delivered(&sent[0]).to_string();
    let envelope = Envelope::parse(&body).unwrap();
    assert_eq!(AnyOrderPlaced::from_envelope(&envelope).unwrap(), order().into());
}

/// The enum is a field of a type of the user's own, such as `EventBridgeEvent<AnyOrderPlaced>` of a Lambda function.
#[test]
fn the_enum_reads_and_writes_itself() {
    let sent = entries(&order(), &Numbers).unwrap();
    for entry in &sent {
        let decoded = AnyOrderPlaced::decode(&entry.detail).unwrap();
        assert_eq!(serde_json::from_str::<AnyOrderPlaced>(&entry.detail).unwrap(), decoded);
        let value: Value = serde_json::from_str(&entry.detail).unwrap();
        assert_eq!(
            serde_json::from_value::<AnyOrderPlaced>(value.clone()).unwrap(),
            decoded
        );
        assert_eq!(serde_json::to_value(&decoded).unwrap(), value);
    }
    let ahead = r#"{"version":"9.0","total":12345678901234567.89}"#;
    let unknown: AnyOrderPlaced = serde_json::from_str(ahead).unwrap();
    assert_eq!(unknown.version(), None);
    assert_eq!(serde_json::to_string(&unknown).unwrap(), ahead);
    let error = serde_json::from_str::<AnyOrderPlaced>(r#"{"version":"2.0"}"#).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("not a com.myapp.orders@OrderPlaced 2.0: missing field"),
        "{error}"
    );
}
