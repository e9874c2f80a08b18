//! Search over the names and contents of a registry's versions. A plain scan: a registry holds hundreds of schemas.

use rusqlite::{Connection, params};

use super::versions::{VersionSummary, read_version_summary};
use super::{Slice, StorePage};

/// A schema, and those of its versions in which all keywords were found.
#[derive(Clone, Debug)]
pub(crate) struct SearchHit {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) versions: Vec<VersionSummary>,
}

/// Holds if each of the keywords (?1, a JSON array of texts) is part of the schema's name or of the version's content.
/// ASCII letters match whatever their case.
const MATCHES: &str = "NOT EXISTS (
    SELECT 1 FROM json_each(?1) AS keyword
    WHERE instr(lower(schemas.name), lower(keyword.value)) = 0
      AND instr(lower(versions.content), lower(keyword.value)) = 0)";

/// The schemas with a version that has all of the keywords, in the order of their names.
pub(crate) fn select_search_hits(
    db: &Connection,
    registry: i64,
    keywords: &[&str],
    slice: &Slice<String>,
) -> rusqlite::Result<StorePage<SearchHit, String>> {
    let keywords = serde_json::to_string(keywords).expect("texts are JSON");
    let sql = format!(
        "SELECT id, name FROM schemas
         WHERE registry = ?2 AND name >= ?3
           AND EXISTS (SELECT 1 FROM versions WHERE versions.schema = schemas.id AND {MATCHES})
         ORDER BY name LIMIT ?4"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let (first, _) = slice.names("");
    let rows = statement.query_map(params![keywords, registry, first, slice.fetch()], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    let page = slice.page(rows.collect::<Result<Vec<_>, _>>()?, |(_, name)| name.clone());
    let found = page.rows.into_iter().map(|(id, name)| {
        let versions = matching(db, id, &keywords)?;
        Ok(SearchHit { id, name, versions })
    });
    let rows = found.collect::<rusqlite::Result<_>>()?;
    let last = page.last;
    Ok(StorePage { rows, last })
}

fn matching(db: &Connection, schema: i64, keywords: &str) -> rusqlite::Result<Vec<VersionSummary>> {
    let sql = format!(
        "SELECT versions.number, versions.type, versions.created
         FROM versions JOIN schemas ON schemas.id = versions.schema
         WHERE versions.schema = ?2 AND {MATCHES} ORDER BY versions.number"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![keywords, schema], read_version_summary)?;
    rows.collect()
}
