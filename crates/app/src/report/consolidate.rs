//! Consolidating: the standing agency's report, built from accepted versions that it names.
//! Must not take in what was not accepted; the versions named are the ones that were summed.
//! The consolidated report is one of the caller's agency, answers to what that owes, and goes the way of every other: `submit`.

use auth::Ctx;
use domain::{
    agency::AgencyId,
    error::{Code, Fault, Refusal},
    period::Period,
    policy::{Action, Resource},
    programme::{Programme, ProgrammeId},
    report::{
        Report, ReportEventKind, ReportId, ReportStatus,
        state::{self, Act},
    },
    revision::Revisions,
};
use persistence::{Conn, DbError, report as stored};

use super::{
    acts::{Done, Said, begin_on, tell, told},
    answer,
    facts::{About, Asked, Contents, Known, Place, contradicted},
    measure::{Measure, falls_under, unfit, unsaid},
    submit::{self, NewReport, Submitted, Way, taken},
};
use crate::{
    Answer, App, Error, OnceKey, StoredResponse,
    audit::{Deed, record_all, watched},
    catalogue::Catalogue,
    idempotency::once,
    outbox::announce_all,
};

const OPERATION: &str = "consolidate_reports";
/// Reports at most that one is built from.
pub const MAX_SOURCES: usize = 500;

/// A report to build.
#[derive(Clone, Debug)]
pub struct Consolidation {
    pub programme: String,
    pub year: i32,
    /// The year where nothing else is said.
    pub period: Option<String>,
    /// Code of the regime about the whole programme that it answers to.
    pub regime: Option<String>,
    pub contents: Contents,
    /// Reports of the programme, accepted.
    pub sources: Vec<ReportId>,
    pub external_ref: Option<String>,
}

/// Builds a report from accepted ones, which are aggregated by that, once for its key. Where it names a regime, it answers to what
/// the caller's agency owes under it, as every other report does.
///
/// # Errors
/// `FORBIDDEN`, `REPORT_REFUSED` with every source that is not an accepted report of the programme and everything that keeps the
/// report from answering to the regime, and those of the key.
pub async fn consolidate(
    app: &App,
    ctx: &Ctx,
    new: Consolidation,
    key: OnceKey,
    render: impl Fn(&Submitted) -> Result<StoredResponse, Error> + Send + 'static,
) -> Result<Answer, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ConsolidateReports)?;
        let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?;
        let agency = account.agency.ok_or_else(|| Refusal::new(Code::Forbidden))?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let Consolidation { programme, year, period, regime, contents, sources, external_ref } = new;
        let about = About { programme, task: None, year, period, regime };
        let new = NewReport { about, agency: None, contents, external_ref };
        once(app, agency.uuid(), OPERATION, key, move |conn| {
            let submitted = build(&app_, conn, &ctx_, agency, (&new, &sources))?;
            render(&submitted)
        })
        .await
    })
    .await
}

fn build(app: &App, conn: &mut Conn, ctx: &Ctx, agency: AgencyId, (new, ids): (&NewReport, &[ReportId])) -> Result<Submitted, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let refuse = |faults| Error::from(Refusal::with_faults(Code::ReportRefused, faults));
    let programme = catalogue.programme_by_code(&new.about.programme);
    let programme = programme.ok_or_else(|| refuse(vec![Fault::new("/programme", Code::ProgrammeUnknown)]))?;
    ctx.allow_on(Action::ConsolidateReports, &Resource { programme: Some(programme.id), ..Resource::default() })?;
    // 1. The versions that it is built from, where it belongs, and whether it says what it must: every fault at once.
    let (sources, mut faults) = accepted(app, conn, ctx, programme.id, ids)?;
    let place = place(conn, &catalogue, programme, Asked { agency: Some(agency), about: &new.about, kept: None })?;
    let content = new.contents.stored()?;
    faults.extend(place.as_ref().map_or_else(|_| unsaid(false, &content), |place| unfit(false, &content, &place.measure, true)));
    let place = match place {
        Ok(place) if faults.is_empty() => place,
        place => return Err(refuse([place.err().unwrap_or_default(), faults].concat())),
    };
    // 2. The report.
    let report = Report { is_consolidated: true, ..submit::built(app, ctx, agency, new, &place, Way::Sent)? };
    stored::insert(conn, &report).map_err(taken)?;
    let versions: Vec<(ReportId, i32)> = sources.iter().filter_map(|source| Some((source.id, source.accepted_version?))).collect();
    stored::add_sources(conn, report.id, report.version, &versions)?;
    // 3. What was accepted is aggregated now; what was so before is named once more.
    let new_ones = sources.into_iter().filter(|source| source.status != ReportStatus::Aggregated).collect();
    aggregate(app, conn, ctx, &catalogue, new_ones)?;
    let submission = report.submission.as_ref().ok_or(Error::Internal("a report that was sent came in by no way"))?;
    let event = submit::submitted_event(app, &report, submission);
    let content = Some(&report.content);
    let done = Done { operation: OPERATION, report: &report, before: None, status: report.status, event: &event, content, agency: None };
    tell(app, conn, ctx, &done)?;
    let code = catalogue.agency_code(Some(agency)).ok_or(Error::Internal("an account's agency is not in the catalogue"))?;
    Ok(Submitted { report, programme: place.programme_code, task: None, agency: code })
}

