-- How targets are measured, version by version. The first is read out of the decision's words and is not here. Appended.
CREATE TABLE target_definitions (
    id BLOB NOT NULL PRIMARY KEY,
    target_id BLOB NOT NULL REFERENCES targets (id),
    version INTEGER NOT NULL CHECK (version > 1),
    -- JSON: the kind of measure with its figures.
    measure TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('AT_LEAST', 'AT_MOST')),
    is_cumulative INTEGER NOT NULL CHECK (is_cumulative IN (0, 1)),
    due_year INTEGER CHECK (due_year BETWEEN 1945 AND 2200),
    baseline_value TEXT,
    baseline_on TEXT,
    baseline_document_id BLOB REFERENCES documents (id),
    -- JSON lists: labels, and codes of the agencies or collectives over which it is counted.
    disaggregations TEXT NOT NULL,
    population TEXT NOT NULL,
    reckoning TEXT NOT NULL CHECK (reckoning IN ('ACCEPTED_REPORTS', 'PEOPLE_TRAINED', 'STAFF_QUALIFIED', 'EDITIONS', 'DELIVERABLES', 'STATED')),
    certainty TEXT NOT NULL CHECK (certainty IN ('STATED', 'INFERRED')),
    words TEXT NOT NULL,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    -- Until the version after it.
    valid_from TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (target_id, version),
    CHECK ((baseline_value IS NULL) = (baseline_on IS NULL)),
    CHECK (baseline_document_id IS NULL OR baseline_value IS NOT NULL)
) STRICT;
CREATE INDEX target_definitions_baseline_document_id ON target_definitions (baseline_document_id);
CREATE INDEX target_definitions_basis_document_id ON target_definitions (basis_document_id);
CREATE INDEX target_definitions_account_id ON target_definitions (account_id);

-- Values that somebody typed in from a document; the last of a year counts. Appended.
CREATE TABLE target_values (
    id BLOB NOT NULL PRIMARY KEY,
    target_id BLOB NOT NULL REFERENCES targets (id),
    year INTEGER NOT NULL CHECK (year BETWEEN 1945 AND 2200),
    -- JSON: a share, a count, or words with figures.
    value TEXT NOT NULL,
    finality TEXT NOT NULL CHECK (finality IN ('ESTIMATE', 'FINAL')),
    -- The day as of which the document states it.
    stated_on TEXT NOT NULL,
    document_id BLOB NOT NULL REFERENCES documents (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX target_values_target_id ON target_values (target_id, year, id);
CREATE INDEX target_values_document_id ON target_values (document_id);
CREATE INDEX target_values_account_id ON target_values (account_id);
