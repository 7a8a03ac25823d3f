//! What agencies leave in committees when they end, as REST shows it.
//! Must not say who is next.
//! See `app::succession`.

use app::{catalogue::Catalogue, succession};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::page;

/// What an agency that ends, or a post that falls vacant, leaves in a committee: a seat that goes with the post, in which nobody sits
/// until somebody holds it or a document changes the roster, or the committee that it served as standing agency, until a document
/// names the next one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VacatedSeat {
    /// A seat, or the part of the standing agency.
    #[schema(example = "SEAT", max_length = 16, pattern = "^(SEAT|STANDING_AGENCY)$")]
    pub what: String,
    /// Null for a standing agency, as are its role and rank.
    pub seat: Option<Uuid>,
    /// Code of the committee's body.
    #[schema(max_length = 64)]
    pub committee: String,
    /// SECRETARIAT or `SUPPORT_TEAM`; null for a seat in the committee itself, and for a standing agency.
    #[schema(max_length = 32, pattern = "^(SECRETARIAT|SUPPORT_TEAM)$")]
    pub unit: Option<String>,
    /// Null for a standing agency.
    #[schema(
        example = "MEMBER",
        max_length = 32,
        pattern = "^(HEAD|STANDING_DEPUTY_HEAD|DEPUTY_HEAD|STANDING_MEMBER|MEMBER|SECRETARY|UNIT_HEAD)$"
    )]
    pub role: Option<String>,
    /// Position in the decision, from 1; null for a standing agency.
    pub rank: Option<i32>,
    /// Code of the agency whose post it goes with, or which was the standing agency.
    #[schema(max_length = 64)]
    pub post_agency: String,
    /// What it was called on the last day before; null where nobody held it.
    #[schema(max_length = 200)]
    pub post: Option<String>,
    /// The first day on which nobody sits there, or serves the committee.
    pub since: NaiveDate,
}

impl VacatedSeat {
    pub fn of(seat: &succession::VacatedSeat, catalogue: &Catalogue) -> Self {
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string()).unwrap_or_default();
        Self {
            what: seat.what.label().into(),
            seat: seat.seat.map(|_| seat.id),
            committee: code(seat.committee),
            unit: seat.seat.and_then(|facts| facts.unit).map(|unit| unit.label().into()),
            role: seat.seat.map(|facts| facts.role.label().into()),
            rank: seat.seat.map(|facts| facts.rank),
            post_agency: code(seat.agency),
            post: seat.post.as_deref().map(str::to_owned),
            since: seat.since,
        }
    }
}

page!(VacatedSeatPage of VacatedSeat, "A page of what waits, the longest waiting first.");
