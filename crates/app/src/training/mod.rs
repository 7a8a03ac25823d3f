//! Trainings: reading courses and their sessions, and the desk at which trainings are written down.
//! Must not tell who took part; that is `part`, for those who may know of the agency.
//! Writing courses is `course`, sessions `session`, materials `material`, the yearly plan `plan`; figures are `figures`, releasing them
//! `release`.

mod course;
mod figures;
mod material;
mod part;
mod plan;
mod release;
mod session;

use std::{collections::HashMap, sync::Arc};

use auth::Ctx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::AccountId,
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault, Refusal},
    id::Id,
    policy::{Action, Resource},
    programme::ProgrammeId,
    task::TaskId,
    training::{Course, CourseId, CourseKind, Session},
};
use persistence::{Conn, task, training as stored};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    App, Error, Made, OnceKey, View,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    document::named_in,
    idempotency::{made_once, scope_of},
    identity::still,
    listing::{Listing, PageArgs},
};

pub use course::{NewCourse, create, update};
pub use figures::{
    AgencyPeople, CoursePeople, FigureRow, Figures, PeopleFilter, Publication, TrainedPeople, figures, figures_by_year, people,
};
pub use material::{NewMaterial, NewVersion, add_version, count_materials, create_material, materials, materials_by_ids};
pub use part::{NewPart, Recorded, Seen, SessionParts, count_parts, parts, record_parts};
pub use plan::{NewPlanItem, PlanProgress, plan, plan_year};
pub use release::{NewRelease, release};
pub use session::{NewSession, create_session, update_session};

pub(crate) use figures::{HeldPart, held_parts};
pub(crate) use part::open_to;

/// Years in which trainings are held and planned.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1945..=2200;
const MAX_TITLE: usize = 500;

/// Which courses. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct CourseFilter {
    /// Code.
    pub programme: Option<String>,
    pub kind: Option<CourseKind>,
    /// Held by a central body, or not.
    pub is_central: Option<bool>,
}

/// A course with its sessions, in the order of time.
#[derive(Clone, Debug)]
pub struct CourseSeen {
    pub course: Course,
    pub sessions: Vec<Session>,
}

/// As the database is asked; nothing where nothing can fit.
async fn asked(view: &View, filter: &CourseFilter) -> Result<Option<stored::CourseFilter>, Error> {
    let programme = match &filter.programme {
        None => None,
        Some(code) => match view.catalogue().await?.programme_by_code(code) {
            Some(programme) => Some(programme.id),
            None => return Ok(None),
        },
    };
    Ok(Some(stored::CourseFilter { programme, kind: filter.kind, is_central: filter.is_central }))
}

/// A page of courses, the newest first, with their sessions.
///
/// # Errors
/// `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &CourseFilter, args: &PageArgs) -> Result<Listing<CourseSeen>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let list = format!("training courses {filter:?}");
    let request = args.request::<Uuid>(&list)?.map(Id::from_uuid);
    let Some(filter) = asked(view, filter).await? else {
        return Ok(Listing::default());
    };
    let read = move |conn: &mut Conn| -> Result<_, Error> {
        let page = stored::page(conn, &filter, &request)?;
        let sessions = of_courses(conn, &page.items.iter().map(|course| course.id).collect::<Vec<_>>())?;
        Ok((page, sessions))
    };
    let (page, mut sessions) = view.read(read).await?;
    let listing = Listing::of(page, &list, |course| course.id.uuid());
    let seen = |(cursor, course): (String, Course)| {
        let sessions = sessions.remove(&course.id).unwrap_or_default();
        (cursor, CourseSeen { course, sessions })
    };
    let items = listing.items.into_iter().map(seen).collect();
    Ok(Listing { items, has_next: listing.has_next, has_previous: listing.has_previous })
}

/// How many courses there are.
///
/// # Errors
/// When the database fails.
pub async fn count(view: &View, filter: &CourseFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let Some(filter) = asked(view, filter).await? else { return Ok(0) };
    view.read(move |conn| stored::count(conn, &filter)).await
}

/// The course with this identifier.
///
/// # Errors
/// When the database fails.
pub async fn by_id(view: &View, id: CourseId) -> Result<Option<CourseSeen>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let read = move |conn: &mut Conn| -> Result<_, Error> {
        let course = stored::by_ids(conn, &[id])?.pop();
        Ok(match course {
            Some(course) => Some(CourseSeen { course, sessions: of_courses(conn, &[id])?.remove(&id).unwrap_or_default() }),
            None => None,
        })
    };
    view.read(read).await
}

fn of_courses(conn: &mut Conn, ids: &[CourseId]) -> Result<HashMap<CourseId, Vec<Session>>, Error> {
    let mut of_course: HashMap<CourseId, Vec<Session>> = HashMap::new();
    for session in stored::sessions(conn, ids)? {
        of_course.entry(session.course).or_default().push(session);
    }
    Ok(of_course)
}

/// Who writes trainings down, in a transaction.
pub(crate) struct Desk {
    pub app: App,
    pub ctx: Ctx,
    pub catalogue: Arc<Catalogue>,
    pub by: AccountId,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
}

/// Does something at a desk; when the caller had no right to it, the log says so.
pub(crate) async fn at_desk<T: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    deed: Deed,
    work: impl FnMut(&Desk, &mut Conn) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    at_desk_for(app, ctx, Action::ManageTrainings, deed, work).await
}

