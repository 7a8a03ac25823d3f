//! Chasing by the rules of the regimes, by itself: each step of each obligation once.
//! Must not say who is chased when: that is `domain::chasing`; a step is written with its event, or not at all.
//! Run by the server at its start and every hour, after what is owed has been made.

use std::collections::{HashMap, HashSet};

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    chasing::{Notice, NoticeKind, Step, addressee, due_days, steps_on},
    obligation::{Obligation, ObligationId},
};
use persistence::{
    Conn, DbError,
    chasing::{self, Among},
};
use serde_json::json;

use super::news;
use crate::{
    App, Error,
    audit::{Deed, record},
    catalogue::Catalogue,
    outbox::announce_all,
};

/// Obligations of one transaction.
const BATCH: usize = 500;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chased {
    /// Reminders sent to agencies.
    pub reminders: usize,
    /// Times that others were told of a report that stays out.
    pub escalations: usize,
}

/// Sends what the rules ask for today. Nodes may do it at the same time: one at a time is let to it.
///
/// # Errors
/// `UNAVAILABLE` when the database does not answer.
pub async fn run(app: &App, ctx: &Ctx) -> Result<Chased, Error> {
    // Found out on one state of the database, so that no writer waits for it; looked at again where it is written.
    let reading = app.clone();
    let mut open = app.0.db.read(move |conn| open(&reading, conn)).await?;
    let mut chased = Chased::default();
    while !open.is_empty() {
        let batch = open.split_off(open.len().saturating_sub(BATCH));
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let Some(sent) = app.0.db.append(move |conn| send(&app_, conn, &ctx_, &batch)).await? else { break };
        chased.reminders += sent.reminders;
        chased.escalations += sent.escalations;
    }
    Ok(chased)
}

/// The obligations of which something is to be told.
fn open(app: &App, conn: &mut Conn) -> Result<Vec<ObligationId>, DbError> {
    let catalogue = app.0.catalogue.current(conn)?;
    let today = app.0.clock.today();
    let Some((from, to)) = due_days(catalogue.regimes().iter().map(|regime| &regime.chasing), today) else { return Ok(Vec::new()) };
    let due = due(&catalogue, conn, Among::Due(from, to), today)?;
    Ok(due.into_iter().map(|(obligation, _)| obligation.id).collect())
}

/// What is to be told of what is still owed, and has not been told.
fn due(catalogue: &Catalogue, conn: &mut Conn, among: Among<'_>, today: NaiveDate) -> Result<Vec<(Obligation, Vec<Step>)>, DbError> {
    let owed = chasing::owed(conn, among)?;
    if owed.is_empty() {
        return Ok(Vec::new());
    }
    let taken: HashSet<(ObligationId, Step)> = chasing::taken(conn, among)?;
    let each = |obligation: Obligation| {
        let rules = &catalogue.regime(obligation.regime)?.chasing;
        let bodies = catalogue.bodies_on(catalogue.programme(obligation.programme)?, today);
        let mut steps = steps_on(rules, &obligation, today);
        // Where nobody is to be told, as while a successor is awaited, the step is not taken: it is once somebody is there.
        let has_addressee = |step: &Step| addressee(step.level, obligation.agency, bodies).is_some();
        steps.retain(|step| has_addressee(step) && !taken.contains(&(obligation.id, *step)));
        (!steps.is_empty()).then_some((obligation, steps))
    };
    Ok(owed.into_iter().filter_map(each).collect())
}

/// Writes what is to be told of these obligations; `None` when another node is at it.
fn send(app: &App, conn: &mut Conn, ctx: &Ctx, ids: &[ObligationId]) -> Result<Option<Chased>, DbError> {
    if !chasing::try_lock(conn)? {
        return Ok(None);
    }
    let catalogue = app.0.catalogue.current(conn)?;
    let due = due(&catalogue, conn, Among::Ids(ids), app.0.clock.today())?;
    let notices: Vec<Notice> =
        due.iter().flat_map(|(obligation, steps)| steps.iter().filter_map(|step| notice(app, &catalogue, obligation, *step))).collect();
    if notices.is_empty() {
        return Ok(Some(Chased::default()));
    }
    chasing::insert(conn, &notices)?;
    let obligations: HashMap<ObligationId, &Obligation> = due.iter().map(|(obligation, _)| (obligation.id, obligation)).collect();
    let told = notices.iter().filter_map(|notice| Some(news(notice, obligations.get(&notice.obligation)?)));
    announce_all(app, conn, told.collect())?;
    let reminders = notices.iter().filter(|notice| notice.kind == NoticeKind::Reminder).count();
    let sent = Chased { reminders, escalations: notices.len() - reminders };
    let after = json!({"reminders": sent.reminders, "escalations": sent.escalations});
    record(app, conn, ctx, Deed::new("chase_obligations").with(json!({ "after": after })))?;
    Ok(Some(sent))
}

fn notice(app: &App, catalogue: &Catalogue, obligation: &Obligation, step: Step) -> Option<Notice> {
    let programme = catalogue.programme(obligation.programme)?;
    Some(Notice {
        id: app.0.ids.next(),
        obligation: obligation.id,
        programme: obligation.programme,
        owing: obligation.agency,
        kind: step.kind,
        level: step.level,
        addressee: addressee(step.level, obligation.agency, catalogue.bodies_on(programme, app.0.clock.today())),
        offset_days: Some(step.offset_days),
        text: None,
        sent_by: None,
        day: app.0.clock.today(),
        sent_at: app.0.clock.now(),
    })
}
