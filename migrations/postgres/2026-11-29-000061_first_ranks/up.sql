-- Where a link stood when its measure got the words that it has: the order of days on which tasks and targets held that hold no more.
ALTER TABLE measure_tasks ADD COLUMN first_rank INTEGER NOT NULL DEFAULT 0;
UPDATE measure_tasks SET first_rank = rank;
ALTER TABLE measure_targets ADD COLUMN first_rank INTEGER NOT NULL DEFAULT 0;
UPDATE measure_targets SET first_rank = rank;
