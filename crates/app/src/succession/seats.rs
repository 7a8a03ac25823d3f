//! Seats of committees that go with posts of agencies that end: from then on nobody holds the post, so that nobody sits there.
//! Must not move a seat: who sits in a committee is for a document about its roster to say, and until then the seat waits.
//! Duties of such agencies are in the queue of `persistence::succession_queue`; rosters change in `committee`.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::{
    agency::{Agency, AgencyId},
    committee::{CommitteeId, CommitteeRole, CommitteeUnit, SeatId},
    id::Id,
    policy::Action,
};
use persistence::{Conn, committee};
use uuid::Uuid;

use crate::{
    Error, View,
    catalogue::Catalogue,
    committee::Posts,
    listing::{Listing, PageArgs, slice},
};

/// A seat that goes with a post which nobody can hold any more.
#[derive(Clone, Debug)]
pub struct VacatedSeat {
    pub seat: SeatId,
    pub committee: CommitteeId,
    pub unit: Option<CommitteeUnit>,
    pub role: CommitteeRole,
    pub rank: i32,
    /// Whose post it goes with.
    pub agency: AgencyId,
    /// What it was called on the last day of the agency; none where nobody held it.
    pub post: Option<Arc<str>>,
    /// The first day on which nobody sits there.
    pub since: NaiveDate,
    /// The first day on which the seat itself is no more.
    pub until: Option<NaiveDate>,
}

/// The seats that these agencies leave when they end on a day.
pub(super) fn vacated(conn: &mut Conn, catalogue: &Catalogue, agencies: &[AgencyId], day: NaiveDate) -> Result<Vec<VacatedSeat>, Error> {
    of_posts(conn, catalogue, |agency| agencies.contains(&agency.id).then_some(day))
}

/// Seats by the end of the agency whose post they go with, those that were there before it alone; however many, in six statements.
fn of_posts(conn: &mut Conn, catalogue: &Catalogue, end: impl Fn(&Agency) -> Option<NaiveDate>) -> Result<Vec<VacatedSeat>, Error> {
    let posts = Posts::of(catalogue);
    let committees: Vec<CommitteeId> = committee::all(conn)?.iter().map(|one| one.id).collect();
    let mut found = Vec::new();
    for (id, history) in committee::histories(conn, &committees)? {
        for seat in &history.seats {
            let Some((office, of)) = seat.office.and_then(|office| Some((office, posts.named(office, NaiveDate::MIN)?))) else { continue };
            let agency = of.agency;
            let Some(day) = end(agency).filter(|day| seat.validity.to.is_none_or(|to| *day < to)) else { continue };
            found.push(VacatedSeat {
                seat: seat.id,
                committee: id,
                unit: seat.unit,
                role: seat.role,
                rank: seat.rank,
                agency: agency.id,
                post: posts.named(office, day.pred_opt().unwrap_or(day)).and_then(|office| office.title.cloned()),
                since: seat.validity.from.map_or(day, |from| from.max(day)),
                until: seat.validity.to,
            });
        }
    }
    found.sort_by_key(|seat| (seat.since, seat.seat));
    Ok(found)
}

/// The first day on which an agency is no more; none while its end is not known.
fn end_of(agency: &Agency) -> Option<NaiveDate> {
    let ends: Option<Vec<NaiveDate>> = agency.versions.iter().map(|version| version.validity.to).collect();
    ends?.into_iter().max()
}

async fn waiting(view: &View) -> Result<Vec<VacatedSeat>, Error> {
    view.ctx().allow(Action::ReadSuccession)?;
    let (catalogue, today) = (Arc::clone(view.catalogue().await?), view.today());
    view.read(move |conn| -> Result<Vec<VacatedSeat>, Error> {
        let mut seats = of_posts(conn, &catalogue, end_of)?;
        // A roster that was changed since has settled it.
        seats.retain(|seat| seat.until.is_none_or(|until| today < until));
        Ok(seats)
    })
    .await
}

/// A page of the seats that wait for a document to say who sits there, the longest waiting first.
///
/// # Errors
/// `FORBIDDEN` without the right; `PAGE_INVALID`, `CURSOR_INVALID`.
pub async fn seats(view: &View, args: &PageArgs) -> Result<Listing<VacatedSeat>, Error> {
    let found = waiting(view).await?;
    Ok(slice(&found, "vacated seats", args, |seat| -> (NaiveDate, Uuid) { (seat.since, Id::uuid(seat.seat)) })?)
}

/// How many seats wait.
///
/// # Errors
/// `FORBIDDEN` without the right.
pub async fn seats_count(view: &View) -> Result<i64, Error> {
    Ok(i64::try_from(waiting(view).await?.len()).unwrap_or(i64::MAX))
}
