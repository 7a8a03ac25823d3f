-- Meetings of committees: plan, attendance, minutes that a signature locks, and what was concluded.

CREATE TABLE meetings (
    id BLOB NOT NULL PRIMARY KEY,
    committee_id BLOB NOT NULL REFERENCES committees (agency_id),
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    place TEXT CHECK (length(place) BETWEEN 1 AND 500),
    starts_at TEXT NOT NULL,
    ends_at TEXT,
    -- Members who have to be there; more than half where nothing is said.
    quorum INTEGER CHECK (quorum > 0),
    status TEXT NOT NULL CHECK (status IN ('PLANNED', 'HELD', 'CANCELLED')),
    reason TEXT,
    minutes TEXT,
    signer TEXT,
    signed_on TEXT,
    -- The minutes, or the notice of what was concluded, as a document.
    document_id BLOB REFERENCES documents (id),
    published_at TEXT,
    -- Raised by every change; what a caller changes, it must have seen.
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at TEXT NOT NULL,
    CHECK (ends_at IS NULL OR starts_at < ends_at),
    CHECK ((status = 'CANCELLED') = (reason IS NOT NULL)),
    CHECK (minutes IS NULL OR status = 'HELD'),
    CHECK ((signed_on IS NULL) = (signer IS NULL) AND (signed_on IS NULL) = (document_id IS NULL)),
    CHECK (signed_on IS NULL OR minutes IS NOT NULL),
    CHECK (published_at IS NULL OR signed_on IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX meetings_at ON meetings (committee_id, starts_at) WHERE status <> 'CANCELLED';
CREATE INDEX meetings_committee_id ON meetings (committee_id, starts_at);
CREATE INDEX meetings_programme_id ON meetings (programme_id, starts_at);
CREATE INDEX meetings_starts_at ON meetings (starts_at, id);
CREATE INDEX meetings_document_id ON meetings (document_id);

CREATE TABLE meeting_items (
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    PRIMARY KEY (meeting_id, rank)
) STRICT;

CREATE TABLE meeting_invitees (
    id BLOB NOT NULL PRIMARY KEY,
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    seat_id BLOB REFERENCES committee_seats (id),
    agency_id BLOB REFERENCES agencies (id),
    words TEXT CHECK (length(words) BETWEEN 1 AND 500),
    attendance TEXT CHECK (attendance IN ('PRESENT', 'ABSENT', 'REPRESENTED')),
    reason TEXT,
    represented_by TEXT,
    UNIQUE (meeting_id, rank),
    CHECK (seat_id IS NOT NULL OR agency_id IS NOT NULL OR words IS NOT NULL),
    CHECK (coalesce(attendance = 'ABSENT', 0) = (reason IS NOT NULL)),
    CHECK (coalesce(attendance = 'REPRESENTED', 0) = (represented_by IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX meeting_invitees_seat ON meeting_invitees (meeting_id, seat_id) WHERE seat_id IS NOT NULL;
CREATE INDEX meeting_invitees_seat_id ON meeting_invitees (seat_id);
CREATE INDEX meeting_invitees_agency_id ON meeting_invitees (agency_id, meeting_id);

-- What was wrong in signed minutes. Appended, never changed.
CREATE TABLE minutes_corrections (
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    number INTEGER NOT NULL CHECK (number > 0),
    text TEXT NOT NULL,
    reason TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    at TEXT NOT NULL,
    PRIMARY KEY (meeting_id, number)
) STRICT;
CREATE INDEX minutes_corrections_account_id ON minutes_corrections (account_id);

-- What was concluded; from the signature on each is a task of the programme.
CREATE TABLE conclusions (
    id BLOB NOT NULL PRIMARY KEY,
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    number INTEGER NOT NULL CHECK (number > 0),
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    lead_id BLOB NOT NULL REFERENCES agencies (id),
    due_on TEXT NOT NULL,
    task_id BLOB REFERENCES tasks (id),
    UNIQUE (meeting_id, number)
) STRICT;
CREATE INDEX conclusions_lead_id ON conclusions (lead_id, meeting_id);
CREATE UNIQUE INDEX conclusions_task_id ON conclusions (task_id);

CREATE TABLE conclusion_coordinators (
    conclusion_id BLOB NOT NULL REFERENCES conclusions (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    PRIMARY KEY (conclusion_id, agency_id)
) STRICT;
CREATE INDEX conclusion_coordinators_agency_id ON conclusion_coordinators (agency_id);

-- What is signed stays as it was signed.
CREATE TRIGGER meetings_signed BEFORE UPDATE ON meetings
WHEN OLD.signed_on IS NOT NULL AND (NEW.minutes IS NOT OLD.minutes OR NEW.signer IS NOT OLD.signer OR NEW.signed_on IS NOT OLD.signed_on
    OR NEW.document_id IS NOT OLD.document_id OR NEW.starts_at IS NOT OLD.starts_at OR NEW.status IS NOT OLD.status)
BEGIN SELECT RAISE(ABORT, 'signed minutes are kept as they are'); END;
CREATE TRIGGER meetings_not_removed BEFORE DELETE ON meetings WHEN OLD.signed_on IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'signed minutes are kept as they are'); END;
CREATE TRIGGER minutes_corrections_not_changed BEFORE UPDATE ON minutes_corrections
BEGIN SELECT RAISE(ABORT, 'corrections are kept as they are'); END;
CREATE TRIGGER minutes_corrections_not_removed BEFORE DELETE ON minutes_corrections
BEGIN SELECT RAISE(ABORT, 'corrections are kept as they are'); END;
CREATE TRIGGER conclusions_not_changed BEFORE UPDATE ON conclusions WHEN OLD.task_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'signed conclusions are kept as they are'); END;
CREATE TRIGGER conclusions_not_removed BEFORE DELETE ON conclusions WHEN OLD.task_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'signed conclusions are kept as they are'); END;
