//! Lines of the budget, as REST takes and shows them.
//! Must not judge them.
//! See `app::budget`; movements are `budget_movement`, sums of them `budget_figures`.

use app::{
    budget::{self as app_budget, LineDraft},
    catalogue::Catalogue,
};
use chrono::NaiveDate;
use domain::{
    budget::{self as model, ContributionForm, Contributor, Flag, FundingSourceKind},
    id::Id,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{budget_figures::SourceLadder, page::page};

/// Which lines, and which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BudgetLineParams {
    /// Code of the programme.
    #[param(max_length = 64)]
    pub programme: Option<String>,
    /// Code of a task of the programme, which is named too.
    #[param(max_length = 64)]
    pub task: Option<String>,
    /// Code of the agency that the line is of.
    #[param(max_length = 64)]
    pub agency: Option<String>,
    /// Where the money comes from.
    #[param(value_type = Option<String>, pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$", max_length = 32)]
    pub source: Option<FundingSourceKind>,
    /// The budget year.
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i32>,
    /// Whether it buys or builds assets.
    pub capital: Option<bool>,
    /// Sums and remarks as of this day; today where nothing is said.
    pub as_of: Option<NaiveDate>,
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

impl BudgetLineParams {
    /// Which lines.
    pub fn filter(&self) -> app_budget::LineFilter {
        app_budget::LineFilter {
            programme: self.programme.clone(),
            task: self.task.clone(),
            agency: self.agency.clone(),
            source: self.source,
            year: self.year,
            is_capital: self.capital,
        }
    }
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BudgetPageParams {
    /// Rows on the page; 20 where nothing is asked.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i32>,
    /// `endCursor` of the page before.
    #[param(max_length = 2000)]
    pub after: Option<String>,
}

/// The day that sums and remarks are of.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BudgetDayParams {
    /// Today where nothing is said.
    pub as_of: Option<NaiveDate>,
}

/// The digits of a line in the classification of the state budget; every level may be left out.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BudgetClassification {
    /// Chương.
    #[schema(example = "427", min_length = 1, max_length = 8)]
    pub chapter: Option<String>,
    /// Loại.
    #[schema(example = "160", min_length = 1, max_length = 8)]
    pub category: Option<String>,
    /// Khoản; needs `category`.
    #[schema(example = "171", min_length = 1, max_length = 8)]
    pub section: Option<String>,
    /// Mục.
    #[schema(example = "6650", min_length = 1, max_length = 8)]
    pub item: Option<String>,
    /// Tiểu mục; needs `item`.
    #[schema(example = "6651", min_length = 1, max_length = 8)]
    pub subitem: Option<String>,
}

/// What is known of socialised means. A contributor's name may be a person's and is shown to nobody in public.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewContribution {
    /// Code of an agency of the register; or `name`.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Whoever else contributes.
    #[schema(min_length = 1, max_length = 500)]
    pub name: Option<String>,
    /// In money or in kind.
    #[schema(value_type = String, pattern = "^(CASH|IN_KIND)$", max_length = 16)]
    pub form: ContributionForm,
    /// Number or identifier of the agreement.
    #[schema(min_length = 1, max_length = 200)]
    pub agreement: Option<String>,
    /// For what they are given, in words.
    #[schema(min_length = 1, max_length = 2000)]
    pub purpose: Option<String>,
    /// How goods and services were valued; needed for what is in kind.
    #[schema(min_length = 1, max_length = 2000)]
    pub valuation: Option<String>,
}

/// A line of the budget: money of a source for a task, or for the programme as a whole, in a budget year, under an agency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewBudgetLine {
    /// Code.
    #[schema(example = "HP-1593-2013", min_length = 2, max_length = 64)]
    pub programme: String,
    /// Code of a task; the programme as a whole where nothing is said.
    #[schema(example = "I.1", min_length = 1, max_length = 64)]
    pub task: Option<String>,
    /// The budget year, a calendar year.
    #[schema(example = 2020, minimum = 2000, maximum = 2100)]
    pub year: i32,
    /// Code of the agency that spends.
    #[schema(example = "so-tttt", min_length = 2, max_length = 64)]
    pub agency: String,
    /// Where the money comes from.
    #[schema(value_type = String, pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$", max_length = 32)]
    pub source: FundingSourceKind,
    /// For socialised means, and always for them.
    pub contribution: Option<NewContribution>,
    /// How it stands in the classification of the state budget.
    #[serde(default)]
    pub classification: Option<BudgetClassification>,
    /// Whether it buys or builds assets.
    #[serde(default)]
    pub is_capital: bool,
    /// What it buys or builds; of capital lines only.
    #[schema(min_length = 1, max_length = 2000)]
    pub asset_note: Option<String>,
    /// What the line is called, for people.
    #[schema(min_length = 1, max_length = 500)]
    pub title: Option<String>,
}

