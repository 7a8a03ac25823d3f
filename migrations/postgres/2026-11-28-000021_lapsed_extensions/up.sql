-- A request for more time that still waits when its task's year ends has come to nothing.
ALTER TABLE extensions
    DROP CONSTRAINT extensions_status_check,
    ADD CONSTRAINT extensions_status_check CHECK (status IN ('REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'LAPSED'));

-- What ended before leaves none of its requests waiting either.
UPDATE extensions SET
    status = 'LAPSED',
    decided_by = ended.account_id,
    decided_at = ended.at,
    decided_on = (ended.at + interval '7 hours')::date,
    decision_reason = coalesce(ended.reason, 'Nhiệm vụ đã được xác nhận hoàn thành.'),
    document_id = ended.document_id,
    self_decided = ended.self_decided
FROM occurrence_events AS ended
WHERE extensions.status = 'REQUESTED'
    AND ended.occurrence_id = extensions.occurrence_id
    AND ended.to_status IN ('COMPLETED', 'CANCELLED', 'WITHDRAWN');
