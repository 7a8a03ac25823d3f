-- Files of documents: the signed copy, annexes, drafts. Their bytes are in the evidence store, under their hash.

-- One that was taken off stays, with who did it and why.
CREATE TABLE document_files (
    id UUID NOT NULL PRIMARY KEY,
    document_id UUID NOT NULL REFERENCES documents (id),
    sha256 TEXT COLLATE "C" NOT NULL REFERENCES files (sha256),
    role TEXT NOT NULL CHECK (role IN ('SIGNED', 'ANNEX', 'DRAFT', 'OTHER')),
    visibility TEXT NOT NULL CHECK (visibility IN ('PUBLIC', 'INTERNAL')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    title TEXT CHECK (length(title) BETWEEN 1 AND 500),
    -- What the bytes are, found by looking.
    media_type TEXT NOT NULL,
    uploaded_by UUID NOT NULL REFERENCES accounts (id),
    uploaded_at TIMESTAMP NOT NULL,
    removed_by UUID REFERENCES accounts (id),
    removed_at TIMESTAMP,
    removed_reason TEXT CHECK (length(removed_reason) BETWEEN 1 AND 500),
    CHECK (NOT (role = 'DRAFT' AND visibility = 'PUBLIC')),
    CHECK ((removed_by IS NULL) = (removed_at IS NULL)),
    CHECK ((removed_by IS NULL) = (removed_reason IS NULL))
);
CREATE INDEX document_files_document_id ON document_files (document_id, id);
CREATE INDEX document_files_sha256 ON document_files (sha256);
CREATE INDEX document_files_uploaded_by ON document_files (uploaded_by);
CREATE INDEX document_files_removed_by ON document_files (removed_by);
-- The same file under the same name is on a document once.
CREATE UNIQUE INDEX document_files_once ON document_files (document_id, name, sha256) WHERE removed_at IS NULL;
