//! The Rust of the documentation: README.md and docs/guides show its regions. Each is used by a test, so that what readers copy does what
//! their page says. The imports of a region stand in it, as readers need them.

mod support;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use support::by_value;

/// The futures of a bus in memory never wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a bus in memory does not wait"),
    }
}

mod reading {
    // region: read
    use consumer::order_placed::{v1, v2, AnyOrderPlaced};
    use schemactl_runtime::DecodeError;

    /// Handles the body of an SQS message, or an event as Lambda gets it. An event that is not what its version describes is an error.
    pub fn handle(message: &str) -> Result<String, DecodeError> {
        Ok(match AnyOrderPlaced::from_event(message)?.into_v2()? {
            Ok(order) => ship(&order),
            Err(other) => match other.into_v1()? {
                Ok(order) => ship_old(&order),
                Err(_) => park(message),
            },
        })
    }

    fn ship(order: &v2::OrderPlaced) -> String {
        format!("{} to {}", order.order_id, order.shipping_address.city)
    }

    fn ship_old(order: &v1::OrderPlaced) -> String {
        format!("{} to the address of {}", order.order_id, order.customer_id)
    }

    /// A major that this crate does not know: kept as it came, until it does.
    fn park(message: &str) -> String {
        format!("parked {message}")
    }
    // endregion: read
}

#[test]
fn errors_name_their_place_in_the_event() {
    // region: errors
    use consumer::order_placed::{v2, AnyOrderPlaced};

    let detail = r#"{"version": "2.0", "orderId": "ord-1", "buyerId": "cust-1", "totalAmount": "74.98", "currency": "EUR",
        "placedAt": "2026-02-01T14:32:00Z", "items": [{"productId": "sku-1", "quantity": 0, "unitPrice": "74.98"}],
        "shippingAddress": {"name": "Ada", "street": "1 Main St", "postalCode": "12345", "city": "Berlin", "country": "DE"}}"#;

    let error = AnyOrderPlaced::decode(&detail.replace("0, \"unitPrice", "\"two\", \"unitPrice")).unwrap_err();
    assert!(error.to_string().contains("2.0: `items[0].quantity`: invalid type: string \"two\", expected"), "{error}");

    let order: v2::OrderPlaced = serde_json::from_str(detail).unwrap();
    let error = order.validate().unwrap_err();
    assert_eq!(error.to_string(), "`items[0].quantity`: 0 is less than 1");
    assert_eq!(error.violations[0].pointer, "/items/0/quantity");
    // endregion: errors
}

mod publishing {
    // region: event
    use consumer::order_placed::v2::{NewAddress, NewItem, NewOrderPlaced, OrderPlaced};
    use schemactl_runtime::{Timestamp, TimestampError};

    pub fn order() -> Result<OrderPlaced, TimestampError> {
        let address = NewAddress {
            name: "Ada".to_owned(),
            street: "1 Main St".to_owned(),
            postal_code: "12345".to_owned(),
            city: "Berlin".to_owned(),
            country: "DE".to_owned(),
        };
        let mug = NewItem { product_id: "sku-1".to_owned(), quantity: 2, unit_price: "74.98".to_owned() };
        Ok(OrderPlaced {
            correlation_id: Some("corr-1".to_owned()),
            ..OrderPlaced::new(NewOrderPlaced {
                order_id: "ord-1".to_owned(),
                buyer_id: "cust-1".to_owned(),
                total_amount: "149.96".to_owned(),
                currency: "EUR".to_owned(),
                items: vec![mug.into()],
                shipping_address: address.into(),
                placed_at: Timestamp::parse("2026-02-01T14:32:00Z")?,
            })
        })
    }
    // endregion: event
}

mod minors {
    // region: minors
    use consumer::case_events::transfer::v1::{NewTransfer, Transfer};

    pub fn transfer() -> Transfer {
        let required = NewTransfer { payer: "Ada".to_owned(), payee: "Grace".to_owned() };
        Transfer { reference: Some("rent".to_owned()), ..Transfer::new(required) }
    }
    // endregion: minors
}

mod one_version {
    use consumer::order_placed::v2::OrderPlaced;

    // region: publish-one
    use schemactl_runtime::{Bus, Entry, Publisher};

    pub async fn publish<B: Bus>(bus: B, order: &OrderPlaced) -> Result<(), Box<dyn std::error::Error>>
    where
        B::Error: 'static,
    {
        let entry = Entry::of_valid(order, OrderPlaced::validate_to_publish)?.on_bus("ecommerce-events");
        Publisher::new(bus).publish(&[entry]).await?;
        Ok(())
    }
    // endregion: publish-one
}

mod gaps {
    // region: gaps
    use consumer::order_placed::publish::AsV1_1;
    use consumer::order_placed::v2;
    use schemactl_runtime::GapError;

