DROP TABLE document_stages;
CREATE TABLE document_relations_old (
    document_id BLOB NOT NULL REFERENCES documents (id),
    related_id BLOB NOT NULL REFERENCES documents (id),
    kind TEXT NOT NULL CHECK (kind IN ('LEGAL_BASIS', 'PROPOSED_BY', 'CARRIES_OUT', 'FOLLOWS', 'CALLS_FOR')),
    rank INTEGER NOT NULL,
    section TEXT,
    quote TEXT,
    note TEXT,
    PRIMARY KEY (document_id, kind, related_id)
) STRICT, WITHOUT ROWID;
INSERT INTO document_relations_old (document_id, related_id, kind, rank, section, quote, note)
    SELECT document_id, related_id, kind, rank, section, quote, note FROM document_relations
     WHERE kind IN ('LEGAL_BASIS', 'PROPOSED_BY', 'CARRIES_OUT', 'FOLLOWS', 'CALLS_FOR');
DROP TABLE document_relations;
ALTER TABLE document_relations_old RENAME TO document_relations;
CREATE INDEX document_relations_related_id ON document_relations (related_id);
DROP INDEX documents_number;
DROP INDEX documents_year;
DROP INDEX documents_identity;
ALTER TABLE documents DROP COLUMN revision;
ALTER TABLE documents DROP COLUMN capacity;
ALTER TABLE documents DROP COLUMN summary;
ALTER TABLE documents DROP COLUMN expires_on;
ALTER TABLE documents DROP COLUMN identity;
ALTER TABLE documents DROP COLUMN year;
ALTER TABLE documents DROP COLUMN class;
ALTER TABLE documents DROP COLUMN symbol;
ALTER TABLE documents DROP COLUMN serial;
