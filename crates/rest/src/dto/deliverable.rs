//! What programmes bring about as REST takes and shows it.
//! Must not show what only those see who see it by role, but where `app::deliverable` gives it.
//! The fields of each kind are `domain::deliverable`; figures of the whole register are `deliverable_figures`.

use app::{
    catalogue::Catalogue,
    deliverable::{self as cases, DeliverableFilter, Shown},
    succession::names_of,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::deliverable::{AffairsChannel, Audience, DeliverableKind, STALE_DAYS, Source, Version, Visibility};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    agency::name_on,
    page::page,
    text::{Text, Texts},
};

/// Which deliverables, of those that the caller may see.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DeliverableParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the task; needs `programme`.
    #[param(max_length = 64)]
    pub task: Option<String>,
    /// Code of the agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// The year to which they count.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// Of this kind only.
    #[param(value_type = Option<String>, max_length = 32, pattern = "^(PUBLICATION|FILM|MAJOR_PROGRAMME|FOREIGN_EDITION|PORTAL_SECTION|COLUMN|EVENT|DELEGATION_EXCHANGE|CAMPAIGN|REBUTTAL|MEDIA_OUTPUT|AGREEMENT|PRESS_VISIT|LEGAL_DOCUMENT|INCENTIVE_INSTRUMENT|COMMENDATION|IT_APPLICATION|EQUIPMENT|ASSESSMENT)$")]
    pub kind: Option<DeliverableKind>,
    /// By whose foreign affairs.
    #[param(value_type = Option<String>, max_length = 16, pattern = "^(PARTY|STATE|PEOPLE)$")]
    pub channel: Option<AffairsChannel>,
    /// Code of the system or body that carries it.
    #[param(max_length = 4000)]
    pub outlet: Option<String>,
    /// A language tag.
    #[param(max_length = 3)]
    pub language: Option<String>,
    /// Whom it is for; of those only that the caller sees by role.
    #[param(value_type = Option<String>, max_length = 32, pattern = "^(FOREIGNERS|OVERSEAS_VIETNAMESE|FOREIGN_PRESS|INVESTORS|TOURISTS|DOMESTIC)$")]
    pub audience: Option<Audience>,
    /// The sender's own reference; of those only that the caller sees by role.
    #[param(max_length = 128)]
    pub external_ref: Option<String>,
    /// Agreements to be renewed on this day; of those only that the caller sees by role.
    pub to_renew_on: Option<NaiveDate>,
    /// Those that were withdrawn, instead of those that stand; of those only that the caller sees by role.
    pub withdrawn: Option<bool>,
    /// How editions and agreements stand on this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Days without a look after which an edition counts as unchecked; 180 where nothing is said.
    #[param(minimum = 1, maximum = 36500)]
    pub stale_days: Option<u32>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&DeliverableParams> for DeliverableFilter {
    fn from(params: &DeliverableParams) -> Self {
        Self {
            programme: params.programme.clone(),
            task: params.task.clone(),
            agency: params.agency.clone(),
            year: params.year,
            kind: params.kind,
            channel: params.channel,
            outlet: params.outlet.clone(),
            language: params.language.clone(),
            audience: params.audience,
            external_ref: params.external_ref.clone(),
            to_renew_on: params.to_renew_on,
            withdrawn: params.withdrawn.unwrap_or_default(),
        }
    }
}

/// On which days one is looked at.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct DeliverableDays {
    /// How an edition or an agreement stands on this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// As it was on record at the end of this day, for whoever sees it by role.
    pub known_on: Option<NaiveDate>,
    /// Days without a look after which an edition counts as unchecked; 180 where nothing is said.
    #[param(minimum = 1, maximum = 36500)]
    pub stale_days: Option<u32>,
}

/// A document that a deliverable rests on or is, as it is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDeliverableDocument {
    /// Number or identifier of the document, which is issued.
    #[schema(example = "1681/UBND-TCD", min_length = 1, max_length = 200)]
    pub document: String,
    /// Where the document speaks of it.
    #[schema(example = "Mục 2", min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

