-- Where in which document the days off of a year and the rules of a regime stand; words alone are kept where no document is known.
ALTER TABLE working_years ADD COLUMN basis_document_id BLOB REFERENCES documents (id);
ALTER TABLE working_years ADD COLUMN section TEXT CHECK (length(section) BETWEEN 1 AND 200);
ALTER TABLE working_years ADD COLUMN quote TEXT CHECK (length(quote) BETWEEN 1 AND 4000);
CREATE INDEX working_years_basis_document_id ON working_years (basis_document_id);
ALTER TABLE regimes ADD COLUMN section TEXT CHECK (length(section) BETWEEN 1 AND 200);
ALTER TABLE regimes ADD COLUMN quote TEXT CHECK (length(quote) BETWEEN 1 AND 4000);
