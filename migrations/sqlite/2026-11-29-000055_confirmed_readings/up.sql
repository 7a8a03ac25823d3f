-- Who answers for how a defect of a decision's text is read. Of the reading that is stored; another one is confirmed anew.
CREATE TABLE reading_confirmations (
    id BLOB NOT NULL PRIMARY KEY,
    known_issue_id BLOB NOT NULL UNIQUE REFERENCES known_issues (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    -- As the account was called then.
    confirmed_by TEXT NOT NULL,
    post TEXT CHECK (length(post) BETWEEN 1 AND 200),
    agency_id BLOB REFERENCES agencies (id),
    confirmed_on TEXT NOT NULL,
    basis_document_id BLOB REFERENCES documents (id),
    remark TEXT CHECK (length(remark) BETWEEN 1 AND 2000),
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX reading_confirmations_account_id ON reading_confirmations (account_id);
CREATE INDEX reading_confirmations_agency_id ON reading_confirmations (agency_id);
CREATE INDEX reading_confirmations_basis_document_id ON reading_confirmations (basis_document_id);
CREATE TRIGGER reading_confirmations_not_changed BEFORE UPDATE ON reading_confirmations
BEGIN SELECT RAISE(ABORT, 'confirmations are kept as they are'); END;
