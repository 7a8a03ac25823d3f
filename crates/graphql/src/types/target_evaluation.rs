//! What is reached of targets, and how they are measured.
//! Must not show no data as nought.
//! The use cases are `app::target`; the words of targets are `target`.

use app::target::{self as model, AgencyValue, Alternative, Evaluated, Source, StatedBeside};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    target::{Actual, Baseline, Definition, Evaluation, Measure, Missing, Part, RecordRef},
};

use super::{agency, agency_on, document_opt, id, made_id, view};
use crate::{
    enums::{
        Certainty,
        training::{Disaggregation, Finality, Publication, Reckoning, RecordKind, StaffBase, TargetDirection, TargetStatus},
    },
    error::failure,
    paging::{Page, args, connection, total},
    types::{agency::Agency, document::Document},
};

/// A figure beside words.
#[derive(SimpleObject)]
pub struct SupportingFigure {
    /// What the figure tells.
    label: String,
    /// The figure as it was typed in.
    value: String,
}

/// A value. Which of the fields belong to it depends on how its target is measured; what is null is not on record, or hidden.
#[derive(Default, SimpleObject)]
pub struct TargetValue {
    /// Of a share: its part at the least and at the most.
    at_least: Option<u64>,
    /// The same as `atLeast` where the part is exact.
    at_most: Option<u64>,
    /// Of a share: its whole.
    whole: Option<u64>,
    /// In per cent with two digits.
    percent_at_least: Option<String>,
    /// The same as `percentAtLeast` where the share is exact.
    percent_at_most: Option<String>,
    /// Of a number: how many there are.
    count: Option<u64>,
    /// Of a qualitative target.
    narrative: Option<String>,
    /// Beside the words of a qualitative target.
    figures: Vec<SupportingFigure>,
    /// What there is of a set, a table or members: `en`, `outlet / en / news`, `so-tttt: 2`.
    there: Vec<String>,
    /// What is missing of it.
    missing: Vec<String>,
}

impl TargetValue {
    fn of(value: &Actual, evaluation: &Evaluation) -> Self {
        let missing = |missing: &Missing| match missing {
            Missing::Item(item) => item.clone(),
            Missing::Cell(outlet, item, content) => format!("{outlet} / {item} / {content}"),
            Missing::Member(member, has) => format!("{member}: {has}"),
            Missing::MemberWithoutData(member) => format!("{member}: –"),
        };
        let mut told = Self {
            percent_at_least: evaluation.share.and_then(|(low, _)| low.percent()),
            percent_at_most: evaluation.share.and_then(|(_, high)| high.percent()),
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
#[derive(SimpleObject)]
pub struct TargetAlternative {
    /// Over whom the share is counted.
    base: StaffBase,
    /// How the value stands to the goal.
    status: TargetStatus,
    /// The share of this whole.
    value: TargetValue,
    /// How many agencies have not told theirs: without them there is no share.
    missing_agencies: u64,
    /// Figures of a few people are not told: nothing is told that they follow from.
    is_suppressed: bool,
}

/// What one agency contributes.
pub struct TargetOfAgency(AgencyValue, NaiveDate);

/// What one agency contributes.
#[Object]
impl TargetOfAgency {
    /// As it was called on the day that the value is of.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.agency, Some(self.1)).await
    }

    /// How the agency's value stands to the goal by itself.
    async fn status(&self) -> TargetStatus {
        self.0.evaluation.status.into()
    }

    /// The agency's own value, over its own whole.
    async fn value(&self) -> TargetValue {
        TargetValue::of(&self.0.value, &self.0.evaluation)
    }
}

/// A part of a value; the parts of one dimension add up to it.
#[derive(SimpleObject)]
pub struct TargetPart {
    /// By what the value is broken down.
    dimension: Disaggregation,
    /// Code of an agency, a language, an outlet or a year.
    key: String,
    /// Null where nothing is on record of it.
    reached: Option<u64>,
    /// Of how many; null where the whole has no such part.
    of: Option<u64>,
}

impl From<&Part> for TargetPart {
    fn from(part: &Part) -> Self {
        Self { dimension: part.dimension.into(), key: part.key.clone(), reached: part.reached, of: part.of }
    }
}

/// Where a target began, and what changed since.
pub struct TargetBaseline(Baseline, Option<String>);

/// Where a target began, and what changed since.
#[Object]
impl TargetBaseline {
    /// As a value of its measure is written, for example "12.50".
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// The day that it is of.
    async fn on(&self) -> NaiveDate {
        self.0.on
    }

    /// The document that states it; null where none is named.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.document).await
    }

    /// Of a share in points of a per cent; null where either is not known, or a range.
    async fn change(&self) -> Option<&str> {
        self.1.as_deref()
    }
}

/// A value that a document states.
pub struct TargetStated(StatedBeside);

/// A value that a document states.
#[Object]
impl TargetStated {
    /// The year that it is stated for; of a number that adds up, perhaps one before the year that is told.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// How the value stands to the goal.
    async fn status(&self) -> TargetStatus {
        self.0.evaluation.status.into()
    }

