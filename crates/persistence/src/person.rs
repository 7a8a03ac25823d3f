//! People of the register: finding, listing, writing them, and their sealed fields as they lie in the database.
//! Must not open what is sealed; lists never touch it but for which fields there are.
//! Sealing is `auth`, who may have a field opened `app::person`.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    agency::{AgencyId, Holder},
    document::DocumentId,
    id::Id,
    page::{Direction, Page, PageRequest},
    person::{Person, PersonField, PersonId, Pseudonymised, Restriction},
    text,
};

use crate::{
    conn::{Conn, MultiBackend},
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{agency_posts, person_restricted_fields, persons, post_holder_persons, post_holders},
    sql_types::{db_ids, opt},
};

#[derive(AsChangeset, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = persons, treat_none_as_null = true, treat_none_as_default_value = false)]
struct PersonRow {
    id: DbId,
    name: String,
    name_folded: String,
    position_title: Option<String>,
    work_email: Option<String>,
    work_phone: Option<String>,
    account_id: Option<DbId>,
    restricted_at: Option<NaiveDateTime>,
    restriction_reason: Option<String>,
    restriction_document_id: Option<DbId>,
    pseudonymised_at: Option<NaiveDateTime>,
    pseudonym_reason: Option<String>,
    pseudonym_document_id: Option<DbId>,
    revision: i32,
    recorded_at: NaiveDateTime,
}

/// A sealed field as it lies in the database.
#[derive(Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = person_restricted_fields)]
pub(crate) struct SealedRow {
    person_id: DbId,
    field: String,
    key_id: String,
    sealed: String,
}

/// A sealed field of a person.
#[derive(Clone)]
pub struct Sealed {
    pub person: PersonId,
    pub field: PersonField,
    pub key: String,
    pub sealed: String,
}

/// Which people. Every condition given must hold.
#[derive(Clone, Debug, Default)]
pub struct PersonFilter {
    /// Anywhere in the name, folded.
    pub name: Option<String>,
}

fn filtered(filter: &PersonFilter) -> persons::BoxedQuery<'static, MultiBackend> {
    let query = persons::table.into_boxed();
    match &filter.name {
        Some(name) => query.filter(persons::name_folded.like(text::like_anywhere(name)).escape('\\')),
        None => query,
    }
}

/// A page of people in the order in which they were written down.
pub fn page(conn: &mut Conn, filter: &PersonFilter, request: &PageRequest<PersonId>) -> Result<Page<Person>, DbError> {
    let down = request.direction == Direction::Backward;
    let mut query = filtered(filter).limit(i64::from(request.size) + 1);
    for (id, below) in request.bounds(down) {
        let id = DbId::from(*id);
        query = if below { query.filter(persons::id.lt(id)) } else { query.filter(persons::id.gt(id)) };
    }
    query = if down { query.order(persons::id.desc()) } else { query.order(persons::id.asc()) };
    let rows: Vec<PersonRow> = query.select(PersonRow::as_select()).load(conn)?;
    Ok(Page::cut(people(conn, rows)?, request))
}

/// How many people there are.
pub fn count(conn: &mut Conn, filter: &PersonFilter) -> Result<i64, DbError> {
    Ok(filtered(filter).count().get_result(conn)?)
}

