-- Tasks that follow a direction of a document which no meeting concluded. Where the document says it is the task's citation. Appended.
CREATE TABLE directions (
    task_id BLOB NOT NULL PRIMARY KEY REFERENCES tasks (id),
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX directions_programme_id ON directions (programme_id);
CREATE INDEX directions_basis_document_id ON directions (basis_document_id);
CREATE INDEX directions_account_id ON directions (account_id);