/// What of a line may change, as a whole: what is left out is taken off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BudgetLineChange {
    /// How it stands in the classification of the state budget.
    #[serde(default)]
    pub classification: Option<BudgetClassification>,
    /// Whether it buys or builds assets.
    #[serde(default)]
    pub is_capital: bool,
    /// What it buys or builds; of capital lines only.
    #[schema(min_length = 1, max_length = 2000)]
    pub asset_note: Option<String>,
    /// What the line is called, for people.
    #[schema(min_length = 1, max_length = 500)]
    pub title: Option<String>,
}

fn digits(given: Option<BudgetClassification>) -> [Option<String>; 5] {
    let given = given.unwrap_or_default();
    [given.chapter, given.category, given.section, given.item, given.subitem]
}

impl From<BudgetLineChange> for LineDraft {
    fn from(body: BudgetLineChange) -> Self {
        Self { classification: digits(body.classification), is_capital: body.is_capital, asset_note: body.asset_note, title: body.title }
    }
}

impl From<NewBudgetLine> for app_budget::NewLine {
    fn from(body: NewBudgetLine) -> Self {
        let contribution = body.contribution.map(|given| app_budget::NewContribution {
            agency: given.agency,
            name: given.name,
            form: given.form,
            agreement: given.agreement,
            purpose: given.purpose,
            valuation: given.valuation,
        });
        Self {
            programme: body.programme,
            task: body.task,
            year: body.year,
            agency: body.agency,
            source: body.source,
            contribution,
            draft: LineDraft {
                classification: digits(body.classification),
                is_capital: body.is_capital,
                asset_note: body.asset_note,
                title: body.title,
            },
        }
    }
}

/// What is known of socialised means.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetContribution {
    /// Code of the agency that contributes.
    #[schema(max_length = 64)]
    pub agency: Option<String>,
    /// Whoever else does, by name.
    #[schema(max_length = 500)]
    pub name: Option<String>,
    /// In money or in kind.
    #[schema(pattern = "^(CASH|IN_KIND)$", max_length = 16)]
    pub form: &'static str,
    /// The agreement as a document; null where none is named.
    pub agreement: Option<Uuid>,
    /// For what they are given, in words.
    #[schema(max_length = 2000)]
    pub purpose: Option<String>,
    /// How goods and services were valued.
    #[schema(max_length = 2000)]
    pub valuation: Option<String>,
}

/// A line of the budget.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetLine {
    pub id: Uuid,
    /// Code.
    #[schema(max_length = 64)]
    pub programme: String,
    /// Identifier of the task; null for the programme as a whole.
    pub task: Option<Uuid>,
    /// The budget year, a calendar year.
    #[schema(minimum = 2000, maximum = 2100)]
    pub year: i32,
    /// Code of the agency that spends.
    #[schema(max_length = 64)]
    pub agency: String,
    /// Where the money comes from.
    #[schema(
        pattern = "^(STATE_CENTRAL|STATE_PROVINCIAL|STATE_DISTRICT|STATE_COMMUNE|SERVICE_REVENUE|SOCIALISED|FUND|AID)$",
        max_length = 32
    )]
    pub source: &'static str,
    /// Of socialised means only.
    pub contribution: Option<BudgetContribution>,
    /// How it stands in the classification of the state budget.
    pub classification: BudgetClassification,
    /// Whether it buys or builds assets.
    pub is_capital: bool,
    /// What it buys or builds; of capital lines only.
    #[schema(max_length = 2000)]
    pub asset_note: Option<String>,
    /// What the line is called, for people; null where nobody named it.
    #[schema(max_length = 500)]
    pub title: Option<String>,
    /// A change names it as `If-Match`.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// What is recorded of it; every rung is null of which nothing is.
    pub ladder: SourceLadder,
    /// What is remarked of it; null in lists.
    #[schema(max_items = 10_000)]
    pub flags: Option<Vec<BudgetFlag>>,
}

