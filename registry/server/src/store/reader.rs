//! The one connection that reads. In: questions. Out: their answers. Each is a transaction, so that all of its reads see the same state:
//! what was last committed, while the other connection writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::lane::Lane;

type ReadJob = Box<dyn FnOnce(&mut Connection) + Send>;

/// The thread that reads.
pub(super) struct Reader(Lane<ReadJob>);

impl Reader {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        Lane::start("schemactl-reader", connection, answer_all).map(Self)
    }

    /// Puts a question at the end of the queue. The receiver gets its answer; nothing if it panicked.
    pub(super) fn read<T, E, F>(&self, question: F) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        self.0.send(Box::new(move |connection| {
            // Whoever asked may have gone.
            let _ = answer.send(in_transaction(connection, question));
        }));
        receiver
    }
}

fn answer_all(mut connection: Connection, questions: &Receiver<ReadJob>) {
    while let Ok(question) = questions.recv() {
        // A panic has rolled its transaction back and dropped its answer; the connection is as good as before.
        let _ = catch_unwind(AssertUnwindSafe(|| question(&mut connection)));
    }
}

fn in_transaction<T, E: From<rusqlite::Error>>(
    connection: &mut Connection,
    question: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection.transaction()?;
    let answer = question(&transaction)?;
    transaction.commit()?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_panics_ends_alone() {
        let reader = Reader::start(Connection::open_in_memory().unwrap()).unwrap();
        let ask = |number: i64| {
            let asked = reader.read(move |db| {
                assert_ne!(number, 0, "this one panics");
                db.query_row("SELECT ?1", [number], |row| row.get::<_, i64>(0))
            });
            asked.blocking_recv()
        };
        assert!(ask(0).is_err());
        assert_eq!(ask(1).unwrap(), Ok(1));
    }
}
