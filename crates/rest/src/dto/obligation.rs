//! Obligations and requests for reports as REST shows and takes them.
//! Must not derive how an obligation stands; it comes from `app::obligation`.
//! The published schema of `NewReportRequest` and `Reason` is what bodies are checked against.

use std::sync::Arc;

use app::{
    catalogue::Catalogue,
    obligation::{self as app_obligation, ObligationFilter, Owed, Requested},
    succession::Holder,
};
use chrono::NaiveDate;
use domain::{
    data_form,
    id::Id,
    obligation::{self as model, ObligationState},
    regime::{self, Regime},
    statistics::reporting::ReportFigure,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{agency::name_on, page::page};

/// Which obligations, of those that the caller may see.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ObligationParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of the agency.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Code of the task; needs `programme`.
    #[param(max_length = 64)]
    pub task: Option<String>,
    /// Code of the regime.
    #[param(max_length = 64)]
    pub regime: Option<String>,
    /// The year of the period; of a request, that of its cut-off.
    #[param(minimum = 1945, maximum = 2200)]
    pub year: Option<i32>,
    /// Label of a period, e.g. 2019-Q2, or of a request.
    #[param(max_length = 64)]
    pub period: Option<String>,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
    /// How they stand.
    #[param(value_type = Option<String>, pattern = "^(OPEN|OVERDUE|FULFILLED_ON_TIME|FULFILLED_LATE|EXCLUDED|CALENDAR_UNKNOWN)$", max_length = 32)]
    pub state: Option<ObligationState>,
    /// Code of the group; needs `programme`.
    #[param(max_length = 64)]
    pub group: Option<String>,
    /// About the whole programme, not about a task.
    pub is_about_programme: Option<bool>,
    /// Included.
    #[param(minimum = 1945, maximum = 2200)]
    pub from_year: Option<i32>,
    /// Included.
    #[param(minimum = 1945, maximum = 2200)]
    pub to_year: Option<i32>,
    /// Those that a figure of `/api/v1/statistics` counts.
    #[param(value_type = Option<String>, max_length = 32,
        pattern = "^(OBLIGED|EXPECTED|ACTUAL|ON_TIME|LATE|MISSING|NOT_YET_DUE|CALENDAR_UNKNOWN|EXCLUDED|NON_RESPONDING_COORDINATORS)$")]
    pub figure: Option<ReportFigure>,
    /// How they stood at the end of this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl From<&ObligationParams> for ObligationFilter {
    fn from(params: &ObligationParams) -> Self {
        Self {
            programme: params.programme.clone(),
            agency: params.agency.clone(),
            task: params.task.clone(),
            regime: params.regime.clone(),
            year: params.year,
            period: params.period.clone(),
            due_before: params.due_before,
            state: params.state,
            group: params.group.clone(),
            is_about_programme: params.is_about_programme.unwrap_or(false),
            from_year: params.from_year,
            to_year: params.to_year,
            figure: params.figure,
        }
    }
}

/// The day as of which an obligation is read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct AsOfParams {
    /// How it stood at the end of this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// A report that an agency owes: for which period, by when, in which form.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Obligation {
    pub id: Uuid,
    /// Code of the regime.
    #[schema(example = "HP-1593-NAM", max_length = 64)]
    pub regime: String,
    /// In Vietnamese.
    #[schema(max_length = 500)]
    pub regime_name: String,
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Null for a report on the whole programme.
    #[schema(example = "V.2", max_length = 64)]
    pub task: Option<String>,
    /// Code of the agency that owes it.
    #[schema(example = "bao-hai-phong", max_length = 64)]
    pub agency: String,
    /// What the agency was called on the last day that the report counts; what it is called today before that.
    #[schema(example = "Báo Hải Phòng", max_length = 500)]
    pub agency_name: String,
    /// Code of the collective through which the agency owes it.
    #[schema(max_length = 64)]
    pub through: Option<String>,
    /// Code of the agency that receives it.
    #[schema(example = "so-tttt", max_length = 64)]
    pub receiver: Option<String>,
    /// Code of the agency that asked for it, where it was asked for.
    #[schema(max_length = 64)]
    pub requester: Option<String>,
    /// Label of the period, or of the request.
    #[schema(example = "2019", min_length = 4, max_length = 64)]
    pub period: String,
    /// The year of the period; of a request, that of its cut-off.
    #[schema(example = 2019, minimum = 1, maximum = 9999)]
    pub year: i32,
    /// First day that the report counts.
    pub window_from: NaiveDate,
    /// Last day that the report counts.
    pub cut_off: NaiveDate,
    /// Null where the working days of a year are not known.
    pub due_on: Option<NaiveDate>,
    /// The year whose working days are not known.
    #[schema(minimum = 1, maximum = 9999)]
    pub unknown_year: Option<i32>,
    /// Due before its window ends: values are estimates.
    pub is_estimate: bool,
    /// As of the day that was asked for.
    #[schema(pattern = "^(OPEN|OVERDUE|FULFILLED_ON_TIME|FULFILLED_LATE|EXCLUDED|CALENDAR_UNKNOWN)$", max_length = 32)]
    pub state: String,
    /// When the report that answers to it was first received, as far as that was known on the day. A return does not undo it.
    pub fulfilled_on: Option<NaiveDate>,
    /// The report that answers to it; one that is being written is shown to its agency alone.
    pub report: Option<Uuid>,
    /// Sections of the narrative.
    #[schema(max_items = 50)]
    pub outline: Vec<Section>,
    /// Fields of the data form.
    #[schema(max_items = 200)]
    pub form: Vec<DataField>,
}

