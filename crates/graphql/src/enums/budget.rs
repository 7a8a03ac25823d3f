//! Enumerations of the budget, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;

mirror!(
    /// Where money comes from.
    FundingSourceKind of domain::budget::FundingSourceKind {
        /// Ngân sách trung ương.
        StateCentral,
        /// Ngân sách thành phố.
        StateProvincial,
        /// Ngân sách quận, huyện.
        StateDistrict,
        /// Ngân sách xã, phường.
        StateCommune,
        /// Nguồn thu sự nghiệp.
        ServiceRevenue,
        /// Xã hội hóa: from whoever is not the state, in cash or in kind.
        Socialised,
        /// Nguồn quỹ.
        Fund,
        /// Viện trợ, ODA.
        Aid,
    }
);
mirror!(
    /// What happens to money.
    BudgetMovementKind of domain::budget::MovementKind {
        /// Nhu cầu: what is planned to be needed.
        Need,
        /// Giao dự toán (bố trí).
        Assigned,
        /// Bổ sung dự toán.
        Supplemented,
        /// Điều chỉnh dự toán, up or down.
        Adjusted,
        /// Phân bổ to those who spend; of a supplement where it refers to one.
        Allocated,
        /// Cam kết đóng góp: socialised means are promised.
        Pledged,
        /// Tiếp nhận: socialised means have come.
        Received,
        /// Tạm ứng.
        Advanced,
        /// Thanh toán: what is paid beyond what was advanced before.
        Paid,
        /// Quyết toán.
        Settled,
        /// Chuyển nguồn: into the books of the year after, where it may still be paid.
        CarriedOver,
        /// Hủy dự toán.
        Cancelled,
        /// Nộp trả: disbursed money that came back.
        Refunded,
        /// Undoes one movement whole.
        Reversed,
    }
);
mirror!(
    /// In what socialised means are given.
    ContributionForm of domain::budget::ContributionForm {
        /// Bằng tiền.
        Cash,
        /// Bằng hiện vật: goods and services, which are valued.
        InKind,
    }
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
