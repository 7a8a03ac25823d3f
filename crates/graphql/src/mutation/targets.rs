//! How targets are measured, and which values documents state.
//! Must not decide anything.
//! The use cases are `app::target`.

use app::{
    target::{self, NewDefinition, NewValue, StatedAs},
    training,
};
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{
    error::{Code, Fault, Refusal},
    target::Measure,
};

use super::{Problem, admitted, after, settled};
use crate::{
    counts::Counts,
    enums::{
        Certainty,
        training::{Disaggregation, Finality, Reckoning, TargetDirection},
    },
    error::failure,
    types::{target_evaluation::TargetEvaluation, training_figures::TrainingFigures},
};

/// A share to reach.
#[derive(InputObject)]
struct PercentageInput {
    /// What is counted, in words.
    numerator: String,
    /// What it is counted against, in words.
    denominator: String,
    /// In hundredths of a per cent.
    goal: i32,
}

/// Everything of a set: languages.
#[derive(InputObject)]
struct SetCoverageInput {
    /// Languages that must all be there, for example "en".
    required: Vec<String>,
}

/// Everything of a table: outlet, item and content.
#[derive(InputObject)]
struct MatrixInput {
    /// Codes of the channels or agencies.
    outlets: Vec<String>,
    /// Languages, for example "en".
    items: Vec<String>,
    /// Kinds of content, for example "tin tức"; each outlet must have each in each language.
    contents: Vec<String>,
}

/// A number that every member reaches.
#[derive(InputObject)]
struct CountPerMemberInput {
    /// Codes of agencies.
    members: Vec<String>,
    /// The number that each of them must reach.
    at_least: i32,
}

/// A number between two: reached from the smaller one on.
#[derive(InputObject)]
struct RangeInput {
    /// The number from which on it is met.
    min: i32,
    /// Beyond it is shown and no error; not smaller than `min`.
    max: i32,
}

/// A number.
#[derive(InputObject)]
struct CountInput {
    /// The number to reach; with `AT_MOST` the number not to exceed.
    goal: i32,
}

/// Where a target began.
#[derive(InputObject)]
struct BaselineInput {
    /// As a value of its measure is written, for example "12.50".
    value: String,
    /// The day that it is of.
    on: NaiveDate,
    /// Number or identifier.
    document: Option<String>,
}

/// A version of how a target is measured; what is left out stays as it was.
#[derive(InputObject)]
struct TargetDefinitionInput {
    /// The first day on which it holds; after that of the version before.
    from: NaiveDate,
    /// Number or identifier of the document that says so.
    basis: String,
    /// The definition in words.
    words: String,
    /// One measure at most. A share of a named whole.
    percentage: Option<PercentageInput>,
    /// Everything of a set.
    set_coverage: Option<SetCoverageInput>,
    /// Everything of a table.
    matrix: Option<MatrixInput>,
    /// A number that every member reaches.
    count_per_member: Option<CountPerMemberInput>,
    /// A number between two.
    range: Option<RangeInput>,
    /// A number.
    count: Option<CountInput>,
    /// True: words, with supporting figures.
    #[graphql(default)]
    qualitative: bool,
    /// Whether more is better, or less; `AT_MOST` for a share or a number only.
    direction: Option<TargetDirection>,
    /// Whether values of the years add up from the first year on, or each year stands for itself.
    is_cumulative: Option<bool>,
    /// The last year for it.
    due_year: Option<i32>,
    /// Where it began, with the document that states that.
    baseline: Option<BaselineInput>,
    /// By what parts of the value are told; only what parts of this measure add up over.
    disaggregations: Option<Vec<Disaggregation>>,
    /// Codes of the agencies, collectives or outlets over which it is counted, or kinds of deliverables that count.
    population: Option<Vec<String>>,
    /// Where values come from; it must be able to give values of the measure.
    reckoning: Option<Reckoning>,
    /// INFERRED where nothing is said, whatever the version before had.
    certainty: Option<Certainty>,
}

