-- The first day on which something is owed that an amendment or an event brought; nothing for what the decision itself asks for.
ALTER TABLE obligations ADD COLUMN owed_from DATE;
-- The day from which an exclusion counts where that is not the day on which it was written down.
ALTER TABLE obligation_exclusions ADD COLUMN counts_on DATE;
