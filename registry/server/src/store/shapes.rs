//! The table of what discoverers have seen: one shape a discovered schema, with the kind of events that it describes.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

use super::{execute, query_one};
use rusqlite::{Connection, OptionalExtension, params};
use schemactl_infer::Shape;

/// The kind of an event: names of schemas do not tell kinds apart, source and detail-type do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventKind<'e> {
    pub(crate) source: &'e str,
    pub(crate) detail_type: &'e str,
}

struct Column(Shape);

impl FromSql for Column {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let shape = Shape::from_text(value.as_str()?);
        shape.map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// What was seen of the events of a schema. `None` for a schema that no discoverer has made.
pub(crate) fn find_shape(db: &Connection, schema: i64) -> rusqlite::Result<Option<Shape>> {
    let sql = "SELECT shape FROM shapes WHERE schema = ?1";
    let found = query_one(db, sql, [schema], |row| row.get(0)).optional()?;
    Ok(found.map(|Column(shape)| shape))
}

/// Returns the name of the schema that describes the events of a kind, if there is one in the registry.
pub(crate) fn find_schema_of(db: &Connection, registry: i64, kind: EventKind<'_>) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT name FROM schemas JOIN shapes ON shapes.schema = schemas.id
         WHERE registry = ?1 AND source = ?2 AND detail_type = ?3 ORDER BY id LIMIT 1";
    query_one(db, sql, params![registry, kind.source, kind.detail_type], |row| {
        row.get(0)
    })
    .optional()
}

/// Returns whether a schema describes events of another kind: those that a discoverer has seen, or those that its newest content names. A
/// content that somebody wrote by hand need not name any.
pub(crate) fn is_of_other_kind(db: &Connection, schema: i64, kind: EventKind<'_>) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM shapes WHERE schema = ?1 AND (source, detail_type) <> (?2, ?3))
         OR coalesce((
             SELECT json_extract(content, '$.components.schemas.AWSEvent.\"x-amazon-events-source\"') <> ?2
                 OR json_extract(content, '$.components.schemas.AWSEvent.\"x-amazon-events-detail-type\"') <> ?3
             FROM versions WHERE schema = ?1 AND json_valid(content)
             ORDER BY number DESC LIMIT 1), FALSE)";
    query_one(db, sql, params![schema, kind.source, kind.detail_type], |row| {
        row.get(0)
    })
}

/// Keeps what was seen of the events of a kind.
pub(crate) fn write_shape(db: &Connection, schema: i64, kind: EventKind<'_>, shape: &Shape) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO shapes (schema, shape, source, detail_type) VALUES (?1, ?2, ?3, ?4)";
    let EventKind { source, detail_type } = kind;
    execute(db, sql, params![schema, shape.to_text(), source, detail_type])?;
    Ok(())
}
