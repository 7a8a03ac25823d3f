//! Meetings, minutes and conclusions as REST shows and takes them.
//! Must not decide what of them a caller may see; that is `domain::meeting`.
//! The published schemas are what bodies are checked against.

use app::{
    catalogue::Catalogue,
    meeting::{self as app_meeting, Invited, Seen},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::Id,
    meeting::{Attendance, Conclusion as Concluded, MeetingActKind},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::dto::{page::page, warning::Warning};

/// Which meetings, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct MeetingParams {
    /// Code of the committee's body.
    #[param(max_length = 64)]
    pub committee: Option<String>,
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// Somebody to invite: a seat, an agency, or whoever is told in words; one of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewInvitee {
    /// On the roster of the day.
    pub seat: Option<Uuid>,
    /// Code.
    #[schema(min_length = 2, max_length = 64)]
    pub agency: Option<String>,
    /// Whoever is neither a seat nor an agency.
    #[schema(min_length = 1, max_length = 500)]
    pub words: Option<String>,
}

/// When, where, about what and with whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMeetingPlan {
    /// What the meeting is called.
    #[schema(example = "Họp Ban chỉ đạo quý I", min_length = 1, max_length = 500)]
    pub title: String,
    /// Where it is held, in words.
    #[schema(min_length = 1, max_length = 500)]
    pub place: Option<String>,
    /// The committee has to be established on that day in Viet Nam.
    pub starts_at: DateTime<Utc>,
    /// After `startsAt`; left out where it is not set.
    pub ends_at: Option<DateTime<Utc>>,
    /// Members who have to be there; more than half where nothing is said. Shown as `plannedQuorum`.
    #[schema(minimum = 1, maximum = 1000)]
    pub quorum: Option<i32>,
    /// Titles of its items, in order.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub agenda: Vec<String>,
    /// The whole roster of the day where nobody is named.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub invited: Vec<NewInvitee>,
}

/// A meeting to call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMeeting {
    /// Code of the committee's body.
    #[schema(example = "bcd-ttdn", min_length = 2, max_length = 64)]
    pub committee: String,
    /// Code of the programme that it steers.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64)]
    pub programme: String,
    pub plan: NewMeetingPlan,
}

/// Whether somebody came.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewAttendance {
    /// As the meeting shows it.
    pub invitee: Uuid,
    /// Whether and how they came.
    #[schema(value_type = String, example = "PRESENT", pattern = "^(PRESENT|ABSENT|REPRESENTED)$", max_length = 32)]
    pub attendance: Attendance,
    /// ABSENT: why.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: Option<String>,
    /// REPRESENTED: by whom.
    #[schema(min_length = 1, max_length = 2000)]
    pub represented_by: Option<String>,
}

/// Something done to a meeting. Which of the fields belong to it depends on its kind.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMeetingAct {
    /// What is done.
    #[schema(value_type = String, example = "HOLD", pattern = "^(HOLD|CANCEL|SIGN|CORRECT|PUBLISH)$", max_length = 32)]
    pub kind: MeetingActKind,
    /// HOLD: for each of whom it is said.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub attendance: Vec<NewAttendance>,
    /// CANCEL, CORRECT: why.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: Option<String>,
    /// CORRECT: what is right.
    #[schema(min_length = 1, max_length = 200_000)]
    pub text: Option<String>,
    /// SIGN: who signed the minutes.
    #[schema(min_length = 1, max_length = 200)]
    pub signer: Option<String>,
    /// SIGN: on which day.
    pub signed_on: Option<NaiveDate>,
    /// SIGN: the minutes, or the notice of what was concluded, by identifier or number.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

/// Something that was concluded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewConclusion {
    /// What was concluded; the title of its task from publication on.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
    /// Code of the agency that carries it out.
    #[schema(example = "so-tttt", min_length = 2, max_length = 64)]
    pub lead: String,
    /// Codes.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub coordinators: Vec<String>,
    /// The day by which it is to be done; not before the meeting, nor the day of the signature.
    pub due_on: NaiveDate,
}

/// The whole of the minutes, until they are signed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMinutes {
    /// The words of the minutes.
    #[schema(min_length = 1, max_length = 200_000)]
    pub text: String,
    /// In order.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub conclusions: Vec<NewConclusion>,
}

