DROP TABLE training_releases;
