//! Committees: rosters of a day, acts, seats with everybody who sat there.
//! Must not show more of a person than decisions print.
//! They come from `app::committee`.

use std::sync::Arc;

use app::committee::{self, Committee as Known, Posts};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{agency::AgencyId, committee as model};

use super::{agency, agency_on, agency_opt_on, document, document_opt, id, view};
use crate::{
    enums::{CommitteeRole, CommitteeStatus, CommitteeUnit},
    error::failure,
    loaders::{self, ActsOf, PersonBy, SeatsOfPerson},
    paging::total,
    types::{
        agency::Agency,
        committee_log::CommitteeAct,
        document::{Citation, Document, places},
    },
};

/// A committee (ban chỉ đạo), as it stood on a day.
pub struct Committee {
    known: Arc<Known>,
    as_of: NaiveDate,
}

impl Committee {
    pub fn new(known: Known, as_of: NaiveDate) -> Self {
        Self { known: Arc::new(known), as_of }
    }

    /// As it stands on the day of an act that was done or rehearsed.
    pub fn after(self, done: &committee::Done) -> Self {
        let known = Known { revision: done.logged.act.number, history: Arc::new(done.history.clone()), ..(*self.known).clone() };
        Self { known: Arc::new(known), as_of: done.logged.act.effective_on }
    }

    async fn posts<'a>(ctx: &Context<'a>) -> Result<Posts<'a>> {
        Ok(Posts::of(view(ctx)?.catalogue().await.map_err(|error| failure(&error))?))
    }
}

/// A committee (ban chỉ đạo), as it stood on a day.
#[Object]
impl Committee {
    /// Code of its body.
    async fn code(&self) -> &str {
        &self.known.agency.code
    }

    /// Its body in the register.
    async fn agency(&self) -> Agency {
        Agency(Arc::clone(&self.known.agency), Some(self.as_of))
    }

    /// The day that this is told of.
    async fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// How it stands on that day.
    async fn status(&self) -> CommitteeStatus {
        self.known.history.status_on(self.as_of).into()
    }

    /// The document that calls for it.
    async fn planned_by(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.known.planned_by).await
    }

    /// How many acts there were; a change names it.
    async fn revision(&self) -> i32 {
        self.known.revision
    }

    /// The roster in force; null before the establishment and after the dissolution.
    async fn term(&self) -> Option<CommitteeTerm> {
        let term = self.known.history.term_on(self.as_of).cloned()?;
        let standing = self.known.history.standing_on(self.as_of).map(|standing| standing.agency);
        Some(CommitteeTerm { term, standing, as_of: self.as_of })
    }

    /// It is established, and nobody is at its head on that day: the post of the head fell vacant.
    async fn is_head_vacant(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.known.roster(&Self::posts(ctx).await?, self.as_of).is_head_vacant())
    }

    /// Who sat where: the committee itself first, then its units, each by rank.
    async fn roster(&self, ctx: &Context<'_>) -> Result<Vec<CommitteePlace>> {
        let posts = Self::posts(ctx).await?;
        let roster = self.known.roster(&posts, self.as_of);
        Ok(roster.places.into_iter().map(|place| CommitteePlace::of(place, &posts, &self.known, self.as_of)).collect())
    }

    /// How the roster differs from that of another day.
    async fn changes_since(&self, ctx: &Context<'_>, day: NaiveDate) -> Result<RosterDifference> {
        let posts = Self::posts(ctx).await?;
        let (before, after) = (self.known.roster(&posts, day), self.known.roster(&posts, self.as_of));
        let found = model::difference(&before, &after);
        let then = |place| CommitteePlace::of(place, &posts, &self.known, day);
        let now = |place| CommitteePlace::of(place, &posts, &self.known, self.as_of);
        Ok(RosterDifference {
            joined: found.joined.into_iter().map(now).collect(),
            left: found.left.into_iter().map(then).collect(),
            changed: found.changed.into_iter().map(|(before, after)| ChangedPlace { before: then(before), after: now(after) }).collect(),
        })
    }

    /// Everything that was done to it, in its order, whatever the day. What was annulled stays, beside the act that annulled it.
    async fn acts(&self, ctx: &Context<'_>) -> Result<Vec<CommitteeAct>> {
        let acts = loaders::load(ctx, ActsOf(self.known.agency.id)).await?;
        let by = |id: model::ActId| acts.iter().find(|other| other.act.annuls == Some(id)).map(|other| other.act.id);
        Ok(acts.iter().cloned().map(|logged| CommitteeAct { annulled_by: by(logged.act.id), logged, rehearsed: None }).collect())
    }
}

/// A roster as one document constituted it.
pub struct CommitteeTerm {
    term: model::Term,
    standing: Option<AgencyId>,
    as_of: NaiveDate,
}

/// A roster as one document constituted it.
#[Object]
impl CommitteeTerm {
    async fn id(&self) -> ID {
        id(self.term.id)
    }

    /// Who set it up, as it was called then.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.term.authority, Some(self.as_of)).await
    }

    /// Cơ quan thường trực of the day, as it was called then.
    async fn standing_agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        match self.standing {
            Some(id) => Ok(Some(agency_on(ctx, id, Some(self.as_of)).await?)),
            None => Ok(None),
        }
    }

    /// The first day on which it holds.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.term.validity.from
    }

    /// The first day on which it no longer holds; null while it does.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.term.validity.to
    }

    /// The document that constituted it.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.term.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.term.id.uuid()).await
    }
}

