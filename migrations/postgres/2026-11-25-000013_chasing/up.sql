-- Who was reminded or urged, and to whom silence was told. Appended; whether one was answered follows from the obligation.
CREATE TABLE notices (
    id UUID NOT NULL PRIMARY KEY,
    obligation_id UUID NOT NULL REFERENCES obligations (id),
    programme_id UUID NOT NULL REFERENCES programmes (id),
    -- Who owes the report.
    owing_id UUID NOT NULL REFERENCES agencies (id),
    kind TEXT NOT NULL CHECK (kind IN ('REMINDER', 'URGING', 'ESCALATION')),
    level TEXT NOT NULL CHECK (level IN ('AGENCY', 'STANDING', 'COMMITTEE', 'AUTHORITY')),
    -- To whom it is addressed; absent where the programme names nobody at the level.
    addressee_id UUID REFERENCES agencies (id),
    -- Days after the due day (negative: before) at which a rule asked for it; absent where a person did.
    offset_days INTEGER CHECK (offset_days BETWEEN -365 AND 365),
    text TEXT CHECK (length(text) BETWEEN 1 AND 2000),
    account_id UUID REFERENCES accounts (id),
    day DATE NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    CHECK ((kind = 'URGING') = (offset_days IS NULL)),
    CHECK ((kind = 'URGING') = (text IS NOT NULL)),
    CHECK ((kind = 'URGING') = (account_id IS NOT NULL)),
    CHECK ((kind = 'ESCALATION') = (level <> 'AGENCY')),
    -- Each rule speaks once.
    UNIQUE (obligation_id, kind, level, offset_days)
);
CREATE INDEX notices_programme_id ON notices (programme_id, id);
CREATE INDEX notices_owing_id ON notices (owing_id, id);
CREATE INDEX notices_addressee_id ON notices (addressee_id, id);
CREATE INDEX notices_account_id ON notices (account_id);
