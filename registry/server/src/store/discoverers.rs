//! The table of discoverers.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Slice, StorePage, StoredTags, execute, query_one};

/// The state of a discoverer that sees the events of its bus.
pub(crate) const STARTED: &str = "STARTED";

/// A discoverer.
#[derive(Clone, Debug)]
pub(crate) struct Discoverer {
    pub(crate) id: String,
    pub(crate) source_arn: String,
    pub(crate) description: Option<String>,
    pub(crate) cross_account: bool,
    /// `STARTED` or `STOPPED`.
    pub(crate) state: String,
    pub(crate) tags: StoredTags,
}

const COLUMNS: &str = "id, source_arn, description, cross_account, state, tags";

fn discoverer(row: &Row<'_>) -> rusqlite::Result<Discoverer> {
    Ok(Discoverer {
        id: row.get(0)?,
        source_arn: row.get(1)?,
        description: row.get(2)?,
        cross_account: row.get(3)?,
        state: row.get(4)?,
        tags: row.get(5)?,
    })
}

pub(crate) fn find_discoverer(db: &Connection, id: &str) -> rusqlite::Result<Option<Discoverer>> {
    let sql = format!("SELECT {COLUMNS} FROM discoverers WHERE id = ?1");
    query_one(db, &sql, [id], discoverer).optional()
}

/// Writes a discoverer, over the one of the same id.
pub(crate) fn write_discoverer(db: &Connection, row: &Discoverer) -> rusqlite::Result<()> {
    let sql = format!("INSERT OR REPLACE INTO discoverers ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    let Discoverer {
        id,
        source_arn,
        description,
        cross_account,
        state,
        tags,
    } = row;
    execute(
        db,
        &sql,
        params![id, source_arn, description, cross_account, state, tags],
    )?;
    Ok(())
}

pub(crate) fn remove_discoverer(db: &Connection, id: &str) -> rusqlite::Result<()> {
    execute(db, "DELETE FROM discoverers WHERE id = ?1", [id])?;
    Ok(())
}

pub(crate) fn count_discoverers(db: &Connection) -> rusqlite::Result<u32> {
    query_one(db, "SELECT count(*) FROM discoverers", [], |row| row.get(0))
}

/// Whether a started discoverer has the bus of that name as its source.
pub(crate) fn is_bus_watched(db: &Connection, bus: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM discoverers WHERE state = ?1
         AND substr(source_arn, instr(source_arn, ':event-bus/') + length(':event-bus/')) = ?2)";
    query_one(db, sql, [STARTED, bus], |row| row.get(0))
}

/// The discoverers whose id and source begin so, in the order of their ids.
pub(crate) fn select_discoverers(
    db: &Connection,
    id_prefix: &str,
    source_prefix: &str,
    slice: &Slice<String>,
) -> rusqlite::Result<StorePage<Discoverer, String>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM discoverers
         WHERE substr(id, 1, length(?1)) = ?1 AND substr(source_arn, 1, length(?2)) = ?2
           AND (?3 IS NULL OR id > ?3)
         ORDER BY id LIMIT ?4"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![id_prefix, source_prefix, slice.after, slice.fetch()],
        discoverer,
    )?;
    Ok(slice.page(rows.collect::<Result<_, _>>()?, |row| row.id.clone()))
}
