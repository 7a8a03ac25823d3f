//! What of searching the two databases do not share: how their inverted indexes are asked, filled and kept still.
//! Must not decide what is looked for; terms and words come from `domain::search`.
//! Everything else is written once, in `mod` and `keep`.

use diesel::{RunQueryDsl, sql_query};
use domain::search::{Fit, Form, Query, Term};

use crate::{
    conn::Conn,
    error::DbError,
    statement::{Bind, Statement},
};

/// Terms in the language of the database's index. Words hold letters and digits alone, and are quoted besides.
fn written(conn: &Conn, terms: &[Term]) -> String {
    let each = |term: &Term| {
        let word = |Form { text, is_beginning }: &Form| match (conn, is_beginning) {
            (Conn::Pg(_), true) => format!("'{text}':*"),
            (Conn::Pg(_), false) => format!("'{text}'"),
            (Conn::Sqlite(_), true) => format!("\"{text}\"*"),
            (Conn::Sqlite(_), false) => format!("\"{text}\""),
        };
        let or = if matches!(conn, Conn::Pg(_)) { " | " } else { " OR " };
        format!("({})", term.any_of.iter().map(word).collect::<Vec<_>>().join(or))
    };
    let and = if matches!(conn, Conn::Pg(_)) { " & " } else { " AND " };
    terms.iter().map(each).collect::<Vec<_>>().join(and)
}

/// That an entry `e` fits so.
pub fn fits(conn: &Conn, statement: &mut Statement, query: &Query, fit: Fit) {
    let terms = Bind::Text(written(conn, &query.terms(fit)));
    match conn {
        Conn::Pg(_) => {
            statement.bind("e.words @@ ", terms);
            statement.add("::tsquery");
        }
        Conn::Sqlite(_) => {
            statement.bind("e.id IN (SELECT rowid FROM search_words WHERE search_words MATCH ", terms);
            statement.add(")");
        }
    }
}

/// The statement that takes entries on from one JSON array of objects.
pub fn insert(conn: &Conn) -> &'static str {
    match conn {
        Conn::Pg(_) => {
            "INSERT INTO search_entries \
             (subject_id, ordinal, kind, is_inside, programme_id, lang, title, body, valid_from, valid_to, sort_key, words) \
             SELECT subject, ordinal, kind, inside, programme, lang, title, body, since, until, sort, \
             array_to_tsvector(string_to_array(words, ' ')) \
             FROM json_to_recordset($1::json) AS e(subject uuid, ordinal integer, kind text, inside boolean, programme uuid, lang text, \
             title text, body text, since date, until date, sort text, words text)"
        }
        Conn::Sqlite(_) => {
            "INSERT INTO search_entries \
             (subject_id, ordinal, kind, is_inside, programme_id, lang, title, body, valid_from, valid_to, sort_key, words) \
             SELECT unhex(e.value ->> 'subject'), e.value ->> 'ordinal', e.value ->> 'kind', e.value ->> 'inside', \
             unhex(e.value ->> 'programme'), e.value ->> 'lang', e.value ->> 'title', e.value ->> 'body', e.value ->> 'since', \
             e.value ->> 'until', e.value ->> 'sort', e.value ->> 'words' FROM json_each($1) AS e"
        }
    }
}

/// Keeps others from changing entries until the transaction ends, while they read on. On SQLite nobody else writes meanwhile.
pub fn keep_still(conn: &mut Conn) -> Result<(), DbError> {
    if let Conn::Pg(pg) = conn {
        sql_query("LOCK TABLE search_entries IN SHARE ROW EXCLUSIVE MODE").execute(pg)?;
    }
    Ok(())
}
