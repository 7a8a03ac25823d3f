DROP TABLE committee_act_changes;
ALTER TABLE committee_terms ADD COLUMN standing_agency_id UUID REFERENCES agencies (id);
CREATE INDEX committee_terms_standing_agency_id ON committee_terms (standing_agency_id);
UPDATE committee_terms SET standing_agency_id = (SELECT a.agency_id FROM committee_standing_agencies a WHERE a.term_id = committee_terms.id ORDER BY a.valid_from LIMIT 1);
DROP TABLE committee_standing_agencies;
DROP TRIGGER committee_acts_kept ON committee_acts;
DELETE FROM committee_acts WHERE kind IN ('ENTRUST', 'ANNUL') OR id IN (SELECT annuls_id FROM committee_acts);
ALTER TABLE committee_acts DROP CONSTRAINT committee_acts_basis;
ALTER TABLE committee_acts DROP CONSTRAINT committee_acts_annuls;
ALTER TABLE committee_acts DROP COLUMN annuls_id;
ALTER TABLE committee_acts DROP COLUMN is_inferred;
ALTER TABLE committee_acts ALTER COLUMN basis_document_id SET NOT NULL;
ALTER TABLE committee_acts DROP CONSTRAINT committee_acts_kind_check;
ALTER TABLE committee_acts ADD CONSTRAINT committee_acts_kind_check
    CHECK (kind IN ('ESTABLISH', 'CONSOLIDATE', 'AMEND', 'APPOINT', 'RELEASE', 'DISSOLVE'));
CREATE TRIGGER committee_acts_kept BEFORE UPDATE OR DELETE ON committee_acts FOR EACH ROW EXECUTE FUNCTION acts_are_kept();
