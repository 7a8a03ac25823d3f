//! Enumerations of deliverables, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;
use domain::deliverable as model;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mirror!(
    /// A kind of what a programme brings about.
    DeliverableKind of model::DeliverableKind {
        /// Ấn phẩm.
        Publication,
        /// Phim tài liệu.
        Film,
        /// Chương trình văn hóa lớn.
        MajorProgramme,
        /// Phiên bản, chuyên trang tiếng nước ngoài of an outlet.
        ForeignEdition,
        /// Chuyên mục of an agency, on the city's portal.
        PortalSection,
        /// Chuyên mục, chương trình of an outlet.
        Column,
        /// Sự kiện, hội nghị, hội thảo, lễ hội.
        Event,
        /// Trao đổi đoàn.
        DelegationExchange,
        /// Đợt tuyên truyền.
        Campaign,
        /// Phản bác thông tin sai trái: of a false claim; everybody reads counts and dates only.
        Rebuttal,
        /// Tin, bài into the city or out of it.
        MediaOutput,
        /// Hợp đồng, kế hoạch phối hợp with channels and partners.
        Agreement,
        /// Đoàn phóng viên, báo chí nước ngoài.
        PressVisit,
        /// Văn bản chỉ đạo, quản lý.
        LegalDocument,
        /// Cơ chế khuyến khích, chính sách.
        IncentiveInstrument,
        /// Khen thưởng; everybody reads counts only.
        Commendation,
        /// Ứng dụng công nghệ thông tin.
        ItApplication,
        /// Trang thiết bị, cơ sở vật chất.
        Equipment,
        /// In words, of what has no figure.
        Assessment,
    }
);
mirror!(
    /// By whose foreign affairs.
    AffairsChannel of model::AffairsChannel {
        /// Đối ngoại của Đảng.
        Party,
        /// Đối ngoại Nhà nước.
        State,
        /// Đối ngoại nhân dân.
        People,
    }
);
mirror!(
    /// Whom it is for, or who takes part.
    Audience of model::Audience {
        /// Người nước ngoài.
        Foreigners,
        /// Người Việt Nam ở nước ngoài; counted, never registered by name.
        OverseasVietnamese,
        /// Báo chí nước ngoài.
        ForeignPress,
        /// Nhà đầu tư.
        Investors,
        /// Khách du lịch.
        Tourists,
        /// Công chúng trong nước.
        Domestic,
    }
);
mirror!(
    /// Who may know of a deliverable.
    DeliverableVisibility of model::Visibility {
        /// Everybody, in the form that is public of its kind.
        Public,
        /// Its agency and those who follow the programme.
        Internal,
    }
);
mirror!(
    /// How a version of a deliverable came about.
    DeliverableChange of model::Change {
        /// The first version.
        Recorded,
        /// Something else is said from then on.
        Corrected,
        /// It does not count any more; what was said of it stays.
        Withdrawn,
    }
);
mirror!(
    /// How an edition stands on a day.
    EditionState of model::EditionState {
        /// Not launched by that day.
        Prepared,
        /// Launched, and looked at not long ago.
        Live,
        /// Launched, and nobody has looked for long whether it is still there.
        Unchecked,
        /// From the day of `closedOn` on.
        Closed,
    }
);
mirror!(
    /// How an agreement stands on a day.
    Renewal of model::Renewal {
        /// Before its first day.
        NotYetInForce,
        /// In force, and its end is still far, or it has none.
        InForce,
        /// In force, and so near to its end that it is to be renewed.
        RenewNow,
        /// Its last day is over.
        Expired,
    }
);
mirror!(
    /// What sort of event.
    EventForm of model::EventForm {
        /// Hội nghị.
        Conference,
        /// Hội thảo.
        Seminar,
        /// Xúc tiến đầu tư.
        InvestmentPromotion,
        /// Xúc tiến thương mại.
        TradePromotion,
        /// Xúc tiến du lịch.
        TourismPromotion,
        /// Lễ hội.
        Festival,
        /// Triển lãm.
        Exhibition,
        /// An event of another sort.
        Other,
    }
);
mirror!(
    /// Into the city or out of it.
    Flow of model::Direction {
        /// Delegations that come to the city, output of the world for it.
        Inward,
        /// Delegations that leave the city, output of it for the world.
        Outward,
    }
);
mirror!(
    /// With one country or several.
    Reach of model::Reach {
        /// Song phương: with one country.
        Bilateral,
        /// Đa phương: with several countries.
        Multilateral,
    }
);
mirror!(
    /// What sort of agreement.
    AgreementForm of model::AgreementForm {
        /// Hợp đồng.
        Contract,
        /// Kế hoạch phối hợp.
        CoordinationPlan,
        /// Biên bản ghi nhớ.
        Memorandum,
    }
);
mirror!(
    /// What sort of partner of an agreement.
    CounterpartyKind of model::Counterparty {
        /// Kênh đối ngoại của Trung ương.
        CentralChannel,
        /// Cơ quan báo chí nước ngoài.
        ForeignPress,
        /// A foreign partner that is no press.
        ForeignPartner,
    }
);
mirror!(
    /// What sort of legal document.
    LegalForm of model::LegalForm {
        /// Chỉ thị.
        Directive,
        /// Quy chế, quy định.
        Regulation,
        /// Kế hoạch.
        Plan,
        /// Văn bản hướng dẫn.
        Guidance,
        /// A document of another form.
        Other,
    }
);
mirror!(
    /// What sort of incentive.
    InstrumentForm of model::InstrumentForm {
        /// Cơ chế khuyến khích.
        IncentiveMechanism,
        /// Chính sách đào tạo, bồi dưỡng.
        TrainingPolicy,
        /// Chính sách nghiên cứu khoa học.
        ResearchPolicy,
        /// Cơ chế khen thưởng.
        CommendationMechanism,
    }
);
mirror!(
    /// How far an incentive has come.
    InstrumentState of model::InstrumentState {
        /// Not issued yet: it has no day of issue.
        Drafted,
        /// It has a day of issue, and is not applied yet.
        Issued,
        /// It has a day from which it is applied.
        Applied,
    }
);
mirror!(
    /// What sort of commendation.
    CommendationForm of model::CommendationForm {
        /// Bằng khen of the chairman.
        ChairCertificate,
        /// Giấy khen of a director.
        DirectorCertificate,
        /// Cờ thi đua.
        EmulationFlag,
        /// Kỷ niệm chương.
        Medal,
    }
);
mirror!(
    /// What is commended.
    RecipientKind of model::RecipientKind {
        /// Tập thể.
        Collective,
        /// Cá nhân.
        Individual,
    }
);

/// Read and written by the labels of the domain, as they stand among the fields of a kind.
macro_rules! labelled {
    ($($name:ident of $domain:ty),+ $(,)?) => { $(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                <$domain>::from(*self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(<$domain>::deserialize(deserializer)?.into())
            }
        }
    )+ };
}

labelled!(
    EventForm of model::EventForm,
    Flow of model::Direction,
    Reach of model::Reach,
    AgreementForm of model::AgreementForm,
    CounterpartyKind of model::Counterparty,
    LegalForm of model::LegalForm,
    InstrumentForm of model::InstrumentForm,
    InstrumentState of model::InstrumentState,
    CommendationForm of model::CommendationForm,
    RecipientKind of model::RecipientKind,
);
