//! Naming the lead that alone answers for a task with several, or that from now on all of them do.
//! Must not name anybody who does not lead, nor rest on anything but a document.
//! What a principal changes is `domain::occurrence`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    error::{Code, Fault, Refusal},
    event::EventKind,
    occurrence::Principal,
    policy::Action,
    revision::Revisions,
    task::TaskId,
    validity::Validity,
};
use persistence::{Conn, DbError, occurrence, task};
use serde_json::json;

use super::facts::{faulty, first, leads_of, may_decide, named_agency, named_document, task_of};
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    outbox::{News, announce},
};

/// Who answers alone from today on.
#[derive(Clone, Debug)]
pub struct Designation {
    /// Code of a lead; nobody alone where there is none.
    pub agency: Option<String>,
    /// Identifier or number.
    pub document: String,
}

/// Names a task's principal; `revision` is the number of designations that the caller has seen.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `OWN_MATTER`, `PRECONDITION_FAILED`, `BODY_INVALID`.
pub async fn designate(app: &App, ctx: &Ctx, id: TaskId, revision: impl Into<Revisions>, designation: Designation) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new("designate_principal").on("task", id), async {
        ctx.allow(Action::DecideOnTask)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| insert(&app_, conn, &ctx_, id, &revision, &designation)).await
    })
    .await
}

fn insert(app: &App, conn: &mut Conn, ctx: &Ctx, id: TaskId, revision: &Revisions, designation: &Designation) -> Result<(), Error> {
    let (task, programme) = task_of(app, conn, id)?;
    let today = app.0.clock.today();
    // Within the task's years, as after them nobody leads it any more.
    let assigned = task::assignments_ever(conn, &[id])?;
    let end = NaiveDate::from_ymd_opt(task.period.end_year, 12, 31).unwrap_or(today);
    let leads = leads_of(app, conn, &task, &assigned, today.min(end).max(first(&assigned).unwrap_or(NaiveDate::MIN)))?;
    let self_decided = may_decide(ctx, &programme, &leads.all, None)?.self_decided;
    let before = occurrence::principals(conn, &[id])?;
    let seen = before.last().map_or(0, |principal| principal.number);
    revision.check(seen)?;
    let agency = designation.agency.as_deref().map(|code| named_agency(app, conn, code)).transpose()?;
    if agency.is_some_and(|agency| !leads.has(agency)) {
        let words = ("Cơ quan này không chủ trì nhiệm vụ.", "This agency does not lead the task.");
        let fault = Fault::worded("/agency", Code::RuleBroken, words.0, words.1);
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![fault]).into());
    }
    let document = named_document(conn, Some(&designation.document))?.ok_or_else(|| faulty("/document", Code::FieldRequired))?;
    let validity = Validity { from: Some(today), to: None };
    let new = Principal { id: app.0.ids.next(), task: id, number: seen + 1, agency, validity, document };
    occurrence::designate(conn, &new).map_err(|error| match error {
        DbError::Unique(_) => Refusal::new(Code::PreconditionFailed).into(),
        other => Error::from(other),
    })?;
    let news = News {
        kind: EventKind::PrincipalDesignated,
        subject: ("task", id.uuid()),
        agency,
        addressee: None,
        programme: Some(programme.id),
        is_public: true,
        body: json!({"task": &*task.code, "agency": designation.agency, "revision": new.number}),
    };
    announce(app, conn, news)?;
    let after = json!({"programme": &*programme.code, "task": &*task.code, "agency": designation.agency, "document": document.to_string(),
                       "revision": new.number, "selfDecided": self_decided});
    Ok(record(app, conn, ctx, Deed::new("designate_principal").on("task", id).with(json!({ "after": after })))?)
}
