-- Units of committees have somebody at their head, one at a time.

ALTER TABLE committee_seats DROP CONSTRAINT committee_seats_role_check;
ALTER TABLE committee_seats ADD CONSTRAINT committee_seats_role_check CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY', 'UNIT_HEAD'));
ALTER TABLE meeting_seats DROP CONSTRAINT meeting_seats_role_check;
ALTER TABLE meeting_seats ADD CONSTRAINT meeting_seats_role_check CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY', 'UNIT_HEAD'));
ALTER TABLE committee_seats DROP CONSTRAINT committee_seats_single;
ALTER TABLE committee_seats ADD CONSTRAINT committee_seats_single EXCLUDE USING gist
    (committee_id WITH =, role WITH =, (CASE WHEN role = 'UNIT_HEAD' THEN unit ELSE '' END) WITH =, daterange(valid_from, valid_to) WITH &&)
    WHERE (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'UNIT_HEAD'));
ALTER TABLE committee_seats ADD CONSTRAINT committee_seats_unit_head CHECK (role <> 'UNIT_HEAD' OR unit IS NOT NULL);
