//! Ladders by line, task, agency, source and year, and means against need: every one of them a sum of the same movements.
//! Must not show nought for what is not recorded, nor mix sources unasked.
//! The sums are made by `persistence::budget`, what they mean is `domain::budget`.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::Hash,
};

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    budget::{BudgetLineId, Ceiling, Dimension, FundingSourceKind, Ladders, MAX_AMOUNT, YEARS, YearlyMeans},
    document::DocumentId,
    error::{Code, Fault, Refusal},
    id::Id,
    money::Total,
    policy::{Action, Resource},
    programme::ProgrammeId,
    task::TaskId,
};
use persistence::{
    Conn,
    budget::{self as stored, AsOf, Grouping, Mean, Sum, SumFilter, SumKey},
    task,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{AmountGiven, LineFilter, asked, judge::read};
use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    document::named_in,
    identity::current,
    listing::{Listing, PageArgs, slice},
    place::NewPlace,
};

/// Which movements, by codes. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct FiguresFilter {
    pub lines: LineFilter,
    pub booking_year: Option<i32>,
}

/// Of what a ladder is: of a line, task or agency, of a source, or of a year; of none of them for a programme as a whole, by task.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FiguresKey {
    pub id: Option<Uuid>,
    pub source: Option<FundingSourceKind>,
    pub year: Option<i32>,
}

/// The ladders of something, each source apart.
#[derive(Clone, Debug)]
pub struct Figures {
    pub key: FiguresKey,
    pub ladders: Ladders,
}

/// What is told of a dimension.
#[derive(Clone, Debug)]
pub struct Told {
    pub page: Listing<Figures>,
    /// Of everything that the filter lets through, not of the page alone.
    pub total: Ladders,
    pub as_of: NaiveDate,
}

const fn grouping(by: Dimension) -> Grouping {
    match by {
        Dimension::Line => Grouping::Line,
        Dimension::Task => Grouping::Task,
        Dimension::Agency => Grouping::Agency,
        // The books of a row are told with it.
        Dimension::Source | Dimension::BookingYear => Grouping::Source,
        Dimension::Year => Grouping::Year,
    }
}

/// Ladders as of a day, today where nothing is said. By task, those of a programme that is named are told with what has no line.
///
/// # Errors
/// `FORBIDDEN` by line, where only lines are told that the caller may know of; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn figures(view: &View, by: Dimension, filter: &FiguresFilter, as_of: Option<NaiveDate>, args: &PageArgs) -> Result<Told, Error> {
    let day = as_of.unwrap_or_else(|| view.today());
    let (items, total) = all_figures(view, by, filter, day).await?;
    let scope = (by == Dimension::Line).then(|| super::scope(view)).transpose()?;
    let list = format!("budget ladders {by:?} {filter:?} {scope:?} {day}");
    Ok(Told { page: slice(&items, &list, args, |item| item.key)?, total, as_of: day })
}

/// All ladders as of a day, in the order of their keys, and the ladders of everything that the filter lets through: in as many statements
/// whatever their number.
///
/// # Errors
/// As [`figures`].
pub(crate) async fn all_figures(
    view: &View,
    by: Dimension,
    filter: &FiguresFilter,
    day: NaiveDate,
) -> Result<(Vec<Figures>, Ladders), Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let scope = if by == Dimension::Line { Some(super::scope(view)?) } else { None };
    let Some(lines) = asked(view, &filter.lines).await? else { return Ok((Vec::new(), Ladders::default())) };
    let sums = SumFilter {
        programmes: lines.programme.into_iter().collect(),
        tasks: lines.task.into_iter().collect(),
        agencies: lines.agency.into_iter().collect(),
        lines: Vec::new(),
        source: lines.source,
        year: lines.year,
        is_capital: lines.is_capital,
        scope,
    };
    let rows = view.read(move |conn| stored::sums(conn, &sums, grouping(by), &AsOf::Day(day))).await?;
    let (mut found, mut total) = (BTreeMap::new(), Ladders::default());
    let is_whole = lines.task.is_none() && lines.agency.is_none() && lines.source.is_none() && lines.is_capital.is_none();
    if let Some(programme) = lines.programme.filter(|_| by == Dimension::Task && is_whole) {
        for id in tasks_of(view, programme).await? {
            found.entry(FiguresKey { id: Some(id.uuid()), source: None, year: None }).or_insert_with(Ladders::default);
        }
    }
    for row in rows {
        let Some(stood) = &row.stood else {
            // Lines without movements stand in no year's books.
            if by != Dimension::BookingYear {
                found.entry(key(&row, by, row.key.year)).or_default();
            }
            continue;
        };
        if by == Dimension::BookingYear {
            for year in stood.years().filter(|year| filter.booking_year.is_none_or(|asked| asked == *year)) {
                found.entry(key(&row, by, Some(year))).or_default().add(row.source, stood, Some(year));
            }
        } else {
            found.entry(key(&row, by, row.key.year)).or_default().add(row.source, stood, filter.booking_year);
        }
        total.add(row.source, stood, filter.booking_year);
    }
    Ok((found.into_iter().map(|(key, ladders)| Figures { key, ladders }).collect(), total))
}

