//! The log of a committee: acts with what each changed.
//! Must not show more of a person than decisions print.
//! The log comes from `app::committee`; rosters are `committee`.

use app::committee::Posts;
use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;
use domain::{
    committee::{self as model, Office, Opened},
    document::{DocumentId, Place},
};

use super::{
    agency_opt_on,
    committee::{CommitteeMember, member},
    document_opt, id, view,
};
use crate::{
    enums::{CommitteeActKind, CommitteeChangeKind, CommitteeRole, CommitteeRowKind, CommitteeUnit},
    error::failure,
    types::{
        agency::Agency,
        document::{Citation, Document, places},
    },
};

/// Something that was done to a committee.
pub struct CommitteeAct {
    pub logged: model::Logged,
    pub annulled_by: Option<model::ActId>,
    /// Where in which document it would stand, of one that was only rehearsed.
    pub rehearsed: Option<(DocumentId, Place)>,
}

/// Something that was done to a committee.
#[Object]
impl CommitteeAct {
    async fn id(&self) -> ID {
        id(self.logged.act.id)
    }

    /// From 1.
    async fn number(&self) -> i32 {
        self.logged.act.number
    }

    /// What was done.
    async fn kind(&self) -> CommitteeActKind {
        self.logged.act.kind.into()
    }

    /// The first day on which it holds; of an annulment the day on which the other act would have.
    async fn effective_on(&self) -> NaiveDate {
        self.logged.act.effective_on
    }

    /// Null for an annulment that rests on a reason alone.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.logged.act.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        let Some((document, place)) = &self.rehearsed else { return places(ctx, self.logged.act.id.uuid()).await };
        let (section, quote) = (place.section.clone(), place.quote.clone());
        Ok(vec![Citation(domain::document::Citation { document: *document, rank: 1, section, quote })])
    }

    /// A remark; the reason where an annulment rests on no document.
    async fn note(&self) -> Option<&str> {
        self.logged.act.note.as_deref()
    }

    /// Identifier of the act that it takes back.
    async fn annuls(&self) -> Option<ID> {
        self.logged.act.annuls.map(id)
    }

    /// Identifier of the act that took it back.
    async fn annulled_by(&self) -> Option<ID> {
        self.annulled_by.map(id)
    }

    /// What it changed, in its order. Rows begin and end on the day of the act; what all acts changed gives the roster of every day.
    async fn changes(&self) -> Vec<CommitteeChange> {
        self.logged.changes.iter().cloned().map(|change| CommitteeChange(change, self.logged.act.effective_on)).collect()
    }
}

/// What an act did to a row: a term, a standing agency, a seat, or a person in a seat.
pub struct CommitteeChange(model::Change, NaiveDate);

impl CommitteeChange {
    fn seat_of(&self) -> Option<&model::Seat> {
        self.0.opened().and_then(Opened::seat)
    }

    fn stay_of(&self) -> Option<&model::Stay> {
        self.0.opened().and_then(Opened::stay)
    }
}

/// What an act did to a row: a term, a standing agency, a seat, or a person in a seat.
#[Object]
impl CommitteeChange {
    /// What became of the row.
    async fn change(&self) -> CommitteeChangeKind {
        self.0.kind().into()
    }

    /// What the row is.
    async fn what(&self) -> CommitteeRowKind {
        self.0.row().kind().into()
    }

    /// Identifier of the row.
    async fn row(&self) -> ID {
        ID(self.0.row().uuid().to_string())
    }

    /// Identifier of the term of a seat or standing agency that is opened.
    async fn term(&self) -> Option<ID> {
        self.0.opened().and_then(Opened::term).map(id)
    }

    /// Identifier of the seat of a stay that is opened.
    async fn seat(&self) -> Option<ID> {
        self.stay_of().map(|stay| id(stay.seat))
    }

    /// The authority of a term, or the standing agency.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.opened().and_then(Opened::agency), Some(self.1)).await
    }

    /// Of a seat that is opened; null for the committee itself.
    async fn unit(&self) -> Option<CommitteeUnit> {
        self.seat_of()?.unit.map(Into::into)
    }

    /// Of a seat that is opened.
    async fn role(&self) -> Option<CommitteeRole> {
        self.seat_of().map(|seat| seat.role.into())
    }

    /// Of a seat that is opened: its position in the decision, from 1.
    async fn rank(&self) -> Option<i32> {
        self.seat_of().map(|seat| seat.rank)
    }

    /// Ex officio: the agency whose head or post it goes with.
    async fn post_agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        let Some(office) = self.seat_of().and_then(|seat| seat.office) else { return Ok(None) };
        let posts = Posts::of(view(ctx)?.catalogue().await.map_err(|error| failure(&error))?);
        agency_opt_on(ctx, posts.agency(office).map(|agency| agency.id), Some(self.1)).await
    }

    /// Ex officio: identifier of the post; null where it goes with the head of the agency.
    async fn post(&self) -> Option<ID> {
        self.seat_of()?.office.and_then(Office::post).map(id)
    }

    /// The post as the decision writes it.
    async fn position(&self) -> Option<&str> {
        self.seat_of()?.position.as_deref()
    }

    /// What the member is charged with.
    async fn duty(&self) -> Option<&str> {
        self.seat_of()?.duty.as_deref()
    }

    /// Who takes the seat of a stay that is opened; null where nobody ever sat there.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<CommitteeMember>> {
        match self.stay_of() {
            Some(stay) => member(ctx, stay.person).await,
            None => Ok(None),
        }
    }

    /// As the document prints it.
    async fn name(&self) -> Option<&str> {
        self.stay_of().map(|stay| &*stay.printed_name)
    }
}
