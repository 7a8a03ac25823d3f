//! What is small, changes rarely and is read for every request: agencies, programmes, groups, their names; regimes, working days.
//! Must not serve anything that depends on who asks; readers keep it in memory for as long as its stamp holds.
//! Kept by `app::catalogue`; raised by whatever changes these tables.

use std::{collections::HashMap, sync::Arc};

use diesel::prelude::*;
use domain::{
    agency::{Agency, AgencyMember, AgencyVersion, CollectiveRule},
    calendar::WorkCalendar,
    designation::Designation,
    lang::{Multilingual, Rendering, TranslatedField},
    programme::{DuePolicy, Funding, Programme, TaskGroup},
    regime::Regime,
    succession::{AgencyEvent, Function, Functions},
    validity::Validity,
};

use crate::{
    agency_role::{self, Roles},
    calendar,
    conn::Conn,
    designation,
    error::DbError,
    function,
    organisation::Beside,
    rows::{AgencyAliasRow, AgencyMemberRow, AgencyRow, AgencyVersionRow, DbId, ProgrammeRow, TaskGroupRow, TranslationRow},
    schema::{agencies, agency_aliases, agency_members, agency_versions, catalogue_stamp, programmes, task_groups, tasks, translations},
    sql_types::opt,
    succession, translation,
};

/// Everything under one stamp.
#[derive(Clone, Debug)]
pub struct Contents {
    pub agencies: Vec<Agency>,
    pub programmes: Vec<Programme>,
    /// By code and time.
    pub regimes: Vec<Regime>,
    pub calendar: WorkCalendar,
    /// What happened to agencies, in the order of time.
    pub events: Vec<AgencyEvent>,
    /// Kinds of work by code.
    pub functions: Vec<Function>,
    pub duties: Functions,
    /// Whom documents name for tasks of filtered collectives, in the order of time.
    pub designations: Vec<Designation>,
    /// Roles that are given to agencies beside tasks.
    pub roles: Roles,
}

/// The stamp that the connection sees: equal stamps mean equal contents.
pub fn stamp(conn: &mut Conn) -> Result<i64, DbError> {
    Ok(catalogue_stamp::table.find(1).select(catalogue_stamp::stamp).first(conn)?)
}

/// Reads everything, agencies by code and programmes by code.
pub fn load(conn: &mut Conn) -> Result<Contents, DbError> {
    let mut texts = Texts::load(conn)?;
    let (functions, duties) = function::all(conn)?;
    let regimes = calendar::regimes(conn)?;
    Ok(Contents {
        roles: agency_role::load(conn, &regimes)?,
        events: succession::events(conn)?,
        functions,
        duties,
        designations: designation::all(conn)?,
        agencies: load_agencies(conn, &mut texts)?,
        programmes: load_programmes(conn, &mut texts)?,
        regimes,
        calendar: calendar::working_days(conn)?,
    })
}

/// Words in other languages.
type Words = Vec<Rendering>;

/// Translations by subject and field.
struct Texts(HashMap<(DbId, String), Words>);

impl Texts {
    fn load(conn: &mut Conn) -> Result<Self, DbError> {
        let mut texts: HashMap<_, Vec<_>> = HashMap::new();
        // Tasks, targets and the like are many and read page by page; only what the catalogue holds is wanted here.
        let rows: Vec<TranslationRow> = translations::table
            .filter(translations::subject_id.ne_all(tasks::table.select(tasks::id)))
            .select(TranslationRow::as_select())
            .load(conn)?;
        for row in rows {
            let rendering = translation::rendering(&row)?;
            texts.entry((row.subject_id, row.field)).or_default().push(rendering);
        }
        Ok(Self(texts))
    }

    fn take(&mut self, subject: DbId, field: TranslatedField, vi: String) -> Multilingual {
        Multilingual { vi: vi.into(), others: self.0.remove(&(subject, field.label().to_owned())).unwrap_or_default() }
    }
}

/// Reads a stored label; one that nobody knows is a loud error.
pub(crate) fn parsed<T: std::str::FromStr>(label: &str, table: &'static str, column: &'static str, id: DbId) -> Result<T, DbError> {
    label.parse().map_err(|_| DbError::Inconsistent { table, column, id: id.0.to_string() })
}

/// Reads stored JSON; anything unreadable is a loud error.
pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str, table: &'static str, column: &'static str, id: DbId) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|_| DbError::Inconsistent { table, column, id: id.0.to_string() })
}

fn load_agencies(conn: &mut Conn, texts: &mut Texts) -> Result<Vec<Agency>, DbError> {
    let rows: Vec<AgencyRow> = agencies::table.order(agencies::code).select(AgencyRow::as_select()).load(conn)?;
    let mut versions =
        grouped(agency_versions::table.select(AgencyVersionRow::as_select()).load(conn)?, |row: &AgencyVersionRow| row.agency_id);
    // Sorted here, as the databases disagree about the place of NULL: a version from ever on comes first.
    for versions in versions.values_mut() {
        versions.sort_by_key(|row| row.valid_from);
    }
    let mut aliases = grouped(
        agency_aliases::table.order(agency_aliases::rank).select(AgencyAliasRow::as_select()).load(conn)?,
        |row: &AgencyAliasRow| row.agency_id,
    );
    let mut members = grouped(
        agency_members::table.order(agency_members::rank).select(AgencyMemberRow::as_select()).load(conn)?,
        |row: &AgencyMemberRow| row.collective_id,
    );
    let mut beside = Beside::load(conn)?;
    rows.into_iter()
        .map(|row| {
            let versions = versions.remove(&row.id).unwrap_or_default();
            if versions.is_empty() {
                return Err(DbError::Inconsistent { table: "agency_versions", column: "agency_id", id: row.id.0.to_string() });
            }
            Ok(Agency {
                id: row.id.of(),
                collective: collective(&row)?,
                code: row.code.into(),
                versions: versions.into_iter().map(|version| agency_version(version, texts, &beside)).collect::<Result<_, _>>()?,
                aliases: aliases.remove(&row.id).unwrap_or_default().into_iter().map(|alias| alias.alias.into()).collect(),
                members: members.remove(&row.id).unwrap_or_default().iter().map(|row| agency_member(row, &beside)).collect(),
                rolls: beside.rolls(row.id),
                codes: beside.codes(row.id),
                posts: beside.posts(row.id),
            })
        })
        .collect()
}

