-- When work is done and what is to be reported by when: working days, reporting regimes by date, and what each agency owes.

-- Years whose days off are known; of any other year nothing is guessed.
CREATE TABLE working_years (
    year INTEGER NOT NULL PRIMARY KEY CHECK (year BETWEEN 1945 AND 2200),
    -- The notice or law that it rests on, in words.
    source TEXT NOT NULL,
    -- Not attested yet; somebody has to look at the notice.
    to_confirm BOOLEAN NOT NULL
);

-- Days that are not as the week has them.
CREATE TABLE special_days (
    day DATE NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL REFERENCES working_years (year),
    kind TEXT NOT NULL CHECK (kind IN ('HOLIDAY', 'COMPENSATORY', 'SWAPPED_OFF', 'SWAPPED_WORK')),
    name TEXT NOT NULL
);
CREATE INDEX special_days_year ON special_days (year);

-- Reporting regimes, one row for each time that a rule was in force; a change is a new row under the same code.
CREATE TABLE regimes (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT COLLATE "C" NOT NULL CHECK (length(code) BETWEEN 2 AND 64),
    name TEXT NOT NULL,
    -- Absent: for every programme.
    programme_id UUID REFERENCES programmes (id),
    kind TEXT NOT NULL CHECK (kind IN ('PERIODIC', 'THEMATIC', 'AD_HOC')),
    -- What a report is about: the whole programme, or each task that the agency is assigned.
    subject TEXT NOT NULL CHECK (subject IN ('PROGRAMME', 'TASK')),
    frequency TEXT CHECK (frequency IN ('MONTH', 'QUARTER', 'HALF_YEAR', 'NINE_MONTHS', 'YEAR')),
    -- Windows begin on this day of the month that lies so many months before the period's first.
    window_day INTEGER CHECK (window_day BETWEEN 1 AND 28),
    window_months_before INTEGER CHECK (window_months_before BETWEEN 0 AND 12),
    due_rule TEXT CHECK (due_rule IN ('CALENDAR_DAY', 'WORKING_DAYS')),
    -- Months after the period's last one (negative: before), and the day there.
    due_month_offset INTEGER CHECK (due_month_offset BETWEEN -12 AND 12),
    due_day INTEGER CHECK (due_day BETWEEN 1 AND 31),
    -- Working days after the cut-off.
    due_working_days INTEGER CHECK (due_working_days BETWEEN 1 AND 60),
    -- Whether a due day that is a day off moves to the next working day.
    due_rolls BOOLEAN NOT NULL,
    -- Due before its window ends: values are estimates until a final report supersedes them.
    is_estimate BOOLEAN NOT NULL,
    -- Roles whose holders owe a report where it is about tasks: LEAD or ALL.
    obliged_roles TEXT CHECK (obliged_roles IN ('LEAD', 'ALL')),
    receiver_id UUID REFERENCES agencies (id),
    -- JSON: the sections of the narrative, the fields of the data form, the rules of chasing.
    outline TEXT NOT NULL,
    form TEXT NOT NULL,
    chasing TEXT NOT NULL,
    basis_document_id UUID REFERENCES documents (id),
    basis_as_written TEXT NOT NULL,
    valid_from DATE NOT NULL,
    -- First day on which it no longer holds.
    valid_to DATE,
    note TEXT,
    CHECK ((kind = 'PERIODIC') = (frequency IS NOT NULL)),
    CHECK ((kind = 'PERIODIC') = (due_rule IS NOT NULL)),
    CHECK (valid_to IS NULL OR valid_from < valid_to),
    UNIQUE (code, valid_from)
);
CREATE INDEX regimes_programme_id ON regimes (programme_id);
CREATE INDEX regimes_receiver_id ON regimes (receiver_id);
CREATE INDEX regimes_basis_document_id ON regimes (basis_document_id);

-- Agencies and collectives that owe a regime's reports about the whole programme.
CREATE TABLE regime_agencies (
    regime_id UUID NOT NULL REFERENCES regimes (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    rank INTEGER NOT NULL,
    PRIMARY KEY (regime_id, agency_id)
);
CREATE INDEX regime_agencies_agency_id ON regime_agencies (agency_id);

-- What an agency owes for a period. Made ahead of time; a missed one stays missed. One that nobody has acted on goes when an import
-- takes away the task-year that it follows from.
CREATE TABLE obligations (
    id UUID NOT NULL PRIMARY KEY,
    regime_id UUID NOT NULL REFERENCES regimes (id),
    programme_id UUID NOT NULL REFERENCES programmes (id),
    agency_id UUID NOT NULL REFERENCES agencies (id),
    occurrence_id UUID REFERENCES occurrences (id),
    task_id UUID REFERENCES tasks (id),
    -- The regime's code, whichever of its rows was in force.
    regime_code TEXT COLLATE "C" NOT NULL,
    -- E.g. 2019-Q2; for a report that was asked for, the request's own label.
    period TEXT COLLATE "C" NOT NULL CHECK (length(period) BETWEEN 4 AND 64),
    year INTEGER NOT NULL,
    window_from DATE NOT NULL,
    -- The cut-off, included.
    window_to DATE NOT NULL,
    -- Absent where the working days of a year are not known, which is then named.
    due_on DATE,
    unknown_year INTEGER,
    -- The collective through which the agency owes it.
    through_id UUID REFERENCES agencies (id),
    -- Who asked for it, where it was asked for.
    requester_id UUID REFERENCES agencies (id),
    is_excluded BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CHECK ((due_on IS NULL) = (unknown_year IS NOT NULL)),
    CHECK ((task_id IS NULL) = (occurrence_id IS NULL))
);
CREATE UNIQUE INDEX obligations_of_programme ON obligations (programme_id, regime_code, period, agency_id) WHERE task_id IS NULL;
CREATE UNIQUE INDEX obligations_of_task ON obligations (task_id, regime_code, period, agency_id) WHERE task_id IS NOT NULL;
CREATE INDEX obligations_agency_id ON obligations (agency_id, coalesce(due_on, '9999-12-31'), id);
CREATE INDEX obligations_programme_id ON obligations (programme_id, coalesce(due_on, '9999-12-31'), id);
CREATE INDEX obligations_due_on ON obligations (coalesce(due_on, '9999-12-31'), id);
CREATE INDEX obligations_regime_id ON obligations (regime_id);
CREATE INDEX obligations_occurrence_id ON obligations (occurrence_id);
CREATE INDEX obligations_through_id ON obligations (through_id);
CREATE INDEX obligations_requester_id ON obligations (requester_id);
CREATE INDEX obligations_unknown ON obligations (regime_id, period) WHERE due_on IS NULL;

-- Why an agency does not owe what it otherwise would, and when it owes it again. Appended.
CREATE TABLE obligation_exclusions (
    id UUID NOT NULL PRIMARY KEY,
    obligation_id UUID NOT NULL REFERENCES obligations (id),
    is_excluded BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    account_id UUID REFERENCES accounts (id),
    at TIMESTAMP NOT NULL
);
CREATE INDEX obligation_exclusions_obligation_id ON obligation_exclusions (obligation_id, id);
CREATE INDEX obligation_exclusions_account_id ON obligation_exclusions (account_id);
