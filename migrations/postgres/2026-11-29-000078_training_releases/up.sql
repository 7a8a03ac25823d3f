-- Figures of people that everybody is told of a year, release by release. Appended: what was released is not taken back.
CREATE TABLE training_releases (
    id UUID NOT NULL PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES programmes (id),
    year INTEGER NOT NULL CHECK (year BETWEEN 1945 AND 2200),
    number INTEGER NOT NULL CHECK (number > 0),
    -- The day as of which the figures were known.
    as_of DATE NOT NULL,
    document_id UUID REFERENCES documents (id),
    -- JSON: the table with what is hidden of it, attendances, and the shares of targets.
    figures TEXT NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (programme_id, year, number)
);
CREATE INDEX training_releases_document_id ON training_releases (document_id);
CREATE INDEX training_releases_account_id ON training_releases (account_id);
