-- Days and thresholds of budget years, from the year on in which each row begins until the next one begins.
CREATE TABLE budget_rules (
    id UUID NOT NULL PRIMARY KEY,
    -- The first day of the first budget year; absent for what held before anybody wrote rules down.
    valid_from DATE UNIQUE,
    source TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
    to_confirm BOOLEAN NOT NULL,
    books_close_month INTEGER NOT NULL CHECK (books_close_month BETWEEN 1 AND 12),
    books_close_day INTEGER NOT NULL CHECK (books_close_day BETWEEN 1 AND 31),
    adjusted_until_month INTEGER NOT NULL CHECK (adjusted_until_month BETWEEN 1 AND 12),
    adjusted_until_day INTEGER NOT NULL CHECK (adjusted_until_day BETWEEN 1 AND 31),
    allocation_days INTEGER NOT NULL CHECK (allocation_days BETWEEN 0 AND 250),
    -- JSON: bounds in days, ascending.
    ageing TEXT NOT NULL,
    -- Absent for what came with the program.
    account_id UUID REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX budget_rules_account_id ON budget_rules (account_id);
INSERT INTO budget_rules (id, source, to_confirm, books_close_month, books_close_day, adjusted_until_month, adjusted_until_day, allocation_days, ageing, recorded_at)
VALUES ('00000000-0000-7000-8000-000000000062', 'Luật Ngân sách nhà nước', TRUE, 1, 31, 11, 15, 10, '[30,90,180,365]', '2026-11-29 00:00:00');

-- The classification of the state budget: digits whose meaning holds for a time.
CREATE TABLE budget_classification_codes (
    id UUID NOT NULL PRIMARY KEY,
    level TEXT NOT NULL CHECK (level IN ('CHAPTER', 'CATEGORY', 'SECTION', 'ITEM', 'SUBITEM')),
    code TEXT NOT NULL COLLATE "C" CHECK (length(code) BETWEEN 3 AND 4),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
    valid_from DATE NOT NULL,
    valid_to DATE,
    account_id UUID NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (level, code, valid_from),
    CHECK (valid_from < valid_to)
);
CREATE INDEX budget_classification_codes_account_id ON budget_classification_codes (account_id);
