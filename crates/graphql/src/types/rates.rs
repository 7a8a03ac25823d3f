//! Figures over reports that are owed, each with its formula and the list behind it.
//! Must not compute one: they come from `domain::statistics::reporting`, and a test compares the words here with the formulas there.
//! Figures over tasks are `statistics`.

use std::sync::Arc;

use app::statistics::Row;
use async_graphql::{Context, Object, Result, SimpleObject};
use domain::statistics::reporting::{self as model, ReportFigure as Figure};

use super::{statistics::Rate, view};
use crate::{
    enums::ReportFigure,
    error::failure,
    loaders::{self, ObligationCountOf, ObligationsBehind},
    paging::{Page, args, connection},
    types::obligation::{Obligation, ObligationTotal},
};

/// Figures over the reports that are owed, of those obligations that the caller may see; parts always sum to their totals.
pub struct ReportFigures {
    row: Arc<Row>,
    now: model::ReportFigures,
    before: model::ReportFigures,
}

impl ReportFigures {
    pub fn of(row: &Arc<Row>) -> Option<Self> {
        row.reports.map(|(now, before)| Self { row: Arc::clone(row), now, before })
    }
}

/// Each figure minus itself on the day that is compared with.
#[derive(SimpleObject)]
pub struct ReportFiguresChange {
    /// Of obligations that are not excluded.
    obliged: i64,
    /// Of those received, or fallen due.
    expected: i64,
    /// Of those received.
    actual: i64,
    /// Of those first received on the due day or before.
    on_time: i64,
    /// Of those first received after the due day.
    late: i64,
    /// Of those not received whose due day is past.
    missing: i64,
    /// Of those not received whose due day is not past.
    not_yet_due: i64,
    /// Of those whose due day depends on a year whose working days are not known.
    calendar_unknown: i64,
    /// Of obligations that are taken out with a reason.
    excluded: i64,
    /// Of those missing on a task that the agency does not lead in that year.
    non_responding_coordinators: i64,
}

/// Figures over the reports that are owed, of those obligations that the caller may see; parts always sum to their totals.
#[Object]
impl ReportFigures {
    /// obliged = expected + notYetDue + calendarUnknown: every obligation that is not excluded.
    async fn obliged(&self) -> i64 {
        self.now.figure(Figure::Obliged)
    }

    /// expected = onTime + late + missing: received, or fallen due.
    async fn expected(&self) -> i64 {
        self.now.figure(Figure::Expected)
    }

    /// actual = onTime + late.
    async fn actual(&self) -> i64 {
        self.now.figure(Figure::Actual)
    }

    /// onTime: first received on the due day or before.
    async fn on_time(&self) -> i64 {
        self.now.figure(Figure::OnTime)
    }

    /// late: first received after the due day.
    async fn late(&self) -> i64 {
        self.now.figure(Figure::Late)
    }

    /// missing: not received, and the due day is past, from 00:00 local time of the day after it.
    async fn missing(&self) -> i64 {
        self.now.figure(Figure::Missing)
    }

    /// notYetDue: not received, and the due day is not past.
    async fn not_yet_due(&self) -> i64 {
        self.now.figure(Figure::NotYetDue)
    }

    /// calendarUnknown: the working days of a year that the due day depends on are not known; in no other part, received or not.
    async fn calendar_unknown(&self) -> i64 {
        self.now.figure(Figure::CalendarUnknown)
    }

    /// excluded: taken out with a reason; in no other figure.
    async fn excluded(&self) -> i64 {
        self.now.figure(Figure::Excluded)
    }

    /// nonRespondingCoordinators: those in missing on a task that the agency does not lead in that year.
    async fn non_responding_coordinators(&self) -> i64 {
        self.now.figure(Figure::NonRespondingCoordinators)
    }

    /// reportingRate = actual / expected.
    async fn reporting_rate(&self) -> Rate {
        self.now.reporting_rate().into()
    }

    /// timelinessRate = onTime / expected.
    async fn timeliness_rate(&self) -> Rate {
        self.now.timeliness_rate().into()
    }

    /// Each figure minus itself on the day that is compared with.
    async fn change(&self) -> ReportFiguresChange {
        let since = |figure| self.now.figure(figure) - self.before.figure(figure);
        ReportFiguresChange {
            obliged: since(Figure::Obliged),
            expected: since(Figure::Expected),
            actual: since(Figure::Actual),
            on_time: since(Figure::OnTime),
            late: since(Figure::Late),
            missing: since(Figure::Missing),
            not_yet_due: since(Figure::NotYetDue),
            calendar_unknown: since(Figure::CalendarUnknown),
            excluded: since(Figure::Excluded),
            non_responding_coordinators: since(Figure::NonRespondingCoordinators),
        }
    }

    /// The obligations behind a figure, as they stood on the day of the figures.
    #[allow(clippy::too_many_arguments)] // the arguments of a connection, by name for the client
    async fn obligations(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "ReportFigure::Missing")] figure: ReportFigure,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Page<Obligation, ObligationTotal>> {
        let filter = app::obligation::ObligationFilter { figure: Some(figure.into()), ..self.row.obligations.clone() };
        let (as_of, page) = (Some(self.row.as_of), args(first, after, last, before));
        let total = ObligationTotal { list: ObligationCountOf { filter: filter.clone(), as_of } };
        let listing = if page.has_cursor() {
            app::obligation::list(view(ctx)?, &filter, as_of, &page).await.map_err(|error| failure(&error))?
        } else {
            (*loaders::load(ctx, ObligationsBehind { filter, as_of, page }).await?).clone()
        };
        Ok(connection(listing, total, Obligation))
    }
}
