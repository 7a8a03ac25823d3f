DROP TABLE idempotency_keys;
DROP TABLE report_versions;
DROP TABLE reports;
