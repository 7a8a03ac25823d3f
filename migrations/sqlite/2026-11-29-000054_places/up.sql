-- The act that opened a row of a committee is found by the row: where the act stands in its document the row stands.
CREATE INDEX committee_act_changes_row_id ON committee_act_changes (row_id);
