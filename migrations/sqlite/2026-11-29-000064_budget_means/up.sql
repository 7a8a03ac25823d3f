-- What the budget and other sources can give in a year, as documents tell it. Appended; what was recorded last counts.
CREATE TABLE budget_means (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    source TEXT NOT NULL CHECK (source IN ('STATE_CENTRAL', 'STATE_PROVINCIAL', 'STATE_DISTRICT', 'STATE_COMMUNE', 'SERVICE_REVENUE', 'SOCIALISED', 'FUND', 'AID')),
    -- Whole đồng.
    amount INTEGER NOT NULL CHECK (amount >= 0),
    -- From when on it is told.
    day TEXT NOT NULL,
    document_id BLOB NOT NULL REFERENCES documents (id),
    section TEXT CHECK (length(section) BETWEEN 1 AND 200),
    quote TEXT CHECK (length(quote) BETWEEN 1 AND 4000),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    CHECK (quote IS NULL OR section IS NOT NULL)
) STRICT;
CREATE INDEX budget_means_programme_id ON budget_means (programme_id, year);
CREATE INDEX budget_means_document_id ON budget_means (document_id);
CREATE INDEX budget_means_account_id ON budget_means (account_id);
CREATE TRIGGER budget_means_not_changed BEFORE UPDATE ON budget_means BEGIN
    SELECT RAISE(ABORT, 'means are kept as they were told');
END;
CREATE TRIGGER budget_means_not_removed BEFORE DELETE ON budget_means BEGIN
    SELECT RAISE(ABORT, 'means are kept as they were told');
END;
