//! The table of registries.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Slice, StorePage, StoredTags, execute, query_one};
use crate::names::{DISCOVERED, RegistryName};

/// A registry.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) tags: StoredTags,
}

const COLUMNS: &str = "id, name, description, tags";

fn registry(row: &Row<'_>) -> rusqlite::Result<Registry> {
    Ok(Registry {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        tags: row.get(3)?,
    })
}

pub(crate) fn find_registry(db: &Connection, name: &RegistryName) -> rusqlite::Result<Option<Registry>> {
    let sql = format!("SELECT {COLUMNS} FROM registries WHERE name = ?1");
    query_one(db, &sql, [name.as_str()], registry).optional()
}

pub(crate) fn insert_registry(
    db: &Connection,
    name: &RegistryName,
    description: Option<&str>,
    tags: &StoredTags,
) -> rusqlite::Result<Registry> {
    let sql = format!("INSERT INTO registries (name, description, tags) VALUES (?1, ?2, ?3) RETURNING {COLUMNS}");
    query_one(db, &sql, params![name.as_str(), description, tags], registry)
}

pub(crate) fn set_description(db: &Connection, id: i64, description: &str) -> rusqlite::Result<()> {
    execute(
        db,
        "UPDATE registries SET description = ?2 WHERE id = ?1",
        params![id, description],
    )?;
    Ok(())
}

pub(crate) fn set_tags(db: &Connection, id: i64, tags: &StoredTags) -> rusqlite::Result<()> {
    execute(db, "UPDATE registries SET tags = ?2 WHERE id = ?1", params![id, tags])?;
    Ok(())
}

/// Fails if the registry holds schemas: the foreign key has no cascade.
pub(crate) fn remove_registry(db: &Connection, id: i64) -> rusqlite::Result<()> {
    execute(db, "DELETE FROM registries WHERE id = ?1", [id])?;
    Ok(())
}

/// How many registries a user has made: the one of discovery is not among them.
pub(crate) fn count_registries(db: &Connection) -> rusqlite::Result<u32> {
    let sql = "SELECT count(*) FROM registries WHERE name <> ?1";
    query_one(db, sql, [DISCOVERED], |row| row.get(0))
}

/// The registries whose names begin with `prefix`, in the order of their names.
pub(crate) fn select_registries(
    db: &Connection,
    prefix: &str,
    slice: &Slice<String>,
) -> rusqlite::Result<StorePage<Registry, String>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM registries
         WHERE name >= ?1 AND name < ?2
         ORDER BY name LIMIT ?3"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let (first, end) = slice.names(prefix);
    let rows = statement.query_map(params![first, end, slice.fetch()], registry)?;
    Ok(slice.page(rows.collect::<Result<_, _>>()?, |row| row.name.clone()))
}
