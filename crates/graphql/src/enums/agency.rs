//! Enumerations of what happens to agencies, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;

mirror!(
    /// What happened to agencies.
    AgencyEventKind of domain::succession::AgencyEventKind {
        /// Đổi tên.
        Rename,
        /// Hợp nhất: several become one new.
        Consolidate,
        /// Sáp nhập: one goes into another that stays.
        Merge,
        /// Chia: one becomes several.
        Divide,
        /// Tách: one stays and gives part of its work to new ones.
        Split,
        /// Giải thể.
        Dissolve,
        /// Chuyển chức năng: work goes from one to another, both stay.
        FunctionTransfer,
    }
);
mirror!(
    /// How sure a source is.
    Confidence of domain::agency::Confidence {
        /// Sure.
        High,
        /// Likely.
        Medium,
        /// Not sure.
        Low,
    }
);
/// By which rule an electronic code is made.
#[derive(Clone, Copy, Debug, Enum, Eq, PartialEq)]
pub enum ECodeScheme {
    /// QCVN 102:2016/BTTTT, e.g. 000.00.13.H24.
    #[graphql(name = "QCVN_102_2016")]
    Qcvn102,
    /// Decision 20/2020/QĐ-TTg, e.g. H24.13.
    #[graphql(name = "QD_20_2020")]
    Qd20,
}

impl From<domain::ecode::Scheme> for ECodeScheme {
    fn from(scheme: domain::ecode::Scheme) -> Self {
        match scheme {
            domain::ecode::Scheme::Qcvn102 => Self::Qcvn102,
            domain::ecode::Scheme::Qd20 => Self::Qd20,
        }
    }
}

mirror!(
    /// What an agency is to a programme or a regime, beside its part in tasks.
    AgencyRole of domain::succession::AgencyRoleKind {
        /// Has a duty that the body of the decision gives.
        Responsible,
        /// Carries out such a duty with whoever has it.
        With,
        /// Such a duty is directed at it.
        DirectedAt,
        /// Receives the reports of a regime.
        Receiver,
        /// The standing agency of a programme.
        StandingAgency,
        /// Receives the reviews of a programme.
        ReportsTo,
    }
);
