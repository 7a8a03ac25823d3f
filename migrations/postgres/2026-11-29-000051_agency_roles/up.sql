-- Roles that decisions give to agencies beside tasks: duties of a programme, its standing agency, whom it reports to, who receives
-- reports. The rows as signed stay; what events of agencies made of them stands here. Imports leave it alone.
CREATE TABLE agency_role_successions (
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('RESPONSIBLE', 'WITH', 'DIRECTED_AT', 'RECEIVER', 'STANDING_AGENCY', 'REPORTS_TO')),
    -- The duty, regime or programme; it may go with a corrected file.
    subject_id UUID NOT NULL,
    from_id UUID NOT NULL REFERENCES agencies (id),
    to_id UUID NOT NULL REFERENCES agencies (id),
    event_id UUID NOT NULL REFERENCES agency_events (id),
    PRIMARY KEY (role, subject_id, from_id, event_id)
);
CREATE INDEX agency_role_successions_from_id ON agency_role_successions (from_id);
CREATE INDEX agency_role_successions_to_id ON agency_role_successions (to_id);
CREATE INDEX agency_role_successions_event_id ON agency_role_successions (event_id);

-- What waits for an owner may be such a role.
ALTER TABLE succession_queue ADD COLUMN role TEXT COLLATE "C" CHECK (role IN ('RESPONSIBLE', 'WITH', 'DIRECTED_AT', 'RECEIVER', 'STANDING_AGENCY', 'REPORTS_TO'));
ALTER TABLE succession_queue ADD COLUMN subject_id UUID;
ALTER TABLE succession_queue DROP CONSTRAINT succession_queue_check;
ALTER TABLE succession_queue ADD CONSTRAINT succession_queue_role CHECK ((role IS NULL) = (subject_id IS NULL));
ALTER TABLE succession_queue ADD CONSTRAINT succession_queue_check CHECK (num_nonnulls(assignment_id, obligation_id, role) = 1);
ALTER TABLE succession_queue ADD CONSTRAINT succession_queue_role_key UNIQUE (role, subject_id, agency_id);
