//! What agencies were, dated: versions, codes, posts with their holders, rolls; writing them, and what the catalogue reads beside versions.
//! Must not rewrite a row: what holds no longer gets an end, and its successor is a row of its own.
//! Events are `succession`; whether a change may be made is decided in `app::agency`.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    agency::{Agency, AgencyCode, AgencyId, AgencyMember, AgencyVersion, Attestation, CollectiveRule, Holder, Post, Roll},
    document::DocumentId,
    id::Id,
    succession::{AgencyEventId, Function},
    validity::Validity,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::Conn,
    document,
    error::DbError,
    per_backend,
    rows::{AgencyMemberRow, AgencyRow, AgencyVersionRow, DbId, DocumentRow, Synced},
    schema::{
        agency_codes, agency_events, agency_members, agency_posts, agency_rolls, agency_versions, attestations, documents, functions,
        post_holder_persons, post_holders,
    },
    sql_types::{db_ids, opt},
};

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = agency_codes, treat_none_as_default_value = false)]
pub(crate) struct CodeRow {
    id: DbId,
    agency_id: DbId,
    scheme: String,
    code: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: Option<DbId>,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = agency_posts)]
pub(crate) struct PostRow {
    id: DbId,
    agency_id: DbId,
    title: String,
    is_head: bool,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = post_holders, treat_none_as_default_value = false)]
pub(crate) struct HolderRow {
    id: DbId,
    post_id: DbId,
    name: String,
    is_acting: bool,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: DbId,
    ended_by_document_id: Option<DbId>,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = agency_rolls, treat_none_as_default_value = false)]
pub(crate) struct RollRow {
    id: DbId,
    collective_id: DbId,
    rule: String,
    is_complete: bool,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    basis_document_id: Option<DbId>,
}

#[derive(Clone, Debug, Insertable, Queryable, Selectable, Serialize)]
#[diesel(table_name = attestations)]
pub(crate) struct AttestationRow {
    subject_id: DbId,
    source: String,
    confidence: String,
    to_confirm: bool,
}

/// What the catalogue holds of agencies beside their versions.
pub(crate) struct Beside {
    rolls: HashMap<DbId, Vec<Roll>>,
    codes: HashMap<DbId, Vec<AgencyCode>>,
    posts: HashMap<DbId, Vec<Post>>,
    pub attestations: HashMap<DbId, Attestation>,
}

impl Beside {
    /// In five statements.
    pub fn load(conn: &mut Conn) -> Result<Self, DbError> {
        let rows: Vec<AttestationRow> = attestations::table.select(AttestationRow::as_select()).load(conn)?;
        let attestations = by_subject(rows)?;
        let mut rolls: HashMap<DbId, Vec<Roll>> = HashMap::new();
        let rows: Vec<RollRow> = agency_rolls::table.order(agency_rolls::valid_from).select(RollRow::as_select()).load(conn)?;
        for row in rows {
            let rule = CollectiveRule { rule: parsed(&row.rule, "agency_rolls", "rule", row.id)?, complete: row.is_complete };
            let validity = Validity { from: Some(row.valid_from), to: row.valid_to };
            let roll = Roll {
                id: row.id.of(),
                rule,
                validity,
                basis: opt(row.basis_document_id),
                attestation: attestations.get(&row.id).cloned(),
            };
            rolls.entry(row.collective_id).or_default().push(roll);
        }
        let mut codes: HashMap<DbId, Vec<AgencyCode>> = HashMap::new();
        let rows: Vec<CodeRow> = agency_codes::table.order(agency_codes::valid_from).select(CodeRow::as_select()).load(conn)?;
        for row in rows {
            codes.entry(row.agency_id).or_default().push(AgencyCode {
                id: row.id.of(),
                scheme: parsed(&row.scheme, "agency_codes", "scheme", row.id)?,
                code: row.code.into(),
                validity: Validity { from: Some(row.valid_from), to: row.valid_to },
                basis: opt(row.basis_document_id),
                attestation: attestations.get(&row.id).cloned(),
            });
        }
        Ok(Self { rolls, codes, posts: posts(conn)?, attestations })
    }

