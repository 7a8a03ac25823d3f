//! Filling a database with made-up data in the sizes of real ones: what load tests and query plans are read on.
//! Must not be poured over what is real: it refuses a database in use, unless it is told to go beside what is there. In use is one that
//! holds another programme than what ships, or anything that anybody recorded, an account being enough.
//! What is made is laid out in `unit`, `file`, `life` and `flow`, and written by `fill`.
//!
//! The same scale and seed make the same content on every database and machine: agencies, programmes, tasks, years, states, days,
//! instants, figures and texts. Identifiers and the instants of the act itself (imports, its entry of the audit log) are not part of
//! that. Everything is made up to the end of 2025, whatever day it is. All of it is one transaction: a database is filled whole or
//! not at all, so that one that was interrupted is simply as it was before.
//!
//! What is made is told in the change feed as if it had happened, report by report; the audit log has one entry, which tells that it
//! did not.

mod chance;
mod file;
mod fill;
mod flow;
mod life;
mod people;
mod prose;
mod unit;
mod words;

use std::{fmt, str::FromStr};

use auth::Ctx;
use chrono::NaiveDate;
use domain::policy::Action;
use persistence::{Conn, recorded};
use serde_json::json;

use crate::{
    App, Error,
    audit::{Deed, record, watched},
};

const OPERATION: &str = "generate_data";
/// Codes of made-up programmes begin like this, those of their agencies alike.
const MARK: &str = "TAI-";
/// The one programme beside which nothing is asked, as long as nobody has recorded anything: it ships with the service.
const SHIPPED: &str = "HP-1593-2013";
/// The last day on which anything happens.
const AS_OF: NaiveDate = day(2025, 12, 31);
/// When the accounts of those who act were made.
const FOUNDED: NaiveDate = day(2019, 11, 4);

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

/// How much is made, in thousandths. Scale 1 is 100 agencies, 5 programmes, 1,000 tasks and 100,000 reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u32);

impl Scale {
    /// The largest: a hundred provinces with ten million reports.
    const MOST: u32 = 100_000;

    fn tasks(self) -> usize {
        self.0 as usize
    }
}

impl FromStr for Scale {
    type Err = String;

    /// A number from 0.001 to 100 with up to three digits after the point.
    fn from_str(text: &str) -> Result<Self, String> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
        let thousandths = format!("{whole}{part:0<3}").parse().ok().filter(|_| part.len() <= 3 && is_number(whole) && is_number(part));
        let scale = thousandths.filter(|thousandths| (1..=Self::MOST).contains(thousandths)).map(Self);
        scale.ok_or_else(|| "a scale is a number from 0.001 to 100 with up to three digits after the point".into())
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1000, self.0 % 1000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub scale: Scale,
    pub seed: u64,
    /// Programmes and records that are there already are no reason to refuse.
    pub beside_existing: bool,
}

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    pub agencies: usize,
    pub programmes: usize,
    pub tasks: usize,
    pub occurrences: usize,
    pub obligations: usize,
    pub reports: usize,
    pub versions: usize,
    /// Of the change feed.
    pub events: usize,
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Made(Made),
    /// There are made-up programmes already, this one among them.
    AlreadyMade(String),
    /// There is this: a programme that may be real, or what somebody recorded.
    InUse(String),
}

/// Fills the database.
///
/// # Errors
/// `FORBIDDEN` without the right to import programmes; when the database fails.
pub async fn generate(app: &App, ctx: &Ctx, order: Order) -> Result<Outcome, Error> {
    watched(app, ctx, Deed::new(OPERATION), async {
        ctx.allow(Action::ImportProgramme)?;
        let (app_, ctx_) = (app.clone(), ctx.clone());
        let outcome = app.0.db.append(move |conn| fill_in(&app_, conn, &ctx_, order)).await?;
        if matches!(outcome, Outcome::Made(_)) {
            app.number_events().await?;
        }
        Ok(outcome)
    })
    .await
}

fn fill_in(app: &App, conn: &mut Conn, ctx: &Ctx, order: Order) -> Result<Outcome, Error> {
    if let Some(reason) = reason_against(app, conn, order)? {
        return Ok(reason);
    }
    let mut made = Made::default();
    for unit in unit::units(order.scale, order.seed) {
        fill::unit(app, conn, &unit, order.seed, &mut made)?;
    }
    let after = json!({
        "scale": order.scale.to_string(), "seed": order.seed, "agencies": made.agencies, "programmes": made.programmes,
        "tasks": made.tasks, "obligations": made.obligations, "reports": made.reports,
    });
    record(app, conn, ctx, Deed::new(OPERATION).with(json!({ "after": after })))?;
    Ok(Outcome::Made(made))
}

/// What keeps the order from being carried out here.
fn reason_against(app: &App, conn: &mut Conn, order: Order) -> Result<Option<Outcome>, Error> {
    let catalogue = app.0.catalogue.current(conn)?;
    let codes = || catalogue.programmes().iter().map(|programme| &*programme.code);
    if let Some(made) = codes().find(|code| code.starts_with(MARK)) {
        return Ok(Some(Outcome::AlreadyMade(made.to_owned())));
    }
    if order.beside_existing {
        return Ok(None);
    }
    if let Some(real) = codes().find(|code| *code != SHIPPED) {
        return Ok(Some(Outcome::InUse(format!("programme {real}"))));
    }
    Ok(recorded::first(conn)?.map(|what| Outcome::InUse(what.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_read_exactly_and_shown_as_it_is_written() {
        for text in ["1", "0.01", "0.001", "2.5", "100", "10"] {
            assert_eq!(text.parse::<Scale>().map(|scale| scale.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("0.05".parse(), Ok(Scale(50)));
        for bad in ["", "0", "-1", "+1", "1,5", "0.0001", "101", "1e3", ".", "0.000", "99999999999"] {
            assert!(bad.parse::<Scale>().is_err(), "{bad}");
        }
    }
}
