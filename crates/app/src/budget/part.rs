//! Who has a part in the work that lines pay for, under every name that they have and had.
//! Must not tell who contributes: a contributor that has a part is remarked by `domain::budget`.
//! Remarks on lines are the parent module.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    agency::AgencyId,
    budget::{BudgetLine, Parts},
    programme::ProgrammeId,
    task::TaskId,
};
use persistence::{Conn, task};

use crate::{Error, catalogue::Catalogue};

/// Who leads or coordinates the tasks of lines that have a contributor, on a day: as the words say, and whom they mean. Of lines for a
/// programme as a whole, those of all its tasks.
#[derive(Debug, Default)]
pub(super) struct PartsOf {
    tasks: HashMap<TaskId, Parts>,
    programmes: HashMap<ProgrammeId, Parts>,
    nobody: Parts,
}

impl PartsOf {
    /// Two statements at most, whatever the number of lines.
    pub fn read(conn: &mut Conn, catalogue: &Catalogue, lines: &[BudgetLine], day: NaiveDate) -> Result<Self, Error> {
        let given = || lines.iter().filter(|line| line.contribution.is_some());
        let whole: BTreeSet<ProgrammeId> = given().filter(|line| line.task.is_none()).map(|line| line.programme).collect();
        let mut tasks: HashSet<TaskId> = given().filter_map(|line| line.task).collect();
        let mut of: HashMap<TaskId, ProgrammeId> = HashMap::new();
        if !whole.is_empty() {
            of.extend(task::of_programmes(conn, &whole.into_iter().collect::<Vec<_>>())?);
            tasks.extend(of.keys());
        }
        let mut found = Self::default();
        if tasks.is_empty() {
            return Ok(found);
        }
        for part in task::assignments(conn, &tasks.into_iter().collect::<Vec<_>>(), day)? {
            let mut those = vec![part.agency];
            those.extend(catalogue.meant_on(part.task, part.agency, day));
            for agency in those {
                named(found.tasks.entry(part.task).or_default(), catalogue, agency);
                if let Some(programme) = of.get(&part.task) {
                    named(found.programmes.entry(*programme).or_default(), catalogue, agency);
                }
            }
        }
        Ok(found)
    }

    /// Who has a part in what a line pays for.
    pub fn of(&self, line: &BudgetLine) -> &Parts {
        let found = line.task.map_or_else(|| self.programmes.get(&line.programme), |task| self.tasks.get(&task));
        found.unwrap_or(&self.nobody)
    }
}

/// Adds an agency under the names of all its times, its short ones, and those under which documents write it.
fn named(parts: &mut Parts, catalogue: &Catalogue, id: AgencyId) {
    let Some(agency) = catalogue.agency(id) else {
        parts.add(id, []);
        return;
    };
    let written = agency.aliases.iter().map(|alias| &**alias);
    let versions = agency.versions.iter().flat_map(|version| {
        let name = &version.name;
        let others = name.others.iter().map(|other| &*other.text);
        others.chain([&*name.vi]).chain(version.short_name.as_deref())
    });
    parts.add(id, written.chain(versions));
}