    pub fn rolls(&mut self, agency: DbId) -> Vec<Roll> {
        self.rolls.remove(&agency).unwrap_or_default()
    }

    pub fn codes(&mut self, agency: DbId) -> Vec<AgencyCode> {
        self.codes.remove(&agency).unwrap_or_default()
    }

    pub fn posts(&mut self, agency: DbId) -> Vec<Post> {
        self.posts.remove(&agency).unwrap_or_default()
    }
}

fn by_subject(rows: Vec<AttestationRow>) -> Result<HashMap<DbId, Attestation>, DbError> {
    let attested = |row: AttestationRow| {
        let confidence = parsed(&row.confidence, "attestations", "confidence", row.subject_id)?;
        Ok((row.subject_id, Attestation { source: row.source.into(), confidence, to_confirm: row.to_confirm }))
    };
    rows.into_iter().map(attested).collect()
}

/// How well these are attested, where that is told.
pub(crate) fn attested(conn: &mut Conn, subjects: &[DbId]) -> Result<HashMap<DbId, Attestation>, DbError> {
    let query = attestations::table.filter(attestations::subject_id.eq_any(subjects.to_vec()));
    by_subject(query.select(AttestationRow::as_select()).load(conn)?)
}

fn posts(conn: &mut Conn) -> Result<HashMap<DbId, Vec<Post>>, DbError> {
    let mut holders: HashMap<DbId, Vec<Holder>> = HashMap::new();
    let rows: Vec<(HolderRow, Option<DbId>)> = post_holders::table
        .left_join(post_holder_persons::table.on(post_holder_persons::holder_id.eq(post_holders::id)))
        .order(post_holders::valid_from)
        .select((HolderRow::as_select(), post_holder_persons::person_id.nullable()))
        .load(conn)?;
    for (row, person) in rows {
        holders.entry(row.post_id).or_default().push(Holder {
            id: row.id.of(),
            name: row.name.into(),
            is_acting: row.is_acting,
            person: opt(person),
            validity: Validity { from: Some(row.valid_from), to: row.valid_to },
            basis: row.basis_document_id.of(),
            ended_by: opt(row.ended_by_document_id),
        });
    }
    let mut posts: HashMap<DbId, Vec<Post>> = HashMap::new();
    let rows: Vec<PostRow> = agency_posts::table.order(agency_posts::id).select(PostRow::as_select()).load(conn)?;
    for row in rows {
        let holders = holders.remove(&row.id).unwrap_or_default();
        let post = Post { id: row.id.of(), title: Arc::from(row.title), is_head: row.is_head, holders };
        posts.entry(row.agency_id).or_default().push(post);
    }
    Ok(posts)
}

/// Stores new agencies, each with its first version.
pub fn insert_agencies(conn: &mut Conn, agencies: &[AgencyRow], versions: &[AgencyVersionRow]) -> Result<(), DbError> {
    agencies.iter().try_for_each(|row| row.insert(conn))?;
    versions.iter().try_for_each(|row| row.insert(conn))
}

/// Ends the versions of agencies that hold on a day.
pub fn end_versions(conn: &mut Conn, agencies: &[AgencyId], day: NaiveDate) -> Result<usize, DbError> {
    let open = agency_versions::table
        .filter(agency_versions::agency_id.eq_any(db_ids(agencies)))
        .filter(agency_versions::valid_from.is_null().or(agency_versions::valid_from.lt(day)))
        .filter(agency_versions::valid_to.is_null().or(agency_versions::valid_to.gt(day)));
    Ok(diesel::update(open).set(agency_versions::valid_to.eq(day)).execute(conn)?)
}

/// Stores a version.
pub fn insert_version(conn: &mut Conn, row: &AgencyVersionRow) -> Result<(), DbError> {
    row.insert(conn)
}

