-- Files that prove what a report says: what they are and whose; their bytes are in the evidence store, under their hash.

CREATE TABLE files (
    -- SHA-256 of the bytes in hexadecimal: equal bytes are one file.
    sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
    size INTEGER NOT NULL CHECK (size > 0),
    created_at TEXT NOT NULL
) STRICT;

-- A file on a report. One that was taken off stays, with who did it and why.
CREATE TABLE report_files (
    id BLOB NOT NULL PRIMARY KEY,
    report_id BLOB NOT NULL REFERENCES reports (id),
    sha256 TEXT NOT NULL REFERENCES files (sha256),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    title TEXT CHECK (length(title) BETWEEN 1 AND 500),
    -- Number and symbol of the document, as its sender declares them.
    document_number TEXT CHECK (length(document_number) BETWEEN 1 AND 100),
    -- What the bytes are, found by looking.
    media_type TEXT NOT NULL,
    -- The first version of the report that has it, and once it was taken off the last: a submitted version keeps its files.
    since_version INTEGER NOT NULL CHECK (since_version > 0),
    until_version INTEGER CHECK (until_version >= since_version - 1),
    uploaded_by BLOB NOT NULL REFERENCES accounts (id),
    uploaded_at TEXT NOT NULL,
    removed_by BLOB REFERENCES accounts (id),
    removed_at TEXT,
    removed_reason TEXT CHECK (length(removed_reason) BETWEEN 1 AND 500),
    CHECK ((removed_by IS NULL) = (removed_at IS NULL)),
    CHECK ((removed_by IS NULL) = (removed_reason IS NULL)),
    CHECK ((removed_by IS NULL) = (until_version IS NULL))
) STRICT;
CREATE INDEX report_files_report_id ON report_files (report_id, id);
CREATE INDEX report_files_sha256 ON report_files (sha256);
CREATE INDEX report_files_uploaded_by ON report_files (uploaded_by);
CREATE INDEX report_files_removed_by ON report_files (removed_by);
-- The same file under the same name is on a report once.
CREATE UNIQUE INDEX report_files_once ON report_files (report_id, name, sha256) WHERE removed_at IS NULL;

-- Who is about to store the bytes of a hash, or to remove them: written before either, gone when it is settled. Bytes without
-- a file are found here, and nowhere else is anything ever removed.
CREATE TABLE file_claims (
    id BLOB NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    purpose TEXT NOT NULL CHECK (purpose IN ('STORE', 'REMOVE')),
    -- From then on whoever wrote it has died.
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX file_claims_sha256 ON file_claims (sha256);
CREATE INDEX file_claims_expires_at ON file_claims (expires_at);
