//! Answers to questions that were asked before, as long as they are true. In: a question as text, and its answer with the revision of the
//! database that it was read from. Out: the answer again, until anybody changes the database: this server, or another program that has
//! it open. SQLite says so at the cost of a look into shared memory, and no thread is changed for it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use rusqlite::Connection;

use super::query_one;

/// The most bytes of questions and answers that are kept: a tenth of what the server takes after its start (ADR 16).
const KEPT: usize = 1024 * 1024;

/// A state of the database. Two that are equal, of one cache, have no change between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Revision(i64);

/// Answers that are true of one revision.
pub(super) struct AnswerCache(Mutex<CachedAnswers>);

struct CachedAnswers {
    /// Reads nothing but whether others have written.
    watch: Connection,
    revision: Option<Revision>,
    answers: HashMap<String, Bytes>,
    size: usize,
}

impl AnswerCache {
    pub(super) fn new(watch: Connection) -> Self {
        Self(Mutex::new(CachedAnswers {
            watch,
            revision: None,
            answers: HashMap::new(),
            size: 0,
        }))
    }

    /// Returns the answer if it is still true, and the revision that the database has now; `None` where that cannot be told.
    pub(super) fn find(&self, question: &str) -> (Option<Bytes>, Option<Revision>) {
        let mut kept = self.kept();
        let now = query_one(&kept.watch, "PRAGMA data_version", [], |row| row.get(0).map(Revision)).ok();
        if now != kept.revision || now.is_none() {
            kept.forget();
            kept.revision = now;
            return (None, now);
        }
        (kept.answers.get(question).cloned(), now)
    }

    /// Keeps an answer. INVARIANT: it was read after `revision` was the newest. If the database has changed since then, the answer may be
    /// of a newer state, and is dropped with the revision by the next look.
    pub(super) fn keep(&self, question: String, answer: &Bytes, revision: Revision) {
        let mut kept = self.kept();
        let size = question.len() + answer.len();
        if kept.revision != Some(revision) || size > KEPT / 4 {
            return;
        }
        if kept.size + size > KEPT {
            kept.forget();
        }
        if kept.answers.insert(question, answer.clone()).is_none() {
            kept.size += size;
        }
    }

    /// Entries are whole whatever happened to another thread, so a poisoned lock is as good as another.
    fn kept(&self) -> MutexGuard<'_, CachedAnswers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CachedAnswers {
    fn forget(&mut self) {
        self.answers.clear();
        self.size = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World {
        cache: AnswerCache,
        other: Connection,
        _folder: tempfile::TempDir,
    }

    fn world() -> World {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.sqlite");
        let other = Connection::open(&path).unwrap();
        other
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER) STRICT")
            .unwrap();
        World {
            cache: AnswerCache::new(Connection::open(&path).unwrap()),
            other,
            _folder: folder,
        }
    }

    impl World {
        fn keep(&self, question: &str, answer: &Bytes) {
            let revision = self.cache.find(question).1.unwrap();
            self.cache.keep(question.to_owned(), answer, revision);
        }

        fn change(&self) {
            self.other.execute("INSERT INTO numbers VALUES (1)", []).unwrap();
        }
    }

    #[test]
    fn an_answer_is_kept_until_the_database_changes() {
        let world = world();
        world.keep("a", &Bytes::from_static(b"1"));
        assert_eq!(world.cache.find("a").0.unwrap(), "1");
        assert_eq!(world.cache.find("b").0, None);
        world.change();
        assert_eq!(world.cache.find("a").0, None);
    }

    #[test]
    fn an_answer_that_a_change_overtook_is_not_kept() {
        let world = world();
        let before = world.cache.find("a").1.unwrap();
        world.change();
        world.cache.keep("a".to_owned(), &Bytes::from_static(b"old"), before);
        assert_eq!(world.cache.find("a").0, None);
        // Nor where somebody has looked in between.
        world.cache.keep("a".to_owned(), &Bytes::from_static(b"old"), before);
        assert_eq!(world.cache.find("a").0, None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let world = world();
        world.keep("large", &Bytes::from(vec![0; KEPT / 2]));
        assert_eq!(world.cache.find("large").0, None);
        for number in 0..100 {
            world.keep(&number.to_string(), &Bytes::from(vec![0; KEPT / 10]));
            assert!(world.cache.kept().size <= KEPT);
        }
        assert!(world.cache.find("99").0.is_some(), "the newest is there");
    }
}
