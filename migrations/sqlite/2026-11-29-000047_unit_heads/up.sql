-- Units of committees have somebody at their head, one at a time.

-- The column is made anew, as its rule gets wider; what it holds is carried over.
DROP TRIGGER committee_seats_single_new;
DROP TRIGGER committee_seats_single_changed;
DROP INDEX committee_seats_committee_id;
ALTER TABLE committee_seats ADD COLUMN role_made_anew TEXT NOT NULL DEFAULT 'MEMBER'
    CHECK (role_made_anew IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY', 'UNIT_HEAD'))
    CHECK (role_made_anew <> 'UNIT_HEAD' OR unit IS NOT NULL);
UPDATE committee_seats SET role_made_anew = role;
ALTER TABLE committee_seats DROP COLUMN role;
ALTER TABLE committee_seats RENAME COLUMN role_made_anew TO role;
CREATE INDEX committee_seats_committee_id ON committee_seats (committee_id, role);
CREATE TRIGGER committee_seats_single_new BEFORE INSERT ON committee_seats WHEN NEW.role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'UNIT_HEAD') BEGIN
    SELECT RAISE(ABORT, 'committee_seats_single') FROM committee_seats AS other
    WHERE other.committee_id = NEW.committee_id AND other.role = NEW.role AND (NEW.role <> 'UNIT_HEAD' OR other.unit IS NEW.unit) AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
CREATE TRIGGER committee_seats_single_changed BEFORE UPDATE ON committee_seats WHEN NEW.role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'UNIT_HEAD') BEGIN
    SELECT RAISE(ABORT, 'committee_seats_single') FROM committee_seats AS other
    WHERE other.committee_id = NEW.committee_id AND other.role = NEW.role AND (NEW.role <> 'UNIT_HEAD' OR other.unit IS NEW.unit) AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;

DROP TRIGGER meeting_seats_signed_changed;
ALTER TABLE meeting_seats ADD COLUMN role_made_anew TEXT NOT NULL DEFAULT 'MEMBER' CHECK (role_made_anew IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY', 'UNIT_HEAD'));
UPDATE meeting_seats SET role_made_anew = role;
ALTER TABLE meeting_seats DROP COLUMN role;
ALTER TABLE meeting_seats RENAME COLUMN role_made_anew TO role;
CREATE TRIGGER meeting_seats_signed_changed BEFORE UPDATE OF meeting_id, seat_id, rank, unit, role, name ON meeting_seats
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
