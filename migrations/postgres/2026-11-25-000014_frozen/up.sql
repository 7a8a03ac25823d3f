-- Figures that were published, kept as they were told. Written once.
CREATE TABLE frozen_statistics (
    id UUID NOT NULL PRIMARY KEY,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    -- Absent for figures over all programmes.
    programme_id UUID REFERENCES programmes (id),
    -- The document that they are published in, where there is one.
    document_id UUID REFERENCES documents (id),
    as_of DATE NOT NULL,
    compared_to DATE NOT NULL,
    told_by TEXT NOT NULL CHECK (told_by IN ('NONE', 'AGENCY', 'GROUP', 'TASK', 'YEAR', 'PERIOD')),
    formula_version INTEGER NOT NULL CHECK (formula_version > 0),
    -- Where the audit log ended in the state that was counted: SHA-256 over the ends of its strands.
    inputs_head TEXT NOT NULL CHECK (length(inputs_head) = 64),
    -- JSON: what was asked for, and the counts by code, with their names at that time.
    content TEXT NOT NULL,
    content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
    -- For whom it was frozen, and by whom.
    agency_id UUID REFERENCES agencies (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    frozen_at TIMESTAMP NOT NULL,
    CHECK (compared_to < as_of)
);
CREATE INDEX frozen_statistics_programme_id ON frozen_statistics (programme_id, id);
CREATE INDEX frozen_statistics_document_id ON frozen_statistics (document_id);
CREATE INDEX frozen_statistics_agency_id ON frozen_statistics (agency_id);
CREATE INDEX frozen_statistics_account_id ON frozen_statistics (account_id);
CREATE FUNCTION frozen_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'frozen statistics are kept as they are';
END $$;
CREATE TRIGGER frozen_statistics_kept BEFORE UPDATE OR DELETE ON frozen_statistics FOR EACH ROW EXECUTE FUNCTION frozen_is_kept();
