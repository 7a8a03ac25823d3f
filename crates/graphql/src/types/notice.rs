//! Notices of chasing.
//! Must not decide whether one is answered; that comes from `app::chasing`.
//! Urging is REST, with a key.

use app::chasing::{NoticeFilter, Told};
use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};

use super::{agency, agency_opt, id, obligation::Obligation, programme, view};
use crate::{
    enums::{NoticeKind, NoticeLevel},
    error::failure,
    loaders::{self, ObligationBy},
    paging::total,
    types::{agency::Agency, programme::Programme},
};

/// That an agency was reminded or urged, or that others were told of its silence.
pub struct Notice(pub Told);

/// That an agency was reminded or urged, or that others were told of its silence.
#[Object]
impl Notice {
    async fn id(&self) -> ID {
        id(self.0.notice.id)
    }

    /// How the agency is chased.
    async fn kind(&self) -> NoticeKind {
        self.0.notice.kind.into()
    }

    /// To whom it is addressed.
    async fn level(&self) -> NoticeLevel {
        self.0.notice.level.into()
    }

    /// To whom it is addressed; null where the programme names nobody at the level.
    async fn addressee(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.0.notice.addressee).await
    }

    /// Who owes the report.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.notice.owing).await
    }

    /// Null where the caller may know of the notice alone.
    async fn obligation(&self, ctx: &Context<'_>) -> Result<Option<Obligation>> {
        Ok(loaders::load(ctx, ObligationBy(self.0.notice.obligation)).await?.as_deref().cloned().map(Obligation))
    }

    /// Of the report that is owed.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        programme(ctx, self.0.notice.programme).await
    }

    /// Code of the regime.
    async fn regime(&self) -> &str {
        &self.0.regime_code
    }

    /// Label of the period, or of the request.
    async fn period(&self) -> &str {
        &self.0.period
    }

    /// When the report is due; null where the working days of a year are not known.
    async fn due_on(&self) -> Option<NaiveDate> {
        self.0.due_on
    }

    /// Days after the due day (negative: before) at which a rule asked for it; null where a person did.
    async fn offset_days(&self) -> Option<i32> {
        self.0.notice.offset_days
    }

    /// What a person wrote.
    async fn text(&self) -> Option<&str> {
        self.0.notice.text.as_deref()
    }

    /// The day in Vietnam on which it was sent.
    async fn day(&self) -> NaiveDate {
        self.0.notice.day
    }

    /// The instant at which it was sent.
    async fn sent_at(&self) -> DateTime<Utc> {
        self.0.notice.sent_at
    }

    /// Whether the report has come in.
    async fn is_answered(&self) -> bool {
        self.0.answered_on.is_some()
    }

    /// When it was first received.
    async fn answered_on(&self) -> Option<NaiveDate> {
        self.0.answered_on
    }
}

total!(
    /// The total of notices.
    NoticeTotal { filter: NoticeFilter } |this, ctx| {
        app::chasing::count(view(ctx)?, &this.filter).await.map_err(|error| failure(&error))
    }
);