/// What is said of a deliverable, with what is said besides where it is new.
macro_rules! said {
    ($(#[$about:meta])* pub struct $name:ident { $($others:tt)* }) => {
        $(#[$about])*
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        pub struct $name {
            $($others)*
            /// Code of the task within the programme, in which the agency has a part; none where the decision has no task for it.
            #[schema(example = "V.2", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
            pub task: Option<String>,
            /// The year to which it counts.
            #[schema(example = 2014, minimum = 1945, maximum = 2200)]
            pub year: i32,
            /// In Vietnamese.
            #[schema(example = "Chuyên trang tiếng Anh", min_length = 1, max_length = 500)]
            pub title: String,
            /// By whose foreign affairs: of the Party, the state or the people.
            #[schema(value_type = Option<String>, max_length = 16, pattern = "^(PARTY|STATE|PEOPLE)$")]
            pub channel: Option<AffairsChannel>,
            /// `PUBLIC`: everybody may know of it, in the form that is public of its kind; rebuttals and commendations are only counted.
            /// `INTERNAL`: its agency and those who follow the programme.
            #[schema(value_type = String, max_length = 16, pattern = "^(PUBLIC|INTERNAL)$")]
            pub visibility: Visibility,
            /// Whom it is for, or who takes part: `FOREIGNERS`, `OVERSEAS_VIETNAMESE`, `FOREIGN_PRESS`, `INVESTORS`, `TOURISTS`, `DOMESTIC`.
            #[serde(default)]
            #[schema(value_type = Vec<AudienceLabel>, max_items = 6)]
            pub audiences: Vec<Audience>,
            /// Documents that it rests on or is.
            #[serde(default)]
            #[schema(max_items = 100)]
            pub documents: Vec<NewDeliverableDocument>,
            /// Identifiers of files on submitted reports of the agency that prove it.
            #[serde(default)]
            #[schema(max_items = 100)]
            pub evidence: Vec<Uuid>,
            /// The fields of its kind, in camelCase; days as `YYYY-MM-DD`, money in whole đồng.
            #[schema(value_type = Object)]
            pub details: Map<String, Value>,
        }

        impl $name {
            fn said(self) -> cases::Said {
                cases::Said {
                    task: self.task,
                    year: self.year,
                    title: self.title,
                    channel: self.channel,
                    visibility: self.visibility,
                    audiences: self.audiences,
                    sources: self.documents.into_iter().map(Into::into).collect(),
                    evidence: self.evidence,
                    details: self.details,
                }
            }
        }
    };
}

/// Whom something is for.
#[derive(ToSchema)]
#[schema(max_length = 32, pattern = "^(FOREIGNERS|OVERSEAS_VIETNAMESE|FOREIGN_PRESS|INVESTORS|TOURISTS|DOMESTIC)$")]
#[allow(dead_code)] // describes labels
pub struct AudienceLabel(String);

said! {
    /// A deliverable to record.
    pub struct NewDeliverable {
        /// Code of the programme.
        #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
        pub programme: String,
        /// Code of the agency. Not needed; if given, it must be the caller's own.
        #[schema(example = "bao-hai-phong", min_length = 1, max_length = 64)]
        pub agency: Option<String>,
        /// What it is, which tells the fields of `details`.
        #[schema(value_type = String, max_length = 32, pattern = "^(PUBLICATION|FILM|MAJOR_PROGRAMME|FOREIGN_EDITION|PORTAL_SECTION|COLUMN|EVENT|DELEGATION_EXCHANGE|CAMPAIGN|REBUTTAL|MEDIA_OUTPUT|AGREEMENT|PRESS_VISIT|LEGAL_DOCUMENT|INCENTIVE_INSTRUMENT|COMMENDATION|IT_APPLICATION|EQUIPMENT|ASSESSMENT)$")]
        pub kind: DeliverableKind,
        /// The sender's own reference, once within its agency.
        #[schema(example = "BHP-SP-1", min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e]+$")]
        pub external_ref: Option<String>,
    }
}

said! {
    /// What is said of a deliverable from now on, in whole.
    pub struct DeliverableBody {}
}

impl From<NewDeliverableDocument> for cases::NewSource {
    fn from(body: NewDeliverableDocument) -> Self {
        Self { document: body.document, section: body.section, quote: body.quote }
    }
}

impl From<DeliverableBody> for cases::Said {
    fn from(body: DeliverableBody) -> Self {
        body.said()
    }
}

impl From<NewDeliverable> for cases::NewDeliverable {
    fn from(mut body: NewDeliverable) -> Self {
        let (programme, agency) = (std::mem::take(&mut body.programme), body.agency.take());
        Self { programme, agency, kind: body.kind, external_ref: body.external_ref.take(), said: body.said() }
    }
}

/// Deliverables to record together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewDeliverables {
    /// All of them are recorded, or none.
    #[schema(min_items = 1, max_items = 500)]
    pub items: Vec<NewDeliverable>,
}

/// How deliverables are recorded together.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct NewDeliverablesParams {
    /// Everything is done and undone; the answer tells how many would be recorded, or every fault.
    pub dry_run: Option<bool>,
}

