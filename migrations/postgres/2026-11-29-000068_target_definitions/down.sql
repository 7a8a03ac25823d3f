DROP TABLE target_values;
DROP TABLE target_definitions;