/// The people with these identifiers, in no particular order.
pub fn by_ids(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<Person>, DbError> {
    let rows = persons::table.filter(persons::id.eq_any(db_ids(ids))).select(PersonRow::as_select()).load(conn)?;
    people(conn, rows)
}

/// The rows with the names of their sealed fields.
fn people(conn: &mut Conn, rows: Vec<PersonRow>) -> Result<Vec<Person>, DbError> {
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let names: Vec<(DbId, String)> = person_restricted_fields::table
        .filter(person_restricted_fields::person_id.eq_any(ids))
        .order(person_restricted_fields::field)
        .select((person_restricted_fields::person_id, person_restricted_fields::field))
        .load(conn)?;
    let mut sealed: HashMap<DbId, Vec<PersonField>> = HashMap::new();
    for (id, name) in names {
        sealed.entry(id).or_default().push(field(&name, id)?);
    }
    Ok(rows.into_iter().map(|row| person(sealed.remove(&row.id).unwrap_or_default(), row)).collect())
}

fn field(label: &str, id: DbId) -> Result<PersonField, DbError> {
    crate::catalogue::parsed(label, "person_restricted_fields", "field", id)
}

fn person(sealed: Vec<PersonField>, row: PersonRow) -> Person {
    let open = [
        (PersonField::Name, Some(row.name)),
        (PersonField::PositionTitle, row.position_title),
        (PersonField::WorkEmail, row.work_email),
        (PersonField::WorkPhone, row.work_phone),
    ];
    let restriction = row.restricted_at.zip(row.restriction_reason);
    let pseudonymised = row.pseudonymised_at.zip(row.pseudonym_reason).zip(row.pseudonym_document_id);
    Person {
        id: row.id.of(),
        open: open.into_iter().filter_map(|(field, value)| Some((field, value?))).collect(),
        sealed,
        account: opt(row.account_id),
        restriction: restriction.map(|(since, reason)| Restriction {
            since: since.and_utc(),
            reason,
            document: opt(row.restriction_document_id),
        }),
        pseudonymised: pseudonymised.map(|((at, reason), document)| Pseudonymised { at: at.and_utc(), reason, document: document.of() }),
        revision: row.revision,
        recorded_at: row.recorded_at.and_utc(),
    }
}

fn row(person: &Person) -> PersonRow {
    let open = |field: PersonField| person.open.get(&field).cloned();
    PersonRow {
        id: person.id.into(),
        name: person.name().to_owned(),
        name_folded: text::fold(person.name()),
        position_title: open(PersonField::PositionTitle),
        work_email: open(PersonField::WorkEmail),
        work_phone: open(PersonField::WorkPhone),
        account_id: person.account.map(DbId::from),
        restricted_at: person.restriction.as_ref().map(|restriction| restriction.since.naive_utc()),
        restriction_reason: person.restriction.as_ref().map(|restriction| restriction.reason.clone()),
        restriction_document_id: person.restriction.as_ref().and_then(|restriction| restriction.document).map(DbId::from),
        pseudonymised_at: person.pseudonymised.as_ref().map(|done| done.at.naive_utc()),
        pseudonym_reason: person.pseudonymised.as_ref().map(|done| done.reason.clone()),
        pseudonym_document_id: person.pseudonymised.as_ref().map(|done| done.document.into()),
        revision: person.revision,
        recorded_at: person.recorded_at.naive_utc(),
    }
}

/// Stores a new person, without sealed fields.
pub fn insert(conn: &mut Conn, person: &Person) -> Result<(), DbError> {
    diesel::insert_into(persons::table).values(&row(person)).execute(conn)?;
    Ok(())
}

/// Stores a person over the revision that it has, which goes up; false when it is another by now.
pub fn advance(conn: &mut Conn, person: &Person) -> Result<bool, DbError> {
    let seen = persons::table.filter(persons::id.eq(DbId::from(person.id))).filter(persons::revision.eq(person.revision));
    let next = PersonRow { revision: person.revision + 1, ..row(person) };
    Ok(diesel::update(seen).set(&next).execute(conn)? == 1)
}

/// The sealed fields of a person.
pub fn sealed(conn: &mut Conn, id: PersonId) -> Result<Vec<Sealed>, DbError> {
    let rows: Vec<SealedRow> = person_restricted_fields::table
        .filter(person_restricted_fields::person_id.eq(DbId::from(id)))
        .order(person_restricted_fields::field)
        .select(SealedRow::as_select())
        .load(conn)?;
    rows.into_iter().map(stored).collect()
}

fn stored(row: SealedRow) -> Result<Sealed, DbError> {
    Ok(Sealed { person: row.person_id.of(), field: field(&row.field, row.person_id)?, key: row.key_id, sealed: row.sealed })
}

/// Takes sealed fields of a person away.
pub fn unseal(conn: &mut Conn, id: PersonId, fields: &[PersonField]) -> Result<(), DbError> {
    let labels: Vec<&str> = fields.iter().map(|field| field.label()).collect();
    let gone = person_restricted_fields::table
        .filter(person_restricted_fields::person_id.eq(DbId::from(id)))
        .filter(person_restricted_fields::field.eq_any(labels));
    diesel::delete(gone).execute(conn)?;
    Ok(())
}

/// Stores sealed fields that are not there.
pub fn seal(conn: &mut Conn, fields: &[Sealed]) -> Result<(), DbError> {
    let rows: Vec<SealedRow> = fields
        .iter()
        .map(|one| SealedRow {
            person_id: one.person.into(),
            field: one.field.label().into(),
            key_id: one.key.clone(),
            sealed: one.sealed.clone(),
        })
        .collect();
    if rows.is_empty() { Ok(()) } else { per_backend::insert_sealed(conn, &rows) }
}

/// The sealed fields under other keys than one, of so many people after one at most, in the order of the people.
pub fn under_other_keys(conn: &mut Conn, key: &str, after: Option<PersonId>, people: i64) -> Result<Vec<Sealed>, DbError> {
    let mut ids = person_restricted_fields::table
        .filter(person_restricted_fields::key_id.ne(key.to_owned()))
        .select(person_restricted_fields::person_id)
        .distinct()
        .order(person_restricted_fields::person_id)
        .limit(people)
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        ids = ids.filter(person_restricted_fields::person_id.gt(DbId::from(after)));
    }
    let ids: Vec<DbId> = ids.load(conn)?;
    let rows: Vec<SealedRow> = person_restricted_fields::table
        .filter(person_restricted_fields::person_id.eq_any(ids))
        .filter(person_restricted_fields::key_id.ne(key))
        .order((person_restricted_fields::person_id, person_restricted_fields::field))
        .select(SealedRow::as_select())
        .load(conn)?;
    rows.into_iter().map(stored).collect()
}

