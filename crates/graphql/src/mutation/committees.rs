//! Acts on committees.
//! Must not change one without the revision that the change rests on.
//! The use cases are `app::committee`.

use app::{
    View,
    committee::{self, NewAct, NewPerson, NewSeat},
    place::NewPlace,
};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;

use super::{Problem, admitted, after, settled};
use crate::{
    enums::{CommitteeActKind, CommitteeRole, CommitteeUnit},
    error::failure,
    types::{committee::Committee, committee_log::CommitteeAct, warning::Warning},
};

/// Somebody known, by identifier, or somebody new, by name: one of both.
#[derive(InputObject)]
struct NewCommitteePersonInput {
    /// As rosters show it.
    id: Option<ID>,
    /// As the decision prints it.
    name: Option<String>,
}

/// A seat to make.
#[derive(InputObject)]
struct NewCommitteeSeatInput {
    /// The part of the committee that the seat is in; none for the committee itself.
    unit: Option<CommitteeUnit>,
    /// What whoever sits there is in the committee.
    role: CommitteeRole,
    /// Position in the decision, from 1; within its unit no two are equal.
    rank: i32,
    /// Ex officio: the code of an agency, whose head sits here, or the identifier of a post.
    post: Option<String>,
    /// Ex officio: the title of another post than the head's in the agency whose code is given; whoever holds it sits here.
    post_title: Option<String>,
    /// The post as the decision writes it.
    position: Option<String>,
    /// What the member is charged with.
    duty: Option<String>,
    /// Who sits in a seat that goes with no post.
    person: Option<NewCommitteePersonInput>,
}

/// Something done to a committee. Which of the fields belong to it depends on its kind.
#[derive(InputObject)]
struct NewCommitteeActInput {
    /// What is done.
    kind: CommitteeActKind,
    /// The first day on which it holds; not before the last act. ANNUL: the day on which the other act would take effect.
    effective_on: NaiveDate,
    /// The document that it rests on, by identifier or number. ANNUL: or the reason, as the note.
    basis: Option<String>,
    /// Where in the document it stands.
    section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    quote: Option<String>,
    /// A remark; the reason where an annulment rests on no document.
    note: Option<String>,
    /// ANNUL: the act that is taken back; it has not taken effect, and no later act builds on it.
    annuls: Option<ID>,
    /// ESTABLISH, CONSOLIDATE: code of the agency that sets it up.
    authority: Option<String>,
    /// ESTABLISH, CONSOLIDATE, ENTRUST: code of the standing agency.
    standing_agency: Option<String>,
    /// ESTABLISH, CONSOLIDATE: the whole roster. AMEND: what is added.
    #[graphql(default)]
    seats: Vec<NewCommitteeSeatInput>,
    /// AMEND: seats that are taken away.
    #[graphql(default)]
    ended: Vec<ID>,
    /// APPOINT, RELEASE: the seat.
    seat: Option<ID>,
    /// APPOINT: who is put into it.
    person: Option<NewCommitteePersonInput>,
    /// APPOINT, in place of a person: the seat goes ex officio from then on with the head of the agency with this code, or with the post
    /// with this identifier. It ends, and one like it opens.
    post: Option<String>,
    /// APPOINT: the title of another post than the head's in the agency whose code is given.
    post_title: Option<String>,
    /// APPOINT to a post: the post as the document writes it; none where nothing is said.
    position: Option<String>,
}

impl From<NewCommitteePersonInput> for NewPerson {
    fn from(person: NewCommitteePersonInput) -> Self {
        Self { id: person.id.map(|id| id.0), name: person.name }
    }
}

