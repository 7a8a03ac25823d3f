//! The gap list: what a programme's decision leaves open, found from what it says and where it says so.
//! Must not guess: what the file links is a link, what it only names is not, and a note is shown as it is.
//! What its steering committee leaves open is `committee`. The facts come from `app::gap`; the defects that a person wrote down are `programme::KnownIssue`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use crate::{
    agency::AgencyId,
    document::{Citation, Document, DocumentId, DocumentRelation, DocumentRelationKind, DocumentStatus},
    id::Id,
    labels::labelled_enum,
    meeting::Conclusion,
    programme::{KnownIssue, Measure, Objective, Responsibility, Target},
    task::{Assignment, AssignmentRole, Task, TaskId},
};

mod committee;

pub use committee::CommitteeFacts;

labelled_enum! {
    /// What is left open.
    pub enum GapKind {
        /// No task of the annex carries the measure out, so that nobody leads it and it has no year.
        MeasureWithoutTask = "MEASURE_WITHOUT_TASK",
        /// Nobody coordinates.
        TaskWithoutCoordinator = "TASK_WITHOUT_COORDINATOR",
        /// Only words for several bodies lead, so that no one body answers for it.
        TaskLedByCollective = "TASK_LED_BY_COLLECTIVE",
        /// Words for relevant agencies have a part in it, and no document says which are meant.
        TaskWithoutDesignation = "TASK_WITHOUT_DESIGNATION",
        /// It has begun, and no report on it was ever accepted.
        TaskNeverReported = "TASK_NEVER_REPORTED",
        /// No year by which it is to be met.
        TargetWithoutDueYear = "TARGET_WITHOUT_DUE_YEAR",
        /// The decision links no task to the target, so that nobody leads it.
        TargetWithoutTask = "TARGET_WITHOUT_TASK",
        /// Neither its task nor one that carries out its measures has an accepted report that could say anything of it.
        TargetNotFed = "TARGET_NOT_FED",
        /// It is to bring something forth, and no year or period is stated.
        ResponsibilityWithoutDue = "RESPONSIBILITY_WITHOUT_DUE",
        /// The decision calls for a document that is not issued.
        DocumentNotIssued = "DOCUMENT_NOT_ISSUED",
        /// Where it stands in a document is not known.
        SubjectWithoutCitation = "SUBJECT_WITHOUT_CITATION",
        /// Nobody sits in a seat of the steering committee, and it goes with no post.
        SeatWithoutHolder = "SEAT_WITHOUT_HOLDER",
        /// An act on the steering committee rests on a reason alone.
        ActWithoutDocument = "ACT_WITHOUT_DOCUMENT",
        /// What a meeting concluded rests on no signed minutes.
        ConclusionWithoutDocument = "CONCLUSION_WITHOUT_DOCUMENT",
        /// The text has a defect, and nobody answers for how it is read.
        ReadingNotConfirmed = "READING_NOT_CONFIRMED",
    }
}

labelled_enum! {
    /// What a gap is about.
    pub enum GapSubject {
        Objective = "OBJECTIVE",
        Target = "TARGET",
        Measure = "MEASURE",
        Task = "TASK",
        Responsibility = "RESPONSIBILITY",
        Document = "DOCUMENT",
        Seat = "SEAT",
        CommitteeAct = "COMMITTEE_ACT",
        Conclusion = "CONCLUSION",
        KnownIssue = "KNOWN_ISSUE",
    }
}

/// Something left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub kind: GapKind,
    pub subject: GapSubject,
    pub id: Uuid,
    /// E.g. "3.1.h"; the title of a document.
    pub code: String,
    /// What it says, or what it brings forth.
    pub text: String,
    /// Where it stands, as far as that is known.
    pub document: Option<DocumentId>,
    pub section: Option<String>,
    pub quote: Option<String>,
    /// What the file remarks of it.
    pub note: Option<String>,
}

/// What a programme says and what was reported, as far as gaps follow from it.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub decision: Option<DocumentId>,
    pub objectives: Vec<Objective>,
    pub targets: Vec<Target>,
    pub measures: Vec<Measure>,
    pub tasks: Vec<Task>,
    pub responsibilities: Vec<Responsibility>,
    pub measure_tasks: Vec<(Id<Measure>, TaskId)>,
    pub measure_targets: Vec<(Id<Measure>, Id<Target>)>,
    pub assignments: Vec<Assignment>,
    pub collectives: HashSet<AgencyId>,
    /// Tasks with a part for a filtered collective of which no document says on the day whom it means.
    pub undesignated: HashSet<TaskId>,
    /// Tasks with an accepted report.
    pub reported: HashSet<TaskId>,
    /// What the decision refers to, with the documents.
    pub related: Vec<(DocumentRelation, Document)>,
    pub citations: HashMap<Uuid, Vec<Citation>>,
    /// Defects of the decision's text.
    pub issues: Vec<KnownIssue>,
    /// None where the programme has no steering committee.
    pub committee: Option<CommitteeFacts>,
    /// What was concluded at meetings of the programme whose minutes are not signed, as far as the caller may read it, with the meeting.
    pub unsigned: Vec<(Conclusion, Arc<str>)>,
    /// The day on which it is so; assignments are those of this day.
    pub day: NaiveDate,
}

