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
        /// Language tags.
        languages: Vec<String>,
        published_on: NaiveDate,
        /// Copies.
        print_run: i64,
        url: String,
        partner: String,
    }
);
fields!(
    /// A broadcast of a film or a programme.
    Broadcast, "BroadcastInput" {
        outlet: String,
        on: NaiveDate,
    }
);
fields!(
    /// Of a film or a major programme.
    ScreenDetails, "ScreenDetailsInput" {
        languages: Vec<String>,
        minutes: i64,
        completed_on: NaiveDate,
        broadcasts: Vec<Broadcast>,
    }
);
fields!(
    /// Of a foreign-language edition, a section of a portal or a column.
    EditionDetails, "EditionDetailsInput" {
        /// Code of the system or body that carries it.
        outlet: String,
        language: String,
        contents: Vec<String>,
        url: String,
        /// Null while it is prepared.
        launched_on: NaiveDate,
        last_checked_on: NaiveDate,
        closed_on: NaiveDate,
    }
);
fields!(
    /// Of an event.
    EventDetails, "EventDetailsInput" {
        form: EventForm,
        from: NaiveDate,
        to: NaiveDate,
        place: String,
        /// ISO 3166 code of two letters.
        country: String,
        joint_organisers: Vec<String>,
        attendance: i64,
        result: String,
    }
);
fields!(
    /// Of an exchange of delegations.
    DelegationDetails, "DelegationDetailsInput" {
        direction: Flow,
        reach: Reach,
        /// ISO 3166 codes.
        countries: Vec<String>,
        from: NaiveDate,
        to: NaiveDate,
        /// For whoever sees it by role.
        members: i64,
    }
);
fields!(
    /// Of a campaign.
    CampaignDetails, "CampaignDetailsInput" {
        from: NaiveDate,
        to: NaiveDate,
        /// Codes of agencies or collectives of the places.
        locations: Vec<String>,
        items: i64,
    }
);
fields!(
    /// Of the rebuttal of a false claim.
    RebuttalDetails, "RebuttalDetailsInput" {
        noticed_on: NaiveDate,
        responded_on: NaiveDate,
        /// For whoever sees it by role.
        claim: String,
        /// For whoever sees it by role.
        response: String,
    }
);
fields!(
    /// Of what media brought out in a time.
    MediaOutputDetails, "MediaOutputDetailsInput" {
        outlet: String,
        direction: Flow,
        language: String,
        from: NaiveDate,
        to: NaiveDate,
        items: i64,
    }
);
fields!(
    /// Of an agreement.
    AgreementDetails, "AgreementDetailsInput" {
        form: AgreementForm,
        counterparty: String,
        counterparty_kind: CounterpartyKind,
        country: String,
        from: NaiveDate,
        /// Included; null where it has no end.
        to: NaiveDate,
        /// Whole đồng; for whoever sees it by role.
        value: i64,
        /// So many days before its end it is to be renewed.
        alert_days: i64,
    }
);
fields!(
    /// Of a visit of foreign press.
    PressVisitDetails, "PressVisitDetailsInput" {
        outlet: String,
        country: String,
        from: NaiveDate,
        to: NaiveDate,
        /// For whoever sees it by role.
        reporters: i64,
        /// Pieces that came of it.
        pieces: i64,
    }
);
fields!(
    /// Of a legal document.
    LegalDocumentDetails, "LegalDocumentDetailsInput" {
        form: LegalForm,
        issued_on: NaiveDate,
    }
);
fields!(
    /// Of an incentive.
    InstrumentDetails, "InstrumentDetailsInput" {
        form: InstrumentForm,
        state: InstrumentState,
        issued_on: NaiveDate,
        applied_on: NaiveDate,
        /// For whoever sees it by role.
        beneficiaries: i64,
    }
);
fields!(
    /// Of a commendation; for whoever sees it by role.
    CommendationDetails, "CommendationDetailsInput" {
        form: CommendationForm,
        recipient_kind: RecipientKind,
        is_foreign: bool,
        decided_on: NaiveDate,
        reason: String,
        /// How many got it.
        recipients: i64,
        recipient: String,
    }
);
fields!(
    /// Of an application of information technology.
    ItApplicationDetails, "ItApplicationDetailsInput" {
        url: String,
        launched_on: NaiveDate,
        last_updated_on: NaiveDate,
        closed_on: NaiveDate,
        /// Hundredths of a per cent of the time, 0 to 10000.
        uptime: i64,
    }
);
fields!(
    /// Of equipment.
    EquipmentDetails, "EquipmentDetailsInput" {
        acquired_on: NaiveDate,
        quantity: i64,
        /// For whoever sees it by role.
        place: String,
    }
);
fields!(
    /// Of an assessment in words.
    AssessmentDetails, "AssessmentDetailsInput" {
        criterion: String,
        assessed_on: NaiveDate,
        narrative: String,
    }
);

macro_rules! details {
    ($($variant:ident($type:ident): $($kind:ident)|+;)+) => {
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
        pub enum DeliverableDetailsInput { $($variant($type),)+ }

        impl DeliverableDetailsInput {
            /// As they are read by the domain.
            pub fn fields(&self) -> Map<String, Value> {
                match self { $(Self::$variant(of) => written(of),)+ }
            }
        }
    };
}

details! {
    Publication(PublicationDetails): Publication;
    Screen(ScreenDetails): Film | MajorProgramme;
    Edition(EditionDetails): ForeignEdition | PortalSection | Column;
    Event(EventDetails): Event;
    Delegation(DelegationDetails): DelegationExchange;
    Campaign(CampaignDetails): Campaign;
    Rebuttal(RebuttalDetails): Rebuttal;
    MediaOutput(MediaOutputDetails): MediaOutput;
    Agreement(AgreementDetails): Agreement;
    PressVisit(PressVisitDetails): PressVisit;
    LegalDocument(LegalDocumentDetails): LegalDocument;
    Instrument(InstrumentDetails): IncentiveInstrument;
    Commendation(CommendationDetails): Commendation;
    ItApplication(ItApplicationDetails): ItApplication;
    Equipment(EquipmentDetails): Equipment;
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
