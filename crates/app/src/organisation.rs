//! Administering agencies outside of events: a new one, a changed version, codes, posts, rolls; each from a day on, by a document.
//! Must not rewrite what was: what held gets an end on the day.
//! Who holds a post is `post`, events are `succession`; what can be read is `agency`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::{Agency, AgencyCode, AgencyId, CollectiveRule, MembershipRule},
    ecode,
    error::{Code, Fault, Refusal},
    event::EventKind,
    policy::Action,
    validity::Validity,
};
use persistence::{
    Conn,
    organisation::{self as stored, NewMember},
    rows::AgencyRow,
    seed::stamp_catalogue,
};
use serde_json::{Value, json};

use crate::{
    App, Error,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    document::named_in,
    identity::current,
    import::stamp,
    outbox::{News, announce},
    place::{NewPlace, cite},
    post::{self, Holding},
    succession::{NewAgency, held_version, is_code, read_version, settle_rolls},
};

/// Where a body says what an agency is called and where it stands.
const NAMES: &str = "/agency";

/// A change of an agency from a day on.
#[derive(Clone, Debug)]
pub struct Change {
    /// The agency's code.
    pub agency: String,
    /// The first day.
    pub from: NaiveDate,
    /// Number or identifier of the document.
    pub basis: String,
    /// Where in it.
    pub place: NewPlace,
    pub what: What,
}

/// What changes.
#[derive(Clone, Debug)]
pub enum What {
    /// A new agency.
    Created(NewAgency),
    /// Name, kind or parent of one that is there.
    Version(NewAgency),
    /// The electronic code, of whichever scheme it has the form.
    ECode(String),
    /// Who heads it or holds another post, or that nobody does.
    Post(Holding),
    /// Who is on the roll of a collective, and how it is to be read.
    Roll { rule: MembershipRule, is_complete: bool, members: Vec<String> },
}

impl What {
    const fn operation(&self) -> &'static str {
        match self {
            Self::Created(_) => "create_agency",
            Self::Version(_) => "change_agency",
            Self::ECode(_) => "set_agency_code",
            Self::Post(Holding { is_head: true, .. }) => "set_head_of_agency",
            Self::Post(_) => "set_post_of_agency",
            Self::Roll { .. } => "set_roll",
        }
    }
}

/// Changes an agency.
///
/// # Errors
/// `FORBIDDEN` without the right; `NOT_FOUND`; `ALREADY_EXISTS` for a code that was ever used; `BODY_INVALID` with every fault.
pub async fn change(app: &App, ctx: &Ctx, change: Change) -> Result<(), Error> {
    let operation = change.what.operation();
    watched(app, ctx, Deed::new(operation).on("agency", &change.agency), async {
        ctx.allow(Action::ManageAgencies)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| in_transaction(&app_, conn, &ctx_, &change)).await
    })
    .await
}

fn in_transaction(app: &App, conn: &mut Conn, ctx: &Ctx, change: &Change) -> Result<(), Error> {
    let ctx = current(app, conn, ctx)?;
    ctx.allow(Action::ManageAgencies)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let agency = catalogue.agency_by_code(&change.agency);
    let after = match (&change.what, agency) {
        (What::Created(new), None) => create(app, conn, &catalogue, change, new)?,
        (What::Created(_), Some(_)) => return Err(Refusal::new(Code::AlreadyExists).into()),
        (_, None) => return Err(Refusal::new(Code::NotFound).into()),
        (What::Version(new), Some(agency)) => set_version(app, conn, &catalogue, (change, agency), new)?,
        (What::ECode(code), Some(agency)) => set_code(app, conn, (change, agency), code)?,
        (What::Post(holding), Some(agency)) => post::set(app, conn, (change, agency), holding)?,
        (What::Roll { rule, is_complete, members }, Some(agency)) => {
            let rule = CollectiveRule { rule: *rule, complete: *is_complete };
            set_roll(app, conn, &catalogue, (change, agency), (rule, members))?
        }
    };
    stamp_catalogue(conn, stamp(app))?;
    let id = match agency {
        Some(agency) => agency.id,
        None => app
            .0
            .catalogue
            .current(conn)?
            .agency_by_code(&change.agency)
            .map(|agency| agency.id)
            .ok_or(Error::Internal("a new agency is gone"))?,
    };
    let news = News {
        kind: EventKind::AgencyChanged,
        subject: ("agency", id.uuid()),
        agency: Some(id),
        addressee: None,
        programme: None,
        is_public: true,
        body: json!({"code": change.agency, "from": change.from}),
    };
    announce(app, conn, news)?;
    let changes = json!({"from": change.from, "basis": change.basis, "after": after});
    Ok(record(app, conn, &ctx, Deed::new(change.what.operation()).on("agency", &change.agency).with(changes))?)
}

