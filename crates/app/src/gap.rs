//! The gap list of a programme, from what its decision says and what was reported.
//! Must not send a statement a row: each kind of fact is read once for the whole programme.
//! What a gap is, is `domain::gap`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    committee::{CommitteeAct, CommitteeId},
    gap::{CommitteeFacts, Facts, Gap, gaps},
    id::Id,
    policy::{Action, ReportScope},
    programme::{Programme, TaskGroup},
    task::Assignment,
};
use persistence::{
    Conn, DbError, committee, committee_log, document, plan,
    report::{self, ReportFilter},
    task,
};
use uuid::Uuid;

use crate::{Error, View, committee::Posts, document::grouped, meeting};

/// What the programme with this code leaves open; `None` where there is no such programme.
///
/// Reports count once they are accepted, whoever asks. The list is the same for everybody but for what was concluded at meetings whose
/// minutes are not signed: of these it tells whoever may read them.
///
/// # Errors
/// When the database fails.
pub async fn list(view: &View, programme: &str) -> Result<Option<Vec<Gap>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let catalogue = view.catalogue().await?;
    let Some(programme) = catalogue.programme_by_code(programme).cloned() else { return Ok(None) };
    let collectives = catalogue.agencies().iter().filter(|agency| agency.collective.is_some()).map(|agency| agency.id).collect();
    let today = view.today();
    let (id, steering) = (programme.id, programme.steering_committee);
    let facts = view.read(move |conn| facts(conn, &programme)).await?;
    let is_open = |one: &&Assignment| one.validity.contains(today) && catalogue.lacks_designation(one.task, one.agency, today);
    let undesignated = facts.assignments.iter().filter(is_open).map(|one| one.task).collect();
    let committee = committee(view, steering).await?;
    let unsigned = meeting::unsigned(view, id).await?;
    Ok(Some(gaps(&Facts { collectives, today, undesignated, committee, unsigned, ..facts })))
}

/// The committee, as far as gaps follow from it; in a fixed number of statements.
async fn committee(view: &View, committee: Option<CommitteeId>) -> Result<Option<CommitteeFacts>, Error> {
    let (catalogue, today) = (Arc::clone(view.catalogue().await?), view.today());
    let Some(body) = committee.and_then(|id| catalogue.agency(id).cloned()) else { return Ok(None) };
    view.read(move |conn| -> Result<_, Error> {
        let history = committee::histories(conn, &[body.id])?.remove(&body.id).unwrap_or_default();
        let roster = Posts::of(&catalogue).roster(&history, today);
        let acts: Vec<CommitteeAct> = committee_log::acts(conn, &[body.id])?.into_iter().map(|logged| logged.act).collect();
        Ok(Some(CommitteeFacts { code: Arc::clone(&body.code), roster, acts }))
    })
    .await
}

/// Everything that gaps follow from, in a fixed number of statements.
fn facts(conn: &mut Conn, programme: &Programme) -> Result<Facts, DbError> {
    let of = [programme.id];
    let groups: Vec<Id<TaskGroup>> = programme.groups.iter().map(|group| group.id).collect();
    let mut facts = Facts {
        decision: Some(programme.decision),
        objectives: plan::objectives(conn, &of)?,
        targets: plan::targets(conn, &of)?,
        measures: plan::measures(conn, &of)?,
        responsibilities: plan::responsibilities(conn, &of)?,
        issues: plan::known_issues(conn, &of)?,
        tasks: task::by_groups(conn, &groups)?,
        assignments: task::assignments_of_programmes(conn, &of)?,
        ..Facts::default()
    };
    // By group they come in the order of rows; the annex numbers them through.
    facts.tasks.sort_by_key(|task| task.rank);
    let measures: Vec<_> = facts.measures.iter().map(|measure| measure.id).collect();
    facts.measure_tasks = plan::measure_tasks(conn, &measures, false)?.into_iter().map(|(measure, task, _)| (measure, task)).collect();
    facts.measure_targets = plan::measure_targets(conn, &measures, false)?;
    let tasks: Vec<_> = facts.tasks.iter().map(|task| task.id).collect();
    // Nobody's scope: what is published.
    let reported = report::count_by_task(conn, &ReportScope::default(), &ReportFilter::default(), &tasks)?;
    facts.reported = reported.into_iter().filter(|(_, count)| *count > 0).map(|(task, _)| task).collect();
    let relations = document::relations(conn, &[programme.decision])?;
    let related: Vec<_> = relations.iter().map(|(_, relation)| relation.related).collect::<HashSet<_>>().into_iter().collect();
    let documents: HashMap<_, _> = document::by_ids(conn, &related)?.into_iter().map(|document| (document.id, document)).collect();
    let with = |(_, relation): (_, domain::document::DocumentRelation)| {
        let document = documents.get(&relation.related)?.clone();
        Some((relation, document))
    };
    facts.related = relations.into_iter().filter_map(with).collect();
    facts.citations = grouped(document::citations(conn, &subjects(&facts))?);
    Ok(facts)
}

/// Everything that can be cited.
fn subjects(facts: &Facts) -> Vec<Uuid> {
    let objectives = facts.objectives.iter().map(|row| row.id.uuid());
    let targets = facts.targets.iter().map(|row| row.id.uuid());
    let measures = facts.measures.iter().map(|row| row.id.uuid());
    let tasks = facts.tasks.iter().map(|row| row.id.uuid());
    let duties = facts.responsibilities.iter().map(|row| row.id.uuid());
    objectives.chain(targets).chain(measures).chain(tasks).chain(duties).collect()
}
