CREATE TABLE succession_queue_old (
    id BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL REFERENCES agency_events (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    assignment_id BLOB REFERENCES assignments (id),
    obligation_id BLOB REFERENCES obligations (id),
    since TEXT NOT NULL,
    resolved_by_id BLOB REFERENCES agency_events (id),
    CHECK ((assignment_id IS NULL) <> (obligation_id IS NULL)),
    UNIQUE (assignment_id, agency_id),
    UNIQUE (obligation_id)
) STRICT;
INSERT INTO succession_queue_old (id, event_id, agency_id, assignment_id, obligation_id, since, resolved_by_id)
    SELECT id, event_id, agency_id, assignment_id, obligation_id, since, resolved_by_id FROM succession_queue WHERE role IS NULL;
DROP TABLE succession_queue;
ALTER TABLE succession_queue_old RENAME TO succession_queue;
CREATE INDEX succession_queue_open ON succession_queue (since, id) WHERE resolved_by_id IS NULL;
CREATE INDEX succession_queue_event_id ON succession_queue (event_id);
CREATE INDEX succession_queue_agency_id ON succession_queue (agency_id);
CREATE INDEX succession_queue_resolved_by_id ON succession_queue (resolved_by_id);
DROP TABLE agency_role_successions;
