//! The data in SQLite. In: typed questions and changes. Out: rows. Knows SQL and nothing of HTTP or of what the service
//! refuses: that is for `routes`. One module a table; a change is all or nothing, and on the disk when it is answered.

use std::path::Path;

use axum::body::Bytes;
use rusqlite::{Connection, Params, Row};
use tokio::sync::oneshot;

use crate::start_error::StartError;

mod answers;
pub(crate) mod bindings;
pub(crate) mod discoverers;
mod lane;
mod log_file;
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

use answers::AnswerCache;
pub(crate) use answers::Revision;
use log_file::LogFile;
pub(crate) use pages::{Slice, StorePage};
use reader::Reader;
pub(crate) use tags::StoredTags;
use writer::WriterThread;

/// A database: one connection that writes, one that reads what was last committed while the other writes, and answers that are still
/// true.
pub(crate) struct Store {
    writer: WriterThread,
    reader: Reader,
    answers: AnswerCache,
}

impl Store {
    pub(crate) fn open(folder: &Path) -> Result<Self, StartError> {
        let path = open::database_path(folder)?;
        let writer = open::open_writer(&path)?;
        let reader = open::open_reader(&path)?;
        let watch = open::open_watch(&path)?;
        Ok(Self {
            writer: WriterThread::start(writer, Some(LogFile::new(&path))).map_err(StartError::Threads)?,
            reader: Reader::start(reader).map_err(StartError::Threads)?,
            answers: AnswerCache::new(watch),
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

    /// Returns the answer to a question that was asked before, if nothing has changed since then, and the revision of the database, with
    /// which an answer that is read from now on can be kept.
    pub(crate) fn find_answer(&self, question: &str) -> (Option<Bytes>, Option<Revision>) {
        self.answers.find(question)
    }

    /// Keeps an answer that was read after [`Store::find_answer`] gave `revision`.
    pub(crate) fn keep_answer(&self, question: String, answer: &Bytes, revision: Revision) {
        self.answers.keep(question, answer, revision);
    }
}

/// Returns the row that a statement gives. Statements stay prepared with their connection: parsing them takes longer than running most
/// of them.
fn query_one<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    db.prepare_cached(sql)?.query_row(params, read)
}

/// Runs a statement that changes rows, and counts them.
fn execute(db: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
    db.prepare_cached(sql)?.execute(params)
}

/// The time of a statement as the service writes it: `2026-01-02T03:04:05Z`.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
