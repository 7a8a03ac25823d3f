//! What happened to agencies, who took which duties, what waits for an owner, and an agency's codes, heads and earlier names.
//! Must not show what is not published, but for the queue, which the policy guards.
//! The use cases are `app::succession`.

use std::sync::Arc;

use app::succession::{self, Unowned};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{agency as model, succession as happened};

use super::{agency, agency_on, document, document_opt, id, programme, programme_opt};
use crate::{
    enums::{AgencyEventKind, AgencyKind, AgencyRole, AssignmentRole, Confidence, ECodeScheme},
    error::failure,
    loaders::{self, TaskBy},
    types::{
        agency::Agency,
        document::{Citation, Document, places},
        programme::Programme,
        recorded_event::MovedRole,
        task::Task,
    },
};

/// How well something is attested.
#[derive(SimpleObject)]
pub struct Attestation {
    /// Where it is attested, beside the document.
    source: Arc<str>,
    /// How sure that is.
    confidence: Confidence,
    /// Somebody who knows has yet to say that it is so.
    to_confirm: bool,
}

impl From<&model::Attestation> for Attestation {
    fn from(attestation: &model::Attestation) -> Self {
        Self { source: Arc::clone(&attestation.source), confidence: attestation.confidence.into(), to_confirm: attestation.to_confirm }
    }
}

/// An electronic code of an agency.
pub struct ECode(pub model::AgencyCode);

/// An electronic code of an agency.
#[Object]
impl ECode {
    /// By which rule the code is made.
    async fn scheme(&self) -> ECodeScheme {
        self.0.scheme.into()
    }

    /// E.g. H24.13; no key, as codes change with the schemes.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The first day on which it holds; null where nothing earlier is known.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it no longer holds.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// The document that gives it, where one is known.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.0.id.uuid()).await
    }

    /// How well it is attested; null where its document says it.
    async fn attestation(&self) -> Option<Attestation> {
        self.0.attestation.as_ref().map(Into::into)
    }
}

/// Who heads an agency, in which post.
pub struct Head(pub Arc<str>, pub model::Holder);

/// Who heads an agency, in which post.
#[Object]
impl Head {
    /// The post, e.g. "Giám đốc".
    async fn title(&self) -> &str {
        &self.0
    }

    /// As the document prints it.
    async fn name(&self) -> &str {
        &self.1.name
    }

    /// In charge without being appointed ("phụ trách", "Q.").
    async fn is_acting(&self) -> bool {
        self.1.is_acting
    }

    /// The first day on which they held the post.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.1.validity.from
    }

    /// The first day on which somebody else held it, or nobody; null while they do.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.1.validity.to
    }

    /// The document that it rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.1.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.1.id.uuid()).await
    }
}

/// What an agency was called and where it stood for a time.
pub struct AgencyTerm(pub model::AgencyVersion);

/// What an agency was called and where it stood for a time.
#[Object]
impl AgencyTerm {
    /// In Vietnamese.
    async fn name(&self) -> &str {
        &self.0.name.vi
    }

    /// E.g. "Sở TT&TT"; null where none is known.
    async fn short_name(&self) -> Option<&str> {
        self.0.short_name.as_deref()
    }

    /// What kind of body it was.
    async fn kind(&self) -> AgencyKind {
        self.0.kind.into()
    }

    /// A finer kind, e.g. `provincial_department`; null where none is told.
    async fn subkind(&self) -> Option<&str> {
        self.0.subkind.as_deref()
    }

    /// The body above it, as it was called on the first day of this.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        match self.0.parent {
            Some(id) => agency_on(ctx, id, self.0.validity.from).await.map(Some),
            None => Ok(None),
        }
    }

    /// Null for an agency of which nothing earlier is known.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it no longer held.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// The document that it rests on, where one is known.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.0.id.uuid()).await
    }

    /// How well it is attested; null where its document says it.
    async fn attestation(&self) -> Option<Attestation> {
        self.0.attestation.as_ref().map(Into::into)
    }
}

/// Something that happened to agencies.
pub struct AgencyEvent(pub happened::AgencyEvent);

async fn on(ctx: &Context<'_>, ids: &[model::AgencyId], day: Option<NaiveDate>) -> Result<Vec<Agency>> {
    let mut agencies = Vec::new();
    for id in ids {
        agencies.push(agency_on(ctx, *id, day).await?);
    }
    Ok(agencies)
}

/// Something that happened to agencies.
#[Object]
impl AgencyEvent {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Names the event; no two have the same.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What happened.
    async fn kind(&self) -> AgencyEventKind {
        self.0.kind.into()
    }

