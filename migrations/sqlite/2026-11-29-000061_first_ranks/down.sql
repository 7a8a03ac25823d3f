ALTER TABLE measure_tasks DROP COLUMN first_rank;
ALTER TABLE measure_targets DROP COLUMN first_rank;