/// Gives a version that has none a short name.
pub fn shorten(conn: &mut Conn, version: Id<AgencyVersion>, short: &str) -> Result<(), DbError> {
    let one = agency_versions::table.filter(agency_versions::id.eq(DbId::from(version))).filter(agency_versions::short_name.is_null());
    diesel::update(one).set(agency_versions::short_name.eq(short)).execute(conn)?;
    Ok(())
}

/// A version as stored.
pub fn version_row(agency: AgencyId, version: &AgencyVersion) -> AgencyVersionRow {
    AgencyVersionRow {
        id: version.id.into(),
        agency_id: agency.into(),
        name: version.name.vi.to_string(),
        kind: version.kind.label().into(),
        subkind: version.subkind.as_deref().map(str::to_owned),
        parent_id: version.parent.map(DbId::from),
        valid_from: version.validity.from,
        valid_to: version.validity.to,
        basis_document_id: version.basis.map(DbId::from),
        note: version.note.as_deref().map(str::to_owned),
        used_in: used_in(version),
        short_name: version.short_name.as_deref().map(str::to_owned),
    }
}

fn used_in(version: &AgencyVersion) -> Option<String> {
    let places: Vec<&str> = version.used_in.iter().map(|place| &**place).collect();
    serde_json::to_string(&places).ok().filter(|_| !places.is_empty())
}

/// Stores a code from a day on, and ends the one of the same scheme that held before.
pub fn set_code(conn: &mut Conn, agency: AgencyId, new: &AgencyCode, from: NaiveDate) -> Result<(), DbError> {
    let before = agency_codes::table
        .filter(agency_codes::agency_id.eq(DbId::from(agency)))
        .filter(agency_codes::scheme.eq(new.scheme.label()))
        .filter(agency_codes::valid_from.lt(from))
        .filter(agency_codes::valid_to.is_null().or(agency_codes::valid_to.gt(from)));
    diesel::update(before).set(agency_codes::valid_to.eq(from)).execute(conn)?;
    let row = CodeRow {
        id: new.id.into(),
        agency_id: agency.into(),
        scheme: new.scheme.label().into(),
        code: new.code.to_string(),
        valid_from: from,
        valid_to: new.validity.to,
        basis_document_id: new.basis.map(DbId::from),
    };
    diesel::insert_into(agency_codes::table).values(&row).execute(conn)?;
    Ok(())
}

/// Stores a post.
pub fn insert_post(conn: &mut Conn, agency: AgencyId, post: &Post) -> Result<(), DbError> {
    let row = PostRow { id: post.id.into(), agency_id: agency.into(), title: post.title.to_string(), is_head: post.is_head };
    diesel::insert_into(agency_posts::table).values(&row).execute(conn)?;
    Ok(())
}

/// Stores who holds a post from a day on, and ends whoever held any of these posts before.
pub fn set_holder(conn: &mut Conn, post: Id<Post>, beside: &[Id<Post>], new: &Holder, from: NaiveDate) -> Result<(), DbError> {
    let before = post_holders::table
        .filter(post_holders::post_id.eq_any(db_ids(beside)))
        .filter(post_holders::valid_from.lt(from))
        .filter(post_holders::valid_to.is_null().or(post_holders::valid_to.gt(from)));
    diesel::update(before).set(post_holders::valid_to.eq(from)).execute(conn)?;
    let row = HolderRow {
        id: new.id.into(),
        post_id: post.into(),
        name: new.name.to_string(),
        is_acting: new.is_acting,
        valid_from: from,
        valid_to: new.validity.to,
        basis_document_id: new.basis.into(),
        ended_by_document_id: None,
    };
    diesel::insert_into(post_holders::table).values(&row).execute(conn)?;
    Ok(())
}

