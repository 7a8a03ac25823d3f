-- The yearly training plan: what a year's plan names.
CREATE TABLE training_plan_items (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    year INTEGER NOT NULL CHECK (year BETWEEN 1945 AND 2200),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    kind TEXT NOT NULL CHECK (kind IN ('FORMAL', 'REFRESHER', 'WORKSHOP')),
    title TEXT NOT NULL,
    audience TEXT CHECK (audience IN ('LEADER', 'MANAGER', 'STAFF', 'EXTERNAL_INFORMATION_STAFF', 'PRESS', 'SPEAKER')),
    -- How many are planned; nothing where the plan does not say.
    sessions INTEGER CHECK (sessions > 0),
    attendances INTEGER CHECK (attendances > 0),
    document_id BLOB NOT NULL REFERENCES documents (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (programme_id, year, agency_id, title)
) STRICT;
CREATE INDEX training_plan_items_agency_id ON training_plan_items (agency_id);
CREATE INDEX training_plan_items_document_id ON training_plan_items (document_id);
CREATE INDEX training_plan_items_account_id ON training_plan_items (account_id);

CREATE TABLE training_courses (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    task_id BLOB REFERENCES tasks (id),
    kind TEXT NOT NULL CHECK (kind IN ('FORMAL', 'REFRESHER', 'WORKSHOP')),
    title TEXT NOT NULL,
    -- Who holds it: an agency of the register, or a central body in words.
    organiser_id BLOB REFERENCES agencies (id),
    central_organiser TEXT,
    is_central INTEGER NOT NULL CHECK (is_central IN (0, 1)),
    -- A JSON list of labels.
    audiences TEXT NOT NULL,
    hours INTEGER CHECK (hours BETWEEN 1 AND 10000),
    plan_item_id BLOB REFERENCES training_plan_items (id),
    document_id BLOB REFERENCES documents (id),
    revision INTEGER NOT NULL CHECK (revision > 0),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    CHECK ((organiser_id IS NULL) <> (central_organiser IS NULL)),
    CHECK (central_organiser IS NULL OR is_central)
) STRICT;
CREATE INDEX training_courses_programme_id ON training_courses (programme_id, id);
CREATE INDEX training_courses_task_id ON training_courses (task_id);
CREATE INDEX training_courses_organiser_id ON training_courses (organiser_id);
CREATE INDEX training_courses_plan_item_id ON training_courses (plan_item_id);
CREATE INDEX training_courses_document_id ON training_courses (document_id);
CREATE INDEX training_courses_account_id ON training_courses (account_id);

-- A course as it is held once.
CREATE TABLE training_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    course_id BLOB NOT NULL REFERENCES training_courses (id),
    status TEXT NOT NULL CHECK (status IN ('PLANNED', 'HELD', 'CANCELLED')),
    held_from TEXT NOT NULL,
    -- Included.
    held_to TEXT NOT NULL,
    place TEXT,
    revision INTEGER NOT NULL CHECK (revision > 0),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    CHECK (held_from <= held_to)
) STRICT;
CREATE INDEX training_sessions_course_id ON training_sessions (course_id, id);
CREATE INDEX training_sessions_account_id ON training_sessions (account_id);

-- Teaching material.
CREATE TABLE training_materials (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    task_id BLOB REFERENCES tasks (id),
    -- Whoever compiles it.
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    title TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    UNIQUE (programme_id, agency_id, title)
) STRICT;
CREATE INDEX training_materials_task_id ON training_materials (task_id);
CREATE INDEX training_materials_agency_id ON training_materials (agency_id);
CREATE INDEX training_materials_account_id ON training_materials (account_id);

-- Its versions, each in one language. Appended.
CREATE TABLE training_material_versions (
    material_id BLOB NOT NULL REFERENCES training_materials (id),
    number INTEGER NOT NULL CHECK (number > 0),
    -- A BCP 47 tag.
    language TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    -- Its files are those of the document.
    document_id BLOB REFERENCES documents (id),
    link TEXT,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (material_id, number, language)
) STRICT, WITHOUT ROWID;
CREATE INDEX training_material_versions_document_id ON training_material_versions (document_id);
CREATE INDEX training_material_versions_account_id ON training_material_versions (account_id);

-- Which versions a session used.
CREATE TABLE training_session_materials (
    session_id BLOB NOT NULL REFERENCES training_sessions (id),
    material_id BLOB NOT NULL REFERENCES training_materials (id),
    version INTEGER NOT NULL CHECK (version > 0),
    PRIMARY KEY (session_id, material_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX training_session_materials_material_id ON training_session_materials (material_id);

-- Who took part: somebody of the register, or so many whom an agency sent.
CREATE TABLE training_participations (
    id BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES training_sessions (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    person_id BLOB REFERENCES persons (id),
    headcount INTEGER CHECK (headcount BETWEEN 1 AND 100000),
    result TEXT CHECK (result IN ('COMPLETED', 'NOT_COMPLETED', 'NOT_ASSESSED')),
    certificate_number TEXT,
    certificate_on TEXT,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    CHECK ((person_id IS NULL) <> (headcount IS NULL)),
    CHECK ((certificate_number IS NULL) = (certificate_on IS NULL)),
    CHECK (certificate_number IS NULL OR person_id IS NOT NULL),
    UNIQUE (session_id, person_id)
) STRICT;
CREATE INDEX training_participations_session_id ON training_participations (session_id, id);
CREATE INDEX training_participations_agency_id ON training_participations (agency_id);
CREATE INDEX training_participations_person_id ON training_participations (person_id);
CREATE INDEX training_participations_account_id ON training_participations (account_id);