/// A meeting, as far as the caller may see it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meeting {
    pub id: Uuid,
    /// Code of the committee's body.
    #[schema(max_length = 64)]
    pub committee: String,
    /// Code.
    #[schema(max_length = 64)]
    pub programme: String,
    /// What the meeting is called.
    #[schema(max_length = 500)]
    pub title: String,
    /// Where it is held, in words.
    #[schema(max_length = 500)]
    pub place: Option<String>,
    /// The day of the meeting is that of this instant in Viet Nam.
    pub starts_at: DateTime<Utc>,
    /// Null where it is not set.
    pub ends_at: Option<DateTime<Utc>>,
    /// `PLANNED`, `HELD` or `CANCELLED`.
    #[schema(example = "HELD", max_length = 32)]
    pub status: String,
    /// Why it was cancelled.
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
    /// Titles of its items, in order.
    #[schema(max_items = 100)]
    pub agenda: Vec<String>,
    /// Empty to those who only read what is published.
    #[schema(max_items = 1000)]
    pub invited: Vec<Invitee>,
    /// Members who have to be there by the plan, whose `quorum` it is; null where nothing was said, which means more than half.
    pub planned_quorum: Option<i32>,
    /// Whether enough members were there; null before the meeting.
    pub quorum: Option<Quorum>,
    /// What looks wrong: below its quorum a meeting is kept and its minutes are signed all the same.
    #[schema(max_items = 10)]
    pub warnings: Vec<Warning>,
    /// Null where they are not written, or not the caller's to read.
    #[schema(max_length = 200_000)]
    pub minutes: Option<String>,
    /// Null until the minutes are signed; from then on they are locked.
    pub signature: Option<Signature>,
    /// In order; empty to those who may not read the minutes.
    #[schema(max_items = 1000)]
    pub corrections: Vec<Correction>,
    /// In order; until publication an agency sees those alone that it has a part in, once they are signed.
    #[schema(max_items = 100)]
    pub conclusions: Vec<Conclusion>,
    /// Since when everybody may read minutes and conclusions.
    pub published_at: Option<DateTime<Utc>>,
    /// Raised by every change, which names it as `If-Match`.
    pub revision: i32,
}

page!(MeetingPage of Meeting, "Meetings, the newest first.");

/// Somebody who is invited.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitee {
    pub id: Uuid,
    /// Identifier of the seat in the committee; null for others.
    pub seat: Option<Uuid>,
    /// In the committee, on the day of the meeting.
    #[schema(
        example = "MEMBER",
        max_length = 32,
        pattern = "^(HEAD|STANDING_DEPUTY_HEAD|DEPUTY_HEAD|STANDING_MEMBER|MEMBER|SECRETARY|UNIT_HEAD)$"
    )]
    pub role: Option<String>,
    /// Of whoever sits in the seat on that day.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Code; of a seat that goes with a post, the agency of the post.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Whoever is neither a seat nor an agency.
    #[schema(max_length = 500)]
    pub words: Option<String>,
    /// Null before the meeting, where it was not said, and of others to an agency that only takes part.
    #[schema(example = "PRESENT", max_length = 32)]
    pub attendance: Option<String>,
    /// Of an absence.
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
    /// Who came instead, in words.
    #[schema(max_length = 2000)]
    pub represented_by: Option<String>,
}

/// Whether enough members were there.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quorum {
    /// Members on the roster of the day.
    pub entitled: u64,
    /// Of these, in person or represented.
    pub present: u64,
    /// By the plan, or more than half of the members where it does not say.
    pub needed: u64,
    /// Whether `present` is as many as are `needed`.
    pub is_met: bool,
}

/// Under signed minutes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// Who signed the minutes, in words.
    #[schema(max_length = 200)]
    pub signer: String,
    /// The day of the signature.
    pub on: NaiveDate,
    /// Identifier of the minutes, or of the notice of what was concluded.
    pub document: Uuid,
}

/// What was wrong in signed minutes, and what is right.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// From 1.
    pub number: i32,
    /// What is right.
    #[schema(max_length = 200_000)]
    pub text: String,
    /// Why it was corrected.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// Identifier of the account that appended it.
    pub account: Uuid,
    /// When it was appended.
    pub at: DateTime<Utc>,
}

/// A conclusion or direction.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conclusion {
    pub id: Uuid,
    /// From 1.
    pub number: i32,
    /// What was concluded.
    #[schema(max_length = 2000)]
    pub text: String,
    /// Code of the agency that carries it out.
    #[schema(max_length = 64)]
    pub lead: Option<String>,
    /// Codes.
    #[schema(max_items = 100)]
    pub coordinators: Vec<String>,
    /// The day by which it is to be done.
    pub due_on: NaiveDate,
    /// The task as which it is followed, from the signature on.
    pub task: Option<Uuid>,
}

