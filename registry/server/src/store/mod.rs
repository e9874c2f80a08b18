//! The data in SQLite. In: typed questions and changes. Out: rows. Knows SQL and nothing of HTTP or of what the service
//! refuses: that is for `routes`. One module a table; a change is all or nothing, and on the disk when it is answered.

use std::path::Path;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::StartError;

pub(crate) mod bindings;
pub(crate) mod discoverers;
mod lane;
mod open;
pub(crate) mod outbox;
mod pages;
pub(crate) mod policies;
mod reader;
pub(crate) mod registries;
pub(crate) mod schemas;
pub(crate) mod search;
pub(crate) mod shapes;
mod tags;
pub(crate) mod versions;
mod writer;

pub(crate) use pages::{Page, Slice};
use reader::Reader;
pub(crate) use tags::Tags;
use writer::Writer;

/// A database: one connection that writes, and one that reads what was last committed while the other writes.
pub(crate) struct Store {
    writer: Writer,
    reader: Reader,
}

impl Store {
    pub(crate) fn open(folder: &Path) -> Result<Self, StartError> {
        let path = open::database_path(folder)?;
        let writer = open::open_writer(&path)?;
        let reader = open::open_reader(&path)?;
        Ok(Self {
            writer: Writer::start(writer).map_err(StartError::Threads)?,
            reader: Reader::start(reader).map_err(StartError::Threads)?,
        })
    }

    /// Runs a change. It is on the disk when its success is received, and has never happened if it fails. Does not block.
    pub(crate) fn write<T, E>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        self.writer.write(change)
    }

    /// Runs a question: all of its reads see the same state. Does not block.
    pub(crate) fn read<T, E>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        self.reader.read(question)
    }
}

/// The time of a statement as the service writes it: `2026-01-02T03:04:05Z`.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