    /// What the document states.
    async fn value(&self) -> TargetValue {
        TargetValue::of(&self.0.value, &self.0.evaluation)
    }

    /// Whether the value may still change with its year.
    async fn finality(&self) -> Finality {
        self.0.finality.into()
    }

    /// The document that states it.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, Some(self.0.document)).await
    }

    /// The day as of which the document states it.
    async fn on(&self) -> NaiveDate {
        self.0.on
    }

    /// Identifier of the account that typed it in.
    async fn by(&self) -> ID {
        id(self.0.by)
    }
}

/// How a target is measured.
pub struct TargetDefinition(Definition);

/// How a target is measured.
#[Object]
impl TargetDefinition {
    /// From 1: what the decision's own words give.
    async fn version(&self) -> u32 {
        self.0.version
    }

    /// What is counted, of a share.
    async fn numerator(&self) -> Option<&str> {
        match &self.0.measure {
            Measure::Percentage { numerator, .. } => Some(numerator),
            _ => None,
        }
    }

    /// What it is counted against, of a share.
    async fn denominator(&self) -> Option<&str> {
        match &self.0.measure {
            Measure::Percentage { denominator, .. } => Some(denominator),
            _ => None,
        }
    }

    /// Of a share in hundredths of a per cent; else the number, or the smaller one of a range.
    async fn goal(&self) -> Option<u64> {
        match &self.0.measure {
            Measure::Percentage { goal, .. } => Some(u64::from(*goal)),
            Measure::CountPerMember { at_least: goal, .. } | Measure::Range { min: goal, .. } | Measure::Count { goal } => Some(*goal),
            Measure::SetCoverage { .. } | Measure::Matrix { .. } | Measure::Qualitative => None,
        }
    }

    /// The larger number of a range: beyond it is shown and no error.
    async fn goal_max(&self) -> Option<u64> {
        match &self.0.measure {
            Measure::Range { max, .. } => Some(*max),
            _ => None,
        }
    }

    /// Whether more is better, or less.
    async fn direction(&self) -> TargetDirection {
        self.0.direction.into()
    }

    /// Whether values of the years add up from the first year on, or each year stands for itself.
    async fn is_cumulative(&self) -> bool {
        self.0.is_cumulative
    }

    /// The last year for it; null where none is stated, and the programme's end holds.
    async fn due_year(&self) -> Option<i32> {
        self.0.due_year
    }

    /// As a value of its measure is written, for example "12.50". Null where nothing says where it began.
    async fn baseline(&self) -> Option<&str> {
        self.0.baseline.as_ref().map(|baseline| &*baseline.value)
    }

    /// The day that the baseline is of.
    async fn baseline_on(&self) -> Option<NaiveDate> {
        self.0.baseline.as_ref().map(|baseline| baseline.on)
    }

    /// The document that states the baseline.
    async fn baseline_document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.baseline.as_ref().and_then(|baseline| baseline.document)).await
    }

    /// By what `parts` of the value are told.
    async fn disaggregations(&self) -> Vec<Disaggregation> {
        self.0.disaggregations.iter().map(|one| (*one).into()).collect()
    }

    /// Codes over which it is counted; empty where nothing says over which.
    async fn population(&self) -> Vec<&str> {
        self.0.population.iter().map(|code| &**code).collect()
    }

    /// Where values come from.
    async fn reckoning(&self) -> Reckoning {
        self.0.reckoning.into()
    }

    /// Whether the decision says so or a reader concluded it.
    async fn certainty(&self) -> Certainty {
        self.0.certainty.into()
    }

    /// The definition in words.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// The document that says so; null for what the decision's own words give.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.basis).await
    }

    /// The first day on which it holds; null for what the decision's own words give.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which another version holds; null while it does.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }
}

/// A record that a value rests on.
pub struct TargetRecord(pub RecordRef, pub AgencyId);

