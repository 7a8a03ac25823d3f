//! Agencies as REST shows them.
//! Must not show more than GraphQL shows to the same caller.
//! See `app::agency`.

use app::{
    catalogue::{Catalogue, version_on},
    succession::answering,
};
use chrono::NaiveDate;
use domain::{
    agency as model,
    document::{BEGINS, DocumentId, ENDS},
    id::Id,
    lang::Liked,
    succession::AgencyEvent,
    validity::Validity,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    organisation::AgencyEventEntry,
    page::page,
    place::{Place, Places},
    text::Text,
};

/// What an agency is called on a day.
pub fn name_on(catalogue: &Catalogue, agency: model::AgencyId, day: NaiveDate) -> Option<String> {
    catalogue.agency(agency).and_then(|agency| version_on(agency, day)).map(|version| version.name.vi.to_string())
}

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
    /// With anything that is yet to be confirmed, or with nothing such.
    #[serde(rename = "toConfirm")]
    #[param(rename = "toConfirm")]
    pub to_confirm: Option<bool>,
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
    /// Short, lower-case, never reused.
    #[schema(example = "so-tttt", max_length = 64)]
    pub code: String,
    /// In Vietnamese, on the day.
    #[schema(example = "Sở Thông tin và Truyền thông", max_length = 500)]
    pub name: String,
    /// The name on the day in the language that the caller likes best of those it is there in; null before it was there.
    pub name_text: Option<Text>,
    /// What kind of body it is on the day: COMMITTEE, DEPARTMENT, DISTRICT, PRESS, CENTRE, PARTY, CENTRAL, ENTERPRISE or COLLECTIVE.
    #[schema(example = "DEPARTMENT", max_length = 32)]
    pub kind: String,
    /// Whether this stands for several bodies.
    pub is_collective: bool,
    /// Whether it is there on the day.
    pub is_active: bool,
    /// Somebody who knows has yet to say that something told of it is so.
    pub is_to_confirm: bool,
    /// E.g. "Sở TT&TT"; null where none is known.
    #[schema(example = "Sở TT&TT", max_length = 100)]
    pub short_name: Option<String>,
    /// Electronic codes on the day.
    #[schema(max_items = 100)]
    pub e_codes: Vec<String>,
    /// Who heads it on the day; null where the post is vacant, or that is not known.
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
    /// As of `day`, told on `today`, in the languages that are liked.
    pub fn of(agency: &model::Agency, catalogue: &Catalogue, (day, today): (NaiveDate, NaiveDate), liked: Liked) -> Self {
        let code = |id| catalogue.agency(id).map(|agency| agency.code.to_string());
        let version = version_on(agency, day);
        Self {
            id: agency.id.uuid(),
            code: agency.code.to_string(),
            name: version.map(|version| version.name.vi.to_string()).unwrap_or_default(),
            name_text: version.map(|version| version.name.get(liked).into()),
            kind: version.map(|version| version.kind.label().to_owned()).unwrap_or_default(),
            is_collective: agency.collective.is_some(),
            is_active: agency.is_active_on(day),
            is_to_confirm: agency.is_to_confirm(),
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
                needs_designation: agency.needs_designation_on(day),
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
    /// As the document prints it.
    #[schema(max_length = 200)]
    pub name: String,
    /// In charge without being appointed.
    pub is_acting: bool,
    /// The first day on which they held the post.
    pub valid_from: Option<NaiveDate>,
}

/// How the roll of a collective is to be read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RollOfCollective {
    /// CLOSED: a fixed list; FILTERED: only the relevant ones; OPEN: whoever falls under the words.
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
    /// In Vietnamese.
    #[schema(max_length = 500)]
    pub name: String,
    /// The name in the language that the caller likes best.
    pub name_text: Text,
    /// E.g. "Sở TT&TT"; null where none is known.
    #[schema(max_length = 100)]
    pub short_name: Option<String>,
    /// What kind of body it was: COMMITTEE, DEPARTMENT, DISTRICT, PRESS, CENTRE, PARTY, CENTRAL, ENTERPRISE or COLLECTIVE.
    #[schema(
        example = "DEPARTMENT",
        max_length = 32,
        pattern = "^(COMMITTEE|DEPARTMENT|DISTRICT|PRESS|CENTRE|PARTY|CENTRAL|ENTERPRISE|COLLECTIVE)$"
    )]
    pub kind: String,
    /// A finer kind, e.g. `provincial_department`; null where none is told.
    #[schema(max_length = 100)]
    pub subkind: Option<String>,
    /// Code.
    #[schema(max_length = 64)]
    pub parent: Option<String>,
    #[serde(flatten)]
    pub attested: Attested,
}

