//! What a document concluded or directed as tasks: led, coordinated, due and chased like those of the programme's annex.
//! Must not judge more than whether the agencies are there; who may ask for it and what else is refused is the caller's.
//! Conclusions of meetings come from `meeting::follow`, directions from `direction`; the rows are `persistence::conclusion`.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use domain::{
    agency::AgencyId,
    document::DocumentId,
    error::{Code, Fault},
    event::EventKind,
    id::Id,
    lang::Multilingual,
    programme::{ProgrammeId, TaskGroup},
    task::{Assignment, AssignmentRole, Occurrence, OccurrenceStatus, Period, Recurrence, Task},
    validity::Validity,
};
use persistence::{
    Conn,
    conclusion::{self, Followed},
    rows::DbId,
    seed::stamp_catalogue,
};
use serde_json::{Map, Value, json};

use crate::{App, Error, catalogue::Catalogue, catalogue::version_on, import::stamp, outbox::News, succession::settle_assignments};

/// Code of the group; those of an annex are Roman numbers.
const GROUP: &str = "KL";
const GROUP_TITLE: &str = "Kết luận, chỉ đạo";
/// Coordinators of one item.
const MAX_COORDINATORS: usize = 100;

/// Something to follow as a task.
pub(crate) struct Item<'a> {
    pub title: String,
    /// Where the document says it.
    pub section: String,
    pub quote: Option<String>,
    pub lead: AgencyId,
    pub coordinators: &'a [AgencyId],
    pub due_on: NaiveDate,
}

/// Where items come from: the document, since when they hold, and the day whose names of agencies it uses.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub programme: ProgrammeId,
    pub document: DocumentId,
    pub holds_from: NaiveDate,
    pub named_on: NaiveDate,
}

/// Makes each item a task, lets everything that happened to its agencies since happen to it, and gives for each what its agencies are
/// to be told: `about` with the task's code and due day.
pub(crate) fn track(
    app: &App,
    conn: &mut Conn,
    catalogue: &Catalogue,
    source: Source,
    items: &[Item<'_>],
    about: &Map<String, Value>,
) -> Result<Vec<(Task, Vec<News>)>, Error> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let standing = conclusion::standing(conn, source.programme)?;
    let group = match standing.group {
        Some(group) => {
            // What is written down later may hold since an earlier day.
            if conclusion::begin_group(conn, group, source.holds_from)? {
                stamp_catalogue(conn, stamp(app))?;
            }
            group
        }
        None => opened(app, conn, source, standing.last_group + 1)?,
    };
    let each = |(i, item): (i32, &Item<'_>)| followed(app, catalogue, source, group, item, (standing.tasks + i, standing.last_task + i));
    let followed: Vec<Followed> = (1..).zip(items).map(each).collect();
    conclusion::follow(conn, &followed)?;
    let parts: Vec<_> = followed.iter().flat_map(|one| &one.assignments).map(|part| part.id).collect();
    let parts = settle_assignments(app, conn, catalogue, &parts)?;
    let told = |(new, item): (Followed, &Item<'_>)| {
        let mut body = about.clone();
        body.insert("task".to_owned(), json!(new.task.code));
        body.insert("dueOn".to_owned(), json!(item.due_on));
        let news = |part: &Assignment| News {
            kind: EventKind::ConclusionAssigned,
            subject: ("task", new.task.id.uuid()),
            agency: Some(part.agency),
            addressee: None,
            programme: Some(source.programme),
            is_public: false,
            body: Value::Object(body.clone()),
        };
        let holds = |part: &&Assignment| part.task == new.task.id && part.validity.to.is_none();
        let news = parts.iter().filter(holds).map(news).collect();
        (new.task, news)
    };
    Ok(followed.into_iter().zip(items).map(told).collect())
}

/// Who is to do something, by codes: who leads, and who coordinates.
pub(crate) struct Named<'a> {
    pub lead: &'a str,
    pub coordinators: &'a [String],
}

