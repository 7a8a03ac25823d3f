//! Budget years as REST takes and shows them: need against means, days and thresholds, the codes of the classification.
//! Must not show nought where nothing is recorded: such a field is null.
//! See `app::budget`; ladders are `budget_figures`.

use app::{
    budget::{self as app_budget, CodeDraft, Mean, MeansOfYear, RulesDraft, Settings},
    catalogue::Catalogue,
    place::NewPlace,
};
use chrono::{Datelike, NaiveDate};
use domain::budget::{ClassificationLevel, DayOfYear, FundingSourceKind, YearlyMeans};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    budget_figures::Shown,
    budget_movement::{Amount, amount_form},
    place::Place,
};

/// Of which programme and year, as of which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BudgetMeansParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// The budget year, a calendar year.
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i32>,
    /// Today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// What a source can give a programme in a year, as a document tells it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewBudgetMeans {
    /// Code.
    #[schema(example = "HP-1593-2013", min_length = 2, max_length = 64)]
    pub programme: String,
    /// The budget year, a calendar year.
    #[schema(minimum = 2000, maximum = 2100)]
    pub year: i32,
    /// Where the money comes from.
    #[schema(value_type = String, pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$", max_length = 32)]
    pub source: FundingSourceKind,
    #[schema(schema_with = amount_form)]
    pub amount: Amount,
    /// From when on it is told.
    pub on: NaiveDate,
    /// Number or identifier of the document that tells it.
    #[schema(min_length = 1, max_length = 200)]
    pub document: String,
    /// Where it does.
    #[schema(min_length = 1, max_length = 200)]
    pub section: Option<String>,
    /// Its words there, verbatim; needs `section`.
    #[schema(min_length = 1, max_length = 4000)]
    pub quote: Option<String>,
}

impl From<NewBudgetMeans> for app_budget::NewMean {
    fn from(body: NewBudgetMeans) -> Self {
        Self {
            programme: body.programme,
            year: body.year,
            source: body.source,
            amount: body.amount.into(),
            on: body.on,
            document: body.document,
            place: NewPlace { section: body.section, quote: body.quote },
        }
    }
}

/// Need against means, in đồng; null is “not recorded”, which is not 0.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct YearlyMeansShown {
    /// Nhu cầu.
    pub needed: Option<i64>,
    /// Khả năng: what can be given, as a document tells it.
    pub able: Option<i64>,
    /// Được bố trí: assigned, planned or received, by the source.
    pub assigned: Option<i64>,
    /// What is needed and not assigned; less than nought where more was.
    pub short_of_need: Option<i64>,
    /// What could be given and is not assigned.
    pub not_yet_assigned: Option<i64>,
    /// Which of these sums are larger than 64 bits hold, and null for that; null where all fit.
    #[schema(max_items = 5)]
    pub too_large: Option<Vec<&'static str>>,
}

impl YearlyMeansShown {
    fn of(means: &YearlyMeans) -> Self {
        let mut shown = Shown::default();
        Self {
            needed: shown.dong("needed", means.needed),
            able: shown.dong("able", means.able),
            assigned: shown.dong("assigned", means.assigned),
            short_of_need: shown.dong("shortOfNeed", means.short_of_need()),
            not_yet_assigned: shown.dong("notYetAssigned", means.not_yet_assigned()),
            too_large: shown.too_large(),
        }
    }
}

/// Need against means of a source.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceMeans {
    /// Where the money comes from.
    #[schema(
        pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$",
        max_length = 32
    )]
    pub source: &'static str,
    /// Need against means of the source alone.
    pub means: YearlyMeansShown,
    /// Identifier of the document that tells what it can give.
    pub document: Option<Uuid>,
    #[serde(flatten)]
    pub place: Place,
}

/// What a programme needs in a year against what is there for it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetMeans {
    /// Code of the programme whose need and means they are.
    #[schema(max_length = 64)]
    pub programme: String,
    /// The budget year, a calendar year.
    pub year: i32,
    /// Each source apart.
    #[schema(max_items = 8)]
    pub sources: Vec<SourceMeans>,
    /// The state budget's sources together.
    pub state: YearlyMeansShown,
}

impl BudgetMeans {
    pub fn of(means: &MeansOfYear, catalogue: &Catalogue) -> Self {
        let source = |(source, of_it, told): &(FundingSourceKind, YearlyMeans, Option<Mean>)| {
            let told = told.as_ref();
            SourceMeans {
                source: source.label(),
                means: YearlyMeansShown::of(of_it),
                document: told.map(|told| told.document.uuid()),
                place: told.and_then(|told| told.place.as_ref()).map(Place::of).unwrap_or_default(),
            }
        };
        Self {
            programme: catalogue.programme(means.programme).map(|found| found.code.to_string()).unwrap_or_default(),
            year: means.year,
            sources: means.sources.iter().map(source).collect(),
            state: YearlyMeansShown::of(&means.state),
        }
    }
}

/// Need against means, year by year.
#[derive(Serialize, ToSchema)]
pub struct BudgetMeansList {
    #[schema(max_items = 10_000)]
    pub items: Vec<BudgetMeans>,
}

/// A day of every year.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BudgetDay {
    /// From 1 to 12.
    #[schema(example = 1, minimum = 1, maximum = 12)]
    pub month: u32,
    /// In a month that is shorter, its last day.
    #[schema(example = 31, minimum = 1, maximum = 31)]
    pub day: u32,
}

