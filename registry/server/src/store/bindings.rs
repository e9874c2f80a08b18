//! The table of code bindings: one a version and language.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{NOW, execute, query_one};

pub(crate) const IN_PROGRESS: &str = "CREATE_IN_PROGRESS";
pub(crate) const COMPLETE: &str = "CREATE_COMPLETE";
pub(crate) const FAILED: &str = "CREATE_FAILED";

/// A code binding without its archive.
#[derive(Clone, Debug)]
pub(crate) struct StoredBinding {
    pub(crate) version: i64,
    /// One of the three constants.
    pub(crate) status: String,
    pub(crate) created: String,
    pub(crate) modified: String,
    pub(crate) reason: Option<String>,
}

/// A code binding that is to be generated, with what it is generated from.
#[derive(Clone, Debug)]
pub(crate) struct PendingBinding {
    pub(crate) schema: i64,
    pub(crate) version: i64,
    pub(crate) language: String,
    pub(crate) registry_name: String,
    pub(crate) schema_name: String,
    pub(crate) content_type: String,
    pub(crate) content: String,
}

fn binding(row: &Row<'_>) -> rusqlite::Result<StoredBinding> {
    Ok(StoredBinding {
        version: row.get(0)?,
        status: row.get(1)?,
        created: row.get(2)?,
        modified: row.get(3)?,
        reason: row.get(4)?,
    })
}

const COLUMNS: &str = "version, status, created, modified, reason";

pub(crate) fn find_binding(
    db: &Connection,
    schema: i64,
    version: i64,
    language: &str,
) -> rusqlite::Result<Option<StoredBinding>> {
    let sql = format!("SELECT {COLUMNS} FROM bindings WHERE schema = ?1 AND version = ?2 AND language = ?3");
    query_one(db, &sql, params![schema, version, language], binding).optional()
}

/// Returns the bindings of a version by language, with the size of each archive in bytes.
pub(crate) fn select_bindings(
    db: &Connection,
    schema: i64,
    version: i64,
) -> rusqlite::Result<Vec<(String, StoredBinding, Option<i64>)>> {
    let sql = format!(
        "SELECT {COLUMNS}, language, length(source) FROM bindings WHERE schema = ?1 AND version = ?2 ORDER BY language"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([schema, version], |row| Ok((row.get(5)?, binding(row)?, row.get(6)?)))?;
    rows.collect()
}

/// Orders a binding, again if there was one.
pub(crate) fn order_binding(
    db: &Connection,
    schema: i64,
    version: i64,
    language: &str,
) -> rusqlite::Result<StoredBinding> {
    let sql = format!(
        "INSERT OR REPLACE INTO bindings (schema, version, language, status, created, modified)
         VALUES (?1, ?2, ?3, '{IN_PROGRESS}', {NOW}, {NOW}) RETURNING {COLUMNS}"
    );
    query_one(db, &sql, params![schema, version, language], binding)
}

/// A binding that waits for its generator.
pub(crate) fn next_order(db: &Connection) -> rusqlite::Result<Option<PendingBinding>> {
    let sql = format!(
        "SELECT bindings.schema, bindings.version, language, registries.name, schemas.name, type, content
         FROM bindings
         JOIN versions ON versions.schema = bindings.schema AND versions.number = bindings.version
         JOIN schemas ON schemas.id = bindings.schema
         JOIN registries ON registries.id = schemas.registry
         WHERE status = '{IN_PROGRESS}' LIMIT 1"
    );
    let order = query_one(db, &sql, [], |row| {
        Ok(PendingBinding {
            schema: row.get(0)?,
            version: row.get(1)?,
            language: row.get(2)?,
            registry_name: row.get(3)?,
            schema_name: row.get(4)?,
            content_type: row.get(5)?,
            content: row.get(6)?,
        })
    });
    order.optional()
}

/// Records what came of an order. Its version may be gone by now, and then so is the order.
pub(crate) fn finish_binding(
    db: &Connection,
    order: &PendingBinding,
    done: &Result<Vec<u8>, String>,
) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE bindings SET status = ?4, modified = {NOW}, source = ?5, reason = ?6
         WHERE schema = ?1 AND version = ?2 AND language = ?3"
    );
    let status = if done.is_ok() { COMPLETE } else { FAILED };
    let (source, reason) = (done.as_ref().ok(), done.as_ref().err());
    execute(
        db,
        &sql,
        params![order.schema, order.version, order.language, status, source, reason],
    )?;
    Ok(())
}

/// The archive of a complete binding.
pub(crate) fn find_binding_archive(
    db: &Connection,
    schema: i64,
    version: i64,
    language: &str,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT source FROM bindings WHERE schema = ?1 AND version = ?2 AND language = ?3";
    let source = query_one(db, sql, params![schema, version, language], |row| row.get(0)).optional()?;
    Ok(source.flatten())
}
