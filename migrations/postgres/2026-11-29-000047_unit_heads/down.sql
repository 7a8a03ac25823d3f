ALTER TABLE committee_seats DROP CONSTRAINT committee_seats_unit_head;
ALTER TABLE committee_seats DROP CONSTRAINT committee_seats_single;
UPDATE committee_seats SET role = 'MEMBER' WHERE role = 'UNIT_HEAD';
ALTER TABLE meeting_seats DISABLE TRIGGER USER;
UPDATE meeting_seats SET role = 'MEMBER' WHERE role = 'UNIT_HEAD';
ALTER TABLE meeting_seats ENABLE TRIGGER USER;
ALTER TABLE committee_seats DROP CONSTRAINT committee_seats_role_check;
ALTER TABLE committee_seats ADD CONSTRAINT committee_seats_role_check CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY'));
ALTER TABLE meeting_seats DROP CONSTRAINT meeting_seats_role_check;
ALTER TABLE meeting_seats ADD CONSTRAINT meeting_seats_role_check CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY'));
ALTER TABLE committee_seats ADD CONSTRAINT committee_seats_single EXCLUDE USING gist (committee_id WITH =, role WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (role IN ('HEAD', 'STANDING_DEPUTY_HEAD'));
