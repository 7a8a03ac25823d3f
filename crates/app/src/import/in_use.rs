//! Rows that an import would take away although life has laid something on them, told one by one.
//! Must not look for them; `persistence::in_use` does.
//! A row that goes stands in the file no more: its fault points to the list from which it is missing, and names its key.

use domain::{
    error::{Code, Fault, Refusal},
    event::EventKind,
    obligation::Obligation,
    seed::Seed,
    task::AssignmentRole,
};
use persistence::{
    Conn,
    in_use::{InUse, Resting, withdraw as take_away},
    rows::DbId,
    sync::{CalendarTables, Names, Tables},
};
use serde::Serialize;

use crate::{App, Error, obligation::news, outbox::announce_all};

/// Why changes could not be stored if they were confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// JSON pointer into the file.
    pub pointer: String,
    pub code: &'static str,
    pub vi: String,
    pub en: String,
}

impl From<Fault> for Obstacle {
    fn from(fault: Fault) -> Self {
        let (vi, en) = (fault.message.vi.into_owned(), fault.message.en.into_owned());
        Self { pointer: fault.pointer, code: fault.code.label(), vi, en }
    }
}

/// What stands in the way of changes: an obstacle to tell where they are only shown, a refusal where they are to be stored.
pub(super) fn unless_in_the_way(faults: Vec<Fault>, writes: bool) -> Result<Vec<Obstacle>, Error> {
    if writes && !faults.is_empty() {
        return Err(Refusal::with_faults(Code::ImportInvalid, faults).into());
    }
    Ok(faults.into_iter().map(Obstacle::from).collect())
}

/// Tasks, occurrences and assignments that cannot go since something rests on them.
pub(super) fn kept_in_programme(in_use: &InUse, seed: &Seed, stored: &Tables, names: &Names) -> Vec<Fault> {
    let code = |id| stored.tasks.iter().find(|task| task.id == id).map_or("", |task| task.code.as_str());
    let tasks = stored.tasks.iter().filter_map(|task| {
        let by = in_use.get(&task.id)?;
        Some(fault("/tasks".into(), ("nhiệm vụ", "task"), &task.code, by))
    });
    let occurrences = stored.occurrences.iter().filter_map(|occurrence| {
        let (by, task) = (in_use.get(&occurrence.id)?, code(occurrence.task_id));
        let at = seed.tasks.iter().position(|stays| stays.code == task);
        let at = at.map_or_else(|| "/tasks".to_owned(), |i| format!("/tasks/{i}/period/years"));
        Some(fault(at, ("kỳ thực hiện", "occurrence"), &format!("{task} / {}", occurrence.year), by))
    });
    let agency = |id: DbId| names.get(&id.0).map_or("", String::as_str);
    let assignments = stored.assignments.iter().filter_map(|assignment| {
        let (by, task) = (in_use.get(&assignment.id)?, code(assignment.task_id));
        let at = seed.tasks.iter().position(|stays| stays.code == task);
        let list = if assignment.role == AssignmentRole::Lead.label() { "lead" } else { "coordinating" };
        let at = at.map_or_else(|| "/tasks".to_owned(), |i| format!("/tasks/{i}/{list}/agencies"));
        Some(fault(at, ("phân công", "assignment"), &format!("{task} / {}", agency(assignment.agency_id)), by))
    });
    sorted(tasks.chain(occurrences).chain(assignments).collect())
}

/// Rows of regimes that cannot go, nor ask for something else, since something rests on them. Rows stand in the order of the file.
pub(super) fn kept_in_calendar(in_use: &InUse, stored: &CalendarTables, wanted: &CalendarTables) -> Vec<Fault> {
    let regimes = stored.regimes.iter().filter_map(|regime| {
        let by = in_use.get(&regime.id)?;
        let key = format!("{} / {}", regime.code, regime.valid_from);
        Some(match wanted.regimes.iter().position(|stays| stays.id == regime.id) {
            Some(i) => promised(format!("/regimes/{i}"), &key, by),
            None => fault("/regimes".into(), ("chế độ báo cáo", "regime"), &key, by),
        })
    });
    sorted(regimes.collect())
}

/// Takes away obligations that follow from task-years which go, and tells those who follow the feed.
pub(in crate::import) fn withdraw(app: &App, conn: &mut Conn, untouched: &[Obligation]) -> Result<(), Error> {
    if untouched.is_empty() {
        return Ok(());
    }
    take_away(conn, &untouched.iter().map(|obligation| obligation.id).collect::<Vec<_>>()).map_err(super::forbidden)?;
    let news = untouched.iter().map(|obligation| news(EventKind::ObligationWithdrawn, obligation));
    Ok(announce_all(app, conn, news.collect())?)
}

fn sorted(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by(|a, b| (&a.pointer, &a.message.en).cmp(&(&b.pointer, &b.message.en)));
    faults
}

fn fault(pointer: String, (vi, en): (&str, &str), key: &str, by: &[(Resting, i64)]) -> Fault {
    let in_vietnamese: Vec<String> = by.iter().map(|(what, count)| format!("{count} {}", words(*what).0)).collect();
    let in_english: Vec<String> = by.iter().map(|(what, count)| counted(*what, *count)).collect();
    let (by_vi, by_en) = (in_vietnamese.join(", "), in_english.join(", "));
    Fault::worded(
        pointer,
        Code::StillInUse,
        format!("Không thể xóa {vi} {key} vì còn {by_vi} liên quan."),
        format!("The {en} {key} cannot go; what rests on it: {by_en}."),
    )
}

/// That what a regime asks for was promised already.
fn promised(pointer: String, key: &str, by: &[(Resting, i64)]) -> Fault {
    let count: i64 = by.iter().map(|(_, count)| count).sum();
    Fault::worded(
        pointer,
        Code::StillInUse,
        format!(
            "Đã có {count} nghĩa vụ báo cáo theo {key} nên không được sửa kỳ, hạn, đề cương hay biểu mẫu của dòng này; hãy đặt \
             validTo cho dòng này và thêm dòng mới cùng mã có hiệu lực về sau."
        ),
        format!(
            "{count} obligations rest on {key}, so its window, due day, outline and form stay; end the row with validTo and add a new \
             one of the same code that is valid later."
        ),
    )
}

fn counted(what: Resting, count: i64) -> String {
    format!("{count} {}{}", words(what).1, if count == 1 { "" } else { "s" })
}

/// What rests on a row, in Vietnamese and English.
const fn words(what: Resting) -> (&'static str, &'static str) {
    match what {
        Resting::Report => ("báo cáo", "report"),
        Resting::Obligation => ("nghĩa vụ báo cáo", "obligation"),
        Resting::Event => ("sự kiện trong lịch sử thực hiện", "event"),
        Resting::Claim => ("đề nghị xác nhận hoàn thành", "claim"),
        Resting::Extension => ("đề nghị gia hạn", "extension"),
        Resting::Principal => ("phân công đầu mối chịu trách nhiệm", "principal"),
        Resting::Designation => ("chỉ định cơ quan liên quan", "designation"),
        Resting::BudgetLine => ("dòng kinh phí", "budget line"),
    }
}
