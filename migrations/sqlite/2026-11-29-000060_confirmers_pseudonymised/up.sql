-- Whoever confirmed may be pseudonymised: another name, and neither post nor remark. Nothing else of a confirmation changes.
DROP TRIGGER reading_confirmations_not_changed;
CREATE TRIGGER reading_confirmations_not_changed BEFORE UPDATE ON reading_confirmations
WHEN NEW.id IS NOT OLD.id OR NEW.known_issue_id IS NOT OLD.known_issue_id OR NEW.account_id IS NOT OLD.account_id OR NEW.agency_id IS NOT OLD.agency_id OR NEW.confirmed_on IS NOT OLD.confirmed_on OR NEW.basis_document_id IS NOT OLD.basis_document_id OR NEW.recorded_at IS NOT OLD.recorded_at
    OR NEW.post IS NOT NULL OR NEW.remark IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'confirmations are kept as they are'); END;
