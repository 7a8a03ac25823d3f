DROP TABLE search_rules;
DROP TRIGGER search_entries_removed;
DROP TRIGGER search_entries_added;
DROP TABLE search_words;
DROP TABLE search_entries;