/// Takes sealed fields under other keys than one away, of these people, but for what is left alone.
pub fn drop_under_other_keys(conn: &mut Conn, key: &str, moved: &[Sealed]) -> Result<(), DbError> {
    let mut fields: BTreeMap<PersonField, Vec<PersonId>> = BTreeMap::new();
    for one in moved {
        fields.entry(one.field).or_default().push(one.person);
    }
    // One statement for each kind of field, of which there are four.
    for (field, people) in fields {
        let gone = person_restricted_fields::table
            .filter(person_restricted_fields::person_id.eq_any(db_ids(&people)))
            .filter(person_restricted_fields::field.eq(field.label()))
            .filter(person_restricted_fields::key_id.ne(key));
        diesel::delete(gone).execute(conn)?;
    }
    Ok(())
}

/// How many values lie under each key.
pub fn counts_by_key(conn: &mut Conn) -> Result<Vec<(String, i64)>, DbError> {
    let counts = person_restricted_fields::table
        .group_by(person_restricted_fields::key_id)
        .select((person_restricted_fields::key_id, diesel::dsl::count_star()))
        .order(person_restricted_fields::key_id);
    Ok(counts.load(conn)?)
}

/// A post that a person holds or held.
#[derive(Clone, Debug)]
pub struct HeldPost {
    pub agency: AgencyId,
    pub title: String,
    /// As printed in the document.
    pub name: String,
    pub is_acting: bool,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
    pub document: DocumentId,
}

/// The posts of these people, in the order of time.
pub fn posts(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<(PersonId, HeldPost)>, DbError> {
    type Row = (DbId, DbId, String, String, bool, NaiveDate, Option<NaiveDate>, DbId);
    let rows: Vec<Row> = post_holder_persons::table
        .inner_join(post_holders::table.on(post_holders::id.eq(post_holder_persons::holder_id)))
        .inner_join(agency_posts::table.on(agency_posts::id.eq(post_holders::post_id)))
        .filter(post_holder_persons::person_id.eq_any(db_ids(ids)))
        .order((post_holders::valid_from, post_holders::id))
        .select((
            post_holder_persons::person_id,
            agency_posts::agency_id,
            agency_posts::title,
            post_holders::name,
            post_holders::is_acting,
            post_holders::valid_from,
            post_holders::valid_to,
            post_holders::basis_document_id,
        ))
        .load(conn)?;
    let post = |(person, agency, title, name, is_acting, from, to, document): Row| {
        (person.of(), HeldPost { agency: agency.of(), title, name, is_acting, from, to, document: document.of() })
    };
    Ok(rows.into_iter().map(post).collect())
}

/// Says which person the holder of a post is.
pub fn link_post(conn: &mut Conn, holder: Id<Holder>, person: PersonId) -> Result<(), DbError> {
    let row = (post_holder_persons::holder_id.eq(DbId::from(holder)), post_holder_persons::person_id.eq(DbId::from(person)));
    diesel::insert_into(post_holder_persons::table).values(row).execute(conn)?;
    Ok(())
}

/// Nothing says any more which holders of posts a person was.
pub fn unlink_posts(conn: &mut Conn, person: PersonId) -> Result<(), DbError> {
    let links = post_holder_persons::table.filter(post_holder_persons::person_id.eq(DbId::from(person)));
    diesel::delete(links).execute(conn)?;
    Ok(())
}

/// The person that an account is linked with.
pub fn of_account(conn: &mut Conn, account: AccountId) -> Result<Option<PersonId>, DbError> {
    let id: Option<DbId> = persons::table.filter(persons::account_id.eq(DbId::from(account))).select(persons::id).first(conn).optional()?;
    Ok(opt(id))
}
