//! Lines of the budget: pages and batches in scope, storing and changing them.
//! Must not decide who may record what, nor hold a rule of money.
//! Movements are `movement`, sums of them `sums`, days, thresholds, codes and means `setting`.

mod movement;
mod setting;
mod sums;

pub(crate) use movement::MovementRow;
pub use movement::{
    Recording, append, by_id as movement_by_id, documents_named, external_refs, of_kinds, of_lines, page as page_of_movements,
};
pub use setting::{Mean, NewCode, NewRules, codes, insert_mean, means, put_code, put_rules, rules};
pub use sums::{AsOf, Grouping, Sum, SumFilter, SumKey, sums};

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Text};
use domain::{
    account::AccountId,
    agency::AgencyId,
    budget::{BudgetLine, BudgetLineId, Classification, Contribution, ContributionForm, Contributor, FundingSourceKind},
    page::{Direction, Page, PageRequest},
    policy::ReportScope,
    programme::ProgrammeId,
    task::TaskId,
};

use crate::{
    catalogue::parsed,
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::budget_lines,
    sql_types::{db_ids, opt},
};

/// Which lines, of those in scope. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct LineFilter {
    pub programme: Option<ProgrammeId>,
    pub task: Option<TaskId>,
    pub agency: Option<AgencyId>,
    pub source: Option<FundingSourceKind>,
    pub year: Option<i32>,
    pub is_capital: Option<bool>,
}

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = budget_lines, treat_none_as_null = true, treat_none_as_default_value = false)]
struct LineRow {
    id: DbId,
    programme_id: DbId,
    task_id: Option<DbId>,
    year: i32,
    agency_id: DbId,
    source: String,
    contributor_id: Option<DbId>,
    contributor_name: Option<String>,
    contribution_form: Option<String>,
    agreement_id: Option<DbId>,
    purpose: Option<String>,
    valuation: Option<String>,
    chapter: Option<String>,
    category: Option<String>,
    section: Option<String>,
    item: Option<String>,
    subitem: Option<String>,
    is_capital: bool,
    asset_note: Option<String>,
    title: Option<String>,
    identity: String,
    revision: i32,
    account_id: DbId,
    recorded_at: NaiveDateTime,
}

type Boxed = budget_lines::BoxedQuery<'static, MultiBackend>;

/// The lines that a scope opens: all, those of a programme, or those of an agency.
fn in_scope(scope: &ReportScope) -> Boxed {
    let mut query = budget_lines::table.filter(budget_lines::revision.lt(0)).into_boxed();
    for (agency, programme) in &scope.open {
        query = match (agency, programme) {
            (None, None) => query.or_filter(budget_lines::revision.gt(0)),
            (None, Some(programme)) => query.or_filter(budget_lines::programme_id.eq(DbId::from(*programme))),
            (Some(agency), None) => query.or_filter(budget_lines::agency_id.eq(DbId::from(*agency))),
            (Some(agency), Some(programme)) => {
                let of_both = budget_lines::agency_id.eq(DbId::from(*agency)).and(budget_lines::programme_id.eq(DbId::from(*programme)));
                query.or_filter(of_both)
            }
        };
    }
    query
}

fn filtered(filter: &LineFilter, scope: &ReportScope) -> Boxed {
    // Where everything is open there is nothing to compare.
    let mut query = if scope.is_all() { budget_lines::table.into_boxed() } else { in_scope(scope) };
    if let Some(programme) = filter.programme {
        query = query.filter(budget_lines::programme_id.eq(DbId::from(programme)));
    }
    if let Some(task) = filter.task {
        query = query.filter(budget_lines::task_id.eq(DbId::from(task)));
    }
    if let Some(agency) = filter.agency {
        query = query.filter(budget_lines::agency_id.eq(DbId::from(agency)));
    }
    if let Some(source) = filter.source {
        query = query.filter(budget_lines::source.eq(source.label()));
    }
    if let Some(year) = filter.year {
        query = query.filter(budget_lines::year.eq(year));
    }
    if let Some(is_capital) = filter.is_capital {
        query = query.filter(budget_lines::is_capital.eq(is_capital));
    }
    query
}

