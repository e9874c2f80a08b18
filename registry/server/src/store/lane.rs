//! A connection in a thread of its own. In: jobs, from any thread, without waiting. Out: each is run, one after the other. One thread for
//! the life of the server: SQLite's cache stays with it, and nothing is started or ended as requests come and go.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

/// The thread, and the way to it.
pub(super) struct Lane<J> {
    /// Dropped to end the thread.
    jobs: Option<Sender<J>>,
    thread: Option<JoinHandle<()>>,
}

impl<J: Send + 'static> Lane<J> {
    /// Starts the thread with `run`, which ends when there are no more jobs.
    pub(super) fn start(
        name: &str,
        connection: Connection,
        run: impl FnOnce(Connection, &Receiver<J>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, waiting) = channel();
        let thread = thread::Builder::new().name(name.to_owned());
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread.spawn(move || run(connection, &waiting))?),
        })
    }

    /// Puts a job at the end of the queue.
    pub(super) fn send(&self, job: J) {
        if let Some(jobs) = &self.jobs {
            // The thread lives as long as the sender; a job that is not taken is dropped, and with it whatever would answer.
            let _ = jobs.send(job);
        }
    }
}

impl<J> Drop for Lane<J> {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped too.
            let _ = thread.join();
        }
    }
}