/// A section of the narrative.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// Names the section; a report gives its text under it.
    #[schema(max_length = 64)]
    pub code: String,
    /// In Vietnamese.
    #[schema(max_length = 500)]
    pub title: String,
    /// Whether a report needs it to be sent.
    pub required: bool,
    /// Characters at most.
    #[schema(minimum = 1)]
    pub max_length: Option<usize>,
}

/// A field of the data form.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataField {
    /// Names the field; a report gives its value under it.
    #[schema(max_length = 64)]
    pub code: String,
    /// In Vietnamese.
    #[schema(max_length = 500)]
    pub label: String,
    /// DECIMAL is exact, MONEY whole đồng, CHOICE one of the options.
    #[serde(rename = "type")]
    #[schema(pattern = "^(INTEGER|DECIMAL|MONEY|TEXT|CHOICE)$", max_length = 16)]
    pub kind: String,
    /// What it is counted in, in Vietnamese; null where it has none.
    #[schema(max_length = 100)]
    pub unit: Option<String>,
    /// Whether a report needs it to be sent.
    pub required: bool,
    /// Smallest value of a number.
    #[schema(max_length = 32)]
    pub min: Option<String>,
    /// Largest value of a number.
    #[schema(max_length = 32)]
    pub max: Option<String>,
    /// Digits after the point at most, of a decimal.
    #[schema(minimum = 0, maximum = 12)]
    pub decimals: Option<u32>,
    /// Characters at most, of a text.
    #[schema(minimum = 1)]
    pub max_length: Option<usize>,
    /// What may be chosen.
    #[schema(max_items = 200)]
    pub options: Vec<String>,
}

impl From<&regime::Section> for Section {
    fn from(section: &regime::Section) -> Self {
        Self { code: section.code.clone(), title: section.title.clone(), required: section.required, max_length: section.max_length }
    }
}

