-- What the programme brings about: one register of typed kinds. What is said of each stands in `content` (JSON, as with each version);
-- the columns beside it are what lists look for.
CREATE TABLE deliverables (
    id UUID NOT NULL PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES programmes (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    task_id UUID REFERENCES tasks (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('PUBLICATION', 'FILM', 'MAJOR_PROGRAMME', 'FOREIGN_EDITION', 'PORTAL_SECTION', 'COLUMN', 'EVENT', 'DELEGATION_EXCHANGE', 'CAMPAIGN', 'REBUTTAL', 'MEDIA_OUTPUT', 'AGREEMENT', 'PRESS_VISIT', 'LEGAL_DOCUMENT', 'INCENTIVE_INSTRUMENT', 'COMMENDATION', 'IT_APPLICATION', 'EQUIPMENT', 'ASSESSMENT')),
    -- The kind, where everybody may read it one by one. Of rebuttals and commendations only counts are public.
    public_kind TEXT COLLATE "C" CHECK (public_kind IS NULL OR (public_kind = kind AND kind NOT IN ('REBUTTAL', 'COMMENDATION'))),
    visibility TEXT COLLATE "C" NOT NULL CHECK (visibility IN ('PUBLIC', 'INTERNAL')),
    year INTEGER NOT NULL CHECK (year BETWEEN 1945 AND 2200),
    channel TEXT COLLATE "C" CHECK (channel IN ('PARTY', 'STATE', 'PEOPLE')),
    outlet TEXT COLLATE "C",
    -- The day by which it counts.
    begun_on DATE,
    -- Of agreements: the last day, and the first on which it is to be renewed.
    ends_on DATE,
    alert_on DATE,
    external_ref TEXT COLLATE "C",
    content TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    withdrawn_at TIMESTAMP,
    changed_at TIMESTAMP NOT NULL,
    CHECK (public_kind IS NULL OR (visibility = 'PUBLIC' AND withdrawn_at IS NULL)),
    CHECK ((ends_on IS NULL) = (alert_on IS NULL))
);
CREATE UNIQUE INDEX deliverables_external_ref ON deliverables (agency_id, external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX deliverables_programme_id ON deliverables (programme_id, id);
CREATE INDEX deliverables_agency_id ON deliverables (agency_id, id);
CREATE INDEX deliverables_task_id ON deliverables (task_id, id);
CREATE INDEX deliverables_kind ON deliverables (kind, id);
CREATE INDEX deliverables_outlet ON deliverables (outlet, id) WHERE outlet IS NOT NULL;
CREATE INDEX deliverables_alert_on ON deliverables (alert_on, id) WHERE alert_on IS NOT NULL;
CREATE INDEX deliverables_published ON deliverables (id) WHERE public_kind IS NOT NULL;

-- What was said of it with each revision, by whom and when. Appended.
CREATE TABLE deliverable_versions (
    deliverable_id UUID NOT NULL REFERENCES deliverables (id),
    revision INTEGER NOT NULL CHECK (revision > 0),
    change TEXT COLLATE "C" NOT NULL CHECK (change IN ('RECORDED', 'CORRECTED', 'WITHDRAWN')),
    content TEXT NOT NULL,
    reason TEXT,
    account_id UUID NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (deliverable_id, revision),
    CHECK ((change = 'WITHDRAWN') = (reason IS NOT NULL))
);
CREATE INDEX deliverable_versions_account_id ON deliverable_versions (account_id);

CREATE TABLE deliverable_audiences (
    deliverable_id UUID NOT NULL REFERENCES deliverables (id),
    audience TEXT COLLATE "C" NOT NULL CHECK (audience IN ('FOREIGNERS', 'OVERSEAS_VIETNAMESE', 'FOREIGN_PRESS', 'INVESTORS', 'TOURISTS', 'DOMESTIC')),
    PRIMARY KEY (deliverable_id, audience)
);
CREATE INDEX deliverable_audiences_audience ON deliverable_audiences (audience, deliverable_id);

CREATE TABLE deliverable_languages (
    deliverable_id UUID NOT NULL REFERENCES deliverables (id),
    language TEXT COLLATE "C" NOT NULL CHECK (length(language) BETWEEN 2 AND 3),
    PRIMARY KEY (deliverable_id, language)
);
CREATE INDEX deliverable_languages_language ON deliverable_languages (language, deliverable_id);

-- The documents that it rests on or is; section and words stand in the content.
CREATE TABLE deliverable_documents (
    deliverable_id UUID NOT NULL REFERENCES deliverables (id),
    document_id UUID NOT NULL REFERENCES documents (id),
    PRIMARY KEY (deliverable_id, document_id)
);
CREATE INDEX deliverable_documents_document_id ON deliverable_documents (document_id);

-- Files on submitted reports that prove it.
CREATE TABLE deliverable_files (
    deliverable_id UUID NOT NULL REFERENCES deliverables (id),
    file_id UUID NOT NULL REFERENCES report_files (id),
    PRIMARY KEY (deliverable_id, file_id)
);
CREATE INDEX deliverable_files_file_id ON deliverable_files (file_id);

CREATE TRIGGER deliverable_versions_not_changed BEFORE UPDATE OR DELETE ON deliverable_versions FOR EACH ROW
EXECUTE FUNCTION acts_are_kept();
