-- The promise: programme, objectives, targets, groups, tasks, who leads and coordinates, measures, duties, defects of the text.

CREATE TABLE programmes (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 2 AND 64),
    title TEXT NOT NULL,
    start_year INTEGER NOT NULL CHECK (start_year BETWEEN 1945 AND 2200),
    end_year INTEGER NOT NULL CHECK (end_year BETWEEN 1945 AND 2200),
    midpoint_year INTEGER,
    midpoint_note TEXT,
    period_as_written TEXT NOT NULL,
    scope TEXT,
    decision_id BLOB NOT NULL REFERENCES documents (id),
    parent_document_id BLOB REFERENCES documents (id),
    reports_to_id BLOB REFERENCES agencies (id),
    steering_committee_id BLOB REFERENCES agencies (id),
    standing_agency_id BLOB REFERENCES agencies (id),
    accountable_as_written TEXT,
    -- JSON: section, quotes, who allocates and settles (agency codes), note. The decision states no amount.
    funding TEXT,
    CHECK (start_year <= end_year)
) STRICT;
CREATE INDEX programmes_decision_id ON programmes (decision_id);
CREATE INDEX programmes_parent_document_id ON programmes (parent_document_id);
CREATE INDEX programmes_reports_to_id ON programmes (reports_to_id);
CREATE INDEX programmes_steering_committee_id ON programmes (steering_committee_id);
CREATE INDEX programmes_standing_agency_id ON programmes (standing_agency_id);

-- Each file that changed a programme, by its content. Appended, never changed.
CREATE TABLE programme_imports (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    content_sha256 TEXT NOT NULL,
    changes INTEGER NOT NULL,
    imported_at TEXT NOT NULL
) STRICT;
CREATE INDEX programme_imports_programme_id ON programme_imports (programme_id, id);

CREATE TABLE task_groups (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    title TEXT NOT NULL,
    section TEXT,
    UNIQUE (programme_id, code)
) STRICT;

CREATE TABLE objectives (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('GENERAL', 'SPECIFIC', 'ORIENTATION')),
    text TEXT NOT NULL,
    group_id BLOB REFERENCES task_groups (id),
    due_year INTEGER,
    note TEXT,
    UNIQUE (programme_id, code)
) STRICT;
CREATE INDEX objectives_group_id ON objectives (group_id);

CREATE TABLE tasks (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    group_id BLOB NOT NULL REFERENCES task_groups (id),
    code TEXT NOT NULL,
    number INTEGER NOT NULL,
    -- Position in the whole programme, in the order of the annex.
    rank INTEGER NOT NULL,
    title TEXT NOT NULL,
    -- The title without case, tone marks and diacritics (đ as d), for search.
    title_folded TEXT NOT NULL,
    recurrence TEXT NOT NULL CHECK (recurrence IN ('ANNUAL', 'FIXED')),
    period_as_written TEXT NOT NULL,
    start_year INTEGER NOT NULL,
    end_year INTEGER NOT NULL,
    period_note TEXT,
    lead_as_written TEXT NOT NULL,
    coordinating_as_written TEXT NOT NULL,
    note TEXT,
    UNIQUE (programme_id, code),
    CHECK (start_year <= end_year)
) STRICT;
CREATE UNIQUE INDEX tasks_programme_rank ON tasks (programme_id, rank, id);
CREATE INDEX tasks_group_id ON tasks (group_id, rank);
CREATE INDEX tasks_title ON tasks (title_folded, id);
CREATE INDEX tasks_start_year ON tasks (start_year, id);
CREATE INDEX tasks_end_year ON tasks (end_year, id);

CREATE TABLE assignments (
    id BLOB NOT NULL PRIMARY KEY,
    task_id BLOB NOT NULL REFERENCES tasks (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    role TEXT NOT NULL CHECK (role IN ('LEAD', 'COORDINATING')),
    rank INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    basis_document_id BLOB NOT NULL REFERENCES documents (id),
    UNIQUE (task_id, role, agency_id, valid_from),
    CHECK (valid_to IS NULL OR valid_from < valid_to)
) STRICT;
CREATE INDEX assignments_agency_id ON assignments (agency_id, role, task_id);
CREATE INDEX assignments_basis_document_id ON assignments (basis_document_id);

CREATE TABLE occurrences (
    id BLOB NOT NULL PRIMARY KEY,
    task_id BLOB NOT NULL REFERENCES tasks (id),
    year INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('NOT_STARTED', 'IN_PROGRESS', 'AWAITING_CONFIRMATION', 'COMPLETED', 'REDO', 'SUSPENDED', 'CANCELLED', 'WITHDRAWN', 'RETURNED')),
    UNIQUE (task_id, year)
) STRICT;
CREATE INDEX occurrences_year ON occurrences (year, task_id);

