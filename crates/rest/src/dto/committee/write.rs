//! Parameters and bodies that clients send about committees.
//! Must not let a client say who sits in a seat that goes with a post.
//! The published schemas are what bodies are checked against.

use app::{
    committee::{self as app_committee, NewAct, NewPerson},
    place::NewPlace,
};
use chrono::NaiveDate;
use domain::committee::{CommitteeActKind, CommitteeRole, CommitteeUnit};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// On which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct RosterParams {
    /// Who sat where on this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CommitteeParams {
    /// How they stood on this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// Two days.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CompareParams {
    /// The earlier roster is of this day.
    pub from: NaiveDate,
    /// The later roster is of this day.
    pub to: NaiveDate,
}

/// Whether to do it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ActParams {
    /// Everything is done and undone; the answer tells what would have changed.
    pub dry_run: Option<bool>,
}

/// A body to register as a committee.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCommittee {
    /// Code of the body, which is of the kind COMMITTEE.
    #[schema(example = "bcd-ttdn", min_length = 2, max_length = 64)]
    pub agency: String,
    /// The document that calls for it, by identifier or number.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub planned_by: Option<String>,
}

/// Somebody known, by identifier, or somebody new, by name: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCommitteePerson {
    /// As rosters show it.
    pub id: Option<Uuid>,
    /// As the decision prints it.
    #[schema(example = "Nguyễn Văn A", min_length = 1, max_length = 200)]
    pub name: Option<String>,
}

/// A seat to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCommitteeSeat {
    /// The part of the committee that the seat is in; none for the committee itself.
    #[schema(value_type = Option<String>, pattern = "^(SECRETARIAT|SUPPORT_TEAM)$", max_length = 32)]
    pub unit: Option<CommitteeUnit>,
    /// What whoever sits there is in the committee.
    #[schema(value_type = String, example = "HEAD", max_length = 32,
        pattern = "^(HEAD|STANDING_DEPUTY_HEAD|DEPUTY_HEAD|STANDING_MEMBER|MEMBER|SECRETARY|UNIT_HEAD)$")]
    pub role: CommitteeRole,
    /// Position in the decision, from 1; within its unit no two are equal.
    #[schema(example = 1, minimum = 1, maximum = 1000)]
    pub rank: i32,
    /// Ex officio: the code of an agency, whose head sits here, or the identifier of a post.
    #[schema(example = "so-tttt", min_length = 1, max_length = 64)]
    pub post: Option<String>,
    /// Ex officio: the title of another post than the head's in the agency whose code is given; whoever holds it sits here.
    #[schema(example = "Phó Chủ tịch", min_length = 1, max_length = 200)]
    pub post_title: Option<String>,
    /// The post as the decision writes it.
    #[schema(example = "Giám đốc Sở Thông tin và Truyền thông", min_length = 1, max_length = 500)]
    pub position: Option<String>,
    /// What the member is charged with.
    #[schema(min_length = 1, max_length = 5000)]
    pub duty: Option<String>,
    /// Who sits in a seat that goes with no post.
    pub person: Option<NewCommitteePerson>,
}

/// Something done to a committee. Which of the fields belong to it depends on its kind.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCommitteeAct {
    /// What is done.
    #[schema(value_type = String, example = "ESTABLISH", 
        pattern = "^(ESTABLISH|CONSOLIDATE|AMEND|APPOINT|RELEASE|ENTRUST|ANNUL|DISSOLVE)$", max_length = 32)]
    pub kind: CommitteeActKind,
    /// The first day on which it holds; not before the last act. ANNUL: the day on which the other act would take effect.
    pub effective_on: NaiveDate,
    /// The document that it rests on, by identifier or number. ANNUL: or the reason, as the note.
    #[schema(example = "1593/QĐ-UBND", min_length = 1, max_length = 200)]
    pub basis: Option<String>,
    /// Where in the document it stands.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
    /// A remark; the reason where an annulment rests on no document.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: Option<String>,
    /// ANNUL: the act that is taken back; it has not taken effect, and no later act builds on it.
    pub annuls: Option<Uuid>,
    /// ESTABLISH, CONSOLIDATE: code of the agency that sets it up.
    #[schema(example = "ubnd-tp-hai-phong", min_length = 2, max_length = 64)]
    pub authority: Option<String>,
    /// ESTABLISH, CONSOLIDATE, ENTRUST: code of the standing agency.
    #[schema(example = "so-tttt", min_length = 2, max_length = 64)]
    pub standing_agency: Option<String>,
    /// ESTABLISH, CONSOLIDATE: the whole roster. AMEND: what is added.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub seats: Vec<NewCommitteeSeat>,
    /// AMEND: seats that are taken away.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub ended: Vec<Uuid>,
    /// APPOINT, RELEASE: the seat.
    pub seat: Option<Uuid>,
    /// APPOINT: who is put into it.
    pub person: Option<NewCommitteePerson>,
    /// APPOINT, in place of a person: the seat goes ex officio from then on with the head of the agency with this code, or with the post
    /// with this identifier. It ends, and one like it opens.
    #[schema(example = "so-tttt", min_length = 1, max_length = 64)]
    pub post: Option<String>,
    /// APPOINT: the title of another post than the head's in the agency whose code is given.
    #[schema(example = "Phó Chủ tịch", min_length = 1, max_length = 200)]
    pub post_title: Option<String>,
    /// APPOINT to a post: the post as the document writes it; none where nothing is said.
    #[schema(example = "Phó Chủ tịch UBND thành phố", min_length = 1, max_length = 500)]
    pub position: Option<String>,
}

impl From<NewCommitteePerson> for NewPerson {
    fn from(person: NewCommitteePerson) -> Self {
        Self { id: person.id.map(|id| id.to_string()), name: person.name }
    }
}

impl From<NewCommitteeAct> for NewAct {
    fn from(body: NewCommitteeAct) -> Self {
        let seat = |seat: NewCommitteeSeat| app_committee::NewSeat {
            unit: seat.unit,
            role: seat.role,
            rank: seat.rank,
            post: seat.post,
            post_title: seat.post_title,
            position: seat.position,
            duty: seat.duty,
            person: seat.person.map(Into::into),
        };
        Self {
            kind: body.kind,
            effective_on: body.effective_on,
            basis: body.basis,
            place: NewPlace { section: body.section, quote: body.quote },
            note: body.note,
            annuls: body.annuls.map(|id| id.to_string()),
            authority: body.authority,
            standing_agency: body.standing_agency,
            seats: body.seats.into_iter().map(seat).collect(),
            ended: body.ended.iter().map(Uuid::to_string).collect(),
            seat: body.seat.map(|id| id.to_string()),
            person: body.person.map(Into::into),
            post: body.post,
            post_title: body.post_title,
            position: body.position,
        }
    }
}