impl Meeting {
    pub fn of(seen: &Seen, catalogue: &Catalogue) -> Self {
        let meeting = &seen.meeting;
        let words = |words: &Option<std::sync::Arc<str>>| words.as_deref().map(str::to_owned);
        let correction = |one: &domain::meeting::Correction| Correction {
            number: one.number,
            text: one.text.to_string(),
            reason: one.reason.to_string(),
            account: one.account.uuid(),
            at: one.at,
        };
        Self {
            id: meeting.id.uuid(),
            committee: seen.committee.code.to_string(),
            programme: seen.programme.code.to_string(),
            title: meeting.title.to_string(),
            place: words(&meeting.place),
            starts_at: meeting.starts_at,
            ends_at: meeting.ends_at,
            status: meeting.status.label().into(),
            reason: words(&meeting.reason),
            agenda: meeting.agenda.iter().map(ToString::to_string).collect(),
            invited: seen.invited.iter().map(|one| Invitee::of(one, catalogue)).collect(),
            planned_quorum: meeting.quorum,
            quorum: seen.quorum.map(|quorum| Quorum {
                entitled: quorum.entitled as u64,
                present: quorum.present as u64,
                needed: quorum.needed as u64,
                is_met: quorum.is_met(),
            }),
            warnings: seen.quorum.iter().flat_map(|quorum| quorum.warnings()).map(Into::into).collect(),
            minutes: words(&meeting.minutes),
            signature: meeting.signature.as_ref().map(|signature| Signature {
                signer: signature.signer.to_string(),
                on: signature.on,
                document: signature.document.uuid(),
            }),
            corrections: meeting.corrections.iter().map(correction).collect(),
            conclusions: meeting.conclusions.iter().map(|one| Conclusion::of(one, catalogue)).collect(),
            published_at: meeting.published_at,
            revision: meeting.revision,
        }
    }
}

impl Invitee {
    fn of(one: &Invited, catalogue: &Catalogue) -> Self {
        let (invitee, attended) = (&one.invitee, one.invitee.attended.as_ref());
        Self {
            id: invitee.id.uuid(),
            seat: invitee.seat.map(Id::uuid),
            role: one.role.map(|role| role.label().into()),
            name: one.name.as_deref().map(str::to_owned),
            agency: catalogue.agency_code(invitee.agency).map(|code| code.to_string()),
            words: invitee.words.as_deref().map(str::to_owned),
            attendance: attended.map(|attended| attended.how.label().into()),
            reason: attended.and_then(|attended| attended.reason.as_deref()).map(str::to_owned),
            represented_by: attended.and_then(|attended| attended.represented_by.as_deref()).map(str::to_owned),
        }
    }
}

impl Conclusion {
    fn of(one: &Concluded, catalogue: &Catalogue) -> Self {
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string());
        Self {
            id: one.id.uuid(),
            number: one.number,
            text: one.text.to_string(),
            lead: code(one.lead),
            coordinators: one.coordinators.iter().filter_map(|agency| code(*agency)).collect(),
            due_on: one.due_on,
            task: one.task.map(Id::uuid),
        }
    }
}

impl From<NewMeetingPlan> for app_meeting::MeetingPlan {
    fn from(body: NewMeetingPlan) -> Self {
        let invitee =
            |one: NewInvitee| app_meeting::NewInvitee { seat: one.seat.map(|id| id.to_string()), agency: one.agency, words: one.words };
        Self {
            title: body.title,
            place: body.place,
            starts_at: body.starts_at,
            ends_at: body.ends_at,
            quorum: body.quorum,
            agenda: body.agenda,
            invited: body.invited.into_iter().map(invitee).collect(),
        }
    }
}

impl From<NewMeeting> for app_meeting::NewMeeting {
    fn from(body: NewMeeting) -> Self {
        Self { committee: body.committee, programme: body.programme, plan: body.plan.into() }
    }
}

impl From<NewMeetingAct> for app_meeting::NewMeetingAct {
    fn from(body: NewMeetingAct) -> Self {
        let attendance = |one: NewAttendance| app_meeting::NewAttendance {
            invitee: one.invitee.to_string(),
            how: one.attendance,
            reason: one.reason,
            represented_by: one.represented_by,
        };
        Self {
            kind: body.kind,
            attendance: body.attendance.into_iter().map(attendance).collect(),
            reason: body.reason,
            text: body.text,
            signer: body.signer,
            signed_on: body.signed_on,
            document: body.document,
        }
    }
}

impl From<NewMinutes> for app_meeting::MinutesDraft {
    fn from(body: NewMinutes) -> Self {
        let conclusion = |one: NewConclusion| app_meeting::NewConclusion {
            text: one.text,
            lead: one.lead,
            coordinators: one.coordinators,
            due_on: one.due_on,
        };
        Self { text: body.text, conclusions: body.conclusions.into_iter().map(conclusion).collect() }
    }
}