/// Why a deliverable does not count any more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DeliverableWithdrawal {
    /// Kept with the version that withdraws it.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A deliverable that was recorded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordedDeliverable {
    pub id: Uuid,
    /// The sender's own reference.
    #[schema(max_length = 128)]
    pub external_ref: Option<String>,
    /// A change names it as `If-Match`.
    #[schema(minimum = 1)]
    pub revision: i32,
}

impl RecordedDeliverable {
    pub fn of(shown: &Shown) -> Self {
        let inside = shown.inside.as_ref();
        Self {
            id: shown.id.uuid(),
            external_ref: inside.and_then(|inside| inside.external_ref.clone()),
            revision: inside.map_or(1, |inside| inside.revision),
        }
    }
}

/// What became of deliverables that were recorded together.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordedDeliverables {
    /// Nothing was recorded.
    pub dry_run: bool,
    /// How many were, or would be, recorded.
    #[schema(maximum = 500)]
    pub recorded: usize,
    /// Empty for a dry run.
    #[schema(max_items = 500)]
    pub items: Vec<RecordedDeliverable>,
}

/// A document that a deliverable rests on or is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverableDocument {
    /// Identifier.
    pub document: Uuid,
    /// Where the document speaks of it; for whoever sees the deliverable by role.
    #[schema(max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; for whoever sees the deliverable by role.
    #[schema(max_length = 5000)]
    pub quote: Option<String>,
}

impl From<&Source> for DeliverableDocument {
    fn from(source: &Source) -> Self {
        Self { document: source.document.uuid(), section: source.section.clone(), quote: source.quote.clone() }
    }
}

/// A deliverable as the caller sees it: by role all of it, else what is public of its kind.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deliverable {
    pub id: Uuid,
    /// What it is, which tells the fields of `details`.
    #[schema(value_type = String, example = "FOREIGN_EDITION", max_length = 32, pattern = "^(PUBLICATION|FILM|MAJOR_PROGRAMME|FOREIGN_EDITION|PORTAL_SECTION|COLUMN|EVENT|DELEGATION_EXCHANGE|CAMPAIGN|REBUTTAL|MEDIA_OUTPUT|AGREEMENT|PRESS_VISIT|LEGAL_DOCUMENT|INCENTIVE_INSTRUMENT|COMMENDATION|IT_APPLICATION|EQUIPMENT|ASSESSMENT)$")]
    pub kind: String,
    /// Code of the programme that it belongs to.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Code of the task; null where the decision has no task for it.
    #[schema(example = "V.2", max_length = 64)]
    pub task: Option<String>,
    /// Code of the agency that did it.
    #[schema(example = "bao-hai-phong", max_length = 64)]
    pub agency: Option<String>,
    /// What the agency was called at the end of the year, or is today in a year that goes on.
    #[schema(max_length = 500)]
    pub agency_name: Option<String>,
    /// The year to which it counts.
    #[schema(minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// In Vietnamese.
    #[schema(max_length = 500)]
    pub title: Option<String>,
    /// The title in the language that the caller likes best; null where there is none to see.
    pub title_text: Option<Text>,
    /// By whose foreign affairs: of the Party, the state or the people.
    #[schema(max_length = 16, pattern = "^(PARTY|STATE|PEOPLE)$")]
    pub channel: Option<String>,
    /// Documents that it rests on or is.
    #[schema(max_items = 100)]
    pub documents: Vec<DeliverableDocument>,
    /// The fields of its kind that the caller may see.
    #[schema(value_type = Object)]
    pub details: Map<String, Value>,
    /// Of an edition, a section or a column, on the day.
    #[schema(max_length = 16, pattern = "^(PREPARED|LIVE|UNCHECKED|CLOSED)$")]
    pub edition_state: Option<String>,
    /// Of an agreement, on the day; for whoever sees it by role.
    #[schema(max_length = 32, pattern = "^(NOT_YET_IN_FORCE|IN_FORCE|RENEW_NOW|EXPIRED)$")]
    pub renewal: Option<String>,
    /// Of a rebuttal: days from the notice to the answer.
    pub response_days: Option<i64>,
    /// What only those see who see it by role; null for others.
    pub internal: Option<DeliverableInside>,
}

/// What of a deliverable is seen by role alone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverableInside {
    /// Who may know of it.
    #[schema(max_length = 16, pattern = "^(PUBLIC|INTERNAL)$")]
    pub visibility: String,
    /// Whom it is for, or who takes part.
    #[schema(value_type = Vec<AudienceLabel>, max_items = 6)]
    pub audiences: Vec<String>,
    /// Identifiers of files on reports that prove it.
    #[schema(max_items = 100)]
    pub evidence: Vec<Uuid>,
    /// The sender's own reference.
    #[schema(max_length = 128)]
    pub external_ref: Option<String>,
    /// Counts every change; a change names it as `If-Match`.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// When it was withdrawn; null while it stands.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When it was last recorded, corrected or withdrawn.
    pub changed_at: DateTime<Utc>,
}

