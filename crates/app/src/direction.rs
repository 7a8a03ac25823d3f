//! Directions of a document to agencies that no meeting concluded: each a task of its programme.
//! Must not take one without a document that was issued, nor for an agency that is not there on its day.
//! Making the task is `tracked`; what meetings conclude is `meeting`.

use std::collections::HashMap;

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    document::{DocumentId, Place},
    error::{Code, Fault, Refusal},
    policy::{Action, Resource},
    task::TaskId,
};
use persistence::{
    Conn,
    conclusion::{self, NewDirection as Row},
    document,
};
use serde_json::{Map, json};

use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    document::named_in,
    identity::current,
    meeting::YEARS,
    outbox::announce_all,
    place::NewPlace,
    tracked::{Item, Named, Source, track},
    words::read_among,
};

const OPERATION: &str = "record_direction";
const MAX_TEXT: usize = 2000;
/// Where a document directs nothing else.
const WHOLE: &str = "Toàn văn";

/// A direction to follow as a task.
#[derive(Clone, Debug)]
pub struct NewDirection {
    /// Number or identifier of the document.
    pub basis: String,
    /// Where the document says it; the whole of it where nothing is said.
    pub place: NewPlace,
    /// What is to be done: the title of the task, which everybody may read.
    pub text: String,
    /// Codes.
    pub lead: String,
    pub coordinators: Vec<String>,
    /// The first day on which it holds; the document's where nothing is said.
    pub effective_on: Option<NaiveDate>,
    pub due_on: NaiveDate,
}

/// The documents that direct these tasks, of those that follow a direction.
///
/// # Errors
/// When the database fails.
pub async fn of_tasks(view: &View, tasks: Vec<TaskId>) -> Result<HashMap<TaskId, DocumentId>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(view.read(move |conn| conclusion::directions(conn, &tasks)).await?.into_iter().collect())
}

/// Makes what a document directs a task of the programme with this code.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `BODY_INVALID` with every fault; `ALREADY_EXISTS` where the document directs the same already.
pub async fn record_direction(app: &App, ctx: &Ctx, programme: &str, new: NewDirection) -> Result<TaskId, Error> {
    watched(app, ctx, Deed::new(OPERATION).on("programme", programme), async {
        ctx.allow(Action::ManageMeetings)?;
        let (app_, ctx_, code) = (app.clone(), ctx.clone(), programme.to_owned());
        app.0.db.write(move |conn| -> Result<TaskId, Error> { store(&app_, conn, &ctx_, (&code, &new)) }).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, (code, new): (&str, &NewDirection)) -> Result<TaskId, Error> {
    let ctx = &current(app, conn, ctx)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let programme = catalogue.programme_by_code(code).ok_or_else(|| Refusal::new(Code::NotFound))?.id;
    ctx.allow_on(Action::ManageMeetings, &Resource { programme: Some(programme), ..Resource::default() })?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let read = Read::of(app, conn, &catalogue, new)?;
    if conclusion::is_directed(conn, programme, read.document, &read.text)? {
        return Err(Refusal::new(Code::AlreadyExists).into());
    }
    let source = Source { programme, document: read.document, holds_from: read.holds_from, named_on: read.holds_from };
    let item = Item {
        title: read.text,
        section: read.place.section,
        quote: read.place.quote,
        lead: read.lead,
        coordinators: &read.coordinators,
        due_on: new.due_on,
    };
    let about = Map::from_iter([("document".to_owned(), json!(read.document.to_string()))]);
    let tracked = track(app, conn, &catalogue, source, &[item], &about)?;
    let (task, news) = tracked.into_iter().next().ok_or(Error::Internal("a direction without a task"))?;
    let row = Row { task: task.id, programme, document: read.document, account, recorded_at: app.0.clock.now() };
    conclusion::insert_direction(conn, &row)?;
    announce_all(app, conn, news)?;
    let after = json!({"task": task.code, "basis": read.document.to_string(), "effectiveOn": read.holds_from, "lead": new.lead,
        "coordinators": new.coordinators, "dueOn": new.due_on});
    record(app, conn, ctx, Deed::new(OPERATION).on("programme", code).with(json!({ "after": after })))?;
    Ok(task.id)
}

/// A direction, resolved.
struct Read {
    document: DocumentId,
    holds_from: NaiveDate,
    text: String,
    place: Place,
    lead: AgencyId,
    coordinators: Vec<AgencyId>,
}

impl Read {
    /// Every fault at once.
    fn of(app: &App, conn: &mut Conn, catalogue: &Catalogue, new: &NewDirection) -> Result<Self, Error> {
        let mut faults = Vec::new();
        let text = read_among("/text", &new.text, MAX_TEXT, &mut faults);
        let place = new.place.read(&mut faults);
        let dated = basis(conn, new, app.0.clock.today(), &mut faults)?;
        // Agencies are looked up on today where the day itself is at fault.
        let day = dated.map_or(app.0.clock.today(), |(_, day)| day);
        let named = Named { lead: &new.lead, coordinators: &new.coordinators };
        let (lead, coordinators) = named.read(catalogue, "", day, &mut faults);
        if dated.is_some_and(|(_, day)| new.due_on < day) || !YEARS.contains(&new.due_on.year()) {
            faults.push(Fault::new("/dueOn", Code::OutOfRange));
        }
        match (dated, lead) {
            (Some((document, holds_from)), Some(lead)) if faults.is_empty() => {
                let place = place.unwrap_or_else(|| Place { section: WHOLE.to_owned(), quote: None });
                Ok(Self { document, holds_from, text, place, lead, coordinators })
            }
            _ => Err(Refusal::with_faults(Code::BodyInvalid, faults).into()),
        }
    }
}

/// The document, and the first day on which it directs that: not before it was issued, and not in the future.
fn basis(conn: &mut Conn, new: &NewDirection, today: NaiveDate, faults: &mut Vec<Fault>) -> Result<Option<(DocumentId, NaiveDate)>, Error> {
    let id = match named_in(conn, "/basis", &new.basis) {
        Ok(id) => id,
        Err(Error::Refused(refusal)) => {
            faults.extend(refusal.faults);
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let issued = document::by_ids(conn, &[id])?.pop().and_then(|found| Some((found.issued_on?, found.effective_on)));
    let Some((issued_on, effective_on)) = issued else {
        let words = ("Văn bản chưa ban hành hoặc chưa rõ ngày ban hành.", "The document is not issued, or its day is not known.");
        faults.push(Fault::worded("/basis", Code::RuleBroken, words.0, words.1));
        return Ok(None);
    };
    let day = new.effective_on.or(effective_on).unwrap_or(issued_on);
    if day < issued_on || today < day {
        faults.push(Fault::new("/effectiveOn", Code::OutOfRange));
        return Ok(None);
    }
    Ok(Some((id, day)))
}
