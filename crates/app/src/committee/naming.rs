//! What an act on a committee names, resolved: documents, agencies, posts, people.
//! Must not stop at the first unknown name: each is a fault with its place.
//! What the act then changes is `domain::committee`.

use std::sync::Arc;

use domain::{
    agency::{AgencyId, Post},
    committee::{ActId, CommitteeActKind, Matter, Office, Person, PersonId, SeatDraft, SeatId, Sitter},
    document::{DocumentId, Place},
    error::{Code, Fault},
    id::Id,
    text,
};
use persistence::{Conn, DbError, committee as stored};

use super::act::{NewAct, NewPerson, NewSeat};
use crate::{App, Error, catalogue::Catalogue, document::named_in, words};

/// Seats of a roster at most.
const MAX_SEATS: usize = 200;
const MAX_NOTE: usize = 2000;
const MAX_NAME: usize = 200;
const MAX_POSITION: usize = 500;
const MAX_DUTY: usize = 5000;

/// What an act names, resolved; every unknown name is a fault.
pub(super) struct Naming<'a> {
    app: &'a App,
    catalogue: &'a Catalogue,
    new: &'a NewAct,
    /// New people.
    pub people: Vec<Person>,
    /// Those named by identifier, as the register calls them now.
    known: Vec<Person>,
    pub faults: Vec<Fault>,
}

impl<'a> Naming<'a> {
    pub fn new(app: &'a App, catalogue: &'a Catalogue, new: &'a NewAct) -> Self {
        Self { app, catalogue, new, people: Vec::new(), known: Vec::new(), faults: Vec::new() }
    }

    fn fault(&mut self, at: impl Into<String>, code: Code) {
        self.faults.push(Fault::new(at, code));
    }