impl TargetDefinitionInput {
    fn read(self) -> std::result::Result<NewDefinition, app::Error> {
        let mut counts = Counts::default();
        let percentage = self.percentage.map(|one| Measure::Percentage {
            numerator: one.numerator.into(),
            denominator: one.denominator.into(),
            goal: counts.one("/percentage/goal", one.goal),
        });
        let set = self.set_coverage.map(|one| Measure::SetCoverage { required: one.required.into_iter().collect() });
        let matrix = self.matrix.map(|one| Measure::Matrix {
            outlets: one.outlets.into_iter().collect(),
            items: one.items.into_iter().collect(),
            contents: one.contents.into_iter().collect(),
        });
        let members = self.count_per_member.map(|one| Measure::CountPerMember {
            members: one.members.into_iter().collect(),
            at_least: counts.one("/countPerMember/atLeast", one.at_least),
        });
        let range = self.range.map(|one| Measure::Range { min: counts.one("/range/min", one.min), max: counts.one("/range/max", one.max) });
        let count = self.count.map(|one| Measure::Count { goal: counts.one("/count/goal", one.goal) });
        let words = self.qualitative.then_some(Measure::Qualitative);
        let new = NewDefinition {
            from: self.from,
            basis: self.basis,
            words: self.words,
            measures: [percentage, set, matrix, members, range, count, words].into_iter().flatten().collect(),
            direction: self.direction.map(Into::into),
            is_cumulative: self.is_cumulative,
            due_year: self.due_year,
            baseline: self.baseline.map(|baseline| (baseline.value, baseline.on, baseline.document)),
            disaggregations: self.disaggregations.map(|all| all.into_iter().map(Into::into).collect()),
            population: self.population,
            reckoning: self.reckoning.map(Into::into),
            certainty: self.certainty.map(Into::into),
        };
        counts.held(new)
    }
}

/// Part and whole.
#[derive(InputObject)]
struct ShareInput {
    /// How many of the whole.
    part: i32,
    /// Of how many.
    whole: i32,
}

/// A figure beside words.
#[derive(InputObject)]
struct FigureInput {
    /// What the figure tells.
    label: String,
    /// The figure as it was typed in.
    value: String,
}

/// Words, with figures beside them.
#[derive(InputObject)]
struct NarrativeInput {
    /// What is reached, in words.
    text: String,
    /// Figures beside the words.
    #[graphql(default)]
    figures: Vec<FigureInput>,
}

/// Outlet, item and content of a table.
#[derive(InputObject)]
struct CellInput {
    /// Code of the channel or agency.
    outlet: String,
    /// Language, for example "en".
    item: String,
    /// Kind of content, for example "tin tức".
    content: String,
}

/// How many a member has.
#[derive(InputObject)]
struct MemberCountInput {
    /// Code.
    agency: String,
    /// How many it has.
    count: i32,
}

/// A value that a document states: a share, a count, words, or what there is of a set, a table or members; one of them.
#[derive(InputObject)]
struct TargetValueInput {
    /// The year that it is stated for.
    year: i32,
    /// Of a share.
    share: Option<ShareInput>,
    /// Of a number or a range.
    count: Option<i32>,
    /// Of a qualitative target.
    narrative: Option<NarrativeInput>,
    /// What there is of a set.
    items: Option<Vec<String>>,
    /// What there is of a table.
    cells: Option<Vec<CellInput>>,
    /// How many each member has; one that is left out has none on record.
    members: Option<Vec<MemberCountInput>>,
    /// Whether the value may still change with its year.
    finality: Finality,
    /// The day as of which the document states it.
    on: NaiveDate,
    /// Number or identifier.
    document: String,
}

impl TargetValueInput {
    fn read(self) -> std::result::Result<NewValue, app::Error> {
        let narrative = |one: NarrativeInput| {
            let figures = one.figures.into_iter().map(|figure| (figure.label, figure.value)).collect();
            StatedAs::Narrative { text: one.text, figures }
        };
        let cells = |all: Vec<CellInput>| StatedAs::Cells(all.into_iter().map(|cell| (cell.outlet, cell.item, cell.content)).collect());
        let mut counts = Counts::default();
        let given = [
            self.share.map(|share| StatedAs::Share {
                part: counts.one("/share/part", share.part),
                whole: counts.one("/share/whole", share.whole),
            }),
            self.count.map(|count| StatedAs::Count(counts.one("/count", count))),
            self.narrative.map(narrative),
            self.items.map(StatedAs::Items),
            self.cells.map(cells),
            self.members.map(|all| members(all, &mut counts)),
        ];
        let mut given = given.into_iter().flatten();
        let (Some(value), None) = (given.next(), given.next()) else {
            return Err(Refusal::with_faults(Code::BodyInvalid, vec![Fault::new("", Code::RuleBroken)]).into());
        };
        counts.held(NewValue { year: self.year, value, finality: self.finality.into(), on: self.on, document: self.document })
    }
}

