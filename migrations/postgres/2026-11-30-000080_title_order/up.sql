-- By what titles are sorted in Vietnamese order; made by the program, the same on every database.
ALTER TABLE tasks ADD COLUMN title_key TEXT COLLATE "C" NOT NULL DEFAULT '';
DROP INDEX tasks_title;
CREATE INDEX tasks_title ON tasks (title_key, id);
