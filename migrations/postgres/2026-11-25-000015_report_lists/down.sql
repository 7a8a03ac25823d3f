DROP INDEX reports_external_ref;
DROP INDEX reports_period;
DROP INDEX reports_status;
