-- What agencies return of their staff for a day. Every count may be missing, which is not nought.
CREATE TABLE staff_rolls (
    id BLOB NOT NULL PRIMARY KEY,
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    on_day TEXT NOT NULL,
    headcount INTEGER CHECK (headcount >= 0),
    -- Of them in charge of external information; of these:
    in_charge INTEGER CHECK (in_charge >= 0),
    with_degree INTEGER CHECK (with_degree >= 0),
    with_fitting_major INTEGER CHECK (with_fitting_major >= 0),
    with_language INTEGER CHECK (with_language >= 0),
    -- Who have all three.
    fully_qualified INTEGER CHECK (fully_qualified >= 0),
    posts INTEGER CHECK (posts >= 0),
    full_time INTEGER CHECK (full_time >= 0),
    part_time INTEGER CHECK (part_time >= 0),
    has_focal_point INTEGER CHECK (has_focal_point IN (0, 1)),
    document_id BLOB REFERENCES documents (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (agency_id, on_day)
) STRICT;
CREATE INDEX staff_rolls_document_id ON staff_rolls (document_id);
CREATE INDEX staff_rolls_account_id ON staff_rolls (account_id);
