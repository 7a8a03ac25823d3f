DROP TRIGGER reading_confirmations_not_changed;
CREATE TRIGGER reading_confirmations_not_changed BEFORE UPDATE ON reading_confirmations
BEGIN SELECT RAISE(ABORT, 'confirmations are kept as they are'); END;
