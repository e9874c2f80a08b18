-- Format 1: registries, their schemas, and the versions of those.

CREATE TABLE registries (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    description TEXT,
    -- A JSON object of texts: tags are read and written whole.
    tags        TEXT NOT NULL
) STRICT;

CREATE TABLE schemas (
    id            INTEGER PRIMARY KEY,
    -- No cascade: a registry that holds schemas is not deleted.
    registry      INTEGER NOT NULL REFERENCES registries (id),
    name          TEXT NOT NULL,
    description   TEXT,
    tags          TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    -- The number of the next version. It only grows, so that the number of a deleted version never means another content.
    next_version  INTEGER NOT NULL,
    UNIQUE (registry, name)
) STRICT;

CREATE TABLE versions (
    schema  INTEGER NOT NULL REFERENCES schemas (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    type    TEXT NOT NULL,
    -- Byte for byte as it was sent.
    content TEXT NOT NULL,
    created TEXT NOT NULL,
    -- The ClientTokenId of the UpdateSchema that made this version: the same call again gets the same answer.
    token   TEXT,
    PRIMARY KEY (schema, number),
    UNIQUE (schema, token)
) STRICT;
