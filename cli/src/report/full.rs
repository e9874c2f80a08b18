//! Schemas of the registry without room for new versions: as a sentence of a plan, and what makes room.

use schemactl_push::{FullSchema, RoomMaking};

use crate::words::count_in_words;

/// Returns that a schema is full, and what to do about it.
pub(crate) fn describe_full(full: &FullSchema) -> String {
    format!(
        "schema {} has {} and no room for {} more: {}",
        full.schema,
        count_in_words(full.held, "version"),
        full.added,
        advise_on_room([full.room].into_iter())
    )
}

/// Returns what makes room in schemas that are full: what is enough for all of them.
pub(crate) fn advise_on_room(rooms: impl Iterator<Item = RoomMaking>) -> String {
    let rooms: Vec<_> = rooms.collect();
    if rooms.contains(&RoomMaking::Nothing) {
        return NOT_OURS.to_owned();
    }
    let keeps = rooms.iter().filter_map(|room| match room {
        RoomMaking::Keep(keep) => Some(keep),
        RoomMaking::Prune | RoomMaking::Nothing => None,
    });
    match keeps.min() {
        Some(keep) => format!(
            "set `keep = {keep}` in the table `[registry]` of schemactl.toml, or less, and run `schemactl prune --enable-deletes`; versions that \
             are too old to be kept stay in the workspace"
        ),
        None => "make room with `schemactl prune --enable-deletes`, or push with --enable-deletes".to_owned(),
    }
}

/// What to do where nothing of ours makes room.
const NOT_OURS: &str = "EventBridge allows 100, unless the account has another quota, and schemactl deletes what it wrote alone: the versions of \
                        others go with `aws schemas delete-schema-version`";
