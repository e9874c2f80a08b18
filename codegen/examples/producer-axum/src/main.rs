//! Takes payments over HTTP. A payment and its event are stored in one transaction, and a task publishes what the outbox holds: no event is
//! lost, and none is sent for a payment that was not stored. An event can be sent twice, as EventBridge delivers it twice at times.

use std::error::Error;
use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use rusqlite::Connection;
use schemactl_runtime::{Bus, Entry, MemoryBus, Publisher, Timestamp};

use crate::payment_processed::v1::{NewPaymentProcessed, PaymentProcessed};

include!(concat!(env!("OUT_DIR"), "/events.rs"));

type Database = Arc<Mutex<Connection>>;

#[derive(serde::Deserialize)]
struct Payment { id: String, order: String, amount: String, currency: String }

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let database = Arc::new(Mutex::new(open("payments.db")?));
    // In AWS `schemactl_runtime::EventBridgeBus`, with the feature `aws`.
    let publisher = Publisher::new(MemoryBus::new());
    let app = app(database.clone());
    tokio::spawn(async move {
        loop {
            relay(&database, &publisher).await.unwrap_or_else(|error| eprintln!("outbox: {error}"));
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    });
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8080").await?, app).await?)
}

fn open(path: &str) -> rusqlite::Result<Connection> {
    let database = Connection::open(path)?;
    database.execute_batch("CREATE TABLE IF NOT EXISTS payments (id TEXT PRIMARY KEY, amount TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, entry TEXT NOT NULL);")?;
    Ok(database)
}

fn app(database: Database) -> Router {
    Router::new().route("/payments", post(take_payment)).with_state(database)
}

async fn take_payment(State(database): State<Database>, Json(payment): Json<Payment>) -> Result<StatusCode, (StatusCode, String)> {
    let stored = store_payment(&mut database.lock().expect("no holder panics"), payment);
    stored.map(|()| StatusCode::CREATED).map_err(|error| (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))
}

// region: outbox
fn store_payment(database: &mut Connection, payment: Payment) -> Result<(), Box<dyn Error>> {
    let Payment { id: payment_id, order: order_id, amount, currency } = payment;
    let processed_at = Timestamp::now();
    let event = PaymentProcessed::new(NewPaymentProcessed { payment_id, order_id, amount, currency, processed_at });
    let entry = Entry::of_valid(&event, PaymentProcessed::validate_to_publish)?;
    let both = database.transaction()?;
    both.execute("INSERT INTO payments VALUES (?1, ?2)", [&event.payment_id, &event.amount])?;
    both.execute("INSERT INTO outbox (entry) VALUES (?1)", [serde_json::to_string(&entry)?])?;
    Ok(both.commit()?)
}

/// Publishes what the outbox holds, and deletes what was accepted. The rest waits for the next time.
async fn relay<B: Bus>(database: &Database, publisher: &Publisher<B>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let rows = read_outbox(&database.lock().expect("no holder panics"))?;
    let entries: Vec<Entry> = rows.iter().map(|(_, entry)| serde_json::from_str(entry)).collect::<Result<_, _>>()?;
    let outcomes = publisher.publish_all(&entries).await;
    for ((id, _), _) in rows.iter().zip(outcomes).filter(|(_, outcome)| outcome.is_accepted()) {
        database.lock().expect("no holder panics").execute("DELETE FROM outbox WHERE id = ?1", [id])?;
    }
    Ok(())
}
// endregion: outbox

fn read_outbox(database: &Connection) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut rows = database.prepare("SELECT id, entry FROM outbox ORDER BY id LIMIT 100")?;
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

#[cfg(test)]
mod tests;
