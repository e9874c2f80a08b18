//! Tags as a column: a JSON object of texts. In and out: [`StoredTags`].

use std::collections::BTreeMap;

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::Serialize;

/// Tags by key, in the order of the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct StoredTags(pub(crate) BTreeMap<String, String>);

impl ToSql for StoredTags {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0).expect("texts by text are JSON");
        Ok(text.into())
    }
}

impl FromSql for StoredTags {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let tags = serde_json::from_str(value.as_str()?);
        tags.map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}
