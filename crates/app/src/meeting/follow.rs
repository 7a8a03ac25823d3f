//! What was concluded as tasks: led, coordinated, due and chased like those of the programme's annex.
//! Must not show in a title what is not published: until then it names the conclusion by its number.
//! The rows are `persistence::conclusion`; a programme's file neither changes nor removes them.

use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    document::DocumentId,
    event::EventKind,
    id::Id,
    lang::Multilingual,
    meeting::Conclusion,
    programme::TaskGroup,
    task::{Assignment, AssignmentRole, Occurrence, OccurrenceStatus, Period, Recurrence, Task},
    validity::Validity,
};
use persistence::{
    Conn,
    conclusion::{self, Followed},
    rows::DbId,
    seed::stamp_catalogue,
};
use serde_json::json;

use super::Desk;
use crate::{Error, catalogue::version_on, import::stamp, outbox::News, succession::settle_assignments};

/// Code of the group; those of an annex are Roman numbers.
const GROUP: &str = "KL";
const GROUP_TITLE: &str = "Kết luận, chỉ đạo tại các cuộc họp";

/// Makes each conclusion of a meeting a task from the day of the signature on, lets everything that happened to its agencies since
/// happen to it, and tells whoever has a part in it. Gives the codes of the tasks.
pub(super) fn follow(
    desk: &mut Desk<'_>,
    conn: &mut Conn,
    (document, on): (DocumentId, NaiveDate),
) -> Result<(Vec<News>, Vec<String>), Error> {
    if desk.meeting.conclusions.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let standing = conclusion::standing(conn, desk.meeting.programme)?;
    let group = match standing.group {
        Some(group) => group,
        None => opened(desk, conn, standing.last_group + 1, on)?,
    };
    let mut conclusions = std::mem::take(&mut desk.meeting.conclusions);
    let mut followed = Vec::new();
    for (i, one) in (1..).zip(&mut conclusions) {
        let place = (standing.tasks + i, standing.last_task + i);
        let new = task(desk, group, one, place, (document, on));
        one.task = Some(new.task.id);
        followed.push(new);
    }
    conclusion::follow(conn, &followed)?;
    let parts: Vec<_> = followed.iter().flat_map(|one| &one.assignments).map(|part| part.id).collect();
    let parts = settle_assignments(desk.app, conn, &desk.catalogue, &parts)?;
    let told = |(one, new, agency): (&Conclusion, &Followed, AgencyId)| News {
        kind: EventKind::ConclusionAssigned,
        subject: ("task", new.task.id.uuid()),
        agency: Some(agency),
        addressee: None,
        programme: Some(desk.meeting.programme),
        is_public: false,
        body: json!({"meeting": desk.meeting.id.to_string(), "task": new.task.code, "dueOn": one.due_on}),
    };
    let has_part = conclusions.iter().zip(&followed).flat_map(|(one, new)| {
        let holds = move |part: &&Assignment| part.task == new.task.id && part.validity.to.is_none();
        parts.iter().filter(holds).map(move |part| (one, new, part.agency))
    });
    let news = has_part.map(told).collect();
    let codes = followed.iter().map(|one| one.task.code.to_string()).collect();
    desk.meeting.conclusions = conclusions;
    Ok((news, codes))
}

/// The group of what is concluded in a programme, opened with the first.
fn opened(desk: &Desk<'_>, conn: &mut Conn, rank: i32, on: NaiveDate) -> Result<Id<TaskGroup>, Error> {
    let title = Multilingual { vi: GROUP_TITLE.into(), others: Vec::new() };
    let group = TaskGroup { id: desk.app.0.ids.next(), programme: desk.meeting.programme, code: GROUP.into(), title, section: None };
    conclusion::insert_group(conn, &group, rank, on)?;
    stamp_catalogue(conn, stamp(desk.app))?;
    Ok(group.id)
}

fn task(
    desk: &Desk<'_>,
    group: Id<TaskGroup>,
    one: &Conclusion,
    (number, rank): (i32, i32),
    (basis, on): (DocumentId, NaiveDate),
) -> Followed {
    let ids = &desk.app.0.ids;
    let (id, year) = (ids.next(), one.due_on.year());
    let day = |day: NaiveDate| day.format("%d/%m/%Y").to_string();
    let called = |agency: AgencyId| {
        let found = desk.catalogue.agency(agency);
        let version = found.and_then(|agency| version_on(agency, desk.meeting.day()));
        version.map(|version| version.name.vi.to_string()).unwrap_or_default()
    };
    let coordinating: Vec<String> = one.coordinators.iter().map(|agency| called(*agency)).collect();
    let part = |agency: AgencyId, role: AssignmentRole, rank: i32| Assignment {
        id: ids.next(),
        task: id,
        agency,
        role,
        rank,
        validity: Validity { from: Some(on), to: None },
        basis,
    };
    let beside = (1..).zip(&one.coordinators).map(|(rank, agency)| part(*agency, AssignmentRole::Coordinating, rank));
    Followed {
        assignments: std::iter::once(part(one.lead, AssignmentRole::Lead, 1)).chain(beside).collect(),
        occurrence: Occurrence {
            id: ids.next(),
            task: id,
            year,
            status: OccurrenceStatus::NotStarted,
            due_on: Some(one.due_on),
            original_due_on: Some(one.due_on),
            completed_on: None,
            valid_from: Some(on),
            revision: 1,
        },
        section: format!("Kết luận số {}", one.number),
        citation: DbId::from(ids.next::<()>()),
        task: Task {
            id,
            programme: desk.meeting.programme,
            group,
            code: format!("{GROUP}.{number}").into(),
            number,
            rank,
            title: format!("Kết luận số {}, cuộc họp ngày {}", one.number, day(desk.meeting.day())).into(),
            period: Period {
                as_written: format!("Trước ngày {}", day(one.due_on)).into(),
                start_year: year,
                end_year: year,
                recurrence: Recurrence::Fixed,
                note: None,
                rule: None,
                start_on: None,
                end_on: Some(one.due_on),
            },
            lead_as_written: called(one.lead).into(),
            coordinating_as_written: coordinating.join("\n").into(),
            note: None,
            validity: Validity { from: Some(on), to: None },
            english: None,
        },
    }
}
