-- Format 2: discoverers, resource policies, code bindings, and events that wait to be sent.

CREATE TABLE discoverers (
    -- What AWS makes of the source: `events-event-bus-default`.
    id            TEXT PRIMARY KEY,
    source_arn    TEXT NOT NULL UNIQUE,
    description   TEXT,
    cross_account INTEGER NOT NULL,
    -- STARTED or STOPPED.
    state         TEXT NOT NULL,
    tags          TEXT NOT NULL
) STRICT;

CREATE TABLE policies (
    registry INTEGER PRIMARY KEY REFERENCES registries (id) ON DELETE CASCADE,
    policy   TEXT NOT NULL,
    revision TEXT NOT NULL
) STRICT;

-- A row that is in progress is the order to generate: it is taken up again after a restart.
CREATE TABLE bindings (
    schema   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    language TEXT NOT NULL,
    -- CREATE_IN_PROGRESS, CREATE_COMPLETE or CREATE_FAILED.
    status   TEXT NOT NULL,
    created  TEXT NOT NULL,
    modified TEXT NOT NULL,
    -- The archive of a complete binding.
    source   BLOB,
    -- Why a binding failed.
    reason   TEXT,
    PRIMARY KEY (schema, version, language),
    FOREIGN KEY (schema, version) REFERENCES versions (schema, number) ON DELETE CASCADE
) STRICT;

-- Written with the change that they tell of, and deleted when the bus has taken them.
CREATE TABLE outbox (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- An entry of PutEvents.
    entry    TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Why the last attempt failed.
    reason   TEXT
) STRICT;
