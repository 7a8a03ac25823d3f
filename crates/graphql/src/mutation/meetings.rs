//! Calling meetings, and what is done to them.
//! Must not change one without the revision that the change rests on.
//! The use cases are `app::meeting`.

use app::{
    Error, View,
    meeting::{self, MeetingPlan, MinutesDraft, NewAttendance, NewConclusion, NewInvitee, NewMeeting, NewMeetingAct},
};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::meeting::MeetingId;

use super::{Problem, admitted, admitted_on, named, settled};
use crate::{
    enums::{Attendance, MeetingActKind},
    error::failure,
    types::meeting::Meeting,
};

/// Somebody to invite: a seat, an agency, or whoever is told in words; one of them.
#[derive(InputObject)]
struct NewInviteeInput {
    /// On the roster of the day.
    seat: Option<ID>,
    /// Code.
    agency: Option<String>,
    /// Whoever is neither a seat nor an agency.
    words: Option<String>,
}

/// When, where, about what and with whom.
#[derive(InputObject)]
struct MeetingPlanInput {
    /// What the meeting is called.
    title: String,
    /// Where it is held, in words.
    place: Option<String>,
    /// The committee has to be established on that day in Viet Nam.
    starts_at: DateTime<Utc>,
    /// After `startsAt`; left out where it is not set.
    ends_at: Option<DateTime<Utc>>,
    /// Members who have to be there; more than half where nothing is said.
    quorum: Option<i32>,
    /// Titles of its items, in order.
    #[graphql(default)]
    agenda: Vec<String>,
    /// The whole roster of the day where nobody is named.
    #[graphql(default)]
    invited: Vec<NewInviteeInput>,
}

/// Whether somebody came.
#[derive(InputObject)]
struct NewAttendanceInput {
    /// As the meeting shows it.
    invitee: ID,
    /// Whether and how they came.
    attendance: Attendance,
    /// ABSENT: why.
    reason: Option<String>,
    /// REPRESENTED: by whom.
    represented_by: Option<String>,
}

/// Something done to a meeting. Which of the fields belong to it depends on its kind.
#[derive(InputObject)]
struct NewMeetingActInput {
    /// What is done.
    kind: MeetingActKind,
    /// HOLD: for each of whom it is said.
    #[graphql(default)]
    attendance: Vec<NewAttendanceInput>,
    /// CANCEL, CORRECT: why.
    reason: Option<String>,
    /// CORRECT: what is right.
    text: Option<String>,
    /// SIGN: who signed the minutes.
    signer: Option<String>,
    /// SIGN: on which day.
    signed_on: Option<NaiveDate>,
    /// SIGN: the minutes, or the notice of what was concluded, by identifier or number.
    document: Option<String>,
}

/// Something that was concluded.
#[derive(InputObject)]
struct NewConclusionInput {
    /// What was concluded; the title of its task from publication on.
    text: String,
    /// Code of the agency that carries it out.
    lead: String,
    /// Codes.
    #[graphql(default)]
    coordinators: Vec<String>,
    /// The day by which it is to be done; not before the meeting, nor the day of the signature.
    due_on: NaiveDate,
}

impl From<MeetingPlanInput> for MeetingPlan {
    fn from(input: MeetingPlanInput) -> Self {
        let invitee = |one: NewInviteeInput| NewInvitee { seat: one.seat.map(|id| id.0), agency: one.agency, words: one.words };
        Self {
            title: input.title,
            place: input.place,
            starts_at: input.starts_at,
            ends_at: input.ends_at,
            quorum: input.quorum,
            agenda: input.agenda,
            invited: input.invited.into_iter().map(invitee).collect(),
        }
    }
}

impl From<NewMeetingActInput> for NewMeetingAct {
    fn from(input: NewMeetingActInput) -> Self {
        let attendance = |one: NewAttendanceInput| NewAttendance {
            invitee: one.invitee.0,
            how: one.attendance.into(),
            reason: one.reason,
            represented_by: one.represented_by,
        };
        Self {
            kind: input.kind.into(),
            attendance: input.attendance.into_iter().map(attendance).collect(),
            reason: input.reason,
            text: input.text,
            signer: input.signer,
            signed_on: input.signed_on,
            document: input.document,
        }
    }
}

/// What came of a change of a meeting.
#[derive(SimpleObject)]
struct MeetingPayload {
    /// As it stands now.
    meeting: Option<Meeting>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct MeetingsMutation;

#[Object]
impl MeetingsMutation {
    /// Calls a meeting of the committee that steers a programme.
    async fn create_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the committee's body.")] committee: String,
        #[graphql(desc = "Code of the programme.")] programme: String,
        plan: MeetingPlanInput,
    ) -> Result<MeetingPayload> {
        let view = admitted(ctx, "createMeeting").await?;
        let new = NewMeeting { committee, programme, plan: plan.into() };
        payload(view, meeting::create(view.app(), view.ctx(), new).await).await
    }

    /// Sets the plan of a meeting anew, before it is held.
    async fn update_meeting(&self, ctx: &Context<'_>, id: ID, revision: i32, plan: MeetingPlanInput) -> Result<MeetingPayload> {
        let view = admitted_on(ctx, "updateMeeting", "meeting", &id).await?;
        let done = match named(&id) {
            Ok(id) => meeting::replan(view.app(), view.ctx(), id, revision, plan.into()).await.map(|()| id),
            Err(error) => Err(error),
        };
        payload(view, done).await
    }

    /// Writes the minutes of a meeting that was held, with what was concluded, as a whole; until they are signed.
    async fn write_minutes(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        text: String,
        #[graphql(default, desc = "In order.")] conclusions: Vec<NewConclusionInput>,
    ) -> Result<MeetingPayload> {
        let view = admitted_on(ctx, "writeMinutes", "meeting", &id).await?;
        let conclusion =
            |one: NewConclusionInput| NewConclusion { text: one.text, lead: one.lead, coordinators: one.coordinators, due_on: one.due_on };
        let draft = MinutesDraft { text, conclusions: conclusions.into_iter().map(conclusion).collect() };
        let done = match named(&id) {
            Ok(id) => meeting::draft(view.app(), view.ctx(), id, revision, draft).await.map(|()| id),
            Err(error) => Err(error),
        };
        payload(view, done).await
    }

    /// Does something to a meeting: it was held, with who came; it is cancelled; its minutes are signed, which locks them and makes
    /// each conclusion a task; a correction is appended to signed minutes; they are published.
    async fn record_meeting_act(&self, ctx: &Context<'_>, id: ID, revision: i32, input: NewMeetingActInput) -> Result<MeetingPayload> {
        let view = admitted_on(ctx, "recordMeetingAct", "meeting", &id).await?;
        let done = match named(&id) {
            Ok(id) => meeting::act(view.app(), view.ctx(), id, revision, input.into()).await.map(|()| id),
            Err(error) => Err(error),
        };
        payload(view, done).await
    }
}

/// The meeting as it stands now, or why nothing was done.
async fn payload(view: &View, done: std::result::Result<MeetingId, Error>) -> Result<MeetingPayload> {
    match settled(done)? {
        Err(problem) => Ok(MeetingPayload { meeting: None, problem: Some(problem) }),
        Ok(id) => {
            let now = view.after();
            let seen = meeting::by_id(&now, id).await.map_err(|error| failure(&error))?;
            now.end().await.map_err(|error| failure(&error))?;
            Ok(MeetingPayload { meeting: seen.map(Meeting), problem: None })
        }
    }
}
