-- Places in the budget under which money is recorded, and the movements that alone change it.
CREATE TABLE budget_lines (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    -- Absent for the programme as a whole.
    task_id BLOB REFERENCES tasks (id),
    year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    source TEXT NOT NULL CHECK (source IN ('STATE_CENTRAL', 'STATE_PROVINCIAL', 'STATE_DISTRICT', 'STATE_COMMUNE', 'SERVICE_REVENUE', 'SOCIALISED', 'FUND', 'AID')),
    contributor_id BLOB REFERENCES agencies (id),
    contributor_name TEXT CHECK (length(contributor_name) BETWEEN 1 AND 500),
    contribution_form TEXT CHECK (contribution_form IN ('CASH', 'IN_KIND')),
    agreement_id BLOB REFERENCES documents (id),
    purpose TEXT CHECK (length(purpose) BETWEEN 1 AND 2000),
    valuation TEXT CHECK (length(valuation) BETWEEN 1 AND 2000),
    chapter TEXT,
    category TEXT,
    section TEXT,
    item TEXT,
    subitem TEXT,
    is_capital INTEGER NOT NULL,
    asset_note TEXT CHECK (length(asset_note) BETWEEN 1 AND 2000),
    title TEXT CHECK (length(title) BETWEEN 1 AND 500),
    -- What makes it another line than others, in one text.
    identity TEXT NOT NULL,
    -- Raised by every change; what a caller changes, it must have seen.
    revision INTEGER NOT NULL CHECK (revision > 0),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    CONSTRAINT budget_lines_identity UNIQUE (identity),
    CHECK ((source = 'SOCIALISED') = (contribution_form IS NOT NULL)),
    CHECK ((contribution_form IS NOT NULL) = (contributor_id IS NOT NULL OR contributor_name IS NOT NULL)),
    CHECK (contributor_id IS NULL OR contributor_name IS NULL),
    CHECK (asset_note IS NULL OR is_capital)
) STRICT;
CREATE INDEX budget_lines_year ON budget_lines (year, id);
CREATE INDEX budget_lines_programme_id ON budget_lines (programme_id, year);
CREATE INDEX budget_lines_task_id ON budget_lines (task_id, year);
CREATE INDEX budget_lines_agency_id ON budget_lines (agency_id, year);
CREATE INDEX budget_lines_contributor_id ON budget_lines (contributor_id);
CREATE INDEX budget_lines_agreement_id ON budget_lines (agreement_id);
CREATE INDEX budget_lines_account_id ON budget_lines (account_id);

-- Appended, never changed: what was wrong is undone by another movement.
CREATE TABLE budget_movements (
    id BLOB NOT NULL PRIMARY KEY,
    line_id BLOB NOT NULL REFERENCES budget_lines (id),
    -- The line's, which never changes: a year is summed up from an index.
    year INTEGER NOT NULL,
    -- From 1, in the order in which they were recorded.
    number INTEGER NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind IN ('NEED', 'ASSIGNED', 'SUPPLEMENTED', 'ADJUSTED', 'ALLOCATED', 'PLEDGED', 'RECEIVED', 'ADVANCED', 'PAID', 'SETTLED', 'CARRIED_OVER', 'CANCELLED', 'REFUNDED', 'REVERSED')),
    -- Whole đồng.
    amount INTEGER NOT NULL CHECK (amount <> 0 AND (amount > 0 OR kind IN ('ADJUSTED', 'REVERSED'))),
    day TEXT NOT NULL,
    booking_year INTEGER NOT NULL,
    work_done_on TEXT,
    document_id BLOB REFERENCES documents (id),
    section TEXT CHECK (length(section) BETWEEN 1 AND 200),
    quote TEXT CHECK (length(quote) BETWEEN 1 AND 4000),
    -- The agency that recorded it, where its account is of one.
    agency_id BLOB REFERENCES agencies (id),
    -- Among whose references its own is: the agency, or the account where it is of none.
    recorder_id BLOB NOT NULL,
    external_ref TEXT CHECK (length(external_ref) BETWEEN 1 AND 200),
    -- What it undoes, or the supplement that it allocates.
    refers_to_id BLOB REFERENCES budget_movements (id),
    exception TEXT CHECK (length(exception) BETWEEN 1 AND 2000),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (line_id, number),
    CONSTRAINT budget_movements_external_ref UNIQUE (recorder_id, external_ref),
    CHECK (section IS NULL OR document_id IS NOT NULL),
    CHECK (quote IS NULL OR section IS NOT NULL),
    CHECK (kind <> 'REVERSED' OR refers_to_id IS NOT NULL)
) STRICT;
CREATE INDEX budget_movements_year ON budget_movements (year, line_id);
CREATE UNIQUE INDEX budget_movements_undone ON budget_movements (refers_to_id) WHERE kind = 'REVERSED';
CREATE INDEX budget_movements_refers_to_id ON budget_movements (refers_to_id);
CREATE INDEX budget_movements_document_id ON budget_movements (document_id);
CREATE INDEX budget_movements_agency_id ON budget_movements (agency_id);
CREATE INDEX budget_movements_account_id ON budget_movements (account_id);
CREATE TRIGGER budget_movements_not_changed BEFORE UPDATE ON budget_movements BEGIN
    SELECT RAISE(ABORT, 'movements of money are kept as they are');
END;
CREATE TRIGGER budget_movements_not_removed BEFORE DELETE ON budget_movements BEGIN
    SELECT RAISE(ABORT, 'movements of money are kept as they are');
END;
