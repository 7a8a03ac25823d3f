DROP INDEX tasks_title;
ALTER TABLE tasks DROP COLUMN title_key;
CREATE INDEX tasks_title ON tasks (title_folded, id);
