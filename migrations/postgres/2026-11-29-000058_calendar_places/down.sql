ALTER TABLE regimes DROP COLUMN quote;
ALTER TABLE regimes DROP COLUMN section;
DROP INDEX working_years_basis_document_id;
ALTER TABLE working_years DROP COLUMN quote;
ALTER TABLE working_years DROP COLUMN section;
ALTER TABLE working_years DROP COLUMN basis_document_id;
