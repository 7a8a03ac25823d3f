//! Importing working days, regimes and clocks of the law: compare with what is stored, then apply.
//! Must not skip anything silently: all faults are told together, all differences by name.
//! The file's form is `data/calendar.schema.json`, its rules `domain::calendar_file`; obligations follow by themselves.

use std::collections::{BTreeMap, BTreeSet};

use auth::{Ctx, digest};
use chrono::NaiveDate;
use domain::{
    calendar_file::{CalendarFile, Due, PersonalClock, Regime, WorkingYear, check},
    clock::local_day,
    draft::{Malformed, Part},
    error::{Code, Fault},
    policy::Action,
};
use persistence::{
    Conn,
    calendar::{CALENDAR_DAY, WORKING_DAYS, documents_numbered, stored},
    in_use::{self, InUse},
    personal_request,
    rows::{DbId, PersonalClockRow, RegimeAgencyRow, RegimeRow, SpecialDayRow, WorkingYearRow},
    seed::stamp_catalogue,
    sync::{CalendarTables, Change, Names},
};
use serde::Serialize;
use serde_json::json;

use super::{
    Draft, ImportOptions, confirmed, forbidden,
    in_use::{Obstacle, kept_in_calendar, unless_in_the_way},
    read, stamp, transact,
};
use crate::{
    App, Error,
    audit::{Deed, watched},
    catalogue::Catalogue,
    succession::settle_receivers,
};

/// The form of a calendar file.
pub const CALENDAR_SCHEMA: &str = include_str!("../../../../data/calendar.schema.json");

const OPERATION: &str = "import_calendar";

/// What an import did, or would do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarOutcome {
    /// SHA-256 of the file.
    pub content_sha256: String,
    /// Nothing of the file's years and regimes was stored before.
    pub new_calendar: bool,
    /// Whether the changes are stored now.
    pub applied: bool,
    /// Differences between what was stored and what the file says; empty when they agree.
    pub changes: Vec<Change>,
    /// What stands in the way of storing them; where they are to be stored, this is the refusal instead.
    pub obstacles: Vec<Obstacle>,
    /// What rests on no document that the service has, each with its place.
    pub warnings: Vec<Obstacle>,
    pub counts: CalendarCounts,
}

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarCounts {
    pub working_years: usize,
    pub special_days: usize,
    pub regimes: usize,
    /// One for each kind of request that a clock is for.
    pub personal_clocks: usize,
}

/// Imports a calendar file.
///
/// # Errors
/// `IMPORT_INVALID` with every fault; `FORBIDDEN` without the right. Differences that nobody confirmed are no error: the
/// outcome tells them and that nothing was stored.
pub async fn calendar(app: &App, ctx: &Ctx, file: &[u8], options: ImportOptions) -> Result<CalendarOutcome, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ImportProgramme)?;
        let draft = read(file, CALENDAR_SCHEMA, check)?;
        let (app_, sha256) = (app.clone(), digest(file));
        transact(app, ctx, options, move |conn| {
            let outcome = apply(&app_, conn, &draft, &sha256, options)?;
            let after = json!({"fileSha256": sha256, "changes": outcome.changes.len(), "newCalendar": outcome.new_calendar});
            let deed = Deed::new(OPERATION).on("calendar", &sha256).with(json!({ "after": after }));
            Ok((outcome.applied.then_some(deed), outcome))
        })
        .await
    })
    .await
}

/// Stores a calendar file in a transaction whose entry of the audit log its caller writes.
///
/// # Errors
/// `IMPORT_INVALID` with every fault.
pub(crate) fn store_calendar(app: &App, conn: &mut Conn, file: &[u8]) -> Result<(), Error> {
    let draft = read(file, CALENDAR_SCHEMA, check)?;
    apply(app, conn, &draft, &digest(file), ImportOptions { dry_run: false, apply_changes: true }).map(drop)
}

