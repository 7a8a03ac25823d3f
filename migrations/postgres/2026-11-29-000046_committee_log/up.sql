-- The log of committees holds what each act changed, so that rosters follow from it; standing agencies have days of their own; an act that
-- has not taken effect can be annulled.

ALTER TABLE committee_acts DROP CONSTRAINT committee_acts_kind_check;
ALTER TABLE committee_acts ADD CONSTRAINT committee_acts_kind_check
    CHECK (kind IN ('ESTABLISH', 'CONSOLIDATE', 'AMEND', 'APPOINT', 'RELEASE', 'ENTRUST', 'ANNUL', 'DISSOLVE'));
-- An annulment may rest on a reason alone.
ALTER TABLE committee_acts ALTER COLUMN basis_document_id DROP NOT NULL;
ALTER TABLE committee_acts ADD COLUMN annuls_id UUID UNIQUE REFERENCES committee_acts (id);
ALTER TABLE committee_acts ADD CONSTRAINT committee_acts_annuls CHECK ((kind = 'ANNUL') = (annuls_id IS NOT NULL));
ALTER TABLE committee_acts ADD CONSTRAINT committee_acts_basis CHECK (basis_document_id IS NOT NULL OR (kind = 'ANNUL' AND note IS NOT NULL));

-- Written before changes were kept: what it changed is read from the rows.
ALTER TABLE committee_acts ADD COLUMN is_inferred BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE committee_acts ALTER COLUMN is_inferred SET DEFAULT FALSE;

