DROP TABLE deliverable_files;
DROP TABLE deliverable_documents;
DROP TABLE deliverable_languages;
DROP TABLE deliverable_audiences;
DROP TABLE deliverable_versions;
DROP TABLE deliverables;
