-- Of which Vietnamese text a translation was made, by whom and when; nobody where a programme's file brought it.
ALTER TABLE translations ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE translations ADD COLUMN account_id BLOB REFERENCES accounts (id);
ALTER TABLE translations ADD COLUMN edited_at TEXT;
CREATE INDEX translations_editors ON translations (account_id) WHERE account_id IS NOT NULL;
UPDATE translations SET source = coalesce(
    (SELECT v.name FROM agency_versions v WHERE v.id = subject_id),
    (SELECT p.title FROM programmes p WHERE p.id = subject_id),
    (SELECT g.title FROM task_groups g WHERE g.id = subject_id),
    (SELECT t.title FROM tasks t WHERE t.id = subject_id),
    (SELECT t.text FROM targets t WHERE t.id = subject_id),
    (SELECT d.title FROM documents d WHERE d.id = subject_id),
    (SELECT c.name FROM channels c WHERE c.id = subject_id),
    (SELECT f.name FROM funding_sources f WHERE f.id = subject_id),
    '');
