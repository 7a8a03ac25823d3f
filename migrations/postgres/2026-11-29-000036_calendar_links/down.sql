ALTER TABLE meetings DROP COLUMN changed_at;
DROP TABLE calendar_links;