pub(crate) fn refused(faults: Vec<Fault>) -> Result<(), Error> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) }
}

fn create(app: &App, conn: &mut Conn, catalogue: &Catalogue, change: &Change, new: &NewAgency) -> Result<Value, Error> {
    let basis = named_in(conn, "/basis", change.basis.trim())?;
    let mut faults = Vec::new();
    let place = change.place.read(&mut faults);
    if !is_code(&change.agency) {
        faults.push(Fault::new("/code", Code::PatternMismatch));
    }
    let version = read_version(app, catalogue, (NAMES, new), None, (change.from, Some(basis)), &mut faults);
    refused(faults)?;
    let id = app.0.ids.next();
    let row = AgencyRow {
        id: domain::id::Id::<Agency>::into(id),
        code: change.agency.clone(),
        is_collective: false,
        membership_rule: None,
        membership_complete: None,
        created_at: app.0.clock.now().naive_utc(),
    };
    stored::insert_agencies(conn, &[row], &[stored::version_row(id, &version)])?;
    cite(app, conn, (version.id.uuid(), basis), place.as_ref())?;
    Ok(json!({"name": &*version.name.vi, "kind": version.kind.label()}))
}

/// A new version may follow the last one only, on a day on which the agency is there.
fn set_version(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    (change, agency): (&Change, &Agency),
    new: &NewAgency,
) -> Result<Value, Error> {
    let basis = named_in(conn, "/basis", change.basis.trim())?;
    let mut faults = Vec::new();
    let place = change.place.read(&mut faults);
    let held = held_version(agency, change.from);
    let is_last = held.is_some_and(|held| held.validity.to.is_none() && held.validity.from.is_none_or(|from| from < change.from));
    if !is_last {
        faults.push(too_early("/from"));
    }
    let version = read_version(app, catalogue, (NAMES, new), held, (change.from, Some(basis)), &mut faults);
    refused(faults)?;
    stored::end_versions(conn, &[agency.id], change.from)?;
    stored::insert_version(conn, &stored::version_row(agency.id, &version))?;
    cite(app, conn, (version.id.uuid(), basis), place.as_ref())?;
    Ok(json!({"name": &*version.name.vi, "kind": version.kind.label()}))
}

pub(crate) fn too_early(pointer: &str) -> Fault {
    let words = (
        "Đã có thông tin từ ngày đó hoặc sau đó; không ghi đè lên quá khứ.",
        "Something holds from that day or later already; the past is not rewritten.",
    );
    Fault::worded(pointer, Code::PeriodInconsistent, words.0, words.1)
}

pub(crate) fn begins_later(validity: Validity, from: NaiveDate) -> bool {
    validity.from.is_some_and(|began| began >= from)
}

fn set_code(app: &App, conn: &mut Conn, (change, agency): (&Change, &Agency), code: &str) -> Result<Value, Error> {
    let basis = named_in(conn, "/basis", change.basis.trim())?;
    let mut faults = Vec::new();
    let place = change.place.read(&mut faults);
    let scheme = ecode::scheme_of(code);
    match scheme {
        None => faults.push(Fault::new("/code", Code::PatternMismatch)),
        Some(scheme) if agency.codes.iter().any(|known| known.scheme == scheme && begins_later(known.validity, change.from)) => {
            faults.push(too_early("/from"));
        }
        Some(_) => {}
    }
    refused(faults)?;
    let Some(scheme) = scheme else { return Err(Error::Internal("a code without a scheme")) };
    let validity = Validity { from: Some(change.from), to: None };
    let new = AgencyCode { id: app.0.ids.next(), scheme, code: code.into(), validity, basis: Some(basis), attestation: None };
    stored::set_code(conn, agency.id, &new, change.from)?;
    cite(app, conn, (new.id.uuid(), basis), place.as_ref())?;
    Ok(json!({"code": code, "scheme": scheme.label()}))
}