impl Named<'_> {
    /// The agencies, each there on a day and named once; `at` is where they are named.
    pub fn read(&self, catalogue: &Catalogue, at: &str, day: NaiveDate, faults: &mut Vec<Fault>) -> (Option<AgencyId>, Vec<AgencyId>) {
        let lead = taking(catalogue, format!("{at}/lead"), (self.lead, true), day, faults);
        let mut coordinators: Vec<AgencyId> = Vec::new();
        if self.coordinators.len() > MAX_COORDINATORS {
            faults.push(Fault::new(format!("{at}/coordinators"), Code::LengthOutOfRange));
        }
        for (i, code) in self.coordinators.iter().enumerate().take(MAX_COORDINATORS) {
            let at = format!("{at}/coordinators/{i}");
            match taking(catalogue, at.clone(), (code, false), day, faults) {
                Some(agency) if Some(agency) == lead || coordinators.contains(&agency) => faults.push(Fault::new(at, Code::Duplicate)),
                found => coordinators.extend(found),
            }
        }
        (lead, coordinators)
    }
}

/// An agency that is there on a day; who leads is one body, not several.
fn taking(catalogue: &Catalogue, at: String, (code, leads): (&str, bool), day: NaiveDate, faults: &mut Vec<Fault>) -> Option<AgencyId> {
    let Some(agency) = catalogue.agency_by_code(code) else {
        faults.push(Fault::new(at, Code::ReferenceUnknown));
        return None;
    };
    if !agency.is_active_on(day) || (leads && agency.collective.is_some()) {
        let words = ("Cơ quan này không nhận được việc vào ngày đó.", "This agency cannot take it on that day.");
        faults.push(Fault::worded(at, Code::RuleBroken, words.0, words.1));
    }
    Some(agency.id)
}

/// The group of what is concluded and directed in a programme, opened with the first.
fn opened(app: &App, conn: &mut Conn, source: Source, rank: i32) -> Result<Id<TaskGroup>, Error> {
    let title = Multilingual { vi: GROUP_TITLE.into(), others: Vec::new() };
    let group = TaskGroup { id: app.0.ids.next(), programme: source.programme, code: GROUP.into(), title, section: None };
    conclusion::insert_group(conn, &group, rank, source.holds_from)?;
    stamp_catalogue(conn, stamp(app))?;
    Ok(group.id)
}

/// A day as Vietnamese write it.
pub(crate) fn written(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

fn followed(
    app: &App,
    catalogue: &Catalogue,
    source: Source,
    group: Id<TaskGroup>,
    item: &Item<'_>,
    (number, rank): (i32, i32),
) -> Followed {
    let ids = &app.0.ids;
    let (id, year) = (ids.next(), item.due_on.year());
    let validity = Validity { from: Some(source.holds_from), to: None };
    let called = |agency: AgencyId| {
        let version = catalogue.agency(agency).and_then(|agency| version_on(agency, source.named_on));
        version.map(|version| version.name.vi.to_string()).unwrap_or_default()
    };
    let coordinating: Vec<String> = item.coordinators.iter().map(|agency| called(*agency)).collect();
    let part = |agency: AgencyId, role: AssignmentRole, rank: i32| Assignment {
        id: ids.next(),
        task: id,
        agency,
        role,
        rank,
        validity,
        basis: source.document,
    };
    let beside = (1..).zip(item.coordinators).map(|(rank, agency)| part(*agency, AssignmentRole::Coordinating, rank));
    Followed {
        assignments: std::iter::once(part(item.lead, AssignmentRole::Lead, 1)).chain(beside).collect(),
        occurrence: Occurrence {
            id: ids.next(),
            task: id,
            year,
            status: OccurrenceStatus::NotStarted,
            due_on: Some(item.due_on),
            original_due_on: Some(item.due_on),
            completed_on: None,
            valid_from: Some(source.holds_from),
            revision: 1,
        },
        section: item.section.clone(),
        quote: item.quote.clone(),
        citation: DbId::from(ids.next::<()>()),
        task: Task {
            id,
            programme: source.programme,
            group,
            code: format!("{GROUP}.{number}").into(),
            number,
            rank,
            title: Arc::from(item.title.as_str()),
            period: Period {
                as_written: format!("Trước ngày {}", written(item.due_on)).into(),
                start_year: year,
                end_year: year,
                recurrence: Recurrence::Fixed,
                note: None,
                rule: None,
                start_on: None,
                end_on: Some(item.due_on),
            },
            lead_as_written: called(item.lead).into(),
            coordinating_as_written: coordinating.join("\n").into(),
            note: None,
            validity,
            english: None,
            is_reworded: false,
        },
    }
}
