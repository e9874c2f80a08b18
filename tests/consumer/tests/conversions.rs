//! What the publish shim makes of an event in an older version: nothing is lost or made up without a gap.

use std::collections::BTreeMap;

use consumer::case_events::converted::publish::{to_v1_0, AsV1_0};
use consumer::case_events::converted::v2_0;
use consumer::conversions::gaps as billing;
use consumer::conversions::gaps::invoice_sent::publish::AsV1_0 as InvoiceAsV1_0;
use schemactl_runtime::{EntryError, Event, GapError, Integer, LeaveAbsent};
use serde_json::{json, Value};

/// The producer says what it was asked.
struct Asked;

impl AsV1_0 for Asked {
    fn null_required(&self, _: &v2_0::Converted) -> Result<Option<String>, GapError> {
        Ok(Some("asked".to_owned()))
    }

    fn converted_counts_additional(&self, from: &v2_0::ConvertedCounts) -> Result<BTreeMap<String, u32>, GapError> {
        let fits = |count: &Integer| u32::try_from(count.clone()).ok().filter(|count| *count < 10);
        let counts = from.additional.iter();
        Ok(counts.filter_map(|(key, count)| Some((key.clone(), fits(count)?))).collect())
    }
}

fn converted(event: &Value) -> Value {
    let event: v2_0::Converted = serde_json::from_value(event.clone()).unwrap();
    serde_json::to_value(to_v1_0(&event, &Asked).unwrap()).unwrap()
}

#[test]
fn null_and_absence_stay_apart() {
    let event = json!({"version": "2.0", "either": null, "same": null, "kept": null});
    let old = json!({"version": "1.0", "nullRequired": "asked", "either": null, "same": null, "kept": null});
    assert_eq!(converted(&event), old);
    let event = json!({"version": "2.0", "either": "a", "same": "b"});
    let old = json!({"version": "1.0", "nullRequired": "asked", "either": "a", "same": "b"});
    assert_eq!(converted(&event), old);
}

#[test]
fn properties_without_a_name_go_over() {
    let event = json!({"version": "2.0", "either": "a", "same": "b",
        "tags": {"k": "1", "zz": {"n": "1"}}, "counts": {"k": "1", "one": 1, "many": 1000}});
    let old = converted(&event);
    assert_eq!(old["tags"], event["tags"]);
    assert_eq!(old["counts"], json!({"k": "1", "one": 1}), "what does not fit is the producer's to say");
}

#[test]
fn a_name_that_the_old_version_has_is_not_taken_twice() {
    let event: v2_0::Converted =
        serde_json::from_value(json!({"version": "2.0", "either": "a", "same": "b", "bar": 1, "foo": 2, "new": 3})).unwrap();
    let old = serde_json::to_string(&to_v1_0(&event, &Asked).unwrap()).unwrap();
    assert_eq!(
        old,
        r#"{"version":"1.0","nullRequired":"asked","either":"a","same":"b","foo":1,"new":3}"#
    );
}

/// Converts an event of a case, and says which of its properties came out.
fn invoice() -> billing::invoice_sent::v2_0::InvoiceSent {
    let event = json!({"version": "2.0", "invoiceId": "i-1", "amount": {"value": "12.50", "currency": "USD"}, "reminders": null,
        "positions": [{"article": "a", "price": {"value": "12.50", "currency": "USD"}, "measure": {"unit": "m"},
            "taxes": {"vat": {"rate": 0.2, "zone": "north"}}}],
        "recipient": {"name": "Ada", "phones": ["1", "2"]}});
    serde_json::from_value(event).unwrap()
}

/// Only what 1.0 requires, and the currency.
struct Currency;

impl InvoiceAsV1_0 for Currency {
    fn amount(&self, from: &billing::invoice_sent::v2_0::InvoiceSent) -> Result<f64, GapError> {
        Ok(from.amount.value.parse()?)
    }

    fn currency(&self, from: &billing::invoice_sent::v2_0::InvoiceSent) -> Result<Option<String>, GapError> {
        Ok(Some(from.amount.currency.clone()))
    }
}

#[test]
fn an_optional_property_that_moved_is_given_by_its_producer() {
    let old = billing::invoice_sent::publish::to_v1_0(&invoice(), &Currency).unwrap();
    let expected = json!({"version": "1.0", "invoiceId": "i-1", "amount": 12.5, "currency": "USD",
        "positions": [{"article": "a", "taxes": {"vat": {"rate": 0.2}}}], "recipient": {"name": "Ada"}});
    assert_eq!(serde_json::to_value(old).unwrap(), expected);
}

/// Gives what is inside lists and maps too, and refuses one of them.
struct Inside {
    refused: &'static str,
}

impl InvoiceAsV1_0 for Inside {
    fn amount(&self, _: &billing::invoice_sent::v2_0::InvoiceSent) -> Result<f64, GapError> {
        Ok(1.0)
    }

