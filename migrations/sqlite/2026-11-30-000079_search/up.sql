-- What everything is found by: one row for every name or text under which it may be found, written with what it tells of.
CREATE TABLE search_entries (
    id INTEGER NOT NULL PRIMARY KEY,
    subject_id BLOB NOT NULL,
    -- Of one thing; of a report its version.
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('AGENCY', 'TASK', 'DOCUMENT', 'REPORT', 'DELIVERABLE')),
    -- For those alone who see the thing by role.
    is_inside INTEGER NOT NULL CHECK (is_inside IN (0, 1)),
    programme_id BLOB,
    lang TEXT NOT NULL CHECK (lang IN ('VI', 'EN', 'FR', 'ZH', 'JA')),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    sort_key TEXT NOT NULL,
    -- Every form of every word that is kept, parted by spaces; made by the program, the same on every database.
    words TEXT NOT NULL,
    UNIQUE (subject_id, ordinal)
) STRICT;
CREATE INDEX search_entries_agencies ON search_entries (subject_id) WHERE kind = 'AGENCY';
CREATE INDEX search_entries_programmes ON search_entries (programme_id) WHERE programme_id IS NOT NULL;

-- Spaces part words and nothing else does: the words have neither signs nor upper case.
CREATE VIRTUAL TABLE search_words USING fts5 (words, content = 'search_entries', content_rowid = 'id', tokenize = 'ascii', detail = none, columnsize = 0);
CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN
    INSERT INTO search_words (rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN
    INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words);
END;

-- By which rules the entries were made; 0 before they were.
CREATE TABLE search_rules (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO search_rules (id, version) VALUES (1, 0);
