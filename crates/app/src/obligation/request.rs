//! Asking agencies for a thematic or ad hoc report.
//! Must not fill in what the requester has to state: who asks, the cut-off, the deadline.
//! The rule is `domain::obligation::requested`; order: policy, key, facts, rule, rows, stored answer, all in one transaction.

use std::sync::Arc;

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    event::EventKind,
    id::Id,
    obligation::{Obligation, Request, Requested as Rule, requested},
    policy::{Action, Resource},
    programme::Programme,
    regime::{Deadline, Regime, RegimeSubject},
    task::{Occurrence, TaskId},
};
use persistence::{Conn, obligation, task};
use serde_json::json;

use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    idempotency::{once, scope_of},
    outbox::announce_all,
    words::words,
};

const OPERATION: &str = "request_reports";
/// Characters of a label.
const MAX_LABEL: usize = 64;

/// A report to ask for, by codes. Lengths and ranges are checked by the form before this.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub regime: String,
    /// Needed where the regime is for every programme.
    pub programme: Option<String>,
    /// Needed where the regime is about tasks.
    pub task: Option<String>,
    pub label: String,
    /// Agencies and collectives.
    pub agencies: Vec<String>,
    /// The caller's own agency where nothing is said.
    pub requester: Option<String>,
    pub from: Option<NaiveDate>,
    pub cut_off: NaiveDate,
    pub due: NaiveDate,
}

/// What was asked for, with the codes of what it is about.
#[derive(Clone, Debug)]
pub struct Requested {
    pub regime: Arc<Regime>,
    pub programme: Arc<str>,
    pub requester: Arc<str>,
    pub label: String,
    pub rule: Rule,
    /// With the codes of their agencies.
    pub obligations: Vec<(Obligation, Arc<str>)>,
}

/// Makes agencies owe a report, once for the key.
///
/// # Errors
/// `FORBIDDEN`, `BODY_INVALID` with every fault, `ALREADY_EXISTS` for a label that the regime has, and those of the key.
pub async fn request(
    app: &App,
    ctx: &Ctx,
    new: NewRequest,
    key: OnceKey,
    render: impl Fn(&Requested) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::RequestReports)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let scope = scope_of(account);
        let (app_, ctx_) = (app.clone(), ctx.clone());
        once(app, scope, OPERATION, key, move |conn| {
            let made = make(&app_, conn, &ctx_, &new)?;
            let first = made.obligations.first().map(|(first, _)| first.id).ok_or(Error::Internal("a request that asks nobody"))?;
            let response = render(&made)?;
            let agencies: Vec<&str> = made.obligations.iter().map(|(_, code)| &**code).collect();
            let after = json!({"regime": new.regime, "programme": made.programme, "label": made.label, "requester": made.requester,
                               "cutOff": new.cut_off, "due": new.due, "agencies": agencies});
            record(&app_, conn, &ctx_, Deed::new(OPERATION).on("obligation", first).with(json!({ "after": after })))?;
            Ok(response)
        })
        .await
    })
    .await
}

fn make(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewRequest) -> Result<Requested, Error> {
    let label = words("/label", &new.label, MAX_LABEL)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let own = ctx.account().and_then(|account| account.agency);
    let asked = read(conn, &catalogue, own, app.0.clock.today(), new)?;
    ctx.allow_on(Action::RequestReports, &Resource { programme: Some(asked.programme.id), ..Resource::default() })?;
    let taken = || {
        Refusal::worded(Code::AlreadyExists, "Chế độ báo cáo này đã có yêu cầu mang nhãn này.", "The regime has a request with this label.")
    };
    if obligation::is_label_taken(conn, asked.programme.id, &asked.regime.code, &label)? {
        return Err(taken().into());
    }
    let obligations = asked.obligations(app, &label, &catalogue, new.cut_off);
    let rows: Vec<Obligation> = obligations.iter().map(|(obligation, _)| obligation.clone()).collect();
    // Somebody else may have come in between.
    if obligation::insert(conn, &rows)? != rows.len() {
        return Err(taken().into());
    }
    let news = rows.iter().map(|obligation| super::news(EventKind::ObligationRequested, obligation));
    announce_all(app, conn, news.collect())?;
    let requester = catalogue.agency_code(Some(asked.rule.requester)).ok_or(Error::Internal("a requester is not in the catalogue"))?;
    Ok(Requested { programme: Arc::clone(&asked.programme.code), requester, label, obligations, rule: asked.rule, regime: asked.regime })
}

/// A request whose codes are known and whose rule holds.
struct Asked {
    regime: Arc<Regime>,
    programme: Arc<Programme>,
    subject: Option<(TaskId, Id<Occurrence>)>,
    /// Each with the collective through which it is asked.
    agencies: Vec<(AgencyId, Option<AgencyId>)>,
    rule: Rule,
}

