//! Texts that are translated, and their translations: read with what they were made of, written over what was there.
//! Must not decide who may write one, nor whether it is right.
//! What programmes' files bring of them is `sync`; what is shown of them with their things is read by `catalogue` and `document`.

use std::sync::Arc;

use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{Nullable, Text, Timestamp},
};
use domain::lang::{Lang, Rendering, Translatable, Translated, TranslatedField};
use uuid::Uuid;

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend::{self, CHUNK},
    rows::{DbId, TranslationRow},
    schema::translations,
    sql_types::{DbUuid, opt},
    statement::{Bind, Statement},
};

/// A stored translation.
pub(crate) fn rendering(row: &TranslationRow) -> Result<Rendering, DbError> {
    Ok(Rendering {
        lang: parsed(&row.lang, "translations", "lang", row.subject_id)?,
        state: parsed(&row.state, "translations", "state", row.subject_id)?,
        text: Arc::from(row.text.as_str()),
        source: Arc::from(row.source.as_str()),
    })
}

/// Which text of a thing is translated.
pub const fn field(kind: Translatable) -> TranslatedField {
    match kind {
        Translatable::Agency => TranslatedField::Name,
        Translatable::Programme | Translatable::Group | Translatable::Task | Translatable::Deliverable | Translatable::Document => {
            TranslatedField::Title
        }
        Translatable::Target => TranslatedField::Indicator,
    }
}

/// Every text of a kind as it is now: kind, subject, code, text.
fn sources(conn: &Conn, kind: Translatable) -> String {
    let title = per_backend::json_text(conn, "d.content", "title");
    let (code, text, from) = match kind {
        Translatable::Agency => ("a.code", "s.name", "agency_versions s JOIN agencies a ON a.id = s.agency_id".to_owned()),
        Translatable::Programme => ("s.code", "s.title", "programmes s".to_owned()),
        Translatable::Group => (
            "p.code || ' ' || s.code",
            "s.title",
            "task_groups s JOIN programmes p ON p.id = s.programme_id WHERE s.valid_to IS NULL".to_owned(),
        ),
        Translatable::Task => {
            ("p.code || ' ' || s.code", "s.title", "tasks s JOIN programmes p ON p.id = s.programme_id WHERE s.valid_to IS NULL".to_owned())
        }
        Translatable::Target => (
            "p.code || ' ' || s.code",
            "s.text",
            "targets s JOIN programmes p ON p.id = s.programme_id WHERE s.valid_to IS NULL".to_owned(),
        ),
        Translatable::Deliverable => (
            "s.code",
            "s.title",
            format!(
                "(SELECT d.id, {title} AS title, p.code AS code FROM deliverables d JOIN programmes p ON p.id = d.programme_id \
                 WHERE d.public_kind IS NOT NULL) s"
            ),
        ),
        // One without a number is known by what tells it from others.
        Translatable::Document => ("coalesce(s.number, s.natural_key)", "s.title", "documents s WHERE s.title IS NOT NULL".to_owned()),
    };
    format!("SELECT '{}' AS kind, s.id AS subject_id, {code} AS code, {text} AS vi FROM {from}", kind.label())
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = DbUuid)]
    subject_id: DbId,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    vi: String,
    #[diesel(sql_type = Nullable<Text>)]
    lang: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    source: Option<String>,
    #[diesel(sql_type = Nullable<DbUuid>)]
    account_id: Option<DbId>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    edited_at: Option<NaiveDateTime>,
}

fn translated(row: Row) -> Result<Translated, DbError> {
    let rendering = match (row.lang, row.text, row.state, row.source) {
        (Some(lang), Some(text), Some(state), Some(source)) => Some(Rendering {
            lang: parsed(&lang, "translations", "lang", row.subject_id)?,
            state: parsed(&state, "translations", "state", row.subject_id)?,
            text: text.into(),
            source: source.into(),
        }),
        _ => None,
    };
    Ok(Translated {
        kind: parsed(&row.kind, "translations", "kind", row.subject_id)?,
        subject: row.subject_id.0,
        code: row.code,
        source: row.vi,
        rendering,
        editor: opt(row.account_id),
        edited_at: row.edited_at.map(|at| at.and_utc()),
    })
}

/// The texts of these kinds with what they are in a language, by kind, code and identifier; of these things alone where they are named.
/// One statement.
pub fn texts(conn: &mut Conn, kinds: &[Translatable], lang: Lang, subjects: Option<&[Uuid]>) -> Result<Vec<Translated>, DbError> {
    let mut found = Vec::new();
    let chunks: Vec<Option<&[Uuid]>> = subjects.map_or_else(|| vec![None], |ids| ids.chunks(CHUNK).map(Some).collect());
    for ids in chunks {
        let all: Vec<String> = kinds.iter().map(|kind| sources(conn, *kind)).collect();
        let mut statement = Statement::default();
        statement.add("SELECT s.kind, s.subject_id, s.code, s.vi, t.lang, t.text, t.state, t.source, t.account_id, t.edited_at FROM (");
        statement.add(&all.join(" UNION ALL "));
        statement.bind(") s LEFT JOIN translations t ON t.subject_id = s.subject_id AND t.lang = ", Bind::Text(lang.label().to_owned()));
        statement.add(" AND t.field = CASE s.kind WHEN 'AGENCY' THEN 'NAME' WHEN 'TARGET' THEN 'INDICATOR' ELSE 'TITLE' END WHERE 1 = 1");
        if let Some(ids) = ids {
            statement.add(" AND s.subject_id IN (");
            for (i, id) in ids.iter().enumerate() {
                statement.bind(if i == 0 { "" } else { ", " }, Bind::Id(DbId(*id)));
            }
            statement.add(")");
        }
        statement.add(" ORDER BY s.kind, s.code, s.subject_id");
        let rows: Vec<Row> = statement.query().load(conn)?;
        found.extend(rows.into_iter().map(translated).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(found)
}

/// Writes translations over what was there in their languages: two statements for each thousand of one language and field.
pub fn put(conn: &mut Conn, new: &[Translated]) -> Result<(), DbError> {
    remove(conn, new)?;
    let row = |one: &Translated| {
        let rendering = one.rendering.as_ref()?;
        Some(TranslationRow {
            subject_id: DbId(one.subject),
            field: field(one.kind).label().into(),
            lang: rendering.lang.label().into(),
            text: rendering.text.to_string(),
            state: rendering.state.label().into(),
            source: rendering.source.to_string(),
            account_id: one.editor.map(DbId::from),
            edited_at: one.edited_at.map(|at| at.naive_utc()),
        })
    };
    let rows: Vec<TranslationRow> = new.iter().filter_map(row).collect();
    rows.chunks(CHUNK).try_for_each(|rows| per_backend::insert_translations(conn, rows))
}

/// Takes the translations of these texts away, in the languages that they name.
pub fn remove(conn: &mut Conn, gone: &[Translated]) -> Result<(), DbError> {
    for lang in Lang::ALL {
        let of = |one: &&Translated| one.rendering.as_ref().is_some_and(|rendering| rendering.lang == *lang);
        let ids: Vec<DbId> = gone.iter().filter(of).map(|one| DbId(one.subject)).collect();
        for ids in ids.chunks(CHUNK) {
            let these = translations::table.filter(translations::lang.eq(lang.label())).filter(translations::subject_id.eq_any(ids));
            diesel::delete(these).execute(conn)?;
        }
    }
    Ok(())
}