/// What a sum is of.
fn key(row: &Sum, by: Dimension, year: Option<i32>) -> FiguresKey {
    FiguresKey { id: row.key.id, source: (by == Dimension::Source).then_some(row.source), year }
}

/// Adds a sum to the ladder of its source.
fn add(ladders: &mut Ladders, row: &Sum) {
    if let Some(stood) = &row.stood {
        ladders.add(row.source, stood, None);
    }
}

/// The tasks of a programme.
async fn tasks_of(view: &View, programme: ProgrammeId) -> Result<Vec<TaskId>, Error> {
    let groups = view.catalogue().await?.programme(programme).map(|found| found.groups.iter().map(|group| group.id).collect::<Vec<_>>());
    let groups = groups.unwrap_or_default();
    Ok(view.read(move |conn| task::by_groups(conn, &groups)).await?.into_iter().map(|task| task.id).collect())
}

/// What ladders of many things are asked for with: a budget year, all where nothing is said, and a day, today where nothing is said.
pub type Asked = (Option<i32>, Option<NaiveDate>);

/// The ladders of many things, each as of its day, in one statement for each year that is asked for.
async fn of_many<K: Copy + Eq + Hash>(
    view: &View,
    keys: Vec<(K, Asked)>,
    grouping: Grouping,
    filter: SumFilter,
    id: impl Fn(K) -> Uuid,
) -> Result<HashMap<(K, Asked), Ladders>, Error> {
    let today = view.today();
    let mut by_year: HashMap<Option<i32>, Vec<(K, Option<NaiveDate>)>> = HashMap::new();
    for (key, (year, day)) in keys {
        by_year.entry(year).or_default().push((key, day));
    }
    let mut found = HashMap::new();
    for (year, keys) in by_year {
        let place = |(key, day): (K, Option<NaiveDate>)| (id(key), day.unwrap_or(today));
        let asked: HashSet<(Uuid, NaiveDate)> = keys.iter().copied().map(place).collect();
        let (filter, as_of) = (SumFilter { year, ..filter.clone() }, AsOf::Each(asked.into_iter().collect()));
        let mut known: HashMap<(Uuid, NaiveDate), Ladders> = HashMap::new();
        for row in view.read(move |conn| stored::sums(conn, &filter, grouping, &as_of)).await? {
            let SumKey { id: Some(id), .. } = row.key else { continue };
            add(known.entry((id, row.day)).or_default(), &row);
        }
        found.extend(keys.into_iter().map(|(key, day)| ((key, (year, day)), known.get(&place((key, day))).cloned().unwrap_or_default())));
    }
    Ok(found)
}

/// The ladders of these tasks.
///
/// # Errors
/// `FORBIDDEN`; so with those that follow.
pub async fn of_tasks(view: &View, keys: Vec<(TaskId, Asked)>) -> Result<HashMap<(TaskId, Asked), Ladders>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    of_many(view, keys, Grouping::Task, SumFilter::default(), Id::uuid).await
}

/// The ladders of these agencies.
///
/// # Errors
/// As [`of_tasks`].
pub async fn of_agencies(view: &View, keys: Vec<(AgencyId, Asked)>) -> Result<HashMap<(AgencyId, Asked), Ladders>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    of_many(view, keys, Grouping::Agency, SumFilter::default(), Id::uuid).await
}

/// The ladders of these programmes.
///
/// # Errors
/// As [`of_tasks`].
pub async fn of_programmes(view: &View, keys: Vec<(ProgrammeId, Asked)>) -> Result<HashMap<(ProgrammeId, Asked), Ladders>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    of_many(view, keys, Grouping::Programme, SumFilter::default(), Id::uuid).await
}

/// The ladders of these lines, of those that the caller may know of.
///
/// # Errors
/// `FORBIDDEN`; as [`of_tasks`].
pub async fn of_lines(view: &View, keys: Vec<(BudgetLineId, Asked)>) -> Result<HashMap<(BudgetLineId, Asked), Ladders>, Error> {
    let filter = SumFilter { scope: Some(super::scope(view)?), ..SumFilter::default() };
    of_many(view, keys, Grouping::Line, filter, Id::uuid).await
}

/// What a programme needs in a year against what is there for it.
#[derive(Clone, Debug)]
pub struct MeansOfYear {
    pub programme: ProgrammeId,
    pub year: i32,
    /// Each source apart, with the document that tells what it can give.
    pub sources: Vec<(FundingSourceKind, YearlyMeans, Option<Mean>)>,
    /// The state budget's sources together.
    pub state: YearlyMeans,
}