/// Compares and, where that is asked for and needed, writes.
fn apply(app: &App, conn: &mut Conn, draft: &Draft, sha256: &str, options: ImportOptions) -> Result<CalendarOutcome, Error> {
    // 1. What the file refers to, and what is stored of what it names.
    let catalogue = app.0.catalogue.current(conn)?;
    let file: CalendarFile = draft.finish(unknown(draft, &catalogue))?;
    let years: Vec<i32> = file.working_years.iter().map(|year| year.year).collect();
    let codes: Vec<&str> = file.regimes.iter().map(|regime| regime.code.as_str()).collect();
    let kinds: BTreeSet<&str> = file.personal_clocks.iter().flat_map(|clock| &clock.kinds).map(|kind| kind.label()).collect();
    let before = stored(conn, &years, &codes, &kinds.into_iter().collect::<Vec<_>>())?;
    let of_years = file.working_years.iter().filter_map(|year| Some(year.basis.as_ref()?.document.as_str()));
    let numbers: Vec<&str> = file.regimes.iter().filter_map(|regime| regime.basis.document.as_deref()).chain(of_years).collect();
    let documents = documents_numbered(conn, &numbers)?;
    // 2. What the file wants, with the identifiers of what is there already.
    let mut wanted = Wanted { app, catalogue: &catalogue, before: &before, documents: &documents, names: agencies_called(&catalogue) };
    let after = wanted.rows(&file);
    let changes = before.changes(&after, &wanted.names);
    let new_calendar = before.working_years.is_empty() && before.regimes.is_empty() && before.personal_clocks.is_empty();
    // 3. Make it so, unless there is nothing to do or nobody confirmed. A dry run is undone by its caller.
    let writes = confirmed(&changes, new_calendar, options);
    let in_use = if changes.is_empty() { InUse::new() } else { in_use::by_calendar(conn, &before, &after)? };
    let mut in_the_way = kept_in_calendar(&in_use, &before, &after);
    in_the_way.extend(clocks_running(conn, &before.personal_clocks, &after.personal_clocks)?);
    let obstacles = unless_in_the_way(in_the_way, writes)?;
    if writes {
        before.apply(&after, conn).map_err(forbidden)?;
        stamp_catalogue(conn, stamp(app))?;
        settle_receivers(app, conn)?;
    }
    let counts = CalendarCounts {
        working_years: after.working_years.len(),
        special_days: after.special_days.len(),
        regimes: after.regimes.len(),
        personal_clocks: after.personal_clocks.len(),
    };
    let applied = writes && !options.dry_run;
    let warnings = unfounded(&file, &after);
    Ok(CalendarOutcome { content_sha256: sha256.to_owned(), new_calendar, applied, changes, obstacles, warnings, counts })
}

/// Years and regimes that rest on words alone, or on a number that no document, or several, have here.
fn unfounded(file: &CalendarFile, after: &CalendarTables) -> Vec<Obstacle> {
    let told = |at: String, is_named: bool| {
        let words = if is_named {
            ("Hệ thống chưa có đúng một văn bản mang số này.", "The service has not exactly one document of this number.")
        } else {
            ("Chưa nêu số văn bản làm căn cứ.", "No document is named that this rests on.")
        };
        let code = if is_named { Code::ReferenceUnknown } else { Code::FieldRequired };
        Obstacle::from(Fault::worded(at, code, words.0, words.1))
    };
    let years = file.working_years.iter().zip(&after.working_years).enumerate();
    let years = years.filter(|(_, (_, row))| row.basis_document_id.is_none());
    let years = years.map(|(i, (year, _))| told(format!("/workingYears/{i}/basis"), year.basis.is_some()));
    let regimes = file.regimes.iter().zip(&after.regimes).enumerate().filter(|(_, (_, row))| row.basis_document_id.is_none());
    let regimes = regimes.map(|(i, (regime, _))| told(format!("/regimes/{i}/basis/document"), regime.basis.document.is_some()));
    years.chain(regimes).collect()
}

