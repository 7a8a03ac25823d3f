//! What holds for budget years: days and thresholds, the codes of the classification, and the means that documents tell of.
//! Must not choose which of them holds; `domain::budget` does.
//! Lines are the parent module.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use domain::{
    account::AccountId,
    budget::{BudgetRules, ClassificationCode, ClassificationLevel, DayOfYear, FundingSourceKind},
    document::{DocumentId, Place},
    id::Id,
    money::Dong,
    programme::ProgrammeId,
    validity::Validity,
};

use crate::{
    catalogue::{json, parsed},
    conn::{Conn, MultiBackend},
    error::DbError,
    rows::DbId,
    schema::{budget_classification_codes as codes_table, budget_means, budget_rules},
};

/// Rules to write down, with who does.
pub struct NewRules<'a> {
    pub id: Id<BudgetRules>,
    /// From when on they hold.
    pub from: NaiveDate,
    pub rules: &'a BudgetRules,
    pub account: AccountId,
    pub at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = budget_rules)]
struct RulesRow {
    id: DbId,
    valid_from: Option<NaiveDate>,
    source: String,
    to_confirm: bool,
    books_close_month: i32,
    books_close_day: i32,
    adjusted_until_month: i32,
    adjusted_until_day: i32,
    allocation_days: i32,
    ageing: String,
}

/// All rules, the oldest first; each holds until the next one does.
pub fn rules(conn: &mut Conn) -> Result<Vec<BudgetRules>, DbError> {
    let mut rows: Vec<RulesRow> = budget_rules::table.select(RulesRow::as_select()).load(conn)?;
    // Sorted here, as the databases disagree about the place of NULL.
    rows.sort_by_key(|row| row.valid_from);
    let ends: Vec<Option<NaiveDate>> = rows.iter().skip(1).map(|row| row.valid_from).chain([None]).collect();
    rows.into_iter().zip(ends).map(|(row, to)| rules_of(row, to)).collect()
}

fn rules_of(row: RulesRow, to: Option<NaiveDate>) -> Result<BudgetRules, DbError> {
    let natural = |value: i32, column| {
        u32::try_from(value).map_err(|_| DbError::Inconsistent { table: "budget_rules", column, id: row.id.0.to_string() })
    };
    let (closing, adjusting) = ("books_close_day", "adjusted_until_day");
    Ok(BudgetRules {
        validity: Validity { from: row.valid_from, to },
        source: row.source.into(),
        to_confirm: row.to_confirm,
        books_close: DayOfYear { month: natural(row.books_close_month, closing)?, day: natural(row.books_close_day, closing)? },
        adjusted_until: DayOfYear {
            month: natural(row.adjusted_until_month, adjusting)?,
            day: natural(row.adjusted_until_day, adjusting)?,
        },
        allocation_days: natural(row.allocation_days, "allocation_days")?,
        ageing: json(&row.ageing, "budget_rules", "ageing", row.id)?,
    })
}

/// Writes rules down from a day on, in place of those that begin on it.
pub fn put_rules(conn: &mut Conn, new: &NewRules<'_>) -> Result<(), DbError> {
    let stored = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let rules = new.rules;
    diesel::delete(budget_rules::table.filter(budget_rules::valid_from.eq(new.from))).execute(conn)?;
    let row = (
        budget_rules::id.eq(DbId::from(new.id)),
        budget_rules::valid_from.eq(new.from),
        budget_rules::source.eq(&*rules.source),
        budget_rules::to_confirm.eq(rules.to_confirm),
        budget_rules::books_close_month.eq(stored(rules.books_close.month)),
        budget_rules::books_close_day.eq(stored(rules.books_close.day)),
        budget_rules::adjusted_until_month.eq(stored(rules.adjusted_until.month)),
        budget_rules::adjusted_until_day.eq(stored(rules.adjusted_until.day)),
        budget_rules::allocation_days.eq(stored(rules.allocation_days)),
        budget_rules::ageing.eq(serde_json::json!(rules.ageing).to_string()),
        budget_rules::account_id.eq(DbId::from(new.account)),
        budget_rules::recorded_at.eq(new.at.naive_utc()),
    );
    diesel::insert_into(budget_rules::table).values(row).execute(conn)?;
    Ok(())
}

/// A code to write down, with who does.
pub struct NewCode<'a> {
    pub id: Id<ClassificationCode>,
    pub from: NaiveDate,
    pub code: &'a ClassificationCode,
    pub account: AccountId,
    pub at: DateTime<Utc>,
}

type CodeRow = (DbId, String, String, String, NaiveDate, Option<NaiveDate>);

