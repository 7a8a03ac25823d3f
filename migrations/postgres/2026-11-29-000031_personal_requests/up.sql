-- What the law gives people who ask something of their data, by when: data, so that another law is another row. A day that no row
-- covers has no statutory clock.
CREATE TABLE personal_clocks (
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('ACCESS', 'CORRECT', 'DELETE', 'RESTRICT', 'OBJECT', 'WITHDRAW_CONSENT', 'OBTAIN_COPY')),
    -- The first day of receipt that it holds for, and the first that it no longer does.
    valid_from DATE NOT NULL,
    valid_to DATE,
    basis TEXT NOT NULL,
    acknowledge_working_days INTEGER CHECK (acknowledge_working_days > 0),
    -- Either hours from the instant of receipt, or days after the day of receipt.
    act_hours INTEGER CHECK (act_hours > 0),
    act_days INTEGER CHECK (act_days > 0),
    -- Where a processor or a third party is involved.
    act_days_third_party INTEGER CHECK (act_days_third_party >= act_days),
    -- One extension, of so many days at most.
    extension_days INTEGER CHECK (extension_days > 0),
    -- A last day that is off ends with the next working day (Civil Code 2015, article 148).
    rolls BOOLEAN NOT NULL,
    -- Not read in the law itself yet.
    to_confirm BOOLEAN NOT NULL,
    PRIMARY KEY (kind, valid_from),
    CHECK (valid_to IS NULL OR valid_from < valid_to),
    CHECK ((act_hours IS NULL) <> (act_days IS NULL))
);

INSERT INTO personal_clocks (kind, valid_from, valid_to, basis, acknowledge_working_days, act_hours, act_days, act_days_third_party, extension_days, rolls, to_confirm) VALUES
    ('ACCESS', '2023-07-01', '2026-01-01', 'Nghị định 13/2023/NĐ-CP', NULL, 72, NULL, NULL, NULL, FALSE, FALSE),
    ('CORRECT', '2023-07-01', '2026-01-01', 'Nghị định 13/2023/NĐ-CP', NULL, 72, NULL, NULL, NULL, FALSE, FALSE),
    ('DELETE', '2023-07-01', '2026-01-01', 'Nghị định 13/2023/NĐ-CP', NULL, 72, NULL, NULL, NULL, FALSE, FALSE),
    ('RESTRICT', '2023-07-01', '2026-01-01', 'Nghị định 13/2023/NĐ-CP', NULL, 72, NULL, NULL, NULL, FALSE, FALSE),
    ('OBJECT', '2023-07-01', '2026-01-01', 'Nghị định 13/2023/NĐ-CP', NULL, 72, NULL, NULL, NULL, FALSE, FALSE),
    ('WITHDRAW_CONSENT', '2023-07-01', '2026-01-01', 'Nghị định 13/2023/NĐ-CP', NULL, 72, NULL, NULL, NULL, FALSE, FALSE),
    ('OBTAIN_COPY', '2023-07-01', '2026-01-01', 'Nghị định 13/2023/NĐ-CP', NULL, 72, NULL, NULL, NULL, FALSE, FALSE),
    ('ACCESS', '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP', 2, NULL, 10, 20, 15, TRUE, TRUE),
    ('CORRECT', '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP', 2, NULL, 10, 20, 15, TRUE, TRUE),
    ('DELETE', '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP', 2, NULL, 10, 20, 15, TRUE, TRUE),
    ('RESTRICT', '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP', 2, NULL, 15, 20, 15, TRUE, FALSE),
    ('OBJECT', '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP', 2, NULL, 15, 20, 15, TRUE, FALSE),
    ('WITHDRAW_CONSENT', '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP', 2, NULL, 15, 20, 15, TRUE, FALSE),
    ('OBTAIN_COPY', '2026-01-01', NULL, 'Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP', 2, NULL, 10, 20, 15, TRUE, TRUE);

-- What people ask of the data that is kept of them.
CREATE TABLE personal_requests (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('ACCESS', 'CORRECT', 'DELETE', 'RESTRICT', 'OBJECT', 'WITHDRAW_CONSENT', 'OBTAIN_COPY')),
    channel TEXT NOT NULL CHECK (channel IN ('PAPER', 'IN_PERSON', 'EMAIL', 'PHONE', 'ONLINE')),
    received_at TIMESTAMP NOT NULL,
    involves_third_party BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('RECEIVED', 'ACKNOWLEDGED', 'EXTENDED', 'DONE', 'REFUSED')),
    clock TEXT NOT NULL CHECK (clock IN ('SET', 'NO_STATUTORY_CLOCK', 'CALENDAR_UNKNOWN')),
    basis TEXT,
    -- Last days; an instant as well where the law counts hours.
    acknowledge_by DATE,
    act_by DATE,
    act_by_at TIMESTAMP,
    extended_until DATE,
    revision INTEGER NOT NULL CHECK (revision > 0),
    account_id UUID NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL,
    CHECK ((clock = 'NO_STATUTORY_CLOCK') = (basis IS NULL))
);
CREATE INDEX personal_requests_person_id ON personal_requests (person_id, id);
CREATE INDEX personal_requests_account_id ON personal_requests (account_id);
CREATE INDEX personal_requests_open ON personal_requests (id) WHERE state IN ('RECEIVED', 'ACKNOWLEDGED', 'EXTENDED');

CREATE TABLE personal_request_steps (
    request_id UUID NOT NULL REFERENCES personal_requests (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    step TEXT NOT NULL CHECK (step IN ('ACKNOWLEDGED', 'EXTENDED', 'DONE', 'REFUSED')),
    taken_at TIMESTAMP NOT NULL,
    -- Of an extension.
    until DATE,
    reason TEXT,
    legal_ground TEXT,
    account_id UUID NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (request_id, rank),
    CHECK ((step = 'EXTENDED') = (until IS NOT NULL)),
    CHECK (step NOT IN ('EXTENDED', 'REFUSED') OR reason IS NOT NULL),
    CHECK ((step = 'REFUSED') = (legal_ground IS NOT NULL))
);
CREATE INDEX personal_request_steps_account_id ON personal_request_steps (account_id);
