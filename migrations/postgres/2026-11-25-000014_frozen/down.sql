DROP TRIGGER frozen_statistics_kept ON frozen_statistics;
DROP TABLE frozen_statistics;
DROP FUNCTION frozen_is_kept();
