DROP TABLE conclusion_coordinators;
DROP TABLE conclusions;
DROP TABLE minutes_corrections;
DROP TABLE meeting_invitees;
DROP TABLE meeting_items;
DROP TABLE meetings;
DROP FUNCTION minutes_are_kept;
