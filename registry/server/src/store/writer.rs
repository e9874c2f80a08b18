//! The one connection that writes. In: changes. Out: what each came to, once it is on the disk. Changes that
//! wait for each other anyway share a transaction: one sync of the disk for all of them. Each is in a savepoint, so that one that fails
//! leaves nothing behind and takes none of the others with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ffi};
use tokio::sync::oneshot;

use super::execute;
use super::lane::Lane;
use super::log_file::LogFile;

/// The most changes that share a transaction.
const TOGETHER: usize = 64;
/// The longest wait for more of them, where half of the last transaction was longer: half a sync of a disk of moderate speed.
const LONGEST_WAIT: Duration = Duration::from_millis(2);

/// The thread that writes.
pub(super) struct WriterThread(Lane<Box<dyn StoreChange>>);

/// A change that waits for its turn.
trait StoreChange: Send {
    /// Does its work. False if what it did must not be kept.
    fn run(&mut self, db: &Connection) -> bool;
    /// Tells whoever waits. `failure` is that of the transaction.
    fn settle(self: Box<Self>, failure: Option<Failure>);
}

/// A change with what came of it, and who waits for that.
struct PendingChange<F, T, E> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

/// Why a transaction failed. It is told to every change in it, and the error of SQLite cannot be copied.
#[derive(Clone, Copy, Debug)]
struct Failure(ffi::Error);

impl WriterThread {
    /// Starts the thread. It keeps room in the log, if the database has one.
    pub(super) fn start(connection: Connection, log: Option<LogFile>) -> std::io::Result<Self> {
        let run = |connection, waiting: &_| write_all(connection, log, waiting);
        Lane::start("schemactl-writer", connection, run).map(Self)
    }

    /// Puts a change at the end of the queue. The receiver gets what it came to; nothing if it panicked.
    pub(super) fn write<T, E, F>(&self, work: F) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        self.0.send(Box::new(PendingChange {
            work: Some(work),
            outcome: None,
            answer,
        }));
        receiver
    }
}

fn write_all(mut connection: Connection, mut log: Option<LogFile>, waiting: &Receiver<Box<dyn StoreChange>>) {
    let mut last = Batch::default();
    while let Ok(first) = waiting.recv() {
        let mut changes = last.gather(first, waiting);
        let begun = Instant::now();
        let failure = write_together(&mut connection, &mut changes).err();
        last = Batch {
            changes: changes.len(),
            took: begun.elapsed(),
        };
        let failure = failure.as_ref().map(Failure::of);
        for change in changes {
            change.settle(failure);
        }
        // After the answers: nobody waits for it.
        if let Some(log) = &mut log {
            log.extend();
        }
    }
}

/// What the last transaction was.
#[derive(Clone, Copy, Debug, Default)]
struct Batch {
    changes: usize,
    took: Duration,
}

impl Batch {
    /// Takes what waits. As many clients as wrote together are likely to write again, each after its answer, which is now on its way: the
    /// first of them would have a sync of its own, and the others wait for it. So it waits for the others, shorter than a sync takes.
    /// A client that writes alone never waits.
    fn gather(
        self,
        first: Box<dyn StoreChange>,
        waiting: &Receiver<Box<dyn StoreChange>>,
    ) -> Vec<Box<dyn StoreChange>> {
        let until = Instant::now() + LONGEST_WAIT.min(self.took / 2);
        let mut changes = vec![first];
        while changes.len() < TOGETHER {
            let next = if changes.len() < self.changes {
                let left = until.saturating_duration_since(Instant::now());
                waiting.recv_timeout(left).ok()
            } else {
                waiting.try_recv().ok()
            };
            match next {
                Some(next) => changes.push(next),
                None => break,
            }
        }
        changes
    }
}

fn write_together(connection: &mut Connection, changes: &mut [Box<dyn StoreChange>]) -> rusqlite::Result<()> {
    execute(connection, "BEGIN IMMEDIATE", [])?;
    let written = changes
        .iter_mut()
        .try_for_each(|change| write_one(connection, change.as_mut()));
    let ended = written.and_then(|()| execute(connection, "COMMIT", []).map(|_| ()));
    if ended.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK", [])?;
    }
    ended
}