/// A page of lines in the order in which they were written down.
pub fn page(
    conn: &mut Conn,
    filter: &LineFilter,
    scope: &ReportScope,
    request: &PageRequest<BudgetLineId>,
) -> Result<Page<BudgetLine>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut query = filtered(filter, scope).limit(i64::from(request.size) + 1);
    for (key, below) in request.bounds(down) {
        let id = DbId::from(*key);
        query = if below { query.filter(budget_lines::id.lt(id)) } else { query.filter(budget_lines::id.gt(id)) };
    }
    query = if down { query.order(budget_lines::id.desc()) } else { query.order(budget_lines::id.asc()) };
    let rows: Vec<LineRow> = query.select(LineRow::as_select()).load(conn)?;
    Ok(Page::cut(rows.into_iter().map(line).collect::<Result<_, _>>()?, request))
}

/// How many lines there are.
pub fn count(conn: &mut Conn, filter: &LineFilter, scope: &ReportScope) -> Result<i64, DbError> {
    Ok(filtered(filter, scope).count().get_result(conn)?)
}

/// All lines of a filter, whatever their number.
pub fn all(conn: &mut Conn, filter: &LineFilter, scope: &ReportScope) -> Result<Vec<BudgetLine>, DbError> {
    let rows: Vec<LineRow> = filtered(filter, scope).order(budget_lines::id).select(LineRow::as_select()).load(conn)?;
    rows.into_iter().map(line).collect()
}

/// The lines with these identifiers that are in scope, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[BudgetLineId], scope: &ReportScope) -> Result<Vec<BudgetLine>, DbError> {
    let query = filtered(&LineFilter::default(), scope).filter(budget_lines::id.eq_any(db_ids(ids)));
    let rows: Vec<LineRow> = query.select(LineRow::as_select()).load(conn)?;
    rows.into_iter().map(line).collect()
}

/// The lines with these identifiers, kept from whoever else would record on them until the transaction ends.
pub fn locked(conn: &mut Conn, ids: &[BudgetLineId], scope: &ReportScope) -> Result<Vec<BudgetLine>, DbError> {
    per_backend::lock_budget_lines(conn, db_ids(ids))?;
    by_ids(conn, ids, scope)
}

/// Stores a line.
///
/// # Errors
/// `Unique` where there is the same line already.
pub fn insert(conn: &mut Conn, line: &BudgetLine, account: AccountId, at: DateTime<Utc>) -> Result<(), DbError> {
    diesel::insert_into(budget_lines::table).values(row(line, account, at)).execute(conn)?;
    Ok(())
}

/// Stores what may change of a line under its revision, if the one seen is still the last; tells whether it did.
///
/// # Errors
/// As [`insert`].
pub fn update(conn: &mut Conn, line: &BudgetLine, seen: i32) -> Result<bool, DbError> {
    let place = budget_lines::table.filter(budget_lines::id.eq(DbId::from(line.id))).filter(budget_lines::revision.eq(seen));
    let code = |code: &Option<Arc<str>>| code.as_deref().map(str::to_owned);
    let class = &line.classification;
    let changed = (
        budget_lines::chapter.eq(code(&class.chapter)),
        budget_lines::category.eq(code(&class.category)),
        budget_lines::section.eq(code(&class.section)),
        budget_lines::item.eq(code(&class.item)),
        budget_lines::subitem.eq(code(&class.subitem)),
        budget_lines::is_capital.eq(line.is_capital),
        budget_lines::asset_note.eq(code(&line.asset_note)),
        budget_lines::title.eq(code(&line.title)),
        budget_lines::identity.eq(identity(line)),
        budget_lines::revision.eq(line.revision),
    );
    Ok(diesel::update(place).set(changed).execute(conn)? > 0)
}