impl Facts {
    fn gap(&self, kind: GapKind, subject: GapSubject, id: Uuid, (code, text, note): (&str, &str, Option<&str>)) -> Gap {
        let cited = self.citations.get(&id).and_then(|citations| citations.first());
        Gap {
            kind,
            subject,
            id,
            code: code.to_owned(),
            text: text.to_owned(),
            document: cited.map(|cited| cited.document),
            section: cited.map(|cited| cited.section.clone()),
            quote: cited.and_then(|cited| cited.quote.clone()),
            note: note.map(str::to_owned),
        }
    }

    fn measure(&self, kind: GapKind, of: &Measure) -> Gap {
        self.gap(kind, GapSubject::Measure, of.id.uuid(), (&of.code, &of.text, of.note.as_deref()))
    }

    fn task(&self, kind: GapKind, of: &Task) -> Gap {
        self.gap(kind, GapSubject::Task, of.id.uuid(), (&of.code, &of.title, of.note.as_deref()))
    }

    fn target(&self, kind: GapKind, of: &Target) -> Gap {
        self.gap(kind, GapSubject::Target, of.id.uuid(), (&of.code, &of.text, of.note.as_deref()))
    }

    /// The tasks that may say something of a target: its own, and those that carry out its measures.
    fn feeding(&self, target: &Target) -> impl Iterator<Item = TaskId> {
        let measures: HashSet<_> = self.measure_targets.iter().filter(|of| of.1 == target.id).map(|of| of.0).collect();
        let inferred = self.measure_tasks.iter().filter(move |of| measures.contains(&of.0)).map(|of| of.1);
        target.task.into_iter().chain(inferred)
    }

    fn of_measures(&self) -> impl Iterator<Item = Gap> {
        let carried: HashSet<_> = self.measure_tasks.iter().map(|of| of.0).collect();
        let left = self.measures.iter().filter(move |measure| !carried.contains(&measure.id));
        left.map(|measure| self.measure(GapKind::MeasureWithoutTask, measure))
    }

    fn of_tasks(&self) -> impl Iterator<Item = Gap> {
        let of = |role| self.assignments.iter().filter(move |assignment| assignment.role == role);
        let coordinated: HashSet<TaskId> = of(AssignmentRole::Coordinating).map(|assignment| assignment.task).collect();
        let led: HashSet<TaskId> = of(AssignmentRole::Lead)
            .filter(|assignment| !self.collectives.contains(&assignment.agency))
            .map(|assignment| assignment.task)
            .collect();
        let without = |kind, known: HashSet<TaskId>| {
            self.tasks.iter().filter(move |task| !known.contains(&task.id)).map(move |task| self.task(kind, task))
        };
        let begun = self.tasks.iter().filter(|task| task.period.start_year <= self.day.year() && !self.reported.contains(&task.id));
        let undesignated = self.tasks.iter().filter(|task| self.undesignated.contains(&task.id));
        without(GapKind::TaskWithoutCoordinator, coordinated)
            .chain(without(GapKind::TaskLedByCollective, led))
            .chain(undesignated.map(|task| self.task(GapKind::TaskWithoutDesignation, task)))
            .chain(begun.map(|task| self.task(GapKind::TaskNeverReported, task)))
    }

    fn of_targets(&self) -> impl Iterator<Item = Gap> {
        let undated = self.targets.iter().filter(|target| target.due_year.is_none());
        let nobody_s = self.targets.iter().filter(|target| target.task.is_none());
        let unfed = self.targets.iter().filter(|target| !self.feeding(target).any(|task| self.reported.contains(&task)));
        undated
            .map(|target| self.target(GapKind::TargetWithoutDueYear, target))
            .chain(nobody_s.map(|target| self.target(GapKind::TargetWithoutTask, target)))
            .chain(unfed.map(|target| self.target(GapKind::TargetNotFed, target)))
    }

    fn of_responsibilities(&self) -> impl Iterator<Item = Gap> {
        let open = self.responsibilities.iter().filter(|duty| !duty.produces.is_empty() && duty.recurrence.is_none());
        open.map(|duty| {
            let told = (duty.code.as_str(), &*duty.produces.join("; "), duty.note.as_deref());
            self.gap(GapKind::ResponsibilityWithoutDue, GapSubject::Responsibility, duty.id.uuid(), told)
        })
    }