/// Looks up what a request names; every fault at once.
fn read(conn: &mut Conn, catalogue: &Catalogue, own: Option<AgencyId>, today: NaiveDate, new: &NewRequest) -> Result<Asked, Error> {
    let mut faults = Vec::new();
    let row_on = |day| catalogue.regime_rows(&new.regime).iter().find(move |row| row.validity.contains(day)).cloned();
    // The rule that the report rests on is the one in force when its data are cut off.
    let in_force = row_on(today).map(|now| row_on(new.cut_off).ok_or(now));
    if let Some(Err(_)) = in_force {
        let words = ("Chế độ báo cáo không có hiệu lực vào ngày chốt số liệu.", "The regime is not in force on the cut-off.");
        faults.push(Fault::worded("/cutOff", Code::PeriodInconsistent, words.0, words.1));
    }
    let in_force = in_force.map(|row| row.unwrap_or_else(|now| now));
    let programme = match in_force.as_ref().and_then(|regime| regime.programme) {
        Some(id) => catalogue.programme(id).filter(|programme| new.programme.as_ref().is_none_or(|code| **code == *programme.code)),
        None => new.programme.as_ref().and_then(|code| catalogue.programme_by_code(code)),
    };
    let Some(regime) = in_force else {
        return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("/regime", Code::ReferenceUnknown)]).into());
    };
    if programme.is_none() {
        faults.push(Fault::new("/programme", if new.programme.is_some() { Code::ProgrammeUnknown } else { Code::FieldRequired }));
    }
    let agencies = agencies(catalogue, new, &mut faults);
    let named = new.requester.as_ref().map(|code| catalogue.agency_by_code(code).map(|agency| agency.id));
    if named == Some(None) {
        faults.push(Fault::new("/requester", Code::ReferenceUnknown));
    }
    // One that is named and not known is told as such, not as missing.
    let requester = named.map_or(own, |named| named.or(own));
    let request = Request { requester, label: new.label.clone(), from: new.from, cut_off: Some(new.cut_off), due: Some(new.due) };
    let rule = requested(regime.kind, &request, today).map_err(|told| faults.extend(told)).ok();
    let subject = subject(conn, &regime, programme, new, &mut faults)?;
    match (programme, rule) {
        (Some(programme), Some(rule)) if faults.is_empty() => {
            Ok(Asked { regime, programme: Arc::clone(programme), subject, agencies, rule })
        }
        _ => Err(Refusal::with_faults(Code::BodyInvalid, faults).into()),
    }
}

fn agencies(catalogue: &Catalogue, new: &NewRequest, faults: &mut Vec<Fault>) -> Vec<(AgencyId, Option<AgencyId>)> {
    let mut asked: Vec<(AgencyId, Option<AgencyId>)> = Vec::new();
    for (i, code) in new.agencies.iter().enumerate() {
        let at = format!("/agencies/{i}");
        let Some(agency) = catalogue.agency_by_code(code) else {
            faults.push(Fault::new(at, Code::ReferenceUnknown));
            continue;
        };
        let through = agency.collective.map(|_| agency.id);
        let members = catalogue.members_on(agency.id, new.cut_off);
        if members.is_empty() {
            let words = ("Chưa có danh sách thành viên của nhóm cơ quan này.", "The members of this collective are not known.");
            faults.push(Fault::worded(at, Code::RuleBroken, words.0, words.1));
        }
        for member in members {
            if !asked.iter().any(|(known, _)| *known == member) {
                asked.push((member, through));
            }
        }
    }
    asked
}

/// The task that the report is about, where the regime is about tasks, in the year of the cut-off.
fn subject(
    conn: &mut Conn,
    regime: &Regime,
    programme: Option<&Arc<Programme>>,
    new: &NewRequest,
    faults: &mut Vec<Fault>,
) -> Result<Option<(TaskId, Id<Occurrence>)>, Error> {
    match (regime.subject, &new.task, programme) {
        (RegimeSubject::Programme, Some(_), _) => {
            let words = ("Chế độ báo cáo này là về cả chương trình.", "The regime is about the whole programme.");
            faults.push(Fault::worded("/task", Code::RuleBroken, words.0, words.1));
        }
        (RegimeSubject::Task, None, _) => faults.push(Fault::new("/task", Code::FieldRequired)),
        (RegimeSubject::Task, Some(code), Some(programme)) => {
            let Some(found) = task::by_code(conn, programme.id, code)? else {
                faults.push(Fault::new("/task", Code::TaskUnknown));
                return Ok(None);
            };
            match task::occurrence_in(conn, found.id, new.cut_off.year())? {
                Some(occurrence) => return Ok(Some((found.id, occurrence.id))),
                None => faults.push(Fault::new("/cutOff", Code::YearNotScheduled)),
            }
        }
        _ => {}
    }
    Ok(None)
}

impl Asked {
    fn obligations(&self, app: &App, label: &str, catalogue: &Catalogue, cut_off: NaiveDate) -> Vec<(Obligation, Arc<str>)> {
        let each = |(agency, through): &(AgencyId, Option<AgencyId>)| {
            let obligation = Obligation {
                id: app.0.ids.next(),
                regime: self.regime.id,
                programme: self.programme.id,
                agency: *agency,
                task: self.subject.map(|(task, _)| task),
                occurrence: self.subject.map(|(_, occurrence)| occurrence),
                regime_code: Arc::clone(&self.regime.code),
                period: label.into(),
                year: cut_off.year(),
                window: self.rule.window,
                deadline: Deadline::On(self.rule.due),
                through: *through,
                requester: Some(self.rule.requester),
                is_excluded: false,
                created_at: app.0.clock.now(),
                owed_from: None,
            };
            Some((obligation, catalogue.agency_code(Some(*agency))?))
        };
        self.agencies.iter().filter_map(each).collect()
    }
}