/// Nobody holds these posts from a day on, by a document.
pub fn vacate(conn: &mut Conn, posts: &[Id<Post>], day: NaiveDate, basis: DocumentId) -> Result<(), DbError> {
    let held = post_holders::table
        .filter(post_holders::post_id.eq_any(db_ids(posts)))
        .filter(post_holders::valid_from.lt(day))
        .filter(post_holders::valid_to.is_null().or(post_holders::valid_to.gt(day)));
    let end = (post_holders::valid_to.eq(day), post_holders::ended_by_document_id.eq(DbId::from(basis)));
    diesel::update(held).set(end).execute(conn)?;
    Ok(())
}

/// Ends codes, posts' holders and rolls of agencies that are no more.
pub fn end_beside(conn: &mut Conn, agencies: &[AgencyId], day: NaiveDate) -> Result<(), DbError> {
    let codes = agency_codes::table
        .filter(agency_codes::agency_id.eq_any(db_ids(agencies)))
        .filter(agency_codes::valid_from.lt(day))
        .filter(agency_codes::valid_to.is_null());
    diesel::update(codes).set(agency_codes::valid_to.eq(day)).execute(conn)?;
    let holders = || {
        let posts = agency_posts::table.filter(agency_posts::agency_id.eq_any(db_ids(agencies))).select(agency_posts::id);
        post_holders::table
            .filter(post_holders::post_id.eq_any(posts))
            .filter(post_holders::valid_from.lt(day))
            .filter(post_holders::valid_to.is_null().or(post_holders::valid_to.gt(day)))
    };
    let vacated: Vec<DbId> = holders().filter(post_holders::ended_by_document_id.is_not_null()).select(post_holders::id).load(conn)?;
    document::forget_ends(conn, &vacated.into_iter().map(|id| id.0).collect::<Vec<_>>())?;
    // Where a post was to fall vacant later, the agency's end comes first.
    let end = (post_holders::valid_to.eq(day), post_holders::ended_by_document_id.eq(None::<DbId>));
    diesel::update(holders()).set(end).execute(conn)?;
    Ok(())
}

/// A place on a roll.
#[derive(Clone, Copy, Debug)]
pub struct NewMember {
    pub id: Id<AgencyMember>,
    pub collective: AgencyId,
    pub member: AgencyId,
    pub rank: i32,
    pub validity: Validity,
    pub basis: Option<DocumentId>,
}

/// Stores places on rolls.
pub fn insert_members(conn: &mut Conn, new: &[NewMember]) -> Result<(), DbError> {
    let row = |new: &NewMember| {
        let from = new.validity.from?;
        Some(AgencyMemberRow {
            id: new.id.into(),
            collective_id: new.collective.into(),
            member_id: new.member.into(),
            rank: new.rank,
            valid_from: from,
            valid_to: new.validity.to,
            basis_document_id: new.basis.map(DbId::from),
        })
    };
    let rows: Vec<AgencyMemberRow> = new.iter().filter_map(row).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_members(conn, rows))
}

/// Ends places on rolls.
pub fn end_members(conn: &mut Conn, places: &[Id<AgencyMember>], day: NaiveDate) -> Result<(), DbError> {
    diesel::update(agency_members::table.filter(agency_members::id.eq_any(db_ids(places))))
        .set(agency_members::valid_to.eq(day))
        .execute(conn)?;
    Ok(())
}

/// Stores how a roll is to be read from a day on, and ends how it was read before.
pub fn set_roll(
    conn: &mut Conn,
    id: Id<Roll>,
    collective: AgencyId,
    rule: CollectiveRule,
    (from, to): (NaiveDate, Option<NaiveDate>),
    basis: Option<DocumentId>,
) -> Result<(), DbError> {
    let before = agency_rolls::table
        .filter(agency_rolls::collective_id.eq(DbId::from(collective)))
        .filter(agency_rolls::valid_from.lt(from))
        .filter(agency_rolls::valid_to.is_null().or(agency_rolls::valid_to.gt(from)));
    diesel::update(before).set(agency_rolls::valid_to.eq(from)).execute(conn)?;
    let row = RollRow {
        id: id.into(),
        collective_id: collective.into(),
        rule: rule.rule.label().into(),
        is_complete: rule.complete,
        valid_from: from,
        valid_to: to,
        basis_document_id: basis.map(DbId::from),
    };
    diesel::insert_into(agency_rolls::table).values(&row).execute(conn)?;
    Ok(())
}