/// An electronic code of an agency for a time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeTerm {
    /// No key, as codes change with the schemes.
    #[schema(example = "H24.13", max_length = 35)]
    pub code: String,
    /// `QCVN_102_2016`: QCVN 102:2016/BTTTT, e.g. 000.00.13.H24; `QD_20_2020`: decision 20/2020/QĐ-TTg, e.g. H24.13.
    #[schema(example = "QD_20_2020", max_length = 32, pattern = "^(QCVN_102_2016|QD_20_2020)$")]
    pub scheme: String,
    #[serde(flatten)]
    pub attested: Attested,
}

/// How the roll of a collective was to be read for a time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RollTerm {
    /// CLOSED: a fixed list; FILTERED: only the relevant ones; OPEN: whoever falls under the words.
    #[schema(max_length = 16, pattern = "^(CLOSED|FILTERED|OPEN)$")]
    pub rule: String,
    /// Whether the roll is known to be whole.
    pub is_complete: bool,
    #[serde(flatten)]
    pub attested: Attested,
}

/// A body on the roll of a collective for a time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberTerm {
    /// Code.
    #[schema(max_length = 64)]
    pub agency: String,
    #[serde(flatten)]
    pub attested: Attested,
}

/// Who held a post of an agency for a time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostHolder {
    /// The post.
    #[schema(example = "Phó Chủ tịch", max_length = 200)]
    pub title: String,
    /// Whoever holds the post heads the agency.
    pub is_head: bool,
    /// As the document prints it.
    #[schema(max_length = 200)]
    pub name: String,
    /// In charge without being appointed.
    pub is_acting: bool,
    /// The first day on which they held the post.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which somebody else held it, or nobody.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document.
    pub basis: Uuid,
    #[serde(flatten)]
    pub place: Place,
    /// Identifier of the document by which the post fell vacant; null where the next one followed, or the agency is no more.
    pub ended_by: Option<Uuid>,
    /// Where in that document it stands.
    #[schema(max_length = 200)]
    pub ended_by_section: Option<String>,
    /// Its words there, verbatim.
    #[schema(max_length = 5000)]
    pub ended_by_quote: Option<String>,
}

impl PostHolder {
    fn of((post, holder): (&model::Post, &model::Holder), places: &Places) -> Self {
        let end = places.of_rank(holder.id.uuid(), holder.ended_by, ENDS);
        Self {
            title: post.title.to_string(),
            is_head: post.is_head,
            name: holder.name.to_string(),
            is_acting: holder.is_acting,
            valid_from: holder.validity.from,
            valid_to: holder.validity.to,
            basis: holder.basis.uuid(),
            place: places.of_rank(holder.id.uuid(), Some(holder.basis), BEGINS),
            ended_by: holder.ended_by.map(Id::uuid),
            ended_by_section: end.section,
            ended_by_quote: end.quote,
        }
    }
}

/// When something holds, by which document, and how well it is attested.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attested {
    /// The first day on which it holds; null where nothing earlier is known.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer held.
    pub valid_to: Option<NaiveDate>,
    /// Identifier of the document.
    pub basis: Option<Uuid>,
    #[serde(flatten)]
    pub place: Place,
    /// Where it is attested, where that is told beside the document.
    #[schema(max_length = 1000)]
    pub source: Option<String>,
    /// How sure that is; null where the document itself says it.
    #[schema(max_length = 16, pattern = "^(HIGH|MEDIUM|LOW)$")]
    pub confidence: Option<String>,
    /// Somebody who knows has yet to say that it is so.
    pub to_confirm: bool,
}

