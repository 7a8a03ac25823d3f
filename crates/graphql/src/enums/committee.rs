//! Enumerations of committees, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;

mirror!(
    /// How a committee stands on a day.
    CommitteeStatus of domain::committee::CommitteeStatus {
        /// A document calls for it; it has no seats yet.
        Planned,
        /// Set up by a document.
        Established,
        Dissolved,
    }
);
mirror!(
    /// What somebody is in a committee.
    CommitteeRole of domain::committee::CommitteeRole {
        /// Trưởng ban.
        Head,
        /// Phó trưởng ban thường trực.
        StandingDeputyHead,
        /// Phó trưởng ban.
        DeputyHead,
        /// Ủy viên thường trực.
        StandingMember,
        /// Ủy viên.
        Member,
        /// Thư ký.
        Secretary,
    }
);
mirror!(
    /// A part of a committee that works for it.
    CommitteeUnit of domain::committee::CommitteeUnit {
        /// Tổ thư ký.
        Secretariat,
        /// Tổ giúp việc.
        SupportTeam,
    }
);
mirror!(
    /// What is done to a committee.
    CommitteeActKind of domain::committee::CommitteeActKind {
        /// Quyết định thành lập.
        Establish,
        /// Kiện toàn: one roster ends on the day before, another begins.
        Consolidate,
        /// Seats are added or taken away within a roster.
        Amend,
        /// Somebody is put into a seat; whoever sat there leaves it.
        Appoint,
        /// Somebody leaves a seat, which stays empty.
        Release,
        Dissolve,
    }
);