/// Stores how well rows are attested.
pub fn attest(conn: &mut Conn, attested: &[(Uuid, Attestation)]) -> Result<(), DbError> {
    let row = |(subject, attestation): &(Uuid, Attestation)| AttestationRow {
        subject_id: DbId(*subject),
        source: attestation.source.to_string(),
        confidence: attestation.confidence.label().into(),
        to_confirm: attestation.to_confirm,
    };
    let rows: Vec<AttestationRow> = attested.iter().map(row).collect();
    rows.chunks(per_backend::CHUNK).try_for_each(|rows| per_backend::insert_attestations(conn, rows))
}

/// How well these are attested, where that is told.
pub fn attestations_of(conn: &mut Conn, subjects: &[Uuid]) -> Result<HashMap<Uuid, Attestation>, DbError> {
    let subjects: Vec<DbId> = subjects.iter().copied().map(DbId).collect();
    Ok(attested(conn, &subjects)?.into_iter().map(|(id, attestation)| (id.0, attestation)).collect())
}

/// Attests otherwise what was attested.
pub fn attest_otherwise(conn: &mut Conn, subject: Uuid, wanted: &Attestation) -> Result<(), DbError> {
    let set = (
        attestations::source.eq(&*wanted.source),
        attestations::confidence.eq(wanted.confidence.label()),
        attestations::to_confirm.eq(wanted.to_confirm),
    );
    diesel::update(attestations::table.filter(attestations::subject_id.eq(DbId(subject)))).set(set).execute(conn)?;
    Ok(())
}

/// Corrects what a version says, but for its time.
pub fn correct_version(conn: &mut Conn, agency: AgencyId, version: &AgencyVersion) -> Result<(), DbError> {
    let row = version_row(agency, version);
    let set = (
        agency_versions::name.eq(row.name),
        agency_versions::kind.eq(row.kind),
        agency_versions::subkind.eq(row.subkind),
        agency_versions::parent_id.eq(row.parent_id),
        agency_versions::short_name.eq(row.short_name),
    );
    diesel::update(agency_versions::table.filter(agency_versions::id.eq(row.id))).set(set).execute(conn)?;
    Ok(())
}

/// Corrects what a kind of work is called.
pub fn correct_function(conn: &mut Conn, function: Id<Function>, name: &str) -> Result<(), DbError> {
    diesel::update(functions::table.filter(functions::id.eq(DbId::from(function)))).set(functions::name.eq(name)).execute(conn)?;
    Ok(())
}

/// Corrects what is noted of an event.
pub fn correct_note(conn: &mut Conn, event: AgencyEventId, note: Option<&str>) -> Result<(), DbError> {
    let one = agency_events::table.filter(agency_events::id.eq(DbId::from(event)));
    diesel::update(one).set(agency_events::note.eq(note)).execute(conn)?;
    Ok(())
}

/// Documents as stored.
pub fn documents(conn: &mut Conn, ids: &[DbId]) -> Result<Vec<DocumentRow>, DbError> {
    Ok(documents::table.filter(documents::id.eq_any(ids.to_vec())).select(DocumentRow::as_select()).load(conn)?)
}

/// An agency as stored.
pub fn agency_row(agency: &Agency, at: chrono::DateTime<chrono::Utc>) -> AgencyRow {
    AgencyRow {
        id: agency.id.into(),
        code: agency.code.to_string(),
        is_collective: agency.collective.is_some(),
        membership_rule: agency.collective.map(|own| own.rule.label().to_owned()),
        membership_complete: agency.collective.map(|own| own.complete),
        created_at: at.naive_utc(),
    }
}