    /// What 1.1 needs and 2.0 does not have: its amounts are numbers.
    pub struct AmountsAsNumbers;

    impl AsV1_1 for AmountsAsNumbers {
        fn total_amount(&self, from: &v2::OrderPlaced) -> Result<f64, GapError> {
            Ok(from.total_amount.parse()?)
        }

        fn order_placed_item_unit_price(&self, from: &v2::Item) -> Result<Option<f64>, GapError> {
            Ok(Some(from.unit_price.parse()?))
        }
    }
    // endregion: gaps
}

mod two_versions {
    use super::gaps::AmountsAsNumbers;

    // region: publish-both
    use consumer::order_placed::publish::entries;
    use consumer::order_placed::v2::OrderPlaced;
    use schemactl_runtime::{Bus, Publisher};

    pub async fn publish<B: Bus>(bus: B, order: &OrderPlaced) -> Result<usize, Box<dyn std::error::Error>>
    where
        B::Error: 'static,
    {
        let published = Publisher::new(bus).publish(&entries(order, &AmountsAsNumbers)?).await?;
        Ok(published.ids.len())
    }
    // endregion: publish-both
}

fn delivered(entry: &schemactl_runtime::Entry) -> String {
    format!(
        r#"{{"version": "0", "id": "1", "detail-type": "{}", "source": "{}", "time": "2026-02-01T14:32:00Z", "detail": {}}}"#,
        entry.detail_type, entry.source, entry.detail
    )
}

#[test]
fn a_consumer_reads_what_comes() {
    let order = publishing::order().unwrap();
    let both = consumer::order_placed::publish::entries(&order, &gaps::AmountsAsNumbers).unwrap();
    assert_eq!(reading::handle(&delivered(&both[0])).unwrap(), "ord-1 to Berlin");
    assert_eq!(reading::handle(&delivered(&both[1])).unwrap(), "ord-1 to the address of cust-1");
    let later = delivered(&both[0]).replace("\"version\":\"2.0\"", "\"version\":\"2.7\"");
    assert_eq!(reading::handle(&later).unwrap(), "ord-1 to Berlin");
    let unknown = delivered(&both[0]).replace("\"version\":\"2.0\"", "\"version\":\"3.0\"");
    assert_eq!(reading::handle(&unknown).unwrap(), format!("parked {unknown}"));
    // What is wrong in a known major is no unknown version.
    let wrong = delivered(&both[0]).replace("\"quantity\":2", "\"quantity\":\"two\"");
    let error = reading::handle(&wrong).unwrap_err().to_string();
    assert!(error.contains("2.0: `items[0].quantity`: "), "{error}");
}

#[test]
fn a_pattern_pins_the_major() {
    // region: pattern
    use consumer::order_placed::v2;

    let pattern = v2::OrderPlaced::pattern()
        .currency()
        .one_of(["EUR", "CHF"])
        .shipping_address()
        .country()
        .eq("DE")
        .build();
    println!("{}", pattern.to_value());
    // endregion: pattern
    let expected = serde_json::json!({
        "source": ["com.myapp.orders"],
        "detail-type": ["order.placed"],
        "detail": {
            "version": [{"prefix": "2."}],
            "currency": ["EUR", "CHF"],
            "shippingAddress": {"country": ["DE"]},
        },
    });
    assert_eq!(by_value(pattern.to_value()), by_value(expected));
}

#[test]
fn a_producer_publishes_what_is_valid() {
    use schemactl_runtime::MemoryBus;
    let mut order = publishing::order().unwrap();
    now(one_version::publish(MemoryBus::new(), &order)).unwrap();
    order.currency = "euro".to_owned();
    let error = now(one_version::publish(MemoryBus::new(), &order)).unwrap_err().to_string();
    assert!(error.contains("`currency`"), "{error}");
}

// region: test-of-a-producer
#[test]
fn every_order_goes_out_in_both_majors() {
    use schemactl_runtime::{MemoryBus, Publisher};

    let publisher = Publisher::new(MemoryBus::new());
    let order = publishing::order().unwrap();
    let both = consumer::order_placed::publish::entries(&order, &gaps::AmountsAsNumbers).unwrap();
    now(publisher.publish(&both)).unwrap();
    let sent = publisher.bus().accepted();
    assert_eq!(sent.len(), 2);
    assert!(sent[1].detail.contains(r#""version":"1.1""#));
}
// endregion: test-of-a-producer

#[test]
fn both_majors_are_one_request() {
    let order = publishing::order().unwrap();
    let count = now(two_versions::publish(schemactl_runtime::MemoryBus::new(), &order)).unwrap();
    assert_eq!(count, 2);
}

#[test]
fn a_producer_gives_optional_fields_by_update() {
    let written = serde_json::to_value(minors::transfer()).unwrap();
    assert_eq!(written, serde_json::json!({"version": "1.1", "payer": "Ada", "payee": "Grace", "reference": "rent"}));
}
