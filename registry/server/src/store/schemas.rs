//! The table of schemas. The contents are in `versions`.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{NOW, Slice, StorePage, StoredTags, execute, query_one};
use crate::names::SchemaName;

/// A schema.
#[derive(Clone, Debug)]
pub(crate) struct StoredSchema {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) tags: StoredTags,
    pub(crate) last_modified: String,
    /// How many versions it has.
    pub(crate) versions: i64,
}

const COLUMNS: &str = "id, name, description, tags, last_modified, version_count";

fn schema(row: &Row<'_>) -> rusqlite::Result<StoredSchema> {
    Ok(StoredSchema {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        tags: row.get(3)?,
        last_modified: row.get(4)?,
        versions: row.get(5)?,
    })
}

pub(crate) fn find_schema(db: &Connection, registry: i64, name: &SchemaName) -> rusqlite::Result<Option<StoredSchema>> {
    let sql = format!("SELECT {COLUMNS} FROM schemas WHERE registry = ?1 AND name = ?2");
    query_one(db, &sql, params![registry, name.as_str()], schema).optional()
}

/// Inserts a schema without versions; its first version must follow in the same transaction. Gives its id.
pub(crate) fn insert_schema(
    db: &Connection,
    registry: i64,
    name: &SchemaName,
    description: Option<&str>,
    tags: &StoredTags,
) -> rusqlite::Result<i64> {
    let sql = format!(
        "INSERT INTO schemas (registry, name, description, tags, last_modified, next_version)
         VALUES (?1, ?2, ?3, ?4, {NOW}, 1) RETURNING id"
    );
    query_one(db, &sql, params![registry, name.as_str(), description, tags], |row| {
        row.get(0)
    })
}

pub(crate) fn set_description(db: &Connection, id: i64, description: &str) -> rusqlite::Result<()> {
    let sql = format!("UPDATE schemas SET description = ?2, last_modified = {NOW} WHERE id = ?1");
    execute(db, &sql, params![id, description])?;
    Ok(())
}

pub(crate) fn set_tags(db: &Connection, id: i64, tags: &StoredTags) -> rusqlite::Result<()> {
    execute(db, "UPDATE schemas SET tags = ?2 WHERE id = ?1", params![id, tags])?;
    Ok(())
}

/// Deletes the schema and its versions.
pub(crate) fn remove_schema(db: &Connection, id: i64) -> rusqlite::Result<()> {
    execute(db, "DELETE FROM schemas WHERE id = ?1", [id])?;
    Ok(())
}

/// The schemas of a registry whose names begin with `prefix`, in the order of their names.
pub(crate) fn select_schemas(
    db: &Connection,
    registry: i64,
    prefix: &str,
    slice: &Slice<String>,
) -> rusqlite::Result<StorePage<StoredSchema, String>> {
    let mut statement = db.prepare_cached(&page_of_names())?;
    let (first, end) = slice.names(prefix);
    let rows = statement.query_map(params![registry, first, end, slice.fetch()], schema)?;
    Ok(slice.page(rows.collect::<Result<_, _>>()?, |row| row.name.clone()))
}

fn page_of_names() -> String {
    format!(
        "SELECT {COLUMNS} FROM schemas
         WHERE registry = ?1 AND name >= ?2 AND name < ?3
         ORDER BY name LIMIT ?4"
    )
}

/// Returns the names of all schemas of a registry.
pub(crate) fn select_schema_names(db: &Connection, registry: i64) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare_cached("SELECT name FROM schemas WHERE registry = ?1")?;
    let rows = statement.query_map([registry], |row| row.get(0))?;
    rows.collect()
}

/// How many schemas a registry holds.
pub(crate) fn count_schemas(db: &Connection, registry: i64) -> rusqlite::Result<u32> {
    let sql = "SELECT count(*) FROM schemas WHERE registry = ?1";
    query_one(db, sql, [registry], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open;

    /// A page costs the same wherever it is in the list, and however many schemas there are.
    #[test]
    fn pages_are_ranges_of_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let db = open::open_writer(&open::database_path(folder.path()).unwrap()).unwrap();
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {}", page_of_names())).unwrap();
        let steps = plan.query_map(params![1, "a", "b", 10], |row| row.get::<_, String>(3));
        let steps: Vec<_> = steps.unwrap().collect::<Result<_, _>>().unwrap();
        let [step] = &steps[..] else { panic!("{steps:?}") };
        assert!(step.starts_with("SEARCH schemas USING INDEX"), "{step}");
        assert!(step.ends_with("(registry=? AND name>? AND name<?)"), "{step}");
    }
}
