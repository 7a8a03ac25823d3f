DROP INDEX audit_entries_at;
DROP INDEX audit_entries_login;
DROP INDEX audit_entries_subject_id;
DROP INDEX audit_entries_subject;
CREATE INDEX audit_entries_subject ON audit_entries (subject, subject_id, id);
