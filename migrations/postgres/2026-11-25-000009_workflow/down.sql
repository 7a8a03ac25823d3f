-- Drafts and reports about whole programmes have no place in the older tables.
DROP TABLE report_sources;
DROP TABLE report_events;
DROP TABLE report_drafts;
DELETE FROM report_versions WHERE report_id IN (SELECT id FROM reports WHERE version = 0 OR task_id IS NULL);
DELETE FROM reports WHERE version = 0 OR task_id IS NULL;
UPDATE reports SET status = public_status WHERE status = 'REOPENED';
UPDATE report_versions SET percent = coalesce(percent, 0);
DROP INDEX reports_published;
ALTER TABLE report_versions
    ALTER COLUMN percent SET NOT NULL,
    DROP COLUMN sections, DROP COLUMN form_values, DROP COLUMN is_estimate, DROP COLUMN channel, DROP COLUMN received_on, DROP COLUMN author_id,
    DROP COLUMN approver_id;
ALTER TABLE reports
    DROP COLUMN obligation_id, DROP COLUMN period, DROP COLUMN is_consolidated, DROP COLUMN accepted_version, DROP COLUMN public_status,
    DROP COLUMN first_received_on, DROP COLUMN reopened_until, DROP COLUMN revision,
    ALTER COLUMN task_id SET NOT NULL,
    ALTER COLUMN occurrence_id SET NOT NULL,
    DROP CONSTRAINT reports_status_check,
    DROP CONSTRAINT reports_version_check,
    ADD CONSTRAINT reports_status_check CHECK (status IN ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'AGGREGATED')),
    ADD CONSTRAINT reports_version_check CHECK (version >= 1);
CREATE INDEX reports_published ON reports (id) WHERE status IN ('ACCEPTED', 'AGGREGATED');
