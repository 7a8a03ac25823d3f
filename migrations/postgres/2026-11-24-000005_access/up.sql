-- Who may do what, narrower and for longer: limits of accounts, sessions, second factors, failed attempts, the audit log.

ALTER TABLE accounts ADD COLUMN expires_at TIMESTAMP;
-- Scopes between spaces; all where nothing is said.
ALTER TABLE accounts ADD COLUMN scopes TEXT;
-- Networks (CIDR) between spaces from which the account may be used; any where nothing is said.
ALTER TABLE accounts ADD COLUMN networks TEXT;
ALTER TABLE accounts ADD COLUMN last_used_at TIMESTAMP;
-- Who vouches for the account where it signs in elsewhere.
ALTER TABLE accounts ADD COLUMN external_issuer TEXT;
ALTER TABLE accounts ADD COLUMN external_subject TEXT;
CREATE UNIQUE INDEX accounts_external ON accounts (external_issuer, external_subject);

ALTER TABLE client_secrets ADD COLUMN last_used_at TIMESTAMP;

-- Withdrawn at this instant, whatever its last day was to be.
ALTER TABLE grants ADD COLUMN revoked_at TIMESTAMP;

-- Public keys (JWK) of service accounts that sign their own assertions (RFC 7523).
CREATE TABLE client_keys (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    kid TEXT NOT NULL CHECK (length(kid) BETWEEN 1 AND 200),
    jwk TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP,
    last_used_at TIMESTAMP,
    UNIQUE (account_id, kid)
);

-- Assertions that were used; each is good once.
CREATE TABLE used_assertions (
    assertion_sha256 TEXT NOT NULL PRIMARY KEY,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX used_assertions_expires_at ON used_assertions (expires_at);

-- Time-based one-time passwords (RFC 6238). The secret is sealed with a key that is not in the database.
CREATE TABLE second_factors (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id),
    secret_sealed TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    -- Set by the first code that was right.
    confirmed_at TIMESTAMP,
    -- The time step of the last code that was taken; no code is good twice.
    last_step BIGINT
);

CREATE TABLE recovery_codes (
    account_id UUID NOT NULL REFERENCES accounts (id),
    code_sha256 TEXT NOT NULL,
    used_at TIMESTAMP,
    PRIMARY KEY (account_id, code_sha256)
);

-- What a person's sign-in opened.
CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    scopes TEXT NOT NULL,
    network TEXT,
    user_agent TEXT
);
CREATE INDEX sessions_account_id ON sessions (account_id, id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Refresh tokens: 256 random bits, kept as their SHA-256 in hexadecimal, each good once.
CREATE TABLE refresh_tokens (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES sessions (id),
    issued_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX refresh_tokens_session_id ON refresh_tokens (session_id);

-- Failed sign-ins by what they are counted for (a login, a network address), kept as its SHA-256.
CREATE TABLE failed_attempts (
    key_sha256 TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX failed_attempts_expires_at ON failed_attempts (expires_at);

-- Where each strand of the audit log ends. Several strands let writers work side by side.
CREATE TABLE audit_strands (
    strand INTEGER NOT NULL PRIMARY KEY,
    entries BIGINT NOT NULL CHECK (entries >= 0),
    head_sha256 TEXT NOT NULL
) WITH (fillfactor = 50);
INSERT INTO audit_strands (strand, entries, head_sha256) SELECT strand, 0, repeat('0', 64) FROM generate_series(0, 63) AS strand;

CREATE TABLE audit_entries (
    strand INTEGER NOT NULL REFERENCES audit_strands (strand),
    number BIGINT NOT NULL CHECK (number >= 1),
    id UUID NOT NULL UNIQUE,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('NOBODY', 'SERVICE', 'USER', 'OPERATOR')),
    account_id UUID REFERENCES accounts (id),
    login TEXT,
    agency TEXT,
    token TEXT,
    network TEXT,
    request TEXT NOT NULL,
    operation TEXT NOT NULL,
    subject TEXT,
    subject_id TEXT,
    changes TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('DONE', 'REFUSED')),
    code TEXT,
    previous_sha256 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (strand, number)
);
CREATE INDEX audit_entries_account_id ON audit_entries (account_id, id);
CREATE INDEX audit_entries_subject ON audit_entries (subject, subject_id, id);
CREATE INDEX audit_entries_operation ON audit_entries (operation, id);

-- What is written stays: the service's own role cannot change or remove an entry.
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are only ever added';
END $$;
CREATE TRIGGER audit_entries_kept BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_entries_not_emptied BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
