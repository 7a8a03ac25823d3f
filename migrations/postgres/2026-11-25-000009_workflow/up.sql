-- Reports on their way: drafts, versions with who did what, returns, acceptance, reopening, consolidation.

ALTER TABLE reports
    ALTER COLUMN task_id DROP NOT NULL,
    ALTER COLUMN occurrence_id DROP NOT NULL,
    -- What it answers to, if anything.
    ADD COLUMN obligation_id UUID UNIQUE REFERENCES obligations (id),
    -- The period that it is about, e.g. 2019-Q2; the year where nothing else is said.
    ADD COLUMN period TEXT COLLATE "C" CHECK (length(period) BETWEEN 4 AND 64),
    ADD COLUMN is_consolidated BOOLEAN NOT NULL DEFAULT FALSE,
    -- The version that is summed and that everybody may read, and what it is to them.
    ADD COLUMN accepted_version INTEGER CHECK (accepted_version >= 1),
    ADD COLUMN public_status TEXT CHECK (public_status IN ('ACCEPTED', 'AGGREGATED')),
    -- When the first version came in, which is what timeliness counts.
    ADD COLUMN first_received_on DATE,
    -- The last day on which a reopened report may be submitted again.
    ADD COLUMN reopened_until DATE,
    -- Counts every change.
    ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1),
    DROP CONSTRAINT reports_status_check,
    DROP CONSTRAINT reports_version_check,
    ADD CONSTRAINT reports_status_check CHECK (status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'AGGREGATED', 'REOPENED')),
    -- The last version that was submitted; 0 before the first.
    ADD CONSTRAINT reports_version_check CHECK (version >= 0);
UPDATE reports SET period = CAST(year AS TEXT),
    accepted_version = CASE WHEN status IN ('ACCEPTED', 'AGGREGATED') THEN version END,
    public_status = CASE WHEN status IN ('ACCEPTED', 'AGGREGATED') THEN status END,
    first_received_on = (SELECT CAST(v.submitted_at + INTERVAL '7 hours' AS DATE) FROM report_versions v WHERE v.report_id = reports.id AND v.version = 1);
ALTER TABLE reports
    ALTER COLUMN period SET NOT NULL,
    ALTER COLUMN is_consolidated DROP DEFAULT,
    ALTER COLUMN revision DROP DEFAULT,
    ADD CHECK ((task_id IS NULL) = (occurrence_id IS NULL)),
    ADD CHECK ((accepted_version IS NULL) = (public_status IS NULL)),
    ADD CHECK (accepted_version <= version);

-- Written once, never changed.
ALTER TABLE report_versions
    -- Absent for a report about the whole programme.
    ALTER COLUMN percent DROP NOT NULL,
    -- JSON objects: the sections of the outline and the fields of the data form, by code.
    ADD COLUMN sections TEXT NOT NULL DEFAULT '{}',
    ADD COLUMN form_values TEXT NOT NULL DEFAULT '{}',
    -- Its figures run ahead of the end of the period.
    ADD COLUMN is_estimate BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN channel TEXT NOT NULL DEFAULT 'API' CHECK (channel IN ('API', 'ON_BEHALF', 'PAPER', 'E_OFFICE')),
    -- When it came in, by whatever way.
    ADD COLUMN received_on DATE,
    -- Who wrote it, who let it go in the agency; submitted_by is who entered it here.
    ADD COLUMN author_id UUID REFERENCES accounts (id),
    ADD COLUMN approver_id UUID REFERENCES accounts (id);
UPDATE report_versions SET received_on = CAST(submitted_at + INTERVAL '7 hours' AS DATE), author_id = submitted_by, approver_id = submitted_by;
ALTER TABLE report_versions
    ALTER COLUMN received_on SET NOT NULL,
    ALTER COLUMN author_id SET NOT NULL,
    ALTER COLUMN sections DROP DEFAULT,
    ALTER COLUMN form_values DROP DEFAULT,
    ALTER COLUMN is_estimate DROP DEFAULT,
    ALTER COLUMN channel DROP DEFAULT;
DROP INDEX reports_published;
-- What everybody may read, in the order of identifiers; queries repeat this condition word by word.
CREATE INDEX reports_published ON reports (id) WHERE public_status IS NOT NULL;
CREATE INDEX report_versions_author_id ON report_versions (author_id);
CREATE INDEX report_versions_approver_id ON report_versions (approver_id);

-- What is being written. One a report; gone once it is submitted.
CREATE TABLE report_drafts (
    report_id UUID NOT NULL PRIMARY KEY REFERENCES reports (id),
    percent INTEGER CHECK (percent BETWEEN 0 AND 100),
    narrative TEXT NOT NULL,
    produced TEXT NOT NULL,
    sections TEXT NOT NULL,
    form_values TEXT NOT NULL,
    author_id UUID NOT NULL REFERENCES accounts (id),
    saved_at TIMESTAMP NOT NULL
);
CREATE INDEX report_drafts_author_id ON report_drafts (author_id);

-- What was done with a report. Appended.
CREATE TABLE report_events (
    id UUID NOT NULL PRIMARY KEY,
    report_id UUID NOT NULL REFERENCES reports (id),
    version INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'AGGREGATED', 'REOPENED')),
    reason TEXT,
    -- JSON array of {pointer, text}: what is to be mended, and where.
    remarks TEXT NOT NULL,
    -- The last day to submit again.
    until DATE,
    account_id UUID NOT NULL REFERENCES accounts (id),
    at TIMESTAMP NOT NULL,
    -- Somebody decided in their own matter, as the programme lets them.
    is_self_decided BOOLEAN NOT NULL
);
CREATE INDEX report_events_report_id ON report_events (report_id, id);
CREATE INDEX report_events_account_id ON report_events (account_id);

-- The versions that a consolidated version was built from.
CREATE TABLE report_sources (
    report_id UUID NOT NULL,
    version INTEGER NOT NULL,
    source_id UUID NOT NULL,
    source_version INTEGER NOT NULL,
    PRIMARY KEY (report_id, version, source_id),
    FOREIGN KEY (report_id, version) REFERENCES report_versions (report_id, version),
    FOREIGN KEY (source_id, source_version) REFERENCES report_versions (report_id, version)
);
CREATE INDEX report_sources_source_id ON report_sources (source_id, source_version);
