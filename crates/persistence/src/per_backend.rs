//! The few statements that the two databases do not share.
//! Must stay small: one arm by default, a `match` only where the derive cannot.
//! Connections are `conn`.

use chrono::NaiveDateTime;
use diesel::{
    ExpressionMethods, OptionalExtension, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Text},
};
use domain::audit::Head;

use crate::{
    agency_role::RoleSuccessionRow,
    amendment::{DueDayRow, EndingRow, PastRow},
    audit::EntryRow,
    budget::MovementRow,
    chasing::NoticeRow,
    committee::{NewPersonRow, SeatRow, StayRow},
    committee_log::ChangeRow,
    conclusion::{NewOccurrenceRow, NewTaskRow},
    conn::Conn,
    deliverable,
    delivery::DeliveryRow,
    designation::DesignatedRow,
    document::NewCitationRow,
    error::DbError,
    file_claim::ClaimRow,
    meeting_roster::SeatThenRow,
    meeting_rows::{ConclusionRow, CoordinatorRow, InviteeRow, ItemRow},
    obligation::ObligationRow,
    occurrence,
    organisation::AttestationRow,
    outbox::NewEventRow,
    person::SealedRow,
    report::{EventRow, ReportRow, SourceRow, VersionRow},
    rows::{AgencyMemberRow, DbId, DocumentRecipientRow, TranslationRow},
    schema::{
        agency_event_duties, agency_event_parties, agency_members, agency_role_successions, assignment_endings, assignment_successions,
        assignments, attestations, audit_entries, budget_movements, citations, committee_act_changes, committee_seats, committee_stays,
        conclusion_coordinators, conclusions, deliverable_audiences, deliverable_documents, deliverable_files, deliverable_languages,
        deliverable_versions, deliverables, designated_agencies, document_recipients, events, extensions, file_claims, files,
        meeting_invitees, meeting_items, meeting_seats, notices, obligation_exclusions, obligations, occurrence_claims,
        occurrence_due_days, occurrence_events, occurrences, person_restricted_fields, persons, programme_past, report_events,
        report_sources, report_versions, reports, succession_queue, tasks, training_participations, training_session_materials,
        translations, webhook_deliveries,
    },
    sql_types::DbUuid,
    succession::{DutyRow, ExclusionRow, NewAssignmentRow, PartyRow, QueueRow, SuccessionRow},
    training::UsedRow,
    training_part::NewPartRow,
};

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Takes the lock `key` until the end of the transaction, if nobody on any node holds it.
/// On SQLite there is one writer, and being inside its transaction is the lock.
pub fn try_lock(conn: &mut Conn, key: i64) -> Result<bool, DbError> {
    match conn {
        Conn::Pg(pg) => {
            let row: Locked = sql_query("SELECT pg_try_advisory_xact_lock($1) AS locked").bind::<BigInt, _>(key).get_result(pg)?;
            Ok(row.locked)
        }
        Conn::Sqlite(_) => Ok(true),
    }
}

/// Whether the schema has a table of this name.
pub fn has_table(conn: &mut Conn, name: &str) -> Result<bool, DbError> {
    let row: Found = match conn {
        Conn::Pg(pg) => sql_query("SELECT to_regclass($1) IS NOT NULL AS found").bind::<Text, _>(name).get_result(pg)?,
        Conn::Sqlite(sqlite) => {
            let query = sql_query("SELECT count(*) > 0 AS found FROM sqlite_master WHERE type = 'table' AND name = $1");
            query.bind::<Text, _>(name).get_result(sqlite)?
        }
    };
    Ok(row.found)
}

#[derive(diesel::QueryableByName)]
struct StrandEnd {
    #[diesel(sql_type = Integer)]
    strand: i32,
    #[diesel(sql_type = BigInt)]
    entries: i64,
    #[diesel(sql_type = Text)]
    head_sha256: String,
}