fn members(all: Vec<MemberCountInput>, counts: &mut Counts) -> StatedAs {
    let one = |(i, one): (usize, MemberCountInput)| (one.agency, counts.one(&format!("/members/{i}/count"), one.count));
    StatedAs::Members(all.into_iter().enumerate().map(one).collect())
}

/// What came of it.
#[derive(SimpleObject)]
struct TargetPayload {
    /// What is reached of the target, as of the day in the input; of today where the programme was not there on it.
    evaluation: Option<TargetEvaluation>,
    /// Null when it is done.
    problem: Option<Problem>,
}

async fn evaluated(
    ctx: &Context<'_>,
    (programme, code): (&str, &str),
    on: NaiveDate,
    done: std::result::Result<(), app::Error>,
) -> Result<TargetPayload> {
    if let Err(problem) = settled(done)? {
        return Ok(TargetPayload { evaluation: None, problem: Some(problem) });
    }
    let found = target::by_code_near(after(ctx).await?, programme, code, on).await.map_err(|error| failure(&error))?;
    Ok(TargetPayload { evaluation: Some(TargetEvaluation(found)), problem: None })
}

/// A year whose figures of people everybody is told from now on.
#[derive(InputObject)]
struct TrainingReleaseInput {
    /// The calendar year in which the sessions began.
    year: i32,
    /// The day as of which figures are; today where nothing is said. Not before the day of the release before.
    as_of: Option<NaiveDate>,
    /// Number or identifier of the document by which it is released.
    document: Option<String>,
}

/// What came of a release.
#[derive(SimpleObject)]
struct TrainingReleasePayload {
    /// What everybody is told from now on.
    figures: Option<TrainingFigures>,
    /// Null when it is done.
    problem: Option<Problem>,
}

#[derive(Default)]
pub struct TargetsMutation;

#[Object]
impl TargetsMutation {
    /// Says how a target is measured from a day on, by a document; earlier versions stay for earlier days.
    async fn define_target(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        #[graphql(desc = "Code.")] target: String,
        input: TargetDefinitionInput,
    ) -> Result<TargetPayload> {
        let view = admitted(ctx, "defineTarget").await?;
        let from = input.from;
        let done = async { target::define(view.app(), view.ctx(), programme.clone(), target.clone(), input.read()?).await };
        evaluated(ctx, (&programme, &target), from, done.await).await
    }

    /// Releases a year's figures of people as of a day: everybody is told these until the year is released again.
    async fn release_training_figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        input: TrainingReleaseInput,
    ) -> Result<TrainingReleasePayload> {
        let view = admitted(ctx, "releaseTrainingFigures").await?;
        let new = training::NewRelease { year: input.year, as_of: input.as_of, document: input.document };
        Ok(match settled(training::release(view.app(), view.ctx(), programme, new).await)? {
            Err(problem) => TrainingReleasePayload { figures: None, problem: Some(problem) },
            Ok(figures) => TrainingReleasePayload { figures: Some(TrainingFigures(figures)), problem: None },
        })
    }

    /// Types in a value that a document states; the one typed in last for a year counts where nothing is on record.
    async fn state_target_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code.")] programme: String,
        #[graphql(desc = "Code.")] target: String,
        input: TargetValueInput,
    ) -> Result<TargetPayload> {
        let view = admitted(ctx, "stateTargetValue").await?;
        let on = input.on;
        let done = async { target::state(view.app(), view.ctx(), programme.clone(), target.clone(), input.read()?).await };
        evaluated(ctx, (&programme, &target), on, done.await).await
    }
}
