-- What was held keeps the roster of its day; seats go with headship, not with a title; what is signed is locked as a whole.

-- The roster of the day of a meeting, as it was known when the meeting was held.
CREATE TABLE meeting_seats (
    meeting_id UUID NOT NULL REFERENCES meetings (id),
    seat_id UUID NOT NULL REFERENCES committee_seats (id),
    rank INTEGER NOT NULL CHECK (rank > 0),
    unit TEXT CHECK (unit IN ('SECRETARIAT', 'SUPPORT_TEAM')),
    role TEXT NOT NULL CHECK (role IN ('HEAD', 'STANDING_DEPUTY_HEAD', 'DEPUTY_HEAD', 'STANDING_MEMBER', 'MEMBER', 'SECRETARY')),
    -- As printed; null where nobody sat.
    name TEXT CHECK (length(name) BETWEEN 1 AND 200),
    person_id UUID REFERENCES persons (id),
    PRIMARY KEY (meeting_id, seat_id)
);
CREATE INDEX meeting_seats_seat_id ON meeting_seats (seat_id);
CREATE INDEX meeting_seats_person_id ON meeting_seats (person_id);

INSERT INTO meeting_seats (meeting_id, seat_id, rank, unit, role, name, person_id)
SELECT m.id, s.id, row_number() OVER (PARTITION BY m.id ORDER BY s.unit IS NOT NULL, s.unit, s.rank), s.unit, s.role,
       coalesce(y.printed_name, h.name), coalesce(y.person_id, p.person_id)
FROM meetings m
JOIN committee_seats s ON s.committee_id = m.committee_id AND s.valid_from <= (m.starts_at + interval '7 hours')::date AND (s.valid_to IS NULL OR (m.starts_at + interval '7 hours')::date < s.valid_to)
LEFT JOIN committee_stays y ON y.seat_id = s.id AND y.valid_from <= (m.starts_at + interval '7 hours')::date AND (y.valid_to IS NULL OR (m.starts_at + interval '7 hours')::date < y.valid_to)
LEFT JOIN post_holders h ON h.post_id = s.post_id AND h.valid_from <= (m.starts_at + interval '7 hours')::date AND (h.valid_to IS NULL OR (m.starts_at + interval '7 hours')::date < h.valid_to)
LEFT JOIN post_holder_persons p ON p.holder_id = h.id
WHERE m.status = 'HELD';

-- Ex officio: whoever heads the agency sits here, under whatever title.
ALTER TABLE committee_seats ADD COLUMN head_of_id UUID REFERENCES agencies (id) CHECK (head_of_id IS NULL OR post_id IS NULL);
CREATE INDEX committee_seats_head_of_id ON committee_seats (head_of_id);
UPDATE committee_seats SET head_of_id = (SELECT p.agency_id FROM agency_posts p WHERE p.id = committee_seats.post_id), post_id = NULL
WHERE post_id IN (SELECT id FROM agency_posts WHERE is_head);

-- No two hold one post at once.
ALTER TABLE post_holders ADD CONSTRAINT post_holders_follow EXCLUDE USING gist (post_id WITH =, daterange(valid_from, valid_to) WITH &&);

-- What belongs to signed minutes stays with them.
CREATE FUNCTION with_signed_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM meetings m WHERE m.signed_on IS NOT NULL
               AND (TG_OP <> 'INSERT' AND m.id = OLD.meeting_id OR TG_OP <> 'DELETE' AND m.id = NEW.meeting_id)) THEN
        RAISE EXCEPTION 'what is signed is kept as it is';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION with_signed_conclusions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM conclusions c JOIN meetings m ON m.id = c.meeting_id WHERE m.signed_on IS NOT NULL
               AND (TG_OP <> 'INSERT' AND c.id = OLD.conclusion_id OR TG_OP <> 'DELETE' AND c.id = NEW.conclusion_id)) THEN
        RAISE EXCEPTION 'what is signed is kept as it is';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_signed_plan BEFORE UPDATE ON meetings FOR EACH ROW
WHEN (OLD.signed_on IS NOT NULL AND (NEW.committee_id, NEW.programme_id, NEW.title, NEW.place, NEW.ends_at, NEW.quorum)
    IS DISTINCT FROM (OLD.committee_id, OLD.programme_id, OLD.title, OLD.place, OLD.ends_at, OLD.quorum))
EXECUTE FUNCTION minutes_are_kept();
-- Which person of the register a printed name was may be forgotten.
CREATE TRIGGER meeting_seats_signed BEFORE INSERT OR UPDATE OF meeting_id, seat_id, rank, unit, role, name OR DELETE ON meeting_seats FOR EACH ROW EXECUTE FUNCTION with_signed_minutes();
CREATE TRIGGER meeting_invitees_signed BEFORE INSERT OR UPDATE OR DELETE ON meeting_invitees FOR EACH ROW EXECUTE FUNCTION with_signed_minutes();
CREATE TRIGGER meeting_items_signed BEFORE INSERT OR UPDATE OR DELETE ON meeting_items FOR EACH ROW EXECUTE FUNCTION with_signed_minutes();
CREATE TRIGGER conclusions_signed BEFORE INSERT OR UPDATE OR DELETE ON conclusions FOR EACH ROW EXECUTE FUNCTION with_signed_minutes();
CREATE TRIGGER conclusion_coordinators_signed BEFORE INSERT OR UPDATE OR DELETE ON conclusion_coordinators
FOR EACH ROW EXECUTE FUNCTION with_signed_conclusions();

-- What was done to committees is appended, never changed.
CREATE FUNCTION acts_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'acts are kept as they are';
END $$;
CREATE TRIGGER committee_acts_kept BEFORE UPDATE OR DELETE ON committee_acts FOR EACH ROW EXECUTE FUNCTION acts_are_kept();