    fn of_documents(&self) -> impl Iterator<Item = Gap> {
        let is_open = |document: &Document| {
            document.status == DocumentStatus::Planned || document.issued_on.is_some_and(|issued_on| self.day < issued_on)
        };
        let planned = move |of: &&(DocumentRelation, Document)| of.0.kind == DocumentRelationKind::CallsFor && is_open(&of.1);
        self.related.iter().filter(planned).map(|(relation, document)| {
            let title = document.title.as_deref().unwrap_or_default();
            let told = (title, title, document.note.as_deref());
            let gap = self.gap(GapKind::DocumentNotIssued, GapSubject::Document, document.id.uuid(), told);
            Gap { document: self.decision, section: relation.section.clone(), quote: relation.quote.clone(), ..gap }
        })
    }

    fn of_readings(&self) -> impl Iterator<Item = Gap> {
        let open = self.issues.iter().filter(|issue| issue.confirmation.as_ref().is_none_or(|confirmed| self.day < confirmed.on));
        open.filter_map(|issue| {
            let told = (issue.location.as_str(), issue.read_as.as_deref()?, issue.note.as_deref());
            let gap = self.gap(GapKind::ReadingNotConfirmed, GapSubject::KnownIssue, issue.id.uuid(), told);
            Some(Gap { document: self.decision, section: Some(issue.location.clone()), quote: issue.as_written.clone(), ..gap })
        })
    }

    fn uncited(&self) -> impl Iterator<Item = Gap> {
        let kind = GapKind::SubjectWithoutCitation;
        let objectives = self
            .objectives
            .iter()
            .map(move |of| self.gap(kind, GapSubject::Objective, of.id.uuid(), (&of.code, &of.text, of.note.as_deref())));
        let duties = self
            .responsibilities
            .iter()
            .map(move |of| self.gap(kind, GapSubject::Responsibility, of.id.uuid(), (&of.code, &of.text, of.note.as_deref())));
        let all = objectives
            .chain(self.targets.iter().map(move |of| self.target(kind, of)))
            .chain(self.measures.iter().map(move |of| self.measure(kind, of)))
            .chain(self.tasks.iter().map(move |of| self.task(kind, of)))
            .chain(duties);
        all.filter(|gap| gap.document.is_none())
    }
}

/// Everything left open, by kind, within each in the order of the programme.
pub fn gaps(facts: &Facts) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = facts
        .of_measures()
        .chain(facts.of_tasks())
        .chain(facts.of_targets())
        .chain(facts.of_responsibilities())
        .chain(facts.of_documents())
        .chain(facts.uncited())
        .chain(facts.of_committee())
        .chain(facts.of_conclusions())
        .chain(facts.of_readings())
        .collect();
    // Stable: what is of one kind keeps its order.
    gaps.sort_by_key(|gap| gap.kind);
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(n: u128, code: &str) -> Measure {
        let (id, programme) = (Id::from_uuid(Uuid::from_u128(n)), Id::from_uuid(Uuid::nil()));
        Measure {
            id,
            programme,
            code: code.into(),
            text: format!("Biện pháp {code}"),
            note: None,
            validity: crate::validity::Validity::default(),
            links: None,
        }
    }

    fn told(facts: &Facts) -> Vec<(GapKind, String)> {
        gaps(facts).into_iter().map(|gap| (gap.kind, gap.code)).collect()
    }

    #[test]
    fn a_measure_is_open_until_a_task_carries_it_out_and_uncited_until_it_is_cited() {
        let (one, two) = (measure(1, "3.1.a"), measure(2, "3.1.h"));
        let task: TaskId = Id::from_uuid(Uuid::from_u128(9));
        let cited =
            Citation { document: Id::from_uuid(Uuid::from_u128(7)), rank: 1, section: "3.1".into(), quote: Some("Kết hợp".into()) };
        let mut facts = Facts {
            measure_tasks: vec![(one.id, task)],
            citations: HashMap::from([(one.id.uuid(), vec![cited.clone()]), (two.id.uuid(), vec![cited])]),
            measures: vec![one.clone(), two],
            ..Facts::default()
        };
        assert_eq!(told(&facts), [(GapKind::MeasureWithoutTask, "3.1.h".to_owned())]);
        let gap = gaps(&facts).remove(0);
        assert_eq!((gap.section.as_deref(), gap.quote.as_deref()), (Some("3.1"), Some("Kết hợp")));
        facts.citations.remove(&one.id.uuid());
        assert_eq!(told(&facts)[1..], [(GapKind::SubjectWithoutCitation, "3.1.a".to_owned())]);
    }
}
