-- What the budget and other sources can give in a year, as documents tell it. Appended; what was recorded last counts.
CREATE TABLE budget_means (
    id UUID NOT NULL PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES programmes (id),
    year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    source TEXT NOT NULL CHECK (source IN ('STATE_CENTRAL', 'STATE_PROVINCIAL', 'STATE_DISTRICT', 'STATE_COMMUNE', 'SERVICE_REVENUE', 'SOCIALISED', 'FUND', 'AID')),
    -- Whole đồng.
    amount BIGINT NOT NULL CHECK (amount >= 0),
    -- From when on it is told.
    day DATE NOT NULL,
    document_id UUID NOT NULL REFERENCES documents (id),
    section TEXT CHECK (length(section) BETWEEN 1 AND 200),
    quote TEXT CHECK (length(quote) BETWEEN 1 AND 4000),
    account_id UUID NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL,
    CHECK (quote IS NULL OR section IS NOT NULL)
);
CREATE INDEX budget_means_programme_id ON budget_means (programme_id, year);
CREATE INDEX budget_means_document_id ON budget_means (document_id);
CREATE INDEX budget_means_account_id ON budget_means (account_id);
CREATE FUNCTION budget_means_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'means are kept as they were told';
END $$;
CREATE TRIGGER budget_means_kept BEFORE UPDATE OR DELETE ON budget_means FOR EACH ROW EXECUTE FUNCTION budget_means_are_kept();