impl From<&data_form::DataField> for DataField {
    fn from(field: &data_form::DataField) -> Self {
        Self {
            code: field.code.clone(),
            label: field.label.clone(),
            kind: field.kind.label().into(),
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

impl Obligation {
    /// An obligation with the codes of what it is about; `task` comes from a read of its own, `regime` from the catalogue.
    pub fn of(owed: &Owed, regime: &Regime, task: Option<String>, catalogue: &Catalogue, today: NaiveDate) -> Self {
        let model::Obligation { window, deadline, .. } = owed.obligation;
        let obligation = &owed.obligation;
        let code = |id| catalogue.agency_code(id).map(|code| code.to_string());
        Self {
            id: obligation.id.uuid(),
            regime: regime.code.to_string(),
            regime_name: regime.name.to_string(),
            programme: catalogue.programme(obligation.programme).map(|programme| programme.code.to_string()).unwrap_or_default(),
            task,
            agency: code(Some(obligation.agency)).unwrap_or_default(),
            agency_name: name_on(catalogue, obligation.agency, window.to.min(today)).unwrap_or_default(),
            through: code(obligation.through),
            receiver: code(catalogue.receiver_of(regime, owed.received_as_of()).and_then(Holder::present)),
            requester: code(obligation.requester),
            period: obligation.period.to_string(),
            year: obligation.year,
            window_from: window.from,
            cut_off: window.to,
            due_on: deadline.day(),
            unknown_year: deadline.unknown_year(),
            is_estimate: regime.is_estimate,
            state: owed.state.label().into(),
            fulfilled_on: owed.fulfilled_on,
            report: owed.report.map(Id::uuid),
            outline: regime.outline.iter().map(Section::from).collect(),
            form: regime.form.fields.iter().map(DataField::from).collect(),
        }
    }
}

page!(ObligationPage of Obligation, "A page of obligations by due day; those without one come last.");

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why it is taken out or put back; kept with the obligation.
    #[schema(
        example = "Đơn vị đã giải thể từ ngày 01/3/2025.",
        min_length = 1,
        max_length = 2000,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub reason: String,
}

/// A thematic or ad hoc report to ask for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewReportRequest {
    /// Code of a thematic or ad hoc regime in force.
    #[schema(example = "HP-1593-DOT-XUAT", min_length = 2, max_length = 64, pattern = r"^[^\x00]*$")]
    pub regime: String,
    /// Code of the programme; needed where the regime is for all.
    #[schema(example = "HP-1593-2013", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub programme: Option<String>,
    /// Code of the task; needed where the regime is about tasks.
    #[schema(example = "V.2", min_length = 1, max_length = 64, pattern = r"^[^\x00]*$")]
    pub task: Option<String>,
    /// Names the request among those of its regime.
    #[schema(
        example = "Sự việc ngày 12/5",
        min_length = 4,
        max_length = 64,
        pattern = r"^[^\x00]*[^\s\x00\u200B-\u200F\u2060\uFEFF][^\x00]*$"
    )]
    pub label: String,
    /// Codes of agencies and collectives.
    #[schema(min_items = 1, max_items = 200)]
    pub agencies: Vec<String>,
    /// Code of the agency that asks; the caller's own where nothing is said.
    #[schema(example = "ubnd-tp-hai-phong", min_length = 1, max_length = 64)]
    pub requester: Option<String>,
    /// First day that the report counts; 1 January of the cut-off's year where nothing is said.
    pub from: Option<NaiveDate>,
    /// Last day that the report counts.
    pub cut_off: NaiveDate,
    /// The day by whose end it is due.
    pub due: NaiveDate,
}

impl From<NewReportRequest> for app_obligation::NewRequest {
    fn from(body: NewReportRequest) -> Self {
        Self {
            regime: body.regime,
            programme: body.programme,
            task: body.task,
            label: body.label,
            agencies: body.agencies,
            requester: body.requester,
            from: body.from,
            cut_off: body.cut_off,
            due: body.due,
        }
    }
}

/// A report that was asked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportRequest {
    /// Code of the regime.
    #[schema(example = "HP-1593-DOT-XUAT", max_length = 64)]
    pub regime: String,
    /// Code of the programme.
    #[schema(example = "HP-1593-2013", max_length = 64)]
    pub programme: String,
    /// Code of the agency that asks.
    #[schema(max_length = 64)]
    pub requester: String,
    /// Names the request among those of its regime.
    #[schema(min_length = 4, max_length = 64)]
    pub label: String,
    /// First day that the report counts.
    pub window_from: NaiveDate,
    /// Last day that the report counts.
    pub cut_off: NaiveDate,
    /// The day by whose end it is due.
    pub due: NaiveDate,
    /// What each agency owes now.
    #[schema(max_items = 100_000)]
    pub obligations: Vec<RequestedOf>,
}

/// What an agency was asked for.
#[derive(Serialize, ToSchema)]
pub struct RequestedOf {
    /// Identifier of the obligation.
    pub id: Uuid,
    /// Code of the agency.
    #[schema(max_length = 64)]
    pub agency: String,
}

impl From<&Requested> for ReportRequest {
    fn from(made: &Requested) -> Self {
        let each =
            |(obligation, agency): &(model::Obligation, Arc<str>)| RequestedOf { id: obligation.id.uuid(), agency: agency.to_string() };
        Self {
            regime: made.regime.code.to_string(),
            programme: made.programme.to_string(),
            requester: made.requester.to_string(),
            label: made.label.clone(),
            window_from: made.rule.window.from,
            cut_off: made.rule.window.to,
            due: made.rule.due,
            obligations: made.obligations.iter().map(each).collect(),
        }
    }
}
