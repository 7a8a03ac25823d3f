//! Agencies as REST shows them.
//! Must not show more than GraphQL shows to the same caller.
//! See `app::agency`.

use app::{
    catalogue::{Catalogue, version_on},
    succession::answering,
};
use chrono::NaiveDate;
use domain::{agency as model, id::Id, succession::AgencyEvent};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{organisation::AgencyEventEntry, page::page};

/// Which agencies.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgencyParams {
    /// True for collectives only, false for single bodies only.
    pub collective: Option<bool>,
    /// Code of the parent.
    #[param(max_length = 64)]
    pub parent: Option<String>,
    /// Part of a name or alias, without regard to case and diacritics.
    #[param(max_length = 200)]
    pub text: Option<String>,
    /// Those that are there on this day, as they are then; every one there ever was, as it is now or was last, where nothing is said.
    #[serde(rename = "asOf")]
    #[param(rename = "asOf")]
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A body that can be given duties, or words that stand for several.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Agency {
    pub id: Uuid,
    #[schema(example = "so-tttt", max_length = 64)]
    pub code: String,
    /// In Vietnamese, on the day.
    #[schema(example = "Sở Thông tin và Truyền thông", max_length = 500)]
    pub name: String,
    #[schema(example = "DEPARTMENT", max_length = 32)]
    pub kind: String,
    pub is_collective: bool,
    /// Whether it is there on the day.
    pub is_active: bool,
    #[schema(example = "Sở TT&TT", max_length = 100)]
    pub short_name: Option<String>,
    /// Electronic codes on the day.
    #[schema(max_items = 100)]
    pub e_codes: Vec<String>,
    /// Who heads it on the day.
    pub head: Option<HeadOfAgency>,
    /// How the roll of a collective is to be read on the day.
    pub roll: Option<RollOfCollective>,
    /// Codes of those who answer today for what it did: itself while it is there, else all who took anything of it.
    #[schema(max_items = 1000)]
    pub answers_now: Vec<String>,
    /// Code of the parent.
    #[schema(max_length = 64)]
    pub parent: Option<String>,
    /// Every name under which a document writes it.
    #[schema(max_items = 1000)]
    pub aliases: Vec<String>,
    /// Codes of the members of a collective on the day.
    #[schema(max_items = 10000)]
    pub members: Vec<String>,
}

impl Agency {
    /// As of `day`, told on `today`.
    pub fn of(agency: &model::Agency, catalogue: &Catalogue, (day, today): (NaiveDate, NaiveDate)) -> Self {
        let code = |id| catalogue.agency(id).map(|agency| agency.code.to_string());
        let version = version_on(agency, day);
        Self {
            id: agency.id.uuid(),
            code: agency.code.to_string(),
            name: version.map(|version| version.name.vi.to_string()).unwrap_or_default(),
            kind: version.map(|version| version.kind.label().to_owned()).unwrap_or_default(),
            is_collective: agency.collective.is_some(),
            is_active: agency.is_active_on(day),
            short_name: version.and_then(|version| version.short_name.as_deref()).map(str::to_owned),
            e_codes: agency.codes.iter().filter(|known| known.validity.contains(day)).map(|known| known.code.to_string()).collect(),
            head: agency.head_on(day).map(|(post, holder)| HeadOfAgency {
                title: post.title.to_string(),
                name: holder.name.to_string(),
                is_acting: holder.is_acting,
                valid_from: holder.validity.from,
            }),
            roll: agency.rule_on(day).map(|(rule, roll)| RollOfCollective {
                rule: rule.rule.label().to_owned(),
                is_complete: rule.complete,
                needs_designation: rule.rule == model::MembershipRule::Filtered && roll.is_none_or(|roll| roll.basis.is_none()),
                basis: roll.and_then(|roll| roll.basis).map(Id::uuid),
            }),
            answers_now: answering(catalogue, agency.id, today).into_iter().filter_map(code).collect(),
            parent: version.and_then(|version| version.parent).and_then(code),
            aliases: agency.aliases.iter().map(ToString::to_string).collect(),
            members: agency.members_on(day).filter_map(|m| code(m.agency)).collect(),
        }
    }
}

/// Who heads an agency.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeadOfAgency {
    /// The post.
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 200)]
    pub name: String,
    /// In charge without being appointed.
    pub is_acting: bool,
    pub valid_from: Option<NaiveDate>,
}

/// How the roll of a collective is to be read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RollOfCollective {
    #[schema(max_length = 16, pattern = "^(CLOSED|FILTERED|OPEN)$")]
    pub rule: String,
    /// Whether it is known to be whole.
    pub is_complete: bool,
    /// Only the relevant bodies are meant, and no document says which.
    pub needs_designation: bool,
    /// Identifier of the document that it rests on.
    pub basis: Option<Uuid>,
}

/// The day as of which an agency is told.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct AsOfParams {
    /// Today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// What an agency was called and where it stood for a time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgencyTerm {
    #[schema(max_length = 500)]
    pub name: String,
    #[schema(max_length = 100)]
    pub short_name: Option<String>,
    #[schema(max_length = 32)]
    pub kind: String,
    #[schema(max_length = 100)]
    pub subkind: Option<String>,
    /// Code.
    #[schema(max_length = 64)]
    pub parent: Option<String>,
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer held.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document.
    pub basis: Option<Uuid>,
    /// Where it is attested, where that is told beside the document.
    #[schema(max_length = 1000)]
    pub source: Option<String>,
    /// How sure that is; null where the document itself says it.
    #[schema(max_length = 16, pattern = "^(HIGH|MEDIUM|LOW)$")]
    pub confidence: Option<String>,
    /// Somebody who knows has yet to say that it is so.
    pub to_confirm: bool,
}

/// An agency as of a day, with all that it was and that happened to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgencyHistory {
    #[serde(flatten)]
    pub agency: Agency,
    /// In the order of time.
    #[schema(max_items = 1000)]
    pub history: Vec<AgencyTerm>,
    /// In the order of time.
    #[schema(max_items = 1000)]
    pub events: Vec<AgencyEventEntry>,
}

impl AgencyHistory {
    pub fn of(agency: &model::Agency, events: &[AgencyEvent], catalogue: &Catalogue, days: (NaiveDate, NaiveDate)) -> Self {
        let term = |version: &model::AgencyVersion| AgencyTerm {
            name: version.name.vi.to_string(),
            short_name: version.short_name.as_deref().map(str::to_owned),
            kind: version.kind.label().to_owned(),
            subkind: version.subkind.as_deref().map(str::to_owned),
            parent: catalogue.agency_code(version.parent).map(|code| code.to_string()),
            valid_from: version.validity.from,
            valid_to: version.validity.to,
            basis: version.basis.map(Id::uuid),
            source: version.attestation.as_ref().map(|attestation| attestation.source.to_string()),
            confidence: version.attestation.as_ref().map(|attestation| attestation.confidence.label().to_owned()),
            to_confirm: version.attestation.as_ref().is_some_and(|attestation| attestation.to_confirm),
        };
        Self {
            agency: Agency::of(agency, catalogue, days),
            history: agency.versions.iter().map(term).collect(),
            events: events.iter().map(|event| AgencyEventEntry::of(event, catalogue)).collect(),
        }
    }
}

page!(AgencyPage of Agency, "A page of agencies.");
