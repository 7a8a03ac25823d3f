//! Objectives and targets.
//! Must not compute actual values; they are `target_evaluation`.
//! Read in batches; see `loaders`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{Datelike, NaiveDate};
use domain::{
    lang::{LocalText, TranslatedField},
    programme as model,
};

use super::{id, view};
use crate::{
    enums::{Comparator, Lang, ObjectiveKind},
    error::failure,
    loaders::{self, EvaluationOf, ObjectiveBy, ObjectiveOn},
    names::{Text, wanted, worded},
    types::{
        agency::Agency,
        document::{Citation, citations},
        programme::TaskGroup,
        target_evaluation::TargetEvaluation,
        task::Task,
    },
};

/// What the programme wants to reach, in words.
pub struct Objective(pub model::Objective, pub Option<NaiveDate>);

/// What the programme wants to reach, in words.
#[Object]
impl Objective {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// For example "O1"; unique within the programme.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Whether it is general, specific, or an orientation beyond the dated ones.
    async fn kind(&self) -> ObjectiveKind {
        self.0.kind.into()
    }

    /// The words of the decision.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The group of tasks that serves it, where the wording matches.
    async fn group(&self, ctx: &Context<'_>) -> Result<Option<TaskGroup>> {
        match self.0.group {
            Some(group) => TaskGroup::on(ctx, group, self.1).await.map(Some),
            None => Ok(None),
        }
    }

    /// The year by which it is to be reached; null where the decision names none.
    async fn due_year(&self) -> Option<i32> {
        self.0.due_year
    }

    /// The first day on which it is worded so; null for the words that were signed.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it is no longer worded so, or no longer there; null while it is.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// A remark of whoever transcribed the decision.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Where the objective stands in documents.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        citations(ctx, self.0.id.uuid()).await
    }
}

/// What the programme wants to reach, as a figure where the decision states one.
pub struct Target(pub model::Target, pub Option<NaiveDate>);

impl Target {
    async fn worded(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<LocalText> {
        let then = (self.0.validity, self.0.english.as_ref());
        worded(ctx, (self.0.id.uuid(), TranslatedField::Indicator), &self.0.text.as_str().into(), then, wanted(ctx, lang)).await
    }
}

/// What the programme wants to reach, as a figure where the decision states one.
#[Object]
impl Target {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// For example "T1"; unique within the programme.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The words of the decision.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// What is measured, in a language, or in the Vietnamese words of the decision where there is no translation.
    async fn indicator(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Arc<str>> {
        Ok(self.worded(ctx, lang).await?.text)
    }

    /// What is measured, with the language that it is in.
    async fn indicator_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Text> {
        Ok(self.worded(ctx, lang).await?.into())
    }

    /// How what is reached is compared with the figure.
    async fn comparator(&self) -> Comparator {
        self.0.comparator.into()
    }

    /// What the figure counts, as a word of the programme's file: "percent", "languages", "items" …; null where none is told.
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// The figure, or the smaller one of a range; null where the decision states none.
    async fn value_min(&self) -> Option<i64> {
        self.0.value_min
    }

    /// The larger figure of a range.
    async fn value_max(&self) -> Option<i64> {
        self.0.value_max
    }

    /// The year by which it is to be reached; null where the decision names none.
    async fn due_year(&self) -> Option<i32> {
        self.0.due_year
    }

    /// What is counted.
    async fn numerator(&self) -> Option<&str> {
        self.0.numerator.as_deref()
    }

    /// What it is counted against.
    async fn denominator(&self) -> Option<&str> {
        self.0.denominator.as_deref()
    }

    /// Items that must all be there, for example language tags.
    async fn required_items(&self) -> &[String] {
        &self.0.scope.required_items
    }

    /// Codes of the channels or agencies it is counted over.
    async fn outlets(&self) -> &[String] {
        &self.0.scope.outlets
    }

    /// Kinds of content it is counted over.
    async fn content(&self) -> &[String] {
        &self.0.scope.content
    }

    /// Conditions that must hold together.
    async fn conditions(&self) -> &[String] {
        &self.0.scope.conditions
    }

    /// The agencies, each of which must reach the figure.
    async fn agencies(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        let view = view(ctx)?;
        let mut agencies = Vec::new();
        for code in &self.0.scope.agencies {
            agencies.extend(app::agency::by_code(view, code).await.map_err(|error| failure(&error))?.map(|found| Agency(found, self.1)));
        }
        Ok(agencies)
    }

    /// The objective that it belongs to; null where the decision links it to none.
    async fn objective(&self, ctx: &Context<'_>) -> Result<Option<Objective>> {
        let Some(id) = self.0.objective else { return Ok(None) };
        let found = match self.1 {
            None => loaders::load(ctx, ObjectiveBy(id)).await?,
            Some(day) => loaders::load(ctx, ObjectiveOn((id, day))).await?,
        };
        Ok(found.first().cloned().map(|objective| Objective(objective, self.1)))
    }

    /// What is reached of it in a year, as known on a day: that as of which the programme is read, or today, where none is said, and
    /// its year. Null on days on which it was not there.
    async fn evaluation(&self, ctx: &Context<'_>, as_of: Option<NaiveDate>, year: Option<i32>) -> Result<Option<TargetEvaluation>> {
        let day = as_of.or(self.1).unwrap_or(view(ctx)?.today());
        let found = loaders::load(ctx, EvaluationOf((self.0.id, day, year.unwrap_or(day.year())))).await?;
        Ok(found.first().cloned().map(TargetEvaluation))
    }

    /// The task that the decision links to it; null where it links none, or the task was none on the day.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.0.task {
            Some(task) => Task::on_day(ctx, task, self.1).await,
            None => Ok(None),
        }
    }

    /// The first day on which it is worded so; null for the words that were signed.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it is no longer worded so, or no longer there; null while it is.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// A remark of whoever transcribed the decision.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Where the target stands in documents.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        citations(ctx, self.0.id.uuid()).await
    }
}
