//! The table of versions: numbered 1, 2, 3 within a schema, never changed, never numbered again.

use rusqlite::{Connection, OptionalExtension, Row, params};
use schemactl_model::SchemaType;

use super::{NOW, Slice, StorePage, execute, query_one};

/// A version with its content.
#[derive(Clone, Debug)]
pub(crate) struct StoredVersion {
    pub(crate) number: i64,
    /// A [`SchemaType`] as text.
    pub(crate) type_: String,
    pub(crate) content: String,
    pub(crate) created: String,
}

/// A version in a list.
#[derive(Clone, Debug)]
pub(crate) struct VersionSummary {
    pub(crate) number: i64,
    pub(crate) type_: String,
    pub(crate) created: String,
}

const COLUMNS: &str = "number, type, content, created";

fn version(row: &Row<'_>) -> rusqlite::Result<StoredVersion> {
    Ok(StoredVersion {
        number: row.get(0)?,
        type_: row.get(1)?,
        content: row.get(2)?,
        created: row.get(3)?,
    })
}

/// Reads `number, type, created`.
pub(super) fn read_version_summary(row: &Row<'_>) -> rusqlite::Result<VersionSummary> {
    Ok(VersionSummary {
        number: row.get(0)?,
        type_: row.get(1)?,
        created: row.get(2)?,
    })
}

pub(crate) fn find_version(db: &Connection, schema: i64, number: i64) -> rusqlite::Result<Option<StoredVersion>> {
    let sql = format!("SELECT {COLUMNS} FROM versions WHERE schema = ?1 AND number = ?2");
    query_one(db, &sql, [schema, number], version).optional()
}

/// The version with the highest number.
pub(crate) fn find_newest_version(db: &Connection, schema: i64) -> rusqlite::Result<Option<StoredVersion>> {
    query_one(db, &newest_version(), [schema], version).optional()
}

fn newest_version() -> String {
    format!("SELECT {COLUMNS} FROM versions WHERE schema = ?1 ORDER BY number DESC LIMIT 1")
}

/// The version that an UpdateSchema with this ClientTokenId made.
pub(crate) fn find_token(db: &Connection, schema: i64, token: &str) -> rusqlite::Result<Option<StoredVersion>> {
    let sql = format!("SELECT {COLUMNS} FROM versions WHERE schema = ?1 AND token = ?2");
    query_one(db, &sql, params![schema, token], version).optional()
}

/// Adds a version under the next number of the schema, which it also marks as modified now.
pub(crate) fn insert_version(
    db: &Connection,
    schema: i64,
    type_: SchemaType,
    content: &str,
    token: Option<&str>,
) -> rusqlite::Result<StoredVersion> {
    // No RETURNING: SQLite collects what it returns in a table that it makes each time.
    let next = format!("SELECT next_version, {NOW} FROM schemas WHERE id = ?1");
    let (number, now): (i64, String) = query_one(db, &next, [schema], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let take = "UPDATE schemas SET next_version = ?2, last_modified = ?3 WHERE id = ?1";
    execute(db, take, params![schema, number + 1, now])?;
    let insert = "INSERT INTO versions (schema, number, type, content, created, token) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let type_ = type_.as_str();
    execute(db, insert, params![schema, number, type_, content, now, token])?;
    Ok(StoredVersion {
        number,
        type_: type_.to_owned(),
        content: content.to_owned(),
        created: now,
    })
}

pub(crate) fn remove_version(db: &Connection, schema: i64, number: i64) -> rusqlite::Result<()> {
    execute(
        db,
        "DELETE FROM versions WHERE schema = ?1 AND number = ?2",
        [schema, number],
    )?;
    let modified = format!("UPDATE schemas SET last_modified = {NOW} WHERE id = ?1");
    execute(db, &modified, [schema])?;
    Ok(())
}

/// Our version in the stamp that `schemactl push` puts into a content. `NULL` for other contents.
const STAMP: &str = "CASE WHEN instr(content, '\"x-schemactl\"') > 0 AND json_valid(content)
    THEN CAST(json_extract(content, '$.\"x-schemactl\".version') AS TEXT) END";

/// Returns the versions of a schema with ours, the newest `most` of them, newest first.
pub(crate) fn list_stamped(
    db: &Connection,
    schema: i64,
    most: usize,
) -> rusqlite::Result<Vec<(VersionSummary, Option<String>)>> {
    let sql =
        format!("SELECT number, type, created, {STAMP} FROM versions WHERE schema = ?1 ORDER BY number DESC LIMIT ?2");
    let mut statement = db.prepare_cached(&sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map([schema, most], |row| {
        Ok((read_version_summary(row)?, stamp(row.get(3)?)))
    })?;
    rows.collect()
}

/// Returns our version of a content, if it has one.
pub(crate) fn find_stamp(db: &Connection, schema: i64, number: i64) -> rusqlite::Result<Option<String>> {
    let sql = format!("SELECT {STAMP} FROM versions WHERE schema = ?1 AND number = ?2");
    let found = query_one(db, &sql, [schema, number], |row| row.get::<_, Option<String>>(0)).optional()?;
    Ok(found.and_then(stamp))
}

/// Returns our version of the newest content, if it has one.
pub(crate) fn newest_stamp(db: &Connection, schema: i64) -> rusqlite::Result<Option<String>> {
    let sql = format!("SELECT {STAMP} FROM versions WHERE schema = ?1 ORDER BY number DESC LIMIT 1");
    let found = query_one(db, &sql, [schema], |row| row.get::<_, Option<String>>(0)).optional()?;
    Ok(found.and_then(stamp))
}

/// A stamp that says a version. Anybody can write one, so it may say anything.
fn stamp(text: Option<String>) -> Option<String> {
    const LONGEST: usize = 32;
    let number = |character: char| character.is_ascii_digit() || character == '.';
    text.filter(|text| (1..=LONGEST).contains(&text.len()) && text.chars().all(number))
}

/// The versions of a schema, in the order of their numbers: 2 comes before 10.
pub(crate) fn select_versions(
    db: &Connection,
    schema: i64,
    slice: &Slice<i64>,
) -> rusqlite::Result<StorePage<VersionSummary, i64>> {
    let sql = "SELECT number, type, created FROM versions
         WHERE schema = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
    let mut statement = db.prepare_cached(sql)?;
    let after = slice.after.unwrap_or_default();
    let rows = statement.query_map(params![schema, after, slice.fetch()], read_version_summary)?;
    Ok(slice.page(rows.collect::<Result<_, _>>()?, |row| row.number))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::store::open;

    /// With statistics compiled in, SQLite may plan a prepared statement again for each new value.
    #[test]
    fn a_prepared_statement_is_not_parsed_again_for_another_schema() {
        let folder = tempfile::tempdir().unwrap();
        let db = open::open_writer(&open::database_path(folder.path()).unwrap()).unwrap();
        for schema in 1..=20 {
            assert!(find_newest_version(&db, schema).unwrap().is_none());
        }
        let statement = db.prepare_cached(&newest_version()).unwrap();
        assert_eq!(
            statement.get_status(StatementStatus::Run),
            20,
            "the statement is the same"
        );
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
