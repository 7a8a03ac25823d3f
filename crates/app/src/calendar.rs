//! Reading working days and reporting regimes.
//! Must not change them; they come from files, see `import`.
//! Both are in the catalogue; what follows from them is `obligation`.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::{calendar::WorkingYear, policy::Action, regime::Regime};

use crate::{Error, View};

/// The regimes in force on a day, today where nothing is said, by code.
///
/// # Errors
/// When the database fails.
pub async fn regimes(view: &View, as_of: Option<NaiveDate>) -> Result<Vec<Arc<Regime>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let day = as_of.unwrap_or_else(|| view.today());
    let regimes = view.catalogue().await?.regimes();
    Ok(regimes.iter().filter(|regime| regime.validity.contains(day)).cloned().collect())
}

/// The row of a regime that is in force today, else the last one; `None` where there is no regime with this code.
///
/// # Errors
/// When the database fails.
pub async fn regime(view: &View, code: &str) -> Result<Option<Arc<Regime>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let today = view.today();
    let rows = view.catalogue().await?.regime_rows(code);
    Ok(rows.iter().find(|regime| regime.validity.contains(today)).or_else(|| rows.last()).cloned())
}

/// The working days of a year; `None` where they are not known.
///
/// # Errors
/// When the database fails.
pub async fn working_year(view: &View, year: i32) -> Result<Option<WorkingYear>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    Ok(view.catalogue().await?.calendar().year(year).cloned())
}