/// Where the report belongs: to what its agency owes under the regime that it names; without one it answers to nothing.
fn place(conn: &mut Conn, catalogue: &Catalogue, programme: &Programme, asked: Asked<'_>) -> Result<Result<Place, Vec<Fault>>, Error> {
    let about = asked.about;
    match &about.regime {
        None => {
            let period = about.label();
            // Only one who asks for reports gives a period a name of its own.
            if period.parse::<Period>().is_err() {
                return Ok(Err(vec![Fault::new("/period", Code::PatternMismatch)]));
            }
            if let Some(contradicted) = contradicted(catalogue, about) {
                return Ok(Err(vec![contradicted]));
            }
            let measure = Measure::of(None, || falls_under(catalogue, about).cloned());
            let programme_code = programme.code.clone();
            Ok(Ok(Place { programme: programme.id, programme_code, task: None, answer: None, measure, period }))
        }
        // What is owed task by task is answered there; a consolidated report names no task.
        Some(code) if answer::is_about_tasks(catalogue, code) => {
            let words = ("Chế độ báo cáo này là về từng nhiệm vụ.", "The regime is about single tasks.");
            Ok(Err(vec![Fault::worded("/regime", Code::RuleBroken, words.0, words.1)]))
        }
        Some(_) => {
            let mut known = Known::default();
            known.load(conn, catalogue, &[asked])?;
            Ok(known.place(catalogue, asked))
        }
    }
}

/// The sources in the order in which they are named, each a report of the programme in the caller's scope that the machine lets be
/// aggregated or that is so already; and what is wrong with the others.
fn accepted(app: &App, conn: &mut Conn, ctx: &Ctx, programme: ProgrammeId, ids: &[ReportId]) -> Result<(Vec<Report>, Vec<Fault>), DbError> {
    let today = app.0.clock.today();
    let found = stored::by_ids(conn, &ctx.report_scope(), ids)?;
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    let counts =
        |report: &Report| report.status == ReportStatus::Aggregated || state::after(report.standing(None), Act::Aggregate, today).is_ok();
    for (place, id) in ids.iter().enumerate() {
        let at = || format!("/sources/{place}");
        match found.iter().find(|report| report.id == *id && report.programme == programme && report.is_inside) {
            _ if ids[..place].contains(id) => faults.push(Fault::new(at(), Code::Duplicate)),
            None => faults.push(Fault::new(at(), Code::ReferenceUnknown)),
            Some(report) if !counts(report) => faults.push(Fault::new(at(), Code::NotAccepted)),
            Some(report) => sources.push(report.clone()),
        }
    }
    Ok((sources, faults))
}

/// Moves reports on by the machine, in a handful of statements.
fn aggregate(app: &App, conn: &mut Conn, ctx: &Ctx, catalogue: &Catalogue, sources: Vec<Report>) -> Result<(), Error> {
    let (mut at, mut events, mut news, mut deeds) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for source in sources {
        let seen = (source.id, source.revision);
        let acting = begin_on(app, catalogue, ctx, (source, &Revisions::Any, None), (Action::ConsolidateReports, Act::Aggregate))?;
        let event = acting.event(acting.report.version, ReportEventKind::Aggregated, Said::default());
        let report = &acting.report;
        let before = Some((report.status, report.version));
        let done = Done { operation: OPERATION, report, before, status: acting.status, event: &event, content: None, agency: None };
        let (one, deed) = told(&done);
        at.push(seen);
        events.push(event);
        news.push(one);
        deeds.push(deed);
    }
    // Another changed one of them in between: looked up again, it is told so.
    if !stored::aggregate(conn, &at)? {
        return Err(DbError::Serialisation.into());
    }
    stored::add_events(conn, &events.iter().collect::<Vec<_>>())?;
    announce_all(app, conn, news)?;
    Ok(record_all(app, conn, ctx, deeds)?)
}
