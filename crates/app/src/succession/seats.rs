//! What agencies that end, and posts that fall vacant, leave in committees: seats that go with them, in which nobody sits from then on,
//! and committees that such agencies served as standing agency.
//! Must not move either: that is for a document about the committee to say, and until then it waits.
//! Duties of such agencies are in the queue of `persistence::succession_queue`; rosters change in `committee`.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::{
    agency::{Agency, AgencyId, Holder},
    committee::{CommitteeId, CommitteeRole, CommitteeUnit, Office, VacatedPlace},
    policy::Action,
    programme::ProgrammeId,
};
use persistence::{Conn, committee};
use uuid::Uuid;

use crate::{
    Error, View,
    catalogue::Catalogue,
    committee::Posts,
    listing::{Listing, PageArgs, slice},
};

/// A seat that goes with a post which nobody holds any more, or a committee without a standing agency.
#[derive(Clone, Debug)]
pub struct VacatedSeat {
    pub what: VacatedPlace,
    /// Of the seat, or of the row that says which agency was the standing one.
    pub id: Uuid,
    /// None for a standing agency.
    pub seat: Option<SeatFacts>,
    pub committee: CommitteeId,
    /// Whose post it goes with, or which was the standing agency.
    pub agency: AgencyId,
    /// What it was called on the last day before; none where nobody held it.
    pub post: Option<Arc<str>>,
    /// The first day on which nobody sits there, or nobody serves the committee.
    pub since: NaiveDate,
    /// The first day on which the seat itself is no more, or another agency is the standing one.
    pub until: Option<NaiveDate>,
}

/// What a seat is.
#[derive(Clone, Copy, Debug)]
pub struct SeatFacts {
    pub unit: Option<CommitteeUnit>,
    pub role: CommitteeRole,
    pub rank: i32,
}

/// What these agencies leave in committees when they end on a day.
pub(super) fn vacated(conn: &mut Conn, catalogue: &Catalogue, agencies: &[AgencyId], day: NaiveDate) -> Result<Vec<VacatedSeat>, Error> {
    of_posts(conn, catalogue, |_| true, |agency| agencies.contains(&agency.id).then_some(day), |_, _| None)
}

/// Seats by the end of the agency whose post they go with or by a vacancy of the post, whichever comes first, and standing agencies by
/// their own end, those that were there before it alone; however many, in seven statements.
fn of_posts(
    conn: &mut Conn,
    catalogue: &Catalogue,
    is_shown: impl Fn(CommitteeId) -> bool,
    end: impl Fn(&Agency) -> Option<NaiveDate>,
    vacant: impl Fn(&Posts<'_>, Office) -> Option<NaiveDate>,
) -> Result<Vec<VacatedSeat>, Error> {
    let posts = Posts::of(catalogue);
    let committees: Vec<CommitteeId> = committee::all(conn)?.iter().map(|one| one.id).filter(|id| is_shown(*id)).collect();
    let mut found = Vec::new();
    for (id, history) in committee::histories(conn, &committees)? {
        for seat in &history.seats {
            let Some((office, of)) = seat.office.and_then(|office| Some((office, posts.named(office, NaiveDate::MIN)?))) else { continue };
            let agency = of.agency;
            let first = [end(agency), vacant(&posts, office)].into_iter().flatten().min();
            let Some(day) = first.filter(|day| seat.validity.to.is_none_or(|to| *day < to)) else { continue };
            found.push(VacatedSeat {
                what: VacatedPlace::Seat,
                id: seat.id.uuid(),
                seat: Some(SeatFacts { unit: seat.unit, role: seat.role, rank: seat.rank }),
                committee: id,
                agency: agency.id,
                post: posts.named(office, day.pred_opt().unwrap_or(day)).and_then(|office| office.title.cloned()),
                since: seat.validity.from.map_or(day, |from| from.max(day)),
                until: seat.validity.to,
            });
        }
        found.extend(history.standing.iter().filter_map(|standing| {
            let day = end(catalogue.agency(standing.agency)?).filter(|day| standing.validity.to.is_none_or(|to| *day < to))?;
            Some(VacatedSeat {
                what: VacatedPlace::StandingAgency,
                id: standing.id.uuid(),
                seat: None,
                committee: id,
                agency: standing.agency,
                post: None,
                since: standing.validity.from.map_or(day, |from| from.max(day)),
                until: standing.validity.to,
            })
        }));
    }
    found.sort_by_key(|seat| (seat.since, seat.id));
    Ok(found)
}

/// The first day on which nobody holds an office by a document, where nobody holds it later either, of those up to a day where one is
/// named.
fn vacant_since(posts: &Posts<'_>, office: Office, as_of: Option<NaiveDate>) -> Option<NaiveDate> {
    let is_known = |holder: &Holder| as_of.is_none_or(|day| holder.validity.from.is_none_or(|from| from <= day));
    let last = posts.holders(office).into_iter().rfind(|holder| is_known(holder))?;
    last.ended_by.and(last.validity.to)
}

/// Whether a committee's seats are shown to whoever is shown these programmes: all that it steers are among them.
fn is_within(catalogue: &Catalogue, within: Option<&[ProgrammeId]>, committee: CommitteeId) -> bool {
    let Some(within) = within else { return true };
    let mut steered = catalogue.programmes().iter().filter(|programme| programme.steering_committee == Some(committee)).peekable();
    steered.peek().is_some() && steered.all(|programme| within.contains(&programme.id))
}

async fn waiting(view: &View, as_of: Option<NaiveDate>) -> Result<Vec<VacatedSeat>, Error> {
    view.ctx().allow(Action::ReadSuccession)?;
    let within = view.ctx().succession_scope().programmes();
    let (catalogue, today) = (Arc::clone(view.catalogue().await?), view.today());
    view.read(move |conn| -> Result<Vec<VacatedSeat>, Error> {
        let is_shown = |committee| is_within(&catalogue, within.as_deref(), committee);
        let mut seats = of_posts(conn, &catalogue, is_shown, Agency::end, |posts, office| vacant_since(posts, office, as_of))?;
        // A roster that was changed since has settled it.
        let day = as_of.unwrap_or(today);
        seats.retain(|seat| seat.until.is_none_or(|until| day < until) && as_of.is_none_or(|day| seat.since <= day));
        Ok(seats)
    })
    .await
}

/// A page of the seats that wait for a document to say who sits there, the longest waiting first, of committees all of whose programmes
/// are the caller's: now, from a later day on too, or on a day that is named.
///
/// # Errors
/// `FORBIDDEN` without the right; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn seats(view: &View, as_of: Option<NaiveDate>, args: &PageArgs) -> Result<Listing<VacatedSeat>, Error> {
    let found = waiting(view, as_of).await?;
    let list = format!("vacated seats {as_of:?}");
    Ok(slice(&found, &list, args, |seat| -> (NaiveDate, Uuid) { (seat.since, seat.id) })?)
}

/// How many seats wait.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn seats_count(view: &View, as_of: Option<NaiveDate>) -> Result<i64, Error> {
    Ok(i64::try_from(waiting(view, as_of).await?.len()).unwrap_or(i64::MAX))
}
