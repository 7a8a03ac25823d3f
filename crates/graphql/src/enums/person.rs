//! Enumerations of people and of their requests.
//! Must not add or drop a value of the domain's.
//! The macro is in the parent module.

use async_graphql::Enum;
use domain::person::PersonField;

/// A field of a person that is opened for a purpose alone.
#[derive(Clone, Copy, Debug, Enum, Eq, PartialEq)]
pub enum RestrictedField {
    /// Ngày sinh.
    BirthDate,
    /// Số chứng minh nhân dân or căn cước.
    IdentityNumber,
    /// Địa chỉ nhà riêng.
    HomeAddress,
    /// Số điện thoại cá nhân.
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
        /// To have it corrected (chỉnh sửa).
        Correct,
        /// To have it deleted (xóa).
        Delete,
        /// To restrict processing.
        Restrict,
        /// To object to processing.
        Object,
        /// To withdraw consent (rút lại sự đồng ý).
        WithdrawConsent,
        /// To be given it (cung cấp dữ liệu).
        ObtainCopy,
    }
);
mirror!(
    /// How a request came.
    RequestChannel of domain::personal_request::RequestChannel {
        /// In writing, on paper.
        Paper,
        /// Said on the spot.
        InPerson,
        /// By e-mail.
        Email,
        /// By telephone.
        Phone,
        /// Over the Internet.
        Online,
    }
);
mirror!(
    /// How far a request has come; each but the first is a step.
    PersonalRequestState of domain::personal_request::RequestState {
        /// It came, and nobody has acknowledged it yet.
        Received,
        /// The person was told that it came.
        Acknowledged,
        /// There is more time, of which the person was told.
        Extended,
        /// What was asked is done.
        Done,
        /// It was refused, on a legal ground.
        Refused,
    }
);
mirror!(
    /// What is known of the clock of a request.
    ClockState of domain::personal_request::ClockState {
        /// The law of the day of receipt gives it.
        Set,
        /// The law of the day of receipt had none.
        NoStatutoryClock,
        /// It depends on working days of a year that are not known yet.
        CalendarUnknown,
    }
);
mirror!(
    /// For what a request is late.
    RequestLateness of domain::personal_request::Lateness {
        /// The last day to acknowledge it is past.
        Acknowledgement,
        /// The last day to act on it, extended or not, is past.
        Action,
    }
);
