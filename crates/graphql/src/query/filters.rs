//! Filters and orders of the root lists, as clients write them.
//! Must not allow what the indexes do not serve.
//! What a filter means is told with the use cases (`app::task`, `app::report` …).

use async_graphql::{Enum, InputObject};
use chrono::NaiveDate;

use crate::enums::{AgencyKind, AssignmentRole, Direction, DocumentClass, DocumentKind, DocumentStatus, ReportStatus};

/// Which agencies. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct AgencyFilter {
    /// What kind of body it is.
    pub kind: Option<AgencyKind>,
    /// True for collectives only, false for single bodies only.
    pub collective: Option<bool>,
    /// Code of the parent.
    pub parent: Option<String>,
    /// Part of a name or alias, without regard to case and diacritics.
    pub text: Option<String>,
    /// With anything that is yet to be confirmed, or with nothing such.
    pub to_confirm: Option<bool>,
}

impl From<AgencyFilter> for app::agency::AgencyFilter {
    fn from(filter: AgencyFilter) -> Self {
        let AgencyFilter { kind, collective, parent, text, to_confirm } = filter;
        Self { kind: kind.map(Into::into), collective, parent, text, as_of: None, to_confirm }
    }
}

/// What agencies are sorted by.
#[derive(Clone, Copy, Default, Enum, Eq, PartialEq)]
pub enum AgencyOrderField {
    /// The code; the order where nothing is said.
    #[default]
    Code,
    /// The name in Vietnamese order.
    Name,
}

impl From<AgencyOrderField> for app::agency::AgencySort {
    fn from(field: AgencyOrderField) -> Self {
        match field {
            AgencyOrderField::Code => Self::Code,
            AgencyOrderField::Name => Self::Name,
        }
    }
}

/// The order of agencies.
#[derive(Default, InputObject)]
pub struct AgencyOrder {
    /// The code where nothing is said.
    #[graphql(default)]
    pub field: AgencyOrderField,
    /// Upwards where nothing is said.
    #[graphql(default)]
    pub direction: Direction,
}

/// Which tasks. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct TaskFilter {
    /// Code of the programme.
    pub programme: Option<String>,
    /// Code of the group; needs `programme`.
    pub group: Option<String>,
    /// For example "II.3"; tasks of several programmes may have it.
    pub code: Option<String>,
    /// Code of an agency that is assigned, in any role or in `role`.
    pub agency: Option<String>,
    /// Code of an agency that leads; holds besides `agency` and `role`.
    pub lead_agency: Option<String>,
    /// The role of `agency`; where no agency is named, a role that anybody has.
    pub role: Option<AssignmentRole>,
    /// Also find tasks where a collective with the agency on its roll is assigned.
    #[graphql(default)]
    pub through_collectives: bool,
    /// With an occurrence in this year.
    pub year: Option<i32>,
    /// Part of the title, without regard to case and diacritics.
    pub text: Option<String>,
}

impl From<TaskFilter> for app::task::TaskFilter {
    fn from(filter: TaskFilter) -> Self {
        Self {
            programme: filter.programme,
            group: filter.group,
            code: filter.code,
            agency: filter.agency,
            lead_agency: filter.lead_agency,
            through_collectives: filter.through_collectives,
            role: filter.role.map(Into::into),
            year: filter.year,
            text: filter.text,
            as_of: None,
        }
    }
}

/// What tasks are sorted by.
#[derive(Clone, Copy, Default, Enum, Eq, PartialEq)]
pub enum TaskOrderField {
    /// Programme, then position in its annex.
    #[default]
    Annex,
    /// The first year of the period.
    StartYear,
    /// The last year of the period.
    EndYear,
    /// The title in Vietnamese order.
    Name,
}

impl From<TaskOrderField> for app::task::Sort {
    fn from(field: TaskOrderField) -> Self {
        match field {
            TaskOrderField::Annex => Self::Annex,
            TaskOrderField::StartYear => Self::StartYear,
            TaskOrderField::EndYear => Self::EndYear,
            TaskOrderField::Name => Self::Title,
        }
    }
}

/// The order of tasks.
#[derive(Default, InputObject)]
pub struct TaskOrder {
    /// What they are sorted by.
    #[graphql(default)]
    pub field: TaskOrderField,
    /// Up or down; equal ones stand in the order of the annex.
    #[graphql(default)]
    pub direction: Direction,
}

/// Which reports, of those that the caller may see. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct ReportFilter {
    /// Code of the programme.
    pub programme: Option<String>,
    /// Code of the task; needs `programme`.
    pub task: Option<String>,
    /// Code of the agency.
    pub agency: Option<String>,
    /// The year of the period that they are about.
    pub year: Option<i32>,
    /// E.g. `2019-Q2`.
    pub period: Option<String>,
    /// As the caller sees it.
    pub status: Option<ReportStatus>,
    /// The sender's own reference.
    pub external_ref: Option<String>,
}

impl From<ReportFilter> for app::report::ReportFilter {
    fn from(filter: ReportFilter) -> Self {
        Self {
            programme: filter.programme,
            task: filter.task,
            agency: filter.agency,
            year: filter.year,
            period: filter.period,
            status: filter.status.map(Into::into),
            external_ref: filter.external_ref,
        }
    }
}

/// Which documents. Every condition given must hold.
#[derive(Default, InputObject)]
pub struct DocumentFilter {
    /// Of this type only.
    pub kind: Option<DocumentKind>,
    /// Whether it exists or is only called for.
    pub status: Option<DocumentStatus>,
    /// How it is numbered.
    pub class: Option<DocumentClass>,
    /// Number and symbol as printed.
    pub number: Option<String>,
    /// Code of the agency that issued it.
    pub issuer: Option<String>,
    /// Of issue, or the one in the number.
    pub year: Option<i32>,
    /// Only those that hold on this day: issued, in effect, neither expired nor replaced nor repealed as a whole.
    pub in_force_on: Option<NaiveDate>,
}

impl From<DocumentFilter> for app::DocumentFilter {
    fn from(filter: DocumentFilter) -> Self {
        Self {
            kind: filter.kind.map(Into::into),
            status: filter.status.map(Into::into),
            class: filter.class.map(Into::into),
            number: filter.number,
            issuer: filter.issuer,
            year: filter.year,
            in_force_on: filter.in_force_on,
        }
    }
}
