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
        /// Those who do the work of external information (thông tin đối ngoại).
        ExternalInformationStaff,
        /// Reporters and editors (phóng viên, biên tập viên).
        Press,
        /// Báo cáo viên, tuyên truyền viên.
        Speaker,
    }
);
mirror!(
    /// How a session stands.
    SessionStatus of domain::training::SessionStatus {
        /// Not held yet.
        Planned,
        /// It took place; who took part can be written down.
        Held,
        /// It was called off; nobody can be written down.
        Cancelled,
    }
);
mirror!(
    /// What came of taking part.
    TrainingResult of domain::training::TrainingResult {
        /// The course was completed.
        Completed,
        /// The course was not completed; there is no certificate.
        NotCompleted,
        /// The course has no assessment.
        NotAssessed,
    }
);
mirror!(
    /// Over whom a share is counted.
    StaffBase of domain::training::StaffBase {
        /// Cán bộ, công chức, viên chức, all of them.
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
        /// Not reached yet, and the last year for it is not over.
        InProgress,
        /// Not reached, and the last year for it is over.
        NotMet,
        /// Reached.
        Met,
        /// Beyond the larger figure of a range.
        Exceeded,
        /// Told in words.
        Described,
    }
);
mirror!(
    /// Which way is better.
    TargetDirection of domain::target::TargetDirection {
        /// The goal or more.
        AtLeast,
        /// The goal or less.
        AtMost,
    }
);
mirror!(
    /// By what a figure is broken down.
    Disaggregation of domain::target::Disaggregation {
        /// By agency.
        Agency,
        /// By the year in which it was reached.
        Year,
        /// By language, of a set or a table.
        Language,
        /// By outlet, of a table.
        Outlet,
        /// By audience; parts by it add up to no value yet, so that no definition takes it.
        Audience,
    }
);
mirror!(
    /// Where actual values come from.
    Reckoning of domain::target::Reckoning {
        /// Agencies with an accepted report of the year.
        AcceptedReports,
        /// Different people who were trained, over staff rolls.
        PeopleTrained,
        /// Those in charge who have degree, major and language, over those in charge.
        StaffQualified,
        /// Editions, sections and columns of the register of deliverables.
        Editions,
        /// Deliverables of the register.
        Deliverables,
        /// Typed in, with the document that states it.
        Stated,
    }
);
mirror!(
    /// Whether a value may still change with its year.
    Finality of domain::target::Finality {
        /// It may still change with its year.
        Estimate,
        /// Its year changes it no more.
        Final,
    }
);
mirror!(
    /// What kind of record a value rests on.
    RecordKind of domain::target::RecordKind {
        /// A product or activity of the register of deliverables.
        Deliverable,
        /// Taking part in a training course.
        Participation,
        /// What an agency tells of its staff.
        StaffRoll,
        /// An accepted report.
        Report,
    }
);
mirror!(
    /// Whether figures of people are told as they are, or as they were released.
    Publication of app::training::Publication {
        /// As they are by now, to those who may know of every agency's.
        Live,
        /// As they were released last.
        Released,
        /// Nothing was released, which is no data.
        NotReleased,
    }
);