/// Who was on the roll and is not named leaves it on the day; who is named and was not joins it.
fn set_roll(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    (change, agency): (&Change, &Agency),
    (rule, members): (CollectiveRule, &[String]),
) -> Result<Value, Error> {
    let basis = named_in(conn, "/basis", change.basis.trim())?;
    let mut faults = Vec::new();
    let place = change.place.read(&mut faults);
    if agency.collective.is_none() {
        let words = ("Đây không phải là cụm từ chỉ nhiều cơ quan.", "This agency does not stand for several.");
        faults.push(Fault::worded("", Code::RuleBroken, words.0, words.1));
    }
    let later = |validity: Validity| begins_later(validity, change.from);
    if agency.rolls.iter().any(|roll| later(roll.validity)) || agency.members.iter().any(|member| later(member.validity)) {
        faults.push(too_early("/from"));
    }
    let wanted = named_on_roll(catalogue, (change, agency), members, &mut faults);
    refused(faults)?;
    let on: Vec<_> = agency.members_on(change.from).collect();
    let leaving: Vec<_> = on.iter().filter(|member| !wanted.contains(&member.agency)).map(|member| member.id).collect();
    stored::end_members(conn, &leaving, change.from)?;
    let joining = wanted.iter().enumerate().filter(|(_, id)| !on.iter().any(|member| member.agency == **id));
    let new: Vec<NewMember> = joining
        .map(|(i, member)| NewMember {
            id: app.0.ids.next(),
            collective: agency.id,
            member: *member,
            rank: i32::try_from(i + 1).unwrap_or(i32::MAX),
            validity: Validity { from: Some(change.from), to: None },
            basis: Some(basis),
        })
        .collect();
    stored::insert_members(conn, &new)?;
    let id = app.0.ids.next();
    stored::set_roll(conn, id, agency.id, rule, (change.from, None), Some(basis))?;
    cite(app, conn, (id.uuid(), basis), place.as_ref())?;
    settle_rolls(app, conn, change.from)?;
    Ok(json!({"rule": rule.rule.label(), "isComplete": rule.complete, "members": members}))
}

/// Whom a roll names: bodies that are there on its first day, at least one of them through whatever collectives.
fn named_on_roll(
    catalogue: &Catalogue,
    (change, agency): (&Change, &Agency),
    members: &[String],
    faults: &mut Vec<Fault>,
) -> Vec<AgencyId> {
    let mut wanted = Vec::new();
    for (i, code) in members.iter().enumerate() {
        let at = format!("/members/{i}");
        match catalogue.agency_by_code(code) {
            None => faults.push(Fault::new(at, Code::ReferenceUnknown)),
            Some(member) if wanted.contains(&member.id) || member.id == agency.id => faults.push(Fault::new(at, Code::Duplicate)),
            Some(member) if !member.is_active_on(change.from) => faults.push(absent(at, change.from)),
            Some(member) => wanted.push(member.id),
        }
    }
    if faults.is_empty() && !has_bodies(catalogue, &wanted, change.from) {
        faults.push(nobody("/members"));
    }
    wanted
}

/// Whether a single body is among these, through whatever collectives.
pub(crate) fn has_bodies(catalogue: &Catalogue, among: &[AgencyId], day: NaiveDate) -> bool {
    let is_body = |id: &AgencyId| catalogue.agency(*id).is_some_and(|agency| agency.collective.is_none());
    among.iter().any(|id| is_body(id) || catalogue.members_on(*id, day).iter().any(is_body))
}

/// That an agency is not there on a day.
pub(crate) fn absent(pointer: String, day: NaiveDate) -> Fault {
    let (vi, en) = (format!("Cơ quan không hoạt động vào ngày {}.", day.format("%d/%m/%Y")), format!("The agency is not there on {day}."));
    Fault::worded(pointer, Code::RuleBroken, vi, en)
}

/// That a roll names nobody: what is assigned through its words would be left with nobody, and nothing would wait for an owner.
pub(crate) fn nobody(pointer: &str) -> Fault {
    let words = (
        "Danh sách không có cơ quan nào: cụm từ hết người đảm nhiệm là do một sự kiện (giải thể, sáp nhập…), hãy ghi sự kiện đó.",
        "Nobody is on this roll: what leaves words with nobody is an event (dissolution, merger…), which is recorded as such.",
    );
    Fault::worded(pointer, Code::RuleBroken, words.0, words.1)
}
