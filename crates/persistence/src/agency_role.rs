//! Roles that decisions give to agencies beside tasks: as signed, what events made of them, and which were left without an owner.
//! Must not decide who holds one; `domain::succession` does.
//! The queue, page by page, is `succession_queue`; it is written by `succession`.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    programme::ProgrammeId,
    regime::Regime,
    succession::{AgencyRole, AgencyRoleKind, QueuedRole, RoleSuccession, SignedRole, joined},
    validity::Validity,
};

use crate::{
    amendment::{DUTY, PROGRAMME, PastRow, read},
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend,
    rows::{DbId, ProgrammeRow, ResponsibilityAgencyRow, ResponsibilityRow},
    schema::{
        agency_events, agency_role_successions, documents, programme_past, programmes, responsibilities, responsibility_agencies,
        succession_queue,
    },
    wording::DutyBeside,
};

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = agency_role_successions)]
pub(crate) struct RoleSuccessionRow {
    role: String,
    subject_id: DbId,
    from_id: DbId,
    to_id: DbId,
    event_id: DbId,
}

/// All roles under one stamp of the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    /// As signed, whatever the days.
    pub signed: Vec<SignedRole>,
    /// In the order of time.
    pub successions: Vec<RoleSuccession>,
    /// Whatever was left, owned again or not.
    pub left: Vec<QueuedRole>,
}

/// Every role, in six statements.
pub fn load(conn: &mut Conn, regimes: &[Regime]) -> Result<Roles, DbError> {
    Ok(Roles { signed: signed(conn, regimes)?, successions: successions(conn)?, left: left(conn)? })
}

fn signed(conn: &mut Conn, regimes: &[Regime]) -> Result<Vec<SignedRole>, DbError> {
    let mut found = Vec::new();
    // What was signed first holds from the day on which its decision does.
    let mut decided: HashMap<DbId, Option<NaiveDate>> = HashMap::new();
    let with_decision = programmes::table.inner_join(documents::table.on(documents::id.eq(programmes::decision_id)));
    let rows: Vec<(ProgrammeRow, Option<NaiveDate>, Option<NaiveDate>)> =
        with_decision.select((ProgrammeRow::as_select(), documents::effective_on, documents::issued_on)).load(conn)?;
    for (row, effective_on, issued_on) in rows {
        let validity = Validity { from: row.valid_from, to: None };
        decided.insert(row.id, effective_on.or(issued_on));
        of_programme(&row, (validity, effective_on.or(issued_on)), &mut found);
    }
    let signed_on = |programme: DbId| decided.get(&programme).copied().flatten();
    let links: Vec<ResponsibilityAgencyRow> =
        responsibility_agencies::table.order(responsibility_agencies::rank).select(ResponsibilityAgencyRow::as_select()).load(conn)?;
    let mut beside: HashMap<DbId, Vec<ResponsibilityAgencyRow>> = HashMap::new();
    for link in links {
        beside.entry(link.responsibility_id).or_default().push(link);
    }
    for row in responsibilities::table.select(ResponsibilityRow::as_select()).load::<ResponsibilityRow>(conn)? {
        let links = beside.get(&row.id).map_or(&[][..], Vec::as_slice);
        of_duty(&row, (Validity { from: row.valid_from, to: row.valid_to }, signed_on(row.programme_id)), links, &mut found)?;
    }
    let worded = programme_past::table.filter(programme_past::kind.eq_any([DUTY, PROGRAMME]));
    for past in worded.select(PastRow::as_select()).load::<PastRow>(conn)? {
        let validity = Validity { from: past.valid_from, to: Some(past.valid_to) };
        if past.kind == DUTY {
            let beside: DutyBeside = read(&past)?;
            let row: ResponsibilityRow = read(&past)?;
            of_duty(&row, (validity, signed_on(row.programme_id)), &beside.agencies, &mut found)?;
        } else {
            let row: ProgrammeRow = read(&past)?;
            of_programme(&row, (validity, signed_on(row.id)), &mut found);
        }
    }
    for regime in regimes {
        let role = AgencyRole { kind: AgencyRoleKind::Receiver, subject: regime.id.uuid() };
        let (programme, validity) = (regime.programme, regime.validity);
        found.extend(regime.receiver.map(|agency| SignedRole {
            role,
            agency,
            validity,
            signed_on: None,
            programme,
            code: regime.code.clone(),
        }));
    }
    Ok(joined(found))
}

