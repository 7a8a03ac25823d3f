-- The life of an occurrence: its due day and what moves it, what was done, who said so, what was delivered, who alone answers.

ALTER TABLE programmes ADD COLUMN annual_due_month INTEGER NOT NULL DEFAULT 12 CHECK (annual_due_month BETWEEN 1 AND 12);
ALTER TABLE programmes ADD COLUMN annual_due_day INTEGER NOT NULL DEFAULT 31 CHECK (annual_due_day BETWEEN 1 AND 31);
-- Whether who decides in a matter of its own is marked for all to see; else it is refused.
ALTER TABLE programmes ADD COLUMN marks_self_decisions BOOLEAN NOT NULL DEFAULT FALSE;

-- Absent: without a deadline. Moved by an approved extension only; the original stays.
ALTER TABLE occurrences ADD COLUMN due_on DATE;
ALTER TABLE occurrences ADD COLUMN original_due_on DATE;
-- When the product was delivered, not when somebody said so.
ALTER TABLE occurrences ADD COLUMN completed_on DATE CHECK (completed_on IS NULL OR status = 'COMPLETED');
-- Raised by every change; what a caller changes, it must have seen.
ALTER TABLE occurrences ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0);
UPDATE occurrences SET due_on = (SELECT make_date(CASE t.recurrence WHEN 'ANNUAL' THEN occurrences.year ELSE t.end_year END, 12, 31) FROM tasks t WHERE t.id = occurrences.task_id);
UPDATE occurrences SET original_due_on = due_on;
CREATE INDEX occurrences_due_on ON occurrences (due_on, id);

-- What was done to an occurrence, in order. Appended, never changed.
CREATE TABLE occurrence_events (
    id UUID NOT NULL PRIMARY KEY,
    occurrence_id UUID NOT NULL REFERENCES occurrences (id),
    -- The revision that it made.
    number INTEGER NOT NULL CHECK (number > 1),
    act TEXT NOT NULL CHECK (act IN ('START', 'CLAIM', 'RETURN', 'CONFIRM', 'REDO', 'SUSPEND', 'RESUME', 'CANCEL', 'WITHDRAW', 'REOPEN')),
    from_status TEXT NOT NULL CHECK (from_status IN ('NOT_STARTED', 'IN_PROGRESS', 'AWAITING_CONFIRMATION', 'COMPLETED', 'REDO', 'SUSPENDED', 'CANCELLED', 'WITHDRAWN', 'RETURNED')),
    to_status TEXT NOT NULL CHECK (to_status IN ('NOT_STARTED', 'IN_PROGRESS', 'AWAITING_CONFIRMATION', 'COMPLETED', 'REDO', 'SUSPENDED', 'CANCELLED', 'WITHDRAWN', 'RETURNED')),
    agency_id UUID REFERENCES agencies (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    at TIMESTAMP NOT NULL,
    -- From which day on it counts: for a completion the day of delivery.
    counts_on DATE NOT NULL,
    reason TEXT,
    document_id UUID REFERENCES documents (id),
    -- Who should do it instead, as the one who returned it thinks.
    proposed_agency_id UUID REFERENCES agencies (id),
    self_decided BOOLEAN NOT NULL,
    UNIQUE (occurrence_id, number)
);
CREATE INDEX occurrence_events_agency_id ON occurrence_events (agency_id);
CREATE INDEX occurrence_events_account_id ON occurrence_events (account_id);
CREATE INDEX occurrence_events_document_id ON occurrence_events (document_id);
CREATE INDEX occurrence_events_proposed_agency_id ON occurrence_events (proposed_agency_id);

-- That a lead has delivered, with what and when. One that counts for each lead; those before are kept.
CREATE TABLE occurrence_claims (
    id UUID NOT NULL PRIMARY KEY,
    occurrence_id UUID NOT NULL REFERENCES occurrences (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    delivered_on DATE NOT NULL,
    note TEXT NOT NULL,
    -- The report that it rests on; looked at when the claim is made.
    report_id UUID,
    claimed_by UUID NOT NULL REFERENCES accounts (id),
    claimed_at TIMESTAMP NOT NULL,
    withdrawn_at TIMESTAMP
);
CREATE UNIQUE INDEX occurrence_claims_live ON occurrence_claims (occurrence_id, agency_id) WHERE withdrawn_at IS NULL;
CREATE INDEX occurrence_claims_occurrence_id ON occurrence_claims (occurrence_id, id);
CREATE INDEX occurrence_claims_agency_id ON occurrence_claims (agency_id);
CREATE INDEX occurrence_claims_claimed_by ON occurrence_claims (claimed_by);

-- Requests for a later due day. One is open at a time; a request alone changes nothing.
CREATE TABLE extensions (
    id UUID NOT NULL PRIMARY KEY,
    occurrence_id UUID NOT NULL REFERENCES occurrences (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    requested_by UUID NOT NULL REFERENCES accounts (id),
    requested_at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    proposed_due_on DATE NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    decided_by UUID REFERENCES accounts (id),
    decided_at TIMESTAMP,
    -- The local day of the decision: from then on the later day counts.
    decided_on DATE,
    decision_reason TEXT,
    decided_due_on DATE,
    document_id UUID REFERENCES documents (id),
    self_decided BOOLEAN NOT NULL,
    CHECK ((status = 'REQUESTED') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decided_on IS NULL)),
    CHECK ((status = 'APPROVED') = (decided_due_on IS NOT NULL))
);
CREATE UNIQUE INDEX extensions_open ON extensions (occurrence_id) WHERE status = 'REQUESTED';
CREATE INDEX extensions_occurrence_id ON extensions (occurrence_id, id);
CREATE INDEX extensions_agency_id ON extensions (agency_id);
CREATE INDEX extensions_requested_by ON extensions (requested_by);
CREATE INDEX extensions_decided_by ON extensions (decided_by);
CREATE INDEX extensions_document_id ON extensions (document_id);

-- The lead that alone answers for a task with several. No row: all of them do.
CREATE TABLE task_principals (
    id UUID NOT NULL PRIMARY KEY,
    task_id UUID NOT NULL REFERENCES tasks (id),
    -- How many designations the task had, this one included.
    number INTEGER NOT NULL CHECK (number > 0),
    -- Absent: from then on nobody alone.
    agency_id UUID REFERENCES agencies (id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    document_id UUID NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from <= valid_to),
    UNIQUE (task_id, number)
);
CREATE UNIQUE INDEX task_principals_current ON task_principals (task_id) WHERE valid_to IS NULL;
CREATE INDEX task_principals_agency_id ON task_principals (agency_id);
CREATE INDEX task_principals_document_id ON task_principals (document_id);
