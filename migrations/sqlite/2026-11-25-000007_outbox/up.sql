-- What happened, in order, for those who follow: written in the transaction of the change, numbered once it is committed.

CREATE TABLE events (
    -- The order of writing; has gaps where a transaction was undone.
    position INTEGER NOT NULL PRIMARY KEY,
    -- The order of the feed, without gaps; given by one transaction at a time, to what is committed.
    seq INTEGER UNIQUE,
    id BLOB NOT NULL UNIQUE,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    -- Whose matter it is; decides who may see it.
    agency_id BLOB REFERENCES agencies (id),
    programme_id BLOB REFERENCES programmes (id),
    is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
    -- JSON.
    body TEXT NOT NULL
) STRICT;
CREATE INDEX events_unnumbered ON events (position) WHERE seq IS NULL;
CREATE INDEX events_agency_id ON events (agency_id, seq);
CREATE INDEX events_programme_id ON events (programme_id, seq);
CREATE INDEX events_subject_id ON events (subject_id, position);
CREATE INDEX events_public ON events (seq) WHERE is_public;

-- The last number given. One row, locked by whoever gives numbers.
CREATE TABLE event_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO event_head (id, seq) VALUES (1, 0);