/// All codes by level, digits and time.
pub fn codes(conn: &mut Conn) -> Result<Vec<ClassificationCode>, DbError> {
    let rows: Vec<CodeRow> = codes_table::table
        .order((codes_table::level, codes_table::code, codes_table::valid_from))
        .select((codes_table::id, codes_table::level, codes_table::code, codes_table::name, codes_table::valid_from, codes_table::valid_to))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, level, code, name, from, to)| {
            Ok(ClassificationCode {
                level: parsed::<ClassificationLevel>(&level, "budget_classification_codes", "level", id)?,
                code: code.into(),
                name: name.into(),
                validity: Validity { from: Some(from), to },
            })
        })
        .collect()
}

/// Writes a code down from a day on, in place of what was written of it for that day; what held on that day ends.
pub fn put_code(conn: &mut Conn, new: &NewCode<'_>) -> Result<(), DbError> {
    let (level, digits) = (new.code.level.label(), new.code.code.to_string());
    let same = || codes_table::table.filter(codes_table::level.eq(level)).filter(codes_table::code.eq(digits.clone()));
    diesel::delete(same().filter(codes_table::valid_from.eq(new.from))).execute(conn)?;
    let open = codes_table::valid_to.is_null().or(codes_table::valid_to.gt(new.from));
    diesel::update(same().filter(codes_table::valid_from.lt(new.from)).filter(open))
        .set(codes_table::valid_to.eq(new.from))
        .execute(conn)?;
    let row = (
        codes_table::id.eq(DbId::from(new.id)),
        codes_table::level.eq(level),
        codes_table::code.eq(digits.clone()),
        codes_table::name.eq(&*new.code.name),
        codes_table::valid_from.eq(new.from),
        codes_table::valid_to.eq(new.code.validity.to),
        codes_table::account_id.eq(DbId::from(new.account)),
        codes_table::recorded_at.eq(new.at.naive_utc()),
    );
    diesel::insert_into(codes_table::table).values(row).execute(conn)?;
    Ok(())
}

/// What a source can give in a year, as a document tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mean {
    pub id: Id<Mean>,
    pub programme: ProgrammeId,
    pub year: i32,
    pub source: FundingSourceKind,
    pub amount: Dong,
    /// From when on it is told.
    pub on: NaiveDate,
    pub document: DocumentId,
    pub place: Option<Place>,
    pub account: AccountId,
    pub recorded_at: DateTime<Utc>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = budget_means, treat_none_as_default_value = false)]
struct MeanRow {
    id: DbId,
    programme_id: DbId,
    year: i32,
    source: String,
    amount: i64,
    day: NaiveDate,
    document_id: DbId,
    section: Option<String>,
    quote: Option<String>,
    account_id: DbId,
    recorded_at: chrono::NaiveDateTime,
}

/// Appends what a document tells of means.
pub fn insert_mean(conn: &mut Conn, mean: &Mean) -> Result<(), DbError> {
    let (section, quote) = mean.place.clone().map(|place| (place.section, place.quote)).unzip();
    let row = MeanRow {
        id: mean.id.into(),
        programme_id: mean.programme.into(),
        year: mean.year,
        source: mean.source.label().into(),
        amount: mean.amount.get(),
        day: mean.on,
        document_id: mean.document.into(),
        section,
        quote: quote.flatten(),
        account_id: mean.account.into(),
        recorded_at: mean.recorded_at.naive_utc(),
    };
    diesel::insert_into(budget_means::table).values(row).execute(conn)?;
    Ok(())
}

/// What documents told of the means of a programme by a day, the latest of a year and source alone.
pub fn means(conn: &mut Conn, programme: Option<ProgrammeId>, year: Option<i32>, as_of: NaiveDate) -> Result<Vec<Mean>, DbError> {
    // The latest by its day and then by when it was written down.
    let latest = sql::<Bool>(
        "NOT EXISTS (SELECT 1 FROM budget_means later WHERE later.programme_id = budget_means.programme_id \
         AND later.year = budget_means.year AND later.source = budget_means.source AND later.day <= ",
    )
    .bind::<diesel::sql_types::Date, _>(as_of)
    .sql(" AND (later.day, later.recorded_at, later.id) > (budget_means.day, budget_means.recorded_at, budget_means.id))");
    let mut query = budget_means::table.filter(budget_means::day.le(as_of)).filter(latest).into_boxed::<MultiBackend>();
    if let Some(programme) = programme {
        query = query.filter(budget_means::programme_id.eq(DbId::from(programme)));
    }
    if let Some(year) = year {
        query = query.filter(budget_means::year.eq(year));
    }
    let rows: Vec<MeanRow> = query.order((budget_means::year, budget_means::id)).select(MeanRow::as_select()).load(conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(Mean {
                source: parsed(&row.source, "budget_means", "source", row.id)?,
                id: row.id.of(),
                programme: row.programme_id.of(),
                year: row.year,
                amount: Dong::new(row.amount),
                on: row.day,
                document: row.document_id.of(),
                place: row.section.map(|section| Place { section, quote: row.quote }),
                account: row.account_id.of(),
                recorded_at: row.recorded_at.and_utc(),
            })
        })
        .collect()
}
