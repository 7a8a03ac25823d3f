//! Changes: administration of access and documents, everybody's own account, acts on reports, what becomes of tasks, and what is owed.
//! Must not hold rules: each field asks one use case. What a caller can mend is told in the payload, what it may not do is an error.
//! Reports are pushed over REST.

mod accounts;
mod budget;
mod calendar_links;
mod committees;
mod deliverables;
mod directions;
mod documents;
mod meetings;
mod obligations;
mod occurrence;
mod organisation;
mod own;
mod personal_requests;
mod persons;
mod programme;
mod report;
mod targets;
mod trainings;
mod translations;

use app::{Error, View, audit::Subject};
use async_graphql::{Context, ID, MaybeUndefined, MergedObject, Result, SimpleObject};
use domain::{
    error::{Class, Code, Refusal},
    id::Id,
    patch::Patch,
    policy::operations::Interface,
};

use crate::{error::failure, loaders, types::view};

/// Changes.
#[derive(Default, MergedObject)]
pub struct Mutation(
    accounts::AccountsMutation,
    own::OwnMutation,
    report::ReportMutation,
    occurrence::OccurrenceMutation,
    obligations::ObligationsMutation,
    committees::CommitteesMutation,
    meetings::MeetingsMutation,
    directions::DirectionsMutation,
    calendar_links::CalendarLinksMutation,
    documents::DocumentsMutation,
    organisation::OrganisationMutation,
    persons::PersonsMutation,
    personal_requests::PersonalRequestsMutation,
    programme::ProgrammeMutation,
    trainings::TrainingsMutation,
    targets::TargetsMutation,
    budget::BudgetMutation,
    deliverables::DeliverablesMutation,
    translations::TranslationsMutation,
);

/// What a change says of a field that may be cleared.
fn patch<T, U: From<T>>(value: MaybeUndefined<T>) -> Patch<U> {
    match value {
        MaybeUndefined::Undefined => Patch::Absent,
        MaybeUndefined::Null => Patch::Null,
        MaybeUndefined::Value(value) => Patch::Value(value.into()),
    }
}

/// Words in two languages.
#[derive(SimpleObject)]
pub struct Message {
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

/// One thing wrong with the input, and where.
#[derive(SimpleObject)]
pub struct InputFault {
    /// JSON pointer (RFC 6901) into the input; empty for the whole of it.
    pointer: String,
    /// Stable.
    code: String,
    /// What is wrong there, in words.
    message: Message,
}

/// Why nothing was done, where the caller can mend it.
#[derive(SimpleObject)]
pub struct Problem {
    /// Stable; the same codes as in REST.
    code: String,
    /// What is wrong on this occasion, in words.
    message: Message,
    /// Everything wrong with the input, not only the first.
    faults: Vec<InputFault>,
}

/// What came of a change that gives nothing back.
#[derive(SimpleObject)]
pub struct Outcome {
    /// Null when it is done.
    problem: Option<Problem>,
}

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Self {
        let message = |message: &domain::error::Message| Message { vi: message.vi.to_string(), en: message.en.to_string() };
        let faults = refusal.faults.iter().map(Into::into).collect();
        Self { code: refusal.code.label().into(), message: message(&refusal.message), faults }
    }
}

impl From<&domain::error::Fault> for InputFault {
    fn from(fault: &domain::error::Fault) -> Self {
        let message = Message { vi: fault.message.vi.to_string(), en: fault.message.en.to_string() };
        Self { pointer: fault.pointer.clone(), code: fault.code.label().into(), message }
    }
}

/// Tells what the caller can mend from what is an error.
fn settled<T>(done: std::result::Result<T, Error>) -> Result<std::result::Result<T, Problem>> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(Error::Refused(refusal))
            if matches!(
                refusal.code.class(),
                Class::Invalid | Class::Conflict | Class::PreconditionFailed | Class::NotFound | Class::TooMany
            ) =>
        {
            Ok(Err(Problem::from(&refusal)))
        }
        Err(error) => Err(failure(&error)),
    }
}

/// An identifier; one that is none names nothing.
fn named<T>(id: &ID) -> std::result::Result<Id<T>, Error> {
    id.parse().map_err(|_| Refusal::new(Code::NotFound).into())
}

/// The caller's view, once the policy has let it in.
async fn admitted<'a>(ctx: &Context<'a>, operation: &'static str) -> Result<&'a View> {
    admitted_about(ctx, operation, None).await
}

/// As [`admitted`], for an operation on the thing of a kind that an argument names.
async fn admitted_on<'a>(ctx: &Context<'a>, operation: &'static str, kind: &'static str, id: &ID) -> Result<&'a View> {
    admitted_about(ctx, operation, id.parse().ok().map(|id| (kind, id))).await
}

async fn admitted_about<'a>(ctx: &Context<'a>, operation: &'static str, about: Option<Subject>) -> Result<&'a View> {
    let view = view(ctx)?;
    app::admit(view.app(), view.ctx(), Interface::Mutation, operation, about).await.map_err(|error| failure(&error))?;
    Ok(view)
}

/// The operation's view, of the state after a change.
async fn after<'a>(ctx: &Context<'a>) -> Result<&'a View> {
    let view = view(ctx)?;
    view.clone().end().await.map_err(|error| failure(&error))?;
    loaders::forget(ctx)?;
    Ok(view)
}

/// The payload of a change that gives nothing back.
fn outcome(done: std::result::Result<(), Error>) -> Result<Outcome> {
    Ok(Outcome { problem: settled(done)?.err() })
}
