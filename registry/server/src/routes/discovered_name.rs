//! The name of the schema that describes the events of one kind. In: their source and detail-type. Out: the name under which discovery keeps
//! them, the same for every event of the kind and for no other one. On AWS names are made of letters and digits, so that different kinds have
//! the same one; here the kinds that come later get a number.

use rusqlite::Connection;
use schemactl_infer::discovered_name;

use crate::names::{SCHEMA_NAME_LENGTH, SchemaName};
use crate::store::schemas;
use crate::store::shapes::{self, EventKind};

/// A name, and whose it could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DiscoveredName {
    pub(super) name: SchemaName,
    /// The name as AWS writes it, where a schema of other events has that.
    pub(super) taken: Option<SchemaName>,
}

/// Returns the name of the schema that describes the events of a kind, or that is to describe them.
pub(super) fn find_name(db: &Connection, registry: i64, kind: EventKind<'_>) -> rusqlite::Result<DiscoveredName> {
    let known = shapes::find_schema_of(db, registry, kind)?;
    if let Some(name) = known.and_then(|name| SchemaName::parse(&name).ok()) {
        return Ok(DiscoveredName { name, taken: None });
    }
    let plain = numbered_name(kind, 1);
    let mut number = 1;
    loop {
        let name = numbered_name(kind, number);
        let is_free = match schemas::find_schema(db, registry, &name)? {
            Some(schema) => !shapes::is_of_other_kind(db, schema.id, kind)?,
            None => true,
        };
        if is_free {
            let taken = (number > 1).then_some(plain);
            return Ok(DiscoveredName { name, taken });
        }
        number += 1;
    }
}

/// Returns the name of the schema of a kind, or with a number if it is not the first kind of that name. A source and a detail-type of the longest
/// that are allowed make a name that is longer than names are, if the type may not begin as it does.
fn numbered_name(kind: EventKind<'_>, number: usize) -> SchemaName {
    let name = discovered_name(kind.source, kind.detail_type, number, SCHEMA_NAME_LENGTH);
    SchemaName::parse(&name).expect("all characters are those of names")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_makes_a_name_that_is_allowed() {
        let long = ("s".repeat(256), "1".repeat(128));
        for (source, detail_type, first, second) in [
            (
                "com.shop",
                "Order Placed",
                "com.shop@OrderPlaced",
                "com.shop@OrderPlaced-2",
            ),
            ("com shop/é", "日本", "com-shop--@Event", "com-shop--@Event-2"),
            ("", "", "@Event", "@Event-2"),
        ] {
            let kind = EventKind { source, detail_type };
            assert_eq!(numbered_name(kind, 1).as_str(), first);
            assert_eq!(numbered_name(kind, 2).as_str(), second);
        }
        let kind = EventKind {
            source: &long.0,
            detail_type: &long.1,
        };
        let (first, tenth) = (numbered_name(kind, 1), numbered_name(kind, 10));
        assert_eq!((first.as_str().len(), tenth.as_str().len()), (385, 385));
        assert!(tenth.as_str().ends_with("1-10"), "{tenth}");
    }
}
