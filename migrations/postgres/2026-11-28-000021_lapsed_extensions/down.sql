UPDATE extensions SET status = 'REJECTED' WHERE status = 'LAPSED';
ALTER TABLE extensions
    DROP CONSTRAINT extensions_status_check,
    ADD CONSTRAINT extensions_status_check CHECK (status IN ('REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN'));
