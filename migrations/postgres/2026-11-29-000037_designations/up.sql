-- Which members of a collective whose words mean only the relevant ones are meant for a task, from a day on, by a document.
CREATE TABLE designations (
    id UUID NOT NULL PRIMARY KEY,
    task_id UUID NOT NULL REFERENCES tasks (id),
    collective_id UUID NOT NULL REFERENCES agencies (id),
    basis_document_id UUID NOT NULL REFERENCES documents (id),
    valid_from DATE NOT NULL,
    -- The first day on which another one, or none, holds.
    valid_to DATE,
    UNIQUE (task_id, collective_id, valid_from),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
);
CREATE UNIQUE INDEX designations_current ON designations (task_id, collective_id) WHERE valid_to IS NULL;
CREATE INDEX designations_collective_id ON designations (collective_id);
CREATE INDEX designations_basis_document_id ON designations (basis_document_id);

-- Whom it names; nobody, where its document ends the one before.
CREATE TABLE designated_agencies (
    designation_id UUID NOT NULL REFERENCES designations (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    rank INTEGER NOT NULL CHECK (rank >= 1),
    PRIMARY KEY (designation_id, agency_id)
);
CREATE INDEX designated_agencies_agency_id ON designated_agencies (agency_id);
