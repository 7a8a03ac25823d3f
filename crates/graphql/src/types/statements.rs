//! What the decision says beside objectives, targets and tasks: measures, duties, channels, money, defects of the text.
//! Must not conclude anything the decision leaves open.
//! Read in batches; see `loaders`.

use std::sync::Arc;

use app::{
    catalogue::Catalogue,
    plan::MeasureTask as MeasureRow,
    succession::{duty_holder, duty_others, duty_others_awaiting},
};
use async_graphql::{Context, Object, Result, SimpleObject, futures_util::future::try_join_all};
use chrono::NaiveDate;
use domain::{
    id::Id,
    lang::TranslatedField,
    programme::{self as model, ResponsibilityRelation},
    task::TaskId,
};

use super::{agency_on, agency_opt, view};
use crate::{
    enums::{Certainty, Lang},
    error::failure,
    loaders::{self, AgenciesOfDuty, TargetBy, TargetOn, TargetsEverOfMeasure, TargetsOfMeasure, TasksEverOfMeasure, TasksOfMeasure},
    names::{Text, translated, wanted},
    types::{
        agency::Agency,
        document::{Citation, citations},
        target::Target,
        task::Task,
    },
};

/// A paragraph of the decision's body that says what is to be done.
pub struct Measure(pub model::Measure, pub Option<NaiveDate>);

/// Tasks with how sure it is that they belong to a measure.
fn certain(rows: &[MeasureRow]) -> Vec<(TaskId, model::Certainty)> {
    rows.iter().map(|(_, task, certainty)| (*task, *certainty)).collect()
}

/// A paragraph of the decision's body that says what is to be done.
#[Object]
impl Measure {
    /// For example "3.1.h"; unique within the programme.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The words of the decision, or of the document that amends it.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The tasks that carry it out, with how sure that is.
    async fn tasks(&self, ctx: &Context<'_>) -> Result<Vec<MeasureTask>> {
        // Measures with words of before ask as well, so that what follows is one batch with that of the others.
        let stored = match self.1 {
            None => loaders::load(ctx, TasksOfMeasure(self.0.id)).await?,
            Some(_) => loaders::load(ctx, TasksEverOfMeasure(self.0.id)).await?,
        };
        let linked = self.0.links.as_ref().map_or_else(|| certain(&stored), |links| links.tasks.clone());
        // All at once, so that one batch is asked.
        let found = try_join_all(linked.iter().map(|(task, _)| Task::on_day(ctx, *task, self.1))).await?;
        let known = found.into_iter().zip(linked);
        Ok(known.filter_map(|(task, (_, certainty))| Some(MeasureTask { task: task?, certainty: certainty.into() })).collect())
    }

    /// The targets that belong to it.
    async fn targets(&self, ctx: &Context<'_>) -> Result<Vec<Target>> {
        let stored = match self.1 {
            None => loaders::load(ctx, TargetsOfMeasure(self.0.id)).await?,
            Some(_) => loaders::load(ctx, TargetsEverOfMeasure(self.0.id)).await?,
        };
        let second = || stored.iter().map(|row| row.1).collect();
        let linked: Vec<Id<model::Target>> = self.0.links.as_ref().map_or_else(second, |links| links.targets.clone());
        let one = |target| async move {
            match self.1 {
                None => loaders::load(ctx, TargetBy(target)).await,
                Some(day) => loaders::load(ctx, TargetOn((target, day))).await,
            }
        };
        let found = try_join_all(linked.into_iter().map(one)).await?;
        Ok(found.iter().flat_map(|targets| targets.iter().cloned()).map(|target| Target(target, self.1)).collect())
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

    /// Where the measure stands in documents.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        citations(ctx, self.0.id.uuid()).await
    }
}

/// A task that carries out a measure.
#[derive(SimpleObject)]
pub struct MeasureTask {
    /// As it was on the day as of which the measure is read.
    pub task: Task,
    /// Whether the decision says so or a reader concluded it.
    pub certainty: Certainty,
}

/// A duty that the decision's body gives to an agency.
pub struct Responsibility(pub model::Responsibility, pub Option<NaiveDate>);

impl Responsibility {
    /// Of which day it is told.
    async fn sight<'a>(&self, ctx: &'a Context<'_>) -> Result<(&'a Catalogue, NaiveDate)> {
        let view = view(ctx)?;
        Ok((view.catalogue().await.map_err(|error| failure(&error))?, self.1.unwrap_or(view.today())))
    }

    async fn others(&self, ctx: &Context<'_>, relation: ResponsibilityRelation, is_awaiting: bool) -> Result<Vec<Agency>> {
        let others = match &self.0.others {
            Some(others) => others.clone(),
            None => loaders::load(ctx, AgenciesOfDuty(self.0.id)).await?.iter().map(|row| (row.1, row.2)).collect(),
        };
        let (catalogue, day) = self.sight(ctx).await?;
        let asked = if is_awaiting { duty_others_awaiting } else { duty_others };
        let mut agencies = Vec::new();
        for other in asked(catalogue, &self.0, (&others, relation), day) {
            agencies.push(agency_on(ctx, other, self.1).await?);
        }
        Ok(agencies)
    }
}

