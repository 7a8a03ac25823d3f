-- How many of the changes that `revision` counts do not show to everybody who may see the thing: of a report what its agency wrote
-- between two versions, of a document its internal files. Whoever does not see them is told `revision` without them.
ALTER TABLE reports ADD COLUMN hidden_revisions INTEGER NOT NULL DEFAULT 0 CHECK (hidden_revisions >= 0);
ALTER TABLE documents ADD COLUMN hidden_revisions INTEGER NOT NULL DEFAULT 0 CHECK (hidden_revisions >= 0);
