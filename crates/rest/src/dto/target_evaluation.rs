//! What is reached of targets, and how they are measured, as REST shows and takes it.
//! Must not show no data as nought.
//! What is taken is `target_definition`; see `app::target`.

use app::{
    catalogue::Catalogue,
    target::{AgencyValue, Alternative, Evaluated, Source, StatedBeside},
};
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    target::{Actual, Definition, Evaluation, Measure, Missing, Part, RecordRef},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    page::page,
    text::{Text, Texts},
};

/// As of when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct TargetParams {
    /// The day as of which values are known, and whose definitions hold; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// The year whose values are told; that of the day where nothing is said.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
}

/// As of when, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct TargetRecordParams {
    /// As for the evaluations.
    pub as_of: Option<NaiveDate>,
    /// As for the evaluations.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// A figure beside words.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SupportingFigure {
    /// What the figure tells.
    #[schema(min_length = 1, max_length = 500)]
    pub label: String,
    /// The figure as it was typed in.
    #[schema(min_length = 1, max_length = 500)]
    pub value: String,
}

/// A value. Which of the fields belong to it depends on how its target is measured; what is null is not on record, or hidden.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetValue {
    /// Of a share: its part at the least and at the most.
    pub at_least: Option<u64>,
    /// The same as `atLeast` where the part is exact.
    pub at_most: Option<u64>,
    /// Of a share: its whole.
    pub whole: Option<u64>,
    /// In per cent with two digits.
    #[schema(max_length = 32)]
    pub percent_at_least: Option<String>,
    /// The same as `percentAtLeast` where the share is exact.
    #[schema(max_length = 32)]
    pub percent_at_most: Option<String>,
    /// Of a number: how many there are.
    pub count: Option<u64>,
    /// Of a qualitative target.
    #[schema(max_length = 4000)]
    pub narrative: Option<String>,
    /// Beside the words of a qualitative target.
    pub figures: Vec<SupportingFigure>,
    /// What there is of a set, a table or members: `en`, `outlet / en / news`, `so-tttt: 2`.
    pub there: Vec<String>,
    /// What is missing of it.
    pub missing: Vec<String>,
}

impl TargetValue {
    fn of(value: &Actual, evaluation: &Evaluation) -> Self {
        let missing = |missing: &Missing| match missing {
            Missing::Item(item) => item.clone(),
            Missing::Cell(outlet, item, content) => format!("{outlet} / {item} / {content}"),
            Missing::Member(member, has) => format!("{member}: {has}"),
            Missing::MemberWithoutData(member) => format!("{member}: –"),
        };
        let share = evaluation.share;
        let mut told = Self {
            percent_at_least: share.and_then(|(low, _)| low.percent()),
            percent_at_most: share.and_then(|(_, high)| high.percent()),
            count: evaluation.count,
            missing: evaluation.missing.iter().map(missing).collect(),
            ..Self::default()
        };
        match value {
            Actual::Share { at_least, at_most, whole } => (told.at_least, told.at_most, told.whole) = (*at_least, *at_most, *whole),
            Actual::Narrative { text, figures } => {
                told.narrative.clone_from(text);
                let figure = |(label, value): &(String, String)| SupportingFigure { label: label.clone(), value: value.clone() };
                told.figures = figures.iter().map(figure).collect();
            }
            Actual::Items(items) => told.there = items.iter().flatten().cloned().collect(),
            Actual::Cells(cells) => {
                told.there = cells.iter().flatten().map(|(outlet, item, content)| format!("{outlet} / {item} / {content}")).collect();
            }
            Actual::PerMember(members) => told.there = members.iter().map(|(member, count)| format!("{member}: {count}")).collect(),
            Actual::Count(_) => {}
        }
        told
    }
}

/// The share of another whole.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetAlternative {
    /// `ALL_STAFF` or `IN_CHARGE`.
    #[schema(example = "IN_CHARGE", max_length = 16, pattern = "^(ALL_STAFF|IN_CHARGE)$")]
    pub base: String,
    /// How the value stands to the goal.
    #[schema(example = "MET", max_length = 16, pattern = "^(NO_DATA|UNDETERMINED|IN_PROGRESS|NOT_MET|MET|EXCEEDED|DESCRIBED)$")]
    pub status: String,
    /// The share of this whole.
    pub value: TargetValue,
    /// How many agencies have not told theirs: without them there is no share.
    pub missing_agencies: u64,
    /// Figures of a few people are not told: nothing is told that they follow from.
    pub is_suppressed: bool,
}