/// A duty that the decision's body gives to an agency.
#[Object]
impl Responsibility {
    /// For example "D2.3.b": article 2, paragraph 3, second dash.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Who has it on the day, today where none is said; who had it last, while a successor is to be named.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        let (catalogue, day) = self.sight(ctx).await?;
        agency_on(ctx, duty_holder(catalogue, &self.0, day).agency, self.1).await
    }

    /// Nobody has it on the day, since whoever had it is no more.
    async fn awaits_successor(&self, ctx: &Context<'_>) -> Result<bool> {
        let (catalogue, day) = self.sight(ctx).await?;
        Ok(duty_holder(catalogue, &self.0, day).awaits)
    }

    /// What the agency has to do, as a label of the programme's file (LEAD, COORDINATE, DRAFT …).
    async fn role(&self) -> &str {
        &self.0.role
    }

    /// The words of the decision, or of the document that amends it.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Whom the duty is carried out with.
    async fn with_agencies(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        self.others(ctx, ResponsibilityRelation::With, false).await
    }

    /// Whom the duty is directed at.
    async fn directed_at(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        self.others(ctx, ResponsibilityRelation::DirectedAt, false).await
    }

    /// Whom it was carried out with, in whose place nobody is on the day: a successor is to be named.
    async fn with_awaiting(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        self.others(ctx, ResponsibilityRelation::With, true).await
    }

    /// Whom it was directed at, in whose place nobody is on the day.
    async fn directed_at_awaiting(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        self.others(ctx, ResponsibilityRelation::DirectedAt, true).await
    }

    /// How often it is to be done, in the words of the programme's file ("annual"); null where no interval is stated.
    async fn recurrence(&self) -> Option<&str> {
        self.0.recurrence.as_deref()
    }

    /// What the duty brings forth.
    async fn produces(&self) -> &[String] {
        &self.0.produces
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

    /// Where the duty stands in documents.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        citations(ctx, self.0.id.uuid()).await
    }
}

/// A system that the decision names.
pub struct Channel(pub model::Channel);

/// A system that the decision names.
#[Object]
impl Channel {
    /// For example "bao-hai-phong-dien-tu"; `outlets` of targets may name it.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in a language, or in Vietnamese where there is no translation.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Arc<str>> {
        let source = self.0.name.as_str().into();
        Ok(translated(ctx, self.0.id.uuid(), TranslatedField::Name, &source, wanted(ctx, lang)).await?.text)
    }

    /// The name with the language that it is in.
    async fn name_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Text> {
        let source = self.0.name.as_str().into();
        Ok(translated(ctx, self.0.id.uuid(), TranslatedField::Name, &source, wanted(ctx, lang)).await?.into())
    }

    /// The agency that runs it; null where none is told.
    async fn operator(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt(ctx, self.0.operator).await
    }

    /// A remark of whoever transcribed the decision.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// Where the money is to come from, in words.
pub struct Funding(pub Arc<model::Programme>);

impl Funding {
    fn funding(&self) -> Result<&model::Funding> {
        self.0.funding.as_ref().ok_or_else(|| failure(&app::Error::Internal("funding of a programme without any")))
    }

    async fn named(&self, ctx: &Context<'_>, code: Option<&String>) -> Result<Option<Agency>> {
        let Some(code) = code else { return Ok(None) };
        Ok(app::agency::by_code(view(ctx)?, code).await.map_err(|error| failure(&error))?.map(Agency::now))
    }
}

/// Where the money is to come from, in words.
#[Object]
impl Funding {
    /// Where in the decision it stands, for example "4".
    async fn section(&self) -> Result<&str> {
        Ok(&self.funding()?.section)
    }

    /// The words of the decision.
    async fn quotes(&self) -> Result<&[String]> {
        Ok(&self.funding()?.quotes)
    }

    /// Who arranges the money.
    async fn allocation_lead(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        self.named(ctx, self.funding()?.allocation_lead.as_ref()).await
    }

    /// Who guides the settlement.
    async fn settlement_lead(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        self.named(ctx, self.funding()?.settlement_lead.as_ref()).await
    }

    /// Who guides the settlement together with `settlementLead`.
    async fn settlement_with(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        let mut agencies = Vec::new();
        for code in &self.funding()?.settlement_with {
            agencies.extend(self.named(ctx, Some(code)).await?);
        }
        Ok(agencies)
    }

    /// A remark of whoever transcribed the decision.
    async fn note(&self) -> Result<Option<&str>> {
        Ok(self.funding()?.note.as_deref())
    }
}

/// A source of money that the decision names.
pub struct FundingSource(pub model::FundingSource);

/// A source of money that the decision names.
#[Object]
impl FundingSource {
    /// For example "state-budget"; unique within the programme.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in a language, or in Vietnamese where there is no translation.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Arc<str>> {
        let source = self.0.name.as_str().into();
        Ok(translated(ctx, self.0.id.uuid(), TranslatedField::Name, &source, wanted(ctx, lang)).await?.text)
    }

    /// The name with the language that it is in.
    async fn name_text(&self, ctx: &Context<'_>, lang: Option<Lang>) -> Result<Text> {
        let source = self.0.name.as_str().into();
        Ok(translated(ctx, self.0.id.uuid(), TranslatedField::Name, &source, wanted(ctx, lang)).await?.into())
    }

    /// A remark of whoever transcribed the decision.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}