/// Where a strand of the audit log ends that is this transaction's alone from now on. The search begins at `start`.
/// On SQLite there is one strand, as there is one writer.
pub fn free_strand(conn: &mut Conn, start: i32) -> Result<Head, DbError> {
    const FREE: &str = "SELECT strand, entries, head_sha256 FROM audit_strands ORDER BY (strand + $1) % 64 LIMIT 1 FOR UPDATE SKIP LOCKED";
    const ANY: &str = "SELECT strand, entries, head_sha256 FROM audit_strands ORDER BY (strand + $1) % 64 LIMIT 1 FOR UPDATE";
    let row: StrandEnd = match conn {
        Conn::Pg(pg) => match sql_query(FREE).bind::<Integer, _>(start).get_result(pg).optional()? {
            Some(row) => row,
            // All are taken: wait for one.
            None => sql_query(ANY).bind::<Integer, _>(start).get_result(pg)?,
        },
        Conn::Sqlite(sqlite) => sql_query("SELECT strand, entries, head_sha256 FROM audit_strands WHERE strand = 0").get_result(sqlite)?,
    };
    Ok(Head { strand: row.strand, entries: row.entries, sha256: row.head_sha256 })
}

/// The last day of a column's year.
pub fn year_s_end(conn: &Conn, column: &str) -> String {
    match conn {
        Conn::Pg(_) => format!("make_date({column}, 12, 31)"),
        Conn::Sqlite(_) => format!("printf('%04d-12-31', {column})"),
    }
}

/// A text in a column that holds a JSON object.
pub fn json_text(conn: &Conn, column: &str, name: &str) -> String {
    match conn {
        Conn::Pg(_) => format!("({column}::json ->> '{name}')"),
        Conn::Sqlite(_) => format!("({column} ->> '{name}')"),
    }
}

/// The function that gives the latest of its days.
pub fn greatest(conn: &Conn) -> &'static str {
    match conn {
        Conn::Pg(_) => "greatest",
        Conn::Sqlite(_) => "max",
    }
}

/// The function that gives the earliest of its days.
pub fn least(conn: &Conn) -> &'static str {
    match conn {
        Conn::Pg(_) => "least",
        Conn::Sqlite(_) => "min",
    }
}

/// Stores obligations in one statement, but for those that are there already; tells how many are new.
pub fn insert_obligations(conn: &mut Conn, rows: &[ObligationRow]) -> Result<usize, DbError> {
    let insert = diesel::insert_into(obligations::table).values(rows).on_conflict_do_nothing();
    Ok(match conn {
        Conn::Pg(pg) => insert.execute(pg)?,
        Conn::Sqlite(sqlite) => insert.execute(sqlite)?,
    })
}

/// Rows of one statement: SQLite binds up to 32,766 values, and no table has more than thirty columns.
pub const CHUNK: usize = 1000;

