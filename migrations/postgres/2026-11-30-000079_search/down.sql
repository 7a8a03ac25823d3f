DROP TABLE search_rules;
DROP TABLE search_entries;
