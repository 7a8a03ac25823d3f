//! Enumerations of the budget, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;

mirror!(
    /// Where money comes from.
    FundingSourceKind of domain::budget::FundingSourceKind {
        StateCentral,
        StateProvincial,
        StateDistrict,
        StateCommune,
        ServiceRevenue,
        /// Xã hội hóa: from whoever is not the state, in cash or in kind.
        Socialised,
        Fund,
        Aid,
    }
);
mirror!(
    /// What happens to money.
    BudgetMovementKind of domain::budget::MovementKind {
        Need,
        Assigned,
        Supplemented,
        /// Up or down.
        Adjusted,
        /// Of a supplement where it refers to one.
        Allocated,
        /// Socialised means are promised.
        Pledged,
        /// Socialised means have come.
        Received,
        Advanced,
        Paid,
        Settled,
        CarriedOver,
        Cancelled,
        Refunded,
        /// Undoes one movement whole.
        Reversed,
    }
);
mirror!(
    /// In what socialised means are given.
    ContributionForm of domain::budget::ContributionForm { Cash, InKind }
);
mirror!(
    /// Whether money is there for something: what is not recorded is not arranged, which is not the same as nought.
    BudgetArrangement of domain::budget::Arrangement {
        /// Chưa bố trí.
        NotArranged,
        /// Đã bố trí.
        Arranged,
    }
);
mirror!(
    /// A level of the classification of the state budget.
    BudgetClassificationLevel of domain::budget::ClassificationLevel {
        /// Chương.
        Chapter,
        /// Loại.
        Category,
        /// Khoản.
        Section,
        /// Mục.
        Item,
        /// Tiểu mục.
        Subitem,
    }
);