    fn invoice_sent_position_unit(
        &self,
        from: &billing::invoice_sent::v2_0::InvoiceSentPosition,
    ) -> Result<Option<String>, GapError> {
        match self.refused {
            "unit" => Err("no unit is known".into()),
            _ => Ok(from.measure.as_ref().map(|measure| measure.unit.clone())),
        }
    }

    fn invoice_sent_position_taxes_value_region(
        &self,
        from: &billing::invoice_sent::v2_0::InvoiceSentPositionTaxesValue,
    ) -> Result<Option<String>, GapError> {
        match self.refused {
            "region" => "north".parse::<u32>().map(|_| None).map_err(GapError::from),
            _ => Ok(from.zone.clone()),
        }
    }

    fn invoice_sent_recipient_phone(
        &self,
        from: &billing::invoice_sent::v2_0::InvoiceSentRecipient,
    ) -> Result<Option<Option<String>>, GapError> {
        Ok(from.phones.as_ref().map(|phones| phones.first().cloned()))
    }
}

#[test]
fn gaps_are_asked_inside_lists_and_maps() {
    let old = billing::invoice_sent::publish::to_v1_0(&invoice(), &Inside { refused: "" }).unwrap();
    let old = serde_json::to_value(old).unwrap();
    assert_eq!(old["positions"], json!([{"article": "a", "unit": "m", "taxes": {"vat": {"rate": 0.2, "region": "north"}}}]));
    assert_eq!(old["recipient"], json!({"name": "Ada", "phone": "1"}));
}

#[test]
fn a_gap_that_fails_names_version_and_property() {
    let entries = |refused| billing::invoice_sent::publish::entries(&invoice(), &Inside { refused });
    assert_eq!(entries("").unwrap().len(), 2);
    let error = entries("unit").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot publish the event as com.billing@InvoiceSent 1.0: `positions[].unit`: no unit is known"
    );
    let Err(EntryError::Gap { schema, version, property, error, .. }) = entries("region") else {
        panic!("a gap fails")
    };
    type Old = billing::invoice_sent::v1_0::InvoiceSent;
    assert_eq!((schema, version), (Old::SCHEMA_NAME, Old::VERSION));
    assert_eq!(property, "positions[].taxes.*.region");
    assert!(error.get_ref().downcast_ref::<std::num::ParseIntError>().is_some(), "the error is the producer's");
}

