-- Reports on their way: drafts, versions with who did what, returns, acceptance, reopening, consolidation.

-- The two tables are made anew, as their rules get wider; what they hold is carried over.
CREATE TABLE reports_new (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    -- Absent for a report about the whole programme.
    task_id BLOB REFERENCES tasks (id),
    occurrence_id BLOB REFERENCES occurrences (id),
    -- What it answers to, if anything.
    obligation_id BLOB UNIQUE REFERENCES obligations (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    year INTEGER NOT NULL,
    -- The period that it is about, e.g. 2019-Q2; the year where nothing else is said.
    period TEXT NOT NULL CHECK (length(period) BETWEEN 4 AND 64),
    -- The sender's own reference, unique within its agency.
    external_ref TEXT CHECK (length(external_ref) BETWEEN 1 AND 128),
    is_consolidated INTEGER NOT NULL CHECK (is_consolidated IN (0, 1)),
    status TEXT NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'AGGREGATED', 'REOPENED')),
    -- The last version that was submitted; 0 before the first.
    version INTEGER NOT NULL CHECK (version >= 0),
    -- The version that is summed and that everybody may read, and what it is to them.
    accepted_version INTEGER CHECK (accepted_version >= 1),
    public_status TEXT CHECK (public_status IN ('ACCEPTED', 'AGGREGATED')),
    -- When the first version came in, which is what timeliness counts.
    first_received_on TEXT,
    -- The last day on which a reopened report may be submitted again.
    reopened_until TEXT,
    -- Counts every change.
    revision INTEGER NOT NULL CHECK (revision >= 1),
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    UNIQUE (agency_id, external_ref),
    CHECK ((task_id IS NULL) = (occurrence_id IS NULL)),
    CHECK ((accepted_version IS NULL) = (public_status IS NULL)),
    CHECK (accepted_version <= version)
) STRICT;

-- Written once, never changed.
CREATE TABLE report_versions_new (
    report_id BLOB NOT NULL REFERENCES reports_new (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    -- Absent for a report about the whole programme.
    percent INTEGER CHECK (percent BETWEEN 0 AND 100),
    narrative TEXT NOT NULL,
    -- JSON array of {description, quantity?, unit?}.
    produced TEXT NOT NULL,
    -- JSON objects: the sections of the outline and the fields of the data form, by code.
    sections TEXT NOT NULL,
    form_values TEXT NOT NULL,
    -- Its figures run ahead of the end of the period.
    is_estimate INTEGER NOT NULL CHECK (is_estimate IN (0, 1)),
    channel TEXT NOT NULL CHECK (channel IN ('API', 'ON_BEHALF', 'PAPER', 'E_OFFICE')),
    -- When it came in, by whatever way.
    received_on TEXT NOT NULL,
    -- Who wrote it, who let it go in the agency, and who entered it here.
    author_id BLOB NOT NULL REFERENCES accounts (id),
    approver_id BLOB REFERENCES accounts (id),
    submitted_by BLOB NOT NULL REFERENCES accounts (id),
    submitted_at TEXT NOT NULL,
    PRIMARY KEY (report_id, version)
) STRICT;

INSERT INTO reports_new (id, programme_id, task_id, occurrence_id, obligation_id, agency_id, year, period, external_ref, is_consolidated, status,
    version, accepted_version, public_status, first_received_on, reopened_until, revision, created_by, created_at)
SELECT r.id, r.programme_id, r.task_id, r.occurrence_id, NULL, r.agency_id, r.year, CAST(r.year AS TEXT), r.external_ref, FALSE, r.status,
    r.version, CASE WHEN r.status IN ('ACCEPTED', 'AGGREGATED') THEN r.version END,
    CASE WHEN r.status IN ('ACCEPTED', 'AGGREGATED') THEN r.status END,
    (SELECT date(v.submitted_at, '+7 hours') FROM report_versions v WHERE v.report_id = r.id AND v.version = 1),
    NULL, 1, r.created_by, r.created_at
FROM reports r;

INSERT INTO report_versions_new (report_id, version, percent, narrative, produced, sections, form_values, is_estimate, channel, received_on,
    author_id, approver_id, submitted_by, submitted_at)
SELECT v.report_id, v.version, v.percent, v.narrative, v.produced, '{}', '{}', FALSE, 'API',
    date(v.submitted_at, '+7 hours'),
    v.submitted_by, v.submitted_by, v.submitted_by, v.submitted_at
FROM report_versions v;

DROP TABLE report_versions;
DROP TABLE reports;
ALTER TABLE reports_new RENAME TO reports;
ALTER TABLE report_versions_new RENAME TO report_versions;

CREATE INDEX reports_programme_id ON reports (programme_id, id);
CREATE INDEX reports_task_id ON reports (task_id, id);
CREATE INDEX reports_occurrence_id ON reports (occurrence_id);
CREATE INDEX reports_agency_id ON reports (agency_id, id);
CREATE INDEX reports_created_by ON reports (created_by);
CREATE INDEX report_versions_submitted_by ON report_versions (submitted_by);
-- What everybody may read, in the order of identifiers; queries repeat this condition word by word.
CREATE INDEX reports_published ON reports (id) WHERE public_status IS NOT NULL;
CREATE INDEX report_versions_author_id ON report_versions (author_id);
CREATE INDEX report_versions_approver_id ON report_versions (approver_id);

-- What is being written. One a report; gone once it is submitted.
CREATE TABLE report_drafts (
    report_id BLOB NOT NULL PRIMARY KEY REFERENCES reports (id),
    percent INTEGER CHECK (percent BETWEEN 0 AND 100),
    narrative TEXT NOT NULL,
    produced TEXT NOT NULL,
    sections TEXT NOT NULL,
    form_values TEXT NOT NULL,
    author_id BLOB NOT NULL REFERENCES accounts (id),
    saved_at TEXT NOT NULL
) STRICT;
CREATE INDEX report_drafts_author_id ON report_drafts (author_id);

-- What was done with a report. Appended.
CREATE TABLE report_events (
    id BLOB NOT NULL PRIMARY KEY,
    report_id BLOB NOT NULL REFERENCES reports (id),
    version INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'AGGREGATED', 'REOPENED')),
    reason TEXT,
    -- JSON array of {pointer, text}: what is to be mended, and where.
    remarks TEXT NOT NULL,
    -- The last day to submit again.
    until TEXT,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    at TEXT NOT NULL,
    -- Somebody decided in their own matter, as the programme lets them.
    is_self_decided INTEGER NOT NULL CHECK (is_self_decided IN (0, 1))
) STRICT;
CREATE INDEX report_events_report_id ON report_events (report_id, id);
CREATE INDEX report_events_account_id ON report_events (account_id);

-- The versions that a consolidated version was built from.
CREATE TABLE report_sources (
    report_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    source_id BLOB NOT NULL,
    source_version INTEGER NOT NULL,
    PRIMARY KEY (report_id, version, source_id),
    FOREIGN KEY (report_id, version) REFERENCES report_versions (report_id, version),
    FOREIGN KEY (source_id, source_version) REFERENCES report_versions (report_id, version)
) STRICT;
CREATE INDEX report_sources_source_id ON report_sources (source_id, source_version);
