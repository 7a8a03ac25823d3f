-- Committees: what was done to them, and the rosters that follow from it. The body itself is an agency.

CREATE TABLE committees (
    agency_id BLOB NOT NULL PRIMARY KEY REFERENCES agencies (id),
    -- The document that calls for it.
    planned_document_id BLOB REFERENCES documents (id),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX committees_planned_document_id ON committees (planned_document_id);

-- What was done, in its order. Appended, never changed.
CREATE TABLE committee_acts (
    id BLOB NOT NULL PRIMARY KEY,
    committee_id BLOB NOT NULL REFERENCES committees (agency_id),
    number INTEGER NOT NULL CHECK (number > 0),
    kind TEXT NOT NULL CHECK (kind IN ('ESTABLISH', 'CONSOLIDATE', 'AMEND', 'APPOINT', 'RELEASE', 'DISSOLVE')),
    effective_on TEXT NOT NULL,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    note TEXT,
    account_id BLOB REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (committee_id, number)
) STRICT;
CREATE INDEX committee_acts_basis_document_id ON committee_acts (basis_document_id);
CREATE INDEX committee_acts_account_id ON committee_acts (account_id);

-- A roster as one document constituted it, in force during [valid_from, valid_to).
CREATE TABLE committee_terms (
    id BLOB NOT NULL PRIMARY KEY,
    committee_id BLOB NOT NULL REFERENCES committees (agency_id),
    authority_id BLOB NOT NULL REFERENCES agencies (id),
    standing_agency_id BLOB REFERENCES agencies (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
) STRICT;
CREATE INDEX committee_terms_committee_id ON committee_terms (committee_id, valid_from);
CREATE INDEX committee_terms_authority_id ON committee_terms (authority_id);
CREATE INDEX committee_terms_standing_agency_id ON committee_terms (standing_agency_id);
CREATE INDEX committee_terms_basis_document_id ON committee_terms (basis_document_id);

CREATE TABLE committee_seats (
    id BLOB NOT NULL PRIMARY KEY,
    term_id BLOB NOT NULL REFERENCES committee_terms (id),
    -- Of the term, for the rule that one seat of a role is there at a time.
    committee_id BLOB NOT NULL REFERENCES committees (agency_id),
    unit TEXT CHECK (unit IN ('SECRETARIAT', 'SUPPORT_TEAM')),
    role TEXT NOT NULL CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY')),
    rank INTEGER NOT NULL CHECK (rank > 0),
    -- Ex officio: whoever holds the post sits here.
    post_id BLOB REFERENCES agency_posts (id),
    position TEXT CHECK (length(position) BETWEEN 1 AND 500),
    duty TEXT CHECK (length(duty) BETWEEN 1 AND 5000),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
) STRICT;
CREATE INDEX committee_seats_term_id ON committee_seats (term_id);
CREATE INDEX committee_seats_committee_id ON committee_seats (committee_id, role);
CREATE INDEX committee_seats_post_id ON committee_seats (post_id);
CREATE INDEX committee_seats_basis_document_id ON committee_seats (basis_document_id);

-- Who sat in a seat that goes with no post.
CREATE TABLE committee_stays (
    id BLOB NOT NULL PRIMARY KEY,
    seat_id BLOB NOT NULL REFERENCES committee_seats (id),
    person_id BLOB NOT NULL REFERENCES persons (id),
    -- As the document prints it, whatever becomes of the register.
    printed_name TEXT NOT NULL CHECK (length(printed_name) BETWEEN 1 AND 200),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
) STRICT;
CREATE INDEX committee_stays_seat_id ON committee_stays (seat_id, valid_from);
CREATE INDEX committee_stays_person_id ON committee_stays (person_id);
CREATE INDEX committee_stays_basis_document_id ON committee_stays (basis_document_id);

-- No two at once; what PostgreSQL holds by exclusion.
CREATE TRIGGER committee_terms_follow_new BEFORE INSERT ON committee_terms BEGIN
    SELECT RAISE(ABORT, 'committee_terms_follow') FROM committee_terms AS other
    WHERE other.committee_id = NEW.committee_id AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
CREATE TRIGGER committee_terms_follow_changed BEFORE UPDATE ON committee_terms BEGIN
    SELECT RAISE(ABORT, 'committee_terms_follow') FROM committee_terms AS other
    WHERE other.committee_id = NEW.committee_id AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
CREATE TRIGGER committee_seats_single_new BEFORE INSERT ON committee_seats WHEN NEW.role IN ('HEAD', 'STANDING_DEPUTY_HEAD') BEGIN
    SELECT RAISE(ABORT, 'committee_seats_single') FROM committee_seats AS other
    WHERE other.committee_id = NEW.committee_id AND other.role = NEW.role AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
CREATE TRIGGER committee_seats_single_changed BEFORE UPDATE ON committee_seats WHEN NEW.role IN ('HEAD', 'STANDING_DEPUTY_HEAD') BEGIN
    SELECT RAISE(ABORT, 'committee_seats_single') FROM committee_seats AS other
    WHERE other.committee_id = NEW.committee_id AND other.role = NEW.role AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
CREATE TRIGGER committee_stays_follow_new BEFORE INSERT ON committee_stays BEGIN
    SELECT RAISE(ABORT, 'committee_stays_follow') FROM committee_stays AS other
    WHERE other.seat_id = NEW.seat_id AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
CREATE TRIGGER committee_stays_follow_changed BEFORE UPDATE ON committee_stays BEGIN
    SELECT RAISE(ABORT, 'committee_stays_follow') FROM committee_stays AS other
    WHERE other.seat_id = NEW.seat_id AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