    /// The first day on which it holds.
    async fn effective_on(&self) -> NaiveDate {
        self.0.effective_on
    }

    /// The document that it rests on.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.0.basis).await
    }

    /// Where in the document it stands; empty where that is not told.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        places(ctx, self.0.id.uuid()).await
    }

    /// How well it is attested; null where its document says it.
    async fn attestation(&self) -> Option<Attestation> {
        self.0.attestation.as_ref().map(Into::into)
    }

    /// To whom it happened, as they were the day before.
    async fn predecessors(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        on(ctx, &self.0.predecessors, self.0.effective_on.pred_opt()).await
    }

    /// Who took over, as they were on the day.
    async fn successors(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        on(ctx, &self.0.successors, Some(self.0.effective_on)).await
    }

    /// Which duties each successor took.
    async fn duties(&self) -> Vec<DutyShare> {
        self.0.shares.iter().copied().map(DutyShare).collect()
    }

    /// Roles beside tasks that it moved, or for which it named a successor.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<MovedRole>> {
        let catalogue = super::view(ctx)?.catalogue().await.map_err(|error| failure(&error))?;
        let shown = |moved: happened::RoleSuccession| {
            let (programme, code) = catalogue.role_subject(moved.role)?;
            let (kind, code) = (moved.role.kind, code.to_owned());
            Some(MovedRole(succession::MovedRole { kind, programme, code, from: moved.from, to: Some(moved.to) }))
        };
        Ok(catalogue.roles_moved_by(self.0.id).into_iter().filter_map(shown).collect())
    }

    /// A remark of whoever recorded it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// Which duties went to whom: all of a programme, of a task or of a kind.
pub struct DutyShare(happened::Share);

/// Which duties went to whom: all of a programme, of a task or of a kind.
#[Object]
impl DutyShare {
    /// Who took them, as it is today.
    async fn successor(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.0.successor).await
    }

    /// The programme all of which went; null where a task or a kind of work did.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        match self.0.duties {
            happened::DutySet::Programme(id) => programme(ctx, id).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The task that went; null where a programme or a kind of work did.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.0.duties {
            happened::DutySet::Task(id) => Ok(loaders::load(ctx, TaskBy(id)).await?.map(Task::now)),
            _ => Ok(None),
        }
    }

    /// Code of the kind of work.
    async fn function(&self, ctx: &Context<'_>) -> Result<Option<Arc<str>>> {
        let happened::DutySet::Function(id) = self.0.duties else { return Ok(None) };
        let catalogue = super::view(ctx)?.catalogue().await.map_err(|error| failure(&error))?;
        Ok(catalogue.functions().iter().find(|function| function.id == id).map(|function| Arc::clone(&function.code)))
    }
}

/// Something that no agency answers for: "cần chỉ định đơn vị kế thừa".
pub struct SuccessionEntry(pub Unowned);

/// Something that no agency answers for: "cần chỉ định đơn vị kế thừa".
#[Object]
impl SuccessionEntry {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Whose it was; a collective where nobody is left on its roll.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, self.0.since.pred_opt()).await
    }

    /// The first day without an owner.
    async fn since(&self) -> NaiveDate {
        self.0.since
    }

    /// Null for the receiver of a regime of every programme.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        programme_opt(ctx, self.0.programme).await
    }

    /// Which role beside tasks it is.
    async fn agency_role(&self) -> Option<AgencyRole> {
        self.0.role.map(|role| role.kind.into())
    }

    /// Code of the duty, the regime or the programme that such a role is of.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let catalogue = super::view(ctx)?.catalogue().await.map_err(|error| failure(&error))?;
        Ok(self.0.role.and_then(|role| catalogue.role_subject(role)).map(|(_, code)| code.to_owned()))
    }

    /// Null for what is owed for the whole programme, and for a role beside tasks.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        let task = self.0.assignment.as_ref().map(|a| a.task).or(self.0.obligation.as_ref().and_then(|owed| owed.task));
        match task {
            Some(id) => Ok(loaders::load(ctx, TaskBy(id)).await?.map(Task::now)),
            None => Ok(None),
        }
    }

    /// What part it was in the task; null for a report that is owed, and for a role beside tasks.
    async fn role(&self) -> Option<AssignmentRole> {
        self.0.assignment.as_ref().map(|assignment| assignment.role.into())
    }

    /// The period of a report that is owed.
    async fn period(&self) -> Option<Arc<str>> {
        self.0.obligation.as_ref().map(|owed| Arc::clone(&owed.period))
    }
}
