//! Confirming how a defect of a decision's text is read: by whom, on which day, by which document where there is one.
//! Must not change the reading; the programme's file gives it, and with another one the confirmation falls away.
//! The rules are `domain::reading`; defects are read in `plan`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    account::Account,
    document::{DocumentId, Place},
    error::{Code, Fault, Refusal},
    id::Id,
    policy::{Action, Resource},
    programme::{KnownIssue, Programme},
    reading::{Confirmation, Confirmer, faults},
};
use persistence::{Conn, DbError, document, plan, reading as stored, sync::Tables};
use serde_json::json;

use crate::{
    App, Error,
    audit::{Deed, record, watched},
    document::named_in,
    identity::current,
    place::{NewPlace, cite},
    words,
};

const OPERATION: &str = "confirm_reading";
const MAX_POST: usize = 200;
const MAX_REMARK: usize = 2000;

/// Who answers for a reading, as they say it; the account says who they are.
#[derive(Clone, Debug, Default)]
pub struct NewConfirmation {
    /// Today where nothing is said.
    pub on: Option<NaiveDate>,
    /// In which post.
    pub post: Option<String>,
    /// Number or identifier of a document that says so.
    pub basis: Option<String>,
    /// Where in it.
    pub place: NewPlace,
    pub remark: Option<String>,
}

/// Confirms the reading of a defect of the programme with this code.
///
/// # Errors
/// `FORBIDDEN` without the right for the programme; `NOT_FOUND`; `ALREADY_EXISTS` where it is confirmed; `BODY_INVALID` with every fault.
pub async fn confirm(app: &App, ctx: &Ctx, programme: String, issue: String, new: NewConfirmation) -> Result<KnownIssue, Error> {
    watched(app, ctx, Deed::new(OPERATION).on("known_issue", &issue), async {
        ctx.allow(Action::ConfirmReading)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| in_transaction(&app_, conn, &ctx_, (&programme, &issue), &new)).await
    })
    .await
}

fn in_transaction(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    (programme, issue): (&str, &str),
    new: &NewConfirmation,
) -> Result<KnownIssue, Error> {
    let ctx = current(app, conn, ctx)?;
    let nothing = || Error::from(Refusal::new(Code::NotFound));
    // 1. Which defect of which programme.
    let catalogue = app.0.catalogue.current(conn)?;
    let programme = catalogue.programme_by_code(programme).ok_or_else(nothing)?;
    ctx.allow_on(Action::ConfirmReading, &Resource { programme: Some(programme.id), ..Resource::default() })?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
    let id: Id<KnownIssue> = issue.parse().map_err(|_| nothing())?;
    let mut issue = plan::known_issues(conn, &[programme.id])?.into_iter().find(|one| one.id == id).ok_or_else(nothing)?;
    if issue.confirmation.is_some() {
        return Err(Refusal::new(Code::AlreadyExists).into());
    }
    // 2. What is said of it.
    let (confirmation, by, place) = read(app, conn, account, (programme, &issue), new)?;
    // 3. The row, its place, the log.
    stored::insert(conn, &confirmation, &by).map_err(|error| match error {
        DbError::Unique(_) => Error::from(Refusal::new(Code::AlreadyExists)),
        other => other.into(),
    })?;
    if let Some(basis) = confirmation.basis {
        cite(app, conn, (confirmation.id.uuid(), basis), place.as_ref())?;
    }
    // The entry is of the account; what is said of a person can be erased, and the log cannot.
    let after = json!({"programme": &*programme.code, "location": issue.location, "asWritten": issue.as_written, "readAs": issue.read_as,
        "confirmedOn": confirmation.on,
        "agency": catalogue.agency_code(confirmation.agency).map(|code| code.to_string()),
        "basis": confirmation.basis.map(|id| id.to_string())});
    record(app, conn, &ctx, Deed::new(OPERATION).on("known_issue", id).with(json!({ "after": after })))?;
    // Whoever confirms sees what they said.
    issue.confirmation = Some(Confirmation { by: Some(by), ..confirmation });
    Ok(issue)
}

/// What somebody says.
fn read(
    app: &App,
    conn: &mut Conn,
    account: &Account,
    (programme, issue): (&Programme, &KnownIssue),
    new: &NewConfirmation,
) -> Result<(Confirmation, Confirmer, Option<Place>), Error> {
    let (today, on) = (app.0.clock.today(), new.on.unwrap_or_else(|| app.0.clock.today()));
    let decision = document::by_ids(conn, &[programme.decision])?.pop();
    let mut found = faults(issue, on, (decision.and_then(|decision| decision.issued_on), today));
    let basis = basis(conn, new, &mut found)?;
    let place = if new.basis.is_some() {
        new.place.read(&mut found)
    } else {
        new.place.without_document(&mut found);
        None
    };
    let mut text = |at: &str, given: Option<&String>, most: usize| {
        given.and_then(|given| words::read(at, given, most).map_err(|fault| found.push(fault)).ok())
    };
    let (post, remark) = (text("/post", new.post.as_ref(), MAX_POST), text("/remark", new.remark.as_ref(), MAX_REMARK));
    if !found.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, found).into());
    }
    let confirmation = Confirmation {
        id: app.0.ids.next(),
        issue: issue.id,
        account: account.id,
        by: None,
        agency: account.agency,
        on,
        basis,
        recorded_at: app.0.clock.now(),
    };
    Ok((confirmation, Confirmer { name: account.name.to_string(), post, remark }, place))
}

fn basis(conn: &mut Conn, new: &NewConfirmation, faults: &mut Vec<Fault>) -> Result<Option<DocumentId>, Error> {
    let Some(basis) = &new.basis else { return Ok(None) };
    match named_in(conn, "/basis", basis.trim()) {
        Ok(document) => Ok(Some(document)),
        Err(Error::Refused(refusal)) => {
            faults.extend(refusal.faults);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What confirms another reading than a file wants, by where that stands. Rows are as stored and as they will be.
pub(crate) fn unread(conn: &mut Conn, (before, after): (&Tables, &Tables)) -> Result<Vec<(Id<Confirmation>, String)>, DbError> {
    let Some(programme) = before.programmes.first() else { return Ok(Vec::new()) };
    let read = |tables: &Tables, issue: Id<KnownIssue>| {
        let found = tables.known_issues.iter().find(|row| row.id == issue.into());
        found.map(|row| (row.location.clone(), row.as_written.clone(), row.read_as.clone()))
    };
    let confirmed = stored::confirmed(conn, programme.id.of())?;
    let gone = confirmed.into_iter().filter(|one| read(before, one.issue) != read(after, one.issue));
    Ok(gone.filter_map(|one| Some((one.id, format!("{} – {}", read(before, one.issue)?.0, one.on)))).collect())
}