-- Which agency serves a committee, in force during [valid_from, valid_to).
CREATE TABLE committee_standing_agencies (
    id UUID NOT NULL PRIMARY KEY,
    term_id UUID NOT NULL REFERENCES committee_terms (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    basis_document_id UUID NOT NULL REFERENCES documents (id),
    CHECK (valid_to IS NULL OR valid_from < valid_to),
    CONSTRAINT committee_standing_agencies_follow EXCLUDE USING gist (term_id WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX committee_standing_agencies_term_id ON committee_standing_agencies (term_id, valid_from);
CREATE INDEX committee_standing_agencies_agency_id ON committee_standing_agencies (agency_id);
CREATE INDEX committee_standing_agencies_basis_document_id ON committee_standing_agencies (basis_document_id);
INSERT INTO committee_standing_agencies (id, term_id, agency_id, valid_from, valid_to, basis_document_id)
SELECT id, id, standing_agency_id, valid_from, valid_to, basis_document_id FROM committee_terms WHERE standing_agency_id IS NOT NULL;
DROP INDEX committee_terms_standing_agency_id;
ALTER TABLE committee_terms DROP COLUMN standing_agency_id;

-- What acts changed, row by row. Appended, never changed. Days and documents of rows are those of their acts.
CREATE TABLE committee_act_changes (
    act_id UUID NOT NULL REFERENCES committee_acts (id),
    position INTEGER NOT NULL CHECK (position > 0),
    change TEXT NOT NULL CHECK (change IN ('OPEN', 'END', 'WITHDRAW', 'RESUME')),
    what TEXT NOT NULL CHECK (what IN ('TERM', 'STANDING_AGENCY', 'SEAT', 'STAY')),
    row_id UUID NOT NULL,
    -- What was opened: of a seat or a standing agency its term, of a stay its seat. They may be withdrawn, hence no references.
    term_id UUID,
    seat_id UUID,
    -- The authority of a term, or the standing agency.
    agency_id UUID REFERENCES agencies (id),
    unit TEXT,
    role TEXT,
    rank INTEGER,
    post_id UUID REFERENCES agency_posts (id),
    head_of_id UUID REFERENCES agencies (id),
    post_as_written TEXT,
    duty TEXT,
    person_id UUID REFERENCES persons (id),
    printed_name TEXT,
    PRIMARY KEY (act_id, position),
    CHECK ((change = 'OPEN' AND what IN ('TERM', 'STANDING_AGENCY')) = (agency_id IS NOT NULL)),
    CHECK ((change = 'OPEN' AND what IN ('STANDING_AGENCY', 'SEAT')) = (term_id IS NOT NULL)),
    CHECK ((change = 'OPEN' AND what = 'SEAT') = (role IS NOT NULL) AND (role IS NULL) = (rank IS NULL)),
    CHECK ((change = 'OPEN' AND what = 'STAY') = (seat_id IS NOT NULL) AND (seat_id IS NULL) = (person_id IS NULL)
        AND (person_id IS NULL) = (printed_name IS NULL))
);
CREATE INDEX committee_act_changes_agency_id ON committee_act_changes (agency_id);
CREATE INDEX committee_act_changes_post_id ON committee_act_changes (post_id);
CREATE INDEX committee_act_changes_head_of_id ON committee_act_changes (head_of_id);
CREATE INDEX committee_act_changes_person_id ON committee_act_changes (person_id);

-- Acts of before: every row began and ended with an act of its day. Which of two acts of one day and document it was is not known, and
-- makes no difference to any roster; it is put down to the first of them, and none of them can be annulled.
WITH rows_known AS (
    SELECT 'TERM' AS what, 1 AS layer, t.id, t.committee_id, t.valid_from, t.valid_to, t.basis_document_id, NULL::uuid AS term_id, NULL::uuid AS seat_id,
           t.authority_id AS agency_id, NULL::text AS unit, NULL::text AS role, NULL::integer AS rank, NULL::uuid AS post_id, NULL::uuid AS head_of_id,
           NULL::text AS position, NULL::text AS duty, NULL::uuid AS person_id, NULL::text AS printed_name FROM committee_terms t
    UNION ALL SELECT 'STANDING_AGENCY', 2, a.id, t.committee_id, a.valid_from, a.valid_to, a.basis_document_id, a.term_id, NULL,
           a.agency_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
           FROM committee_standing_agencies a JOIN committee_terms t ON t.id = a.term_id
    UNION ALL SELECT 'SEAT', 3, s.id, s.committee_id, s.valid_from, s.valid_to, s.basis_document_id, s.term_id, NULL,
           NULL, s.unit, s.role, s.rank, s.post_id, s.head_of_id, s.position, s.duty, NULL, NULL FROM committee_seats s
    UNION ALL SELECT 'STAY', 4, y.id, s.committee_id, y.valid_from, y.valid_to, y.basis_document_id, NULL, y.seat_id,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, y.person_id, y.printed_name
           FROM committee_stays y JOIN committee_seats s ON s.id = y.seat_id
), changes AS (
    SELECT (SELECT a.id FROM committee_acts a WHERE a.committee_id = r.committee_id AND a.effective_on = r.valid_from
              AND a.basis_document_id = r.basis_document_id AND (a.kind IN ('ESTABLISH', 'CONSOLIDATE') OR r.layer = 3 AND a.kind = 'AMEND'
              OR r.layer = 4 AND a.kind IN ('AMEND', 'APPOINT')) ORDER BY a.number LIMIT 1) AS act_id,
           'OPEN' AS change, 10 + r.layer AS layer, r.what, r.id, r.term_id, r.seat_id, r.agency_id, r.unit, r.role, r.rank, r.post_id,
           r.head_of_id, r.position, r.duty, r.person_id, r.printed_name FROM rows_known r
    UNION ALL
    SELECT (SELECT a.id FROM committee_acts a WHERE a.committee_id = r.committee_id AND a.effective_on = r.valid_to
              AND (a.kind IN ('CONSOLIDATE', 'DISSOLVE') OR r.layer >= 3 AND a.kind = 'AMEND'
              OR r.layer = 4 AND a.kind IN ('APPOINT', 'RELEASE')) ORDER BY a.number LIMIT 1),
           'END', 5 - r.layer, r.what, r.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
           FROM rows_known r WHERE r.valid_to IS NOT NULL
)
INSERT INTO committee_act_changes (act_id, position, change, what, row_id, term_id, seat_id, agency_id, unit, role, rank, post_id, head_of_id,
    post_as_written, duty, person_id, printed_name)
SELECT act_id, row_number() OVER (PARTITION BY act_id ORDER BY layer, rank, id), change, what, id, term_id, seat_id, agency_id, unit, role,
    rank, post_id, head_of_id, position, duty, person_id, printed_name
FROM changes WHERE act_id IS NOT NULL;

-- Which person of the register a printed name was may be forgotten.
CREATE TRIGGER committee_act_changes_kept BEFORE UPDATE OF act_id, position, change, what, row_id, term_id, seat_id, agency_id, unit, role,
    rank, post_id, head_of_id, post_as_written, duty, printed_name OR DELETE ON committee_act_changes
FOR EACH ROW EXECUTE FUNCTION acts_are_kept();
