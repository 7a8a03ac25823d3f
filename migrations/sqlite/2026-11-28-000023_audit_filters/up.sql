-- The audit log is asked for a login, a time, a kind of thing, or one thing: each by an index.
DROP INDEX audit_entries_subject;
CREATE INDEX audit_entries_subject ON audit_entries (subject, id);
CREATE INDEX audit_entries_subject_id ON audit_entries (subject_id, id);
CREATE INDEX audit_entries_login ON audit_entries (login, id);
CREATE INDEX audit_entries_at ON audit_entries (at);