/// Need against means of programmes and years, as of a day.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn means(view: &View, programme: Option<String>, year: Option<i32>, as_of: Option<NaiveDate>) -> Result<Vec<MeansOfYear>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let day = as_of.unwrap_or_else(|| view.today());
    let filter = LineFilter { programme, year, ..LineFilter::default() };
    let Some(lines) = asked(view, &filter).await? else { return Ok(Vec::new()) };
    let sums = SumFilter { programmes: lines.programme.into_iter().collect(), year, ..SumFilter::default() };
    let (rows, told) = view
        .read(move |conn| -> Result<_, Error> {
            let rows = stored::sums(conn, &sums, Grouping::Means, &AsOf::Day(day))?;
            Ok((rows, stored::means(conn, lines.programme, year, day)?))
        })
        .await?;
    let mut years: BTreeMap<(ProgrammeId, i32), (Ladders, Vec<Mean>)> = BTreeMap::new();
    for row in rows {
        if let SumKey { id: Some(id), year: Some(year) } = row.key {
            add(&mut years.entry((Id::from_uuid(id), year)).or_default().0, &row);
        }
    }
    for mean in told {
        years.entry((mean.programme, mean.year)).or_default().1.push(mean);
    }
    Ok(years.into_iter().map(|((programme, year), (ladders, told))| of_year(programme, year, &ladders, &told)).collect())
}

fn of_year(programme: ProgrammeId, year: i32, ladders: &Ladders, told: &[Mean]) -> MeansOfYear {
    let mut sources = Vec::new();
    for source in FundingSourceKind::ALL {
        let (ladder, mean) = (ladders.of(*source), told.iter().find(|mean| mean.source == *source));
        if ladder.is_none() && mean.is_none() {
            continue;
        }
        // As the ladder calls it; of means that are not assigned, what there is.
        let assigned = ladder.and_then(|ladder| match source.ceiling() {
            Ceiling::Assigned => ladder.assigned(),
            ceiling => ladder.available(ceiling),
        });
        let (needed, able) = (ladder.and_then(domain::budget::Ladder::needed), mean.map(|mean| mean.amount.into()));
        sources.push((*source, YearlyMeans { year, needed, able, assigned }, mean.cloned()));
    }
    let of_state = || sources.iter().filter(|(source, ..)| source.is_state()).map(|(_, means, _)| means);
    let sum = |of: fn(&YearlyMeans) -> Option<Total>| of_state().filter_map(of).fold(None, |sum, one| Some(sum.unwrap_or_default() + one));
    let state = YearlyMeans { year, needed: sum(|of| of.needed), able: sum(|of| of.able), assigned: sum(|of| of.assigned) };
    MeansOfYear { programme, year, sources, state }
}

/// What a source can give in a year, as a document tells it.
#[derive(Clone, Debug)]
pub struct NewMean {
    /// Code.
    pub programme: String,
    pub year: i32,
    pub source: FundingSourceKind,
    pub amount: AmountGiven,
    /// From when on it is told.
    pub on: NaiveDate,
    /// Number or identifier.
    pub document: String,
    pub place: NewPlace,
}

const OPERATION: &str = "record_budget_means";

/// Records what a source can give in a year; what was recorded before stays, and counts no more.
///
/// # Errors
/// `FORBIDDEN`, `BODY_INVALID` with every fault.
pub async fn record_mean(app: &App, ctx: &Ctx, new: NewMean) -> Result<(), Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::AssignMoney)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| store(&app_, conn, &ctx_, &new)).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewMean) -> Result<(), Error> {
    let ctx = &current(app, conn, ctx)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let catalogue = app.0.catalogue.current(conn)?;
    let programme = catalogue.programme_by_code(&new.programme).map(|programme| programme.id);
    ctx.allow_on(Action::AssignMoney, &Resource { programme, ..Resource::default() })?;
    let mut faults = Vec::new();
    let fault = |at: &str, code: Code| Fault::new(at, code);
    faults.extend(programme.is_none().then(|| fault("/programme", Code::ReferenceUnknown)));
    faults.extend((!YEARS.contains(&new.year)).then(|| fault("/year", Code::OutOfRange)));
    faults.extend((new.on > app.0.clock.today()).then(|| fault("/on", Code::DayInFuture)));
    let place = new.place.read(&mut faults);
    let amount = read(&new.amount).map_err(|fault| faults.push(fault)).ok();
    faults.extend(amount.filter(|amount| amount.is_negative() || *amount > MAX_AMOUNT).map(|_| fault("/amount", Code::OutOfRange)));
    let document: Option<DocumentId> = match named_in(conn, "/document", &new.document) {
        Ok(id) => Some(id),
        Err(Error::Refused(refusal)) => {
            faults.extend(refusal.faults);
            None
        }
        Err(error) => return Err(error),
    };
    let (Some(programme), Some(amount), Some(document), true) = (programme, amount, document, faults.is_empty()) else {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    };
    let mean = Mean {
        id: app.0.ids.next(),
        programme,
        year: new.year,
        source: new.source,
        amount,
        on: new.on,
        document,
        place,
        account,
        recorded_at: app.0.clock.now(),
    };
    stored::insert_mean(conn, &mean)?;
    let after =
        json!({"year": mean.year, "source": mean.source.label(), "amount": amount.get(), "on": mean.on, "document": document.to_string()});
    Ok(record(app, conn, ctx, Deed::new(OPERATION).on("programme", &new.programme).with(json!({ "after": after })))?)
}
