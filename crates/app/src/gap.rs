//! The gap list of a programme, from what its decision says and what was reported.
//! Must not send a statement a row: each kind of fact is read once for the whole programme.
//! What a gap is, is `domain::gap`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use domain::{
    clock::{day_after, day_begins},
    committee::{CommitteeAct, CommitteeId},
    document::{Document, DocumentRelation},
    gap::{CommitteeFacts, Facts, Gap, gaps},
    id::Id,
    policy::Action,
    programme::{Measure, Programme, Target},
    task::{Assignment, Task, TaskId},
};
use persistence::{Conn, DbError, committee, committee_log, document, report};
use uuid::Uuid;

use crate::{
    Error, View,
    committee::Posts,
    document::grouped,
    meeting, plan, task,
    version::{measures_on, objectives_on, programme_on, responsibilities_on, targets_on, tasks_on},
};

/// What the programme with this code leaves open on a day, today where none is said; `None` where there is no such programme, or was
/// none yet.
///
/// Reports count once they are accepted, whoever asks. The list is the same for everybody but for what was concluded at meetings whose
/// minutes are not signed: of these it tells whoever may read them.
///
/// # Errors
/// When the database fails.
pub async fn list(view: &View, programme: &str, as_of: Option<NaiveDate>) -> Result<Option<Vec<Gap>>, Error> {
    view.ctx().allow(Action::ReadPublished)?;
    let catalogue = view.catalogue().await?;
    let programme = match as_of {
        None => catalogue.programme_by_code(programme).cloned(),
        Some(day) => programme_on(view, programme, day).await?.map(|found| found.programme),
    };
    let Some(programme) = programme else { return Ok(None) };
    let day = as_of.unwrap_or(view.today());
    let facts = facts(view, &programme, day).await?;
    let is_open = |one: &&Assignment| catalogue.lacks_designation(one.task, one.agency, day);
    let undesignated = facts.assignments.iter().filter(is_open).map(|one| one.task).collect();
    let collectives = catalogue.agencies().iter().filter(|agency| agency.collective.is_some()).map(|agency| agency.id).collect();
    let committee = committee(view, programme.steering_committee, day).await?;
    let unsigned = meeting::unsigned(view, programme.id, day).await?;
    Ok(Some(gaps(&Facts { collectives, undesignated, committee, unsigned, ..facts })))
}

/// The committee, as far as gaps follow from it; in a fixed number of statements.
async fn committee(view: &View, committee: Option<CommitteeId>, day: NaiveDate) -> Result<Option<CommitteeFacts>, Error> {
    let (catalogue, is_past) = (Arc::clone(view.catalogue().await?), day < view.today());
    let Some(body) = committee.and_then(|id| catalogue.agency(id).cloned()) else { return Ok(None) };
    view.read(move |conn| -> Result<_, Error> {
        let history = committee::histories(conn, &[body.id])?.remove(&body.id).unwrap_or_default();
        let roster = Posts::of(&catalogue).roster(&history, day);
        let acts = committee_log::acts(conn, &[body.id])?.into_iter().map(|logged| logged.act);
        // What was decided ahead is seen from today on.
        let acts: Vec<CommitteeAct> = acts.filter(|act| !is_past || act.effective_on <= day).collect();
        Ok(Some(CommitteeFacts { code: Arc::clone(&body.code), roster, acts }))
    })
    .await
}

/// Everything that gaps follow from on a day, in a fixed number of statements.
async fn facts(view: &View, programme: &Programme, day: NaiveDate) -> Result<Facts, Error> {
    let of = vec![(programme.id, day)];
    let mut by_group = tasks_on(view, programme.groups.iter().map(|group| (group.id, day)).collect()).await?;
    let tasks: Vec<Task> = programme.groups.iter().filter_map(|group| by_group.remove(&(group.id, day))).flatten().collect();
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let measures: Vec<Measure> = measures_on(view, of.clone()).await?.into_values().flatten().collect();
    let targets: Vec<Target> = targets_on(view, of.clone()).await?.into_values().flatten().collect();
    let (measure_tasks, measure_targets) = links(view, &measures, (&tasks, &targets)).await?;
    let facts = Facts {
        day,
        decision: Some(programme.decision),
        objectives: objectives_on(view, of.clone()).await?.into_values().flatten().collect(),
        responsibilities: responsibilities_on(view, of).await?.into_values().flatten().collect(),
        issues: plan::known_issues(view, vec![programme.id]).await?.into_values().flatten().collect(),
        assignments: task::assignments(view, ids, Some(day)).await?.into_values().flatten().collect(),
        targets,
        measures,
        tasks,
        measure_tasks,
        measure_targets,
        ..Facts::default()
    };
    let (id, decision, subjects) = (programme.id, programme.decision, subjects(&facts));
    let until = (day < view.today()).then(|| day_begins(day_after(day)));
    view.read(move |conn| -> Result<_, Error> {
        let reported = report::accepted_tasks(conn, id, until)?.into_iter().collect();
        let citations = grouped(document::citations(conn, &subjects)?);
        Ok(Facts { reported, citations, related: related(conn, decision)?, ..facts })
    })
    .await
}

/// What a decision refers to, with the documents.
fn related(conn: &mut Conn, decision: Id<Document>) -> Result<Vec<(DocumentRelation, Document)>, DbError> {
    let relations = document::relations(conn, &[decision])?;
    let ids: Vec<_> = relations.iter().map(|(_, relation)| relation.related).collect::<HashSet<_>>().into_iter().collect();
    let documents: HashMap<_, _> = document::by_ids(conn, &ids)?.into_iter().map(|document| (document.id, document)).collect();
    let with = |(_, relation): (_, DocumentRelation)| {
        let document = documents.get(&relation.related)?.clone();
        Some((relation, document))
    };
    Ok(relations.into_iter().filter_map(with).collect())
}

type OfMeasures = (Vec<(Id<Measure>, TaskId)>, Vec<(Id<Measure>, Id<Target>)>);

/// What belongs to measures as these are worded on the day, of the tasks and targets that hold on it.
async fn links(view: &View, measures: &[Measure], (tasks, targets): (&[Task], &[Target])) -> Result<OfMeasures, Error> {
    let ids: Vec<_> = measures.iter().map(|measure| measure.id).collect();
    let (mut to_tasks, mut to_targets) = (plan::measure_tasks_ever(view, ids.clone()).await?, plan::measure_targets_ever(view, ids).await?);
    let tasks: HashSet<TaskId> = tasks.iter().map(|task| task.id).collect();
    let targets: HashSet<Id<Target>> = targets.iter().map(|target| target.id).collect();
    let mut found: OfMeasures = Default::default();
    for measure in measures {
        let stored = to_tasks.remove(&measure.id).unwrap_or_default().into_iter().map(|(_, task, _)| task).collect();
        let linked: Vec<TaskId> = measure.links.as_ref().map_or(stored, |links| links.tasks.iter().map(|(task, _)| *task).collect());
        found.0.extend(linked.into_iter().filter(|task| tasks.contains(task)).map(|task| (measure.id, task)));
        let stored = to_targets.remove(&measure.id).unwrap_or_default().into_iter().map(|(_, target)| target).collect();
        let linked: Vec<Id<Target>> = measure.links.as_ref().map_or(stored, |links| links.targets.clone());
        found.1.extend(linked.into_iter().filter(|target| targets.contains(target)).map(|target| (measure.id, target)));
    }
    Ok(found)
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
