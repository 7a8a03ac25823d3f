-- What everything is found by: one row for every name or text under which it may be found, written with what it tells of.
CREATE TABLE search_entries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject_id UUID NOT NULL,
    -- Of one thing; of a report its version.
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('AGENCY', 'TASK', 'DOCUMENT', 'REPORT', 'DELIVERABLE')),
    -- For those alone who see the thing by role.
    is_inside BOOLEAN NOT NULL,
    programme_id UUID,
    lang TEXT COLLATE "C" NOT NULL CHECK (lang IN ('VI', 'EN', 'FR', 'ZH', 'JA')),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE,
    sort_key TEXT COLLATE "C" NOT NULL,
    -- Every form of every word that is kept; made by the program, the same on every database.
    words TSVECTOR NOT NULL,
    UNIQUE (subject_id, ordinal)
);
CREATE INDEX search_entries_agencies ON search_entries (subject_id) WHERE kind = 'AGENCY';
CREATE INDEX search_entries_programmes ON search_entries (programme_id) WHERE programme_id IS NOT NULL;
CREATE INDEX search_entries_words ON search_entries USING gin (words);

-- By which rules the entries were made; 0 before they were.
CREATE TABLE search_rules (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
);
INSERT INTO search_rules (id, version) VALUES (1, 0);
