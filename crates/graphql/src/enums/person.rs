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

mirror!(
    /// What a person asks of the data that is kept of them.
    PersonalRequestKind of domain::personal_request::RequestKind {
        /// To see what is kept.
        Access,
        Correct,
        Delete,
        /// To restrict processing.
        Restrict,
        /// To object to processing.
        Object,
        WithdrawConsent,
        ObtainCopy,
    }
);
mirror!(
    /// How a request came.
    RequestChannel of domain::personal_request::RequestChannel { Paper, InPerson, Email, Phone, Online }
);
mirror!(
    /// How far a request has come; each but the first is a step.
    PersonalRequestState of domain::personal_request::RequestState {
        Received,
        Acknowledged,
        /// There is more time, of which the person was told.
        Extended,
        Done,
        Refused,
    }
);
mirror!(
    /// What is known of the clock of a request.
    ClockState of domain::personal_request::ClockState {
        Set,
        /// The law of the day of receipt had none.
        NoStatutoryClock,
        /// It depends on working days of a year that are not known yet.
        CalendarUnknown,
    }
);
mirror!(
    /// For what a request is late.
    RequestLateness of domain::personal_request::Lateness { Acknowledgement, Action }
);