fn write_one(db: &Connection, change: &mut dyn StoreChange) -> rusqlite::Result<()> {
    // Statements that stay prepared, which the savepoints of rusqlite do not.
    execute(db, "SAVEPOINT change", [])?;
    // A change that panics is one that failed; the savepoint takes back what it did.
    let kept = catch_unwind(AssertUnwindSafe(|| change.run(db))).unwrap_or(false);
    if !kept {
        execute(db, "ROLLBACK TO change", [])?;
    }
    execute(db, "RELEASE change", [])?;
    Ok(())
}

impl<F, T, E> StoreChange for PendingChange<F, T, E>
where
    T: Send,
    E: From<rusqlite::Error> + Send,
    F: FnOnce(&Connection) -> Result<T, E> + Send,
{
    fn run(&mut self, db: &Connection) -> bool {
        self.outcome = self.work.take().map(|work| work(db));
        matches!(self.outcome, Some(Ok(_)))
    }

    /// A change that was refused is refused whatever became of the others.
    fn settle(self: Box<Self>, failure: Option<Failure>) {
        let outcome = match (self.outcome, failure) {
            (Some(Ok(_)) | None, Some(failure)) => Some(Err(failure.into_error())),
            (outcome, _) => outcome,
        };
        if let Some(outcome) = outcome {
            // Whoever asked may have gone.
            let _ = self.answer.send(outcome);
        }
    }
}

impl Failure {
    fn of(error: &rusqlite::Error) -> Self {
        let code = match error {
            rusqlite::Error::SqliteFailure(code, _) => *code,
            _ => ffi::Error::new(ffi::SQLITE_ERROR),
        };
        Self(code)
    }

    fn into_error<E: From<rusqlite::Error>>(self) -> E {
        rusqlite::Error::SqliteFailure(self.0, None).into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    type Outcome = Result<i64, rusqlite::Error>;

    fn writer() -> WriterThread {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT")
            .unwrap();
        WriterThread::start(connection, None).unwrap()
    }

    fn insert(number: i64) -> impl FnOnce(&Connection) -> Outcome + Send + 'static {
        move |db| {
            db.execute("INSERT INTO numbers VALUES (?1)", [number])?;
            Ok(number)
        }
    }

    fn count(writer: &WriterThread) -> i64 {
        let count = writer.write(|db| db.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)));
        let count: Outcome = count.blocking_recv().unwrap();
        count.unwrap()
    }

    /// A change that holds the thread, so that those after it are taken together.
    fn hold(writer: &WriterThread) -> Sender<()> {
        let (go, gone) = channel();
        let (begun, begins) = channel();
        drop(writer.write(move |_| -> Outcome {
            let _ = begun.send(());
            let _ = gone.recv();
            Ok(0)
        }));
        begins.recv().unwrap();
        go
    }

    #[test]
    fn changes_that_share_a_transaction_fail_alone() {
        let writer = writer();
        let go = hold(&writer);
        let first = writer.write(insert(1));
        let twice = writer.write(insert(1));
        let half = writer.write(|db| -> Outcome {
            insert(2)(db)?;
            Err(rusqlite::Error::InvalidQuery)
        });
        let broken = writer.write(|db| -> Outcome {
            insert(3)(db)?;
            panic!("a change that breaks off")
        });
        let last = writer.write(insert(4));
        go.send(()).unwrap();
        assert_eq!(first.blocking_recv().unwrap().unwrap(), 1);
        assert!(twice.blocking_recv().unwrap().is_err());
        assert!(half.blocking_recv().unwrap().is_err());
        assert!(broken.blocking_recv().is_err(), "nobody answers for it");
        assert_eq!(last.blocking_recv().unwrap().unwrap(), 4);
        assert_eq!(count(&writer), 2);
    }

    #[test]
    fn a_transaction_that_fails_is_told_to_all() {
        let writer = writer();
        let go = hold(&writer);
        let first = writer.write(insert(1));
        // What no code of ours does: it ends the transaction that it was run in.
        let rogue = writer.write(|db| -> Outcome {
            db.execute_batch("ROLLBACK")?;
            Ok(0)
        });
        go.send(()).unwrap();
        assert!(
            first.blocking_recv().unwrap().is_err(),
            "it was not written, and is not said to be"
        );
        assert!(rogue.blocking_recv().unwrap().is_err());
        assert_eq!(count(&writer), 0);
    }
}
