-- Format 4: schemas know how many versions they have. Lists show the number of each schema, and counting is in the way of every read.

ALTER TABLE schemas ADD COLUMN version_count INTEGER NOT NULL DEFAULT 0;
UPDATE schemas SET version_count = (SELECT count(*) FROM versions WHERE versions.schema = schemas.id);

-- Triggers, so that the number is right whatever program writes.
CREATE TRIGGER version_added AFTER INSERT ON versions BEGIN
    UPDATE schemas SET version_count = version_count + 1 WHERE id = new.schema;
END;
CREATE TRIGGER version_removed AFTER DELETE ON versions BEGIN
    UPDATE schemas SET version_count = version_count - 1 WHERE id = old.schema;
END;