/// Clocks by which requests still run: what was promised under one stays promised, so it goes on giving the same.
fn clocks_running(conn: &mut Conn, before: &[PersonalClockRow], after: &[PersonalClockRow]) -> Result<Vec<Fault>, Error> {
    let given = |rows: &[PersonalClockRow], kind: &str, day: NaiveDate| {
        let holds = |row: &&PersonalClockRow| row.kind == kind && row.valid_from <= day && row.valid_to.is_none_or(|to| day < to);
        let act = |row: &PersonalClockRow| (row.act_hours, row.act_days, row.act_days_third_party, row.rolls);
        rows.iter().find(holds).map(|row| (row.acknowledge_working_days, act(row), row.extension_days))
    };
    let kinds: BTreeSet<&str> = before.iter().map(|row| row.kind.as_str()).collect();
    let mut running: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, received) in personal_request::open_of_kinds(conn, &kinds.into_iter().collect::<Vec<_>>())? {
        let day = local_day(received);
        if given(before, &kind, day) != given(after, &kind, day) {
            *running.entry(kind).or_default() += 1;
        }
    }
    let fault = |(kind, count): (String, usize)| {
        let (vi, en) = (
            format!("Còn {count} yêu cầu loại {kind} đang theo thời hạn này; hãy giữ mục đó, đặt validTo và thêm mục mới."),
            format!("{count} open requests of kind {kind} run by this clock; keep its entry, end it with validTo and add a new one."),
        );
        Fault::worded("/personalClocks", Code::StillInUse, vi, en)
    };
    Ok(running.into_iter().map(fault).collect())
}

/// What is stored may refer to agencies that the file does not name.
fn agencies_called(catalogue: &Catalogue) -> Names {
    catalogue.agencies().iter().map(|agency| (agency.id.uuid(), agency.code.to_string())).collect()
}

/// Codes in the file that nothing stored has.
fn unknown(draft: &Draft, catalogue: &Catalogue) -> Vec<Fault> {
    let (malformed, mut faults) = (Malformed::of(&draft.form), Vec::new());
    for regime in Part::root(&draft.document, &malformed).field("regimes").items() {
        let programme = regime.field("programme");
        if programme.text().is_some_and(|code| catalogue.programme_by_code(code).is_none()) {
            faults.push(Fault::new(programme.at, Code::ProgrammeUnknown));
        }
        let agencies = std::iter::once(regime.field("receiver")).chain(regime.field("agencies").items());
        let unknown = agencies.filter(|agency| agency.text().is_some_and(|code| catalogue.agency_by_code(code).is_none()));
        faults.extend(unknown.map(|agency| Fault::new(agency.at, Code::ReferenceUnknown)));
    }
    faults
}

/// Builds the wanted rows.
struct Wanted<'a> {
    app: &'a App,
    catalogue: &'a Catalogue,
    before: &'a CalendarTables,
    documents: &'a [(String, DbId)],
    names: Names,
}

