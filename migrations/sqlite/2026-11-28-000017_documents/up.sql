-- Documents with numbers: what is read from number and symbol, what a document is known by, its stages, and more relations.

-- The digits of the number, what stands beside it, and in which of four ways the document is numbered; the program reads them
-- from the number, those of the documents that are there once it has migrated.
ALTER TABLE documents ADD COLUMN serial INTEGER CHECK (serial >= 0);
ALTER TABLE documents ADD COLUMN symbol TEXT;
ALTER TABLE documents ADD COLUMN class TEXT CHECK (class IN ('NORMATIVE', 'NAMED', 'PARTY', 'OFFICIAL_LETTER'));
-- Of issue, or where that day is not known the one in the number.
ALTER TABLE documents ADD COLUMN year INTEGER;
-- Number, symbol, issuer and year in one: no two documents share them. NULL where one of them is not known. The natural key stays
-- when a planned document gets its number, so that a file that calls for it finds it again.
ALTER TABLE documents ADD COLUMN identity TEXT;
-- The first day on which it no longer holds.
ALTER TABLE documents ADD COLUMN expires_on TEXT;
-- Trích yếu.
ALTER TABLE documents ADD COLUMN summary TEXT;
-- TM., KT., TL., TUQ., Q.; NULL for somebody who signs in their own name, and where it is not known.
ALTER TABLE documents ADD COLUMN capacity TEXT CHECK (capacity IN ('TM', 'KT', 'TL', 'TUQ', 'Q'));
ALTER TABLE documents ADD COLUMN revision INTEGER NOT NULL DEFAULT 1 CHECK (revision >= 1);
UPDATE documents SET year = CAST(substr(issued_on, 1, 4) AS INTEGER) WHERE issued_on IS NOT NULL;
CREATE UNIQUE INDEX documents_identity ON documents (identity);
CREATE INDEX documents_year ON documents (year, id);
CREATE INDEX documents_number ON documents (number);

-- Made anew, as there are more kinds; what it holds is carried over.
CREATE TABLE document_relations_new (
    document_id BLOB NOT NULL REFERENCES documents (id),
    related_id BLOB NOT NULL REFERENCES documents (id),
    kind TEXT NOT NULL CHECK (kind IN ('LEGAL_BASIS', 'PROPOSED_BY', 'CARRIES_OUT', 'FOLLOWS', 'CALLS_FOR', 'AMENDS', 'REPLACES', 'REPEALS')),
    rank INTEGER NOT NULL,
    section TEXT,
    quote TEXT,
    note TEXT,
    -- Of the other document a part only is replaced or repealed; the rest of it holds on.
    is_partial INTEGER NOT NULL DEFAULT 0 CHECK (is_partial IN (0, 1)),
    -- Who added it; NULL for what a programme's file says.
    account_id BLOB REFERENCES accounts (id),
    PRIMARY KEY (document_id, kind, related_id),
    CHECK (is_partial = 0 OR kind IN ('REPLACES', 'REPEALS'))
) STRICT, WITHOUT ROWID;
INSERT INTO document_relations_new (document_id, related_id, kind, rank, section, quote, note)
    SELECT document_id, related_id, kind, rank, section, quote, note FROM document_relations;
DROP TABLE document_relations;
ALTER TABLE document_relations_new RENAME TO document_relations;
CREATE INDEX document_relations_related_id ON document_relations (related_id);
CREATE INDEX document_relations_account_id ON document_relations (account_id);

-- How a document came to be. Appended, never changed.
CREATE TABLE document_stages (
    document_id BLOB NOT NULL REFERENCES documents (id),
    rank INTEGER NOT NULL CHECK (rank >= 1),
    stage TEXT NOT NULL CHECK (stage IN ('DRAFTED', 'SUBMITTED', 'ISSUED')),
    reached_on TEXT NOT NULL,
    note TEXT,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (document_id, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_stages_account_id ON document_stages (account_id);