/// What one agency contributes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetOfAgency {
    /// Code of the agency.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// How the agency's value stands to the goal by itself.
    #[schema(example = "MET", max_length = 16, pattern = "^(NO_DATA|UNDETERMINED|IN_PROGRESS|NOT_MET|MET|EXCEEDED|DESCRIBED)$")]
    pub status: String,
    /// The agency's own value, over its own whole.
    pub value: TargetValue,
}

/// How a target is measured.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetDefinition {
    /// From 1: what the decision's own words give.
    pub version: u32,
    /// `PERCENTAGE`, `SET_COVERAGE`, `MATRIX`, `QUALITATIVE`, `COUNT_PER_MEMBER`, `RANGE` or `COUNT`.
    #[schema(max_length = 32, pattern = "^(PERCENTAGE|SET_COVERAGE|MATRIX|QUALITATIVE|COUNT_PER_MEMBER|RANGE|COUNT)$")]
    pub measure: String,
    /// What is counted, of a share.
    #[schema(max_length = 4000)]
    pub numerator: Option<String>,
    /// What it is counted against, of a share.
    #[schema(max_length = 4000)]
    pub denominator: Option<String>,
    /// Of a share in hundredths of a per cent; else the number, or the smaller one of a range.
    pub goal: Option<u64>,
    /// The larger number of a range: beyond it is shown and no error.
    pub goal_max: Option<u64>,
    /// Outlets of a table.
    pub outlets: Vec<String>,
    /// Of a set or a table: languages; of members: their codes.
    pub items: Vec<String>,
    /// Contents of a table.
    pub contents: Vec<String>,
    /// Whether more is better, or less.
    #[schema(max_length = 16, pattern = "^(AT_LEAST|AT_MOST)$")]
    pub direction: String,
    /// Whether values of the years add up from the first year on, or each year stands for itself.
    pub is_cumulative: bool,
    /// The last year for it; null where none is stated, and the programme's end holds.
    pub due_year: Option<i32>,
    /// As a value of its measure is written, for example "12.50". Null where nothing says where it began.
    #[schema(max_length = 100)]
    pub baseline: Option<String>,
    /// The day that the baseline is of.
    pub baseline_on: Option<NaiveDate>,
    /// The document that states the baseline.
    pub baseline_document: Option<Uuid>,
    /// By what `parts` of the value are told.
    #[schema(max_length = 16, pattern = "^(AGENCY|YEAR|LANGUAGE|OUTLET|AUDIENCE)$")]
    pub disaggregations: Vec<String>,
    /// Codes over which it is counted; empty where nothing says over which.
    pub population: Vec<String>,
    /// Where values come from.
    #[schema(
        example = "PEOPLE_TRAINED",
        max_length = 32,
        pattern = "^(ACCEPTED_REPORTS|PEOPLE_TRAINED|STAFF_QUALIFIED|EDITIONS|DELIVERABLES|STATED)$"
    )]
    pub reckoning: String,
    /// `STATED` by the decision, or `INFERRED` by a reader.
    #[schema(max_length = 16, pattern = "^(STATED|INFERRED)$")]
    pub certainty: String,
    /// The definition in words.
    #[schema(max_length = 4000)]
    pub words: String,
    /// The document that says so; null for what the decision's own words give.
    pub basis: Option<Uuid>,
    /// The first day on which it holds; null for what the decision's own words give.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which another version holds; null while it does.
    pub valid_to: Option<NaiveDate>,
}

impl TargetDefinition {
    fn of(definition: &Definition) -> Self {
        let (kind, goal, goal_max) = match &definition.measure {
            Measure::Percentage { goal, .. } => ("PERCENTAGE", Some(u64::from(*goal)), None),
            Measure::SetCoverage { required } => ("SET_COVERAGE", Some(required.len() as u64), None),
            Measure::Matrix { outlets, items, contents } => ("MATRIX", Some((outlets.len() * items.len() * contents.len()) as u64), None),
            Measure::Qualitative => ("QUALITATIVE", None, None),
            Measure::CountPerMember { at_least, .. } => ("COUNT_PER_MEMBER", Some(*at_least), None),
            Measure::Range { min, max } => ("RANGE", Some(*min), Some(*max)),
            Measure::Count { goal } => ("COUNT", Some(*goal), None),
        };
        let named = match &definition.measure {
            Measure::Percentage { numerator, denominator, .. } => Some((numerator.to_string(), denominator.to_string())),
            _ => None,
        };
        let (numerator, denominator) = named.unzip();
        let all = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<String>>();
        let (outlets, items, contents) = match &definition.measure {
            Measure::SetCoverage { required } => (Vec::new(), all(required), Vec::new()),
            Measure::Matrix { outlets, items, contents } => (all(outlets), all(items), all(contents)),
            Measure::CountPerMember { members, .. } => (Vec::new(), all(members), Vec::new()),
            _ => (Vec::new(), Vec::new(), Vec::new()),
        };
        let baseline = definition.baseline.as_ref();
        Self {
            version: definition.version,
            measure: kind.into(),
            numerator,
            denominator,
            goal,
            goal_max,
            outlets,
            items,
            contents,
            direction: definition.direction.label().into(),
            is_cumulative: definition.is_cumulative,
            due_year: definition.due_year,
            baseline: baseline.map(|baseline| baseline.value.to_string()),
            baseline_on: baseline.map(|baseline| baseline.on),
            baseline_document: baseline.and_then(|baseline| baseline.document).map(domain::id::Id::uuid),
            disaggregations: definition.disaggregations.iter().map(|one| one.label().into()).collect(),
            population: definition.population.iter().map(ToString::to_string).collect(),
            reckoning: definition.reckoning.label().into(),
            certainty: definition.certainty.label().into(),
            words: definition.words.to_string(),
            basis: definition.basis.map(domain::id::Id::uuid),
            valid_from: definition.validity.from,
            valid_to: definition.validity.to,
        }
    }
}

