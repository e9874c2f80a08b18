-- Format 5: the events that a discovered schema describes. Names of schemas do not tell them apart: `Order Placed` and `order-placed` have the
-- same one.

ALTER TABLE shapes ADD COLUMN source TEXT;
ALTER TABLE shapes ADD COLUMN detail_type TEXT;

-- A discovered document names its events. A content that somebody else wrote need not, and may nest deeper than SQLite reads.
UPDATE shapes SET (source, detail_type) = (
    SELECT json_extract(content, '$.components.schemas.AWSEvent."x-amazon-events-source"'),
           json_extract(content, '$.components.schemas.AWSEvent."x-amazon-events-detail-type"')
    FROM versions
    WHERE versions.schema = shapes.schema AND json_valid(content)
    ORDER BY number DESC LIMIT 1);

CREATE INDEX shapes_of_kinds ON shapes (source, detail_type);
