ALTER TABLE programmes DROP COLUMN valid_from;
ALTER TABLE responsibilities DROP COLUMN valid_to;
ALTER TABLE responsibilities DROP COLUMN valid_from;
ALTER TABLE measures DROP COLUMN valid_to;
ALTER TABLE measures DROP COLUMN valid_from;
ALTER TABLE objectives DROP COLUMN valid_to;
ALTER TABLE objectives DROP COLUMN valid_from;
CREATE TABLE programme_past_old (
    id BLOB NOT NULL PRIMARY KEY,
    amendment_id BLOB NOT NULL REFERENCES programme_amendments (id),
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    kind TEXT NOT NULL CHECK (kind IN ('GROUP', 'TASK', 'TARGET')),
    subject_id BLOB NOT NULL,
    content TEXT NOT NULL,
    english TEXT,
    valid_from TEXT,
    valid_to TEXT NOT NULL,
    UNIQUE (subject_id, valid_to),
    CHECK (valid_from IS NULL OR valid_from < valid_to)
) STRICT;
INSERT INTO programme_past_old (id, amendment_id, programme_id, kind, subject_id, content, english, valid_from, valid_to)
    SELECT id, amendment_id, programme_id, kind, subject_id, content, english, valid_from, valid_to
    FROM programme_past WHERE kind IN ('GROUP', 'TASK', 'TARGET');
DROP TABLE programme_past;
ALTER TABLE programme_past_old RENAME TO programme_past;
CREATE INDEX programme_past_amendment_id ON programme_past (amendment_id);
CREATE INDEX programme_past_programme_id ON programme_past (programme_id, valid_to);
