-- Whoever confirmed may be pseudonymised: another name, and neither post nor remark. Nothing else of a confirmation changes.
DROP TRIGGER reading_confirmations_not_changed ON reading_confirmations;
CREATE TRIGGER reading_confirmations_not_changed BEFORE UPDATE ON reading_confirmations FOR EACH ROW
WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.known_issue_id IS DISTINCT FROM OLD.known_issue_id OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.agency_id IS DISTINCT FROM OLD.agency_id OR NEW.confirmed_on IS DISTINCT FROM OLD.confirmed_on OR NEW.basis_document_id IS DISTINCT FROM OLD.basis_document_id OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at
    OR NEW.post IS NOT NULL OR NEW.remark IS NOT NULL)
EXECUTE FUNCTION acts_are_kept();
