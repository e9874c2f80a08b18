//! Keywords that say nothing where they are written. In: a document and its dialect. Out: the members of its schemas that no dialect has,
//! and those that only other dialects have, in the order of the source. What to make of them is for others to say.

use crate::dialect::Dialect;
use crate::keyword::Keyword;
use crate::subschema::subschemas;
use crate::value::{JsonObject, Member, Value};

/// A keyword that is written in a schema whose dialect does not have it, and so says nothing.
#[derive(Clone, Debug)]
pub struct ForeignKeyword<'v> {
    /// Where it is written.
    pub entry: &'v Member,
    /// The dialect that it is read in.
    pub dialect: Dialect,
    /// The first dialect that has it.
    pub first: Dialect,
    /// The last dialect that has it.
    pub last: Dialect,
}

/// Returns the names of the keywords that some dialect of JSON Schema has.
pub fn keywords() -> impl Iterator<Item = &'static str> {
    let known = Keyword::ALL.iter().filter(|keyword| keyword.dialects().is_some());
    known.map(|keyword| keyword.name())
}

/// Returns the keywords of a document that no dialect has, in the order of the source. Names that begin with `x-` are somebody's own on
/// purpose.
pub fn unknown_keywords(schema: &Value, dialect: Dialect) -> Vec<&Member> {
    let mut found = Vec::new();
    collect_unknown(schema, dialect, &mut found);
    found
}

fn collect_unknown<'v>(schema: &'v Value, dialect: Dialect, found: &mut Vec<&'v Member>) {
    let is_known = |entry: &Member| entry.keyword().is_some_and(|keyword| keyword.dialects().is_some());
    let entries = schema.as_object().into_iter().flat_map(JsonObject::iter);
    found.extend(entries.filter(|entry| !entry.key.starts_with("x-") && !is_known(entry)));
    for below in subschemas(schema, dialect) {
        collect_unknown(below.value, dialect.inside(below.value), found);
    }
}

/// Returns the keywords of a document that its dialect does not have, in the order of the source.
pub fn foreign_keywords(schema: &Value, dialect: Dialect) -> Vec<ForeignKeyword<'_>> {
    let mut found = Vec::new();
    collect_foreign(schema, dialect, &mut found);
    found
}

fn collect_foreign<'v>(schema: &'v Value, dialect: Dialect, found: &mut Vec<ForeignKeyword<'v>>) {
    for entry in schema.as_object().into_iter().flat_map(JsonObject::iter) {
        let dialects = entry.keyword().and_then(Keyword::dialects);
        if let Some((first, last)) = dialects.filter(|(first, last)| !(*first..=*last).contains(&dialect)) {
            found.push(ForeignKeyword {
                entry,
                dialect,
                first,
                last,
            });
        }
    }
    for below in subschemas(schema, dialect) {
        collect_foreign(below.value, dialect.inside(below.value), found);
    }
}
