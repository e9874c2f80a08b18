//! Orders over HTTP: what is answered, and what the bus receives.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use schemactl_runtime::{MemoryBus, Publisher};
use tower::ServiceExt;

use super::{Database, app, open, read_outbox, relay};

fn database() -> Database {
    Arc::new(Mutex::new(open(":memory:").unwrap()))
}

async fn post(database: &Database, body: &'static str) -> StatusCode {
    let request = Request::post("/payments").header("content-type", "application/json").body(Body::from(body));
    app(database.clone()).oneshot(request.unwrap()).await.unwrap().status()
}

fn waiting(database: &Database) -> usize {
    read_outbox(&database.lock().unwrap()).unwrap().len()
}

const PAYMENT: &str = r#"{"id":"pay-1","order":"ord-1","amount":"149.96","currency":"EUR"}"#;

#[tokio::test]
async fn a_payment_is_published_once_it_is_stored() {
    let (database, publisher) = (database(), Publisher::new(MemoryBus::new()));
    assert_eq!(post(&database, PAYMENT).await, StatusCode::CREATED);
    assert_eq!(waiting(&database), 1);
    relay(&database, &publisher).await.unwrap();
    relay(&database, &publisher).await.unwrap();
    let sent = publisher.bus().accepted();
    assert_eq!((sent.len(), waiting(&database)), (1, 0));
    assert!(sent[0].detail.contains(r#""paymentId":"pay-1""#), "{}", sent[0].detail);
}

#[tokio::test]
async fn what_is_not_stored_is_not_published() {
    let database = database();
    let invalid = r#"{"id":"pay-2","order":"ord-1","amount":"149,96","currency":"EUR"}"#;
    assert_eq!(post(&database, invalid).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&database, PAYMENT).await, StatusCode::CREATED);
    // The same payment again: neither of the two inserts counts.
    assert_eq!(post(&database, PAYMENT).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(waiting(&database), 1);
}
