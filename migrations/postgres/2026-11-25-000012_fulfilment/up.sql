-- Reports answer to obligations.

-- Whether the sender named the regime: the form must be filled in then, else only what is given has to fit it.
ALTER TABLE reports ADD COLUMN names_regime BOOLEAN NOT NULL DEFAULT FALSE;

-- What a new report answers to is looked up by what it is about.
CREATE INDEX obligations_sought ON obligations (agency_id, year, period);
