ALTER TABLE obligation_exclusions DROP COLUMN counts_on;
ALTER TABLE obligations DROP COLUMN owed_from;
