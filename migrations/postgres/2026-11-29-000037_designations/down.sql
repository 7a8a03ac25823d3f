DROP TABLE designated_agencies;
DROP TABLE designations;
