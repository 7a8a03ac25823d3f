//! How targets are measured, and which values documents state, as REST takes it.
//! Must not decide which fields belong to which measure; it hands over what is given.
//! What is told is `target_evaluation`; see `app::target`.

use app::target::{NewDefinition, NewValue, StatedAs};
use chrono::NaiveDate;
use domain::{
    programme::Certainty,
    target::{Disaggregation, Finality, Measure, Reckoning, TargetDirection},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::target_evaluation::SupportingFigure;

/// A share to reach.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewPercentage {
    /// What is counted, in words.
    #[schema(min_length = 1, max_length = 2000)]
    pub numerator: String,
    /// What it is counted against, in words.
    #[schema(min_length = 1, max_length = 2000)]
    pub denominator: String,
    /// In hundredths of a per cent.
    #[schema(minimum = 0, maximum = 10000)]
    pub goal: u32,
}

/// Everything of a set: languages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewSetCoverage {
    /// Languages that must all be there, for example "en".
    #[schema(max_items = 500)]
    pub required: Vec<String>,
}

/// Everything of a table: outlet, item and content.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMatrix {
    /// Codes of the channels or agencies.
    #[schema(max_items = 500)]
    pub outlets: Vec<String>,
    /// Languages, for example "en".
    #[schema(max_items = 500)]
    pub items: Vec<String>,
    /// Kinds of content, for example "tin tức"; each outlet must have each in each language.
    #[schema(max_items = 500)]
    pub contents: Vec<String>,
}

/// A number that every member reaches.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCountPerMember {
    /// Codes of agencies.
    #[schema(max_items = 500)]
    pub members: Vec<String>,
    /// The number that each of them must reach.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub at_least: u64,
}

/// A number between two: reached from the smaller one on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewRange {
    /// The number from which on it is met.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub min: u64,
    /// Beyond it is shown and no error; not smaller than `min`.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub max: u64,
}

/// A number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCount {
    /// The number to reach; with `AT_MOST` the number not to exceed.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub goal: u64,
}

/// Words, with supporting figures: it has no fields.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewQualitative {}

/// Where a target began.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewBaseline {
    /// As a value of its measure is written, for example "12.50".
    #[schema(min_length = 1, max_length = 100)]
    pub value: String,
    /// The day that it is of.
    pub on: NaiveDate,
    /// Number or identifier.
    #[schema(min_length = 1, max_length = 200)]
    pub document: Option<String>,
}

/// A version of how a target is measured; what is left out stays as it was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewTargetDefinition {
    /// The first day on which it holds; after that of the version before.
    pub from: NaiveDate,
    /// Number or identifier of the document that says so.
    #[schema(min_length = 1, max_length = 200)]
    pub basis: String,
    /// The definition in words.
    #[schema(min_length = 1, max_length = 4000)]
    pub words: String,
    /// One measure at most. Of a share: what it is of what, and how much of it is to be reached.
    pub percentage: Option<NewPercentage>,
    /// Everything of a set.
    pub set_coverage: Option<NewSetCoverage>,
    /// Everything of a table.
    pub matrix: Option<NewMatrix>,
    /// A number that every member reaches.
    pub count_per_member: Option<NewCountPerMember>,
    /// A number between two.
    pub range: Option<NewRange>,
    /// A number.
    pub count: Option<NewCount>,
    /// Words, with supporting figures.
    pub qualitative: Option<NewQualitative>,
    /// Whether more is better, or less; `AT_MOST` for a share or a number only.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(AT_LEAST|AT_MOST)$")]
    pub direction: Option<TargetDirection>,
    /// Whether values of the years add up from the first year on, or each year stands for itself.
    pub is_cumulative: Option<bool>,
    /// The last year for it.
    #[schema(minimum = 1945, maximum = 2200)]
    pub due_year: Option<i32>,
    /// Where it began, with the document that states that.
    pub baseline: Option<NewBaseline>,
    /// By what parts of the value are told; only what parts of this measure add up over.
    #[schema(value_type = Option<Vec<String>>, max_items = 5, max_length = 16, pattern = "^(AGENCY|YEAR|LANGUAGE|OUTLET|AUDIENCE)$")]
    pub disaggregations: Option<Vec<Disaggregation>>,
    /// Codes of the agencies, collectives or outlets over which it is counted, or kinds of deliverables that count.
    #[schema(max_items = 500)]
    pub population: Option<Vec<String>>,
    /// Where values come from; it must be able to give values of the measure.
    #[schema(value_type = Option<String>, max_length = 32, pattern = "^(ACCEPTED_REPORTS|PEOPLE_TRAINED|STAFF_QUALIFIED|EDITIONS|DELIVERABLES|STATED)$")]
    pub reckoning: Option<Reckoning>,
    /// INFERRED where nothing is said, whatever the version before had.
    #[schema(value_type = Option<String>, max_length = 16, pattern = "^(STATED|INFERRED)$")]
    pub certainty: Option<Certainty>,
}