    pub fn basis(&mut self, conn: &mut Conn) -> Result<Option<DocumentId>, Error> {
        let is_annulment = self.new.kind == CommitteeActKind::Annul;
        let Some(basis) = &self.new.basis else {
            match (is_annulment, &self.new.note) {
                (false, _) => self.fault("/basis", Code::FieldRequired),
                (true, None) => {
                    let words = ("Ghi văn bản hoặc lý do.", "Give a document or a reason.");
                    self.faults.push(Fault::worded("/note", Code::FieldRequired, words.0, words.1));
                }
                (true, Some(_)) => {}
            }
            return Ok(None);
        };
        match named_in(conn, "/basis", basis) {
            Ok(document) => Ok(Some(document)),
            Err(Error::Refused(refusal)) => {
                self.faults.extend(refusal.faults);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Where in its document the act stands.
    pub fn place(&mut self) -> Option<Place> {
        if self.new.basis.is_none() {
            self.new.place.without_document(&mut self.faults);
            return None;
        }
        self.new.place.read(&mut self.faults)
    }

    /// What the act is about, by its kind. What another kind would be about is not silently left aside.
    pub fn matter(&mut self) -> Matter {
        use CommitteeActKind as Kind;
        let new = self.new;
        let is_roster = matches!(new.kind, Kind::Establish | Kind::Consolidate);
        let foreign = [
            ("/authority", new.authority.is_some() && !is_roster),
            ("/standingAgency", new.standing_agency.is_some() && !is_roster && new.kind != Kind::Entrust),
            ("/seats", !new.seats.is_empty() && !is_roster && new.kind != Kind::Amend),
            ("/ended", !new.ended.is_empty() && new.kind != Kind::Amend),
            ("/seat", new.seat.is_some() && !matches!(new.kind, Kind::Appoint | Kind::Release)),
            ("/person", new.person.is_some() && new.kind != Kind::Appoint),
            ("/post", new.post.is_some() && new.kind != Kind::Appoint),
            ("/postTitle", new.post_title.is_some() && new.kind != Kind::Appoint),
            ("/position", new.position.is_some() && (new.kind != Kind::Appoint || (new.post.is_none() && new.post_title.is_none()))),
            ("/annuls", new.annuls.is_some() && new.kind != Kind::Annul),
        ];
        for (at, is_given) in foreign {
            if is_given {
                let words = ("Loại quyết định này không có nội dung đó.", "An act of this kind has no such thing.");
                self.faults.push(Fault::worded(at, Code::RuleBroken, words.0, words.1));
            }
        }
        self.texts("/note", new.note.as_deref(), MAX_NOTE);
        match new.kind {
            Kind::Establish | Kind::Consolidate => Matter::Roster {
                term: self.app.0.ids.next(),
                authority: self.active("/authority", new.authority.as_deref()).unwrap_or_else(|| self.app.0.ids.next()),
                standing_agency: new
                    .standing_agency
                    .as_deref()
                    .and_then(|code| Some((self.app.0.ids.next(), self.active("/standingAgency", Some(code))?))),
                seats: self.seats(),
            },
            Kind::Amend => Matter::Seats { added: self.seats(), ended: self.ended() },
            Kind::Appoint => self.appointment(),
            Kind::Release => Matter::Seat(self.seat()),
            Kind::Entrust => {
                let agency = self.active("/standingAgency", new.standing_agency.as_deref());
                let ids = &self.app.0.ids;
                Matter::Standing(ids.next(), agency.unwrap_or_else(|| ids.next()))
            }
            Kind::Dissolve | Kind::Annul => Matter::Nothing,
        }
    }

    fn texts(&mut self, at: &str, given: Option<&str>, most: usize) -> Option<Arc<str>> {
        match words::read(at, given?, most) {
            Ok(words) => Some(words.into()),
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    fn agency(&mut self, at: &str, code: Option<&str>) -> Option<AgencyId> {
        let found = code.map(|code| self.catalogue.agency_by_code(code).filter(|agency| agency.collective.is_none()));
        match found {
            None => self.fault(at, Code::FieldRequired),
            Some(None) => self.fault(at, Code::ReferenceUnknown),
            Some(Some(agency)) => return Some(agency.id),
        }
        None
    }

    /// An agency that is there on the day of the act.
    fn active(&mut self, at: &str, code: Option<&str>) -> Option<AgencyId> {
        let id = self.agency(at, code)?;
        if !self.catalogue.agency(id).is_some_and(|agency| agency.is_active_on(self.new.effective_on)) {
            let words = ("Vào ngày hiệu lực, cơ quan này không hoạt động.", "This agency is not there on that day.");
            self.faults.push(Fault::worded(at, Code::RuleBroken, words.0, words.1));
        }
        Some(id)
    }

    fn seats(&mut self) -> Vec<SeatDraft> {
        let new = self.new;
        if new.seats.len() > MAX_SEATS {
            self.fault("/seats", Code::LengthOutOfRange);
            return Vec::new();
        }
        let seat = |(i, seat): (usize, &NewSeat)| {
            let at = |field: &str| format!("/seats/{i}/{field}");
            let office = self.office_of(&at, (seat.post.as_deref(), seat.post_title.as_deref()));
            SeatDraft {
                id: self.app.0.ids.next(),
                unit: seat.unit,
                role: seat.role,
                rank: seat.rank,
                office,
                position: self.texts(&at("position"), seat.position.as_deref(), MAX_POSITION),
                duty: self.texts(&at("duty"), seat.duty.as_deref(), MAX_DUTY),
                person: seat.person.as_ref().map(|person| self.person(&at("person"), person)),
            }
        };
        new.seats.iter().enumerate().map(seat).collect()
    }

    /// What a seat goes with, if with anything.
    fn office_of(&mut self, at: &dyn Fn(&str) -> String, named: (Option<&str>, Option<&str>)) -> Option<Office> {
        match named {
            (None, None) => None,
            (Some(post), None) => Some(self.office(&at("post"), post)),
            (Some(agency), Some(title)) => Some(self.titled(at, agency, title)),
            (None, Some(_)) => {
                self.fault(at("post"), Code::FieldRequired);
                Some(Office::Post(self.app.0.ids.next()))
            }
        }
    }

    /// The post with a title in the agency with a code; whoever heads the agency does so under any title.
    fn titled(&mut self, at: &dyn Fn(&str) -> String, agency: &str, title: &str) -> Office {
        let title = text::normalise(title);
        let unknown = match self.catalogue.agency_by_code(agency) {
            None => Fault::new(at("post"), Code::ReferenceUnknown),
            Some(agency) => match agency.posts.iter().find(|post| *post.title == *title) {
                Some(post) if post.is_head => return Office::HeadOf(agency.id),
                Some(post) => return Office::Post(post.id),
                None => {
                    let words = (
                        "Cơ quan không có chức vụ này; hãy ghi người giữ chức vụ trước.",
                        "The agency has no such post; record who holds it first.",
                    );
                    Fault::worded(at("postTitle"), Code::ReferenceUnknown, words.0, words.1)
                }
            },
        };
        self.faults.push(unknown);
        Office::Post(self.app.0.ids.next())
    }

    /// To be at the head of the agency with a code, or the post with an identifier.
    fn office(&mut self, at: &str, named: &str) -> Office {
        let mut posts = self.catalogue.agencies().iter().flat_map(|agency| agency.posts.iter());
        let found = match self.catalogue.agency_by_code(named) {
            Some(agency) => agency.posts.iter().any(|post| post.is_head).then_some(Office::HeadOf(agency.id)),
            None => named.parse().ok().filter(|id: &Id<Post>| posts.any(|post| post.id == *id)).map(Office::Post),
        };
        if found.is_none() {
            let words = (
                "Không có chức vụ này; hãy ghi người đứng đầu của cơ quan trước.",
                "There is no such post; record the head of the agency first.",
            );
            self.faults.push(Fault::worded(at, Code::ReferenceUnknown, words.0, words.1));
        }
        found.unwrap_or_else(|| Office::Post(self.app.0.ids.next()))
    }

    /// Known by identifier, which is looked up with the others, or new.
    fn person(&mut self, at: &str, person: &NewPerson) -> Sitter {
        let ids = &self.app.0.ids;
        let mut sitter = Sitter { stay: ids.next(), person: ids.next(), name: "".into() };
        match (&person.id, &person.name) {
            (Some(id), None) => match id.parse::<PersonId>().ok().and_then(|id| self.known.iter().find(|known| known.id == id)) {
                Some(known) => (sitter.person, sitter.name) = (known.id, Arc::clone(&known.name)),
                None => self.fault(format!("{at}/id"), Code::ReferenceUnknown),
            },
            (None, Some(name)) => {
                if let Some(name) = self.texts(&format!("{at}/name"), Some(name), MAX_NAME) {
                    self.people.push(Person { id: sitter.person, name: Arc::clone(&name) });
                    sitter.name = name;
                }
            }
            _ => {
                let words = (
                    "Ghi định danh của người đã biết hoặc tên của người mới, một trong hai.",
                    "Give the identifier of somebody known or the name of somebody new, one of both.",
                );
                self.faults.push(Fault::worded(at, Code::RuleBroken, words.0, words.1));
            }
        }
        sitter
    }

    /// Looks up everybody who is named by identifier; comes before [`Naming::matter`].
    pub fn look_up(&mut self, conn: &mut Conn) -> Result<(), DbError> {
        let new = self.new;
        let named = new.seats.iter().take(MAX_SEATS).map(|seat| seat.person.as_ref()).chain([new.person.as_ref()]);
        let ids: Vec<PersonId> = named.filter_map(|person| person?.id.as_ref()?.parse().ok()).collect();
        if !ids.is_empty() {
            self.known = stored::can_sit(conn, &ids)?;
        }
        Ok(())
    }

    fn ended(&mut self) -> Vec<SeatId> {
        let new = self.new;
        let seat = |(i, id): (usize, &String)| {
            id.parse().unwrap_or_else(|_| {
                self.fault(format!("/ended/{i}"), Code::ReferenceUnknown);
                self.app.0.ids.next()
            })
        };
        new.ended.iter().enumerate().map(seat).collect()
    }

    /// The act that an annulment takes back.
    pub fn annuls(&mut self) -> Option<ActId> {
        if self.new.kind != CommitteeActKind::Annul {
            return None;
        }
        match self.new.annuls.as_deref().map(str::parse) {
            Some(Ok(act)) => return Some(act),
            Some(Err(_)) => self.fault("/annuls", Code::ReferenceUnknown),
            None => self.fault("/annuls", Code::FieldRequired),
        }
        None
    }

    fn seat(&mut self) -> SeatId {
        match self.new.seat.as_deref().map(str::parse) {
            Some(Ok(seat)) => return seat,
            Some(Err(_)) => self.fault("/seat", Code::ReferenceUnknown),
            None => self.fault("/seat", Code::FieldRequired),
        }
        self.app.0.ids.next()
    }

    /// Somebody by name, or an office whose holder sits there from then on: one of both.
    fn appointment(&mut self) -> Matter {
        let new = self.new;
        let seat = self.seat();
        let Some(office) = self.office_of(&|field| format!("/{field}"), (new.post.as_deref(), new.post_title.as_deref())) else {
            return Matter::Person { seat, sitter: self.appointed() };
        };
        if new.person.is_some() {
            let words = ("Ghi người hoặc chức vụ, một trong hai.", "Give a person or a post, one of both.");
            self.faults.push(Fault::worded("/person", Code::RuleBroken, words.0, words.1));
        }
        let position = self.texts("/position", new.position.as_deref(), MAX_POSITION);
        Matter::Office { seat, opens: self.app.0.ids.next(), office, position }
    }

    fn appointed(&mut self) -> Sitter {
        let new = self.new;
        if let Some(person) = &new.person {
            return self.person("/person", person);
        }
        self.fault("/person", Code::FieldRequired);
        let ids = &self.app.0.ids;
        Sitter { stay: ids.next(), person: ids.next(), name: "".into() }
    }
}
