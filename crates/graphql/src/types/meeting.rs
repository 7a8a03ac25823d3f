//! Meetings of committees: who is invited and came, minutes, what was concluded.
//! Must not show more than `app::meeting` gives the caller.
//! The committees themselves are `committee`.

use std::sync::Arc;

use app::meeting::{self, Invited as KnownInvited, MeetingFilter, Seen};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::meeting as model;

use super::{agency_on, agency_opt_on, document, id, view};
use crate::{
    enums::{Attendance, CommitteeRole, MeetingStatus},
    error::failure,
    loaders::{self, TaskBy},
    paging::total,
    types::{agency::Agency, document::Document, programme::Programme, task::Task, warning::Warning},
};

/// A meeting of a committee, as far as the caller may see it.
pub struct Meeting(pub Seen);

/// A meeting of a committee, as far as the caller may see it.
#[Object]
impl Meeting {
    async fn id(&self) -> ID {
        id(self.0.meeting.id)
    }

    /// The body of the committee.
    async fn committee(&self) -> Agency {
        Agency(Arc::clone(&self.0.committee), Some(self.0.meeting.day()))
    }

    /// The programme that it is about.
    async fn programme(&self) -> Programme {
        Programme(Arc::clone(&self.0.programme), None)
    }

    /// What the meeting is called.
    async fn title(&self) -> &str {
        &self.0.meeting.title
    }

    /// Where it is held, in words.
    async fn place(&self) -> Option<&str> {
        self.0.meeting.place.as_deref()
    }

    /// The day of the meeting is that of this instant in Viet Nam.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.meeting.starts_at
    }

    /// Null where it is not set.
    async fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.0.meeting.ends_at
    }

    /// Whether it is still to come.
    async fn status(&self) -> MeetingStatus {
        self.0.meeting.status.into()
    }

    /// Why it was cancelled.
    async fn reason(&self) -> Option<&str> {
        self.0.meeting.reason.as_deref()
    }

    /// Titles of its items, in order.
    async fn agenda(&self) -> Vec<&str> {
        self.0.meeting.agenda.iter().map(|title| &**title).collect()
    }

    /// Empty to those who only read what is published.
    async fn invited(&self) -> Vec<Invitee> {
        let day = self.0.meeting.day();
        self.0.invited.iter().cloned().map(|invited| Invitee(invited, day)).collect()
    }

    /// Members who have to be there by the plan; null where nothing was said, which means more than half.
    async fn planned_quorum(&self) -> Option<i32> {
        self.0.meeting.quorum
    }

    /// Whether enough members were there; null before the meeting.
    async fn quorum(&self) -> Option<Quorum> {
        let count = |count| i64::try_from(count).unwrap_or(i64::MAX);
        self.0.quorum.map(|quorum| Quorum {
            entitled: count(quorum.entitled),
            present: count(quorum.present),
            needed: count(quorum.needed),
            is_met: quorum.is_met(),
        })
    }

    /// What looks wrong: below its quorum a meeting is kept and its minutes are signed all the same.
    async fn warnings(&self) -> Vec<Warning> {
        self.0.quorum.iter().flat_map(|quorum| quorum.warnings()).map(Into::into).collect()
    }

    /// Null where they are not written, or not the caller's to read.
    async fn minutes(&self) -> Option<&str> {
        self.0.meeting.minutes.as_deref()
    }

    /// Null until the minutes are signed; from then on they are locked.
    async fn signature(&self) -> Option<Signature> {
        self.0.meeting.signature.clone().map(Signature)
    }

    /// In order; empty to those who may not read the minutes.
    async fn corrections(&self) -> Vec<Correction> {
        let correction = |one: &model::Correction| Correction {
            number: one.number,
            text: Arc::clone(&one.text),
            reason: Arc::clone(&one.reason),
            account: id(one.account),
            at: one.at,
        };
        self.0.meeting.corrections.iter().map(correction).collect()
    }

    /// In order; until publication an agency sees those alone that it has a part in, once they are signed.
    async fn conclusions(&self) -> Vec<Conclusion> {
        let seen = Arc::new(self.0.clone());
        self.0.meeting.conclusions.iter().map(|one| Conclusion(Arc::clone(&seen), one.clone())).collect()
    }

    /// Since when everybody may read minutes and conclusions.
    async fn published_at(&self) -> Option<DateTime<Utc>> {
        self.0.meeting.published_at
    }

    /// Raised by every change, which names it.
    async fn revision(&self) -> i32 {
        self.0.meeting.revision
    }
}

