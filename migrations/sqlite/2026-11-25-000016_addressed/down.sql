DROP INDEX events_addressee_id;
ALTER TABLE events DROP COLUMN addressee_id;
