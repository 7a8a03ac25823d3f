//! Figures over reports that are owed as REST shows them, each with its formula.
//! Must not compute one: they come from `domain::statistics::reporting`, and a test compares the words here with the formulas there.
//! Figures over tasks are `statistics`.

use app::statistics::Row;
use domain::statistics::reporting::ReportFigure as Figure;
use serde::Serialize;
use utoipa::ToSchema;

use super::statistics::Rate;

/// Figures over the reports that are owed, of those obligations that the caller may see; parts always sum to their totals. The
/// list behind each is that of `/api/v1/obligations` with `figure`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportFigures {
    /// obliged = expected + notYetDue + calendarUnknown: every obligation that is not excluded.
    #[schema(minimum = 0)]
    pub obliged: i64,
    /// expected = onTime + late + missing: received, or fallen due.
    #[schema(minimum = 0)]
    pub expected: i64,
    /// actual = onTime + late.
    #[schema(minimum = 0)]
    pub actual: i64,
    /// onTime: first received on the due day or before.
    #[schema(minimum = 0)]
    pub on_time: i64,
    /// late: first received after the due day.
    #[schema(minimum = 0)]
    pub late: i64,
    /// missing: not received, and the due day is past, from 00:00 local time of the day after it.
    #[schema(minimum = 0)]
    pub missing: i64,
    /// notYetDue: not received, and the due day is not past.
    #[schema(minimum = 0)]
    pub not_yet_due: i64,
    /// calendarUnknown: the working days of a year that the due day depends on are not known; in no other part, received or not.
    #[schema(minimum = 0)]
    pub calendar_unknown: i64,
    /// excluded: taken out with a reason; in no other figure.
    #[schema(minimum = 0)]
    pub excluded: i64,
    /// nonRespondingCoordinators: those in missing on a task that the agency does not lead in that year.
    #[schema(minimum = 0)]
    pub non_responding_coordinators: i64,
    /// reportingRate = actual / expected.
    pub reporting_rate: Rate,
    /// timelinessRate = onTime / expected.
    pub timeliness_rate: Rate,
    /// Each figure minus itself on the day that is compared with.
    pub change: ReportFiguresChange,
}

/// Each figure minus itself on the day that is compared with.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportFiguresChange {
    /// Of obligations that are not excluded.
    pub obliged: i64,
    /// Of those received, or fallen due.
    pub expected: i64,
    /// Of those received.
    pub actual: i64,
    /// Of those first received on the due day or before.
    pub on_time: i64,
    /// Of those first received after the due day.
    pub late: i64,
    /// Of those not received whose due day is past.
    pub missing: i64,
    /// Of those not received whose due day is not past.
    pub not_yet_due: i64,
    /// Of those whose due day depends on a year whose working days are not known.
    pub calendar_unknown: i64,
    /// Of obligations that are taken out with a reason.
    pub excluded: i64,
    /// Of those missing on a task that the agency does not lead in that year.
    pub non_responding_coordinators: i64,
}

impl ReportFigures {
    pub fn of(row: &Row) -> Option<Self> {
        let (now, before) = row.reports?;
        let since = |figure| now.figure(figure) - before.figure(figure);
        let change = ReportFiguresChange {
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
        };
        Some(Self {
            obliged: now.figure(Figure::Obliged),
            expected: now.figure(Figure::Expected),
            actual: now.figure(Figure::Actual),
            on_time: now.figure(Figure::OnTime),
            late: now.figure(Figure::Late),
            missing: now.figure(Figure::Missing),
            not_yet_due: now.figure(Figure::NotYetDue),
            calendar_unknown: now.figure(Figure::CalendarUnknown),
            excluded: now.figure(Figure::Excluded),
            non_responding_coordinators: now.figure(Figure::NonRespondingCoordinators),
            reporting_rate: now.reporting_rate().into(),
            timeliness_rate: now.timeliness_rate().into(),
            change,
        })
    }
}
