-- Meetings of committees: plan, attendance, minutes that a signature locks, and what was concluded.

CREATE TABLE meetings (
    id UUID NOT NULL PRIMARY KEY,
    committee_id UUID NOT NULL REFERENCES committees (agency_id),
    programme_id UUID NOT NULL REFERENCES programmes (id),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    place TEXT CHECK (length(place) BETWEEN 1 AND 500),
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP,
    -- Members who have to be there; more than half where nothing is said.
    quorum INTEGER CHECK (quorum > 0),
    status TEXT NOT NULL CHECK (status IN ('PLANNED', 'HELD', 'CANCELLED')),
    reason TEXT,
    minutes TEXT,
    signer TEXT,
    signed_on DATE,
    -- The minutes, or the notice of what was concluded, as a document.
    document_id UUID REFERENCES documents (id),
    published_at TIMESTAMP,
    -- Raised by every change; what a caller changes, it must have seen.
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at TIMESTAMP NOT NULL,
    CHECK (ends_at IS NULL OR starts_at < ends_at),
    CHECK ((status = 'CANCELLED') = (reason IS NOT NULL)),
    CHECK (minutes IS NULL OR status = 'HELD'),
    CHECK ((signed_on IS NULL) = (signer IS NULL) AND (signed_on IS NULL) = (document_id IS NULL)),
    CHECK (signed_on IS NULL OR minutes IS NOT NULL),
    CHECK (published_at IS NULL OR signed_on IS NOT NULL)
);
CREATE UNIQUE INDEX meetings_at ON meetings (committee_id, starts_at) WHERE status <> 'CANCELLED';
CREATE INDEX meetings_committee_id ON meetings (committee_id, starts_at);
CREATE INDEX meetings_programme_id ON meetings (programme_id, starts_at);
CREATE INDEX meetings_starts_at ON meetings (starts_at, id);
CREATE INDEX meetings_document_id ON meetings (document_id);

CREATE TABLE meeting_items (
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    PRIMARY KEY (meeting_id, rank)
);

CREATE TABLE meeting_invitees (
    id UUID NOT NULL PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    seat_id UUID REFERENCES committee_seats (id),
    agency_id UUID REFERENCES agencies (id),
    words TEXT CHECK (length(words) BETWEEN 1 AND 500),
    attendance TEXT CHECK (attendance IN ('PRESENT', 'ABSENT', 'REPRESENTED')),
    reason TEXT,
    represented_by TEXT,
    UNIQUE (meeting_id, rank),
    CHECK (seat_id IS NOT NULL OR agency_id IS NOT NULL OR words IS NOT NULL),
    CHECK (coalesce(attendance = 'ABSENT', FALSE) = (reason IS NOT NULL)),
    CHECK (coalesce(attendance = 'REPRESENTED', FALSE) = (represented_by IS NOT NULL))
);
CREATE UNIQUE INDEX meeting_invitees_seat ON meeting_invitees (meeting_id, seat_id) WHERE seat_id IS NOT NULL;
CREATE INDEX meeting_invitees_seat_id ON meeting_invitees (seat_id);
CREATE INDEX meeting_invitees_agency_id ON meeting_invitees (agency_id, meeting_id);

-- What was wrong in signed minutes. Appended, never changed.
CREATE TABLE minutes_corrections (
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    number INTEGER NOT NULL CHECK (number > 0),
    text TEXT NOT NULL,
    reason TEXT NOT NULL,
    account_id UUID NOT NULL REFERENCES accounts (id),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (meeting_id, number)
);
CREATE INDEX minutes_corrections_account_id ON minutes_corrections (account_id);

-- What was concluded; from the signature on each is a task of the programme.
CREATE TABLE conclusions (
    id UUID NOT NULL PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    number INTEGER NOT NULL CHECK (number > 0),
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    lead_id UUID NOT NULL REFERENCES agencies (id),
    due_on DATE NOT NULL,
    task_id UUID REFERENCES tasks (id),
    UNIQUE (meeting_id, number)
);
CREATE INDEX conclusions_lead_id ON conclusions (lead_id, meeting_id);
CREATE UNIQUE INDEX conclusions_task_id ON conclusions (task_id);

CREATE TABLE conclusion_coordinators (
    conclusion_id UUID NOT NULL REFERENCES conclusions (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    PRIMARY KEY (conclusion_id, agency_id)
);
CREATE INDEX conclusion_coordinators_agency_id ON conclusion_coordinators (agency_id);

-- What is signed stays as it was signed.
CREATE FUNCTION minutes_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is signed is kept as it is';
END $$;
CREATE TRIGGER meetings_signed BEFORE UPDATE ON meetings FOR EACH ROW
WHEN (OLD.signed_on IS NOT NULL AND (NEW.minutes, NEW.signer, NEW.signed_on, NEW.document_id, NEW.starts_at, NEW.status)
    IS DISTINCT FROM (OLD.minutes, OLD.signer, OLD.signed_on, OLD.document_id, OLD.starts_at, OLD.status))
EXECUTE FUNCTION minutes_are_kept();
CREATE TRIGGER meetings_not_removed BEFORE DELETE ON meetings FOR EACH ROW WHEN (OLD.signed_on IS NOT NULL)
EXECUTE FUNCTION minutes_are_kept();
CREATE TRIGGER minutes_corrections_kept BEFORE UPDATE OR DELETE ON minutes_corrections FOR EACH ROW EXECUTE FUNCTION minutes_are_kept();
CREATE TRIGGER conclusions_kept BEFORE UPDATE OR DELETE ON conclusions FOR EACH ROW WHEN (OLD.task_id IS NOT NULL)
EXECUTE FUNCTION minutes_are_kept();
