//! Seats of committees that agencies leave when they end, as REST shows them.
//! Must not say who is to sit there.
//! See `app::succession`.

use app::{catalogue::Catalogue, succession};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::page;

/// A seat that goes with a post of an agency that ends: nobody sits there until a document changes the roster.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VacatedSeat {
    pub seat: Uuid,
    /// Code of the committee's body.
    #[schema(max_length = 64)]
    pub committee: String,
    #[schema(max_length = 32)]
    pub unit: Option<String>,
    #[schema(example = "MEMBER", max_length = 32)]
    pub role: String,
    pub rank: i32,
    /// Code of the agency whose post it goes with.
    #[schema(max_length = 64)]
    pub post_agency: String,
    /// What it was called on the last day of the agency; null where nobody held it.
    #[schema(max_length = 200)]
    pub post: Option<String>,
    /// The first day on which nobody sits there.
    pub since: NaiveDate,
}

impl VacatedSeat {
    pub fn of(seat: &succession::VacatedSeat, catalogue: &Catalogue) -> Self {
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string()).unwrap_or_default();
        Self {
            seat: seat.seat.uuid(),
            committee: code(seat.committee),
            unit: seat.unit.map(|unit| unit.label().into()),
            role: seat.role.label().into(),
            rank: seat.rank,
            post_agency: code(seat.agency),
            post: seat.post.as_deref().map(str::to_owned),
            since: seat.since,
        }
    }
}

page!(VacatedSeatPage of VacatedSeat, "A page of seats that wait, the longest waiting first.");
