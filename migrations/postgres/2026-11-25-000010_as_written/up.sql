-- Text as written beside its reading, where a programme's file gives both.

-- The sort of document as printed, e.g. Quyết định.
ALTER TABLE documents ADD COLUMN kind_as_written TEXT;
ALTER TABLE documents ADD COLUMN issued_on_as_written TEXT;
-- The sentence from which the day of effect follows.
ALTER TABLE documents ADD COLUMN effective_on_as_written TEXT;
-- The line from which number and date were read, where that is not the document's own head.
ALTER TABLE documents ADD COLUMN number_and_date_source TEXT;
ALTER TABLE documents ADD COLUMN signer_position TEXT;
ALTER TABLE documents ADD COLUMN signer_note TEXT;
ALTER TABLE documents ADD COLUMN recipients_note TEXT;

-- From what the years of an annual task follow.
ALTER TABLE tasks ADD COLUMN period_rule TEXT;
ALTER TABLE tasks ADD COLUMN period_start_on DATE;
ALTER TABLE tasks ADD COLUMN period_end_on DATE;

-- Where a document uses the words for a collective: a JSON list of sections.
ALTER TABLE agency_versions ADD COLUMN used_in TEXT;
