//! The fields of each kind of deliverable; as JSON an object in camelCase, days as `YYYY-MM-DD`, money in whole đồng.
//! Must not hold what all kinds have in common; that is `Deliverable`.
//! How they are read is `reading`, what is wrong between them `check`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::DeliverableKind;
use crate::{
    error::{Code, Fault},
    labels::labelled_enum,
    money::Dong,
};

mod reading;

use reading::{Member, Reading, judge_members};

macro_rules! has_default {
    () => {
        false
    };
    (default) => {
        true
    };
}

/// A field with `= default` after its type may be left out.
macro_rules! fields {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident: $type:ty $(= $default:ident)?,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name { $($(#[$fmeta])* $(#[serde($default)])? pub $field: $type,)* }

        impl Reading for $name {
            fn judge(value: &Value, at: &str, faults: &mut Vec<Fault>) {
                let members = [$(Member::of::<$type>(stringify!($field), has_default!($($default)?)),)*];
                judge_members(value, at, &members, faults);
            }
        }
    };
}

fields! {
    pub struct Publication {
        /// Language tags.
        pub languages: Vec<String>,
        pub published_on: Option<NaiveDate>,
        /// Copies; none where it is not told or online only.
        pub print_run: Option<u64>,
        pub url: Option<String>,
        pub partner: Option<String>,
    }
}

fields! {
    pub struct Broadcast {
        pub outlet: String,
        pub on: NaiveDate,
    }
}

fields! {
    /// A film or a major programme.
    pub struct Screen {
        pub languages: Vec<String>,
        pub minutes: Option<u32>,
        pub completed_on: Option<NaiveDate>,
        pub broadcasts: Vec<Broadcast> = default,
    }
}

fields! {
    /// A foreign-language edition, a section of a portal or a column.
    pub struct Edition {
        /// The code of the system or body that carries it, e.g. "cong-ttdt".
        pub outlet: String,
        pub language: String,
        /// What it brings, e.g. "tin tức", "pháp luật".
        pub contents: Vec<String> = default,
        pub url: Option<String>,
        /// None while it is prepared.
        pub launched_on: Option<NaiveDate>,
        /// When somebody last saw that it is there.
        pub last_checked_on: Option<NaiveDate>,
        pub closed_on: Option<NaiveDate>,
    }
}

labelled_enum! {
    pub enum EventForm {
        Conference = "CONFERENCE",
        Seminar = "SEMINAR",
        InvestmentPromotion = "INVESTMENT_PROMOTION",
        TradePromotion = "TRADE_PROMOTION",
        TourismPromotion = "TOURISM_PROMOTION",
        Festival = "FESTIVAL",
        Exhibition = "EXHIBITION",
        Other = "OTHER",
    }
}

fields! {
    pub struct Event {
        pub form: EventForm,
        pub from: NaiveDate,
        pub to: NaiveDate,
        pub place: Option<String>,
        /// ISO 3166 code of two letters.
        pub country: Option<String>,
        pub joint_organisers: Vec<String> = default,
        pub attendance: Option<u64>,
        pub result: Option<String>,
    }
}

labelled_enum! {
    pub enum Direction {
        Inward = "INWARD",
        Outward = "OUTWARD",
    }
}

labelled_enum! {
    pub enum Reach {
        Bilateral = "BILATERAL",
        Multilateral = "MULTILATERAL",
    }
}

fields! {
    pub struct Delegation {
        pub direction: Direction,
        pub reach: Reach,
        pub countries: Vec<String>,
        pub from: NaiveDate,
        pub to: NaiveDate,
        pub members: Option<u64>,
    }
}

fields! {
    pub struct Campaign {
        pub from: NaiveDate,
        pub to: NaiveDate,
        /// Codes of agencies or collectives of the places, e.g. districts with sea and islands.
        pub locations: Vec<String> = default,
        /// Items that were brought out.
        pub items: Option<u64>,
    }
}

fields! {
    pub struct Rebuttal {
        pub noticed_on: NaiveDate,
        pub responded_on: Option<NaiveDate>,
        /// What was claimed, and where; internal.
        pub claim: Option<String>,
        /// What was answered; internal.
        pub response: Option<String>,
    }
}

fields! {
    pub struct MediaOutput {
        pub outlet: String,
        /// Inward: of the world for the city.
        pub direction: Direction,
        pub language: Option<String>,
        pub from: NaiveDate,
        pub to: NaiveDate,
        /// None where it is not counted.
        pub items: Option<u64>,
    }
}

labelled_enum! {
    pub enum AgreementForm {
        Contract = "CONTRACT",
        CoordinationPlan = "COORDINATION_PLAN",
        Memorandum = "MEMORANDUM",
    }
}

labelled_enum! {
    pub enum Counterparty {
        CentralChannel = "CENTRAL_CHANNEL",
        ForeignPress = "FOREIGN_PRESS",
        ForeignPartner = "FOREIGN_PARTNER",
    }
}

fields! {
    pub struct Agreement {
        pub form: AgreementForm,
        pub counterparty: String,
        pub counterparty_kind: Counterparty,
        pub country: Option<String>,
        pub from: NaiveDate,
        /// Included; none where it has no end.
        pub to: Option<NaiveDate>,
        /// Internal; none where it is not told.
        pub value: Option<Dong>,
        /// So many days before its end it is on the list of those to renew.
        pub alert_days: Option<u32>,
    }
}

fields! {
    pub struct PressVisit {
        pub outlet: String,
        pub country: Option<String>,
        pub from: NaiveDate,
        pub to: NaiveDate,
        pub reporters: Option<u64>,
        /// Pieces that came of it.
        pub pieces: Option<u64>,
    }
}

labelled_enum! {
    pub enum LegalForm {
        Directive = "DIRECTIVE",
        Regulation = "REGULATION",
        Plan = "PLAN",
        Guidance = "GUIDANCE",
        Other = "OTHER",
    }
}

fields! {
    pub struct LegalDocument {
        pub form: LegalForm,
        /// None while it is drafted; with it, the register's document is named.
        pub issued_on: Option<NaiveDate>,
    }
}

labelled_enum! {
    pub enum InstrumentForm {
        IncentiveMechanism = "INCENTIVE_MECHANISM",
        TrainingPolicy = "TRAINING_POLICY",
        ResearchPolicy = "RESEARCH_POLICY",
        CommendationMechanism = "COMMENDATION_MECHANISM",
    }
}

labelled_enum! {
    pub enum InstrumentState {
        Drafted = "DRAFTED",
        Issued = "ISSUED",
        Applied = "APPLIED",
    }
}

fields! {
    pub struct Instrument {
        pub form: InstrumentForm,
        pub state: InstrumentState,
        pub issued_on: Option<NaiveDate>,
        pub applied_on: Option<NaiveDate>,
        pub beneficiaries: Option<u64>,
    }
}

labelled_enum! {
    pub enum CommendationForm {
        /// Bằng khen of the chairman.
        ChairCertificate = "CHAIR_CERTIFICATE",
        /// Giấy khen of a director.
        DirectorCertificate = "DIRECTOR_CERTIFICATE",
        /// Cờ thi đua.
        EmulationFlag = "EMULATION_FLAG",
        /// Kỷ niệm chương.
        Medal = "MEDAL",
    }
}

labelled_enum! {
    pub enum RecipientKind {
        Collective = "COLLECTIVE",
        Individual = "INDIVIDUAL",
    }
}

fields! {
    pub struct Commendation {
        pub form: CommendationForm,
        pub recipient_kind: RecipientKind,
        pub is_foreign: bool,
        pub decided_on: NaiveDate,
        pub reason: Option<String>,
        /// How many got it.
        pub recipients: Option<u64>,
        /// Who; internal, as it may be a person.
        pub recipient: Option<String>,
    }
}

fields! {
    pub struct ItApplication {
        pub url: Option<String>,
        pub launched_on: Option<NaiveDate>,
        pub last_updated_on: Option<NaiveDate>,
        pub closed_on: Option<NaiveDate>,
        /// Hundredths of a per cent of the time, 0 to 10000.
        pub uptime: Option<u32>,
    }
}

fields! {
    pub struct Equipment {
        pub acquired_on: Option<NaiveDate>,
        pub quantity: Option<u64>,
        pub place: Option<String>,
    }
}

fields! {
    pub struct Assessment {
        pub criterion: String,
        pub assessed_on: NaiveDate,
        pub narrative: String,
    }
}

macro_rules! details {
    ($($kind:ident($of:ty),)+) => {
        /// What a deliverable of a kind tells beside what all have in common.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Details { $($kind($of),)+ }

        impl Details {
            /// What kind it is of.
            pub const fn kind(&self) -> DeliverableKind {
                match self { $(Self::$kind(_) => DeliverableKind::$kind,)+ }
            }

            #[allow(clippy::match_same_arms)] // several kinds have the same fields
            fn judge(kind: DeliverableKind, fields: &Value, at: &str, faults: &mut Vec<Fault>) {
                match kind { $(DeliverableKind::$kind => <$of>::judge(fields, at, faults),)+ }
            }
        }
    };
}

details! {
    Publication(Publication),
    Film(Screen),
    MajorProgramme(Screen),
    ForeignEdition(Edition),
    PortalSection(Edition),
    Column(Edition),
    Event(Event),
    DelegationExchange(Delegation),
    Campaign(Campaign),
    Rebuttal(Rebuttal),
    MediaOutput(MediaOutput),
    Agreement(Agreement),
    PressVisit(PressVisit),
    LegalDocument(LegalDocument),
    IncentiveInstrument(Instrument),
    Commendation(Commendation),
    ItApplication(ItApplication),
    Equipment(Equipment),
    Assessment(Assessment),
}

impl Details {
    /// The fields as they are stored and shown, without the kind; what is not told is left out.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            // Never: every kind is an object with texts for names.
            _ => Map::new(),
        };
        fields.remove("kind");
        fields.retain(|_, value| !value.is_null());
        fields
    }

    /// Reads the fields of a kind.
    ///
    /// # Errors
    /// Every field that is missing, unknown or not of its type, each at its place below `at`.
    pub fn read(kind: DeliverableKind, fields: Map<String, Value>, at: &str) -> Result<Self, Vec<Fault>> {
        let (mut fields, mut faults) = (Value::Object(fields), Vec::new());
        Self::judge(kind, &fields, at, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        fields["kind"] = kind.label().into();
        // Never: what was judged is read.
        serde_json::from_value(fields).map_err(|_| vec![Fault::new(at, Code::TypeMismatch)])
    }
}
