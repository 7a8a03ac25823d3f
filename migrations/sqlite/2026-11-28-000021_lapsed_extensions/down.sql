UPDATE extensions SET status = 'REJECTED' WHERE status = 'LAPSED';
CREATE TABLE extensions_new (
    id BLOB NOT NULL PRIMARY KEY,
    occurrence_id BLOB NOT NULL REFERENCES occurrences (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    requested_by BLOB NOT NULL REFERENCES accounts (id),
    requested_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_due_on TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    decided_by BLOB REFERENCES accounts (id),
    decided_at TEXT,
    -- The local day of the decision: from then on the later day counts.
    decided_on TEXT,
    decision_reason TEXT,
    decided_due_on TEXT,
    document_id BLOB REFERENCES documents (id),
    self_decided INTEGER NOT NULL CHECK (self_decided IN (0, 1)),
    CHECK ((status = 'REQUESTED') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decided_on IS NULL)),
    CHECK ((status = 'APPROVED') = (decided_due_on IS NOT NULL))
) STRICT;
INSERT INTO extensions_new (id, occurrence_id, agency_id, requested_by, requested_at, reason, proposed_due_on, status, decided_by, decided_at, decided_on,
    decision_reason, decided_due_on, document_id, self_decided)
SELECT id, occurrence_id, agency_id, requested_by, requested_at, reason, proposed_due_on, status, decided_by, decided_at, decided_on,
    decision_reason, decided_due_on, document_id, self_decided FROM extensions;
DROP TABLE extensions;
ALTER TABLE extensions_new RENAME TO extensions;
CREATE UNIQUE INDEX extensions_open ON extensions (occurrence_id) WHERE status = 'REQUESTED';
CREATE INDEX extensions_occurrence_id ON extensions (occurrence_id, id);
CREATE INDEX extensions_agency_id ON extensions (agency_id);
CREATE INDEX extensions_requested_by ON extensions (requested_by);
CREATE INDEX extensions_decided_by ON extensions (decided_by);
CREATE INDEX extensions_document_id ON extensions (document_id);
