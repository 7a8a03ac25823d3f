-- Agencies through time: what happened to them, who took over what, what nobody took over, and what else they were known by.

ALTER TABLE agency_versions ADD COLUMN short_name TEXT CHECK (length(short_name) BETWEEN 1 AND 100);

-- Kinds of work by which duties are told apart when an agency's work is divided, e.g. EXTERNAL_INFORMATION.
CREATE TABLE functions (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 2 AND 64),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500)
) STRICT;

-- Of which kind a programme's duties are; a task named here is of its own kind, whatever its programme is. By codes, so that what
-- is known of a programme holds whenever it is imported.
CREATE TABLE function_duties (
    id BLOB NOT NULL PRIMARY KEY,
    function_id BLOB NOT NULL REFERENCES functions (id),
    programme_code TEXT NOT NULL,
    task_code TEXT,
    UNIQUE (programme_code, task_code)
) STRICT;
CREATE INDEX function_duties_function_id ON function_duties (function_id);
CREATE UNIQUE INDEX function_duties_of_programme ON function_duties (programme_code) WHERE task_code IS NULL;

-- What happened to agencies. Appended, never changed; the state of any day follows from it.
CREATE TABLE agency_events (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 2 AND 64),
    kind TEXT NOT NULL CHECK (kind IN ('RENAME', 'CONSOLIDATE', 'MERGE', 'DIVIDE', 'SPLIT', 'DISSOLVE', 'FUNCTION_TRANSFER')),
    -- The first day on which it holds.
    effective_on TEXT NOT NULL,
    -- The order among events of one day.
    rank INTEGER NOT NULL,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    note TEXT,
    account_id BLOB REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (effective_on, rank)
) STRICT;
CREATE INDEX agency_events_basis_document_id ON agency_events (basis_document_id);
CREATE INDEX agency_events_account_id ON agency_events (account_id);

CREATE TABLE agency_event_parties (
    event_id BLOB NOT NULL REFERENCES agency_events (id),
    role TEXT NOT NULL CHECK (role IN ('PREDECESSOR', 'SUCCESSOR')),
    rank INTEGER NOT NULL,
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    PRIMARY KEY (event_id, role, agency_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agency_event_parties_agency_id ON agency_event_parties (agency_id);

-- Which duties a successor takes: of a programme, of a task, or of a kind.
CREATE TABLE agency_event_duties (
    id BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL REFERENCES agency_events (id),
    successor_id BLOB NOT NULL REFERENCES agencies (id),
    rank INTEGER NOT NULL,
    programme_id BLOB REFERENCES programmes (id),
    task_id BLOB REFERENCES tasks (id),
    function_id BLOB REFERENCES functions (id),
    CHECK ((programme_id IS NOT NULL) + (task_id IS NOT NULL) + (function_id IS NOT NULL) = 1),
    UNIQUE (event_id, rank)
) STRICT;
CREATE INDEX agency_event_duties_successor_id ON agency_event_duties (successor_id);
CREATE INDEX agency_event_duties_programme_id ON agency_event_duties (programme_id);
CREATE INDEX agency_event_duties_task_id ON agency_event_duties (task_id);
CREATE INDEX agency_event_duties_function_id ON agency_event_duties (function_id);

-- Assignments that an event opened, and the ones that they follow. An import of the programme leaves them alone.
CREATE TABLE assignment_successions (
    assignment_id BLOB NOT NULL PRIMARY KEY REFERENCES assignments (id),
    follows_id BLOB NOT NULL REFERENCES assignments (id),
    event_id BLOB NOT NULL REFERENCES agency_events (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_successions_follows_id ON assignment_successions (follows_id);
CREATE INDEX assignment_successions_event_id ON assignment_successions (event_id);

-- "Cần chỉ định đơn vị kế thừa": what an event left without an owner, until somebody is named.
CREATE TABLE succession_queue (
    id BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL REFERENCES agency_events (id),
    -- Whose it was; a collective where its roll became empty.
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    assignment_id BLOB REFERENCES assignments (id),
    obligation_id BLOB REFERENCES obligations (id),
    since TEXT NOT NULL,
    resolved_by_id BLOB REFERENCES agency_events (id),
    CHECK ((assignment_id IS NULL) <> (obligation_id IS NULL)),
    UNIQUE (assignment_id, agency_id),
    UNIQUE (obligation_id)
) STRICT;
CREATE INDEX succession_queue_open ON succession_queue (since, id) WHERE resolved_by_id IS NULL;
CREATE INDEX succession_queue_event_id ON succession_queue (event_id);
CREATE INDEX succession_queue_agency_id ON succession_queue (agency_id);
CREATE INDEX succession_queue_resolved_by_id ON succession_queue (resolved_by_id);

-- Electronic codes of agencies; they change and are never keys.
CREATE TABLE agency_codes (
    id BLOB NOT NULL PRIMARY KEY,
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    -- QCVN 102:2016/BTTTT (000.00.13.H24), decision 20/2020/QĐ-TTg (H24.13).
    scheme TEXT NOT NULL CHECK (scheme IN ('QCVN_102_2016', 'QD_20_2020')),
    code TEXT NOT NULL CHECK (length(code) BETWEEN 3 AND 35),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    basis_document_id BLOB REFERENCES documents (id),
    UNIQUE (agency_id, scheme, valid_from),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
) STRICT;
CREATE INDEX agency_codes_basis_document_id ON agency_codes (basis_document_id);

-- Who heads an agency: a post, and its holders one after the other.
CREATE TABLE agency_posts (
    id BLOB NOT NULL PRIMARY KEY,
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    is_head INTEGER NOT NULL CHECK (is_head IN (0, 1)),
    UNIQUE (agency_id, title)
) STRICT;

CREATE TABLE post_holders (
    id BLOB NOT NULL PRIMARY KEY,
    post_id BLOB NOT NULL REFERENCES agency_posts (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- In charge without being appointed ("phụ trách", "Q.").
    is_acting INTEGER NOT NULL CHECK (is_acting IN (0, 1)),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    UNIQUE (post_id, valid_from),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
) STRICT;
CREATE INDEX post_holders_basis_document_id ON post_holders (basis_document_id);

-- How the roll of a collective is to be read in a time, and whether it is known to be whole. Before the first row, the collective's
-- own words hold (agencies.membership_rule).
CREATE TABLE agency_rolls (
    id BLOB NOT NULL PRIMARY KEY,
    collective_id BLOB NOT NULL REFERENCES agencies (id),
    rule TEXT NOT NULL CHECK (rule IN ('CLOSED', 'FILTERED', 'OPEN')),
    is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    basis_document_id BLOB REFERENCES documents (id),
    UNIQUE (collective_id, valid_from),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
) STRICT;
CREATE INDEX agency_rolls_basis_document_id ON agency_rolls (basis_document_id);

-- How well a row is attested. The subject is any row with an id of its own; one without a row here is as its document says.
CREATE TABLE attestations (
    subject_id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 1000),
    confidence TEXT NOT NULL CHECK (confidence IN ('HIGH', 'MEDIUM', 'LOW')),
    to_confirm INTEGER NOT NULL CHECK (to_confirm IN (0, 1))
) STRICT, WITHOUT ROWID;