CREATE TABLE targets (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    objective_id BLOB REFERENCES objectives (id),
    task_id BLOB REFERENCES tasks (id),
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    section TEXT NOT NULL,
    text TEXT NOT NULL,
    comparator TEXT NOT NULL CHECK (comparator IN ('EXACTLY', 'AT_LEAST', 'RANGE', 'QUALITATIVE')),
    unit TEXT,
    -- In whole units; both NULL where the decision states no figure.
    value_min INTEGER,
    value_max INTEGER,
    due_year INTEGER,
    numerator TEXT,
    denominator TEXT,
    -- JSON: what the figure is counted over (required items, outlets, contents, conditions, agency codes).
    scope TEXT,
    note TEXT,
    UNIQUE (programme_id, code),
    CHECK ((comparator = 'QUALITATIVE') = (value_min IS NULL)),
    CHECK (value_max IS NULL OR value_min <= value_max)
) STRICT;
CREATE INDEX targets_objective_id ON targets (objective_id);
CREATE INDEX targets_task_id ON targets (task_id);

CREATE TABLE measures (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    text TEXT NOT NULL,
    note TEXT,
    UNIQUE (programme_id, code)
) STRICT;

-- The annex does not say which measure a task carries out: such links are INFERRED until somebody confirms them.
CREATE TABLE measure_tasks (
    measure_id BLOB NOT NULL REFERENCES measures (id),
    task_id BLOB NOT NULL REFERENCES tasks (id),
    rank INTEGER NOT NULL,
    certainty TEXT NOT NULL CHECK (certainty IN ('STATED', 'INFERRED')),
    PRIMARY KEY (measure_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX measure_tasks_task_id ON measure_tasks (task_id);

CREATE TABLE measure_targets (
    measure_id BLOB NOT NULL REFERENCES measures (id),
    target_id BLOB NOT NULL REFERENCES targets (id),
    rank INTEGER NOT NULL,
    PRIMARY KEY (measure_id, target_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX measure_targets_target_id ON measure_targets (target_id);

CREATE TABLE responsibilities (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    recurrence TEXT,
    -- JSON array of what the duty brings forth.
    produces TEXT,
    note TEXT,
    UNIQUE (programme_id, code)
) STRICT;
CREATE INDEX responsibilities_agency_id ON responsibilities (agency_id);

CREATE TABLE responsibility_agencies (
    responsibility_id BLOB NOT NULL REFERENCES responsibilities (id),
    agency_id BLOB NOT NULL REFERENCES agencies (id),
    relation TEXT NOT NULL CHECK (relation IN ('WITH', 'DIRECTED_AT')),
    rank INTEGER NOT NULL,
    PRIMARY KEY (responsibility_id, relation, agency_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX responsibility_agencies_agency_id ON responsibility_agencies (agency_id);

CREATE TABLE channels (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    operator_id BLOB REFERENCES agencies (id),
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    name TEXT NOT NULL,
    note TEXT,
    UNIQUE (programme_id, code)
) STRICT;
CREATE INDEX channels_operator_id ON channels (operator_id);

CREATE TABLE funding_sources (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    name TEXT NOT NULL,
    note TEXT,
    UNIQUE (programme_id, code)
) STRICT;

CREATE TABLE known_issues (
    id BLOB NOT NULL PRIMARY KEY,
    programme_id BLOB NOT NULL REFERENCES programmes (id),
    rank INTEGER NOT NULL,
    location TEXT NOT NULL,
    as_written TEXT,
    read_as TEXT,
    note TEXT,
    UNIQUE (programme_id, location)
) STRICT;

CREATE TABLE known_issue_tasks (
    known_issue_id BLOB NOT NULL REFERENCES known_issues (id),
    task_id BLOB NOT NULL REFERENCES tasks (id),
    PRIMARY KEY (known_issue_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_issue_tasks_task_id ON known_issue_tasks (task_id);
