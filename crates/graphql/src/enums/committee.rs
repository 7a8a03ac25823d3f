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
        /// Ended by a document.
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
        /// Tổ trưởng, Chánh Văn phòng: at the head of a unit.
        UnitHead,
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
        /// Another agency becomes the standing agency.
        Entrust,
        /// An act that has not taken effect is taken back.
        Annul,
        /// The committee ends, with its roster.
        Dissolve,
    }
);
mirror!(
    /// What is done to a row of a committee.
    CommitteeChangeKind of domain::committee::ChangeKind {
        /// It begins.
        Open,
        /// From the day of the act on it is no more.
        End,
        /// An annulled act opened it: it never was.
        Withdraw,
        /// An annulled act ended it: it goes on.
        Resume,
    }
);
mirror!(
    /// What a row of a committee is.
    CommitteeRowKind of domain::committee::RowKind {
        /// A roster as one document constituted it, with the authority that set it up.
        Term,
        /// Cơ quan thường trực: the agency that serves the committee.
        StandingAgency,
        /// A place in the committee, whoever sits there.
        Seat,
        /// A person in a seat, by name.
        Stay,
    }
);
mirror!(
    /// What an agency that ends, or a post that falls vacant, leaves in a committee.
    VacatedPlace of domain::committee::VacatedPlace {
        /// Nobody holds the post that the seat goes with any more.
        Seat,
        /// It was the standing agency.
        StandingAgency,
    }
);
mirror!(
    /// What looks wrong about something that was done all the same.
    WarningCode of domain::warning::Warning {
        /// The act takes effect before its document was issued.
        EffectiveBeforeIssue,
        /// Fewer members came to the meeting than its quorum asks for.
        BelowQuorum,
    }
);