impl Wanted<'_> {
    fn rows(&mut self, file: &CalendarFile) -> CalendarTables {
        let mut after = CalendarTables::default();
        for year in &file.working_years {
            let row = self.year(year);
            after.working_years.push(row);
            after.special_days.extend(year.days.iter().map(|special| SpecialDayRow {
                day: special.day,
                year: year.year,
                kind: special.kind.label().into(),
                name: special.name.clone(),
            }));
        }
        for regime in &file.regimes {
            let row = self.regime(regime);
            for (i, code) in regime.agencies.iter().enumerate() {
                let Some(agency_id) = self.agency(code) else { continue };
                after.regime_agencies.push(RegimeAgencyRow {
                    regime_id: row.id,
                    agency_id,
                    rank: i32::try_from(i + 1).unwrap_or(i32::MAX),
                });
            }
            after.regimes.push(row);
        }
        after.personal_clocks.extend(file.personal_clocks.iter().flat_map(clocks));
        after
    }

    fn agency(&self, code: &str) -> Option<DbId> {
        Some(self.catalogue.agency_by_code(code)?.id.into())
    }

    fn name(&mut self, id: DbId, name: &str) {
        self.names.insert(id.0, name.to_owned());
    }

    /// The document with a number, if there is exactly one.
    fn document(&mut self, number: &str) -> Option<DbId> {
        let mut found = self.documents.iter().filter(|(known, _)| known == number).map(|(_, id)| *id);
        let id = found.next().filter(|_| found.next().is_none())?;
        self.name(id, number);
        Some(id)
    }

    fn year(&mut self, year: &WorkingYear) -> WorkingYearRow {
        let basis = year.basis.as_ref();
        WorkingYearRow {
            year: year.year,
            source: year.source.clone(),
            to_confirm: year.to_confirm,
            basis_document_id: basis.and_then(|basis| self.document(&basis.document)),
            section: basis.and_then(|basis| basis.section.clone()),
            quote: basis.and_then(|basis| basis.quote.clone()),
        }
    }

    fn regime(&mut self, regime: &Regime) -> RegimeRow {
        let same = |row: &&RegimeRow| row.code == regime.code && row.valid_from == regime.valid_from;
        let id = self.before.regimes.iter().find(same).map_or_else(|| DbId::from(self.app.0.ids.next::<()>()), |row| row.id);
        self.name(id, &format!("{} {}", regime.code, regime.valid_from));
        let programme = regime.programme.as_deref().and_then(|code| self.catalogue.programme_by_code(code)).cloned();
        if let Some(programme) = &programme {
            self.name(programme.id.into(), &programme.code);
        }
        let natural = |value: u32| i32::try_from(value).ok();
        let (due_rule, due_month_offset, due_day, due_working_days, due_rolls) = match regime.due {
            Some(Due::CalendarDay { month_offset, day, rolls }) => (Some(CALENDAR_DAY), Some(month_offset), natural(day), None, rolls),
            Some(Due::WorkingDays { days }) => (Some(WORKING_DAYS), None, None, natural(days), false),
            None => (None, None, None, None, false),
        };
        RegimeRow {
            id,
            code: regime.code.clone(),
            name: regime.name.clone(),
            programme_id: programme.map(|programme| programme.id.into()),
            kind: regime.kind.label().into(),
            subject: regime.subject.label().into(),
            frequency: regime.frequency.map(|frequency| frequency.label().into()),
            window_day: regime.window.and_then(|window| natural(window.day)),
            window_months_before: regime.window.map(|window| window.months_before),
            due_rule: due_rule.map(str::to_owned),
            due_month_offset,
            due_day,
            due_working_days,
            due_rolls,
            is_estimate: regime.is_estimate,
            obliged_roles: regime.obliged_roles.map(|roles| roles.label().into()),
            receiver_id: regime.receiver.as_deref().and_then(|code| self.agency(code)),
            outline: written(&regime.outline),
            form: written(&regime.form),
            chasing: written(&regime.chasing),
            basis_document_id: regime.basis.document.as_deref().and_then(|number| self.document(number)),
            basis_as_written: regime.basis.as_written.clone(),
            valid_from: regime.valid_from,
            valid_to: regime.valid_to,
            note: regime.note.clone(),
            section: regime.basis.section.clone(),
            quote: regime.basis.quote.clone(),
        }
    }
}

/// A clock as a row for each kind of request.
fn clocks(clock: &PersonalClock) -> impl Iterator<Item = PersonalClockRow> {
    let natural = |value: Option<u32>| value.and_then(|value| i32::try_from(value).ok());
    clock.kinds.iter().map(move |kind| PersonalClockRow {
        kind: kind.label().into(),
        valid_from: clock.valid_from,
        valid_to: clock.valid_to,
        basis: clock.basis.clone(),
        acknowledge_working_days: natural(clock.acknowledge_working_days),
        act_hours: natural(clock.act_hours),
        act_days: natural(clock.act_days),
        act_days_third_party: natural(clock.act_days_third_party),
        extension_days: natural(clock.extension_days),
        rolls: clock.rolls,
        to_confirm: clock.to_confirm,
    })
}

/// As JSON, which plain structs of strings and numbers always have.
fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
