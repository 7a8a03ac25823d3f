DROP TABLE post_holder_persons;
DROP TABLE person_restricted_fields;
DROP TABLE persons;
