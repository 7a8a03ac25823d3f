//! Committees, rosters and acts as REST shows them.
//! Must not derive who sits where; it comes from `app::committee`.
//! What clients send is `write`.

use app::{
    catalogue::{Catalogue, version_on},
    committee::{Committee as Known, OfficeName, Posts},
};
use chrono::NaiveDate;
use domain::{
    committee::{Difference, Occupant, Place, Seat},
    id::Id,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::{
    page::page,
    place::{Place as Cited, Places},
};

/// A committee and how it stood on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Committee {
    /// Of its body.
    #[schema(example = "bcd-ttdn", max_length = 64)]
    pub code: String,
    /// In Vietnamese.
    #[schema(max_length = 500)]
    pub name: String,
    /// The document that calls for it.
    pub planned_by: Option<Uuid>,
    /// The day that this is told of.
    pub as_of: NaiveDate,
    /// `PLANNED`: a document calls for it, and it has no seats yet; `ESTABLISHED`: set up; `DISSOLVED`: ended.
    #[schema(example = "ESTABLISHED", max_length = 32)]
    pub status: String,
    /// The roster in force on that day; null before the establishment and after the dissolution.
    pub term: Option<CommitteeTerm>,
    /// It is established, and nobody is at its head on that day: the post of the head fell vacant.
    pub is_head_vacant: bool,
    /// How many acts there were; a change names it as `If-Match`.
    pub revision: i32,
}

/// A roster as one document constituted it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeTerm {
    pub id: Uuid,
    /// Code of the agency that set it up.
    #[schema(max_length = 64)]
    pub authority: Option<String>,
    /// Code of the standing agency of the day.
    #[schema(max_length = 64)]
    pub standing_agency: Option<String>,
    /// The first day on which it holds.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer holds; null while it does.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document that constituted it.
    pub basis: Uuid,
    #[serde(flatten)]
    pub place: Cited,
}

page!(CommitteePage of Committee, "Committees by code.");

/// A committee with the roster of a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeDetail {
    #[serde(flatten)]
    pub committee: Committee,
    /// The committee itself first, then its units, each by rank.
    #[schema(max_items = 10000)]
    pub roster: Vec<CommitteePlace>,
}

/// What a seat is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeSeat {
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
    /// Position in the decision, from 1.
    pub rank: i32,
    /// Ex officio: the agency whose post it goes with.
    #[schema(max_length = 64)]
    pub post_agency: Option<String>,
    /// Ex officio: the post, by its title on the day that is told of, today at the latest; null while nobody heads the agency whose head
    /// sits here.
    #[schema(max_length = 200)]
    pub post: Option<String>,
    /// The post as the decision writes it.
    #[schema(max_length = 500)]
    pub position: Option<String>,
    /// What the member is charged with.
    #[schema(max_length = 5000)]
    pub duty: Option<String>,
}

/// A seat with whoever sat in it on the day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteePlace {
    #[serde(flatten)]
    pub seat: CommitteeSeat,
    /// Null for an empty seat.
    pub occupant: Option<CommitteeOccupant>,
}

/// Whoever sat in a seat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeOccupant {
    /// Null where it is not known who of the register holds the post that the seat goes with.
    pub person: Option<Uuid>,
    /// As the document of the time prints it.
    #[schema(max_length = 200)]
    pub name: String,
    /// In charge of the post without being appointed to it.
    pub is_acting: bool,
    /// The first day on which they sat there.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer holds; null while it does.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document that put them there; ex officio, of the one that says who holds the post.
    pub basis: Uuid,
    #[serde(flatten)]
    pub place: Cited,
}

