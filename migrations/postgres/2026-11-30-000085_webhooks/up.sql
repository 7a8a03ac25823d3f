-- Addresses outside that are told what happens.
CREATE TABLE webhooks (
    id UUID NOT NULL PRIMARY KEY,
    -- Whose it is: nothing of others is sent to it.
    agency_id UUID REFERENCES agencies (id),
    -- Who answers for it: what this account may not know is not sent.
    account_id UUID NOT NULL REFERENCES accounts (id),
    url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    description TEXT CHECK (length(description) BETWEEN 1 AND 500),
    -- Kinds of events with a space between them; all where it is empty.
    kinds TEXT NOT NULL,
    programme_id UUID REFERENCES programmes (id),
    status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
    disabled_reason TEXT CHECK (disabled_reason IN ('BY_HAND', 'GONE', 'FAILING', 'OWNER_DISABLED', 'RIGHT_WITHDRAWN')),
    disabled_at TIMESTAMP,
    -- Sealed: they must sign again.
    secret_sealed TEXT NOT NULL,
    previous_sealed TEXT,
    previous_until TIMESTAMP,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    -- The number in the feed up to which events were looked at.
    seen_seq BIGINT NOT NULL CHECK (seen_seq >= 0),
    last_success_at TIMESTAMP,
    failing_since TIMESTAMP,
    CHECK ((status = 'DISABLED') = (disabled_reason IS NOT NULL)),
    CHECK ((status = 'DISABLED') = (disabled_at IS NOT NULL)),
    CHECK ((previous_sealed IS NULL) = (previous_until IS NULL))
);
CREATE INDEX webhooks_agency_id ON webhooks (agency_id, id);
CREATE INDEX webhooks_account_id ON webhooks (account_id);
CREATE INDEX webhooks_programme_id ON webhooks (programme_id);
CREATE INDEX webhooks_behind ON webhooks (seen_seq) WHERE status = 'ACTIVE';

-- Messages to them: the queue, and the log of it.
CREATE TABLE webhook_deliveries (
    id UUID NOT NULL PRIMARY KEY,
    webhook_id UUID NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    -- Number of the event in the feed; absent for a message that tries whether it arrives.
    event_seq BIGINT,
    kind TEXT NOT NULL,
    -- Messages of one object are sent in the order of its events.
    subject_id UUID NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'DELIVERED', 'DEAD', 'WITHHELD')),
    -- Tries over all, and since it was asked for last.
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND attempts),
    created_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP NOT NULL,
    first_tried_at TIMESTAMP,
    ended_at TIMESTAMP,
    -- Names who sends it until `due_at`; whoever comes back later tells nothing.
    lease UUID,
    UNIQUE (webhook_id, event_seq),
    CHECK ((state = 'PENDING') = (ended_at IS NULL))
);
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (webhook_id, state, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at) WHERE state = 'PENDING';
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (webhook_id, subject_id, event_seq) WHERE state = 'PENDING';
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- Tries to deliver. Appended.
CREATE TABLE webhook_attempts (
    delivery_id UUID NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    at TIMESTAMP NOT NULL,
    millis INTEGER NOT NULL CHECK (millis >= 0),
    status INTEGER CHECK (status BETWEEN 100 AND 999),
    fault TEXT CHECK (fault IN ('STATUS', 'REDIRECT', 'NAME_UNKNOWN', 'ADDRESS_FORBIDDEN', 'CONNECTION', 'TLS', 'TIMED_OUT', 'UNSIGNED', 'INTERRUPTED')),
    -- The beginning of what the receiver said.
    answer TEXT,
    PRIMARY KEY (delivery_id, number)
);
