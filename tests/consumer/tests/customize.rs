//! What settings make of the events of the order system: types of the crate's own, names, modules of namespaces, events that another crate
//! generates, and an enum over the events of a queue.

use consumer::customized::{com_myapp_orders::order_placed, com_myapp_payments::declined, Billing};
use consumer::own_types::Money;
use schemactl_runtime::{serde_json, Envelope, TextOf};
use serde_json::{json, Value};

fn order(version: &str) -> Value {
    let money = |text: &str, float: f64| if version.starts_with('2') { json!(text) } else { json!(float) };
    let mut order = json!({
        "version": version, "orderId": "o-1", "totalAmount": money("10.05", 10.05), "currency": "EUR", "later": 1,
        "items": [{ "productId": "p-1", "quantity": 1, "unitPrice": money("10.05", 10.05) }],
        "placedAt": "2026-02-01T14:32:00Z",
    });
    let buyer = if version.starts_with('2') { "buyerId" } else { "customerId" };
    order[buyer] = json!("c-1");
    if version.starts_with('2') {
        order["shippingAddress"] = json!({ "name": "A", "street": "S", "postalCode": "1", "city": "C", "country": "DE" });
    }
    order
}

fn envelope(source: &str, detail_type: &str, detail: &Value) -> String {
    json!({
        "version": "0", "id": "7", "detail-type": detail_type, "source": source, "account": "1", "region": "r",
        "time": "2026-02-01T14:32:00Z", "resources": [], "trace-header": "t", "detail": detail,
    })
    .to_string()
}

#[test]
fn own_types_stand_in_generated_ones() {
    let text = order("2.0").to_string();
    let read: order_placed::v2::OrderPlaced = serde_json::from_str(&text).unwrap();
    assert_eq!((read.total_amount, read.items[0].unit_price), (Money(1005), Money(1005)));
    let address: &Value = &read.shipping_address;
    assert_eq!(address["city"], "C");
    let written: Value = serde_json::to_value(&read).unwrap();
    assert_eq!((&written["totalAmount"], &written["shippingAddress"]), (&order("2.0")["totalAmount"], address));
    let error = serde_json::from_str::<order_placed::v2::OrderPlaced>(&text.replace("\"10.05\"", "\"ten\"")).unwrap_err();
    assert!(error.to_string().starts_with("`items[0].unitPrice`: "), "{error}");
}

#[test]
fn a_type_of_another_module_is_the_same_type() {
    let item: consumer::case_events::_2fa::v1_0::Item = serde_json::from_value(json!({ "sku": "a", "2fa": "b" })).unwrap();
    let _: consumer::external::item_fields::v1_0::Item = item;
}

#[test]
fn events_of_a_queue_are_told_apart_by_source_detail_type_and_version() {
    for (source, detail_type, detail, expected) in [
        ("com.myapp.orders", "order.placed", order("1.0"), "order"),
        ("com.myapp.orders", "order.placed", order("1.1"), "order"),
        // A later minor is read as the newest that is known.
        ("com.myapp.orders", "order.placed", order("1.9"), "order"),
        ("com.myapp.orders", "order.placed", order("2.0"), "unknown"),
        // Not even a version of a type that is generated is looked into, if it is not in the group.
        ("com.myapp.orders", "order.placed", json!({ "version": "2.0" }), "unknown"),
        ("com.myapp.orders", "order.placed", json!({ "version": "3.0" }), "unknown"),
        ("com.myapp.orders", "order.placed", json!({}), "unknown"),
        ("com.myapp.stock", "order.placed", order("1.0"), "unknown"),
        ("com.myapp.orders", "order.cancelled", order("1.0"), "unknown"),
    ] {
        let text = envelope(source, detail_type, &detail);
        let read = Billing::from_event(&text).unwrap();
        let found = match &read {
            Billing::OrderPlaced(received) => {
                assert!(received.event().version().is_some());
                "order"
            }
            Billing::Declined(_) => "declined",
            Billing::Unknown(_) => "unknown",
            _ => "more",
        };
        assert_eq!(found, expected, "{text}");
        assert_eq!(read.envelope().id, "7");
        // Nothing is lost, also of what the types do not name.
        let same: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), same);
        let again: Billing = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
        let of_value: Billing = serde_json::from_value(same).unwrap();
        assert_eq!(of_value.envelope().source, source);
    }
}

