//! Writing sessions of courses down and changing them.
//! Must not call held what has not begun, nor what was held anything else once somebody is recorded in it.
//! Who took part is `part`; the rules are `domain::training::Session`.

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    error::{Code, Fault, Refusal},
    id::Id,
    programme::ProgrammeId,
    revision::Revisions,
    training::{CourseId, MaterialId, Session, SessionId, SessionStatus},
};
use persistence::{Conn, training as stored, training_material, training_part};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, MAX_TITLE, YEARS, at_desk, course::organised, made_at_desk, refused};
use crate::{App, Error, Made, OnceKey, audit::Deed, words::read_among};

const CREATE: &str = "create_training_session";
const UPDATE: &str = "update_training_session";
const MAX_MATERIALS: usize = 100;

/// A session as it is written down.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub status: SessionStatus,
    pub from: NaiveDate,
    /// Included.
    pub to: NaiveDate,
    pub place: Option<String>,
    /// Materials that were used, each with the number of its version.
    pub materials: Vec<(Uuid, u32)>,
}

/// Writes a session of a course down that has this revision.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`, `NOT_FOUND`, `PRECONDITION_FAILED`; `BODY_INVALID` with every fault.
pub async fn create_session(
    app: &App,
    ctx: &Ctx,
    (course, revision): (CourseId, impl Into<Revisions>),
    new: NewSession,
    key: Option<OnceKey>,
) -> Result<Made<SessionId>, Error> {
    let revision: Revisions = revision.into();
    made_at_desk(app, ctx, (CREATE, Deed::new(CREATE).on("training_course", course)), key, move |desk, conn| {
        let of = stored::by_ids(conn, &[course])?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
        organised(desk, &of)?;
        revision.check(of.revision)?;
        let session = read(desk, conn, (desk.app.0.ids.next(), course, of.programme), &new)?;
        stored::insert_session(conn, &session, desk.stamp())?;
        let after = json!({"session": session.id.to_string(), "after": told(&session)});
        desk.record(conn, Deed::new(CREATE).on("training_course", course).with(after))?;
        Ok(session.id)
    })
    .await
}

/// Writes a session anew, which has this revision; tells its course.
///
/// # Errors
/// As [`create_session`]; `WRONG_STATE` for one in which somebody is recorded, if it is to be held no more.
pub async fn update_session(
    app: &App,
    ctx: &Ctx,
    (id, revision): (SessionId, impl Into<Revisions>),
    new: NewSession,
) -> Result<CourseId, Error> {
    let revision: Revisions = revision.into();
    at_desk(app, ctx, Deed::new(UPDATE).on("training_session", id), move |desk, conn| {
        let before = stored::session(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
        let of = stored::by_ids(conn, &[before.course])?.pop().ok_or(Error::Internal("a session without a course"))?;
        organised(desk, &of)?;
        revision.check(before.revision)?;
        let session = Session { revision: before.revision, ..read(desk, conn, (id, before.course, of.programme), &new)? };
        if session.status != SessionStatus::Held && training_part::count(conn, id, None)? > 0 {
            return Err(Refusal::new(Code::WrongState).into());
        }
        if !stored::advance_session(conn, &session)? {
            return Err(Refusal::new(Code::PreconditionFailed).into());
        }
        let changes = json!({"before": told(&before), "after": told(&session)});
        desk.record(conn, Deed::new(UPDATE).on("training_session", id).with(changes))?;
        Ok(before.course)
    })
    .await
}

fn told(session: &Session) -> Value {
    let materials: Vec<Value> = session.materials.iter().map(|(id, version)| json!([id.to_string(), version])).collect();
    json!({"status": session.status.label(), "from": session.from, "to": session.to, "place": session.place, "materials": materials})
}

/// A session, resolved; every fault at once.
fn read(
    desk: &Desk,
    conn: &mut Conn,
    (id, course, programme): (SessionId, CourseId, ProgrammeId),
    new: &NewSession,
) -> Result<Session, Error> {
    let mut faults = Vec::new();
    let place = new.place.as_deref().map(|place| read_among("/place", place, MAX_TITLE, &mut faults).into());
    for (at, day) in [("/from", new.from), ("/to", new.to)] {
        if !YEARS.contains(&day.year()) {
            faults.push(Fault::new(at, Code::OutOfRange));
        }
    }
    let materials = materials(conn, programme, &new.materials, &mut faults)?;
    let session = Session { id, course, status: new.status, from: new.from, to: new.to, place, materials, revision: 1 };
    faults.extend(session.faults(desk.today, ""));
    if faults.is_empty() { Ok(session) } else { Err(refused(faults)) }
}

fn materials(
    conn: &mut Conn,
    programme: ProgrammeId,
    given: &[(Uuid, u32)],
    faults: &mut Vec<Fault>,
) -> Result<Vec<(MaterialId, u32)>, Error> {
    if given.len() > MAX_MATERIALS {
        faults.push(Fault::new("/materials", Code::LengthOutOfRange));
        return Ok(Vec::new());
    }
    let ids: Vec<MaterialId> = given.iter().map(|(id, _)| Id::from_uuid(*id)).collect();
    let known = if ids.is_empty() { Vec::new() } else { training_material::by_ids(conn, &ids)? };
    let mut used: Vec<(MaterialId, u32)> = Vec::new();
    for (i, (id, number)) in ids.into_iter().zip(given.iter().map(|(_, number)| *number)).enumerate() {
        let has = known
            .iter()
            .any(|one| one.id == id && one.programme == programme && one.versions.iter().any(|version| version.number == number));
        if !has {
            faults.push(Fault::new(format!("/materials/{i}"), Code::ReferenceUnknown));
        } else if used.contains(&(id, number)) {
            faults.push(Fault::new(format!("/materials/{i}"), Code::Duplicate));
        } else {
            used.push((id, number));
        }
    }
    used.sort_unstable();
    Ok(used)
}