impl Deliverable {
    /// A deliverable with the code of its task, as it stands on a day.
    pub fn of(
        shown: &Shown,
        task: Option<&str>,
        (catalogue, texts): (&Catalogue, &Texts),
        (day, today): (NaiveDate, NaiveDate),
        stale: Option<u32>,
    ) -> Self {
        Self {
            id: shown.id.uuid(),
            kind: shown.kind.label().into(),
            programme: catalogue.programme(shown.programme).map(|programme| programme.code.to_string()).unwrap_or_default(),
            task: task.map(str::to_owned),
            agency: catalogue.agency_code(shown.agency).map(|code| code.to_string()),
            agency_name: shown.agency.and_then(|agency| name_on(catalogue, agency, names_of(shown.year, today))),
            year: shown.year,
            title: shown.title.clone(),
            title_text: shown.title.as_deref().map(|title| texts.title(shown.id.uuid(), title)),
            channel: shown.channel.map(|channel| channel.label().into()),
            documents: shown.sources.iter().map(Into::into).collect(),
            details: shown.fields.clone(),
            edition_state: shown.edition_state(day, stale.unwrap_or(STALE_DAYS)).map(|state| state.label().into()),
            renewal: shown.renewal(day).map(|renewal| renewal.label().into()),
            response_days: shown.response_days(),
            internal: shown.inside.as_ref().map(|inside| DeliverableInside {
                visibility: inside.visibility.label().into(),
                audiences: inside.audiences.iter().map(|audience| audience.label().into()).collect(),
                evidence: inside.evidence.iter().map(|file| file.uuid()).collect(),
                external_ref: inside.external_ref.clone(),
                revision: inside.revision,
                withdrawn_at: inside.withdrawn_at,
                changed_at: inside.changed_at,
            }),
        }
    }
}

page!(DeliverablePage of Deliverable, "A page of deliverables.");

/// What was said of a deliverable with a revision; never changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverableVersion {
    /// From 1; every change raises it.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// How it came about.
    #[schema(max_length = 16, pattern = "^(RECORDED|CORRECTED|WITHDRAWN)$")]
    pub change: String,
    /// Why it was withdrawn; of a withdrawal only.
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
    /// When it was said.
    pub recorded_at: DateTime<Utc>,
    /// Identifier of the task.
    pub task: Option<Uuid>,
    /// The year to which it counts.
    #[schema(minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// In Vietnamese.
    #[schema(max_length = 500)]
    pub title: String,
    /// By whose foreign affairs: of the Party, the state or the people.
    #[schema(max_length = 16, pattern = "^(PARTY|STATE|PEOPLE)$")]
    pub channel: Option<String>,
    /// Who may know of it.
    #[schema(max_length = 16, pattern = "^(PUBLIC|INTERNAL)$")]
    pub visibility: String,
    /// Whom it is for, or who takes part.
    #[schema(value_type = Vec<AudienceLabel>, max_items = 6)]
    pub audiences: Vec<String>,
    /// Documents that it rests on or is.
    #[schema(max_items = 100)]
    pub documents: Vec<DeliverableDocument>,
    /// Identifiers of files on reports that prove it.
    #[schema(max_items = 100)]
    pub evidence: Vec<Uuid>,
    /// All fields of its kind.
    #[schema(value_type = Object)]
    pub details: Map<String, Value>,
}

impl From<&Version> for DeliverableVersion {
    fn from(version: &Version) -> Self {
        let content = &version.content;
        Self {
            revision: version.revision,
            change: version.change.label().into(),
            reason: version.reason.clone(),
            recorded_at: version.recorded_at,
            task: content.task.map(domain::id::Id::uuid),
            year: content.year,
            title: content.title.clone(),
            channel: content.channel.map(|channel| channel.label().into()),
            visibility: content.visibility.label().into(),
            audiences: content.audiences.iter().map(|audience| audience.label().into()).collect(),
            documents: content.sources.iter().map(Into::into).collect(),
            evidence: content.evidence.iter().map(|file| file.uuid()).collect(),
            details: content.details.fields(),
        }
    }
}

/// The versions of a deliverable, from the first on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliverableVersions {
    #[schema(max_items = 100_000)]
    pub items: Vec<DeliverableVersion>,
}
