//! The table of schemas. The contents are in `versions`.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{NOW, Page, Slice, Tags};
use crate::names::SchemaName;

/// A schema.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) last_modified: String,
    /// How many versions it has.
    pub(crate) versions: i64,
}

const COLUMNS: &str = "id, name, description, tags, last_modified,
    (SELECT count(*) FROM versions WHERE versions.schema = schemas.id)";

fn schema(row: &Row<'_>) -> rusqlite::Result<Schema> {
    Ok(Schema {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        tags: row.get(3)?,
        last_modified: row.get(4)?,
        versions: row.get(5)?,
    })
}

pub(crate) fn find(db: &Connection, registry: i64, name: &SchemaName) -> rusqlite::Result<Option<Schema>> {
    let sql = format!("SELECT {COLUMNS} FROM schemas WHERE registry = ?1 AND name = ?2");
    db.query_row(&sql, params![registry, name.as_str()], schema).optional()
}

/// Inserts a schema without versions; its first version must follow in the same transaction. Gives its id.
pub(crate) fn insert(
    db: &Connection,
    registry: i64,
    name: &SchemaName,
    description: Option<&str>,
    tags: &Tags,
) -> rusqlite::Result<i64> {
    let sql = format!(
        "INSERT INTO schemas (registry, name, description, tags, last_modified, next_version)
         VALUES (?1, ?2, ?3, ?4, {NOW}, 1) RETURNING id"
    );
    db.query_row(&sql, params![registry, name.as_str(), description, tags], |row| {
        row.get(0)
    })
}

pub(crate) fn set_description(db: &Connection, id: i64, description: &str) -> rusqlite::Result<()> {
    let sql = format!("UPDATE schemas SET description = ?2, last_modified = {NOW} WHERE id = ?1");
    db.execute(&sql, params![id, description])?;
    Ok(())
}

pub(crate) fn set_tags(db: &Connection, id: i64, tags: &Tags) -> rusqlite::Result<()> {
    db.execute("UPDATE schemas SET tags = ?2 WHERE id = ?1", params![id, tags])?;
    Ok(())
}

/// Deletes the schema and its versions.
pub(crate) fn delete(db: &Connection, id: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM schemas WHERE id = ?1", [id])?;
    Ok(())
}

/// The schemas of a registry whose names begin with `prefix`, in the order of their names.
pub(crate) fn list(
    db: &Connection,
    registry: i64,
    prefix: &str,
    slice: &Slice<String>,
) -> rusqlite::Result<Page<Schema, String>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM schemas
         WHERE registry = ?1 AND substr(name, 1, length(?2)) = ?2 AND (?3 IS NULL OR name > ?3)
         ORDER BY name LIMIT ?4"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![registry, prefix, slice.after, slice.fetch()], schema)?;
    Ok(slice.page(rows.collect::<Result<_, _>>()?, |row| row.name.clone()))
}

/// How many schemas a registry holds.
pub(crate) fn count(db: &Connection, registry: i64) -> rusqlite::Result<u32> {
    let sql = "SELECT count(*) FROM schemas WHERE registry = ?1";
    db.query_row(sql, [registry], |row| row.get(0))
}
