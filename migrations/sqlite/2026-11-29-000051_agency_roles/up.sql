-- Roles that decisions give to agencies beside tasks: duties of a programme, its standing agency, whom it reports to, who receives
-- reports. The rows as signed stay; what events of agencies made of them stands here. Imports leave it alone.
CREATE TABLE agency_role_successions (
    role TEXT NOT NULL CHECK (role IN ('RESPONSIBLE', 'WITH', 'DIRECTED_AT', 'RECEIVER', 'STANDING_AGENCY', 'REPORTS_TO')),
    -- The duty, regime or programme; it may go with a corrected file.
    subject_id BLOB NOT NULL,
    from_id BLOB NOT NULL REFERENCES agencies (id),
    to_id BLOB NOT NULL REFERENCES agencies (id),
    event_id BLOB NOT NULL REFERENCES agency_events (id),
    PRIMARY KEY (role, subject_id, from_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agency_role_successions_from_id ON agency_role_successions (from_id);
CREATE INDEX agency_role_successions_to_id ON agency_role_successions (to_id);
CREATE INDEX agency_role_successions_event_id ON agency_role_successions (event_id);

-- What waits for an owner may be such a role. Made anew, as the check changes.
CREATE TABLE succession_queue_new (
    id BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL REFERENCES agency_events (id),
    -- Whose it was; a collective where its roll became empty.
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    assignment_id BLOB REFERENCES assignments (id),
    obligation_id BLOB REFERENCES obligations (id),
    since TEXT NOT NULL,
    resolved_by_id BLOB REFERENCES agency_events (id),
    role TEXT CHECK (role IN ('RESPONSIBLE', 'WITH', 'DIRECTED_AT', 'RECEIVER', 'STANDING_AGENCY', 'REPORTS_TO')),
    subject_id BLOB,
    CHECK ((role IS NULL) = (subject_id IS NULL)),
    CHECK ((assignment_id IS NOT NULL) + (obligation_id IS NOT NULL) + (role IS NOT NULL) = 1),
    UNIQUE (assignment_id, agency_id),
    UNIQUE (obligation_id),
    UNIQUE (role, subject_id, agency_id)
) STRICT;
INSERT INTO succession_queue_new (id, event_id, agency_id, assignment_id, obligation_id, since, resolved_by_id)
    SELECT id, event_id, agency_id, assignment_id, obligation_id, since, resolved_by_id FROM succession_queue;
DROP TABLE succession_queue;
ALTER TABLE succession_queue_new RENAME TO succession_queue;
CREATE INDEX succession_queue_open ON succession_queue (since, id) WHERE resolved_by_id IS NULL;
CREATE INDEX succession_queue_event_id ON succession_queue (event_id);
CREATE INDEX succession_queue_agency_id ON succession_queue (agency_id);
CREATE INDEX succession_queue_resolved_by_id ON succession_queue (resolved_by_id);
