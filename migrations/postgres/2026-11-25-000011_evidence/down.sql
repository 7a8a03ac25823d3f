DROP TABLE file_claims;
DROP TABLE report_files;
DROP TABLE files;
