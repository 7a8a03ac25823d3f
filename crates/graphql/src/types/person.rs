//! People of the register and their posts, without what is restricted.
//! Must not show a restricted value: the payload of an opening alone does.
//! The use cases are `app::person`.

use app::person::{HeldPost, Opened};
use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use domain::person as model;

use super::{agency, document, id, view};
use crate::{
    enums::RestrictedField,
    error::failure,
    types::{agency::Agency, document::Document},
};

/// A person of the register, without what is restricted.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Person {
    pub id: ID,
    /// As printed; a pseudonym for somebody who is pseudonymised.
    name: String,
    /// The post as printed; public, as the name is.
    position_title: Option<String>,
    /// Internal; null too while processing is restricted.
    work_email: Option<String>,
    /// Internal; null too while processing is restricted.
    work_phone: Option<String>,
    /// Identifier of the person's account.
    account: Option<ID>,
    /// Restricted fields that have a value; the values are opened for a purpose.
    restricted_fields: Vec<RestrictedField>,
    /// Processing is restricted since then; what is internal is not shown meanwhile.
    restricted_since: Option<DateTime<Utc>>,
    /// Only a pseudonym is left since then.
    pseudonymised_at: Option<DateTime<Utc>>,
    /// Raised by every change; a change names it.
    revision: i32,
    #[graphql(skip)]
    of: model::PersonId,
}

impl From<&model::Person> for Person {
    fn from(person: &model::Person) -> Self {
        let shown = |field| person.shown(field).map(str::to_owned);
        Self {
            id: id(person.id),
            name: person.name().to_owned(),
            position_title: shown(model::PersonField::PositionTitle),
            work_email: shown(model::PersonField::WorkEmail),
            work_phone: shown(model::PersonField::WorkPhone),
            account: person.account.map(id),
            restricted_fields: person.sealed.iter().filter_map(|field| RestrictedField::of(*field)).collect(),
            restricted_since: person.restriction.as_ref().map(|restriction| restriction.since),
            pseudonymised_at: person.pseudonymised.as_ref().map(|done| done.at),
            revision: person.revision,
            of: person.id,
        }
    }
}

#[ComplexObject]
impl Person {
    /// The posts that the person holds or held, in the order of time.
    async fn posts(&self, ctx: &Context<'_>) -> Result<Vec<PersonPost>> {
        let found = crate::loaders::load(ctx, crate::loaders::PostsOfPerson(self.of)).await?;
        Ok(found.iter().cloned().map(Into::into).collect())
    }
}

/// A post that a person holds or held.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PersonPost {
    /// The post, e.g. "Phó Chủ tịch".
    title: String,
    /// As printed in the document.
    name: String,
    /// In charge without being appointed ("phụ trách", "Q.").
    is_acting: bool,
    /// The first day on which they held the post.
    from: NaiveDate,
    /// The first day on which it no longer holds.
    to: Option<NaiveDate>,
    #[graphql(skip)]
    agency_id: domain::agency::AgencyId,
    #[graphql(skip)]
    document_id: domain::document::DocumentId,
}

impl From<HeldPost> for PersonPost {
    fn from(post: HeldPost) -> Self {
        let HeldPost { agency, title, name, is_acting, from, to, document } = post;
        Self { title, name, is_acting, from, to, agency_id: agency, document_id: document }
    }
}

#[ComplexObject]
impl PersonPost {
    /// Whose post it is, as it is today.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.agency_id).await
    }

    /// On which it rests.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        document(ctx, self.document_id).await
    }
}

/// Restricted fields as they were opened; null where there is no value, or none was asked for.
#[derive(Default, SimpleObject)]
pub struct OpenedFields {
    /// A day, as 1970-12-31.
    birth_date: Option<String>,
    /// Nine digits (chứng minh nhân dân) or twelve (căn cước).
    identity_number: Option<String>,
    /// As it was written down.
    home_address: Option<String>,
    /// As it was written down.
    personal_phone: Option<String>,
}

impl From<Opened> for OpenedFields {
    fn from(opened: Opened) -> Self {
        let mut fields = Self::default();
        for (field, value) in opened {
            let place = match RestrictedField::of(field) {
                Some(RestrictedField::BirthDate) => &mut fields.birth_date,
                Some(RestrictedField::IdentityNumber) => &mut fields.identity_number,
                Some(RestrictedField::HomeAddress) => &mut fields.home_address,
                Some(RestrictedField::PersonalPhone) => &mut fields.personal_phone,
                // Not sealed, and so never opened.
                None => continue,
            };
            *place = Some(value.reveal().to_owned());
        }
        fields
    }
}

/// The person with this identifier as it is now.
pub async fn person_by_id(ctx: &Context<'_>, id: model::PersonId) -> Result<Option<Person>> {
    let found = app::person::by_id(view(ctx)?, id).await.map_err(|error| failure(&error))?;
    Ok(found.as_ref().map(Person::from))
}
