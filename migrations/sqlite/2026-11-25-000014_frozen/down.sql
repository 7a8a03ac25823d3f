DROP TRIGGER frozen_statistics_not_changed;
DROP TRIGGER frozen_statistics_not_removed;
DROP TABLE frozen_statistics;
