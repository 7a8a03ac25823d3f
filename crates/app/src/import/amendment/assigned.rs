//! Who has a part in tasks once a programme is amended: assignments end and begin on its day.
//! Must not end what an event of agencies moved later; nobody is assigned silently who is not there.
//! What is left without an owner is queued by `succession`.

use std::collections::HashSet;

use domain::{
    agency::Agency,
    error::{Code, Fault},
    id::IdSource,
    seed::Seed,
    task::AssignmentRole,
};
use persistence::{
    Conn, amendment as stored,
    rows::{AssignmentRow, CitationRow, DbId, Synced},
    succession_queue::waiting_of,
    sync::Tables,
};

use super::{Turning, refused};
use crate::{App, Error};

/// Gives what is newly assigned the amendment's document and day, and where the file says that it stands in it; a place in the order
/// that moves is assigned anew, and what the file says of it as the decision does is no place in the amendment's document.
pub(super) fn date_assignments(turning: &Turning, before: &Tables, after: &mut Tables, ids: &dyn IdSource) {
    let mut moved: Vec<(DbId, DbId)> = Vec::new();
    for row in &mut after.assignments {
        match before.assignments.iter().find(|old| old.id == row.id) {
            // An event has ended it: nothing of it moves any more.
            Some(old) if old.valid_to.is_some() => row.rank = old.rank,
            Some(old) if old.rank == row.rank => {}
            found => {
                let before_id = row.id;
                if found.is_some() {
                    row.id = DbId::from(ids.next::<()>());
                }
                moved.push((before_id, row.id));
                row.valid_from = turning.day;
                row.valid_to = None;
                row.basis_document_id = turning.basis.into();
            }
        }
    }
    placed_anew(before, after, (turning, ids), &moved);
}

/// Places of assignments that the amendment makes, in its document.
fn placed_anew(before: &Tables, after: &mut Tables, (turning, ids): (&Turning, &dyn IdSource), moved: &[(DbId, DbId)]) {
    let is_kept = |row: &CitationRow| {
        let of = |old: &CitationRow| (old.subject_id, old.section.clone(), old.quote.clone());
        before.citations.iter().any(|old| of(old) == of(row))
    };
    after.citations.retain(|row| !(moved.iter().any(|(old, _)| *old == row.subject_id) && is_kept(row)));
    for row in &mut after.citations {
        if let Some((_, id)) = moved.iter().find(|(old, _)| *old == row.subject_id) {
            (row.id, row.subject_id, row.document_id) = (DbId::from(ids.next::<()>()), *id, turning.basis.into());
        }
    }
}

/// Ends assignments with all that events made of them, and makes new ones.
pub(super) fn assignments(conn: &mut Conn, turning: &Turning, before: &Tables, after: &Tables) -> Result<HashSet<DbId>, Error> {
    let stays = |row: &AssignmentRow| after.assignments.iter().any(|new| new.id == row.id);
    let gone: Vec<DbId> = before.assignments.iter().filter(|row| !stays(row)).map(|row| row.id).collect();
    let ending = stored::with_successions(conn, &gone)?;
    let is_held = |row: &&AssignmentRow| row.valid_to.is_none_or(|to| to > turning.day);
    let held: Vec<&AssignmentRow> = ending.iter().filter(is_held).collect();
    if held.iter().any(|row| row.valid_from >= turning.day || row.valid_to.is_some()) {
        let (vi, en) = (
            "Sau ngày này đã có sự kiện của cơ quan làm thay đổi phân công mà sửa đổi chấm dứt.",
            "After this day an event of agencies moved an assignment that the amendment ends.",
        );
        return Err(refused(vec![Fault::worded("/effectiveOn", Code::RuleBroken, vi, en)]));
    }
    let mut touched: HashSet<DbId> = ending.iter().map(|row| row.task_id).collect();
    let held: Vec<DbId> = held.iter().map(|row| row.id).collect();
    let ended: Vec<DbId> = ending.iter().map(|row| row.id).collect();
    stored::end_assignments(conn, &ended, &held, turning.day, turning.at())?;
    for new in after.assignments.iter().filter(|row| !before.assignments.iter().any(|old| old.id == row.id)) {
        new.insert(conn)?;
        touched.insert(new.task_id);
        let places = after.citations.iter().filter(|place| place.subject_id == new.id && place.document_id == turning.basis.into());
        places.into_iter().try_for_each(|place| place.insert(conn))?;
    }
    Ok(touched)
}

