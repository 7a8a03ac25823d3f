DROP TABLE training_participations;
DROP TABLE training_session_materials;
DROP TABLE training_material_versions;
DROP TABLE training_materials;
DROP TABLE training_sessions;
DROP TABLE training_courses;
DROP TABLE training_plan_items;