impl From<NewCommitteeActInput> for NewAct {
    fn from(input: NewCommitteeActInput) -> Self {
        let seat = |seat: NewCommitteeSeatInput| NewSeat {
            unit: seat.unit.map(Into::into),
            role: seat.role.into(),
            rank: seat.rank,
            post: seat.post,
            post_title: seat.post_title,
            position: seat.position,
            duty: seat.duty,
            person: seat.person.map(Into::into),
        };
        Self {
            kind: input.kind.into(),
            effective_on: input.effective_on,
            basis: input.basis,
            place: NewPlace { section: input.section, quote: input.quote },
            note: input.note,
            annuls: input.annuls.map(|id| id.0),
            authority: input.authority,
            standing_agency: input.standing_agency,
            seats: input.seats.into_iter().map(seat).collect(),
            ended: input.ended.into_iter().map(|id| id.0).collect(),
            seat: input.seat.map(|id| id.0),
            person: input.person.map(Into::into),
            post: input.post,
            post_title: input.post_title,
            position: input.position,
        }
    }
}

/// What came of a change of a committee.
#[derive(SimpleObject)]
struct CommitteePayload {
    /// As it stands now.
    committee: Option<Committee>,
    /// What was done, or would be.
    act: Option<CommitteeAct>,
    /// What looks wrong; it is done all the same.
    warnings: Vec<Warning>,
    /// Null when it is done.
    problem: Option<Problem>,
}

impl CommitteePayload {
    const fn refused(problem: Problem) -> Self {
        Self { committee: None, act: None, warnings: Vec::new(), problem: Some(problem) }
    }
}

#[derive(Default)]
pub struct CommitteesMutation;

#[Object]
impl CommitteesMutation {
    /// Registers a body as a committee that a document calls for. It has no seats before it is established.
    async fn plan_committee(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the body, which is of the kind COMMITTEE.")] agency: String,
        #[graphql(desc = "The document that calls for it, by identifier or number.")] planned_by: Option<String>,
    ) -> Result<CommitteePayload> {
        let view = admitted(ctx, "planCommittee").await?;
        match settled(committee::plan(view.app(), view.ctx(), agency.clone(), planned_by).await)? {
            Err(problem) => Ok(CommitteePayload::refused(problem)),
            Ok(()) => Ok(CommitteePayload { committee: stands(view, &agency).await?, act: None, warnings: Vec::new(), problem: None }),
        }
    }

    /// Does something to a committee: establishes it, consolidates its roster, adds or takes away seats, puts somebody into a seat or
    /// lets them leave it, names the next standing agency, dissolves it. Each rests on a document and takes effect on its day; the day
    /// before stays as it was. What has not taken effect can be annulled.
    async fn record_committee_act(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code of the committee's body.")] code: String,
        #[graphql(desc = "How many acts there were when the committee was read.")] revision: i32,
        input: NewCommitteeActInput,
        #[graphql(default, desc = "Everything is done and undone; the answer tells what would come of it.")] dry_run: bool,
    ) -> Result<CommitteePayload> {
        let view = admitted(ctx, "recordCommitteeAct").await?;
        match settled(committee::act(view.app(), view.ctx(), code.clone(), revision, input.into(), dry_run).await)? {
            Err(problem) => Ok(CommitteePayload::refused(problem)),
            Ok(done) => {
                after(ctx).await?;
                let stood = stands(view, &code).await?;
                // As it would stand, where nothing of it stayed.
                let committee = stood.map(|stood| stood.after(&done));
                let warnings = done.warnings.iter().copied().map(Into::into).collect();
                let rehearsed = done.logged.act.basis.zip(done.place).filter(|_| dry_run);
                let act = CommitteeAct { logged: done.logged, annulled_by: None, rehearsed };
                Ok(CommitteePayload { committee, act: Some(act), warnings, problem: None })
            }
        }
    }
}

/// A committee as it stands now.
async fn stands(view: &View, code: &str) -> Result<Option<Committee>> {
    let view = view.after();
    let found = committee::by_code(&view, code).await.map_err(|error| failure(&error))?;
    let as_of = view.today();
    view.end().await.map_err(|error| failure(&error))?;
    Ok(found.map(|known| Committee::new(known, as_of)))
}
