//! Room in the write-ahead log. In: the path of the database. Out: a log that is longer than what SQLite has written to it, so that a commit writes
//! over bytes that are there. A commit that makes the file longer waits for the journal of the file system, and with it for whatever other
//! programs have written: on a busy disk that takes a hundred times as long.
//!
//! SQLite reads the log as far as its checksums hold, and takes what follows for the rest of an older one. It never makes the file shorter while
//! it is open, and begins at its start again after a checkpoint.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The first room, and the least that is added: some fifteen changes.
const FIRST: u64 = 256 * 1024;
/// The longest log that is made: the 1000 pages after which SQLite makes a checkpoint, and those of a large transaction more.
const LONGEST: u64 = 4608 * 1024;

/// The write-ahead log of a database.
pub(super) struct LogFile {
    path: PathBuf,
    /// Opened to append: whatever another program writes at the same time stays, and what is appended is written over by SQLite.
    file: Option<File>,
    /// The length up to which there is room.
    length: u64,
}

impl LogFile {
    /// Creates the value for the log of a database, which need not be there yet.
    pub(super) fn new(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self {
            path: path.into(),
            file: None,
            length: 0,
        }
    }

    /// Makes the log twice as long if SQLite has used the room that was made before. Nothing is synced: the next commit does that. Where it fails
    /// there is no room, and every commit makes the file longer, as without it.
    pub(super) fn extend(&mut self) {
        if self.length >= LONGEST {
            return;
        }
        let _ = self.try_extend();
    }

    fn try_extend(&mut self) -> std::io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(OpenOptions::new().append(true).open(&self.path)?),
        };
        let used = file.metadata()?.len();
        if used == 0 || used <= self.length {
            return Ok(());
        }
        let length = (used * 2).clamp(FIRST, LONGEST);
        let zeros = vec![0; usize::try_from(length.saturating_sub(used)).unwrap_or(0)];
        file.write_all(&zeros)?;
        self.length = length.max(used);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn open(path: &Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
            .unwrap();
        // Lengths are what is tested, and they do not wait for the disk.
        connection.pragma_update(None, "synchronous", "OFF").unwrap();
        connection
    }

    fn insert(connection: &Connection, number: i64) {
        let sql = "INSERT INTO numbers VALUES (?1, zeroblob(3000))";
        connection.execute(sql, [number]).unwrap();
    }

    /// What a reader finds that has only the files, as after a crash.
    fn count_in_copy(path: &Path) -> i64 {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.sqlite");
        std::fs::copy(path, &copy).unwrap();
        let log = LogFile::new(path).path;
        std::fs::copy(log, LogFile::new(&copy).path).unwrap();
        let connection = open(&copy);
        let ok: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(ok, "ok");
        let count = connection.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0));
        count.unwrap()
    }

    #[test]
    fn most_commits_leave_the_length_of_the_log_and_all_are_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.sqlite");
        let connection = open(&path);
        connection
            .execute_batch("CREATE TABLE numbers (number INTEGER PRIMARY KEY, more BLOB) STRICT")
            .unwrap();
        let mut log = LogFile::new(&path);
        let length = || std::fs::metadata(LogFile::new(&path).path).unwrap().len();
        let mut grown = 0;
        for number in 0..1500 {
            let before = length();
            insert(&connection, number);
            grown += usize::from(length() > before);
            log.extend();
            if number % 250 == 0 {
                assert_eq!(count_in_copy(&path), number + 1);
            }
        }
        assert!(grown < 10, "{grown} of 1500 commits made the log longer");
        assert!(length() <= LONGEST, "{}", length());
        drop(connection);
        assert_eq!(
            open(&path).query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)),
            Ok(1500)
        );
    }

    #[test]
    fn a_log_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = LogFile::new(&folder.path().join("data.sqlite"));
        log.extend();
        assert!(!log.path.exists());
    }

    /// Another program that writes between two looks loses nothing.
    #[test]
    fn what_others_write_to_the_log_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.sqlite");
        let (own, other) = (open(&path), open(&path));
        own.execute_batch("CREATE TABLE numbers (number INTEGER PRIMARY KEY, more BLOB) STRICT")
            .unwrap();
        let mut log = LogFile::new(&path);
        for number in 0..200 {
            insert(if number % 2 == 0 { &own } else { &other }, number);
            if number % 3 == 0 {
                log.extend();
            }
        }
        assert_eq!(count_in_copy(&path), 200);
    }
}