/// A record that a value rests on.
#[Object]
impl TargetRecord {
    /// What kind of record it is.
    async fn kind(&self) -> RecordKind {
        self.0.kind.into()
    }

    /// Of this entry alone, for caches: opaque, and the same whenever the same record of the same agency is told.
    async fn id(&self) -> ID {
        made_id(&format!("TargetRecord {} {} {}", self.0.kind.label(), self.0.id, self.1))
    }

    /// The identifier of the record: of a report or a deliverable, for `node`.
    async fn subject_id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The agency whose record it is.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency(ctx, self.1).await
    }
}

total!(
    /// The total of records that a value rests on.
    TargetRecordTotal { count: usize } |this, _ctx| {
        Ok(i64::try_from(this.count).unwrap_or(i64::MAX))
    }
);

/// What is reached of a target.
pub struct TargetEvaluation(pub Evaluated);

/// What is reached of a target.
#[Object]
impl TargetEvaluation {
    /// Code of the target.
    async fn target(&self) -> &str {
        &self.0.target.code
    }

    /// The year whose value it is.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The day that the value is of.
    async fn as_of(&self) -> NaiveDate {
        self.0.as_of
    }

    /// Whether figures of people are told as they were released, or as they are by now.
    async fn publication(&self) -> Publication {
        self.0.publication.into()
    }

    /// How the value stands to the goal.
    async fn status(&self) -> TargetStatus {
        self.0.evaluation.status.into()
    }

    /// What is reached.
    async fn value(&self) -> TargetValue {
        TargetValue::of(&self.0.value, &self.0.evaluation)
    }

    /// Shares of other wholes, side by side.
    async fn alternatives(&self) -> Vec<TargetAlternative> {
        let alternative = |other: &Alternative| TargetAlternative {
            base: other.base.into(),
            status: other.evaluation.status.into(),
            value: TargetValue::of(&other.value, &other.evaluation),
            missing_agencies: other.missing as u64,
            is_suppressed: other.is_suppressed,
        };
        self.0.alternatives.iter().map(alternative).collect()
    }

    /// By agency, as far as the caller may know of it.
    async fn by_agency(&self) -> Vec<TargetOfAgency> {
        self.0.by_agency.iter().cloned().map(|one| TargetOfAgency(one, self.0.as_of)).collect()
    }

    /// Parts by the dimensions of the definition.
    async fn parts(&self) -> Vec<TargetPart> {
        self.0.parts.iter().map(Into::into).collect()
    }

    /// Where the target began, with what changed since.
    async fn baseline(&self) -> Option<TargetBaseline> {
        self.0.definition.baseline.clone().map(|baseline| TargetBaseline(baseline, self.0.change.clone()))
    }

    /// What a document states of the year, beside what is on record and never merged with it.
    async fn stated(&self) -> Option<TargetStated> {
        self.0.stated.clone().map(TargetStated)
    }

    /// Whether the year may still change it.
    async fn finality(&self) -> Finality {
        self.0.finality.into()
    }

    /// Of a value that a document states, the document.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        match self.0.source {
            Source::Stated { document, .. } => document_opt(ctx, Some(document)).await,
            Source::Nothing | Source::Recorded => Ok(None),
        }
    }

    /// Identifier of the account that typed it in.
    async fn stated_by(&self) -> Option<ID> {
        match self.0.source {
            Source::Stated { by, .. } => Some(id(by)),
            Source::Nothing | Source::Recorded => None,
        }
    }

    /// The day as of which the document states it.
    async fn stated_on(&self) -> Option<NaiveDate> {
        match self.0.source {
            Source::Stated { on, .. } => Some(on),
            Source::Nothing | Source::Recorded => None,
        }
    }

    /// Figures of a few people are not told: nothing is told that they follow from.
    async fn is_suppressed(&self) -> bool {
        self.0.is_suppressed
    }

    /// How it is measured, by the version by which the value was found.
    async fn definition(&self) -> TargetDefinition {
        TargetDefinition(self.0.definition.clone())
    }

    /// The records that the value rests on, as far as the caller may know of them.
    async fn records(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<TargetRecord, TargetRecordTotal>> {
        let (listing, count) =
            model::records_of(view(ctx)?, &self.0, &args(first, after, last, before)).map_err(|error| failure(&error))?;
        Ok(connection(listing, TargetRecordTotal { count }, |(record, agency)| TargetRecord(record, agency)))
    }
}
