//! Obligations as they stood on a day, as rows `s` of a statement, for figures over them (`rates`) and lists of many filters (`many`).
//! Must have the scope and the conditions that the list of one filter has, which the parent module reads.

use domain::policy::ReportScope;

use super::{AsOf, ObligationFilter};
use crate::{
    fulfilment::{columns, end, owed_by},
    statement::{Bind, Statement},
};

/// How the obligations of a filter stood on a day, as `s`: found out once for each, not again for everything that looks at it. The
/// conditions that look at how one stood, state and figure, are left to the statement.
pub(crate) fn seen(scope: &ReportScope, filter: &ObligationFilter, as_of: AsOf) -> Statement {
    let mut statement = Statement::default();
    statement.bind("WITH asof AS (SELECT ", Bind::Day(as_of.day));
    statement.bind(" AS day, ", Bind::At(end(as_of)));
    statement.add(&format!(
        " AS ended), s AS MATERIALIZED (SELECT {}, obligations.id, obligations.programme_id, obligations.period, t.group_id \
         FROM obligations CROSS JOIN asof LEFT JOIN tasks t ON t.id = obligations.task_id WHERE {}",
        columns(as_of),
        owed_by(as_of),
    ));
    within(&mut statement, scope);
    for (condition, value) in [
        (" AND obligations.programme_id = ", filter.programme.map(|id| Bind::Id(id.into()))),
        (" AND obligations.agency_id = ", filter.agency.map(|id| Bind::Id(id.into()))),
        (" AND obligations.task_id = ", filter.task.map(|id| Bind::Id(id.into()))),
        (" AND t.group_id = ", filter.group.map(|id| Bind::Id(id.into()))),
        (" AND obligations.year >= ", filter.from_year.map(Bind::Year)),
        (" AND obligations.year <= ", filter.to_year.map(Bind::Year)),
        (" AND obligations.year = ", filter.year.map(Bind::Year)),
        (" AND obligations.regime_code = ", filter.regime.clone().map(Bind::Text)),
        (" AND obligations.period = ", filter.period.clone().map(Bind::Text)),
        (" AND obligations.due_on < ", filter.due_before.map(Bind::Day)),
    ] {
        if let Some(value) = value {
            statement.bind(condition, value);
        }
    }
    if filter.is_about_programme {
        statement.add(" AND obligations.task_id IS NULL");
    }
    statement.add(")");
    statement
}

/// The twin of `super::scoped`.
fn within(statement: &mut Statement, scope: &ReportScope) {
    if scope.is_all() {
        return;
    }
    statement.add(" AND (1 = 0");
    for (agency, programme) in &scope.open {
        statement.add(" OR (1 = 1");
        if let Some(agency) = agency {
            statement.bind(" AND obligations.agency_id = ", Bind::Id((*agency).into()));
        }
        if let Some(programme) = programme {
            statement.bind(" AND obligations.programme_id = ", Bind::Id((*programme).into()));
        }
        statement.add(")");
    }
    statement.add(")");
}
