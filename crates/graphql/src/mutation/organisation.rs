//! Administering agencies: events, successors, versions, codes, heads, rolls.
//! Must not decide anything; each field asks one use case.
//! The use cases are `app::succession` and `app::organisation`.

use app::{
    Error,
    designation::{NewDesignation, designate},
    organisation::{Change, What, change},
    place::NewPlace,
    post::Holding,
    succession::{self, DutyDraft, EventDraft, NamingDraft, NewAgency, SuccessorDraft},
};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::person::PersonId;

use super::{Outcome, Problem, admitted, admitted_on, after, named, outcome, settled};
use crate::{
    enums::{AgencyEventKind, AgencyKind, MembershipRule},
    types::{designation::DesignatedPart, recorded_event::RecordedEvent},
};

/// An identifier that is none names nobody.
fn known(person: Option<ID>) -> Option<PersonId> {
    person.map(|id| id.parse().unwrap_or(domain::id::Id::from_uuid(uuid::Uuid::nil())))
}

/// What an agency is called and where it stands.
#[derive(InputObject)]
pub struct AgencyInput {
    /// In Vietnamese.
    name: String,
    /// E.g. "Sở TT&TT"; none where nothing is said.
    short_name: Option<String>,
    /// As before where nothing is said.
    kind: Option<AgencyKind>,
    /// A finer kind, e.g. `provincial_department`; as before where nothing is said.
    subkind: Option<String>,
    /// Code; as before where nothing is said.
    parent: Option<String>,
}

impl From<AgencyInput> for NewAgency {
    fn from(input: AgencyInput) -> Self {
        let AgencyInput { name, short_name, kind, subkind, parent } = input;
        Self { name, short_name, kind: kind.map(Into::into), subkind, parent }
    }
}

/// A successor: an agency that is there, or one that the event makes.
#[derive(InputObject)]
pub struct SuccessorInput {
    /// Of the agency; of one that the event makes a code that none ever had, of a-z, 0-9 and hyphens.
    code: String,
    /// For an agency that the event makes.
    new: Option<AgencyInput>,
}

/// Duties that a successor takes: of a programme, of a task of it, or of a kind.
#[derive(InputObject)]
pub struct DutyInput {
    /// Code.
    successor: String,
    /// Code.
    programme: Option<String>,
    /// Code; needs `programme`.
    task: Option<String>,
    /// Code of a kind of work.
    function: Option<String>,
}

/// Something that happens to agencies.
#[derive(InputObject)]
pub struct AgencyEventInput {
    /// Names the event; made up where nothing is said.
    code: Option<String>,
    /// What happens.
    kind: AgencyEventKind,
    /// The first day on which it holds.
    effective_on: NaiveDate,
    /// Number or identifier of the document.
    basis: String,
    /// Where in the document it stands.
    section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    quote: Option<String>,
    /// Codes.
    predecessors: Vec<String>,
    /// Who takes over.
    #[graphql(default)]
    successors: Vec<SuccessorInput>,
    /// Which duties each successor takes.
    #[graphql(default)]
    duties: Vec<DutyInput>,
    /// What a renamed agency is called.
    becomes: Option<AgencyInput>,
    /// A remark, shown with the event.
    note: Option<String>,
}

impl From<AgencyEventInput> for EventDraft {
    fn from(input: AgencyEventInput) -> Self {
        let successor = |input: SuccessorInput| SuccessorDraft { code: input.code, new: input.new.map(Into::into) };
        let duty = |input: DutyInput| {
            let DutyInput { successor, programme, task, function } = input;
            DutyDraft { successor, programme, task, function }
        };
        Self {
            code: input.code,
            kind: input.kind.into(),
            effective_on: input.effective_on,
            basis: input.basis,
            place: NewPlace { section: input.section, quote: input.quote },
            predecessors: input.predecessors,
            successors: input.successors.into_iter().map(successor).collect(),
            duties: input.duties.into_iter().map(duty).collect(),
            becomes: input.becomes.map(Into::into),
            note: input.note,
        }
    }
}

/// What came of an event.
#[derive(SimpleObject)]
struct AgencyEventPayload {
    /// The event with all that it moves, or would move.
    recorded: Option<RecordedEvent>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of naming a successor.
#[derive(SimpleObject)]
struct SuccessorPayload {
    /// How many entries of the queue have an owner now.
    resolved: Option<usize>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What came of designating members of a collective.
#[derive(SimpleObject)]
struct DesignationPayload {
    /// As it is on the first day, or would be.
    part: Option<DesignatedPart>,
    /// Null when it is done.
    problem: Option<Problem>,
}

async fn changed(
    ctx: &Context<'_>,
    operation: &'static str,
    agency: String,
    (from, basis, place): (NaiveDate, String, NewPlace),
    what: What,
) -> Result<Outcome> {
    let view = admitted(ctx, operation).await?;
    outcome(change(view.app(), view.ctx(), Change { agency, from, basis, place, what }).await.map_err(of_input))
}

/// What an agency is called and where it stands is the argument `input` here.
fn of_input(error: Error) -> Error {
    match error {
        Error::Refused(mut refusal) => {
            for fault in &mut refusal.faults {
                if let Some(field) = fault.pointer.strip_prefix("/agency/") {
                    fault.pointer = format!("/input/{field}");
                }
            }
            Error::Refused(refusal)
        }
        other => other,
    }
}

#[derive(Default)]
pub struct OrganisationMutation;

#[Object]
impl OrganisationMutation {
    /// Records what happens to agencies, or, as a dry run, shows what it would move and keeps nothing.
    async fn record_agency_event(
        &self,
        ctx: &Context<'_>,
        input: AgencyEventInput,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<AgencyEventPayload> {
        let view = admitted(ctx, "recordAgencyEvent").await?;
        let done = succession::record_event(view.app(), view.ctx(), input.into(), dry_run).await;
        Ok(match settled(done)? {
            Ok(recorded) => {
                after(ctx).await?;
                AgencyEventPayload { recorded: Some(RecordedEvent(recorded)), problem: None }
            }
            Err(problem) => AgencyEventPayload { recorded: None, problem: Some(problem) },
        })
    }

    /// Names who answers for entries of the queue from a day on.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn name_successor(
        &self,
        ctx: &Context<'_>,
        entries: Vec<ID>,
        successor: String,
        effective_on: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
    ) -> Result<SuccessorPayload> {
        let view = admitted(ctx, "nameSuccessor").await?;
        let entries = entries.into_iter().map(|id| id.0).collect();
        let draft = NamingDraft { entries, successor, effective_on, basis, place: NewPlace { section, quote } };
        let done: std::result::Result<_, Error> = succession::name(view.app(), view.ctx(), draft).await;
        Ok(match settled(done)? {
            Ok(named) => SuccessorPayload { resolved: Some(named.resolved), problem: None },
            Err(problem) => SuccessorPayload { resolved: None, problem: Some(problem) },
        })
    }

