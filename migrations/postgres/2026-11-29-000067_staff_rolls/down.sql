DROP TABLE staff_rolls;