/// A part of a value; the parts of one dimension add up to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetPart {
    /// `AGENCY`, `YEAR`, `LANGUAGE` or `OUTLET`.
    #[schema(max_length = 16, pattern = "^(AGENCY|YEAR|LANGUAGE|OUTLET)$")]
    pub dimension: String,
    /// Code of an agency, a language, an outlet or a year.
    #[schema(max_length = 200)]
    pub key: String,
    /// Null where nothing is on record of it.
    pub reached: Option<u64>,
    /// Of how many; null where the whole has no such part.
    pub of: Option<u64>,
}

impl From<&Part> for TargetPart {
    fn from(part: &Part) -> Self {
        Self { dimension: part.dimension.label().into(), key: part.key.clone(), reached: part.reached, of: part.of }
    }
}

/// Where a target began, and what changed since.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetBaseline {
    /// As a value of its measure is written, for example "12.50".
    #[schema(max_length = 100)]
    pub value: String,
    /// The day that it is of.
    pub on: NaiveDate,
    /// The document that states it; null where none is named.
    pub document: Option<Uuid>,
    /// Of a share in points of a per cent; null where either is not known, or a range.
    #[schema(max_length = 32)]
    pub change: Option<String>,
}

/// A value that a document states.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetStated {
    /// The year that it is stated for; of a number that adds up, perhaps one before the year that is told.
    pub year: i32,
    /// How the value stands to the goal.
    #[schema(example = "MET", max_length = 16, pattern = "^(NO_DATA|UNDETERMINED|IN_PROGRESS|NOT_MET|MET|EXCEEDED|DESCRIBED)$")]
    pub status: String,
    /// What the document states.
    pub value: TargetValue,
    /// Whether the value may still change with its year.
    #[schema(example = "FINAL", max_length = 16, pattern = "^(ESTIMATE|FINAL)$")]
    pub finality: String,
    /// The document that states it.
    pub document: Uuid,
    /// The day as of which the document states it.
    pub on: NaiveDate,
    /// Identifier of the account that typed it in.
    pub by: Uuid,
}

impl From<&StatedBeside> for TargetStated {
    fn from(stated: &StatedBeside) -> Self {
        Self {
            year: stated.year,
            status: stated.evaluation.status.label().into(),
            value: TargetValue::of(&stated.value, &stated.evaluation),
            finality: stated.finality.label().into(),
            document: stated.document.uuid(),
            on: stated.on,
            by: stated.by.uuid(),
        }
    }
}