/// What is newly given to agencies that are not there: a warning where it waits in the queue, or is a role beside tasks, a refusal where
/// nobody would ever answer.
pub(super) fn without_owner(
    app: &App,
    conn: &mut Conn,
    turning: &Turning,
    (before, after): (&Tables, &Tables),
    seed: &Seed,
) -> Result<Vec<Fault>, Error> {
    let new: Vec<&AssignmentRow> = after.assignments.iter().filter(|row| !before.assignments.iter().any(|old| old.id == row.id)).collect();
    let waiting = waiting_of(conn, app.0.clock.today(), &new.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let catalogue = app.0.catalogue.current(conn)?;
    let (mut warnings, mut faults) =
        (named_elsewhere(turning, (before, after), seed, |id| catalogue.agency(id.of()).map(|a| &**a)), Vec::new());
    for row in new {
        let Some(agency) = catalogue.agency(row.agency_id.of()) else { continue };
        if waiting.contains(&row.id) {
            warnings.push(queued(place(row, after, seed), &agency.code));
        } else if is_absent(agency, turning) {
            faults.push(absent(place(row, after, seed), &agency.code, turning));
        }
    }
    if faults.is_empty() { Ok(warnings) } else { Err(refused(faults)) }
}

fn is_absent(agency: &Agency, turning: &Turning) -> bool {
    agency.collective.is_none() && !agency.is_active_on(turning.day)
}

/// Where an assignment stands in the file.
fn place(row: &AssignmentRow, after: &Tables, seed: &Seed) -> String {
    let code = after.tasks.iter().find(|task| task.id == row.task_id).map_or("", |task| task.code.as_str());
    let list = if row.role == AssignmentRole::Lead.label() { "lead" } else { "coordinating" };
    match seed.tasks.iter().position(|task| task.code == code) {
        Some(at) => format!("/programme/tasks/{at}/{list}/agencies/{}/agency", row.rank - 1),
        None => "/programme/tasks".into(),
    }
}

/// Bodies that duties or the programme itself newly name and that are not there on the day.
fn named_elsewhere<'a>(
    turning: &Turning,
    (before, after): (&Tables, &Tables),
    seed: &Seed,
    agency: impl Fn(DbId) -> Option<&'a Agency>,
) -> Vec<Fault> {
    let mut named: Vec<(String, DbId)> = Vec::new();
    for duty in &after.responsibilities {
        let is_new = !before.responsibilities.iter().any(|old| (old.id, old.agency_id) == (duty.id, duty.agency_id));
        let at = seed.responsibilities.iter().position(|one| one.code == duty.code).filter(|_| is_new);
        named.extend(at.map(|at| (format!("/programme/responsibilities/{at}/agency"), duty.agency_id)));
    }
    if let (Some(old), Some(new)) = (before.programmes.first(), after.programmes.first()) {
        let bodies = [
            ("reports_to", old.reports_to_id, new.reports_to_id),
            ("steering_committee", old.steering_committee_id, new.steering_committee_id),
            ("standing_agency", old.standing_agency_id, new.standing_agency_id),
        ];
        let changed = bodies.into_iter().filter(|(_, old, new)| old != new);
        named.extend(changed.filter_map(|(field, _, new)| Some((format!("/programme/programme/{field}"), new?))));
    }
    let told = named.into_iter().filter_map(|(at, id)| agency(id).filter(|agency| is_absent(agency, turning)).map(|agency| (at, agency)));
    told.map(|(at, agency)| absent(at, &agency.code, turning)).collect()
}

fn queued(at: String, code: &str) -> Fault {
    let vi = format!("Cơ quan “{code}” không còn hoạt động; phần việc này đang chờ chỉ định cơ quan kế thừa.");
    let en = format!("The agency {code:?} is no more; this waits in the queue until a successor is named.");
    Fault::worded(at, Code::RuleBroken, vi, en)
}

fn absent(at: String, code: &str, turning: &Turning) -> Fault {
    let vi = format!("Cơ quan “{code}” không tồn tại vào ngày {}.", turning.day.format("%d/%m/%Y"));
    let en = format!("The agency {code:?} is not there on {}.", turning.day);
    Fault::worded(at, Code::RuleBroken, vi, en)
}
