//! Links of calendars: who may make, see and revoke them.
//! Must not show a secret twice, nor tell who knows a wrong one from who knows one that was revoked.
//! What the calendar of a link shows is `shown`, its form `written`.

mod shown;
mod written;

use auth::{Ctx, digest, random_token};
use domain::{
    agency::AgencyId,
    committee::PersonId,
    error::{Code, Fault, Refusal},
    feed::{FeedLink, FeedLinkId, FeedOf},
    id::Id,
    policy::{Action, ReportScope},
    programme::ProgrammeId,
};
use persistence::{Conn, committee, feed as stored};
use serde_json::json;
use uuid::Uuid;

pub use shown::{Calendar, read};

use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    identity::current,
    listing::{Listing, PageArgs},
    words::words,
};

const LIST: &str = "list_calendar_links";
const CREATE: &str = "create_calendar_link";
const REVOKE: &str = "revoke_calendar_link";
const MAX_NOTE: usize = 200;

/// Which links, of those that the caller may see. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct LinkFilter {
    /// Code.
    pub agency: Option<String>,
    pub member: Option<PersonId>,
}

/// A link to make: for an agency or for somebody who sits in committees, one of both.
#[derive(Clone, Debug, Default)]
pub struct NewLink {
    /// Code.
    pub agency: Option<String>,
    /// Identifier of a person.
    pub member: Option<String>,
    pub note: Option<String>,
}

/// A link that was made, with its secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct Made {
    pub link: FeedLink,
    pub secret: String,
}

impl Made {
    /// Where the calendar is read, on this service.
    pub fn path(&self) -> String {
        format!("/api/v1/calendars/{}.ics", self.secret)
    }
}

/// The agencies whose links are the caller's to see; nothing where it is all. A role for one programme alone opens none: a calendar
/// shows every programme.
fn own(scope: &ReportScope) -> Option<Vec<AgencyId>> {
    let of = |(agency, programme): &(Option<AgencyId>, Option<ProgrammeId>)| programme.is_none().then_some(*agency).flatten();
    (!scope.is_all()).then(|| scope.open.iter().filter_map(of).collect())
}

fn may(scope: &ReportScope, link: FeedOf) -> bool {
    match (own(scope), link) {
        (None, _) => true,
        (Some(own), FeedOf::Agency(agency)) => own.contains(&agency),
        (Some(_), FeedOf::Member(_)) => false,
    }
}

/// As the database is asked; nothing where nothing can fit.
async fn asked(view: &View, filter: &LinkFilter) -> Result<Option<stored::LinkFilter>, Error> {
    let mut agencies = own(&view.ctx().calendar_scope());
    if let Some(code) = &filter.agency {
        let Some(agency) = view.catalogue().await?.agency_by_code(code) else { return Ok(None) };
        if agencies.is_some_and(|own| !own.contains(&agency.id)) {
            return Ok(None);
        }
        agencies = Some(vec![agency.id]);
    }
    Ok(Some(stored::LinkFilter { agencies, member: filter.member }))
}

/// A page of links, the newest first, revoked ones too: those of the caller's own agencies, or all.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &LinkFilter, args: &PageArgs) -> Result<Listing<FeedLink>, Error> {
    watched(view.app(), view.ctx(), Deed::new(LIST), async {
        view.ctx().allow(Action::ManageCalendarLinks)?;
        let list = format!("calendar links {filter:?} {:?}", view.ctx().calendar_scope());
        let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
        let Some(filter) = asked(view, filter).await? else {
            return Ok(Listing::default());
        };
        let page = view.read(move |conn| stored::page(conn, &filter, &request)).await?;
        Ok(Listing::of(page, &list, |link| link.id.uuid()))
    })
    .await
}

/// How many links the caller may see.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn count(view: &View, filter: &LinkFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ManageCalendarLinks)?;
    let Some(filter) = asked(view, filter).await? else { return Ok(0) };
    view.read(move |conn| stored::count(conn, &filter)).await
}

