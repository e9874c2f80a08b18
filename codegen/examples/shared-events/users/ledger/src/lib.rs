//! Books payments: it uses one of the shared events.

use schemactl_runtime::DecodeError;
use shared_events::payment_processed::AnyPaymentProcessed;

// region: book
/// Returns the line of the ledger for an event of EventBridge. `None` for a major that this crate does not know.
pub fn book(event: &str) -> Result<Option<String>, DecodeError> {
    let payment = AnyPaymentProcessed::from_event(event)?.into_v1()?.ok();
    Ok(payment.map(|payment| format!("{} {} {}", payment.order_id, payment.amount, payment.currency)))
}
// endregion: book

#[test]
fn every_minor_is_booked() {
    let event = |version: &str| {
        format!(
            r#"{{"version":"0","id":"1","detail-type":"payment.processed","source":"com.myapp.payments","account":"1","time":"2026-02-01T14:32:00Z",
            "region":"eu-central-1","resources":[],"detail":{{"version":"{version}","paymentId":"pay-1","orderId":"ord-1","amount":"149.96",
            "currency":"EUR","processedAt":"2026-02-01T14:32:00Z"}}}}"#
        )
    };
    for version in ["1.0", "1.1", "1.2"] {
        assert_eq!(book(&event(version)).unwrap().as_deref(), Some("ord-1 149.96 EUR"), "{version}");
    }
    assert_eq!(book(&event("2.0")).unwrap(), None);
}
