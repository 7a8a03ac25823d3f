-- Who answers for how a defect of a decision's text is read. Of the reading that is stored; another one is confirmed anew.
CREATE TABLE reading_confirmations (
    id UUID NOT NULL PRIMARY KEY,
    known_issue_id UUID NOT NULL UNIQUE REFERENCES known_issues (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    -- As the account was called then.
    confirmed_by TEXT NOT NULL,
    post TEXT CHECK (length(post) BETWEEN 1 AND 200),
    agency_id UUID REFERENCES agencies (id),
    confirmed_on DATE NOT NULL,
    basis_document_id UUID REFERENCES documents (id),
    remark TEXT CHECK (length(remark) BETWEEN 1 AND 2000),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX reading_confirmations_account_id ON reading_confirmations (account_id);
CREATE INDEX reading_confirmations_agency_id ON reading_confirmations (agency_id);
CREATE INDEX reading_confirmations_basis_document_id ON reading_confirmations (basis_document_id);
CREATE TRIGGER reading_confirmations_not_changed BEFORE UPDATE ON reading_confirmations
FOR EACH ROW EXECUTE FUNCTION acts_are_kept();