/// Makes a link.
///
/// # Errors
/// `FORBIDDEN`; `AGENCY_NOT_YOURS` for another agency; `BODY_INVALID` with every fault.
pub async fn create(app: &App, ctx: &Ctx, new: NewLink) -> Result<Made, Error> {
    watched(app, ctx, Deed::new(CREATE), async {
        ctx.allow(Action::ManageCalendarLinks)?;
        let secret = random_token().map_err(|_| Error::Internal("the operating system gives no randomness"))?;
        let (app_, ctx_, hash) = (app.clone(), ctx.clone(), digest(secret.as_bytes()));
        let link = app.0.db.write(move |conn| store(&app_, conn, &ctx_, &new, &hash)).await?;
        Ok(Made { link, secret })
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewLink, hash: &str) -> Result<FeedLink, Error> {
    let ctx = &current(app, conn, ctx)?;
    ctx.allow(Action::ManageCalendarLinks)?;
    let mut faults = Vec::new();
    let of = named(app, conn, ctx, new, &mut faults)?;
    let note = new.note.as_deref().map(|note| words("/note", note, MAX_NOTE)).transpose();
    let note = note.unwrap_or_else(|refusal| {
        faults.extend(refusal.faults);
        None
    });
    let Some(of) = of.filter(|_| faults.is_empty()) else { return Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) };
    let made_by = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let link = FeedLink {
        id: app.0.ids.next(),
        of,
        note: note.map(Into::into),
        made_by,
        created_at: app.0.clock.now(),
        last_used_on: None,
        revoked_at: None,
    };
    stored::insert(conn, &link, hash)?;
    let after = json!({"agency": new.agency, "member": new.member, "note": link.note, "secret": "***"});
    record(app, conn, ctx, Deed::new(CREATE).on("calendar_link", link.id).with(json!({ "after": after })))?;
    Ok(link)
}

/// Whose calendar a new link is of.
fn named(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewLink, faults: &mut Vec<Fault>) -> Result<Option<FeedOf>, Error> {
    let scope = ctx.calendar_scope();
    match (&new.agency, &new.member) {
        (Some(code), None) => {
            let agency = app.0.catalogue.current(conn)?.agency_by_code(code).map(|agency| agency.id);
            // Whoever speaks for one agency is not told which others there are.
            if !agency.map_or(own(&scope).is_none(), |agency| may(&scope, FeedOf::Agency(agency))) {
                return Err(Refusal::new(Code::AgencyNotYours).into());
            }
            if agency.is_none() {
                faults.push(Fault::new("/agency", Code::ReferenceUnknown));
            }
            Ok(agency.map(FeedOf::Agency))
        }
        (None, Some(person)) => {
            // Who keeps the rosters says who reads as a member.
            if own(&scope).is_some() {
                return Err(Refusal::new(Code::Forbidden).into());
            }
            let person: Option<PersonId> = person.parse().ok();
            let known = committee::can_sit(conn, &person.into_iter().collect::<Vec<_>>())?;
            if known.is_empty() {
                faults.push(Fault::new("/member", Code::ReferenceUnknown));
            }
            Ok(known.first().map(|person| FeedOf::Member(person.id)))
        }
        _ => {
            let words = ("Nêu một cơ quan hoặc một thành viên.", "Name an agency or a member, one of both.");
            faults.push(Fault::worded("", Code::RuleBroken, words.0, words.1));
            Ok(None)
        }
    }
}

/// Revokes a link; from then on its address is not found.
///
/// # Errors
/// `FORBIDDEN`; `NOT_FOUND` for one that is not the caller's to see; `WRONG_STATE` for one that was revoked.
pub async fn revoke(app: &App, ctx: &Ctx, id: FeedLinkId) -> Result<FeedLink, Error> {
    watched(app, ctx, Deed::new(REVOKE).on("calendar_link", id), async {
        ctx.allow(Action::ManageCalendarLinks)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let change = move |conn: &mut Conn| -> Result<FeedLink, Error> {
            let ctx = &current(&app_, conn, &ctx_)?;
            ctx.allow(Action::ManageCalendarLinks)?;
            let link = stored::by_id(conn, id)?.filter(|link| may(&ctx.calendar_scope(), link.of));
            let link = link.ok_or_else(|| Refusal::new(Code::NotFound))?;
            let now = app_.0.clock.now();
            if !stored::revoke(conn, id, now)? {
                return Err(Refusal::new(Code::WrongState).into());
            }
            record(&app_, conn, ctx, Deed::new(REVOKE).on("calendar_link", id).with(json!({"after": {"revoked": true}})))?;
            Ok(FeedLink { revoked_at: Some(now), ..link })
        };
        app.0.db.write(change).await
    })
    .await
}
