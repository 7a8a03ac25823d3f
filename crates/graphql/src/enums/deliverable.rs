//! Enumerations of deliverables, each the mirror of one of the domain's.
//! Must not add or drop a value: the compiler compares both sides.
//! The others are in the parent module.

use async_graphql::Enum;
use domain::deliverable as model;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mirror!(
    /// A kind of what a programme brings about.
    DeliverableKind of model::DeliverableKind {
        Publication,
        Film,
        MajorProgramme,
        /// Of an outlet.
        ForeignEdition,
        /// Of an agency, on the city's portal.
        PortalSection,
        Column,
        Event,
        DelegationExchange,
        Campaign,
        /// Of a false claim; everybody reads counts and dates only.
        Rebuttal,
        MediaOutput,
        Agreement,
        PressVisit,
        LegalDocument,
        IncentiveInstrument,
        /// Everybody reads counts only.
        Commendation,
        ItApplication,
        Equipment,
        /// In words, of what has no figure.
        Assessment,
    }
);
mirror!(
    /// By whose foreign affairs.
    AffairsChannel of model::AffairsChannel { Party, State, People }
);
mirror!(
    /// Whom it is for, or who takes part.
    Audience of model::Audience { Foreigners, OverseasVietnamese, ForeignPress, Investors, Tourists, Domestic }
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
    DeliverableChange of model::Change { Recorded, Corrected, Withdrawn }
);
mirror!(
    /// How an edition stands on a day.
    EditionState of model::EditionState {
        Prepared,
        Live,
        /// Launched, and nobody has looked for long whether it is still there.
        Unchecked,
        Closed,
    }
);
mirror!(
    /// How an agreement stands on a day.
    Renewal of model::Renewal { NotYetInForce, InForce, RenewNow, Expired }
);
mirror!(
    /// What sort of event.
    EventForm of model::EventForm {
        Conference, Seminar, InvestmentPromotion, TradePromotion, TourismPromotion, Festival, Exhibition, Other,
    }
);
mirror!(
    /// Into the city or out of it.
    Flow of model::Direction { Inward, Outward }
);
mirror!(
    /// With one country or several.
    Reach of model::Reach { Bilateral, Multilateral }
);
mirror!(
    /// What sort of agreement.
    AgreementForm of model::AgreementForm { Contract, CoordinationPlan, Memorandum }
);
mirror!(
    /// What sort of partner of an agreement.
    CounterpartyKind of model::Counterparty { CentralChannel, ForeignPress, ForeignPartner }
);
mirror!(
    /// What sort of legal document.
    LegalForm of model::LegalForm { Directive, Regulation, Plan, Guidance, Other }
);
mirror!(
    /// What sort of incentive.
    InstrumentForm of model::InstrumentForm { IncentiveMechanism, TrainingPolicy, ResearchPolicy, CommendationMechanism }
);
mirror!(
    /// How far an incentive has come.
    InstrumentState of model::InstrumentState { Drafted, Issued, Applied }
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
    RecipientKind of model::RecipientKind { Collective, Individual }
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
