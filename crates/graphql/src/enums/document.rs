//! Enumerations of documents and of what a programme's decision leaves open.
//! Must not add or drop a value: the compiler compares both sides.
//! The macro is in the parent module.

use async_graphql::Enum;

mirror!(
    /// The type of a document.
    DocumentKind of domain::document::DocumentKind {
        /// Luật.
        Law,
        /// Nghị định.
        Decree,
        /// Thông tư.
        Circular,
        /// Quyết định.
        Decision,
        /// Chỉ thị.
        Directive,
        /// Kết luận of the Party.
        PartyConclusion,
        /// Tờ trình.
        Submission,
        /// Chiến lược.
        Strategy,
        /// Kế hoạch.
        Plan,
        /// Công văn.
        OfficialLetter,
        /// Thông báo.
        Notice,
        /// Any other type.
        Other,
    }
);
mirror!(
    /// Whether a document exists or is only called for.
    DocumentStatus of domain::document::DocumentStatus {
        /// It has a number and a date.
        Issued,
        /// Another document calls for it; it may not exist yet.
        Planned,
    }
);
mirror!(
    /// How one document refers to another.
    DocumentRelationKind of domain::document::DocumentRelationKind {
        /// It rests on the other.
        LegalBasis,
        /// The other proposed it.
        ProposedBy,
        /// It carries the other out.
        CarriesOut,
        /// It is done along the lines of the other.
        Follows,
        /// It wants the other to be made.
        CallsFor,
        /// It changes some of the other, which holds on.
        Amends,
        /// Once it holds, the other does not.
        Replaces,
        /// Once it holds, the other does not.
        Repeals,
    }
);
mirror!(
    /// In which of the four ways a document is numbered.
    DocumentClass of domain::document_number::DocumentClass {
        /// Number, year, type and organ: 510/2013/QĐ-UBND.
        Normative,
        /// An administrative document with a type: 1593/QĐ-UBND.
        Named,
        /// Of the Party: 16-KL/TW.
        Party,
        /// Công văn: 1681/UBND-TCD.
        OfficialLetter,
    }
);
mirror!(
    /// What looks wrong about a number and symbol.
    NumberWarningCode of domain::document_number::RemarkKind {
        /// Look-alike characters, long dashes or white space were replaced.
        Repaired,
        /// No class fits.
        Unreadable,
        /// The type lacks its marks.
        TypeMisspelt,
        /// Where the type should stand is something that is none.
        TypeUnknown,
        /// A committee of the Party numbers in the Party's way.
        PartyFormExpected,
        /// The abbreviation was not in use on the day of issue.
        TypeNotInUse,
        /// Numbers below ten have a zero before them, others none.
        LeadingZero,
        /// The year in the number is not that of the day of issue.
        YearDiffers,
    }
);
mirror!(
    /// For whom somebody signs.
    Capacity of domain::document::Capacity {
        /// TM.: for a body that decides together.
        Tm,
        /// KT.: for the head, as a deputy.
        Kt,
        /// TL.: by order of the head.
        Tl,
        /// TUQ.: by authority given in writing.
        Tuq,
        /// Q.: as acting head.
        Q,
    }
);
mirror!(
    /// Where a document that is called for has come to.
    DocumentStage of domain::document::stage::Stage {
        /// There is a text; after `SUBMITTED` it was given back.
        Drafted,
        /// Trình: it was submitted for decision.
        Submitted,
        /// It has a number and a date.
        Issued,
    }
);
mirror!(
    /// What became of a document on a day.
    DocumentEvent of domain::document::DocumentEvent {
        /// It holds from then on.
        TakesEffect,
        /// By the day that it names itself it no longer holds.
        Expires,
        /// Sửa đổi, bổ sung: by another document.
        Amended,
        /// Thay thế: by another document, wholly or in part.
        Replaced,
        /// Bãi bỏ: by another document, wholly or in part.
        Repealed,
    }
);
mirror!(
    /// What a programme's decision leaves open.
    GapKind of domain::gap::GapKind {
        /// No task of the annex carries the measure out.
        MeasureWithoutTask,
        /// Nobody coordinates.
        TaskWithoutCoordinator,
        /// Only words for several bodies lead.
        TaskLedByCollective,
        /// Words for relevant agencies have a part in it, and no document says which are meant.
        TaskWithoutDesignation,
        /// It has begun, and no report on it was ever accepted.
        TaskNeverReported,
        /// No year by which it is to be met.
        TargetWithoutDueYear,
        /// The decision links no task to the target.
        TargetWithoutTask,
        /// Neither its task nor one that carries out its measures has an accepted report.
        TargetNotFed,
        /// It is to bring something forth, and no year or period is stated.
        ResponsibilityWithoutDue,
        /// The decision calls for a document that is not issued.
        DocumentNotIssued,
        /// Where it stands in a document is not known.
        SubjectWithoutCitation,
        /// Nobody sits in a seat of the steering committee, and it goes with no post.
        SeatWithoutHolder,
        /// An act on the steering committee rests on a reason alone.
        ActWithoutDocument,
        /// What a meeting concluded rests on no signed minutes.
        ConclusionWithoutDocument,
        /// The text has a defect, and nobody answers for how it is read.
        ReadingNotConfirmed,
    }
);
mirror!(
    /// What a gap is about.
    GapSubject of domain::gap::GapSubject {
        /// Mục tiêu of the programme.
        Objective,
        /// Chỉ tiêu of the programme.
        Target,
        /// Giải pháp of the programme.
        Measure,
        /// Nhiệm vụ of the annex.
        Task,
        /// A duty that the decision lays on an agency beside the annex.
        Responsibility,
        /// A document that the decision calls for.
        Document,
        /// A seat of the steering committee.
        Seat,
        /// An act on the steering committee.
        CommitteeAct,
        /// What a meeting concluded.
        Conclusion,
        /// A defect of the decision's text.
        KnownIssue,
    }
);

mirror!(
    /// What a file is to its document.
    FileRole of domain::document::file::FileRole {
        /// Bản ký: with signature and seal, or signed electronically.
        Signed,
        /// Phụ lục, danh mục kèm theo.
        Annex,
        /// Dự thảo.
        Draft,
        /// Anything else.
        Other,
    }
);
mirror!(
    /// Who sees a file of a document.
    FileVisibility of domain::document::file::FileVisibility {
        /// Everybody.
        Public,
        /// Whoever holds a role that follows or carries out programmes.
        Internal,
    }
);
