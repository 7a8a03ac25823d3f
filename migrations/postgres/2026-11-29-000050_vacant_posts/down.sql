DROP INDEX post_holders_ended_by_document_id;
ALTER TABLE post_holders DROP COLUMN ended_by_document_id;
