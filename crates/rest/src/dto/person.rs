//! People of the register as REST shows them, and what is sent to write them down.
//! Must not show a restricted value but in the answer to an opening.
//! Which field is how closely held is `domain::person`; see `app::person`.

use app::{
    catalogue::Catalogue,
    person::{HeldPost, Opened},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    patch::Patch,
    person::{self as model, PersonField, PersonValues, Secret},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::page;

/// Which people.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct PersonParams {
    /// Anywhere in the name; case, tones and diacritics do not matter.
    #[param(max_length = 200)]
    pub name: Option<String>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A person to write down. Birth date, identity number, home address and personal phone are sealed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewPerson {
    /// As printed in the decision.
    #[schema(example = "Nguyễn Văn An", min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// The post as printed; public, as the name is.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub position_title: Option<String>,
    /// Internal: shown to those who keep the register or audit it.
    #[schema(min_length = 3, max_length = 254, pattern = r"^\s*[^@\s]+@[^@\s]*\.[^@\s]*\s*$")]
    pub work_email: Option<String>,
    /// Internal: shown to those who keep the register or audit it.
    #[schema(min_length = 3, max_length = 32, pattern = r"^[\s+().-]*([0-9][\s+().-]*){3,20}$")]
    pub work_phone: Option<String>,
    /// A day, as 1970-12-31.
    #[schema(format = Date, min_length = 10, max_length = 10)]
    pub birth_date: Option<String>,
    /// Nine or twelve digits.
    #[schema(min_length = 9, max_length = 12, pattern = r"^\s*([0-9]{9}|[0-9]{12})\s*$")]
    pub identity_number: Option<String>,
    /// Sealed.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub home_address: Option<String>,
    /// Sealed.
    #[schema(min_length = 3, max_length = 32, pattern = r"^[\s+().-]*([0-9][\s+().-]*){3,20}$")]
    pub personal_phone: Option<String>,
    /// Identifier of the person's account.
    pub account: Option<Uuid>,
}

impl NewPerson {
    /// The values, those that are given.
    pub fn values(self) -> PersonValues {
        let given = [
            (PersonField::Name, Some(self.name)),
            (PersonField::PositionTitle, self.position_title),
            (PersonField::WorkEmail, self.work_email),
            (PersonField::WorkPhone, self.work_phone),
            (PersonField::BirthDate, self.birth_date),
            (PersonField::IdentityNumber, self.identity_number),
            (PersonField::HomeAddress, self.home_address),
            (PersonField::PersonalPhone, self.personal_phone),
        ];
        given.into_iter().filter_map(|(field, value)| Some((field, Some(Secret::new(value?))))).collect()
    }
}

/// What to change of a person; what is left out stays, null takes away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PersonChange {
    /// As printed in the decision.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: Option<String>,
    /// The post as printed; public, as the name is.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"\S")]
    pub position_title: Patch<String>,
    /// Internal: shown to those who keep the register or audit it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 254, pattern = r"^\s*[^@\s]+@[^@\s]*\.[^@\s]*\s*$")]
    pub work_email: Patch<String>,
    /// Internal: shown to those who keep the register or audit it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 32, pattern = r"^[\s+().-]*([0-9][\s+().-]*){3,20}$")]
    pub work_phone: Patch<String>,
    /// A day, as 1970-12-31. Sealed.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, min_length = 10, max_length = 10)]
    pub birth_date: Patch<String>,
    /// Nine or twelve digits. Sealed.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 9, max_length = 12, pattern = r"^\s*([0-9]{9}|[0-9]{12})\s*$")]
    pub identity_number: Patch<String>,
    /// Sealed.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, pattern = r"\S")]
    pub home_address: Patch<String>,
    /// Sealed.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 32, pattern = r"^[\s+().-]*([0-9][\s+().-]*){3,20}$")]
    pub personal_phone: Patch<String>,
    /// Identifier of the person's account.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub account: Patch<Uuid>,
    /// Identifier of the person's open request; needed while processing is restricted.
    pub request: Option<Uuid>,
}

impl PersonChange {
    /// The values to set and to clear.
    pub fn values(self) -> PersonValues {
        let given = [
            (PersonField::Name, self.name.map_or(Patch::Absent, Patch::Value)),
            (PersonField::PositionTitle, self.position_title),
            (PersonField::WorkEmail, self.work_email),
            (PersonField::WorkPhone, self.work_phone),
            (PersonField::BirthDate, self.birth_date),
            (PersonField::IdentityNumber, self.identity_number),
            (PersonField::HomeAddress, self.home_address),
            (PersonField::PersonalPhone, self.personal_phone),
        ];
        model::changed(given)
    }
}

/// Which restricted fields to open, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpeningWanted {
    /// Why; it is kept in the audit log.
    #[schema(example = "Lập hồ sơ kiện toàn Ban Chỉ đạo.", min_length = 1, max_length = 500)]
    pub purpose: String,
    /// All restricted fields where none is named.
    #[serde(default)]
    #[schema(value_type = Vec<RestrictedField>, max_items = 4)]
    pub fields: Vec<PersonField>,
    /// Identifier of the person's open request; needed while processing is restricted.
    pub request: Option<Uuid>,
}

/// For what everything that is kept of a person is given out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExportWanted {
    /// Why; it is kept in the audit log.
    #[schema(example = "Cấp bản sao theo yêu cầu.", min_length = 1, max_length = 500)]
    pub purpose: String,
    /// Identifier of the person's open request; needed while processing is restricted.
    pub request: Option<Uuid>,
}