macro_rules! insert {
    ($($(#[$doc:meta])* $name:ident: $row:ty => $table:ident;)+) => { $(
        $(#[$doc])*
        pub fn $name(conn: &mut Conn, rows: &[$row]) -> Result<(), DbError> {
            let insert = diesel::insert_into($table::table).values(rows);
            match conn {
                Conn::Pg(pg) => insert.execute(pg)?,
                Conn::Sqlite(sqlite) => insert.execute(sqlite)?,
            };
            Ok(())
        }
    )+ };
}

insert! {
    /// Stores who took part in one statement.
    insert_participations: NewPartRow => training_participations;
    /// Stores which materials a session used in one statement.
    insert_used_materials: UsedRow => training_session_materials;
    /// Stores movements of money in one statement.
    insert_movements: MovementRow => budget_movements;
    /// Stores deliverables in one statement.
    insert_deliverables: deliverable::DeliverableRow => deliverables;
    /// Stores versions of deliverables in one statement.
    insert_deliverable_versions: deliverable::VersionRow => deliverable_versions;
    /// Stores whom deliverables are for in one statement.
    insert_deliverable_audiences: deliverable::AudienceRow => deliverable_audiences;
    /// Stores in which languages deliverables are in one statement.
    insert_deliverable_languages: deliverable::LanguageRow => deliverable_languages;
    /// Stores which documents deliverables name in one statement.
    insert_deliverable_documents: deliverable::DocumentRow => deliverable_documents;
    /// Stores which files prove deliverables in one statement.
    insert_deliverable_files: deliverable::FileRow => deliverable_files;
    /// Stores messages to webhooks in one statement.
    insert_deliveries: DeliveryRow => webhook_deliveries;
    /// Stores reports in one statement.
    insert_reports: ReportRow => reports;
    /// Stores people in one statement.
    insert_people: NewPersonRow => persons;
    /// Stores what acts on committees changed in one statement.
    insert_committee_changes: ChangeRow => committee_act_changes;
    /// Stores seats of committees in one statement.
    insert_seats: SeatRow => committee_seats;
    /// Stores who sits in seats in one statement.
    insert_stays: StayRow => committee_stays;
    /// Stores agendas in one statement.
    insert_meeting_items: ItemRow => meeting_items;
    /// Stores rosters of meetings in one statement.
    insert_meeting_seats: SeatThenRow => meeting_seats;
    /// Stores who is invited in one statement.
    insert_invitees: InviteeRow => meeting_invitees;
    /// Stores what was concluded in one statement.
    insert_conclusions: ConclusionRow => conclusions;
    /// Stores who coordinates in one statement.
    insert_coordinators: CoordinatorRow => conclusion_coordinators;
    /// Stores tasks in one statement.
    insert_tasks: NewTaskRow => tasks;
    /// Stores years of tasks in one statement.
    insert_occurrences: NewOccurrenceRow => occurrences;
    /// Stores citations in one statement.
    insert_citations: NewCitationRow => citations;
    /// Stores versions of reports in one statement.
    insert_versions: VersionRow => report_versions;
    /// Stores what was done with reports in one statement.
    insert_report_events: EventRow => report_events;
    /// Stores what consolidated reports were built from in one statement.
    insert_sources: SourceRow => report_sources;
    /// Stores claims on bytes in one statement.
    insert_claims: ClaimRow => file_claims;
    /// Stores entries of the audit log in one statement.
    insert_entries: EntryRow => audit_entries;
    /// Stores notices in one statement.
    insert_notices: NoticeRow => notices;
    /// Stores what was done to occurrences in one statement.
    insert_occurrence_events: occurrence::EventRow => occurrence_events;
    /// Stores claims to have delivered in one statement.
    insert_occurrence_claims: occurrence::ClaimRow => occurrence_claims;
    /// Stores requests for more time in one statement.
    insert_extensions: occurrence::ExtensionRow => extensions;
    /// Stores what has happened in one statement.
    insert_events: NewEventRow<'_> => events;
    /// Stores recipients of documents in one statement.
    insert_recipients: DocumentRecipientRow => document_recipients;
    /// Stores places on rolls in one statement.
    insert_members: AgencyMemberRow => agency_members;
    /// Stores how well rows are attested in one statement.
    insert_attestations: AttestationRow => attestations;
    /// Stores the parties of an event in one statement.
    insert_parties: PartyRow => agency_event_parties;
    /// Stores who takes which duties in one statement.
    insert_duties: DutyRow => agency_event_duties;
    /// Stores exclusions of obligations in one statement.
    insert_exclusions: ExclusionRow => obligation_exclusions;
    /// Stores sealed fields of people in one statement.
    insert_sealed: SealedRow => person_restricted_fields;
    /// Stores whom a designation names in one statement.
    insert_designated: DesignatedRow => designated_agencies;
    /// Stores assignments in one statement.
    insert_assignments: NewAssignmentRow => assignments;
    /// Stores what a programme said before in one statement.
    insert_past: PastRow => programme_past;
    /// Stores which assignments an amendment ended in one statement.
    insert_endings: EndingRow => assignment_endings;
    /// Stores due days that an amendment set in one statement.
    insert_due_days: DueDayRow => occurrence_due_days;
    /// Stores which assignments follow which in one statement.
    insert_successions: SuccessionRow => assignment_successions;
    /// Stores translations in one statement.
    insert_translations: TranslationRow => translations;
    /// Stores what events made of roles in one statement.
    insert_role_successions: RoleSuccessionRow => agency_role_successions;
}

/// Puts into the queue in one statement, but for what stands in it already.
pub fn insert_queued(conn: &mut Conn, rows: &[QueueRow]) -> Result<(), DbError> {
    let insert = diesel::insert_into(succession_queue::table).values(rows).on_conflict_do_nothing();
    match conn {
        Conn::Pg(pg) => insert.execute(pg)?,
        Conn::Sqlite(sqlite) => insert.execute(sqlite)?,
    };
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct EventHead {
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// The last number that an event was given; nobody else gives one until the transaction ends.
/// On SQLite being inside the writer's transaction is the lock.
pub fn event_head(conn: &mut Conn) -> Result<i64, DbError> {
    let row: EventHead = match conn {
        Conn::Pg(pg) => sql_query("SELECT seq FROM event_head WHERE id = 1 FOR UPDATE").get_result(pg)?,
        Conn::Sqlite(sqlite) => sql_query("SELECT seq FROM event_head WHERE id = 1").get_result(sqlite)?,
    };
    Ok(row.seq)
}

/// Tells other processes, once the transaction has ended well, that events were numbered. On SQLite there are none.
pub fn tell_listeners(conn: &mut Conn) -> Result<(), DbError> {
    if let Conn::Pg(pg) = conn {
        sql_query("SELECT pg_notify($1, '')").bind::<Text, _>(crate::listen::CHANNEL).execute(pg)?;
    }
    Ok(())
}

/// Keeps others from changing a report until the transaction ends. On SQLite nobody else writes meanwhile.
pub fn lock_report(conn: &mut Conn, id: DbId) -> Result<(), DbError> {
    if let Conn::Pg(pg) = conn {
        sql_query("SELECT 1 FROM reports WHERE id = $1 FOR UPDATE").bind::<DbUuid, _>(id).execute(pg)?;
    }
    Ok(())
}

/// Keeps others from changing a webhook until the transaction ends; false where it is not there, or, when it `must_be_free`, somebody has
/// it. On SQLite nobody else writes meanwhile.
pub fn lock_webhook(conn: &mut Conn, id: DbId, must_be_free: bool) -> Result<bool, DbError> {
    let Conn::Pg(pg) = conn else { return Ok(true) };
    let text = if must_be_free {
        "SELECT 1 FROM webhooks WHERE id = $1 FOR UPDATE SKIP LOCKED"
    } else {
        "SELECT 1 FROM webhooks WHERE id = $1 FOR UPDATE"
    };
    Ok(sql_query(text).bind::<DbUuid, _>(id).execute(pg)? == 1)
}

/// What lets a selection from `d` pass over what others have, and keep what it finds. On SQLite nobody else writes meanwhile.
pub fn skip_locked(conn: &Conn) -> &'static str {
    match conn {
        Conn::Pg(_) => " FOR UPDATE OF d SKIP LOCKED",
        Conn::Sqlite(_) => "",
    }
}

/// Keeps others from recording on lines of the budget until the transaction ends: one after the other in the order of their identifiers,
/// so that two that lock several never wait for each other. On SQLite nobody else writes meanwhile.
pub fn lock_budget_lines(conn: &mut Conn, ids: Vec<DbId>) -> Result<(), DbError> {
    if let Conn::Pg(pg) = conn {
        let lock = sql_query("SELECT 1 FROM budget_lines WHERE id = ANY($1) ORDER BY id FOR UPDATE");
        lock.bind::<Array<DbUuid>, _>(ids).execute(pg)?;
    }
    Ok(())
}

/// Notes a file unless it is noted already.
pub fn insert_file_once(conn: &mut Conn, sha256: &str, size: i64, at: NaiveDateTime) -> Result<(), DbError> {
    let row = (files::sha256.eq(sha256), files::size.eq(size), files::created_at.eq(at));
    match conn {
        Conn::Pg(pg) => diesel::insert_into(files::table).values(row).on_conflict_do_nothing().execute(pg)?,
        Conn::Sqlite(sqlite) => diesel::insert_into(files::table).values(row).on_conflict_do_nothing().execute(sqlite)?,
    };
    Ok(())
}
