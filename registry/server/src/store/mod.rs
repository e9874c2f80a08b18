//! The data in SQLite. In: typed questions and changes. Out: rows. Knows SQL and nothing of HTTP or of what the service
//! refuses: that is for `routes`. One module a table; a change runs in one transaction that is on the disk when it returns.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::StartError;

pub(crate) mod bindings;
pub(crate) mod discoverers;
mod open;
pub(crate) mod outbox;
mod pages;
pub(crate) mod policies;
pub(crate) mod registries;
pub(crate) mod schemas;
pub(crate) mod search;
mod tags;
pub(crate) mod versions;

pub(crate) use pages::{Page, Slice};
pub(crate) use tags::Tags;

/// A database: one connection that writes, and one that reads what was last committed while the other writes.
pub(crate) struct Store {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
}

impl Store {
    pub(crate) fn open(folder: &Path) -> Result<Self, StartError> {
        let path = open::database_path(folder)?;
        let writer = Mutex::new(open::open_writer(&path)?);
        let reader = Mutex::new(open::open_reader(&path)?);
        Ok(Self { writer, reader })
    }

    /// Runs a change. It is committed if it succeeds, and has never happened if it fails. Blocks on the disk.
    pub(crate) fn write<T, E: From<rusqlite::Error>>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        run(&self.writer, TransactionBehavior::Immediate, change)
    }

    /// Runs a question: all of its reads see the same state. Blocks on the disk.
    pub(crate) fn read<T, E: From<rusqlite::Error>>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        run(&self.reader, TransactionBehavior::Deferred, question)
    }
}

fn run<T, E: From<rusqlite::Error>>(
    connection: &Mutex<Connection>,
    behavior: TransactionBehavior,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    // A panic has rolled its transaction back, so a poisoned connection is as good as another.
    let mut connection: MutexGuard<'_, Connection> = connection.lock().unwrap_or_else(PoisonError::into_inner);
    let transaction: Transaction<'_> = connection.transaction_with_behavior(behavior)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// The time of a statement as the service writes it: `2026-01-02T03:04:05Z`.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