#[test]
fn a_call_without_required_gaps_says_that_optional_ones_stay_absent() {
    use billing::parcel_shipped::publish::entries;
    let event: billing::parcel_shipped::v2_0::ParcelShipped = serde_json::from_value(
        json!({"version": "2.0", "parcelId": "p-1", "transport": {"carrier": "bike"}}),
    )
    .unwrap();
    let sent = entries(&event, &LeaveAbsent).unwrap();
    assert_eq!(sent[1].detail, r#"{"version":"1.0","parcelId":"p-1"}"#);
    // Without any gap nothing is asked.
    use billing::account_closed::v2_0::{AccountClosed, NewAccountClosed};
    let closed = AccountClosed::new(NewAccountClosed { reason: "moved".to_owned(), note: "none".to_owned() });
    assert_eq!(billing::account_closed::publish::entries(&closed).unwrap().len(), 2);
}

#[test]
fn what_both_versions_describe_alike_goes_over() {
    use consumer::conversions::same_types::payment_received::{publish::to_v1_0, v2_0};
    let event = json!({"version": "2.0", "kind": "money", "state": "done", "answer": "yes",
        "method": {"kind": "card", "last4": "1234"}, "opened": {"kind": "later", "more": [1.5]}, "free": {"a": "x", "b": "y"},
        "part": "half", "anything": true, "maybe": null, "counted": 3, "labels": {"k": "v"}, "tags": ["t"], "reading": 7, "size": 2,
        "pair": [{"value": "1"}, "two"], "listed": ["a", 5], "fewer": {"kind": "cash", "by": "Ada"}, "other": "x", "wanted": "z",
        "forced": "f"});
    let event: v2_0::PaymentReceived = serde_json::from_value(event).unwrap();
    let old = serde_json::to_value(to_v1_0(&event, &LeaveAbsent).unwrap()).unwrap();
    let expected = json!({"version": "1.0", "kind": "payment", "basis": 1, "state": "done", "answer": "yes",
        "method": {"kind": "card", "last4": "1234"}, "opened": {"kind": "later", "more": [1.5]}, "free": {"a": "x"},
        "part": "half", "anything": true, "maybe": null, "counted": 3, "labels": {"k": "v"}, "tags": ["t"], "reading": 7.0, "size": 2,
        "pair": [{"value": "1"}, "two"], "listed": ["a", 5], "forced": "f"});
    assert_eq!(old, expected);
}

/// 1.0 gets a kind of payer that it has not as it is: its readers keep it.
struct KindsAsTheyAre;

mod grown {
    pub use consumer::conversions::grown_lists::payment_made::publish::{entries, AsV1_0};
    pub use consumer::conversions::grown_lists::payment_made::{v1_0, v2_0, AnyPaymentMade};
}

impl grown::AsV1_0 for KindsAsTheyAre {
    fn payment_made_payer_company(&self, from: &grown::v2_0::PaymentMadePayerCompany) -> Result<grown::v1_0::PaymentMadePayer, GapError> {
        Ok(serde_json::from_value(serde_json::to_value(from)?)?)
    }
}

#[test]
fn an_older_version_gets_values_that_its_readers_do_not_know_and_the_newest_does_not() {
    use grown::{entries, v1_0, v2_0, AnyPaymentMade};
    let event = json!({"version": "2.0", "method": "wallet", "payer": {"kind": "company"}});
    let event: v2_0::PaymentMade = serde_json::from_value(event).unwrap();
    event.validate_to_publish().unwrap();
    let sent = entries(&event, &KindsAsTheyAre).unwrap();
    assert_eq!(sent[1].detail, r#"{"version":"1.0","method":"wallet","payer":{"kind":"company"}}"#);
    // A consumer of 1.0 reads and validates it, and does not publish it as its own.
    let AnyPaymentMade::V1_0(read) = AnyPaymentMade::decode(&sent[1].detail).unwrap() else { panic!("1.0") };
    assert_eq!(read.method, v1_0::PaymentMadeMethod::Unknown("wallet".to_owned()));
    read.validate().unwrap();
    let error = read.validate_to_publish().unwrap_err();
    assert_eq!(error.violations.len(), 2, "{error}");
    assert_eq!(error.violations[0].to_string(), r#"`method`: "wallet" is none of ["card"]"#);
    // What no version lists is not sent, and what readers reject is not either.
    let unlisted = v2_0::PaymentMade { method: v2_0::PaymentMadeMethod::Unknown("cheque".to_owned()), ..event.clone() };
    unlisted.validate().unwrap();
    assert!(matches!(entries(&unlisted, &KindsAsTheyAre), Err(EntryError::Invalid { .. })));
    let other_type = json!({"version": "1.0", "method": 1, "payer": {"kind": "person"}});
    assert!(serde_json::from_value::<v1_0::PaymentMade>(other_type).is_err());
}

/// What 1.0 gets of alternatives that it has not: a code stands for a card, a flag is its text, and everything else is left out.
struct OfNewAlternatives;

mod unions {
    pub use consumer::conversions::unions::payment_taken::publish::{to_v1_0, AsV1_0};
    pub use consumer::conversions::unions::payment_taken::{v1_0, v2_0};
}

impl unions::AsV1_0 for OfNewAlternatives {
    fn payment_taken_method_voucher(
        &self,
        from: &unions::v2_0::PaymentTakenMethodVoucher,
    ) -> Result<unions::v1_0::PaymentTakenMethod, GapError> {
        match from.code.as_str() {
            "" => Err(GapError::from("a voucher without a code")),
            code => Ok(unions::v1_0::PaymentTakenMethodCard::new(code).into()),
        }
    }

    fn payment_taken_free_bool(&self, from: &unions::v2_0::PaymentTakenFree) -> Result<unions::v1_0::PaymentTakenFree, GapError> {
        let unions::v2_0::PaymentTakenFree::Bool(flag) = from else { panic!("{from:?}") };
        Ok(flag.to_string().into())
    }
}

fn taken(event: &Value) -> Result<Value, EntryError> {
    let event: unions::v2_0::PaymentTaken = serde_json::from_value(event.clone()).unwrap();
    Ok(serde_json::to_value(unions::to_v1_0(&event, &OfNewAlternatives)?).unwrap())
}

#[test]
fn a_new_alternative_of_a_union_is_asked_alone() {
    let card = json!({"kind": "card", "last4": "1234"});
    let voucher = json!({"kind": "voucher", "code": "SPRING"});
    let person = json!({"firstName": "Ada"});
    // What both versions have goes over without a question.
    let shared = json!({"version": "2.0", "method": card, "fallback": {"kind": "transfer", "iban": "DE1"}, "wanted": card, "free": 7,
        "party": person, "narrowed": card});
    let mut expected = shared.clone();
    expected["version"] = "1.0".into();
    assert_eq!(taken(&shared).unwrap(), expected);
    // What only 2.0 has is asked; that of an optional property is absent unless it is answered.
    let new = json!({"version": "2.0", "method": voucher, "fallback": voucher, "wanted": voucher, "free": true, "party": {"group": "G"}});
    let asked = json!({"version": "1.0", "method": {"kind": "card", "last4": "SPRING"}, "free": "true"});
    assert_eq!(taken(&new).unwrap(), asked);
    let company = json!({"version": "2.0", "method": card, "wanted": card, "free": "a", "party": {"company": "C"}});
    assert_eq!(taken(&company).unwrap()["party"], company["party"]);
    // An answer that fails is the error of the event.
    let failed = json!({"version": "2.0", "method": {"kind": "voucher", "code": ""}, "wanted": card, "free": 1});
    let EntryError::Gap { property, error, .. } = taken(&failed).unwrap_err() else {
        panic!("not a gap")
    };
    assert_eq!((property, error.to_string().as_str()), ("method", "a voucher without a code"));
}
