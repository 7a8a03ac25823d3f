-- Secret links by which calendars are read, without an account: of an agency, or of somebody who sits in committees.
CREATE TABLE calendar_links (
    id BLOB NOT NULL PRIMARY KEY,
    agency_id BLOB REFERENCES agencies (id),
    person_id BLOB REFERENCES persons (id),
    note TEXT CHECK (length(note) BETWEEN 1 AND 200),
    -- SHA-256 of the secret, in hexadecimal; the secret itself is nowhere.
    secret_sha256 TEXT NOT NULL UNIQUE CHECK (length(secret_sha256) = 64),
    -- Who made it.
    account_id BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    -- A day is all that is kept of its use.
    last_used_on TEXT,
    revoked_at TEXT,
    CHECK ((agency_id IS NULL) <> (person_id IS NULL))
) STRICT;
CREATE INDEX calendar_links_agency_id ON calendar_links (agency_id, id);
CREATE INDEX calendar_links_person_id ON calendar_links (person_id, id);
CREATE INDEX calendar_links_account_id ON calendar_links (account_id);

-- When a meeting changed last; nothing for those that were not changed since this is kept.
ALTER TABLE meetings ADD COLUMN changed_at TEXT;
