-- Versions of a programme after the one that was signed: each by a document, from a day on. Appended, never changed.
CREATE TABLE programme_amendments (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    -- The programme as signed is version 1.
    number INTEGER NOT NULL CHECK (number >= 2),
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    -- Where in the document it stands, and its words.
    section TEXT CHECK (length(section) BETWEEN 1 AND 200),
    quote TEXT CHECK (length(quote) BETWEEN 1 AND 4000),
    -- The first day on which it holds.
    effective_on TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    -- JSON: how it differs from the version before, field by field.
    changes TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (programme_id, number),
    UNIQUE (programme_id, effective_on)
) STRICT;
CREATE INDEX programme_amendments_basis_document_id ON programme_amendments (basis_document_id);
CREATE INDEX programme_amendments_account_id ON programme_amendments (account_id);

-- What a group, task or target said before an amendment.
CREATE TABLE programme_past (
    id BLOB NOT NULL PRIMARY KEY,
    -- The amendment that ended it.
    amendment_id BLOB NOT NULL REFERENCES programme_amendments (id),
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    kind TEXT NOT NULL CHECK (kind IN ('GROUP', 'TASK', 'TARGET')),
    subject_id BLOB NOT NULL,
    -- JSON: the row as it was.
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
CREATE INDEX programme_past_amendment_id ON programme_past (amendment_id);
CREATE INDEX programme_past_programme_id ON programme_past (programme_id, valid_to);

-- The first day on which the words hold (nothing: with the programme as signed), and the first on which the row no longer does.
ALTER TABLE task_groups ADD COLUMN valid_from TEXT;
ALTER TABLE task_groups ADD COLUMN valid_to TEXT;
ALTER TABLE tasks ADD COLUMN valid_from TEXT;
ALTER TABLE tasks ADD COLUMN valid_to TEXT;
ALTER TABLE targets ADD COLUMN valid_from TEXT;
ALTER TABLE targets ADD COLUMN valid_to TEXT;
-- From when on the year belongs to the task.
ALTER TABLE occurrences ADD COLUMN valid_from TEXT;

-- Assignments that an amendment ended.
CREATE TABLE assignment_endings (
    assignment_id BLOB NOT NULL PRIMARY KEY REFERENCES assignments (id),
    amendment_id BLOB NOT NULL REFERENCES programme_amendments (id)
) STRICT;
CREATE INDEX assignment_endings_amendment_id ON assignment_endings (amendment_id);

-- Due days that an amendment set; the one first set stays with the occurrence.
CREATE TABLE occurrence_due_days (
    id BLOB NOT NULL PRIMARY KEY,
    occurrence_id BLOB NOT NULL REFERENCES occurrences (id),
    amendment_id BLOB NOT NULL REFERENCES programme_amendments (id),
    effective_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    UNIQUE (occurrence_id, effective_on)
) STRICT;
CREATE INDEX occurrence_due_days_amendment_id ON occurrence_due_days (amendment_id);
