-- Bodies and papers: agencies with dated versions, collectives with dated rolls, documents, citations, translations.

CREATE TABLE agencies (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(code) BETWEEN 2 AND 64),
    is_collective BOOLEAN NOT NULL,
    -- How a collective's roll is meant: CLOSED (a fixed list), FILTERED ("… liên quan"), OPEN. NULL for a single body.
    membership_rule TEXT CHECK (membership_rule IN ('CLOSED', 'FILTERED', 'OPEN')),
    membership_complete BOOLEAN,
    created_at TIMESTAMP NOT NULL,
    CHECK (is_collective = (membership_rule IS NOT NULL))
);

CREATE TABLE documents (
    id UUID NOT NULL PRIMARY KEY,
    -- A number is not unique by itself: the key joins number, issuer and year, or names an unnumbered paper by its title.
    natural_key TEXT COLLATE "C" NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('LAW', 'DECREE', 'CIRCULAR', 'DECISION', 'DIRECTIVE', 'PARTY_CONCLUSION', 'SUBMISSION', 'STRATEGY', 'PLAN', 'OFFICIAL_LETTER', 'NOTICE', 'OTHER')),
    status TEXT NOT NULL CHECK (status IN ('ISSUED', 'PLANNED')),
    number TEXT,
    title TEXT,
    issuer_id UUID REFERENCES agencies (id),
    issuer_as_written TEXT,
    issued_on DATE,
    effective_on DATE,
    signer TEXT,
    note TEXT
);
CREATE INDEX documents_issuer_id ON documents (issuer_id);
-- Papers without a date come last.
CREATE INDEX documents_issued_on ON documents (coalesce(issued_on, '9999-12-31'), id);

CREATE TABLE document_relations (
    document_id UUID NOT NULL REFERENCES documents (id),
    related_id UUID NOT NULL REFERENCES documents (id),
    kind TEXT NOT NULL CHECK (kind IN ('LEGAL_BASIS', 'PROPOSED_BY', 'CARRIES_OUT', 'FOLLOWS', 'CALLS_FOR')),
    rank INTEGER NOT NULL,
    section TEXT,
    quote TEXT,
    note TEXT,
    PRIMARY KEY (document_id, kind, related_id)
);
CREATE INDEX document_relations_related_id ON document_relations (related_id);

CREATE TABLE document_recipients (
    document_id UUID NOT NULL REFERENCES documents (id),
    rank INTEGER NOT NULL,
    as_written TEXT NOT NULL,
    PRIMARY KEY (document_id, rank)
);

-- What an agency was called and where it stood during [valid_from, valid_to); NULL is an end not known or not reached.
CREATE TABLE agency_versions (
    id UUID NOT NULL PRIMARY KEY,
    agency_id UUID NOT NULL REFERENCES agencies (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
    kind TEXT NOT NULL CHECK (kind IN ('COMMITTEE', 'DEPARTMENT', 'DISTRICT', 'PRESS', 'CENTRE', 'PARTY', 'CENTRAL', 'ENTERPRISE', 'COLLECTIVE')),
    subkind TEXT,
    parent_id UUID REFERENCES agencies (id),
    valid_from DATE,
    valid_to DATE,
    basis_document_id UUID REFERENCES documents (id),
    note TEXT,
    CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from < valid_to)
);
CREATE INDEX agency_versions_agency_id ON agency_versions (agency_id, valid_from);
CREATE INDEX agency_versions_parent_id ON agency_versions (parent_id);
CREATE INDEX agency_versions_basis_document_id ON agency_versions (basis_document_id);

CREATE TABLE agency_aliases (
    agency_id UUID NOT NULL REFERENCES agencies (id),
    alias TEXT NOT NULL,
    rank INTEGER NOT NULL,
    PRIMARY KEY (agency_id, alias)
);

-- The dated roll of a collective; a member may itself be a collective.
CREATE TABLE agency_members (
    id UUID NOT NULL PRIMARY KEY,
    collective_id UUID NOT NULL REFERENCES agencies (id),
    member_id UUID NOT NULL REFERENCES agencies (id),
    rank INTEGER NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    basis_document_id UUID REFERENCES documents (id),
    UNIQUE (collective_id, member_id, valid_from),
    CHECK (collective_id <> member_id),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
);
CREATE INDEX agency_members_member_id ON agency_members (member_id);
CREATE INDEX agency_members_basis_document_id ON agency_members (basis_document_id);

-- Where in which document a thing stands. The subject is any row with an id of its own.
CREATE TABLE citations (
    id UUID NOT NULL PRIMARY KEY,
    subject_id UUID NOT NULL,
    document_id UUID NOT NULL REFERENCES documents (id),
    rank INTEGER NOT NULL,
    section TEXT NOT NULL,
    quote TEXT,
    UNIQUE (subject_id, document_id, rank)
);
CREATE INDEX citations_document_id ON citations (document_id);

-- Texts in other languages than Vietnamese, which is the source and stands in the row itself.
CREATE TABLE translations (
    subject_id UUID NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('NAME', 'TITLE', 'INDICATOR')),
    lang TEXT NOT NULL CHECK (lang IN ('EN', 'FR', 'ZH', 'JA')),
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('MACHINE', 'REVIEWED')),
    PRIMARY KEY (subject_id, field, lang)
);

-- Raised by every transaction that changes what readers keep in memory (agencies, programmes, groups, their translations).
CREATE TABLE catalogue_stamp (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    stamp BIGINT NOT NULL
);
INSERT INTO catalogue_stamp (id, stamp) VALUES (1, 0);
