//! The log of a committee as REST shows it: acts with what each changed.
//! Must not derive a roster; those are `read`.
//! The log comes from `app::committee`.

use app::{
    catalogue::Catalogue,
    committee::{Done, Posts},
};
use chrono::NaiveDate;
use domain::{
    committee::{ActId, Change, Logged, Office, Opened},
    id::Id,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::CommitteePlace;
use crate::dto::{
    place::{Place, Places},
    warning::Warning,
};

/// Something that was done.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeAct {
    pub id: Uuid,
    /// From 1.
    pub number: i32,
    /// What was done: ESTABLISH, CONSOLIDATE (kiện toàn), AMEND, APPOINT, RELEASE, ENTRUST, ANNUL or DISSOLVE.
    #[schema(example = "ESTABLISH", max_length = 32)]
    pub kind: String,
    /// The first day on which it holds; of an annulment the day on which the other act would have.
    pub effective_on: NaiveDate,
    /// Null for an annulment that rests on a reason alone.
    pub basis: Option<Uuid>,
    #[serde(flatten)]
    pub place: Place,
    /// A remark; the reason where an annulment rests on no document.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// ANNUL: the act that it takes back.
    pub annuls: Option<Uuid>,
    /// The act that took it back.
    pub annulled_by: Option<Uuid>,
    /// What it changed, in its order. Rows begin and end on the day of the act; what all acts changed gives the roster of every day.
    #[schema(max_items = 10000)]
    pub changes: Vec<CommitteeChange>,
}

/// What an act did to a row: a term, a standing agency, a seat, or a person in a seat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeChange {
    /// OPEN: it begins; END: it is no more; WITHDRAW, RESUME: an annulled act had opened or ended it.
    #[schema(example = "OPEN", max_length = 16, pattern = "^(OPEN|END|WITHDRAW|RESUME)$")]
    pub change: String,
    /// STAY: a person in a seat, by name.
    #[schema(example = "SEAT", max_length = 16, pattern = "^(TERM|STANDING_AGENCY|SEAT|STAY)$")]
    pub what: String,
    /// Identifier of the row.
    pub row: Uuid,
    /// Of a seat or standing agency that is opened.
    pub term: Option<Uuid>,
    /// Of a stay that is opened.
    pub seat: Option<Uuid>,
    /// Code: the authority of a term, or the standing agency.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Of a seat that is opened; null for the committee itself.
    #[schema(max_length = 32, pattern = "^(SECRETARIAT|SUPPORT_TEAM)$")]
    pub unit: Option<String>,
    /// Of a seat that is opened.
    #[schema(
        example = "MEMBER",
        max_length = 32,
        pattern = "^(HEAD|STANDING_DEPUTY_HEAD|DEPUTY_HEAD|STANDING_MEMBER|MEMBER|SECRETARY|UNIT_HEAD)$"
    )]
    pub role: Option<String>,
    /// Of a seat that is opened: its position in the decision, from 1.
    pub rank: Option<i32>,
    /// Ex officio: code of the agency whose head or post it goes with.
    #[schema(max_length = 64)]
    pub post_agency: Option<String>,
    /// Ex officio: identifier of the post; null where it goes with the head of the agency.
    pub post: Option<Uuid>,
    /// The post as the decision writes it.
    #[schema(max_length = 500)]
    pub position: Option<String>,
    /// What the member is charged with.
    #[schema(max_length = 5000)]
    pub duty: Option<String>,
    /// Identifier of who takes the seat of a stay that is opened.
    pub person: Option<Uuid>,
    /// As the document prints it.
    #[schema(max_length = 200)]
    pub name: Option<String>,
}

/// Everything that was done, in its order.
#[derive(Serialize, ToSchema)]
pub struct CommitteeActs {
    #[schema(max_items = 10000)]
    pub items: Vec<CommitteeAct>,
}

/// What came of an act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeActOutcome {
    /// Nothing was stored.
    pub dry_run: bool,
    pub act: CommitteeAct,
    /// What looks wrong; it is done all the same.
    #[schema(max_items = 10)]
    pub warnings: Vec<Warning>,
    /// The roster on the day of the act, after it.
    #[schema(max_items = 10000)]
    pub roster: Vec<CommitteePlace>,
}

impl CommitteeAct {
    fn of(logged: &Logged, place: Place, annulled_by: Option<ActId>, (catalogue, posts): (&Catalogue, &Posts<'_>)) -> Self {
        let act = &logged.act;
        Self {
            id: act.id.uuid(),
            number: act.number,
            kind: act.kind.label().into(),
            effective_on: act.effective_on,
            basis: act.basis.map(Id::uuid),
            place,
            note: act.note.as_deref().map(str::to_owned),
            annuls: act.annuls.map(Id::uuid),
            annulled_by: annulled_by.map(Id::uuid),
            changes: logged.changes.iter().map(|change| CommitteeChange::of(change, catalogue, posts)).collect(),
        }
    }
}

impl CommitteeChange {
    fn of(change: &Change, catalogue: &Catalogue, posts: &Posts<'_>) -> Self {
        let opened = change.opened();
        let (seat, stay) = (opened.and_then(Opened::seat), opened.and_then(Opened::stay));
        let office = seat.and_then(|seat| seat.office);
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string());
        Self {
            change: change.kind().label().into(),
            what: change.row().kind().label().into(),
            row: change.row().uuid(),
            term: opened.and_then(Opened::term).map(Id::uuid),
            seat: stay.map(|stay| stay.seat.uuid()),
            agency: opened.and_then(Opened::agency).and_then(code),
            unit: seat.and_then(|seat| seat.unit).map(|unit| unit.label().into()),
            role: seat.map(|seat| seat.role.label().into()),
            rank: seat.map(|seat| seat.rank),
            post_agency: office.and_then(|office| posts.agency(office)).map(|agency| agency.code.to_string()),
            post: office.and_then(Office::post).map(Id::uuid),
            position: seat.and_then(|seat| seat.position.as_deref()).map(str::to_owned),
            duty: seat.and_then(|seat| seat.duty.as_deref()).map(str::to_owned),
            person: stay.map(|stay| stay.person.uuid()),
            name: stay.map(|stay| stay.printed_name.to_string()),
        }
    }
}

impl CommitteeActs {
    pub fn of(log: &[Logged], catalogue: &Catalogue, places: &Places) -> Self {
        let posts = Posts::of(catalogue);
        let by = |logged: &Logged| log.iter().find(|other| other.act.annuls == Some(logged.act.id)).map(|other| other.act.id);
        let place = |logged: &Logged| places.at(logged.act.id.uuid(), logged.act.basis);
        Self { items: log.iter().map(|logged| CommitteeAct::of(logged, place(logged), by(logged), (catalogue, &posts))).collect() }
    }
}

impl CommitteeActOutcome {
    pub fn of(done: &Done, dry_run: bool, (catalogue, posts, places): (&Catalogue, &Posts<'_>, &Places)) -> Self {
        Self {
            dry_run,
            act: CommitteeAct::of(&done.logged, done.place.as_ref().map(Place::of).unwrap_or_default(), None, (catalogue, posts)),
            warnings: done.warnings.iter().copied().map(Into::into).collect(),
            roster: CommitteePlace::all(&done.roster(posts).places, posts, places),
        }
    }
}
