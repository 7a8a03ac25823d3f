-- To whom an event is addressed besides those whose matter it is: of an escalation, who is told of the silence.
ALTER TABLE events ADD COLUMN addressee_id UUID;
CREATE INDEX events_addressee_id ON events (addressee_id, seq) WHERE addressee_id IS NOT NULL;
