//! The table of resource policies: one a registry at most.

use rusqlite::{Connection, OptionalExtension, params};

use super::{execute, query_one};

/// A resource policy.
#[derive(Clone, Debug)]
pub(crate) struct ResourcePolicy {
    /// A JSON object, as it was sent.
    pub(crate) policy: String,
    /// Changes with every change of the policy.
    pub(crate) revision: String,
}

pub(crate) fn find_policy(db: &Connection, registry: i64) -> rusqlite::Result<Option<ResourcePolicy>> {
    let sql = "SELECT policy, revision FROM policies WHERE registry = ?1";
    let policy = query_one(db, sql, [registry], |row| {
        Ok(ResourcePolicy {
            policy: row.get(0)?,
            revision: row.get(1)?,
        })
    });
    policy.optional()
}

/// Writes the policy of a registry, over the one it has.
pub(crate) fn write_policy(db: &Connection, registry: i64, policy: &ResourcePolicy) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO policies (registry, policy, revision) VALUES (?1, ?2, ?3)";
    execute(db, sql, params![registry, policy.policy, policy.revision])?;
    Ok(())
}

pub(crate) fn remove_policy(db: &Connection, registry: i64) -> rusqlite::Result<()> {
    execute(db, "DELETE FROM policies WHERE registry = ?1", [registry])?;
    Ok(())
}