fn grouped<R>(rows: Vec<R>, owner: impl Fn(&R) -> DbId) -> HashMap<DbId, Vec<R>> {
    let mut grouped: HashMap<DbId, Vec<R>> = HashMap::new();
    for row in rows {
        grouped.entry(owner(&row)).or_default().push(row);
    }
    grouped
}

fn collective(row: &AgencyRow) -> Result<Option<CollectiveRule>, DbError> {
    let Some(rule) = &row.membership_rule else { return Ok(None) };
    let rule = parsed(rule, "agencies", "membership_rule", row.id)?;
    Ok(Some(CollectiveRule { rule, complete: row.membership_complete.unwrap_or(false) }))
}

fn agency_version(row: AgencyVersionRow, texts: &mut Texts, beside: &Beside) -> Result<AgencyVersion, DbError> {
    Ok(AgencyVersion {
        id: row.id.of(),
        attestation: beside.attestations.get(&row.id).cloned(),
        short_name: row.short_name.map(Arc::from),
        kind: parsed(&row.kind, "agency_versions", "kind", row.id)?,
        name: texts.take(row.id, TranslatedField::Name, row.name),
        subkind: row.subkind.map(Arc::from),
        parent: opt(row.parent_id),
        validity: Validity { from: row.valid_from, to: row.valid_to },
        basis: opt(row.basis_document_id),
        note: row.note.map(Arc::from),
        used_in: row.used_in.map_or(Ok(Vec::new()), |text| json(&text, "agency_versions", "used_in", row.id))?,
    })
}

fn agency_member(row: &AgencyMemberRow, beside: &Beside) -> AgencyMember {
    AgencyMember {
        id: row.id.of(),
        rank: row.rank,
        attestation: beside.attestations.get(&row.id).cloned(),
        agency: row.member_id.of(),
        validity: Validity { from: Some(row.valid_from), to: row.valid_to },
        basis: opt(row.basis_document_id),
    }
}

fn load_programmes(conn: &mut Conn, texts: &mut Texts) -> Result<Vec<Programme>, DbError> {
    let rows: Vec<ProgrammeRow> = programmes::table.order(programmes::code).select(ProgrammeRow::as_select()).load(conn)?;
    let groups: Vec<TaskGroupRow> =
        task_groups::table.order((task_groups::rank, task_groups::code)).select(TaskGroupRow::as_select()).load(conn)?;
    let mut groups = grouped(groups, |row| row.programme_id);
    rows.into_iter()
        .map(|row| {
            let (ended, groups): (Vec<_>, Vec<_>) =
                groups.remove(&row.id).unwrap_or_default().into_iter().partition(|group| group.valid_to.is_some());
            let mut each = |rows: Vec<TaskGroupRow>| -> Vec<TaskGroup> { rows.into_iter().map(|row| group(row, texts)).collect() };
            let (groups, ended_groups) = (each(groups), each(ended));
            let title = texts.take(row.id, TranslatedField::Title, row.title.clone());
            Ok(Programme { groups, ended_groups, ..programme(row, title)? })
        })
        .collect()
}

fn group(row: TaskGroupRow, texts: &mut Texts) -> TaskGroup {
    TaskGroup {
        id: row.id.of(),
        programme: row.programme_id.of(),
        code: row.code.into(),
        title: texts.take(row.id, TranslatedField::Title, row.title),
        section: row.section.map(Arc::from),
    }
}

/// A programme without its groups.
pub(crate) fn programme(row: ProgrammeRow, title: Multilingual) -> Result<Programme, DbError> {
    Ok(Programme {
        funding: row.funding.as_deref().map(|text| json::<Funding>(text, "programmes", "funding", row.id)).transpose()?,
        id: row.id.of(),
        code: row.code.into(),
        title,
        start_year: row.start_year,
        end_year: row.end_year,
        midpoint_year: row.midpoint_year,
        period_as_written: row.period_as_written.into(),
        scope: row.scope.map(Arc::from),
        decision: row.decision_id.of(),
        parent_document: opt(row.parent_document_id),
        reports_to: opt(row.reports_to_id),
        steering_committee: opt(row.steering_committee_id),
        standing_agency: opt(row.standing_agency_id),
        accountable_as_written: row.accountable_as_written.map(Arc::from),
        policy: DuePolicy { month: row.annual_due_month, day: row.annual_due_day, marks_self_decisions: row.marks_self_decisions },
        groups: Vec::new(),
        ended_groups: Vec::new(),
    })
}
