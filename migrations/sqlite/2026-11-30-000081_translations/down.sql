DROP INDEX translations_editors;
ALTER TABLE translations DROP COLUMN edited_at;
ALTER TABLE translations DROP COLUMN account_id;
ALTER TABLE translations DROP COLUMN source;