/// Somebody who is invited: a seat, an agency, or whoever is told in words.
pub struct Invitee(KnownInvited, NaiveDate);

/// Somebody who is invited: a seat, an agency, or whoever is told in words.
#[Object]
impl Invitee {
    async fn id(&self) -> ID {
        id(self.0.invitee.id)
    }

    /// Identifier of the seat in the committee; null for others.
    async fn seat(&self) -> Option<ID> {
        self.0.invitee.seat.map(id)
    }

    /// In the committee, on the day of the meeting.
    async fn role(&self) -> Option<CommitteeRole> {
        self.0.role.map(Into::into)
    }

    /// Of whoever sits in the seat on that day.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Of a seat that goes with a post, the agency of the post.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.invitee.agency, Some(self.1)).await
    }

    /// Whoever is neither a seat nor an agency.
    async fn words(&self) -> Option<&str> {
        self.0.invitee.words.as_deref()
    }

    /// Null before the meeting, where it was not said, and of others to an agency that only takes part.
    async fn attendance(&self) -> Option<Attendance> {
        self.0.invitee.attended.as_ref().map(|attended| attended.how.into())
    }

    /// Of an absence.
    async fn reason(&self) -> Option<&str> {
        self.0.invitee.attended.as_ref()?.reason.as_deref()
    }

    /// Who came instead, in words.
    async fn represented_by(&self) -> Option<&str> {
        self.0.invitee.attended.as_ref()?.represented_by.as_deref()
    }
}

/// Whether enough members were there.
#[derive(SimpleObject)]
pub struct Quorum {
    /// Members on the roster of the day.
    entitled: i64,
    /// Of these, in person or represented.
    present: i64,
    /// By the plan, or more than half of the members where it does not say.
    needed: i64,
    /// Whether `present` is as many as are `needed`.
    is_met: bool,
}

/// Under signed minutes.
pub struct Signature(model::Signature);

/// Under signed minutes.
#[Object]
impl Signature {
    /// Who signed the minutes, in words.
    async fn signer(&self) -> &str {
        &self.0.signer
    }

    /// The day of the signature.
    async fn on(&self) -> NaiveDate {
        self.0.on
    }

    /// The minutes, or the notice of what was concluded.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.document).await
    }
}

/// What was wrong in signed minutes, and what is right.
#[derive(SimpleObject)]
pub struct Correction {
    /// From 1.
    number: i32,
    /// What is right.
    text: Arc<str>,
    /// Why it was corrected.
    reason: Arc<str>,
    /// Who appended it.
    account: ID,
    /// When it was appended.
    at: DateTime<Utc>,
}

/// A conclusion or direction.
pub struct Conclusion(pub Arc<Seen>, pub model::Conclusion);

/// A conclusion or direction.
#[Object]
impl Conclusion {
    async fn id(&self) -> ID {
        id(self.1.id)
    }

    /// As far as the caller may see it.
    async fn meeting(&self) -> Meeting {
        Meeting((*self.0).clone())
    }

    /// From 1.
    async fn number(&self) -> i32 {
        self.1.number
    }

    /// What was concluded.
    async fn text(&self) -> &str {
        &self.1.text
    }

    /// Who carries it out.
    async fn lead(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.1.lead, Some(self.0.meeting.day())).await
    }

    /// Who works with the lead on it (phối hợp).
    async fn coordinators(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        let mut agencies = Vec::new();
        for coordinator in &self.1.coordinators {
            agencies.push(agency_on(ctx, *coordinator, Some(self.0.meeting.day())).await?);
        }
        Ok(agencies)
    }

    /// The day by which it is to be done.
    async fn due_on(&self) -> NaiveDate {
        self.1.due_on
    }

    /// As which it is followed, from the signature on.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.1.task {
            Some(task) => Ok(loaders::load(ctx, TaskBy(task)).await?.map(|task| Task(task, None))),
            None => Ok(None),
        }
    }
}

total!(
    /// The total of meetings.
    MeetingTotal { filter: MeetingFilter } |this, ctx| {
        meeting::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