impl From<BudgetDay> for DayOfYear {
    fn from(body: BudgetDay) -> Self {
        Self { month: body.month, day: body.day }
    }
}

impl From<DayOfYear> for BudgetDay {
    fn from(day: DayOfYear) -> Self {
        Self { month: day.month, day: day.day }
    }
}

/// Days and thresholds from a budget year on, in place of those that begin with it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewBudgetRules {
    /// The first budget year for which they hold.
    #[schema(example = 2026, minimum = 2000, maximum = 2100)]
    pub from_year: i32,
    /// On what law they rest.
    #[schema(min_length = 1, max_length = 500)]
    pub source: String,
    /// Not attested yet.
    #[serde(default)]
    pub to_confirm: bool,
    /// The last day, in the year after, on which the books of a year take payments.
    pub books_close: BudgetDay,
    /// The last day for adjustments between units; later ones are flagged.
    pub adjusted_until: BudgetDay,
    /// Working days after a supplement within which it is to be allocated.
    #[schema(minimum = 0, maximum = 250)]
    pub allocation_days: u32,
    /// Bounds in days, ascending, of the ages of what is not settled.
    #[schema(min_items = 1, max_items = 12)]
    pub ageing: Vec<u32>,
}

impl From<NewBudgetRules> for RulesDraft {
    fn from(body: NewBudgetRules) -> Self {
        Self {
            from_year: body.from_year,
            source: body.source,
            to_confirm: body.to_confirm,
            books_close: body.books_close.into(),
            adjusted_until: body.adjusted_until.into(),
            allocation_days: body.allocation_days,
            ageing: body.ageing,
        }
    }
}

/// What a code of the classification means from a day on, in place of what was written down for that day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewBudgetCode {
    /// The level of the classification that it is of.
    #[schema(value_type = String, pattern = "^(CHAPTER|CATEGORY|SECTION|ITEM|SUBITEM)$", max_length = 16)]
    pub level: ClassificationLevel,
    /// Three digits of a chapter, category or section, four of an item or subitem.
    #[schema(example = "427", min_length = 3, max_length = 4, pattern = "^[0-9]{3,4}$")]
    pub code: String,
    /// What the digits stand for.
    #[schema(min_length = 1, max_length = 500)]
    pub name: String,
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// The first day on which it holds no more.
    pub to: Option<NaiveDate>,
}

impl From<NewBudgetCode> for CodeDraft {
    fn from(body: NewBudgetCode) -> Self {
        Self { level: body.level, code: body.code, name: body.name, from: body.from, to: body.to }
    }
}

/// Days and thresholds of budget years.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetRules {
    /// The first budget year; null for what held before anybody wrote rules down.
    pub from_year: Option<i32>,
    /// The first budget year for which they hold no more.
    pub to_year: Option<i32>,
    /// On what law they rest.
    #[schema(max_length = 500)]
    pub source: String,
    /// Not attested yet.
    pub to_confirm: bool,
    /// The last day, in the year after, on which the books of a year take payments.
    pub books_close: BudgetDay,
    /// The last day for adjustments between units; later ones are flagged.
    pub adjusted_until: BudgetDay,
    /// Working days after a supplement within which it is to be allocated.
    pub allocation_days: u32,
    /// Bounds in days, ascending, of the ages of what is not settled.
    #[schema(max_items = 12)]
    pub ageing: Vec<u32>,
}

/// A code of the classification.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetCode {
    /// The level of the classification that it is of.
    #[schema(pattern = "^(CHAPTER|CATEGORY|SECTION|ITEM|SUBITEM)$", max_length = 16)]
    pub level: &'static str,
    /// Three digits of a chapter, category or section, four of an item or subitem.
    #[schema(max_length = 4)]
    pub code: String,
    /// What the digits stand for.
    #[schema(max_length = 500)]
    pub name: String,
    /// The first day on which it holds.
    pub from: Option<NaiveDate>,
    /// The first day on which it holds no more.
    pub to: Option<NaiveDate>,
}

/// What holds for budget years.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetSettings {
    /// The oldest first.
    #[schema(max_items = 1000)]
    pub rules: Vec<BudgetRules>,
    /// By level, digits and time.
    #[schema(max_items = 100_000)]
    pub codes: Vec<BudgetCode>,
}

impl BudgetSettings {
    pub fn of(settings: &Settings) -> Self {
        let year = |day: Option<NaiveDate>| day.map(|day| day.year());
        let rules = |rules: &domain::budget::BudgetRules| BudgetRules {
            from_year: year(rules.validity.from),
            to_year: year(rules.validity.to),
            source: rules.source.to_string(),
            to_confirm: rules.to_confirm,
            books_close: rules.books_close.into(),
            adjusted_until: rules.adjusted_until.into(),
            allocation_days: rules.allocation_days,
            ageing: rules.ageing.clone(),
        };
        let code = |code: &domain::budget::ClassificationCode| BudgetCode {
            level: code.level.label(),
            code: code.code.to_string(),
            name: code.name.to_string(),
            from: code.validity.from,
            to: code.validity.to,
        };
        Self { rules: settings.rules.iter().map(rules).collect(), codes: settings.codes.iter().map(code).collect() }
    }
}
