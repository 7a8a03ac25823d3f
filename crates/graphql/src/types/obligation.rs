//! Obligations, the regimes they rest on, and working days.
//! Must not derive how an obligation stands; it comes from `app::obligation`.
//! Excluding is a mutation; asking for reports is REST.

use std::sync::Arc;

use app::{obligation::Owed, succession::Holder};
use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{calendar as days, data_form, document::DocumentId, regime as model};

use super::{agency_on, agency_opt_on, document_opt, id, programme, view};
use crate::{
    enums::{EscalationLevel, FieldKind, Frequency, ObligationState, ObligedRoles, RegimeKind, RegimeSubject, SpecialDayKind},
    error::failure,
    loaders::{self, NoticesOf, ObligationCountOf, ReportBy},
    paging::total,
    types::{agency::Agency, document::Document, notice::Notice, programme::Programme, report::Report, task::Task},
};

/// A report that an agency owes: for which period, by when, in which form.
pub struct Obligation(pub Owed);

impl Obligation {
    /// The day that was asked for, where it is not today.
    fn asked(&self, ctx: &Context<'_>) -> Result<Option<NaiveDate>> {
        let today = view(ctx)?.today();
        Ok(Some(self.0.as_of).filter(|day| *day < today))
    }

    /// The last day that the report counts, where that has come.
    fn cut_off_by_now(&self, ctx: &Context<'_>) -> Result<Option<NaiveDate>> {
        let today = view(ctx)?.today();
        Ok(Some(self.0.obligation.window.to).filter(|day| *day <= today))
    }
}

/// A report that an agency owes: for which period, by when, in which form.
#[Object]
impl Obligation {
    pub(crate) async fn id(&self) -> ID {
        id(self.0.obligation.id)
    }

    /// The regime as it was in force for the period, with the outline and the form; its receiver on the day on which the report came in,
    /// else on the day that was asked for.
    async fn regime(&self, ctx: &Context<'_>) -> Result<Regime> {
        let catalogue = view(ctx)?.catalogue().await.map_err(|error| failure(&error))?;
        let found = catalogue.regime(self.0.obligation.regime).cloned();
        found
            .map(|found| Regime(found, Some(self.0.received_as_of())))
            .ok_or_else(|| failure(&app::Error::Internal("an obligation rests on no regime")))
    }

    /// As it was in force on the day that was asked for.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Programme> {
        Programme::on(ctx, self.0.obligation.programme, self.asked(ctx)?).await
    }

    /// As it was worded on the day that was asked for. Null for a report on the whole programme.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.0.obligation.task {
            Some(task) => Task::on_day(ctx, task, self.asked(ctx)?).await,
            None => Ok(None),
        }
    }

    /// As it was on the last day that the report counts; as it is today before that.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Agency> {
        agency_on(ctx, self.0.obligation.agency, self.cut_off_by_now(ctx)?).await
    }

    /// The collective through which the agency owes it, of the same day.
    async fn through(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.obligation.through, self.cut_off_by_now(ctx)?).await
    }

    /// Who asked for it, where it was asked for, of the same day.
    async fn requester(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        agency_opt_on(ctx, self.0.obligation.requester, self.cut_off_by_now(ctx)?).await
    }

    /// Label of the period, e.g. 2019-Q2, or of the request.
    async fn period(&self) -> &str {
        &self.0.obligation.period
    }

    /// The year of the period; of a request, that of its cut-off.
    async fn year(&self) -> i32 {
        self.0.obligation.year
    }

    /// First day that the report counts.
    async fn window_from(&self) -> NaiveDate {
        self.0.obligation.window.from
    }

    /// Last day that the report counts.
    async fn cut_off(&self) -> NaiveDate {
        self.0.obligation.window.to
    }

    /// Null where the working days of a year are not known.
    async fn due_on(&self) -> Option<NaiveDate> {
        self.0.obligation.deadline.day()
    }

    /// The year whose working days are not known.
    async fn unknown_year(&self) -> Option<i32> {
        self.0.obligation.deadline.unknown_year()
    }

    /// As of the day that was asked for.
    async fn state(&self) -> ObligationState {
        self.0.state.into()
    }

    /// When the report that answers to it was first received, as far as that was known on the day. A return does not undo it.
    async fn fulfilled_on(&self) -> Option<NaiveDate> {
        self.0.fulfilled_on
    }

    /// The report that answers to it, as it is now; one that is being written is shown to its agency alone.
    async fn report(&self, ctx: &Context<'_>) -> Result<Option<Report>> {
        match self.0.report {
            Some(report) => Ok(loaders::load(ctx, ReportBy(report)).await?.as_deref().cloned().map(Report)),
            None => Ok(None),
        }
    }

    /// Who was reminded, urged or told of silence, the oldest first.
    async fn notices(&self, ctx: &Context<'_>) -> Result<Vec<Notice>> {
        Ok(loaders::load(ctx, NoticesOf(self.0.obligation.id)).await?.iter().cloned().map(Notice).collect())
    }
}