impl Attested {
    fn of(validity: Validity, basis: (Option<DocumentId>, Place), attestation: Option<&model::Attestation>) -> Self {
        let (basis, place) = basis;
        Self {
            valid_from: validity.from,
            valid_to: validity.to,
            basis: basis.map(Id::uuid),
            place,
            source: attestation.map(|attestation| attestation.source.to_string()),
            confidence: attestation.map(|attestation| attestation.confidence.label().to_owned()),
            to_confirm: attestation.is_some_and(|attestation| attestation.to_confirm),
        }
    }
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
    /// Electronic codes, past and present.
    #[schema(max_items = 1000)]
    pub codes: Vec<CodeTerm>,
    /// Everybody who ever held a post of it, heads and others, in the order of time.
    #[schema(max_items = 10000)]
    pub post_holders: Vec<PostHolder>,
    /// How the roll of a collective was to be read, in the order of time.
    #[schema(max_items = 1000)]
    pub rolls: Vec<RollTerm>,
    /// Everybody who ever was on the roll of a collective.
    #[schema(max_items = 10000)]
    pub memberships: Vec<MemberTerm>,
    /// In the order of time.
    #[schema(max_items = 1000)]
    pub events: Vec<AgencyEventEntry>,
}

impl AgencyHistory {
    /// What in it rests on documents.
    pub fn rows(agency: &model::Agency, events: &[AgencyEvent]) -> Vec<Uuid> {
        let versions = agency.versions.iter().map(|version| version.id.uuid());
        let codes = agency.codes.iter().map(|code| code.id.uuid());
        let rolls = agency.rolls.iter().map(|roll| roll.id.uuid());
        let holders = agency.holders().into_iter().map(|(_, holder)| holder.id.uuid());
        versions.chain(codes).chain(rolls).chain(holders).chain(events.iter().map(|event| event.id.uuid())).collect()
    }

    pub fn of(
        agency: &model::Agency,
        events: &[AgencyEvent],
        (catalogue, places): (&Catalogue, &Places),
        days: (NaiveDate, NaiveDate),
        liked: Liked,
    ) -> Self {
        let term = |version: &model::AgencyVersion| {
            let attested =
                Attested::of(version.validity, (version.basis, places.at(version.id.uuid(), version.basis)), version.attestation.as_ref());
            AgencyTerm {
                name: version.name.vi.to_string(),
                name_text: version.name.get(liked).into(),
                short_name: version.short_name.as_deref().map(str::to_owned),
                kind: version.kind.label().to_owned(),
                subkind: version.subkind.as_deref().map(str::to_owned),
                parent: catalogue.agency_code(version.parent).map(|code| code.to_string()),
                attested,
            }
        };
        let code = |known: &model::AgencyCode| CodeTerm {
            code: known.code.to_string(),
            scheme: known.scheme.label().to_owned(),
            attested: Attested::of(known.validity, (known.basis, places.at(known.id.uuid(), known.basis)), known.attestation.as_ref()),
        };
        let roll = |roll: &model::Roll| RollTerm {
            rule: roll.rule.rule.label().to_owned(),
            is_complete: roll.rule.complete,
            attested: Attested::of(roll.validity, (roll.basis, places.at(roll.id.uuid(), roll.basis)), roll.attestation.as_ref()),
        };
        // A place on a roll stands where the roll does that gave it.
        let by_roll = |member: &model::AgencyMember| {
            let roll = agency.rolls.iter().find(|roll| (roll.validity.from, roll.basis) == (member.validity.from, member.basis));
            roll.map(|roll| places.at(roll.id.uuid(), roll.basis)).unwrap_or_default()
        };
        let member = |member: &model::AgencyMember| MemberTerm {
            agency: catalogue.agency_code(Some(member.agency)).map(|code| code.to_string()).unwrap_or_default(),
            attested: Attested::of(member.validity, (member.basis, by_roll(member)), member.attestation.as_ref()),
        };
        Self {
            agency: Agency::of(agency, catalogue, days, liked),
            history: agency.versions.iter().map(term).collect(),
            codes: agency.codes.iter().map(code).collect(),
            post_holders: agency.holders().into_iter().map(|held| PostHolder::of(held, places)).collect(),
            rolls: agency.rolls.iter().map(roll).collect(),
            memberships: agency.members.iter().map(member).collect(),
            events: events.iter().map(|event| AgencyEventEntry::of(event, catalogue, places)).collect(),
        }
    }
}

page!(AgencyPage of Agency, "A page of agencies.");
