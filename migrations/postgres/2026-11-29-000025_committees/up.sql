-- Committees: what was done to them, and the rosters that follow from it. The body itself is an agency.

-- Equality of identifiers and roles in rules over periods.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE committees (
    agency_id UUID NOT NULL PRIMARY KEY REFERENCES agencies (id),
    -- The document that calls for it.
    planned_document_id UUID REFERENCES documents (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX committees_planned_document_id ON committees (planned_document_id);

-- What was done, in its order. Appended, never changed.
CREATE TABLE committee_acts (
    id UUID NOT NULL PRIMARY KEY,
    committee_id UUID NOT NULL REFERENCES committees (agency_id),
    number INTEGER NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind IN ('ESTABLISH', 'CONSOLIDATE', 'AMEND', 'APPOINT', 'RELEASE', 'DISSOLVE')),
    effective_on DATE NOT NULL,
    basis_document_id UUID NOT NULL REFERENCES documents (id),
    note TEXT,
    account_id UUID REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (committee_id, number)
);
CREATE INDEX committee_acts_basis_document_id ON committee_acts (basis_document_id);
CREATE INDEX committee_acts_account_id ON committee_acts (account_id);

-- A roster as one document constituted it, in force during [valid_from, valid_to).
CREATE TABLE committee_terms (
    id UUID NOT NULL PRIMARY KEY,
    committee_id UUID NOT NULL REFERENCES committees (agency_id),
    authority_id UUID NOT NULL REFERENCES agencies (id),
    standing_agency_id UUID REFERENCES agencies (id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    basis_document_id UUID NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from < valid_to),
    CONSTRAINT committee_terms_follow EXCLUDE USING gist (committee_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX committee_terms_committee_id ON committee_terms (committee_id, valid_from);
CREATE INDEX committee_terms_authority_id ON committee_terms (authority_id);
CREATE INDEX committee_terms_standing_agency_id ON committee_terms (standing_agency_id);
CREATE INDEX committee_terms_basis_document_id ON committee_terms (basis_document_id);

CREATE TABLE committee_seats (
    id UUID NOT NULL PRIMARY KEY,
    term_id UUID NOT NULL REFERENCES committee_terms (id),
    -- Of the term, for the rule that one seat of a role is there at a time.
    committee_id UUID NOT NULL REFERENCES committees (agency_id),
    unit TEXT CHECK (unit IN ('SECRETARIAT', 'SUPPORT_TEAM')),
    role TEXT NOT NULL CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY')),
    rank INTEGER NOT NULL CHECK (rank > 0),
    -- Ex officio: whoever holds the post sits here.
    post_id UUID REFERENCES agency_posts (id),
    position TEXT CHECK (length(position) BETWEEN 1 AND 500),
    duty TEXT CHECK (length(duty) BETWEEN 1 AND 5000),
    valid_from DATE NOT NULL,
    valid_to DATE,
    basis_document_id UUID NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from < valid_to),
    CONSTRAINT committee_seats_single EXCLUDE USING gist (committee_id WITH =, role WITH =, daterange(valid_from, valid_to) WITH &&)
        WHERE (role IN ('HEAD', 'STANDING_DEPUTY_HEAD'))
);
CREATE INDEX committee_seats_term_id ON committee_seats (term_id);
CREATE INDEX committee_seats_committee_id ON committee_seats (committee_id, role);
CREATE INDEX committee_seats_post_id ON committee_seats (post_id);
CREATE INDEX committee_seats_basis_document_id ON committee_seats (basis_document_id);

-- Who sat in a seat that goes with no post.
CREATE TABLE committee_stays (
    id UUID NOT NULL PRIMARY KEY,
    seat_id UUID NOT NULL REFERENCES committee_seats (id),
    person_id UUID NOT NULL REFERENCES persons (id),
    -- As the document prints it, whatever becomes of the register.
    printed_name TEXT NOT NULL CHECK (length(printed_name) BETWEEN 1 AND 200),
    valid_from DATE NOT NULL,
    valid_to DATE,
    basis_document_id UUID NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from < valid_to),
    CONSTRAINT committee_stays_follow EXCLUDE USING gist (seat_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX committee_stays_seat_id ON committee_stays (seat_id, valid_from);
CREATE INDEX committee_stays_person_id ON committee_stays (person_id);
CREATE INDEX committee_stays_basis_document_id ON committee_stays (basis_document_id);
