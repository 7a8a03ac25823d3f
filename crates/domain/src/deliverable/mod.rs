//! What the programme brings about: one register of publications, films, editions, events, agreements and all else, by typed kinds.
//! Must not show in public what a kind keeps inside; of the rebuttal of false claims only counts and dates are public.
//! The fields of each kind are `details`, faults `check`, what everybody sees `public` and `figures`, alerts `alert`, storing `record`.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    agency::AgencyId, document::DocumentId, evidence::FileId, id::Id, labels::labelled_enum, programme::ProgrammeId, task::TaskId,
};

mod alert;
mod check;
mod details;
mod figures;
mod public;
mod record;

pub use alert::{ALERT_DAYS, EditionState, Renewal, STALE_DAYS};
pub use details::{
    Agreement, AgreementForm, Assessment, Broadcast, Campaign, Commendation, CommendationForm, Counterparty, Delegation, Details,
    Direction, Edition, Equipment, Event, EventForm, Instrument, InstrumentForm, InstrumentState, ItApplication, LegalDocument, LegalForm,
    MediaOutput, PressVisit, Publication, Reach, Rebuttal, RecipientKind, Screen,
};
pub use figures::{CommendationSort, YearFigures, figures};
pub use public::{PublicDeliverable, RebuttalFigures, rebuttal_figures};
pub use record::{Change, Content, Record, Source, Version, Visibility};

pub type DeliverableId = Id<Deliverable>;

labelled_enum! {
    /// A kind of what is brought about.
    pub enum DeliverableKind {
        /// Ấn phẩm (task I.1, target T8).
        Publication = "PUBLICATION",
        /// Phim tài liệu (target T9).
        Film = "FILM",
        /// Chương trình văn hóa lớn (target T9).
        MajorProgramme = "MAJOR_PROGRAMME",
        /// Phiên bản, chuyên trang tiếng nước ngoài of an outlet (targets T4, T5).
        ForeignEdition = "FOREIGN_EDITION",
        /// Chuyên mục of an agency on the city portal (task V.3, target T7).
        PortalSection = "PORTAL_SECTION",
        /// Chuyên mục, chương trình of an outlet (target T5).
        Column = "COLUMN",
        /// Sự kiện, hội nghị, hội thảo, lễ hội (task I.2).
        Event = "EVENT",
        /// Trao đổi đoàn (task I.3).
        DelegationExchange = "DELEGATION_EXCHANGE",
        /// Đợt tuyên truyền (task I.4).
        Campaign = "CAMPAIGN",
        /// Phản bác thông tin sai trái (task I.5).
        Rebuttal = "REBUTTAL",
        /// Tin, bài into the city or out of it (task I.5).
        MediaOutput = "MEDIA_OUTPUT",
        /// Hợp đồng, kế hoạch phối hợp with channels (task I.6).
        Agreement = "AGREEMENT",
        /// Đoàn phóng viên, báo chí nước ngoài (section 3.1).
        PressVisit = "PRESS_VISIT",
        /// Văn bản chỉ đạo, quản lý (group II).
        LegalDocument = "LEGAL_DOCUMENT",
        /// Cơ chế khuyến khích, chính sách (task IV.1).
        IncentiveInstrument = "INCENTIVE_INSTRUMENT",
        /// Khen thưởng (article 2.3).
        Commendation = "COMMENDATION",
        /// Ứng dụng công nghệ thông tin (task V.1).
        ItApplication = "IT_APPLICATION",
        /// Trang thiết bị, cơ sở vật chất (section 3.4).
        Equipment = "EQUIPMENT",
        /// How well something is done that has no figure, in words (section 3.1).
        Assessment = "ASSESSMENT",
    }
}

labelled_enum! {
    /// By whose foreign affairs: of the Party, the state or the people (section 3.1).
    pub enum AffairsChannel {
        Party = "PARTY",
        State = "STATE",
        People = "PEOPLE",
    }
}

labelled_enum! {
    /// Whom it is for, or who takes part.
    pub enum Audience {
        Foreigners = "FOREIGNERS",
        /// Người Việt Nam ở nước ngoài; counted, never registered by name.
        OverseasVietnamese = "OVERSEAS_VIETNAMESE",
        ForeignPress = "FOREIGN_PRESS",
        Investors = "INVESTORS",
        Tourists = "TOURISTS",
        Domestic = "DOMESTIC",
    }
}

/// Something that was brought about, of whatever kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Deliverable {
    pub id: DeliverableId,
    pub programme: ProgrammeId,
    /// None where the decision has no task for it: films, commendations.
    pub task: Option<TaskId>,
    /// Who did it.
    pub agency: AgencyId,
    pub year: i32,
    pub title: Arc<str>,
    pub channel: Option<AffairsChannel>,
    pub audiences: BTreeSet<Audience>,
    pub documents: Vec<DocumentId>,
    pub evidence: Vec<FileId>,
    pub details: Details,
    /// Raised by every change, from 1.
    pub revision: i32,
}

impl Deliverable {
    /// What kind it is.
    pub const fn kind(&self) -> DeliverableKind {
        self.details.kind()
    }
}

#[cfg(test)]
mod tests;
