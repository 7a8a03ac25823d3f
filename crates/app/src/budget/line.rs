//! Writing down a line of the budget, and changing what may change of it.
//! Must not move money, nor let an agency write down a line of another one.
//! What is wrong with a line is `domain::budget`; movements are `record`.

use std::sync::Arc;

use auth::Ctx;
use domain::{
    budget::{BudgetLine, BudgetLineId, Classification, Contribution, ContributionForm, Contributor, FundingSourceKind},
    error::{Code, Fault, Refusal},
    policy::{Action, Resource},
    revision::Revisions,
    task::TaskId,
};
use persistence::{Conn, DbError, budget as stored, task};
use serde_json::{Value, json};

use super::everything;
use crate::{
    App, Error,
    audit::{Deed, record, watched},
    catalogue::Catalogue,
    document::named_in,
    identity::current,
    words,
};

const CREATE: &str = "create_budget_line";
const UPDATE: &str = "update_budget_line";
const MAX_TITLE: usize = 500;
const MAX_NOTE: usize = 2000;

/// A line to write down.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// Code.
    pub programme: String,
    /// Code of a task of the programme; the programme as a whole where nothing is said.
    pub task: Option<String>,
    pub year: i32,
    /// Code.
    pub agency: String,
    pub source: FundingSourceKind,
    pub contribution: Option<NewContribution>,
    pub draft: LineDraft,
}

/// What is known of socialised means.
#[derive(Clone, Debug)]
pub struct NewContribution {
    /// Code of an agency of the register.
    pub agency: Option<String>,
    /// Whoever else it is, by name.
    pub name: Option<String>,
    pub form: ContributionForm,
    /// Number or identifier of a document.
    pub agreement: Option<String>,
    pub purpose: Option<String>,
    pub valuation: Option<String>,
}

/// What of a line may change.
#[derive(Clone, Debug, Default)]
pub struct LineDraft {
    /// Digits by level: chapter, category, section, item, subitem.
    pub classification: [Option<String>; 5],
    pub is_capital: bool,
    pub asset_note: Option<String>,
    pub title: Option<String>,
}

/// What a line is to say from now on.
pub type LineChange = LineDraft;

impl LineDraft {
    fn put_into(&self, line: &mut BudgetLine, faults: &mut Vec<Fault>) {
        let [chapter, category, section, item, subitem] = self.classification.clone().map(|digits| digits.map(Arc::from));
        line.classification = Classification { chapter, category, section, item, subitem };
        line.is_capital = self.is_capital;
        line.asset_note = read("/assetNote", self.asset_note.as_deref(), MAX_NOTE, faults);
        line.title = read("/title", self.title.as_deref(), MAX_TITLE, faults);
    }
}

fn read(at: &str, given: Option<&str>, most: usize, faults: &mut Vec<Fault>) -> Option<Arc<str>> {
    given.map(|text| words::read_among(at, text, most, faults).into())
}

/// Writes down a line.
///
/// # Errors
/// `FORBIDDEN`, `BODY_INVALID` with every fault, `ALREADY_EXISTS` where there is the same one.
pub async fn create(app: &App, ctx: &Ctx, new: NewLine) -> Result<BudgetLineId, Error> {
    watched(app, ctx, Deed::new(CREATE), async {
        ctx.allow(Action::RecordMoney)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| store(&app_, conn, &ctx_, &new)).await
    })
    .await
}

fn store(app: &App, conn: &mut Conn, ctx: &Ctx, new: &NewLine) -> Result<BudgetLineId, Error> {
    let ctx = &current(app, conn, ctx)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let account = ctx.account().ok_or_else(|| Refusal::new(Code::Unauthenticated))?.id;
    let line = built(app, conn, ctx, &catalogue, new)?;
    stored::insert(conn, &line, account, app.0.clock.now()).map_err(taken)?;
    let deed = Deed::new(CREATE).on("budget_line", line.id).for_agency(Some(&new.agency));
    record(app, conn, ctx, deed.with(json!({ "after": told(&line, &catalogue) })))?;
    Ok(line.id)
}