/// Everything that is kept of a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonExport {
    /// The person, its fields with their class, posts, account, requests, and what the audit log tells of it.
    #[schema(value_type = Object)]
    pub content: serde_json::Value,
}

/// Whether processing is restricted from now on, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RestrictionWanted {
    /// True restricts the processing of the person's data; false lets it go on.
    pub restricted: bool,
    /// Why; it is kept in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Number or identifier.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
    /// Identifier of the person's open request.
    pub request: Option<Uuid>,
}

/// Why nothing but a pseudonym is left.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PseudonymWanted {
    /// Why; it is kept in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Number or identifier.
    #[schema(min_length = 1, max_length = 200)]
    pub document: String,
    /// Identifier of the person's open request.
    pub request: Option<Uuid>,
}

/// The name of a restricted field.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 16, pattern = "^(birthDate|identityNumber|homeAddress|personalPhone)$")]
#[allow(dead_code)] // it only describes
pub struct RestrictedField(String);

/// Restricted fields as they were opened; null where there is no value, or none was asked for.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenedFields {
    /// A day, as 1970-12-31.
    #[schema(max_length = 10)]
    pub birth_date: Option<String>,
    /// Nine digits (chứng minh nhân dân) or twelve (căn cước).
    #[schema(max_length = 12)]
    pub identity_number: Option<String>,
    /// As it was written down.
    #[schema(max_length = 500)]
    pub home_address: Option<String>,
    /// As it was written down.
    #[schema(max_length = 32)]
    pub personal_phone: Option<String>,
}

impl From<Opened> for OpenedFields {
    fn from(opened: Opened) -> Self {
        let mut fields = Self::default();
        for (field, value) in opened {
            let place = match field {
                PersonField::BirthDate => &mut fields.birth_date,
                PersonField::IdentityNumber => &mut fields.identity_number,
                PersonField::HomeAddress => &mut fields.home_address,
                PersonField::PersonalPhone => &mut fields.personal_phone,
                // Not sealed, and so never opened.
                PersonField::Name | PersonField::PositionTitle | PersonField::WorkEmail | PersonField::WorkPhone => continue,
            };
            *place = Some(value.reveal().to_owned());
        }
        fields
    }
}

/// A person, without what is restricted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    pub id: Uuid,
    /// As printed; a pseudonym for somebody who is pseudonymised.
    #[schema(max_length = 200)]
    pub name: String,
    /// The post as printed; public, as the name is.
    #[schema(max_length = 200)]
    pub position_title: Option<String>,
    /// Internal; null too while processing is restricted.
    #[schema(max_length = 254)]
    pub work_email: Option<String>,
    /// Internal; null too while processing is restricted.
    #[schema(max_length = 32)]
    pub work_phone: Option<String>,
    /// Identifier of the person's account.
    pub account: Option<Uuid>,
    /// Restricted fields that have a value; the values are opened for a purpose.
    #[schema(max_items = 4, max_length = 32, pattern = "^(birthDate|identityNumber|homeAddress|personalPhone)$")]
    pub restricted_fields: Vec<String>,
    /// Processing is restricted since then; what is internal is not shown meanwhile.
    pub restricted_since: Option<DateTime<Utc>>,
    /// Only a pseudonym is left since then.
    pub pseudonymised_at: Option<DateTime<Utc>>,
    /// Raised by every change; a change names it as `If-Match`.
    #[schema(minimum = 1)]
    pub revision: i32,
}

impl From<&model::Person> for Person {
    fn from(person: &model::Person) -> Self {
        let shown = |field| person.shown(field).map(str::to_owned);
        Self {
            id: person.id.uuid(),
            name: person.name().to_owned(),
            position_title: shown(PersonField::PositionTitle),
            work_email: shown(PersonField::WorkEmail),
            work_phone: shown(PersonField::WorkPhone),
            account: person.account.map(domain::id::Id::uuid),
            restricted_fields: person.sealed.iter().map(|field| field.label().to_owned()).collect(),
            restricted_since: person.restriction.as_ref().map(|restriction| restriction.since),
            pseudonymised_at: person.pseudonymised.as_ref().map(|done| done.at),
            revision: person.revision,
        }
    }
}

page!(PersonPage of Person, "A page of people, in the order in which they were written down.");

/// A post that a person holds or held.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonPost {
    /// Code.
    #[schema(max_length = 64)]
    pub agency: String,
    /// The post, e.g. "Phó Chủ tịch".
    #[schema(max_length = 200)]
    pub title: String,
    /// As printed in the document.
    #[schema(max_length = 200)]
    pub name: String,
    /// In charge without being appointed ("phụ trách", "Q.").
    pub is_acting: bool,
    /// The first day on which they held the post.
    pub from: NaiveDate,
    /// The first day on which it no longer holds.
    pub to: Option<NaiveDate>,
    /// Identifier.
    pub document: Uuid,
}

impl PersonPost {
    pub fn of(post: &HeldPost, catalogue: &Catalogue) -> Self {
        Self {
            agency: catalogue.agency_code(Some(post.agency)).map(|code| code.to_string()).unwrap_or_default(),
            title: post.title.clone(),
            name: post.name.clone(),
            is_acting: post.is_acting,
            from: post.from,
            to: post.to,
            document: post.document.uuid(),
        }
    }
}

/// A person with the posts that it holds or held.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonDetail {
    #[serde(flatten)]
    pub person: Person,
    /// The posts that the person holds or held, in the order of time.
    #[schema(max_items = 1000)]
    pub posts: Vec<PersonPost>,
}
