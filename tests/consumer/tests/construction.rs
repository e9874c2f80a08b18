//! How a producer makes events: arguments have names, so that a schema may list its properties in another order.

use consumer::case_events::transfer::{v1, v1_0, v1_1};
use serde_json::json;

/// The same source for each version: what a producer wrote for one minor is compiled with the next.
macro_rules! transfer {
    ($version:ident) => {
        $version::Transfer { ..$version::Transfer::new($version::NewTransfer { payer: "Ada".to_owned(), payee: "Grace".to_owned() }) }
    };
}

#[test]
fn properties_in_another_order_swap_nothing() {
    let [old, new] = [serde_json::to_value(transfer!(v1_0)), serde_json::to_value(transfer!(v1_1))].map(Result::unwrap);
    assert_eq!(old, json!({"version": "1.0", "payer": "Ada", "payee": "Grace"}));
    assert_eq!(new, json!({"version": "1.1", "payer": "Ada", "payee": "Grace"}));
}

#[test]
fn required_fields_become_their_event() {
    let required = v1::NewTransfer { payer: "Ada".to_owned(), payee: "Grace".to_owned() };
    let event: v1::Transfer = required.into();
    assert_eq!(event, transfer!(v1));
    assert_eq!(event.reference, None);
}

#[test]
fn the_type_of_a_schema_keeps_its_name() {
    let required = v1_0::NewAmount { value: "1.00".to_owned(), currency: "EUR".to_owned() };
    let amount: v1_1::Amount = v1_0::Amount::new(required);
    let exchanged = v1_1::NewAmount::new(v1_1::NewNewAmount { value: "1.05".to_owned(), rate: "1.05".to_owned() });
    let event = v1::Transfer { amount: Some(amount), exchanged: Some(exchanged), ..transfer!(v1) };
    let written = serde_json::to_value(event).unwrap();
    assert_eq!(written["amount"], json!({"value": "1.00", "currency": "EUR"}));
    assert_eq!(written["exchanged"], json!({"value": "1.05", "rate": "1.05"}));
}
