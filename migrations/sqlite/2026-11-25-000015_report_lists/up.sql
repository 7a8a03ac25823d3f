-- Lists of reports over all programmes and agencies: what waits for somebody, what is of a period, what bears a reference.
CREATE INDEX reports_status ON reports (status, id);
CREATE INDEX reports_period ON reports (period, id);
CREATE INDEX reports_external_ref ON reports (external_ref, id) WHERE external_ref IS NOT NULL;
