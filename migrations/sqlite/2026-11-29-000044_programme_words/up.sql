-- An amendment changes every word of a programme: its own, its objectives, measures and duties too. Made anew, as there are more kinds.
CREATE TABLE programme_past_new (
    id BLOB NOT NULL PRIMARY KEY,
    -- The amendment that ended it.
    amendment_id BLOB NOT NULL REFERENCES programme_amendments (id),
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    kind TEXT NOT NULL CHECK (kind IN ('GROUP', 'TASK', 'TARGET', 'OBJECTIVE', 'MEASURE', 'DUTY', 'PROGRAMME')),
    subject_id BLOB NOT NULL,
    -- JSON: the row as it was, of a measure with its tasks and targets, of a duty with its other agencies.
    content TEXT NOT NULL,
    -- Its words in English, where there were any.
    english TEXT,
    -- Nothing: with the programme as signed.
    valid_from TEXT,
    -- The first day on which it no longer held.
    valid_to TEXT NOT NULL,
    UNIQUE (subject_id, valid_to),
    CHECK (valid_from IS NULL OR valid_from < valid_to)
) STRICT;
INSERT INTO programme_past_new (id, amendment_id, programme_id, kind, subject_id, content, english, valid_from, valid_to)
    SELECT id, amendment_id, programme_id, kind, subject_id, content, english, valid_from, valid_to
    FROM programme_past;
DROP TABLE programme_past;
ALTER TABLE programme_past_new RENAME TO programme_past;
CREATE INDEX programme_past_amendment_id ON programme_past (amendment_id);
CREATE INDEX programme_past_programme_id ON programme_past (programme_id, valid_to);

-- The first day on which the words hold (nothing: with the programme as signed), and the first on which the row no longer does.
ALTER TABLE objectives ADD COLUMN valid_from TEXT;
ALTER TABLE objectives ADD COLUMN valid_to TEXT;
ALTER TABLE measures ADD COLUMN valid_from TEXT;
ALTER TABLE measures ADD COLUMN valid_to TEXT;
ALTER TABLE responsibilities ADD COLUMN valid_from TEXT;
ALTER TABLE responsibilities ADD COLUMN valid_to TEXT;
ALTER TABLE programmes ADD COLUMN valid_from TEXT;
