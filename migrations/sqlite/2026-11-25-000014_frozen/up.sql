-- Figures that were published, kept as they were told. Written once.
CREATE TABLE frozen_statistics (
    id BLOB NOT NULL PRIMARY KEY,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    -- Absent for figures over all programmes.
    programme_id BLOB REFERENCES programmes (id),
    -- The document that they are published in, where there is one.
    document_id BLOB REFERENCES documents (id),
    as_of TEXT NOT NULL,
    compared_to TEXT NOT NULL,
    told_by TEXT NOT NULL CHECK (told_by IN ('NONE', 'AGENCY', 'GROUP', 'TASK', 'YEAR', 'PERIOD')),
    formula_version INTEGER NOT NULL CHECK (formula_version > 0),
    -- Where the audit log ended in the state that was counted: SHA-256 over the ends of its strands.
    inputs_head TEXT NOT NULL CHECK (length(inputs_head) = 64),
    -- JSON: what was asked for, and the counts by code, with their names at that time.
    content TEXT NOT NULL,
    content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
    -- For whom it was frozen, and by whom.
    agency_id BLOB REFERENCES agencies (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    frozen_at TEXT NOT NULL,
    CHECK (compared_to < as_of)
) STRICT;
CREATE INDEX frozen_statistics_programme_id ON frozen_statistics (programme_id, id);
CREATE INDEX frozen_statistics_document_id ON frozen_statistics (document_id);
CREATE INDEX frozen_statistics_agency_id ON frozen_statistics (agency_id);
CREATE INDEX frozen_statistics_account_id ON frozen_statistics (account_id);
CREATE TRIGGER frozen_statistics_not_changed BEFORE UPDATE ON frozen_statistics BEGIN
    SELECT RAISE(ABORT, 'frozen statistics are kept as they are');
END;
CREATE TRIGGER frozen_statistics_not_removed BEFORE DELETE ON frozen_statistics BEGIN
    SELECT RAISE(ABORT, 'frozen statistics are kept as they are');
END;
