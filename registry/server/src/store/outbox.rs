//! The table of events that wait for the bus. An event is written in the transaction of the change that it tells of, so that there
//! is one for every change that was answered, and none for one that was not.

use rusqlite::{Connection, params};

use super::execute;
use serde_json::Value;

/// How often an event is sent at most: EventBridge's own number of attempts for a target.
const ATTEMPTS: i64 = 185;

/// An event that waits.
#[derive(Clone, Debug)]
pub(crate) struct OutboxEvent {
    pub(crate) id: i64,
    /// An entry of PutEvents without bus and source.
    pub(crate) entry: Value,
}

pub(crate) fn push_event(db: &Connection, entry: &Value) -> rusqlite::Result<()> {
    execute(db, "INSERT INTO outbox (entry) VALUES (?1)", [entry.to_string()])?;
    Ok(())
}

/// The oldest events that have attempts left.
pub(crate) fn select_oldest_events(db: &Connection, most: usize) -> rusqlite::Result<Vec<OutboxEvent>> {
    let sql = "SELECT id, entry FROM outbox WHERE attempts < ?1 ORDER BY id LIMIT ?2";
    let mut statement = db.prepare_cached(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map([ATTEMPTS, most], |row| {
        let entry: String = row.get(1)?;
        let entry = serde_json::from_str(&entry).unwrap_or_default();
        Ok(OutboxEvent { id: row.get(0)?, entry })
    })?;
    rows.collect()
}

pub(crate) fn remove_sent_event(db: &Connection, id: i64) -> rusqlite::Result<()> {
    execute(db, "DELETE FROM outbox WHERE id = ?1", [id])?;
    Ok(())
}

pub(crate) fn note_refused_event(db: &Connection, id: i64, reason: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE outbox SET attempts = attempts + 1, reason = ?2 WHERE id = ?1";
    execute(db, sql, params![id, reason])?;
    Ok(())
}
