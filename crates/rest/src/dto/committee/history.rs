//! Seats and people of committees through time, as REST shows them.
//! Must not derive who sat where; it comes from `app::committee`.
//! Rosters of a day are `read`.

use app::{
    catalogue::Catalogue,
    committee::{Committee, Posts, Sat},
};
use chrono::NaiveDate;
use domain::committee::{Occupant, Person, Seat};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{CommitteeOccupant, CommitteeSeat};
use crate::dto::place::{Place, Places};

/// A seat with everybody who ever sat there.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeatHistory {
    #[serde(flatten)]
    pub seat: CommitteeSeat,
    /// Code of the committee's body.
    #[schema(max_length = 64)]
    pub committee: String,
    /// The first day on which it is there.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer there; null while it is.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document that the seat rests on.
    pub basis: Uuid,
    #[serde(flatten)]
    pub place: Place,
    /// In the order of time.
    #[schema(max_items = 10000)]
    pub history: Vec<CommitteeOccupant>,
}

impl SeatHistory {
    pub fn of(
        known: &Committee,
        (seat, occupants): (&Seat, &[Occupant]),
        (posts, places): (&Posts<'_>, &Places),
        today: NaiveDate,
    ) -> Self {
        let last = seat.validity.to.and_then(|to| to.pred_opt()).map_or(today, |last| last.min(today));
        let office = seat.office.and_then(|office| posts.named(office, last));
        Self {
            seat: CommitteeSeat::of(seat, office.as_ref()),
            committee: known.agency.code.to_string(),
            valid_from: seat.validity.from,
            valid_to: seat.validity.to,
            basis: seat.basis.uuid(),
            place: places.at(seat.id.uuid(), Some(seat.basis)),
            history: occupants.iter().map(|occupant| CommitteeOccupant::of(occupant, places)).collect(),
        }
    }
}

/// Somebody who sits or sat in a committee, as decisions print the name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeMember {
    pub id: Uuid,
    /// As a document printed it last.
    #[schema(max_length = 200)]
    pub name: String,
    /// Where the person sat, by name or by an office, in whichever committee, in the order of time.
    #[schema(max_items = 10000)]
    pub seats: Vec<PersonSeat>,
}

/// Where a person sat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonSeat {
    /// Code of the committee's body.
    #[schema(max_length = 64)]
    pub committee: String,
    /// Identifier of the seat.
    pub seat: Uuid,
    /// SECRETARIAT (tổ thư ký) or `SUPPORT_TEAM` (tổ giúp việc); null for the committee itself.
    #[schema(max_length = 32, pattern = "^(SECRETARIAT|SUPPORT_TEAM)$")]
    pub unit: Option<String>,
    /// HEAD, `STANDING_DEPUTY_HEAD`, `DEPUTY_HEAD`, `STANDING_MEMBER`, MEMBER, SECRETARY or `UNIT_HEAD`.
    #[schema(
        example = "HEAD",
        max_length = 32,
        pattern = "^(HEAD|STANDING_DEPUTY_HEAD|DEPUTY_HEAD|STANDING_MEMBER|MEMBER|SECRETARY|UNIT_HEAD)$"
    )]
    pub role: String,
    /// The first day on which the person sat there.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer holds; null while it does.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document that put the person there; ex officio, of the one that says who holds the post.
    pub basis: Uuid,
    #[serde(flatten)]
    pub place: Place,
}

impl CommitteeMember {
    pub fn of(person: &Person, seats: &[Sat], catalogue: &Catalogue, places: &Places) -> Self {
        let seat = |Sat { committee, seat, occupant }: &Sat| PersonSeat {
            committee: catalogue.agency_code(Some(*committee)).map(|code| code.to_string()).unwrap_or_default(),
            seat: seat.id.uuid(),
            unit: seat.unit.map(|unit| unit.label().into()),
            role: seat.role.label().into(),
            valid_from: occupant.validity.from,
            valid_to: occupant.validity.to,
            basis: occupant.basis.uuid(),
            place: places.at(occupant.row, Some(occupant.basis)),
        };
        Self { id: person.id.uuid(), name: person.name.to_string(), seats: seats.iter().map(seat).collect() }
    }
}
