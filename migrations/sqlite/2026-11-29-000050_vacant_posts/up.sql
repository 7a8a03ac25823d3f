-- A post falls vacant by a document; nobody holds it from that day on, until somebody does.
ALTER TABLE post_holders ADD COLUMN ended_by_document_id BLOB REFERENCES documents (id) CHECK (ended_by_document_id IS NULL OR valid_to IS NOT NULL);
CREATE INDEX post_holders_ended_by_document_id ON post_holders (ended_by_document_id);
