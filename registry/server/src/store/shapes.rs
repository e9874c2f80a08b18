//! The table of what discoverers have seen: one shape a discovered schema.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

use super::{execute, query_one};
use rusqlite::{Connection, OptionalExtension, params};
use schemactl_infer::Shape;

struct Column(Shape);

impl FromSql for Column {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let shape = Shape::from_text(value.as_str()?);
        shape.map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// What was seen of the events of a schema. `None` for a schema that no discoverer has made.
pub(crate) fn find(db: &Connection, schema: i64) -> rusqlite::Result<Option<Shape>> {
    let sql = "SELECT shape FROM shapes WHERE schema = ?1";
    let found = query_one(db, sql, [schema], |row| row.get(0)).optional()?;
    Ok(found.map(|Column(shape)| shape))
}

pub(crate) fn put(db: &Connection, schema: i64, shape: &Shape) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO shapes (schema, shape) VALUES (?1, ?2)";
    execute(db, sql, params![schema, shape.to_text()])?;
    Ok(())
}
