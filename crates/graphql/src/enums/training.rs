//! Enumerations of trainings and targets, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;

mirror!(
    /// What kind of training a course is.
    CourseKind of domain::training::CourseKind {
        /// Đào tạo.
        Formal,
        /// Bồi dưỡng.
        Refresher,
        /// Tập huấn.
        Workshop,
    }
);
mirror!(
    /// For whom a course is.
    TrainingAudience of domain::training::TrainingAudience {
        /// Lãnh đạo.
        Leader,
        /// Cán bộ quản lý.
        Manager,
        /// Cán bộ, công chức.
        Staff,
        ExternalInformationStaff,
        Press,
        Speaker,
    }
);
mirror!(
    /// How a session stands.
    SessionStatus of domain::training::SessionStatus { Planned, Held, Cancelled }
);
mirror!(
    /// What came of taking part.
    TrainingResult of domain::training::TrainingResult { Completed, NotCompleted, NotAssessed }
);
mirror!(
    /// Over whom a share is counted.
    StaffBase of domain::training::StaffBase {
        AllStaff,
        /// Those in charge of external information.
        InCharge,
    }
);
mirror!(
    /// What is reached of a target.
    TargetStatus of domain::target::Status {
        /// Nothing on record, which is not nought.
        NoData,
        /// Nobody can tell, or the figures are not told.
        Undetermined,
        InProgress,
        NotMet,
        Met,
        /// Beyond the larger figure of a range.
        Exceeded,
        /// Told in words.
        Described,
    }
);
mirror!(
    /// Which way is better.
    TargetDirection of domain::target::TargetDirection { AtLeast, AtMost }
);
mirror!(
    /// By what a figure is broken down.
    Disaggregation of domain::target::Disaggregation { Agency, Year, Language, Outlet, Audience }
);
mirror!(
    /// Where actual values come from.
    Reckoning of domain::target::Reckoning { AcceptedReports, PeopleTrained, StaffQualified, Editions, Deliverables, Stated }
);
mirror!(
    /// Whether a value may still change with its year.
    Finality of domain::target::Finality { Estimate, Final }
);
mirror!(
    /// What kind of record a value rests on.
    RecordKind of domain::target::RecordKind { Deliverable, Participation, StaffRoll, Report }
);
mirror!(
    /// Whether figures of people are told as they are, or as they were released.
    Publication of app::training::Publication {
        /// As they are by now, to those who may know of every agency's.
        Live,
        Released,
        /// Nothing was released, which is no data.
        NotReleased,
    }
);