/// For which days words hold, and from when the decision does that gave the first of them.
type Held = (Validity, Option<NaiveDate>);

fn of_programme(row: &ProgrammeRow, (validity, signed_on): Held, found: &mut Vec<SignedRole>) {
    let named = [(AgencyRoleKind::StandingAgency, row.standing_agency_id), (AgencyRoleKind::ReportsTo, row.reports_to_id)];
    for (kind, agency) in named {
        let Some(agency) = agency else { continue };
        let role = AgencyRole { kind, subject: row.id.0 };
        let programme: Option<ProgrammeId> = Some(row.id.of());
        found.push(SignedRole { role, agency: agency.of(), validity, signed_on, programme, code: row.code.as_str().into() });
    }
}

fn of_duty(
    row: &ResponsibilityRow,
    (validity, signed_on): Held,
    beside: &[ResponsibilityAgencyRow],
    found: &mut Vec<SignedRole>,
) -> Result<(), DbError> {
    let mut push = |kind, agency: DbId| {
        let role = AgencyRole { kind, subject: row.id.0 };
        let programme = Some(row.programme_id.of());
        found.push(SignedRole { role, agency: agency.of(), validity, signed_on, programme, code: row.code.as_str().into() });
    };
    push(AgencyRoleKind::Responsible, row.agency_id);
    for link in beside {
        push(crate::plan::relation(link)?.into(), link.agency_id);
    }
    Ok(())
}

fn successions(conn: &mut Conn) -> Result<Vec<RoleSuccession>, DbError> {
    let query = agency_role_successions::table
        .inner_join(agency_events::table.on(agency_events::id.eq(agency_role_successions::event_id)))
        .order((agency_events::effective_on, agency_events::rank));
    let rows: Vec<(RoleSuccessionRow, NaiveDate, i32)> =
        query.select((RoleSuccessionRow::as_select(), agency_events::effective_on, agency_events::rank)).load(conn)?;
    rows.into_iter()
        .map(|(row, on, rank)| {
            Ok(RoleSuccession {
                role: role(&row.role, row.subject_id, "agency_role_successions")?,
                from: row.from_id.of(),
                to: row.to_id.of(),
                event: row.event_id.of(),
                at: (on, rank),
            })
        })
        .collect()
}

fn left(conn: &mut Conn) -> Result<Vec<QueuedRole>, DbError> {
    let query = succession_queue::table
        .filter(succession_queue::role.is_not_null())
        .order((succession_queue::since, succession_queue::id))
        .select((
            succession_queue::event_id,
            succession_queue::role.assume_not_null(),
            succession_queue::subject_id.assume_not_null(),
            succession_queue::agency_id,
            succession_queue::since,
        ));
    let rows: Vec<(DbId, String, DbId, DbId, NaiveDate)> = query.load(conn)?;
    rows.into_iter()
        .map(|(event, kind, subject, agency, since)| {
            let role = role(&kind, subject, "succession_queue")?;
            Ok(QueuedRole { event: event.of(), role, agency: agency.of(), since })
        })
        .collect()
}

/// Reads a stored role.
pub(crate) fn role(kind: &str, subject: DbId, table: &'static str) -> Result<AgencyRole, DbError> {
    Ok(AgencyRole { kind: parsed(kind, table, "role", subject)?, subject: subject.0 })
}

/// Writes what events made of roles.
pub(crate) fn insert(conn: &mut Conn, moved: &[RoleSuccession]) -> Result<(), DbError> {
    let row = |one: &RoleSuccession| RoleSuccessionRow {
        role: one.role.kind.label().into(),
        subject_id: DbId(one.role.subject),
        from_id: one.from.into(),
        to_id: one.to.into(),
        event_id: one.event.into(),
    };
    let rows: Vec<RoleSuccessionRow> = moved.iter().map(row).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_role_successions(conn, rows))
}
