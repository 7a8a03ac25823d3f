//! Rows that an import would take away although life has laid something on them, told one by one.
//! Must not look for them; `persistence::in_use` does.
//! A row that goes stands in the file no more: its fault points to the list from which it is missing, and names its key.

use domain::{
    error::{Code, Fault, Refusal},
    seed::Seed,
};
use persistence::{
    in_use::{InUse, Resting},
    sync::{CalendarTables, Tables},
};

use crate::Error;

/// Refuses to take away tasks and occurrences that something rests on.
pub(super) fn refuse_in_programme(in_use: &InUse, seed: &Seed, stored: &Tables) -> Result<(), Error> {
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
    refuse(tasks.chain(occurrences).collect())
}

/// Refuses to take away rows of regimes that something rests on.
pub(super) fn refuse_in_calendar(in_use: &InUse, stored: &CalendarTables) -> Result<(), Error> {
    let regimes = stored.regimes.iter().filter_map(|regime| {
        let by = in_use.get(&regime.id)?;
        Some(fault("/regimes".into(), ("chế độ báo cáo", "regime"), &format!("{} / {}", regime.code, regime.valid_from), by))
    });
    refuse(regimes.collect())
}

fn refuse(mut faults: Vec<Fault>) -> Result<(), Error> {
    faults.sort_by(|a, b| (&a.pointer, &a.message.en).cmp(&(&b.pointer, &b.message.en)));
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::ImportInvalid, faults).into()) }
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
    }
}