impl BudgetLine {
    /// A line with its ladder, and with what is remarked of it where that was asked for.
    pub fn of(line: &model::BudgetLine, ladder: SourceLadder, flags: Option<&[Flag]>, catalogue: &Catalogue) -> Self {
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_owned);
        let code = |agency| catalogue.agency_code(Some(agency)).map(|code| code.to_string()).unwrap_or_default();
        let class = &line.classification;
        let contribution = line.contribution.as_ref().map(|given| BudgetContribution {
            agency: if let Contributor::Agency(agency) = given.contributor { Some(code(agency)) } else { None },
            name: if let Contributor::Named(name) = &given.contributor { Some(name.to_string()) } else { None },
            form: given.form.label(),
            agreement: given.agreement.map(Id::uuid),
            purpose: text(&given.purpose),
            valuation: text(&given.valuation),
        });
        Self {
            id: line.id.uuid(),
            programme: catalogue.programme(line.programme).map(|found| found.code.to_string()).unwrap_or_default(),
            task: line.task.map(Id::uuid),
            year: line.year,
            agency: code(line.agency),
            source: line.source.label(),
            contribution,
            classification: BudgetClassification {
                chapter: text(&class.chapter),
                category: text(&class.category),
                section: text(&class.section),
                item: text(&class.item),
                subitem: text(&class.subitem),
            },
            is_capital: line.is_capital,
            asset_note: text(&line.asset_note),
            title: text(&line.title),
            revision: line.revision,
            ladder,
            flags: flags.map(|flags| flags.iter().map(BudgetFlag::of).collect()),
        }
    }
}

page!(BudgetLinePage of BudgetLine, "A page of lines of the budget.");

/// A remark on a line, which refuses nothing.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BudgetFlag {
    /// `LATE_ADJUSTMENT`: adjusted after the last day for it; `SUPPLEMENT_UNALLOCATED`: not wholly allocated, and its working days are
    /// over; `SUPPLEMENT_DEADLINE_UNKNOWN`: not wholly allocated, and its last day is not known; `EXCEPTED`: recorded against the order of
    /// the ladder; `CONTRIBUTOR_IS_ASSIGNEE`: whoever contributes has a part in the task; `UNSPENT_AFTER_CLOSING`: left when books were
    /// closed.
    #[schema(
        pattern = "^(LATE_ADJUSTMENT|SUPPLEMENT_UNALLOCATED|SUPPLEMENT_DEADLINE_UNKNOWN|EXCEPTED|CONTRIBUTOR_IS_ASSIGNEE|UNSPENT_AFTER_CLOSING)$",
        max_length = 32
    )]
    pub kind: &'static str,
    /// The movement that it is about.
    pub movement: Option<Uuid>,
    /// In đồng: what is not allocated, or not spent.
    pub amount: Option<i64>,
    /// The last working day for it.
    pub due_on: Option<NaiveDate>,
    /// The year whose days off are not known.
    pub year: Option<i32>,
}

impl BudgetFlag {
    fn of(flag: &Flag) -> Self {
        let kind = |kind| Self { kind, ..Self::default() };
        match *flag {
            Flag::LateAdjustment { movement } => Self { movement: Some(movement.uuid()), ..kind("LATE_ADJUSTMENT") },
            Flag::SupplementUnallocated { movement, open, due_on } => {
                Self { movement: Some(movement.uuid()), amount: Some(open.get()), due_on: Some(due_on), ..kind("SUPPLEMENT_UNALLOCATED") }
            }
            Flag::SupplementDeadlineUnknown { movement, open, year } => {
                Self { movement: Some(movement.uuid()), amount: Some(open.get()), year: Some(year), ..kind("SUPPLEMENT_DEADLINE_UNKNOWN") }
            }
            Flag::Excepted { movement } => Self { movement: Some(movement.uuid()), ..kind("EXCEPTED") },
            Flag::ContributorIsAssignee => kind("CONTRIBUTOR_IS_ASSIGNEE"),
            Flag::UnspentAfterClosing { amount } => {
                Self { amount: amount.dong().ok().map(domain::money::Dong::get), ..kind("UNSPENT_AFTER_CLOSING") }
            }
        }
    }
}
