//! Turning a programme's rows over on the day of an amendment, table by table.
//! Must not decide what may change; its caller has (`reach`).
//! Words are `words` and `beside`, parts of agencies `assigned`, years `years`; what is owed follows in `obligations`.

use std::collections::HashSet;

use domain::{
    lang::{Lang, TranslatedField, TranslationState},
    task::TaskId,
};
use persistence::{
    Conn, DbError, amendment as stored,
    rows::{AgencyAliasRow, AgencyVersionRow, DbId, Synced},
    sync::Tables,
};

use super::{
    Turning, assigned,
    beside::{Beside, Differing},
    words::{Turned, turn},
    years,
};
use crate::{App, Error};

/// Writes the amendment; tells the tasks with other people, other years or none.
pub(super) fn over(app: &App, conn: &mut Conn, turning: &Turning, (before, after): (&Tables, &Tables)) -> Result<Vec<TaskId>, Error> {
    register(conn, before, after)?;
    let english = |id: DbId| {
        let of = before.translations.iter().find(|row| row.subject_id == id && row.lang == Lang::En.label());
        of.map(|row| row.text.clone())
    };
    let links = Differing::of(before, after);
    let (alone, (of_measures, of_duties)) = (Beside::default(), links.beside(conn, before)?);
    let mut turned = Turned { ranks: stored::cited(conn, turning.basis.into())?, ..Turned::default() };
    macro_rules! turn {
        ($($table:ident beside $beside:ident),+) => {
            $(turn(app, conn, turning, (&before.$table, &after.$table), (&english, &$beside), &mut turned)?;)+
        };
    }
    turn!(
        programmes beside alone,
        task_groups beside alone,
        objectives beside alone,
        tasks beside alone,
        targets beside alone,
        measures beside of_measures,
        responsibilities beside of_duties
    );
    stored::insert_past(conn, &turned.past)?;
    turned.cited.iter().try_for_each(|row| row.insert(conn))?;
    texts(conn, before, after, &turned.changed)?;
    links.write(conn, before, after)?;
    let mut touched = assigned::assignments(conn, turning, before, after)?;
    touched.extend(years::years(app, conn, turning, (before, after))?);
    Ok(touched.into_iter().map(DbId::of).collect())
}

/// Agencies that the file names for the first time.
fn register(conn: &mut Conn, before: &Tables, after: &Tables) -> Result<(), DbError> {
    let of = |tables: &Tables| Tables {
        agencies: tables.agencies.clone(),
        agency_versions: tables.agency_versions.clone(),
        agency_aliases: tables.agency_aliases.clone(),
        ..Tables::default()
    };
    // What the register says by now of those it knows is not the amendment's.
    let mut new = of(after);
    new.agencies.retain(|row| !before.agencies.iter().any(|old| old.id == row.id));
    new.agency_versions.retain(|row| !before.agency_versions.iter().any(|old| old.id == row.id));
    let is_known =
        |row: &AgencyAliasRow| before.agency_aliases.iter().any(|old| (old.agency_id, &old.alias) == (row.agency_id, &row.alias));
    new.agency_aliases.retain(|row| !is_known(row));
    Tables::default().apply(&new, conn)?;
    // In which places a collective's words stand follows from the tasks.
    let moved = before.agency_versions.iter().filter_map(|old| {
        let new = after.agency_versions.iter().find(|new| new.id == old.id && new.used_in != old.used_in)?;
        Some(AgencyVersionRow { used_in: new.used_in.clone(), ..old.clone() })
    });
    moved.into_iter().try_for_each(|row| row.update(conn))
}

/// English as the file has it; of words that changed, a machine's translation of the old ones goes.
fn texts(conn: &mut Conn, before: &Tables, after: &Tables, changed: &HashSet<DbId>) -> Result<(), DbError> {
    let same = |a: &persistence::rows::TranslationRow, b: &persistence::rows::TranslationRow| {
        (a.subject_id, &a.field, &a.lang) == (b.subject_id, &b.field, &b.lang)
    };
    for new in &after.translations {
        match before.translations.iter().find(|old| same(old, new)) {
            None => new.insert(conn)?,
            Some(old) if old.text != new.text => new.update(conn)?,
            Some(_) => {}
        }
    }
    let is_stale = |old: &&persistence::rows::TranslationRow| {
        let is_wording = [TranslatedField::Title.label(), TranslatedField::Indicator.label()].contains(&old.field.as_str());
        is_wording
            && changed.contains(&old.subject_id)
            && old.state == TranslationState::Machine.label()
            && !after.translations.iter().any(|new| same(old, new))
    };
    before.translations.iter().filter(is_stale).try_for_each(|row| row.delete(conn))
}
