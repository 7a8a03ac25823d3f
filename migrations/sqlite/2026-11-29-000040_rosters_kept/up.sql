-- What was held keeps the roster of its day; seats go with headship, not with a title; what is signed is locked as a whole.

-- The roster of the day of a meeting, as it was known when the meeting was held.
CREATE TABLE meeting_seats (
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    seat_id BLOB NOT NULL REFERENCES committee_seats (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    unit TEXT CHECK (unit IN ('SECRETARIAT', 'SUPPORT_TEAM')),
    role TEXT NOT NULL CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY')),
    -- As printed; null where nobody sat.
    name TEXT CHECK (length(name) BETWEEN 1 AND 200),
    person_id BLOB REFERENCES persons (id),
    PRIMARY KEY (meeting_id, seat_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_seats_seat_id ON meeting_seats (seat_id);
CREATE INDEX meeting_seats_person_id ON meeting_seats (person_id);

INSERT INTO meeting_seats (meeting_id, seat_id, rank, unit, role, name, person_id)
SELECT m.id, s.id, row_number() OVER (PARTITION BY m.id ORDER BY s.unit IS NOT NULL, s.unit, s.rank), s.unit, s.role,
       coalesce(y.printed_name, h.name), coalesce(y.person_id, p.person_id)
FROM meetings m
JOIN committee_seats s ON s.committee_id = m.committee_id AND s.valid_from <= date(m.starts_at, '+7 hours') AND (s.valid_to IS NULL OR date(m.starts_at, '+7 hours') < s.valid_to)
LEFT JOIN committee_stays y ON y.seat_id = s.id AND y.valid_from <= date(m.starts_at, '+7 hours') AND (y.valid_to IS NULL OR date(m.starts_at, '+7 hours') < y.valid_to)
LEFT JOIN post_holders h ON h.post_id = s.post_id AND h.valid_from <= date(m.starts_at, '+7 hours') AND (h.valid_to IS NULL OR date(m.starts_at, '+7 hours') < h.valid_to)
LEFT JOIN post_holder_persons p ON p.holder_id = h.id
WHERE m.status = 'HELD';

-- Ex officio: whoever heads the agency sits here, under whatever title.
ALTER TABLE committee_seats ADD COLUMN head_of_id BLOB REFERENCES agencies (id) CHECK (head_of_id IS NULL OR post_id IS NULL);
CREATE INDEX committee_seats_head_of_id ON committee_seats (head_of_id);
UPDATE committee_seats SET head_of_id = (SELECT p.agency_id FROM agency_posts p WHERE p.id = committee_seats.post_id), post_id = NULL
WHERE post_id IN (SELECT id FROM agency_posts WHERE is_head);

-- No two hold one post at once; what PostgreSQL holds by exclusion.
CREATE TRIGGER post_holders_follow_new BEFORE INSERT ON post_holders BEGIN
    SELECT RAISE(ABORT, 'post_holders_follow') FROM post_holders AS other
    WHERE other.post_id = NEW.post_id AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;
CREATE TRIGGER post_holders_follow_changed BEFORE UPDATE ON post_holders BEGIN
    SELECT RAISE(ABORT, 'post_holders_follow') FROM post_holders AS other
    WHERE other.post_id = NEW.post_id AND other.id <> NEW.id
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to) AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to);
END;

-- What belongs to signed minutes stays with them.
CREATE TRIGGER meetings_signed_plan BEFORE UPDATE ON meetings
WHEN OLD.signed_on IS NOT NULL AND (NEW.committee_id IS NOT OLD.committee_id OR NEW.programme_id IS NOT OLD.programme_id
    OR NEW.title IS NOT OLD.title OR NEW.place IS NOT OLD.place OR NEW.ends_at IS NOT OLD.ends_at OR NEW.quorum IS NOT OLD.quorum)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_seats_signed_new BEFORE INSERT ON meeting_seats
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = NEW.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
-- Which person of the register a printed name was may be forgotten.
CREATE TRIGGER meeting_seats_signed_changed BEFORE UPDATE OF meeting_id, seat_id, rank, unit, role, name ON meeting_seats
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_seats_signed_removed BEFORE DELETE ON meeting_seats
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_invitees_signed_new BEFORE INSERT ON meeting_invitees
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = NEW.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_invitees_signed_changed BEFORE UPDATE ON meeting_invitees
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_invitees_signed_removed BEFORE DELETE ON meeting_invitees
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_items_signed_new BEFORE INSERT ON meeting_items
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = NEW.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_items_signed_changed BEFORE UPDATE ON meeting_items
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER meeting_items_signed_removed BEFORE DELETE ON meeting_items
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER conclusions_signed_new BEFORE INSERT ON conclusions
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = NEW.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER conclusions_signed_changed BEFORE UPDATE ON conclusions
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER conclusions_signed_removed BEFORE DELETE ON conclusions
WHEN EXISTS (SELECT 1 FROM meetings m WHERE m.id = OLD.meeting_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER conclusion_coordinators_signed_new BEFORE INSERT ON conclusion_coordinators
WHEN EXISTS (SELECT 1 FROM conclusions c JOIN meetings m ON m.id = c.meeting_id WHERE c.id = NEW.conclusion_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER conclusion_coordinators_signed_changed BEFORE UPDATE ON conclusion_coordinators
WHEN EXISTS (SELECT 1 FROM conclusions c JOIN meetings m ON m.id = c.meeting_id WHERE c.id = OLD.conclusion_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;
CREATE TRIGGER conclusion_coordinators_signed_removed BEFORE DELETE ON conclusion_coordinators
WHEN EXISTS (SELECT 1 FROM conclusions c JOIN meetings m ON m.id = c.meeting_id WHERE c.id = OLD.conclusion_id AND m.signed_on IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what is signed is kept as it is'); END;

-- What was done to committees is appended, never changed.
CREATE TRIGGER committee_acts_not_changed BEFORE UPDATE ON committee_acts BEGIN SELECT RAISE(ABORT, 'acts are kept as they are'); END;
CREATE TRIGGER committee_acts_not_removed BEFORE DELETE ON committee_acts BEGIN SELECT RAISE(ABORT, 'acts are kept as they are'); END;