total!(
    /// The total of obligations.
    ObligationTotal { list: ObligationCountOf } |this, ctx| {
        loaders::load(ctx, this.list.clone()).await
    }
);

/// Who reports what, how often and by when, for the time that the rule is in force.
pub struct Regime(pub Arc<model::Regime>, pub Option<NaiveDate>);

impl Regime {
    /// The day whose names it is told with: its last, or today while it is in force.
    fn named_on(&self, today: NaiveDate) -> NaiveDate {
        self.0.validity.to.and_then(|end| end.pred_opt()).map_or(today, |last| last.min(today))
    }
}

/// Who reports what, how often and by when, for the time that the rule is in force.
#[Object]
impl Regime {
    async fn id(&self) -> ID {
        id(self.0.id)
    }

    /// Names the regime through its changes.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// In Vietnamese.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Null for every programme.
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<Programme>> {
        match self.0.programme {
            Some(id) => programme(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// How a report comes to be owed.
    async fn kind(&self) -> RegimeKind {
        self.0.kind.into()
    }

    /// What its reports are about.
    async fn subject(&self) -> RegimeSubject {
        self.0.subject.into()
    }

    /// The cycle of a periodic regime.
    async fn schedule(&self) -> Option<Schedule> {
        self.0.schedule.map(Schedule::from)
    }

    /// Due before its window ends: values are estimates.
    async fn is_estimate(&self) -> bool {
        self.0.is_estimate
    }

    /// Whose part in a task makes them owe a report on it.
    async fn obliged_roles(&self) -> Option<ObligedRoles> {
        self.0.obliged_roles.map(Into::into)
    }

    /// Agencies and collectives that owe it where it is about the programme.
    async fn agencies(&self, ctx: &Context<'_>) -> Result<Vec<Agency>> {
        let mut agencies = Vec::new();
        for id in &self.0.agencies {
            agencies.push(agency_on(ctx, *id, Some(self.named_on(view(ctx)?.today()))).await?);
        }
        Ok(agencies)
    }

    /// Who receives it on the day, today where none is said, on its last once it is out of force; null too while a successor is to be named.
    async fn receiver(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        let view = view(ctx)?;
        let day = self.named_on(self.1.unwrap_or(view.today()));
        let catalogue = view.catalogue().await.map_err(|error| failure(&error))?;
        agency_opt_on(ctx, catalogue.receiver_of(&self.0, day).and_then(Holder::present), Some(day)).await
    }

    /// Nobody receives it on that day, since whoever had to is no more.
    async fn awaits_receiver(&self, ctx: &Context<'_>) -> Result<bool> {
        let view = view(ctx)?;
        let catalogue = view.catalogue().await.map_err(|error| failure(&error))?;
        Ok(catalogue.receiver_of(&self.0, self.named_on(self.1.unwrap_or(view.today()))).is_some_and(|holder| holder.awaits))
    }

    /// Sections of the narrative.
    async fn outline(&self) -> Vec<OutlineSection> {
        self.0.outline.iter().map(OutlineSection::from).collect()
    }

    /// Fields of the data form.
    async fn form(&self) -> Vec<DataField> {
        self.0.form.fields.iter().map(DataField::from).collect()
    }

    /// When agencies are reminded, and who else is told.
    async fn chasing(&self) -> Chasing {
        Chasing::from(&self.0.chasing)
    }

    /// The document that it rests on, where the service has it.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.0.basis).await
    }

    /// Where in that document the rule stands.
    async fn section(&self) -> Option<&str> {
        self.0.place.as_ref().map(|place| place.section.as_str())
    }

    /// Its words there.
    async fn quote(&self) -> Option<&str> {
        self.0.place.as_ref()?.quote.as_deref()
    }

    /// What it rests on, in words.
    async fn basis_as_written(&self) -> &str {
        &self.0.basis_as_written
    }

    /// The first day on which it holds; null where nothing earlier is known.
    async fn valid_from(&self) -> Option<NaiveDate> {
        self.0.validity.from
    }

    /// The first day on which it no longer holds; null while it does.
    async fn valid_to(&self) -> Option<NaiveDate> {
        self.0.validity.to
    }

    /// A remark on the rule.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// The cycle of a periodic regime.
#[derive(SimpleObject)]
pub struct Schedule {
    /// How often a report is made.
    frequency: Frequency,
    /// Windows begin on this day of a month.
    window_day: i32,
    /// So many months before the period's first.
    window_months_before: i32,
    /// Due on this day of a month; null where working days are counted.
    due_day: Option<i32>,
    /// So many months after the period's last; negative: before.
    due_month_offset: Option<i32>,
    /// Due so many working days after the cut-off.
    due_working_days: Option<i32>,
    /// Whether a due day that is a day off moves to the next working day.
    due_rolls: bool,
}

impl From<model::Schedule> for Schedule {
    fn from(schedule: model::Schedule) -> Self {
        let (due_day, due_month_offset, due_working_days) = match schedule.due {
            model::DueRule::CalendarDay { month_offset, day } => (Some(day.cast_signed()), Some(month_offset), None),
            model::DueRule::WorkingDays(days) => (None, None, Some(days.cast_signed())),
        };
        Self {
            frequency: schedule.frequency.into(),
            window_day: schedule.window.day.cast_signed(),
            window_months_before: schedule.window.months_before,
            due_day,
            due_month_offset,
            due_working_days,
            due_rolls: schedule.rolls,
        }
    }
}

/// A section of a report's narrative.
#[derive(SimpleObject)]
pub struct OutlineSection {
    /// Names the section; a report gives its text under it.
    code: String,
    /// In Vietnamese.
    title: String,
    /// Whether a report needs it to be sent.
    required: bool,
    /// Characters at most.
    max_length: Option<usize>,
}

impl From<&model::Section> for OutlineSection {
    fn from(section: &model::Section) -> Self {
        Self { code: section.code.clone(), title: section.title.clone(), required: section.required, max_length: section.max_length }
    }
}

/// A field of a data form.
#[derive(SimpleObject)]
pub struct DataField {
    /// Names the field; a report gives its value under it.
    code: String,
    /// In Vietnamese.
    label: String,
    /// What it holds.
    #[graphql(name = "type")]
    kind: FieldKind,
    /// What it is counted in, in Vietnamese; null where it has none.
    unit: Option<String>,
    /// Whether a report needs it to be sent.
    required: bool,
    /// Smallest value of a number.
    min: Option<String>,
    /// Largest value of a number.
    max: Option<String>,
    /// Digits after the point at most, of a decimal.
    decimals: Option<u32>,
    /// Characters at most, of a text.
    max_length: Option<usize>,
    /// What may be chosen.
    options: Vec<String>,
}

impl From<&data_form::DataField> for DataField {
    fn from(field: &data_form::DataField) -> Self {
        Self {
            code: field.code.clone(),
            label: field.label.clone(),
            kind: field.kind.into(),
            unit: field.unit.clone(),
            required: field.required,
            min: field.min.clone(),
            max: field.max.clone(),
            decimals: field.decimals,
            max_length: field.max_length,
            options: field.options.clone(),
        }
    }
}

/// When agencies are reminded, and who else is told.
#[derive(SimpleObject)]
pub struct Chasing {
    /// Days before the due day.
    remind_before: Vec<u32>,
    /// Whether agencies are reminded on the due day too.
    remind_on_due_day: bool,
    /// Days after the due day.
    remind_after: Vec<u32>,
    /// Who else is told of a report that stays out, and when.
    escalate: Vec<Escalation>,
}

/// Whom a missing report is told to.
#[derive(SimpleObject)]
pub struct Escalation {
    /// Who is told.
    to: EscalationLevel,
    /// Days after the due day.
    after_days: u32,
}

impl From<&model::Chasing> for Chasing {
    fn from(chasing: &model::Chasing) -> Self {
        let escalation = |step: &model::Escalation| Escalation { to: step.to.into(), after_days: step.after_days };
        Self {
            remind_before: chasing.remind_before.clone(),
            remind_on_due_day: chasing.remind_on_due_day,
            remind_after: chasing.remind_after.clone(),
            escalate: chasing.escalate.iter().map(escalation).collect(),
        }
    }
}

/// A year whose days off are known. Saturdays and Sundays are off by themselves.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct WorkingYear {
    #[graphql(skip)]
    document: Option<DocumentId>,
    /// The calendar year.
    year: i32,
    /// The notice or law that it rests on, in words.
    source: Arc<str>,
    /// Where in its document they stand.
    section: Option<String>,
    /// Its words there.
    quote: Option<String>,
    /// Not attested yet.
    to_confirm: bool,
    /// Every day that is not as the week has it.
    days: Vec<SpecialDay>,
}

/// A day that is not as the week has it.
#[derive(SimpleObject)]
pub struct SpecialDay {
    /// The day off, or worked.
    day: NaiveDate,
    /// Why it is not as the week has it.
    kind: SpecialDayKind,
    /// What it is off or worked for, in Vietnamese.
    name: Arc<str>,
}

impl From<days::WorkingYear> for WorkingYear {
    fn from(year: days::WorkingYear) -> Self {
        let day = |special: days::SpecialDay| SpecialDay { day: special.day, kind: special.kind.into(), name: special.name };
        let (section, quote) = year.place.map_or((None, None), |place| (Some(place.section), place.quote));
        Self {
            document: year.basis,
            year: year.year,
            source: year.source,
            section,
            quote,
            to_confirm: year.to_confirm,
            days: year.days.into_iter().map(day).collect(),
        }
    }
}

#[ComplexObject]
impl WorkingYear {
    /// The document that it rests on, where the service has it.
    async fn basis(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        document_opt(ctx, self.document).await
    }
}
