//! The fields of each kind of deliverable, read and sent; what the caller may not see, or was not told, is null.
//! Must not judge what is sent: `domain::deliverable` reads it and tells every fault.
//! What all kinds have in common is `deliverable`.

use async_graphql::{InputObject, OneofObject, SimpleObject, Union};
use chrono::NaiveDate;
use domain::deliverable::DeliverableKind;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::enums::{
    AgreementForm, CommendationForm, CounterpartyKind, EventForm, Flow, InstrumentForm, InstrumentState, LegalForm, Reach, RecipientKind,
};

macro_rules! fields {
    ($(#[doc = $doc:literal])+ $name:ident, $input:literal { $($(#[doc = $fdoc:literal])* $field:ident: $type:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Deserialize, InputObject, Serialize, SimpleObject)]
        #[graphql(input_name = $input)]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[doc = $fdoc])* pub $field: Option<$type>,)+ }
    };
}

fields!(
    /// Of a publication.
    PublicationDetails, "PublicationDetailsInput" {
        /// Language tags of two or three small letters, e.g. “en”; always told.
        languages: Vec<String>,
        /// Null where it is not published yet.
        published_on: NaiveDate,
        /// Copies; null where it is not told or online only.
        print_run: i64,
        /// Its address on the web.
        url: String,
        /// Who brought it out with the agency, by name.
        partner: String,
    }
);
fields!(
    /// A broadcast of a film or a programme.
    Broadcast, "BroadcastInput" {
        /// Code of the system or body that broadcast it; always told.
        outlet: String,
        /// Always told.
        on: NaiveDate,
    }
);
fields!(
    /// Of a film or a major programme.
    ScreenDetails, "ScreenDetailsInput" {
        /// Language tags of two or three small letters, e.g. “en”; always told.
        languages: Vec<String>,
        /// How long it lasts.
        minutes: i64,
        /// Null where it is not completed yet.
        completed_on: NaiveDate,
        /// When it was broadcast, and by whom.
        broadcasts: Vec<Broadcast>,
    }
);
fields!(
    /// Of a foreign-language edition, a section of a portal or a column.
    EditionDetails, "EditionDetailsInput" {
        /// Code of the system or body that carries it; always told.
        outlet: String,
        /// A language tag of two or three small letters, e.g. “en”; always told.
        language: String,
        /// What it brings, e.g. “tin tức”, “pháp luật”.
        contents: Vec<String>,
        /// Its address on the web.
        url: String,
        /// Null while it is prepared.
        launched_on: NaiveDate,
        /// When somebody last saw that it is there.
        last_checked_on: NaiveDate,
        /// The first day on which it is there no more; null while it is.
        closed_on: NaiveDate,
    }
);
fields!(
    /// Of an event.
    EventDetails, "EventDetailsInput" {
        /// What sort of event; always told.
        form: EventForm,
        /// The first day; always told.
        from: NaiveDate,
        /// The last day, included; always told.
        to: NaiveDate,
        /// Where it is held, in words.
        place: String,
        /// ISO 3166 code of two letters.
        country: String,
        /// Who organises it with the agency, by name.
        joint_organisers: Vec<String>,
        /// How many took part.
        attendance: i64,
        /// What came of it, in words.
        result: String,
    }
);
fields!(
    /// Of an exchange of delegations.
    DelegationDetails, "DelegationDetailsInput" {
        /// Into the city or out of it; always told.
        direction: Flow,
        /// With one country or several; always told.
        reach: Reach,
        /// ISO 3166 codes of two letters, one at least; always told.
        countries: Vec<String>,
        /// The first day; always told.
        from: NaiveDate,
        /// The last day, included; always told.
        to: NaiveDate,
        /// For whoever sees it by role.
        members: i64,
    }
);
fields!(
    /// Of a campaign.
    CampaignDetails, "CampaignDetailsInput" {
        /// The first day; always told.
        from: NaiveDate,
        /// The last day, included; always told.
        to: NaiveDate,
        /// Codes of agencies or collectives of the places.
        locations: Vec<String>,
        /// How many items were brought out.
        items: i64,
    }
);
fields!(
    /// Of the rebuttal of a false claim.
    RebuttalDetails, "RebuttalDetailsInput" {
        /// The day on which the false claim was noticed; always told.
        noticed_on: NaiveDate,
        /// The day of the answer; null while there is none.
        responded_on: NaiveDate,
        /// What was claimed, and where; for whoever sees it by role.
        claim: String,
        /// What was answered; for whoever sees it by role.
        response: String,
    }
);
fields!(
    /// Of what media brought out in a time.
    MediaOutputDetails, "MediaOutputDetailsInput" {
        /// Code of the system or body that carries it; always told.
        outlet: String,
        /// Of the world for the city, or of the city for the world; always told.
        direction: Flow,
        /// A language tag of two or three small letters, e.g. “en”.
        language: String,
        /// The first day; always told.
        from: NaiveDate,
        /// The last day, included; always told.
        to: NaiveDate,
        /// How many there were; null where they are not counted.
        items: i64,
    }
);
fields!(
    /// Of an agreement.
    AgreementDetails, "AgreementDetailsInput" {
        /// What sort of agreement; always told.
        form: AgreementForm,
        /// The partner, by name; always told.
        counterparty: String,
        /// What sort of partner; always told.
        counterparty_kind: CounterpartyKind,
        /// ISO 3166 code of two letters.
        country: String,
        /// The first day on which it is in force; always told.
        from: NaiveDate,
        /// Included; null where it has no end.
        to: NaiveDate,
        /// Whole đồng; for whoever sees it by role.
        value: i64,
        /// So many days before its end it is to be renewed, 60 where nothing is said; for whoever sees it by role.
        alert_days: i64,
    }
);
fields!(
    /// Of a visit of foreign press.
    PressVisitDetails, "PressVisitDetailsInput" {
        /// The press that came, by name; always told.
        outlet: String,
        /// ISO 3166 code of two letters.
        country: String,
        /// The first day; always told.
        from: NaiveDate,
        /// The last day, included; always told.
        to: NaiveDate,
        /// How many came; for whoever sees it by role.
        reporters: i64,
        /// Pieces that came of it.
        pieces: i64,
    }
);
fields!(
    /// Of a legal document.
    LegalDocumentDetails, "LegalDocumentDetailsInput" {
        /// What sort of legal document; always told.
        form: LegalForm,
        /// Null while it is drafted; with it, its document is named.
        issued_on: NaiveDate,
    }
);
fields!(
    /// Of an incentive.
    InstrumentDetails, "InstrumentDetailsInput" {
        /// What sort of incentive; always told.
        form: InstrumentForm,
        /// How far it has come; always told.
        state: InstrumentState,
        /// Told once it is issued, and not before.
        issued_on: NaiveDate,
        /// The day from which it is applied; told once it is, and not before.
        applied_on: NaiveDate,
        /// How many gained from it; for whoever sees it by role.
        beneficiaries: i64,
    }
);
fields!(
    /// Of a commendation; for whoever sees it by role.
    CommendationDetails, "CommendationDetailsInput" {
        /// What sort of commendation; always told.
        form: CommendationForm,
        /// Whether a collective or an individual is commended; always told.
        recipient_kind: RecipientKind,
        /// Whether whoever is commended is foreign; always told.
        is_foreign: bool,
        /// The day of the decision; always told.
        decided_on: NaiveDate,
        /// For what, in words.
        reason: String,
        /// How many got it.
        recipients: i64,
        /// Who, by name.
        recipient: String,
    }
);
fields!(
    /// Of an application of information technology.
    ItApplicationDetails, "ItApplicationDetailsInput" {
        /// Its address on the web.
        url: String,
        /// The day on which it went into use.
        launched_on: NaiveDate,
        /// When it was last brought up to date.
        last_updated_on: NaiveDate,
        /// The day on which it went out of use; null while it is in use.
        closed_on: NaiveDate,
        /// Hundredths of a per cent of the time, 0 to 10000.
        uptime: i64,
    }
);
fields!(
    /// Of equipment.
    EquipmentDetails, "EquipmentDetailsInput" {
        /// When it was bought or built.
        acquired_on: NaiveDate,
        /// How many pieces.
        quantity: i64,
        /// Where it stands, in words; for whoever sees it by role.
        place: String,
    }
);
fields!(
    /// Of an assessment in words.
    AssessmentDetails, "AssessmentDetailsInput" {
        /// By what it is assessed, in words; always told.
        criterion: String,
        /// The day of the assessment; always told.
        assessed_on: NaiveDate,
        /// How well it is done, in words; always told.
        narrative: String,
    }
);

macro_rules! details {
    ($($(#[doc = $doc:literal])+ $variant:ident($type:ident): $($kind:ident)|+;)+) => {
        /// The fields of a deliverable by its kind.
        #[derive(Union)]
        pub enum DeliverableDetails { $($variant($type),)+ }

        impl DeliverableDetails {
            /// The fields that the caller may see.
            pub fn of(kind: DeliverableKind, fields: &Map<String, Value>) -> Option<Self> {
                Some(match kind { $($(DeliverableKind::$kind)|+ => Self::$variant(read(fields)?),)+ })
            }
        }

        /// The fields of a deliverable, under the name of the kind that has them.
        #[derive(OneofObject)]
        pub enum DeliverableDetailsInput { $($(#[doc = $doc])+ $variant($type),)+ }

        impl DeliverableDetailsInput {
            /// As they are read by the domain.
            pub fn fields(&self) -> Map<String, Value> {
                match self { $(Self::$variant(of) => written(of),)+ }
            }
        }
    };
}

details! {
    /// Of the kind `PUBLICATION`.
    Publication(PublicationDetails): Publication;
    /// Of the kind `FILM` or `MAJOR_PROGRAMME`.
    Screen(ScreenDetails): Film | MajorProgramme;
    /// Of the kind `FOREIGN_EDITION`, `PORTAL_SECTION` or `COLUMN`.
    Edition(EditionDetails): ForeignEdition | PortalSection | Column;
    /// Of the kind `EVENT`.
    Event(EventDetails): Event;
    /// Of the kind `DELEGATION_EXCHANGE`.
    Delegation(DelegationDetails): DelegationExchange;
    /// Of the kind `CAMPAIGN`.
    Campaign(CampaignDetails): Campaign;
    /// Of the kind `REBUTTAL`.
    Rebuttal(RebuttalDetails): Rebuttal;
    /// Of the kind `MEDIA_OUTPUT`.
    MediaOutput(MediaOutputDetails): MediaOutput;
    /// Of the kind `AGREEMENT`.
    Agreement(AgreementDetails): Agreement;
    /// Of the kind `PRESS_VISIT`.
    PressVisit(PressVisitDetails): PressVisit;
    /// Of the kind `LEGAL_DOCUMENT`.
    LegalDocument(LegalDocumentDetails): LegalDocument;
    /// Of the kind `INCENTIVE_INSTRUMENT`.
    Instrument(InstrumentDetails): IncentiveInstrument;
    /// Of the kind `COMMENDATION`.
    Commendation(CommendationDetails): Commendation;
    /// Of the kind `IT_APPLICATION`.
    ItApplication(ItApplicationDetails): ItApplication;
    /// Of the kind `EQUIPMENT`.
    Equipment(EquipmentDetails): Equipment;
    /// Of the kind `ASSESSMENT`.
    Assessment(AssessmentDetails): Assessment;
}

fn read<T: DeserializeOwned>(fields: &Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(fields.clone())).ok()
}

/// Without what is not said.
fn written<T: Serialize>(of: &T) -> Map<String, Value> {
    fn told(value: Value) -> Value {
        match value {
            Value::Object(members) => {
                members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, told(value))).collect()
            }
            Value::Array(values) => values.into_iter().map(told).collect(),
            other => other,
        }
    }
    match serde_json::to_value(of).map(told) {
        Ok(Value::Object(members)) => members,
        // Never: every kind is an object with texts for names.
        _ => Map::new(),
    }
}