/// As [`at_desk`], for another action.
pub(crate) async fn at_desk_for<T: Send + 'static>(
    app: &App,
    ctx: &Ctx,
    action: Action,
    deed: Deed,
    work: impl FnMut(&Desk, &mut Conn) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    watched(app, ctx, deed, async {
        ctx.allow(action)?;
        app.0.db.write(seated(app, ctx, action, work)).await
    })
    .await
}

/// As [`at_desk`], for what makes something: once for the key where there is one.
pub(crate) async fn made_at_desk<T: Serialize + DeserializeOwned + Send + 'static>(
    app: &App,
    ctx: &Ctx,
    (operation, deed): (&'static str, Deed),
    key: Option<OnceKey>,
    make: impl FnMut(&Desk, &mut Conn) -> Result<T, Error> + Send + 'static,
) -> Result<Made<T>, Error> {
    watched(app, ctx, deed, async {
        ctx.allow(Action::ManageTrainings)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let of = (operation, scope_of(account));
        made_once(app, (ctx, Action::ManageTrainings), of, key, seated(app, ctx, Action::ManageTrainings, make)).await
    })
    .await
}

/// Work at a desk, as it is done in a transaction.
fn seated<T>(
    app: &App,
    ctx: &Ctx,
    action: Action,
    mut work: impl FnMut(&Desk, &mut Conn) -> Result<T, Error> + Send + 'static,
) -> impl FnMut(&mut Conn) -> Result<T, Error> + Send + 'static {
    let (app, ctx) = (app.clone(), ctx.clone());
    move |conn| {
        let desk = Desk::open(&app, conn, &ctx, action)?;
        work(&desk, conn)
    }
}

impl Desk {
    fn open(app: &App, conn: &mut Conn, ctx: &Ctx, action: Action) -> Result<Self, Error> {
        let ctx = still(app, conn, ctx, action)?;
        let by = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
        let catalogue = app.0.catalogue.current(conn)?;
        Ok(Self { app: app.clone(), ctx, catalogue, by, now: app.0.clock.now(), today: app.0.clock.today() })
    }

    /// Who writes, and when.
    pub fn stamp(&self) -> (AccountId, DateTime<Utc>) {
        (self.by, self.now)
    }

    pub fn record(&self, conn: &mut Conn, deed: Deed) -> Result<(), Error> {
        Ok(record(&self.app, conn, &self.ctx, deed)?)
    }

    /// Whether the caller may write for an agency, or for what is no agency here.
    pub fn may(&self, programme: Option<ProgrammeId>, agency: Option<AgencyId>) -> Result<(), Error> {
        let agency = Some(agency.unwrap_or(AgencyId::from_uuid(Uuid::nil())));
        let on = Resource { programme, ..Resource::default() };
        self.ctx.allow_on(Action::ManageTrainings, &on)?;
        self.ctx.allow_on(Action::ManageTrainings, &Resource { agency, ..on }).map_err(|_| {
            let words = ("Chỉ chính cơ quan mới được ghi việc này của mình.", "Only the agency itself may write this down.");
            Refusal::worded(Code::AgencyNotYours, words.0, words.1)
        })?;
        Ok(())
    }

    /// The single body with this code, for which the caller may write.
    pub fn acting(&self, programme: Option<ProgrammeId>, at: &str, code: &str, faults: &mut Vec<Fault>) -> Result<Option<AgencyId>, Error> {
        let found = self.catalogue.agency_by_code(code);
        self.may(programme, found.map(|agency| agency.id))?;
        match found {
            None => faults.push(Fault::new(at, Code::ReferenceUnknown)),
            Some(agency) if agency.collective.is_some() => faults.push(Fault::new(at, Code::RuleBroken)),
            Some(agency) => return Ok(Some(agency.id)),
        }
        Ok(None)
    }

    pub fn programme(&self, code: &str, faults: &mut Vec<Fault>) -> Option<ProgrammeId> {
        let found = self.catalogue.programme_by_code(code).map(|programme| programme.id);
        if found.is_none() {
            faults.push(Fault::new("/programme", Code::ReferenceUnknown));
        }
        found
    }
}

/// The task of a programme with this code.
pub(crate) fn task_named(
    conn: &mut Conn,
    programme: Option<ProgrammeId>,
    code: Option<&str>,
    faults: &mut Vec<Fault>,
) -> Result<Option<TaskId>, Error> {
    let (Some(programme), Some(code)) = (programme, code) else { return Ok(None) };
    let found = if domain::text::storable(code) { task::by_code(conn, programme, code)? } else { None };
    if found.is_none() {
        faults.push(Fault::new("/task", Code::TaskUnknown));
    }
    Ok(found.map(|task| task.id))
}

/// The issued document that a text names, its fault among others.
pub(crate) fn document(
    conn: &mut Conn,
    at: &'static str,
    reference: Option<&str>,
    faults: &mut Vec<Fault>,
) -> Result<Option<DocumentId>, Error> {
    let Some(reference) = reference else { return Ok(None) };
    match named_in(conn, at, reference) {
        Ok(id) => Ok(Some(id)),
        Err(Error::Refused(refusal)) => {
            faults.extend(refusal.faults);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What is wrong with a body, all of it.
pub(crate) fn refused(faults: Vec<Fault>) -> Error {
    Refusal::with_faults(Code::BodyInvalid, faults).into()
}
