DROP TABLE committee_act_changes;
ALTER TABLE committee_terms ADD COLUMN standing_agency_id BLOB REFERENCES agencies (id);
CREATE INDEX committee_terms_standing_agency_id ON committee_terms (standing_agency_id);
UPDATE committee_terms SET standing_agency_id = (SELECT a.agency_id FROM committee_standing_agencies a WHERE a.term_id = committee_terms.id ORDER BY a.valid_from LIMIT 1);
DROP TABLE committee_standing_agencies;
CREATE TABLE committee_acts_old (
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
INSERT INTO committee_acts_old (id, committee_id, number, kind, effective_on, basis_document_id, note, account_id, recorded_at)
SELECT id, committee_id, number, kind, effective_on, basis_document_id, note, account_id, recorded_at FROM committee_acts
WHERE kind NOT IN ('ENTRUST', 'ANNUL') AND NOT EXISTS (SELECT 1 FROM committee_acts other WHERE other.annuls_id = committee_acts.id);
DROP TABLE committee_acts;
ALTER TABLE committee_acts_old RENAME TO committee_acts;
CREATE INDEX committee_acts_basis_document_id ON committee_acts (basis_document_id);
CREATE INDEX committee_acts_account_id ON committee_acts (account_id);
CREATE TRIGGER committee_acts_not_changed BEFORE UPDATE ON committee_acts BEGIN SELECT RAISE(ABORT, 'acts are kept as they are'); END;
CREATE TRIGGER committee_acts_not_removed BEFORE DELETE ON committee_acts BEGIN SELECT RAISE(ABORT, 'acts are kept as they are'); END;