    /// Makes an agency.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn create_agency(
        &self,
        ctx: &Context<'_>,
        code: String,
        input: AgencyInput,
        from: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
    ) -> Result<Outcome> {
        changed(ctx, "createAgency", code, (from, basis, NewPlace { section, quote }), What::Created(input.into())).await
    }

    /// Changes name, kind or parent of an agency from a day on.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn change_agency(
        &self,
        ctx: &Context<'_>,
        code: String,
        input: AgencyInput,
        from: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
    ) -> Result<Outcome> {
        changed(ctx, "changeAgency", code, (from, basis, NewPlace { section, quote }), What::Version(input.into())).await
    }

    /// Gives an agency another electronic code from a day on.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn set_agency_code(
        &self,
        ctx: &Context<'_>,
        agency: String,
        code: String,
        from: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
    ) -> Result<Outcome> {
        changed(ctx, "setAgencyCode", agency, (from, basis, NewPlace { section, quote }), What::ECode(code)).await
    }

    /// Says who heads an agency from a day on, or that nobody does: a name, or that the post is vacant, one of both.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn set_head_of_agency(
        &self,
        ctx: &Context<'_>,
        agency: String,
        #[graphql(desc = "The post; it may be left out where it falls vacant.")] title: Option<String>,
        #[graphql(desc = "Who heads it from the day on.")] name: Option<String>,
        #[graphql(default = false, desc = "Whoever headed it leaves on the day, and nobody follows yet.")] vacant: bool,
        #[graphql(default = false)] is_acting: bool,
        #[graphql(desc = "Identifier of the person of the register, where that is known.")] person: Option<ID>,
        from: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
    ) -> Result<Outcome> {
        let holding = Holding { is_head: true, title, name, is_vacant: vacant, is_acting, person: known(person) };
        changed(ctx, "setHeadOfAgency", agency, (from, basis, NewPlace { section, quote }), What::Post(holding)).await
    }

    /// Says who holds another post of an agency from a day on, or that nobody does: a name, or that the post is vacant, one of both.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn set_post_of_agency(
        &self,
        ctx: &Context<'_>,
        agency: String,
        #[graphql(desc = "The post. Several of one kind are told apart by their titles.")] title: String,
        #[graphql(desc = "Who holds it from the day on.")] name: Option<String>,
        #[graphql(default = false, desc = "Whoever held it leaves on the day, and nobody follows yet.")] vacant: bool,
        #[graphql(default = false)] is_acting: bool,
        #[graphql(desc = "Identifier of the person of the register, where that is known.")] person: Option<ID>,
        from: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
    ) -> Result<Outcome> {
        let holding = Holding { is_head: false, title: Some(title), name, is_vacant: vacant, is_acting, person: known(person) };
        changed(ctx, "setPostOfAgency", agency, (from, basis, NewPlace { section, quote }), What::Post(holding)).await
    }

    /// Says who is on the roll of a collective from a day on, and how it is to be read.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn set_roll(
        &self,
        ctx: &Context<'_>,
        agency: String,
        rule: MembershipRule,
        is_complete: bool,
        members: Vec<String>,
        from: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
    ) -> Result<Outcome> {
        changed(ctx, "setRoll", agency, (from, basis, NewPlace { section, quote }), What::Roll { rule: rule.into(), is_complete, members })
            .await
    }

    /// Names, from a day on, whom words for relevant agencies mean for a task; nobody to end what is designated. As a dry run, shows
    /// what would then be so and keeps nothing.
    #[allow(clippy::too_many_arguments)] // by name for the client
    async fn designate_members(
        &self,
        ctx: &Context<'_>,
        task: ID,
        collective: String,
        agencies: Vec<String>,
        from: NaiveDate,
        basis: String,
        #[graphql(desc = "Where in the document it stands.")] section: Option<String>,
        #[graphql(desc = "Its words there, verbatim; needs `section`.")] quote: Option<String>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<DesignationPayload> {
        let view = admitted_on(ctx, "designateMembers", "task", &task).await?;
        let new = NewDesignation { collective, agencies, from, basis, place: NewPlace { section, quote } };
        let done = async { designate(view.app(), view.ctx(), named(&task)?, new, dry_run).await };
        Ok(match settled(done.await)? {
            Ok(standing) => DesignationPayload { part: Some(DesignatedPart(standing, from)), problem: None },
            Err(problem) => DesignationPayload { part: None, problem: Some(problem) },
        })
    }
}