/// Writes another name for whoever contributes under a name, on all lines that have it; tells how many.
pub fn rename_contributor(conn: &mut Conn, name: &str, other: &str) -> Result<usize, DbError> {
    // Where it stands in `identity`: after the source, which is always the same, so that no other text is taken for it.
    let place = |name: &str| format!("{},{},", serde_json::json!(FundingSourceKind::Socialised.label()), serde_json::json!(name));
    let identity = sql::<Text>("replace(identity, ").bind::<Text, _>(place(name)).sql(", ").bind::<Text, _>(place(other)).sql(")");
    let changed = (
        budget_lines::contributor_name.eq(other),
        budget_lines::identity.eq(identity),
        budget_lines::revision.eq(budget_lines::revision + 1),
    );
    Ok(diesel::update(budget_lines::table.filter(budget_lines::contributor_name.eq(name))).set(changed).execute(conn)?)
}

/// What makes a line another one than others.
fn identity(line: &BudgetLine) -> String {
    let class = &line.classification;
    let contributor = line.contribution.as_ref().map(|given| match &given.contributor {
        Contributor::Agency(id) => id.to_string(),
        Contributor::Named(name) => name.to_string(),
    });
    let form = line.contribution.as_ref().map(|given| given.form.label());
    let codes = [&class.chapter, &class.category, &class.section, &class.item, &class.subitem].map(Option::as_deref);
    // JSON keeps apart what a separator within a text would mix.
    serde_json::json!([
        line.programme.to_string(),
        line.task.map(|task| task.to_string()),
        line.year,
        line.agency.to_string(),
        line.source.label(),
        contributor,
        form,
        codes,
        line.is_capital,
        line.title,
    ])
    .to_string()
}

fn row(line: &BudgetLine, account: AccountId, at: DateTime<Utc>) -> LineRow {
    let given = line.contribution.as_ref();
    let (contributor_id, contributor_name) = match given.map(|given| &given.contributor) {
        Some(Contributor::Agency(id)) => (Some((*id).into()), None),
        Some(Contributor::Named(name)) => (None, Some(name.to_string())),
        None => (None, None),
    };
    let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
    let class = &line.classification;
    LineRow {
        id: line.id.into(),
        programme_id: line.programme.into(),
        task_id: line.task.map(DbId::from),
        year: line.year,
        agency_id: line.agency.into(),
        source: line.source.label().into(),
        contributor_id,
        contributor_name,
        contribution_form: given.map(|given| given.form.label().into()),
        agreement_id: given.and_then(|given| given.agreement).map(DbId::from),
        purpose: given.and_then(|given| text(&given.purpose)),
        valuation: given.and_then(|given| text(&given.valuation)),
        chapter: text(&class.chapter),
        category: text(&class.category),
        section: text(&class.section),
        item: text(&class.item),
        subitem: text(&class.subitem),
        is_capital: line.is_capital,
        asset_note: text(&line.asset_note),
        title: text(&line.title),
        identity: identity(line),
        revision: line.revision,
        account_id: account.into(),
        recorded_at: at.naive_utc(),
    }
}

fn line(row: LineRow) -> Result<BudgetLine, DbError> {
    let id = row.id;
    let form: Option<ContributionForm> =
        row.contribution_form.as_deref().map(|form| parsed(form, "budget_lines", "contribution_form", id)).transpose()?;
    let contributor = match (row.contributor_id, row.contributor_name) {
        (Some(agency), _) => Some(Contributor::Agency(agency.of())),
        (None, Some(name)) => Some(Contributor::Named(name.into())),
        (None, None) => None,
    };
    let (agreement, purpose, valuation) = (opt(row.agreement_id), row.purpose.map(Arc::from), row.valuation.map(Arc::from));
    let contribution = contributor.zip(form).map(|(contributor, form)| Contribution { contributor, form, agreement, purpose, valuation });
    Ok(BudgetLine {
        id: id.of(),
        programme: row.programme_id.of(),
        task: opt(row.task_id),
        year: row.year,
        agency: row.agency_id.of(),
        source: parsed(&row.source, "budget_lines", "source", id)?,
        contribution,
        classification: Classification {
            chapter: row.chapter.map(Arc::from),
            category: row.category.map(Arc::from),
            section: row.section.map(Arc::from),
            item: row.item.map(Arc::from),
            subitem: row.subitem.map(Arc::from),
        },
        is_capital: row.is_capital,
        asset_note: row.asset_note.map(Arc::from),
        title: row.title.map(Arc::from),
        revision: row.revision,
    })
}
