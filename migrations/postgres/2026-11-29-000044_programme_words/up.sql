-- An amendment changes every word of a programme: its own, its objectives, measures and duties too.
ALTER TABLE programme_past DROP CONSTRAINT programme_past_kind_check;
ALTER TABLE programme_past ADD CONSTRAINT programme_past_kind_check
    CHECK (kind IN ('GROUP', 'TASK', 'TARGET', 'OBJECTIVE', 'MEASURE', 'DUTY', 'PROGRAMME'));

-- The first day on which the words hold (nothing: with the programme as signed), and the first on which the row no longer does.
ALTER TABLE objectives ADD COLUMN valid_from DATE;
ALTER TABLE objectives ADD COLUMN valid_to DATE;
ALTER TABLE measures ADD COLUMN valid_from DATE;
ALTER TABLE measures ADD COLUMN valid_to DATE;
ALTER TABLE responsibilities ADD COLUMN valid_from DATE;
ALTER TABLE responsibilities ADD COLUMN valid_to DATE;
ALTER TABLE programmes ADD COLUMN valid_from DATE;