/// The line that is meant, or everything that is wrong with it.
fn built(app: &App, conn: &mut Conn, ctx: &Ctx, catalogue: &Catalogue, new: &NewLine) -> Result<BudgetLine, Error> {
    let mut faults = Vec::new();
    let mut unknown = |at: &str| faults.push(Fault::new(at, Code::ReferenceUnknown));
    let programme = catalogue.programme_by_code(&new.programme).map(|programme| programme.id);
    let agency = catalogue.agency_by_code(&new.agency);
    if programme.is_none() {
        unknown("/programme");
    }
    // A collective spends nothing: its members do.
    if agency.is_none_or(|agency| agency.collective.is_some()) {
        unknown("/agency");
    }
    let on = Resource { agency: agency.map(|agency| agency.id), programme, ..Resource::default() };
    ctx.allow_on(Action::RecordMoney, &on)?;
    let task = of_programme(conn, programme, new.task.as_deref())?.unwrap_or_else(|()| {
        unknown("/task");
        None
    });
    let contribution = match &new.contribution {
        Some(given) => contribution(conn, catalogue, given, &mut faults)?,
        None => None,
    };
    let (Some(programme), Some(agency)) = (programme, agency) else {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    };
    let mut line = BudgetLine {
        id: app.0.ids.next(),
        programme,
        task,
        year: new.year,
        agency: agency.id,
        source: new.source,
        contribution,
        classification: Classification::default(),
        is_capital: false,
        asset_note: None,
        title: None,
        revision: 1,
    };
    new.draft.put_into(&mut line, &mut faults);
    // What cannot be read of a contribution is not missing.
    let is_told = |fault: &Fault| new.contribution.is_some() && fault.pointer == "/contribution";
    faults.extend(line.faults("").into_iter().filter(|fault| !is_told(fault) || line.source != FundingSourceKind::Socialised));
    faults.extend(line.classification.faults(line.year, &stored::codes(conn)?, "/classification"));
    if faults.is_empty() { Ok(line) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults).into()) }
}

/// A task of the programme by its code; `Err` where there is none.
fn of_programme(
    conn: &mut Conn,
    programme: Option<domain::programme::ProgrammeId>,
    code: Option<&str>,
) -> Result<Result<Option<TaskId>, ()>, Error> {
    match (programme, code) {
        (Some(programme), Some(code)) => Ok(task::by_code(conn, programme, code)?.map(|task| Some(task.id)).ok_or(())),
        _ => Ok(Ok(None)),
    }
}

fn contribution(
    conn: &mut Conn,
    catalogue: &Catalogue,
    given: &NewContribution,
    faults: &mut Vec<Fault>,
) -> Result<Option<Contribution>, Error> {
    let contributor = match (&given.agency, &given.name) {
        (Some(code), None) => {
            let found = catalogue.agency_by_code(code).map(|agency| Contributor::Agency(agency.id));
            if found.is_none() {
                faults.push(Fault::new("/contribution/agency", Code::ReferenceUnknown));
            }
            found
        }
        (None, Some(_)) => read("/contribution/name", given.name.as_deref(), MAX_TITLE, faults).map(Contributor::Named),
        _ => {
            let (vi, en) =
                ("Ghi một bên đóng góp: mã cơ quan hoặc tên.", "Name one contributor: the code of an agency, or whoever it is by name.");
            faults.push(Fault::worded("/contribution/agency", Code::RuleBroken, vi, en));
            None
        }
    };
    let agreement = match &given.agreement {
        Some(reference) => match named_in(conn, "/contribution/agreement", reference) {
            Ok(id) => Some(id),
            Err(Error::Refused(refusal)) => {
                faults.extend(refusal.faults);
                None
            }
            Err(error) => return Err(error),
        },
        None => None,
    };
    let purpose = read("/contribution/purpose", given.purpose.as_deref(), MAX_NOTE, faults);
    let valuation = read("/contribution/valuation", given.valuation.as_deref(), MAX_NOTE, faults);
    Ok(contributor.map(|contributor| Contribution { contributor, form: given.form, agreement, purpose, valuation }))
}

