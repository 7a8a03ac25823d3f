-- What agencies say of their tasks, version by version, and the keys that keep a retry from doubling it.

CREATE TABLE reports (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    task_id BLOB NOT NULL REFERENCES tasks (id),
    occurrence_id BLOB NOT NULL REFERENCES occurrences (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    year INTEGER NOT NULL,
    -- The sender's own reference, unique within its agency.
    external_ref TEXT CHECK (length(external_ref) BETWEEN 1 AND 128),
    status TEXT NOT NULL CHECK (status IN ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'AGGREGATED')),
    -- The version that counts now.
    version INTEGER NOT NULL CHECK (version >= 1),
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    UNIQUE (agency_id, external_ref)
) STRICT;
CREATE INDEX reports_programme_id ON reports (programme_id, id);
CREATE INDEX reports_task_id ON reports (task_id, id);
CREATE INDEX reports_occurrence_id ON reports (occurrence_id);
CREATE INDEX reports_agency_id ON reports (agency_id, id);
-- What everybody may read, in the order of identifiers; queries repeat this condition word by word.
CREATE INDEX reports_published ON reports (id) WHERE status IN ('ACCEPTED', 'AGGREGATED');
CREATE INDEX reports_created_by ON reports (created_by);

-- Written once, never changed.
CREATE TABLE report_versions (
    report_id BLOB NOT NULL REFERENCES reports (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
    narrative TEXT NOT NULL,
    -- JSON array of {description, quantity?, unit?}.
    produced TEXT NOT NULL,
    submitted_by BLOB NOT NULL REFERENCES accounts (id),
    submitted_at TEXT NOT NULL,
    PRIMARY KEY (report_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_versions_submitted_by ON report_versions (submitted_by);

-- The first answer to a key, stored in the transaction of its effect. The scope is the agency, or the account of a caller without one.
CREATE TABLE idempotency_keys (
    scope_id BLOB NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_sha256 TEXT NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (scope_id, operation, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);