#[test]
fn an_event_of_the_group_that_is_broken_is_an_error() {
    let text = envelope("com.myapp.orders", "order.placed", &json!({ "version": "1.0", "orderId": 7 }));
    let error = Billing::from_event(&text).unwrap_err().to_string();
    assert!(error.contains("orderId"), "{error}");
    assert!(serde_json::from_str::<Billing>(&text).is_err());
    let order: declined::AnyDeclined = declined::AnyDeclined::Unknown { version: None, detail: "{}".to_owned() };
    assert_eq!(order.version(), None);
}

#[test]
fn an_event_is_taken_out_of_its_envelope() {
    let text = envelope("com.myapp.orders", "order.placed", &order("1.1"));
    let Ok(Billing::OrderPlaced(received)) = Billing::from_envelope(Envelope::parse(&text).unwrap()) else {
        panic!("an order of 1.1 is in the group");
    };
    let (envelope, event) = received.into_parts();
    assert_eq!(envelope.detail_type, "order.placed");
    assert_eq!(event.into_v1().unwrap().unwrap().order_id, "o-1");
}

#[test]
fn a_text_keeps_its_spelling() {
    for text in ["\"0:0:0:0:0:0:0:1\"", "\"no address\"", "\"\""] {
        let read: TextOf<std::net::IpAddr> = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
    let read: TextOf<std::net::IpAddr> = serde_json::from_str("\"::1\"").unwrap();
    assert_eq!(TextOf::from(read.value().unwrap()), read);
    assert!(TextOf::<std::net::IpAddr>::new("x").value().is_err());
}

#[cfg(feature = "formats")]
#[test]
fn texts_of_a_format_are_types_of_other_crates() {
    use consumer::formats::code::{Formats, FormatsEither};
    let id = "67E55044-10B1-426F-9247-BB680E5FE0C8";
    let text = json!({
        "id": id, "ids": [id, null], "link": "https://example.com", "hosts": { "b": "10.0.0.1", "a": "10.0.0.2" },
        "either": id, "kept": id,
    })
    .to_string();
    // The order of the members is that of the text.
    let text = text.replace(r#"{"a":"10.0.0.2","b":"10.0.0.1"}"#, r#"{"b":"10.0.0.1","a":"10.0.0.2"}"#);
    let read: Formats = serde_json::from_str(&text).unwrap();
    assert_eq!(read.id.as_u128() >> 96, 0x67e5_5044);
    assert_eq!(read.ids.as_ref().unwrap()[0], Some(read.id));
    let Some(FormatsEither::Text(either)) = &read.either else { panic!("a text is the text") };
    assert_eq!(*either, read.id);
    assert_eq!(read.kept.as_ref().unwrap().value().unwrap(), read.id);
    // A map keeps its order; what is parsed is written as its crate writes it, and `TextOf` as it was.
    let written = serde_json::to_string(&read).unwrap();
    let lower = id.to_lowercase();
    for part in [r#""hosts":{"b":"10.0.0.1","a":"10.0.0.2"}"#, r#""link":"https://example.com/""#] {
        assert!(written.contains(part), "{written}");
    }
    assert!(written.contains(&format!(r#""id":"{lower}""#)) && written.contains(&format!(r#""kept":"{id}""#)));
    for wrong in [text.replacen(id, "no", 1), text.replace("10.0.0.2", "10.0.0"), text.replace("https://", "")] {
        assert!(serde_json::from_str::<Formats>(&wrong).is_err(), "{wrong}");
    }
}
