-- People that decisions name, and what is kept of them beside that.
CREATE TABLE persons (
    id BLOB NOT NULL PRIMARY KEY,
    -- As printed; a pseudonym once the person is pseudonymised.
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_folded TEXT NOT NULL,
    position_title TEXT CHECK (length(position_title) BETWEEN 1 AND 200),
    work_email TEXT CHECK (length(work_email) BETWEEN 3 AND 254),
    work_phone TEXT CHECK (length(work_phone) BETWEEN 3 AND 32),
    account_id BLOB UNIQUE REFERENCES accounts (id),
    -- Processing is restricted since then.
    restricted_at TEXT,
    restriction_reason TEXT,
    restriction_document_id BLOB REFERENCES documents (id),
    -- For good.
    pseudonymised_at TEXT,
    pseudonym_reason TEXT,
    pseudonym_document_id BLOB REFERENCES documents (id),
    revision INTEGER NOT NULL CHECK (revision > 0),
    recorded_at TEXT NOT NULL,
    CHECK ((restricted_at IS NULL) = (restriction_reason IS NULL)),
    CHECK ((pseudonymised_at IS NULL) = (pseudonym_reason IS NULL)),
    CHECK ((pseudonymised_at IS NULL) = (pseudonym_document_id IS NULL)),
    CHECK (pseudonymised_at IS NULL OR (position_title IS NULL AND work_email IS NULL AND work_phone IS NULL AND account_id IS NULL))
) STRICT;
CREATE INDEX persons_restriction_document_id ON persons (restriction_document_id);
CREATE INDEX persons_pseudonym_document_id ON persons (pseudonym_document_id);

-- Restricted fields, sealed with keys that are not in the database; each value is bound to its table, row and field.
CREATE TABLE person_restricted_fields (
    person_id BLOB NOT NULL REFERENCES persons (id),
    field TEXT NOT NULL CHECK (field IN ('birthDate', 'identityNumber', 'homeAddress', 'personalPhone')),
    key_id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (person_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_restricted_fields_key_id ON person_restricted_fields (key_id, person_id);

-- Who the holder of a post is, where that is a person of the register. The name stays in the row of the post as it was printed.
CREATE TABLE post_holder_persons (
    holder_id BLOB NOT NULL PRIMARY KEY REFERENCES post_holders (id),
    person_id BLOB NOT NULL REFERENCES persons (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_holder_persons_person_id ON post_holder_persons (person_id);
