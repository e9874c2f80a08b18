//! Opens the database of a data folder. In: the folder. Out: a connection to a database of the newest format, or why there
//! is none. A database of another program or of a newer schemactl is left as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::start_error::StartError;

/// The file in the data folder.
const FILE: &str = "registry.sqlite";
/// Marks the file as ours: `schm` in ASCII.
const APPLICATION_ID: i64 = 0x7363_686d;
/// How long a connection waits for a lock of another program, such as a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The pages that a connection keeps, in SQLite's own measure: negative, in KiB. The system keeps the file in memory anyway, and a
/// server that runs for months should not grow with its data.
const CACHE: i64 = -128;
/// The same for the connection that writes: the pages that 64 changes touch, which would otherwise be written in the middle of their
/// transaction and read again.
const WRITER_CACHE: i64 = -1024;
/// The statements that a connection keeps prepared: all that there are, with room for more.
const STATEMENTS: usize = 64;
/// The steps from an empty database to the newest format. The format of a file is the number of steps taken.
const MIGRATIONS: [&str; 5] = [
    include_str!("001_registries.sql"),
    include_str!("002_discovery.sql"),
    include_str!("003_shapes.sql"),
    include_str!("004_version_counts.sql"),
    include_str!("005_kinds.sql"),
];

/// Creates the folder if need be, and gives the path of the database in it.
pub(super) fn database_path(folder: &Path) -> Result<PathBuf, StartError> {
    fs::create_dir_all(folder).map_err(|error| StartError::DataFolder {
        path: folder.to_owned(),
        error,
    })?;
    Ok(folder.join(FILE))
}

/// Opens the database to write, and brings it to the newest format.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StartError> {
    let failed = |error| start_error(path, &error);
    let mut connection = connect(path).map_err(failed)?;
    refuse_unknown(path, &connection)?;
    refuse_damaged(path, &connection)?;
    connection
        .pragma_update(None, "cache_size", WRITER_CACHE)
        .and_then(|()| durable(&connection))
        .and_then(|()| migrate(&mut connection))
        .map_err(failed)?;
    Ok(connection)
}

/// Opens the database, which [`open_writer`] has opened before, to read.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StartError> {
    let opened = connect(path).and_then(|connection| {
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    });
    opened.map_err(|error| start_error(path, &error))
}

/// Opens the database to see whether it has changed. It never waits: it is asked by threads that have others to serve.
pub(super) fn open_watch(path: &Path) -> Result<Connection, StartError> {
    let connection = open_reader(path)?;
    let watch = connection.busy_timeout(Duration::ZERO).map(|()| connection);
    watch.map_err(|error| start_error(path, &error))
}

/// Without SQLITE_OPEN_URI: a folder named `file:x` is a folder.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans that do not look at values: with statistics compiled in, SQLite parses a prepared statement again whenever a new value is bound
    // to what an index is searched with.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// A commit is on the disk before the client hears of it: a write-ahead log, synced at every commit.
fn durable(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")
}

fn refuse_unknown(path: &Path, connection: &Connection) -> Result<(), StartError> {
    let failed = |error| start_error(path, &error);
    let application = pragma(connection, "application_id").map_err(failed)?;
    let found = pragma(connection, "user_version").map_err(failed)?;
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection.query_row(tables, [], |row| row.get(0)).map_err(failed)?;
    let path = path.to_owned();
    if application != APPLICATION_ID && (application, found, tables) != (0, 0, 0) {
        return Err(StartError::Foreign { path });
    }
    match known_format() {
        known if found > known => Err(StartError::Newer { path, found, known }),
        _ => Ok(()),
    }
}

fn refuse_damaged(path: &Path, connection: &Connection) -> Result<(), StartError> {
    let check = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    let message = check.map_err(|error| start_error(path, &error))?;
    if message == "ok" {
        return Ok(());
    }
    let path = path.to_owned();
    Err(StartError::Damaged { path, message })
}

/// Takes the steps that the file lacks, all or none. A second server that starts at the same time waits here, and then
/// finds nothing to do.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = pragma(&transaction, "user_version")?;
    let taken = usize::try_from(found).unwrap_or_default();
    for step in MIGRATIONS.iter().skip(taken) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known_format())?;
    transaction.commit()
}

fn known_format() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("there are fewer migrations than i64 has numbers")
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

fn start_error(path: &Path, error: &rusqlite::Error) -> StartError {
    let path = path.to_owned();
    let message = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StartError::Locked { path },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StartError::Damaged { path, message },
        _ => StartError::Database { path, message },
    }
}