/// What is reached of a target.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetEvaluation {
    /// Code.
    #[schema(max_length = 64)]
    pub target: String,
    /// The words of the decision.
    #[schema(max_length = 4000)]
    pub text: String,
    /// The same in the language that the caller likes best.
    pub indicator_text: Text,
    /// The year whose value it is.
    pub year: i32,
    /// The day that the value is of.
    pub as_of: NaiveDate,
    /// Of figures of people: `RELEASED`, or `NOT_RELEASED`, which is no data; `LIVE` where a value is told as it is by now.
    #[schema(example = "RELEASED", max_length = 16, pattern = "^(LIVE|RELEASED|NOT_RELEASED)$")]
    pub publication: String,
    /// `NO_DATA`, `UNDETERMINED`, `IN_PROGRESS`, `NOT_MET`, `MET`, `EXCEEDED` or `DESCRIBED`.
    #[schema(example = "MET", max_length = 16, pattern = "^(NO_DATA|UNDETERMINED|IN_PROGRESS|NOT_MET|MET|EXCEEDED|DESCRIBED)$")]
    pub status: String,
    /// What is reached.
    pub value: TargetValue,
    /// Shares of other wholes, side by side.
    pub alternatives: Vec<TargetAlternative>,
    /// By agency, as far as the caller may know of it.
    pub by_agency: Vec<TargetOfAgency>,
    /// Parts by the dimensions of the definition.
    pub parts: Vec<TargetPart>,
    /// Where the target began, with what changed since.
    pub baseline: Option<TargetBaseline>,
    /// What a document states of the year, beside what is on record and never merged with it.
    pub stated: Option<TargetStated>,
    /// `ESTIMATE` while the year may still change it, else `FINAL`.
    #[schema(example = "FINAL", max_length = 16, pattern = "^(ESTIMATE|FINAL)$")]
    pub finality: String,
    /// `NOTHING` on record, `RECORDED`, or `STATED` by a document.
    #[schema(example = "RECORDED", max_length = 16, pattern = "^(NOTHING|RECORDED|STATED)$")]
    pub source: String,
    /// Of a stated value.
    pub document: Option<Uuid>,
    /// The day as of which the document states it.
    pub stated_on: Option<NaiveDate>,
    /// Identifier of the account that typed it in.
    pub stated_by: Option<Uuid>,
    /// Figures of a few people are not told: nothing is told that they follow from.
    pub is_suppressed: bool,
    /// How many records the value rests on, of those that the caller may know of; they are listed under `/records`.
    pub records: u64,
    /// How it is measured, by the version by which the value was found.
    pub definition: TargetDefinition,
}

impl TargetEvaluation {
    pub fn of(one: &Evaluated, catalogue: &Catalogue, texts: &Texts) -> Self {
        let alternative = |other: &Alternative| TargetAlternative {
            base: other.base.label().into(),
            status: other.evaluation.status.label().into(),
            value: TargetValue::of(&other.value, &other.evaluation),
            missing_agencies: other.missing as u64,
            is_suppressed: other.is_suppressed,
        };
        let of_agency = |value: &AgencyValue| TargetOfAgency {
            agency: catalogue.agency_code(Some(value.agency)).map(|code| code.to_string()),
            status: value.evaluation.status.label().into(),
            value: TargetValue::of(&value.value, &value.evaluation),
        };
        let (source, stated) = match one.source {
            Source::Nothing => ("NOTHING", None),
            Source::Recorded => ("RECORDED", None),
            Source::Stated { by, document, on } => ("STATED", Some((by.uuid(), document.uuid(), on))),
        };
        Self {
            target: one.target.code.clone(),
            text: one.target.text.clone(),
            indicator_text: texts.target(&one.target),
            year: one.year,
            as_of: one.as_of,
            publication: one.publication.label().into(),
            status: one.evaluation.status.label().into(),
            value: TargetValue::of(&one.value, &one.evaluation),
            alternatives: one.alternatives.iter().map(alternative).collect(),
            by_agency: one.by_agency.iter().map(of_agency).collect(),
            parts: one.parts.iter().map(Into::into).collect(),
            baseline: one.definition.baseline.as_ref().map(|baseline| TargetBaseline {
                value: baseline.value.to_string(),
                on: baseline.on,
                document: baseline.document.map(domain::id::Id::uuid),
                change: one.change.clone(),
            }),
            stated: one.stated.as_ref().map(Into::into),
            finality: one.finality.label().into(),
            source: source.into(),
            document: stated.map(|(_, document, _)| document),
            stated_on: stated.map(|(_, _, on)| on),
            stated_by: stated.map(|(by, _, _)| by),
            is_suppressed: one.is_suppressed,
            records: one.records.len() as u64,
            definition: TargetDefinition::of(&one.definition),
        }
    }
}

/// What is reached of every target of a programme.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetEvaluations {
    /// In the order of their codes.
    pub items: Vec<TargetEvaluation>,
}

/// A record that a value rests on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetRecord {
    /// `DELIVERABLE`, `PARTICIPATION`, `STAFF_ROLL` or `REPORT`.
    #[schema(max_length = 16, pattern = "^(DELIVERABLE|PARTICIPATION|STAFF_ROLL|REPORT)$")]
    pub kind: String,
    /// The identifier of the record.
    pub id: Uuid,
    /// Code of the agency whose record it is.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
}

impl TargetRecord {
    pub fn of((record, agency): (RecordRef, AgencyId), catalogue: &Catalogue) -> Self {
        let agency = catalogue.agency_code(Some(agency)).map(|code| code.to_string());
        Self { kind: record.kind.label().into(), id: record.id, agency }
    }
}

page!(TargetRecordPage of TargetRecord, "A page of records that a value rests on.");
