DROP TRIGGER reading_confirmations_not_changed ON reading_confirmations;
CREATE TRIGGER reading_confirmations_not_changed BEFORE UPDATE ON reading_confirmations
FOR EACH ROW EXECUTE FUNCTION acts_are_kept();
