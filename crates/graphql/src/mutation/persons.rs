//! Writing people down, changing what is kept of them, and opening what is restricted.
//! Must not give a restricted value but for a purpose. Opening is a mutation: it writes an entry, and mutations are never asked for by
//! GET, so that the purpose stands in no address that is logged.
//! The use cases are `app::person`.

use app::{Error, View, person};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use domain::{
    account::AccountId,
    patch::Patch,
    person::{PersonField, PersonId, PersonValues, changed},
};

use super::{Problem, admitted, admitted_on, named, patch, personal_requests::request_named, settled};
use crate::{
    enums::RestrictedField,
    error::failure,
    loaders,
    types::{
        person::{OpenedFields, Person, person_by_id},
        view,
    },
};

/// What to write of a person; what is left out stays, null takes away. A new person needs a name.
#[derive(InputObject)]
struct PersonInput {
    /// As printed in the decision.
    name: MaybeUndefined<String>,
    /// The post as printed; public, as the name is.
    position_title: MaybeUndefined<String>,
    /// Internal: shown to those who keep the register or audit it.
    work_email: MaybeUndefined<String>,
    /// Internal: shown to those who keep the register or audit it.
    work_phone: MaybeUndefined<String>,
    /// A day, as 1970-12-31. Sealed.
    birth_date: MaybeUndefined<String>,
    /// Nine or twelve digits. Sealed.
    identity_number: MaybeUndefined<String>,
    /// Sealed.
    home_address: MaybeUndefined<String>,
    /// Sealed.
    personal_phone: MaybeUndefined<String>,
    /// Identifier of the person's account.
    account: MaybeUndefined<ID>,
}

/// What came of writing on a person.
#[derive(SimpleObject)]
pub(super) struct PersonPayload {
    /// As it is after the change.
    person: Option<Person>,
    /// Null when it is done.
    problem: Option<Problem>,
}

/// What was opened.
#[derive(SimpleObject)]
struct OpenedPayload {
    /// What was opened; null where the caller is refused.
    fields: Option<OpenedFields>,
    /// Null when it is done.
    problem: Option<Problem>,
}

impl PersonInput {
    fn account(&self) -> Patch<AccountId> {
        match &self.account {
            MaybeUndefined::Undefined => Patch::Absent,
            MaybeUndefined::Null => Patch::Null,
            // An identifier that is none names nobody.
            MaybeUndefined::Value(id) => Patch::Value(id.parse().unwrap_or(AccountId::from_uuid(uuid::Uuid::nil()))),
        }
    }

    fn values(self) -> PersonValues {
        let given = [
            (PersonField::Name, self.name),
            (PersonField::PositionTitle, self.position_title),
            (PersonField::WorkEmail, self.work_email),
            (PersonField::WorkPhone, self.work_phone),
            (PersonField::BirthDate, self.birth_date),
            (PersonField::IdentityNumber, self.identity_number),
            (PersonField::HomeAddress, self.home_address),
            (PersonField::PersonalPhone, self.personal_phone),
        ];
        changed(given.map(|(field, value)| (field, patch(value))))
    }
}

/// The person as it is after a change, or why there was none. What was read before the change is read again.
pub(super) async fn payload(ctx: &Context<'_>, done: std::result::Result<PersonId, Error>) -> Result<PersonPayload> {
    match settled(done)? {
        Ok(id) => {
            let view: &View = view(ctx)?;
            view.clone().end().await.map_err(|error| failure(&error))?;
            loaders::forget(ctx)?;
            Ok(PersonPayload { person: person_by_id(ctx, id).await?, problem: None })
        }
        Err(problem) => Ok(PersonPayload { person: None, problem: Some(problem) }),
    }
}

#[derive(Default)]
pub struct PersonsMutation;

#[Object]
impl PersonsMutation {
    /// Writes a person down. What is restricted is sealed, and in no answer but that of an opening.
    async fn create_person(&self, ctx: &Context<'_>, input: PersonInput) -> Result<PersonPayload> {
        let view = admitted(ctx, "createPerson").await?;
        let done = async {
            let account = input.account().apply(None);
            person::create(view.app(), view.ctx(), input.values(), account).await
        };
        payload(ctx, done.await).await
    }

    /// Changes what is kept of a person.
    async fn update_person(
        &self,
        ctx: &Context<'_>,
        id: ID,
        revision: i32,
        change: PersonInput,
        #[graphql(desc = "Identifier of the person's open request; needed while processing is restricted.")] request: Option<ID>,
    ) -> Result<PersonPayload> {
        let view = admitted_on(ctx, "updatePerson", "person", &id).await?;
        let done = async {
            let (id, account) = (named(&id)?, change.account());
            let edit = person::Edit { account, request: request_named(request.as_ref()), values: change.values() };
            person::update(view.app(), view.ctx(), (id, revision), edit).await.map(|()| id)
        };
        payload(ctx, done.await).await
    }

    /// Opens restricted fields of a person, all where none is named. The purpose, the person and the fields are an entry of the audit log
    /// before there is an answer.
    async fn read_personal_fields(
        &self,
        ctx: &Context<'_>,
        person: ID,
        purpose: String,
        fields: Option<Vec<RestrictedField>>,
        #[graphql(desc = "Identifier of the person's open request; needed while processing is restricted.")] request: Option<ID>,
    ) -> Result<OpenedPayload> {
        let view = admitted_on(ctx, "readPersonalFields", "person", &person).await?;
        let fields = fields.unwrap_or_default().into_iter().map(Into::into).collect();
        let wanted = person::Wanted { purpose, fields, request: request_named(request.as_ref()) };
        let done = async { person::read(view.app(), view.ctx(), named(&person)?, wanted).await };
        Ok(match settled(done.await)? {
            Ok(opened) => OpenedPayload { fields: Some(opened.into()), problem: None },
            Err(problem) => OpenedPayload { fields: None, problem: Some(problem) },
        })
    }
}
