-- Who may call: people and service accounts, their secrets, their roles.

CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('SERVICE', 'USER')),
    -- client_id of a service account, user name of a person.
    login TEXT NOT NULL UNIQUE CHECK (length(login) BETWEEN 2 AND 64),
    name TEXT NOT NULL,
    agency_id UUID REFERENCES agencies (id),
    status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
    -- argon2id in PHC form, people only.
    password_hash TEXT,
    created_at TIMESTAMP NOT NULL,
    CHECK (kind = 'USER' OR password_hash IS NULL),
    CHECK (kind = 'USER' OR agency_id IS NOT NULL)
);
CREATE INDEX accounts_agency_id ON accounts (agency_id);

-- Secrets of service accounts: 256 random bits, kept as their SHA-256 in hexadecimal.
CREATE TABLE client_secrets (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    secret_sha256 TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX client_secrets_account_id ON client_secrets (account_id);

CREATE TABLE grants (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('AGENCY_VIEWER', 'AGENCY_REPORTER', 'AGENCY_APPROVER', 'AGENCY_SYSTEM', 'STANDING', 'FINANCE', 'PERSONNEL', 'INSPECTOR', 'COMMITTEE', 'AUTHORITY', 'ADMIN', 'AUDITOR')),
    agency_id UUID REFERENCES agencies (id),
    programme_id UUID REFERENCES programmes (id),
    valid_from DATE,
    valid_to DATE,
    basis_document_id UUID REFERENCES documents (id),
    created_at TIMESTAMP NOT NULL,
    CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from < valid_to)
);
CREATE INDEX grants_account_id ON grants (account_id);
CREATE INDEX grants_agency_id ON grants (agency_id);
CREATE INDEX grants_programme_id ON grants (programme_id);
CREATE INDEX grants_basis_document_id ON grants (basis_document_id);