/// How two rosters differ.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RosterDifference {
    /// The day of the earlier roster.
    pub from: NaiveDate,
    /// The day of the later roster.
    pub to: NaiveDate,
    /// Members of the later roster that the earlier one has not.
    #[schema(max_items = 10000)]
    pub joined: Vec<CommitteePlace>,
    /// Members of the earlier roster that the later one has not, as they were there.
    #[schema(max_items = 10000)]
    pub left: Vec<CommitteePlace>,
    /// Members of both with another role, rank, duty or holder.
    #[schema(max_items = 10000)]
    pub changed: Vec<ChangedPlace>,
}

/// A member of both rosters with another role, rank, duty or holder.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangedPlace {
    /// In the earlier roster.
    pub before: CommitteePlace,
    /// In the later roster.
    pub after: CommitteePlace,
}

impl Committee {
    pub fn of(known: &Known, catalogue: &Catalogue, places: &Places, as_of: NaiveDate) -> Self {
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string());
        let term = known.history.term_on(as_of).map(|term| CommitteeTerm {
            id: term.id.uuid(),
            authority: code(term.authority),
            standing_agency: known.history.standing_on(as_of).and_then(|standing| code(standing.agency)),
            valid_from: term.validity.from,
            valid_to: term.validity.to,
            basis: term.basis.uuid(),
            place: places.at(term.id.uuid(), Some(term.basis)),
        });
        Self {
            code: known.agency.code.to_string(),
            name: version_on(&known.agency, as_of).map(|version| version.name.vi.to_string()).unwrap_or_default(),
            planned_by: known.planned_by.map(Id::uuid),
            as_of,
            status: known.history.status_on(as_of).label().into(),
            term,
            is_head_vacant: known.roster(&Posts::of(catalogue), as_of).is_head_vacant(),
            revision: known.revision,
        }
    }
}

impl CommitteeSeat {
    pub fn of(seat: &Seat, office: Option<&OfficeName<'_>>) -> Self {
        Self {
            seat: seat.id.uuid(),
            unit: seat.unit.map(|unit| unit.label().into()),
            role: seat.role.label().into(),
            rank: seat.rank,
            post_agency: office.map(|office| office.agency.code.to_string()),
            post: office.and_then(|office| office.title.map(ToString::to_string)),
            position: seat.position.as_deref().map(str::to_owned),
            duty: seat.duty.as_deref().map(str::to_owned),
        }
    }
}

impl CommitteePlace {
    pub fn of(place: &Place, posts: &Posts<'_>, places: &Places) -> Self {
        let occupant = place.occupant.as_ref().map(|occupant| CommitteeOccupant::of(occupant, places));
        Self { seat: CommitteeSeat::of(&place.seat, posts.of_place(place).as_ref()), occupant }
    }

    /// The places of a roster.
    pub fn all(roster: &[Place], posts: &Posts<'_>, places: &Places) -> Vec<Self> {
        roster.iter().map(|place| Self::of(place, posts, places)).collect()
    }

    /// What says who sits in the places of a roster.
    pub fn rows(roster: &[Place]) -> impl Iterator<Item = Uuid> {
        roster.iter().filter_map(|place| Some(place.occupant.as_ref()?.row))
    }
}

impl CommitteeOccupant {
    pub fn of(occupant: &Occupant, places: &Places) -> Self {
        Self {
            person: occupant.person.map(Id::uuid),
            name: occupant.name.to_string(),
            is_acting: occupant.is_acting,
            valid_from: occupant.validity.from,
            valid_to: occupant.validity.to,
            basis: occupant.basis.uuid(),
            place: places.at(occupant.row, Some(occupant.basis)),
        }
    }
}

impl RosterDifference {
    pub fn of((from, to): (NaiveDate, NaiveDate), found: &Difference, posts: &Posts<'_>, places: &Places) -> Self {
        let place = |place: &Place| CommitteePlace::of(place, posts, places);
        Self {
            from,
            to,
            joined: found.joined.iter().map(place).collect(),
            left: found.left.iter().map(place).collect(),
            changed: found.changed.iter().map(|(before, after)| ChangedPlace { before: place(before), after: place(after) }).collect(),
        }
    }
}
