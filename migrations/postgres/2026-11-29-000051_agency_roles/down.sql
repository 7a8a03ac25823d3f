DELETE FROM succession_queue WHERE role IS NOT NULL;
ALTER TABLE succession_queue DROP CONSTRAINT succession_queue_check;
ALTER TABLE succession_queue DROP COLUMN subject_id;
ALTER TABLE succession_queue DROP COLUMN role;
ALTER TABLE succession_queue ADD CONSTRAINT succession_queue_check CHECK ((assignment_id IS NULL) <> (obligation_id IS NULL));
DROP TABLE agency_role_successions;
