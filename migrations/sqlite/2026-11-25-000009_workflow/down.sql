-- Drafts and reports about whole programmes have no place in the older tables.
DROP TABLE report_sources;
DROP TABLE report_events;
DROP TABLE report_drafts;
CREATE TABLE reports_old (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    task_id BLOB NOT NULL REFERENCES tasks (id),
    occurrence_id BLOB NOT NULL REFERENCES occurrences (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    year INTEGER NOT NULL,
    external_ref TEXT CHECK (length(external_ref) BETWEEN 1 AND 128),
    status TEXT NOT NULL CHECK (status IN ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'AGGREGATED')),
    version INTEGER NOT NULL CHECK (version >= 1),
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    UNIQUE (agency_id, external_ref)
) STRICT;
CREATE TABLE report_versions_old (
    report_id BLOB NOT NULL REFERENCES reports_old (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
    narrative TEXT NOT NULL,
    produced TEXT NOT NULL,
    submitted_by BLOB NOT NULL REFERENCES accounts (id),
    submitted_at TEXT NOT NULL,
    PRIMARY KEY (report_id, version)
) STRICT;
INSERT INTO reports_old (id, programme_id, task_id, occurrence_id, agency_id, year, external_ref, status, version, created_by, created_at)
SELECT id, programme_id, task_id, occurrence_id, agency_id, year, external_ref,
    CASE WHEN status = 'REOPENED' THEN public_status ELSE status END, version, created_by, created_at
FROM reports WHERE version >= 1 AND task_id IS NOT NULL;
INSERT INTO report_versions_old (report_id, version, percent, narrative, produced, submitted_by, submitted_at)
SELECT report_id, version, coalesce(percent, 0), narrative, produced, submitted_by, submitted_at
FROM report_versions WHERE report_id IN (SELECT id FROM reports_old);
DROP TABLE report_versions;
DROP TABLE reports;
ALTER TABLE reports_old RENAME TO reports;
ALTER TABLE report_versions_old RENAME TO report_versions;
CREATE INDEX reports_programme_id ON reports (programme_id, id);
CREATE INDEX reports_task_id ON reports (task_id, id);
CREATE INDEX reports_occurrence_id ON reports (occurrence_id);
CREATE INDEX reports_agency_id ON reports (agency_id, id);
CREATE INDEX reports_published ON reports (id) WHERE status IN ('ACCEPTED', 'AGGREGATED');
CREATE INDEX reports_created_by ON reports (created_by);
CREATE INDEX report_versions_submitted_by ON report_versions (submitted_by);