impl From<NewTargetDefinition> for NewDefinition {
    fn from(body: NewTargetDefinition) -> Self {
        let percentage = body.percentage.map(|one| Measure::Percentage {
            numerator: one.numerator.into(),
            denominator: one.denominator.into(),
            goal: one.goal,
        });
        let set = body.set_coverage.map(|one| Measure::SetCoverage { required: one.required.into_iter().collect() });
        let matrix = body.matrix.map(|one| Measure::Matrix {
            outlets: one.outlets.into_iter().collect(),
            items: one.items.into_iter().collect(),
            contents: one.contents.into_iter().collect(),
        });
        let members =
            body.count_per_member.map(|one| Measure::CountPerMember { members: one.members.into_iter().collect(), at_least: one.at_least });
        let range = body.range.map(|one| Measure::Range { min: one.min, max: one.max });
        let count = body.count.map(|one| Measure::Count { goal: one.goal });
        let words = body.qualitative.map(|NewQualitative {}| Measure::Qualitative);
        Self {
            from: body.from,
            basis: body.basis,
            words: body.words,
            measures: [percentage, set, matrix, members, range, count, words].into_iter().flatten().collect(),
            direction: body.direction,
            is_cumulative: body.is_cumulative,
            due_year: body.due_year,
            baseline: body.baseline.map(|baseline| (baseline.value, baseline.on, baseline.document)),
            disaggregations: body.disaggregations,
            population: body.population,
            reckoning: body.reckoning,
            certainty: body.certainty,
        }
    }
}

/// Part and whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewShare {
    /// How many of the whole.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub part: u64,
    /// Of how many.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub whole: u64,
}

/// Words, with figures beside them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewNarrative {
    /// What is reached, in words.
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
    /// Figures beside the words.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub figures: Vec<SupportingFigure>,
}

/// Outlet, item and content of a table.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCell {
    /// Code of the channel or agency.
    #[schema(min_length = 1, max_length = 200)]
    pub outlet: String,
    /// Language, for example "en".
    #[schema(min_length = 1, max_length = 200)]
    pub item: String,
    /// Kind of content, for example "tin tức".
    #[schema(min_length = 1, max_length = 200)]
    pub content: String,
}

/// How many a member has.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewMemberCount {
    /// Code.
    #[schema(min_length = 1, max_length = 64)]
    pub agency: String,
    /// How many it has.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub count: u64,
}

/// A value that a document states: a share, a count, words, or what there is of a set, a table or members; one of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewTargetValue {
    /// The year that it is stated for.
    #[schema(minimum = 1945, maximum = 2200)]
    pub year: i32,
    /// Of a share.
    pub share: Option<NewShare>,
    /// Of a number or a range.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_u64)]
    pub count: Option<u64>,
    /// Of a qualitative target.
    pub narrative: Option<NewNarrative>,
    /// What there is of a set.
    #[schema(max_items = 500)]
    pub items: Option<Vec<String>>,
    /// What there is of a table.
    #[schema(max_items = 500)]
    pub cells: Option<Vec<NewCell>>,
    /// How many each member has; one that is left out has none on record.
    #[schema(max_items = 500)]
    pub members: Option<Vec<NewMemberCount>>,
    /// Whether the value may still change with its year.
    #[schema(value_type = String, max_length = 16, pattern = "^(ESTIMATE|FINAL)$")]
    pub finality: Finality,
    /// The day as of which the document states it.
    pub on: NaiveDate,
    /// Number or identifier.
    #[schema(min_length = 1, max_length = 200)]
    pub document: String,
}

impl NewTargetValue {
    /// The value, if exactly one is given.
    pub fn read(self) -> Option<NewValue> {
        let narrative = |one: NewNarrative| {
            let figures = one.figures.into_iter().map(|figure| (figure.label, figure.value)).collect();
            StatedAs::Narrative { text: one.text, figures }
        };
        let cells = |all: Vec<NewCell>| StatedAs::Cells(all.into_iter().map(|cell| (cell.outlet, cell.item, cell.content)).collect());
        let members = |all: Vec<NewMemberCount>| StatedAs::Members(all.into_iter().map(|one| (one.agency, one.count)).collect());
        let given = [
            self.share.map(|share| StatedAs::Share { part: share.part, whole: share.whole }),
            self.count.map(StatedAs::Count),
            self.narrative.map(narrative),
            self.items.map(StatedAs::Items),
            self.cells.map(cells),
            self.members.map(members),
        ];
        let mut given = given.into_iter().flatten();
        let (Some(value), None) = (given.next(), given.next()) else { return None };
        Some(NewValue { year: self.year, value, finality: self.finality, on: self.on, document: self.document })
    }
}
