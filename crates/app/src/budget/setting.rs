//! Days, thresholds and codes of budget years: reading them, and writing down from when on others hold.
//! Must not change what holds for years before.
//! What they mean is `domain::budget`.

use auth::Ctx;
use chrono::NaiveDate;
use domain::{
    budget::{BudgetRules, ClassificationCode, ClassificationLevel, DayOfYear, YEARS},
    error::{Code, Fault, Refusal},
    policy::Action,
    validity::Validity,
};
use persistence::{
    Conn,
    budget::{self as stored, NewCode, NewRules},
};
use serde_json::json;

use crate::{
    App, Error, View,
    audit::{Deed, record, watched},
    identity::current,
    words,
};

const PUT_RULES: &str = "put_budget_rules";
const PUT_CODE: &str = "put_budget_code";
const MAX_WORDS: usize = 500;
/// Bounds of ages at most.
const MAX_BOUNDS: usize = 12;

/// What holds for budget years.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The oldest first.
    pub rules: Vec<BudgetRules>,
    /// By level, digits and time.
    pub codes: Vec<ClassificationCode>,
}

/// Rules from a budget year on.
#[derive(Clone, Debug)]
pub struct RulesDraft {
    pub from_year: i32,
    pub source: String,
    pub to_confirm: bool,
    pub books_close: DayOfYear,
    pub adjusted_until: DayOfYear,
    pub allocation_days: u32,
    pub ageing: Vec<u32>,
}

/// A code of the classification from a day on.
#[derive(Clone, Debug)]
pub struct CodeDraft {
    pub level: ClassificationLevel,
    pub code: String,
    pub name: String,
    pub from: NaiveDate,
    /// The first day on which it holds no more.
    pub to: Option<NaiveDate>,
}

/// Everything that holds, held and will hold.
///
/// # Errors
/// When the database fails.
pub async fn settings(view: &View) -> Result<Settings, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    view.read(|conn| -> Result<_, Error> { Ok(Settings { rules: stored::rules(conn)?, codes: stored::codes(conn)? }) }).await
}

/// Writes down the rules from a budget year on, in place of those that begin with it.
///
/// # Errors
/// `FORBIDDEN`, `BODY_INVALID` with every fault.
pub async fn put_rules(app: &App, ctx: &Ctx, draft: RulesDraft) -> Result<(), Error> {
    watched(app, ctx, Deed::new(PUT_RULES), async {
        ctx.allow(Action::ManageBudgetRules)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| store_rules(&app_, conn, &ctx_, &draft)).await
    })
    .await
}

fn store_rules(app: &App, conn: &mut Conn, ctx: &Ctx, draft: &RulesDraft) -> Result<(), Error> {
    let ctx = &current(app, conn, ctx)?;
    ctx.allow(Action::ManageBudgetRules)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let mut faults = Vec::new();
    let source = words::read_among("/source", &draft.source, MAX_WORDS, &mut faults);
    let mut out_of_range = |at: &str, is_wrong: bool| faults.extend(is_wrong.then(|| Fault::new(at, Code::OutOfRange)));
    out_of_range("/fromYear", !YEARS.contains(&draft.from_year));
    // In a leap year every day that there is has a place.
    out_of_range("/booksClose", !is_a_day(draft.books_close));
    out_of_range("/adjustedUntil", !is_a_day(draft.adjusted_until));
    out_of_range("/allocationDays", draft.allocation_days > 250);
    let is_ascending = draft.ageing.windows(2).all(|pair| pair[0] < pair[1]);
    out_of_range("/ageing", !is_ascending || draft.ageing.is_empty() || draft.ageing.len() > MAX_BOUNDS || draft.ageing.contains(&0));
    let from = NaiveDate::from_ymd_opt(draft.from_year, 1, 1).filter(|_| faults.is_empty());
    let Some(from) = from else { return Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) };
    let rules = BudgetRules {
        validity: Validity { from: Some(from), to: None },
        source: source.into(),
        to_confirm: draft.to_confirm,
        books_close: draft.books_close,
        adjusted_until: draft.adjusted_until,
        allocation_days: draft.allocation_days,
        ageing: draft.ageing.clone(),
    };
    let at = app.0.clock.now();
    stored::put_rules(conn, &NewRules { id: app.0.ids.next(), from, rules: &rules, account, at })?;
    let day = |day: DayOfYear| format!("{:02}-{:02}", day.month, day.day);
    let after = json!({"fromYear": draft.from_year, "source": &*rules.source, "toConfirm": rules.to_confirm,
        "booksClose": day(rules.books_close), "adjustedUntil": day(rules.adjusted_until),
        "allocationDays": rules.allocation_days, "ageing": rules.ageing});
    Ok(record(app, conn, ctx, Deed::new(PUT_RULES).with(json!({ "after": after })))?)
}

/// Whether a year has such a day, a leap year if need be.
fn is_a_day(day: DayOfYear) -> bool {
    NaiveDate::from_ymd_opt(2024, day.month, day.day).is_some()
}

/// Writes down what a code means from a day on, in place of what was written down for that day; what held on it ends.
///
/// # Errors
/// `FORBIDDEN`, `BODY_INVALID` with every fault, among them that another meaning begins later and would overlap.
pub async fn put_code(app: &App, ctx: &Ctx, draft: CodeDraft) -> Result<(), Error> {
    watched(app, ctx, Deed::new(PUT_CODE), async {
        ctx.allow(Action::ManageBudgetRules)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| store_code(&app_, conn, &ctx_, &draft)).await
    })
    .await
}

fn store_code(app: &App, conn: &mut Conn, ctx: &Ctx, draft: &CodeDraft) -> Result<(), Error> {
    let ctx = &current(app, conn, ctx)?;
    ctx.allow(Action::ManageBudgetRules)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let mut faults = Vec::new();
    let name = words::read_among("/name", &draft.name, MAX_WORDS, &mut faults);
    let is_digits = draft.code.len() == draft.level.digits() && draft.code.bytes().all(|byte| byte.is_ascii_digit());
    faults.extend((!is_digits).then(|| Fault::new("/code", Code::PatternMismatch)));
    faults.extend(draft.to.filter(|to| *to <= draft.from).map(|_| Fault::new("/to", Code::OutOfRange)));
    let known = stored::codes(conn)?;
    let same = known.iter().filter(|code| code.level == draft.level && *code.code == *draft.code);
    let later = same.filter_map(|code| code.validity.from).find(|from| *from > draft.from);
    faults.extend(later.filter(|later| draft.to.is_none_or(|to| to > *later)).map(|_| Fault::new("/to", Code::OutOfRange)));
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    let code = ClassificationCode {
        level: draft.level,
        code: draft.code.as_str().into(),
        name: name.into(),
        validity: Validity { from: Some(draft.from), to: draft.to },
    };
    let at = app.0.clock.now();
    stored::put_code(conn, &NewCode { id: app.0.ids.next(), from: draft.from, code: &code, account, at })?;
    let after = json!({"level": draft.level.label(), "code": draft.code, "name": &*code.name, "from": draft.from, "to": draft.to});
    Ok(record(app, conn, ctx, Deed::new(PUT_CODE).with(json!({ "after": after })))?)
}
