-- Format 3: what discoverers have seen of the events of a schema.

CREATE TABLE shapes (
    schema INTEGER PRIMARY KEY REFERENCES schemas (id) ON DELETE CASCADE,
    -- Types, properties and formats as JSON. No value of an event is kept.
    shape  TEXT NOT NULL
) STRICT;
