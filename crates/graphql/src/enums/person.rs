//! Enumerations of people and of their requests.
//! Must not add or drop a value of the domain's.
//! The macro is in the parent module.

use async_graphql::Enum;
use domain::person::PersonField;

/// A field of a person that is opened for a purpose alone.
#[derive(Clone, Copy, Debug, Enum, Eq, PartialEq)]
pub enum RestrictedField {
    BirthDate,
    IdentityNumber,
    HomeAddress,
    PersonalPhone,
}

impl RestrictedField {
    /// The field, where it is restricted.
    pub fn of(field: PersonField) -> Option<Self> {
        match field {
            PersonField::BirthDate => Some(Self::BirthDate),
            PersonField::IdentityNumber => Some(Self::IdentityNumber),
            PersonField::HomeAddress => Some(Self::HomeAddress),
            PersonField::PersonalPhone => Some(Self::PersonalPhone),
            PersonField::Name | PersonField::PositionTitle | PersonField::WorkEmail | PersonField::WorkPhone => None,
        }
    }
}

impl From<RestrictedField> for PersonField {
    fn from(field: RestrictedField) -> Self {
        match field {
            RestrictedField::BirthDate => Self::BirthDate,
            RestrictedField::IdentityNumber => Self::IdentityNumber,
            RestrictedField::HomeAddress => Self::HomeAddress,
            RestrictedField::PersonalPhone => Self::PersonalPhone,
        }
    }
}
