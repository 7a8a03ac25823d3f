//! Staff rolls: what an agency returns of its staff for a day, in the place of what it returned for that day before.
//! Must not show an agency's roll to whoever may not know of it: counts of a few are about people.
//! What they count is `domain::training`; how many of them were trained is `training`.

use auth::Ctx;
use chrono::{Datelike, NaiveDate};
use domain::{
    error::{Code, Fault},
    id::Id,
    policy::Action,
    training::{StaffRoll, StaffRollId},
};
use persistence::staff_roll::{self as stored, RollFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    App, Error, View,
    audit::{Deed, watched},
    listing::{Listing, PageArgs},
    training::{YEARS, at_desk, document, open_to, refused},
};

const LIST: &str = "list_staff_rolls";
const RECORD: &str = "record_staff_roll";
const MAX_COUNT: u64 = 10_000_000;

/// Which rolls, of those that the caller may see.
#[derive(Clone, Debug, Default)]
pub struct StaffRollFilter {
    /// Code.
    pub agency: Option<String>,
    /// For a day up to this one.
    pub as_of: Option<NaiveDate>,
}

/// The counts of a roll; what is not told is not nought.
#[derive(Clone, Debug, Default)]
pub struct NewRoll {
    pub headcount: Option<u64>,
    pub in_charge: Option<u64>,
    pub with_degree: Option<u64>,
    pub with_fitting_major: Option<u64>,
    pub with_language: Option<u64>,
    pub fully_qualified: Option<u64>,
    pub posts: Option<u64>,
    pub full_time: Option<u64>,
    pub part_time: Option<u64>,
    pub has_focal_point: Option<bool>,
    /// Number or identifier.
    pub document: Option<String>,
}

/// As the database is asked; nothing where nothing can fit.
async fn asked(view: &View, filter: &StaffRollFilter) -> Result<Option<RollFilter>, Error> {
    let mut agencies = open_to(&view.ctx().participation_scope(), None);
    if let Some(code) = &filter.agency {
        let Some(agency) = view.catalogue().await?.agency_by_code(code) else { return Ok(None) };
        if agencies.is_some_and(|own| !own.contains(&agency.id)) {
            return Ok(None);
        }
        agencies = Some(vec![agency.id]);
    }
    Ok(Some(RollFilter { agencies, until: filter.as_of }))
}

/// A page of rolls that the caller may see, those first written down last first.
///
/// # Errors
/// `FORBIDDEN`, `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn list(view: &View, filter: &StaffRollFilter, args: &PageArgs) -> Result<Listing<StaffRoll>, Error> {
    watched(view.app(), view.ctx(), Deed::new(LIST), async {
        view.ctx().allow(Action::ReadParticipations)?;
        let list = format!("staff rolls {filter:?} {:?}", view.ctx().participation_scope());
        let request = args.request::<Uuid>(&list)?.map(StaffRollId::from_uuid);
        let Some(filter) = asked(view, filter).await? else {
            return Ok(Listing::default());
        };
        let page = view.read(move |conn| stored::page(conn, &filter, &request)).await?;
        Ok(Listing::of(page, &list, |roll| roll.id.uuid()))
    })
    .await
}

/// How many rolls the caller may see.
///
/// # Errors
/// `FORBIDDEN`.
pub async fn count(view: &View, filter: &StaffRollFilter) -> Result<i64, Error> {
    view.ctx().allow(Action::ReadParticipations)?;
    let Some(filter) = asked(view, filter).await? else { return Ok(0) };
    view.read(move |conn| stored::count(conn, &filter)).await
}

/// Writes down what an agency returns for a day; tells whether it is the first for that day.
///
/// # Errors
/// `FORBIDDEN`, `AGENCY_NOT_YOURS`; `BODY_INVALID` with every fault.
pub async fn record_roll(app: &App, ctx: &Ctx, agency: String, on: NaiveDate, new: NewRoll) -> Result<(StaffRoll, bool), Error> {
    at_desk(app, ctx, Deed::new(RECORD), move |desk, conn| {
        let mut faults = Vec::new();
        let agency_id = desk.acting(None, "/agency", &agency, &mut faults)?;
        if !YEARS.contains(&on.year()) || on > desk.today {
            faults.push(Fault::new("/on", Code::OutOfRange));
        }
        let document = document(conn, "/document", new.document.as_deref(), &mut faults)?;
        let Some(agency_id) = agency_id else { return Err(refused(faults)) };
        if desk.catalogue.agency(agency_id).is_some_and(|agency| !agency.is_active_on(on)) {
            let words = ("Cơ quan này không hoạt động vào ngày đó.", "The agency is not there on that day.");
            faults.push(Fault::worded("/on", Code::RuleBroken, words.0, words.1));
        }
        let before = if faults.is_empty() { stored::of_day(conn, agency_id, on)? } else { None };
        let id = before.as_ref().map_or_else(|| desk.app.0.ids.next(), |before| before.id);
        let roll = roll((id, agency_id, on), &new, document);
        faults.extend(too_many(&new));
        faults.extend(roll.faults(""));
        if !faults.is_empty() {
            return Err(refused(faults));
        }
        stored::store(conn, &roll, before.is_none(), desk.stamp())?;
        let told = json!({"agency": agency, "on": on, "before": before.as_ref().map(told), "after": told(&roll)});
        desk.record(conn, Deed::new(RECORD).on("staff_roll", id).for_agency(Some(&agency)).with(told))?;
        Ok((roll, before.is_none()))
    })
    .await
}

fn roll(
    (id, agency, on): (Id<StaffRoll>, domain::agency::AgencyId, NaiveDate),
    new: &NewRoll,
    document: Option<domain::document::DocumentId>,
) -> StaffRoll {
    StaffRoll {
        id,
        agency,
        on,
        headcount: new.headcount,
        in_charge: new.in_charge,
        with_degree: new.with_degree,
        with_fitting_major: new.with_fitting_major,
        with_language: new.with_language,
        fully_qualified: new.fully_qualified,
        posts: new.posts,
        full_time: new.full_time,
        part_time: new.part_time,
        has_focal_point: new.has_focal_point,
        document,
    }
}

fn too_many(new: &NewRoll) -> Vec<Fault> {
    let counts = [
        ("headcount", new.headcount),
        ("inCharge", new.in_charge),
        ("withDegree", new.with_degree),
        ("withFittingMajor", new.with_fitting_major),
        ("withLanguage", new.with_language),
        ("fullyQualified", new.fully_qualified),
        ("posts", new.posts),
        ("fullTime", new.full_time),
        ("partTime", new.part_time),
    ];
    let over = counts.into_iter().filter(|(_, count)| count.is_some_and(|count| count > MAX_COUNT));
    over.map(|(field, _)| Fault::new(format!("/{field}"), Code::OutOfRange)).collect()
}

/// What the audit log tells of a roll.
fn told(roll: &StaffRoll) -> Value {
    json!({"headcount": roll.headcount, "inCharge": roll.in_charge, "withDegree": roll.with_degree,
           "withFittingMajor": roll.with_fitting_major, "withLanguage": roll.with_language, "fullyQualified": roll.fully_qualified,
           "posts": roll.posts, "fullTime": roll.full_time, "partTime": roll.part_time, "hasFocalPoint": roll.has_focal_point,
           "document": roll.document.map(|id| id.to_string())})
}
