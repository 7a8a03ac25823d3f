//! Words that an amendment changes: the old ones are kept with their days, rows that are no more end, new ones begin.
//! Must not decide what may change; what tasks promise by year is `years`, by agency `assigned`.
//! What belongs to the words of measures and duties beside their row is `beside`.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use persistence::{
    Conn,
    amendment::{DUTY, GROUP, MEASURE, OBJECTIVE, PROGRAMME, PastRow, TARGET, TASK},
    rows::{CitationRow, DbId, MeasureRow, ObjectiveRow, ProgrammeRow, ResponsibilityRow, Synced, TargetRow, TaskGroupRow, TaskRow},
    sync::{differ, differing_columns},
};
use serde_json::Value;

use super::{Turning, beside::Beside};
use crate::{App, Error};

/// A row that has words and days on which they hold.
pub(super) trait Worded: Synced + Clone {
    const KIND_OF_PAST: &'static str;
    /// Where it stands in the file is no word of it.
    const IS_RANKED_ASIDE: bool;
    fn id(&self) -> DbId;
    fn since(&self) -> Option<NaiveDate>;
    fn dated(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Self;
    /// Where the words usually stand, and the words: of a row with several, those that differ from what it said, where any do.
    fn words(&self, old: Option<&Self>) -> (String, Option<String>);
}

macro_rules! worded {
    ($row:ident, $kind:ident, aside $aside:literal, $words:expr) => {
        impl Worded for $row {
            const KIND_OF_PAST: &'static str = $kind;
            const IS_RANKED_ASIDE: bool = $aside;
            fn id(&self) -> DbId {
                self.id
            }
            fn since(&self) -> Option<NaiveDate> {
                self.valid_from
            }
            fn dated(&self, valid_from: Option<NaiveDate>, valid_to: Option<NaiveDate>) -> Self {
                Self { valid_from, valid_to, ..self.clone() }
            }
            fn words(&self, _: Option<&Self>) -> (String, Option<String>) {
                let words: fn(&Self) -> (String, String) = $words;
                let (place, words) = words(self);
                (place, Some(words))
            }
        }
    };
}
worded!(TaskGroupRow, GROUP, aside false, |row| (format!("Danh mục, {}", row.code), row.title.clone()));
worded!(TaskRow, TASK, aside true, |row| (format!("Danh mục, {}", row.code), row.title.clone()));
worded!(TargetRow, TARGET, aside true, |row| (row.section.clone(), row.text.clone()));
worded!(ObjectiveRow, OBJECTIVE, aside true, |row| (format!("Mục tiêu {}", row.code), row.text.clone()));
worded!(MeasureRow, MEASURE, aside true, |row| (row.code.clone(), row.text.clone()));
worded!(ResponsibilityRow, DUTY, aside true, |row| (row.code.clone(), row.text.clone()));

impl Worded for ProgrammeRow {
    const KIND_OF_PAST: &'static str = PROGRAMME;
    const IS_RANKED_ASIDE: bool = false;
    fn id(&self) -> DbId {
        self.id
    }
    fn since(&self) -> Option<NaiveDate> {
        self.valid_from
    }
    /// A programme has no end of its own.
    fn dated(&self, valid_from: Option<NaiveDate>, _: Option<NaiveDate>) -> Self {
        Self { valid_from, ..self.clone() }
    }
    fn words(&self, old: Option<&Self>) -> (String, Option<String>) {
        let texts = |row: &Self| {
            [Some(row.title.clone()), Some(row.period_as_written.clone()), row.scope.clone(), row.accountable_as_written.clone()]
        };
        let before = old.map(texts);
        let is_new = |at: usize, text: &Option<String>| before.as_ref().is_none_or(|before| before[at] != *text);
        let new = texts(self).into_iter().enumerate().find(|(at, text)| is_new(*at, text)).and_then(|(_, text)| text);
        ("Chương trình".into(), new)
    }
}

/// What was turned over, by identifier.
#[derive(Default)]
pub(super) struct Turned {
    pub past: Vec<PastRow>,
    pub cited: Vec<CitationRow>,
    /// How often the document was cited before, by what it is cited for.
    pub ranks: HashMap<DbId, i32>,
    /// With new words.
    pub changed: HashSet<DbId>,
}

/// Turns the rows of one kind over.
pub(super) fn turn<R: Worded>(
    app: &App,
    conn: &mut Conn,
    turning: &Turning,
    (before, after): (&[R], &[R]),
    (english, beside): (&dyn Fn(DbId) -> Option<String>, &Beside),
    turned: &mut Turned,
) -> Result<(), Error> {
    for old in before {
        let Some(new) = after.iter().find(|row| row.id() == old.id()) else {
            old.dated(old.since(), Some(turning.day)).update(conn)?;
            continue;
        };
        let is_beside = beside.changed.contains(&old.id());
        if !differ(old, new) && !is_beside {
            continue;
        }
        // What only moved up in the file says what it said.
        if R::IS_RANKED_ASIDE && !is_beside && differing_columns(old, new) == ["rank"] {
            new.dated(old.since(), None).update(conn)?;
            continue;
        }
        turned.past.push(PastRow {
            id: Turning::row_id(app),
            amendment_id: turning.id.into(),
            programme_id: turning.programme.into(),
            kind: R::KIND_OF_PAST.into(),
            subject_id: old.id(),
            content: content(old, beside)?,
            english: english(old.id()),
            valid_from: old.since(),
            valid_to: turning.day,
        });
        turned.changed.insert(old.id());
        new.dated(Some(turning.day), None).update(conn)?;
        cite(app, turning, new, Some(old), turned);
    }
    for new in after.iter().filter(|row| !before.iter().any(|old| old.id() == row.id())) {
        new.dated(Some(turning.day), None).insert(conn)?;
        cite(app, turning, new, None, turned);
    }
    Ok(())
}

/// The row as it was, with what belonged to its words beside it.
fn content<R: Worded>(old: &R, beside: &Beside) -> Result<String, Error> {
    let unwritable = || Error::Internal("a row that is no JSON");
    let mut content = serde_json::to_value(old).map_err(|_| unwritable())?;
    if let (Value::Object(fields), Some(Value::Object(more))) = (&mut content, beside.was.get(&old.id())) {
        fields.extend(more.clone());
    }
    serde_json::to_string(&content).map_err(|_| unwritable())
}

fn cite<R: Worded>(app: &App, turning: &Turning, row: &R, old: Option<&R>, turned: &mut Turned) {
    let (usual, words) = row.words(old);
    let section = turning.place(usual);
    let (id, document_id) = (Turning::row_id(app), turning.basis.into());
    let rank = turned.ranks.get(&row.id()).map_or(1, |rank| rank + 1);
    turned.cited.push(CitationRow { id, subject_id: row.id(), document_id, rank, section, quote: words });
}
