ALTER TABLE documents DROP COLUMN hidden_revisions;
ALTER TABLE reports DROP COLUMN hidden_revisions;