/// A seat with whoever sat in it on the day.
pub struct CommitteePlace {
    place: model::Place,
    /// Ex officio: whose post it goes with, and which.
    post: Option<(AgencyId, Option<Arc<str>>)>,
    committee: Arc<Known>,
    as_of: NaiveDate,
}

impl CommitteePlace {
    fn of(place: model::Place, posts: &Posts<'_>, committee: &Arc<Known>, as_of: NaiveDate) -> Self {
        let post = posts.of_place(&place).map(|office| (office.agency.id, office.title.cloned()));
        Self { place, post, committee: Arc::clone(committee), as_of }
    }
}

/// A seat with whoever sat in it on the day.
#[Object]
impl CommitteePlace {
    /// Identifier of the seat.
    async fn id(&self) -> ID {
        id(self.place.seat.id)
    }

    /// The part of the committee that the seat is in; null for the committee itself.
    async fn unit(&self) -> Option<CommitteeUnit> {
        self.place.seat.unit.map(Into::into)
    }

    /// What whoever sits there is in the committee.
    async fn role(&self) -> CommitteeRole {
        self.place.seat.role.into()
    }

    /// Position in the decision, from 1.
    async fn rank(&self) -> i32 {
        self.place.seat.rank
    }

    /// The post as the decision writes it.
    async fn position(&self) -> Option<&str> {
        self.place.seat.position.as_deref()
    }

    /// What the member is charged with.
    async fn duty(&self) -> Option<&str> {
        self.place.seat.duty.as_deref()
    }

    /// Whether whoever holds a post sits here.
    async fn is_ex_officio(&self) -> bool {
        self.place.seat.office.is_some()
    }

    /// Ex officio: the agency whose post it goes with.
    async fn post_agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.post.as_ref().map(|(agency, _)| *agency), Some(self.as_of)).await
    }

    /// Ex officio: the title of the post on that day; null while nobody heads the agency whose head sits here.
    async fn post(&self) -> Option<&str> {
        self.post.as_ref()?.1.as_deref()
    }

    /// The document that the seat rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.place.seat.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.place.seat.id.uuid()).await
    }

    /// Null for an empty seat.
    async fn occupant(&self) -> Option<CommitteeOccupant> {
        self.place.occupant.clone().map(CommitteeOccupant)
    }

    /// Everybody who ever sat here, in the order of time.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<CommitteeOccupant>> {
        let found = self.committee.occupants(&Committee::posts(ctx).await?, self.place.seat.id);
        Ok(found.map(|(_, occupants)| occupants.into_iter().map(CommitteeOccupant).collect()).unwrap_or_default())
    }
}

/// Whoever sat in a seat.
pub struct CommitteeOccupant(model::Occupant);

/// Whoever sat in a seat.
#[Object]
impl CommitteeOccupant {
    /// Null where it is not known who of the register holds the post that the seat goes with.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<CommitteeMember>> {
        match self.0.person {
            Some(id) => member(ctx, id).await,
            None => Ok(None),
        }
    }

    /// As the document of the time prints it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// In charge of the post without being appointed to it.
    async fn is_acting(&self) -> bool {
        self.0.is_acting
    }

    /// The first day on which they sat there.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it no longer holds; null while it does.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// The document that put them there; ex officio, the one that says who holds the post.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.0.row).await
    }
}

/// Somebody who sits or sat in a committee, as decisions print the name.
pub struct CommitteeMember(pub model::Person);

/// The person with this identifier.
pub async fn member(ctx: &Context<'_>, id: model::PersonId) -> Result<Option<CommitteeMember>> {
    Ok(loaders::load(ctx, PersonBy(id)).await?.map(CommitteeMember))
}

/// Somebody who sits or sat in a committee, as decisions print the name.
#[Object]
impl CommitteeMember {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// As a document printed it last.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where the person sat, by name or by a post, in whichever committee, in the order of time.
    async fn seats(&self, ctx: &Context<'_>) -> Result<Vec<PersonSeat>> {
        let seats = loaders::load(ctx, SeatsOfPerson(self.0.id)).await?;
        Ok(seats.iter().cloned().map(PersonSeat).collect())
    }
}

/// Where a person sat.
pub struct PersonSeat(committee::Sat);

/// Where a person sat.
#[Object]
impl PersonSeat {
    /// The body of the committee.
    async fn committee(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.committee).await
    }

    /// What the person was in the committee.
    async fn role(&self) -> CommitteeRole {
        self.0.seat.role.into()
    }

    /// The part of the committee that the seat is in; null for the committee itself.
    async fn unit(&self) -> Option<CommitteeUnit> {
        self.0.seat.unit.map(Into::into)
    }

    /// The first day on which the person sat there.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.occupant.validity.from
    }

    /// The first day on which it no longer holds; null while it does.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.occupant.validity.to
    }

    /// The document that put the person there; ex officio, the one that says who holds the post.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.occupant.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.0.occupant.row).await
    }
}

/// How two rosters differ.
#[derive(SimpleObject)]
pub struct RosterDifference {
    /// Members that were not there on the other day.
    joined: Vec<CommitteePlace>,
    /// Members of the other day that are not there any more, as they were.
    left: Vec<CommitteePlace>,
    /// Members of both with another role, rank, duty or holder.
    changed: Vec<ChangedPlace>,
}

/// A member of two rosters, as it was and as it is.
#[derive(SimpleObject)]
pub struct ChangedPlace {
    /// On the day that is compared with.
    before: CommitteePlace,
    /// On the day that the committee is told of.
    after: CommitteePlace,
}

total!(
    /// The total of committees.
    CommitteeTotal {} |_, ctx| {
        let count = committee::count(view(ctx)?).await.map_err(|error| failure(&error))?;
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }
);