/// Sets anew what may change of a line.
///
/// # Errors
/// `FORBIDDEN`, `NOT_FOUND`, `PRECONDITION_FAILED` where it has changed since, `BODY_INVALID` with every fault, `ALREADY_EXISTS`.
pub async fn update(app: &App, ctx: &Ctx, id: BudgetLineId, revision: impl Into<Revisions>, change: LineChange) -> Result<(), Error> {
    let revision: Revisions = revision.into();
    watched(app, ctx, Deed::new(UPDATE).on("budget_line", id), async {
        ctx.allow(Action::RecordMoney)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        app.0.db.write(move |conn| restore(&app_, conn, &ctx_, (id, &revision), &change)).await
    })
    .await
}

fn restore(app: &App, conn: &mut Conn, ctx: &Ctx, (id, revision): (BudgetLineId, &Revisions), change: &LineChange) -> Result<(), Error> {
    let ctx = &current(app, conn, ctx)?;
    let catalogue = app.0.catalogue.current(conn)?;
    let before = stored::by_ids(conn, &[id], &everything())?.pop().ok_or_else(|| Refusal::new(Code::NotFound))?;
    if !ctx.budget_scope().opens(before.agency, before.programme, true) {
        return Err(Refusal::new(Code::NotFound).into());
    }
    let on = Resource { agency: Some(before.agency), programme: Some(before.programme), ..Resource::default() };
    ctx.allow_on(Action::RecordMoney, &on)?;
    revision.check(before.revision)?;
    let mut faults = Vec::new();
    let mut line = BudgetLine { revision: before.revision + 1, ..before.clone() };
    change.put_into(&mut line, &mut faults);
    faults.extend(line.faults(""));
    faults.extend(line.classification.faults(line.year, &stored::codes(conn)?, "/classification"));
    if !faults.is_empty() {
        return Err(Refusal::with_faults(Code::BodyInvalid, faults).into());
    }
    if !stored::update(conn, &line, before.revision).map_err(taken)? {
        return Err(Refusal::new(Code::PreconditionFailed).into());
    }
    let agency = catalogue.agency_code(Some(line.agency));
    let changes = json!({"before": told(&before, &catalogue), "after": told(&line, &catalogue)});
    Ok(record(app, conn, ctx, Deed::new(UPDATE).on("budget_line", id).for_agency(agency.as_deref()).with(changes))?)
}

/// What the audit log tells of a line. Who contributes may be a person: that somebody does is enough.
fn told(line: &BudgetLine, catalogue: &Catalogue) -> Value {
    let class = &line.classification;
    let codes = [&class.chapter, &class.category, &class.section, &class.item, &class.subitem].map(|code| code.as_deref());
    json!({
        "programme": catalogue.programme(line.programme).map(|programme| programme.code.to_string()),
        "task": line.task.map(|task| task.to_string()),
        "year": line.year,
        "agency": catalogue.agency_code(Some(line.agency)).as_deref(),
        "source": line.source.label(),
        "contribution": line.contribution.as_ref().map(|given| given.form.label()),
        "classification": codes,
        "isCapital": line.is_capital,
        "assetNote": line.asset_note.as_deref(),
        "title": line.title.as_deref(),
    })
}

/// There is one line of an identity.
fn taken(error: DbError) -> Error {
    match error {
        DbError::Unique(_) => Refusal::new(Code::AlreadyExists).into(),
        // What it refers to went away in between: looked up again, it is told by name.
        DbError::ForeignKey(_) => DbError::Serialisation.into(),
        other => other.into(),
    }
}
