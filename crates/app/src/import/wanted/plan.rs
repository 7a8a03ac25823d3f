//! The programme's own rows: groups, objectives, tasks, targets, measures, duties, means, defects.
//! Must not decide anything the file leaves open; links that the annex does not state are INFERRED.
//! Agencies and documents are in `register`.

use std::collections::HashSet;

use domain::{
    collation,
    lang::TranslatedField,
    programme::{Certainty, Comparator, Funding, ResponsibilityRelation, TargetScope},
    seed::{Assignees, Target, TargetValue, Task},
    task::{AssignmentRole, OccurrenceStatus, Recurrence},
    text,
};
use persistence::rows::{
    AssignmentRow, ChannelRow, DbId, FundingSourceRow, KnownIssueRow, KnownIssueTaskRow, MeasureRow, MeasureTargetRow, MeasureTaskRow,
    ObjectiveRow, OccurrenceRow, ProgrammeRow, ResponsibilityAgencyRow, ResponsibilityRow, TargetRow, TaskGroupRow, TaskRow,
};

use super::{Builder, rank};

/// The identifier of the stored row with this code.
macro_rules! stored_id {
    ($self:ident, $table:ident, $code:expr) => {
        $self.id($self.before.$table.iter().find(|row| row.code == $code).map(|row| row.id))
    };
}

impl Builder<'_> {
    pub(super) fn programme(&mut self) -> DbId {
        let (seed, programme) = (self.seed, &self.seed.programme);
        let id = stored_id!(self, programmes, programme.code);
        let parent = programme.parent_programme.as_ref().and_then(|number| {
            self.after.documents.iter().find(|document| document.number.as_ref() == Some(number)).map(|document| document.id)
        });
        let policy = seed.due_policy();
        let row = ProgrammeRow {
            id,
            code: programme.code.clone(),
            title: programme.title_vi.clone(),
            start_year: programme.start_year,
            end_year: programme.end_year,
            midpoint_year: programme.midpoint_year,
            midpoint_note: programme.midpoint_note.clone(),
            period_as_written: programme.period_vi.clone(),
            scope: programme.scope_vi.clone(),
            // Built before, so that it is there.
            decision_id: self.decision().unwrap_or(DbId(uuid::Uuid::nil())),
            parent_document_id: parent,
            reports_to_id: self.agency_opt(programme.reports_to.as_ref()),
            steering_committee_id: self.agency_opt(programme.steering_committee.as_ref()),
            standing_agency_id: self.agency_opt(programme.standing_agency.as_ref()),
            accountable_as_written: seed.decision.accountable_for_execution_vi.clone(),
            funding: json(&Funding {
                section: seed.funding.section.clone(),
                quotes: seed.funding.quotes_vi.clone(),
                allocation_lead: seed.funding.allocation_lead.clone(),
                settlement_lead: seed.funding.settlement_lead.clone(),
                settlement_with: seed.funding.settlement_with.clone(),
                note: seed.funding.note.clone(),
            }),
            annual_due_month: policy.month,
            annual_due_day: policy.day,
            marks_self_decisions: policy.marks_self_decisions,
            valid_from: self.held_since(&self.before.programmes, id, |row| (row.id, row.valid_from)),
        };
        self.after.programmes.push(row);
        self.name(id, &programme.code);
        self.english(id, TranslatedField::Title, &programme.title_vi, programme.title_en.as_ref());
        self.cite(id, 1, "1.2", Some(&programme.period_vi));
        for (i, quote) in seed.funding.quotes_vi.iter().enumerate() {
            self.cite(id, rank(i + 1), &seed.funding.section, Some(quote));
        }
        id
    }

    pub(super) fn groups(&mut self, programme_id: DbId) {
        for group in &self.seed.groups {
            let id = stored_id!(self, task_groups, group.code);
            self.groups.insert(&group.code, id);
            self.name(id, &group.code);
            self.english(id, TranslatedField::Title, &group.title_vi, group.title_en.as_ref());
            let (code, title, section) = (group.code.clone(), group.title_vi.clone(), group.body_section.clone());
            let (valid_from, valid_to) = (self.held_since(&self.before.task_groups, id, |row| (row.id, row.valid_from)), None);
            self.after.task_groups.push(TaskGroupRow { id, programme_id, code, rank: group.order, title, section, valid_from, valid_to });
        }
    }

    pub(super) fn objectives(&mut self, programme_id: DbId) {
        for (i, objective) in self.seed.objectives.iter().enumerate() {
            let id = stored_id!(self, objectives, objective.code);
            self.objectives.insert(&objective.code, id);
            self.name(id, &objective.code);
            self.cite(id, 1, "2", Some(&objective.text_vi));
            self.after.objectives.push(ObjectiveRow {
                id,
                programme_id,
                code: objective.code.clone(),
                rank: rank(i),
                kind: objective.kind.to_uppercase(),
                text: objective.text_vi.clone(),
                group_id: objective.group.as_ref().and_then(|code| self.groups.get(code.as_str()).copied()),
                due_year: objective.due_year,
                note: objective.note.clone(),
                valid_from: self.held_since(&self.before.objectives, id, |row| (row.id, row.valid_from)),
                valid_to: None,
            });
        }
    }

    pub(super) fn tasks(&mut self, programme_id: DbId) {
        for (i, task) in self.seed.tasks.iter().enumerate() {
            let id = stored_id!(self, tasks, task.code);
            self.tasks.insert(&task.code, id);
            self.name(id, &task.code);
            self.english(id, TranslatedField::Title, &task.title_vi, task.title_en.as_ref());
            self.cite(id, 1, format!("Danh mục, {}", task.code), Some(&task.title_vi));
            self.after.tasks.push(TaskRow {
                id,
                programme_id,
                // Checked: the group is in the file.
                group_id: self.groups.get(task.group.as_str()).copied().unwrap_or(programme_id),
                code: task.code.clone(),
                number: task.number,
                rank: rank(i),
                title: task.title_vi.clone(),
                title_folded: text::fold(&task.title_vi),
                title_key: collation::key(&task.title_vi),
                recurrence: task.period.kind.to_uppercase(),
                period_as_written: task.period.as_written.clone(),
                start_year: task.period.start_year,
                end_year: task.period.end_year,
                period_note: task.period.note.clone(),
                lead_as_written: task.lead.as_written_lines.join("\n"),
                coordinating_as_written: task.coordinating.as_written_lines.join("\n"),
                note: task.note.clone(),
                period_rule: task.period.rule.clone(),
                period_start_on: task.period.normalised.map(|days| days.start),
                period_end_on: task.period.normalised.map(|days| days.end),
                valid_from: self.held_since(&self.before.tasks, id, |row| (row.id, row.valid_from)),
                valid_to: None,
            });
            self.assignments(id, AssignmentRole::Lead, &task.lead);
            self.assignments(id, AssignmentRole::Coordinating, &task.coordinating);
            self.occurrences(id, task);
        }
    }

    fn assignments(&mut self, task_id: DbId, role: AssignmentRole, assignees: &Assignees) {
        let (Some(basis_document_id), valid_from) = (self.decision(), self.effective()) else { return };
        for (i, assignee) in assignees.agencies.iter().enumerate() {
            let Some(agency_id) = self.agency(&assignee.agency) else { continue };
            let same = |row: &&AssignmentRow| {
                (row.task_id, row.role.as_str(), row.agency_id) == (task_id, role.label(), agency_id)
                    && (row.valid_from == valid_from || row.basis_document_id != basis_document_id)
            };
            let stored = self.before.assignments.iter().find(same);
            // What an amendment assigned rests on its document, from its day on.
            let (valid_from, basis_document_id) =
                stored.map_or((valid_from, basis_document_id), |row| (row.valid_from, row.basis_document_id));
            let id = self.id(stored.map(|row| row.id));
            if let Some(section) = assignee.section.as_ref().filter(|_| Some(basis_document_id) == self.decision()) {
                let task = self.names.get(&task_id.0).cloned().unwrap_or_default();
                self.name(id, format!("{task} / {} / {}", role.label(), assignee.agency));
                self.cite(id, 1, section, assignee.quote_vi.as_deref());
            }
            self.after.assignments.push(AssignmentRow {
                id,
                task_id,
                agency_id,
                role: role.label().into(),
                rank: rank(i),
                valid_from,
                valid_to: stored.and_then(|row| row.valid_to),
                basis_document_id,
            });
        }
    }

    /// One a year, due on the policy's day: of the year itself, or of the last one where the years belong together. What life
    /// did to one that is there stays.
    fn occurrences(&mut self, task_id: DbId, task: &Task) {
        let (policy, is_annual) = (self.seed.due_policy(), task.period.kind.eq_ignore_ascii_case(Recurrence::Annual.label()));
        for year in &task.period.years {
            let stored = self.before.occurrences.iter().find(|row| row.task_id == task_id && row.year == *year);
            let due_on = policy.due_in(if is_annual { *year } else { task.period.end_year });
            let row = stored.cloned().unwrap_or_else(|| OccurrenceRow {
                id: self.id(None),
                task_id,
                year: *year,
                status: OccurrenceStatus::NotStarted.label().into(),
                due_on,
                original_due_on: due_on,
                completed_on: None,
                revision: 1,
                valid_from: None,
            });
            self.after.occurrences.push(row);
        }
    }

    pub(super) fn targets(&mut self, programme_id: DbId) {
        for (i, target) in self.seed.targets.iter().enumerate() {
            let id = stored_id!(self, targets, target.code);
            self.targets.insert(&target.code, id);
            self.name(id, &target.code);
            self.english(id, TranslatedField::Indicator, &target.quote_vi, target.indicator_en.as_ref());
            self.cite(id, 1, &target.section, Some(&target.quote_vi));
            let (value_min, value_max) = match target.target_value {
                None => (None, None),
                Some(TargetValue::One(value)) => (Some(value), None),
                Some(TargetValue::Range(low, high)) => (Some(low), Some(high)),
            };
            self.after.targets.push(TargetRow {
                id,
                programme_id,
                objective_id: target.objective.as_ref().and_then(|code| self.objectives.get(code.as_str()).copied()),
                task_id: target.task.as_ref().and_then(|code| self.tasks.get(code.as_str()).copied()),
                code: target.code.clone(),
                rank: rank(i),
                section: target.section.clone(),
                text: target.quote_vi.clone(),
                comparator: comparator(&target.comparator).label().into(),
                unit: target.unit.clone(),
                value_min,
                value_max,
                due_year: target.due_year,
                numerator: target.numerator.clone(),
                denominator: target.denominator.clone(),
                scope: json(&scope(target)),
                note: target.note.clone(),
                valid_from: self.held_since(&self.before.targets, id, |row| (row.id, row.valid_from)),
                valid_to: None,
            });
        }
    }

    pub(super) fn measures(&mut self, programme_id: DbId) {
        for (i, measure) in self.seed.measures.iter().enumerate() {
            let id = stored_id!(self, measures, measure.code);
            self.name(id, &measure.code);
            // "3.1.a" stands in section 3.1, "3.6" in section 3.6.
            let section = measure.code.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
            self.cite(id, 1, section, Some(&measure.text_vi));
            let (code, text, note) = (measure.code.clone(), measure.text_vi.clone(), measure.note.clone());
            let (valid_from, valid_to) = (self.held_since(&self.before.measures, id, |row| (row.id, row.valid_from)), None);
            self.after.measures.push(MeasureRow { id, programme_id, code, rank: rank(i), text, note, valid_from, valid_to });
            for (j, task) in measure.tasks_inferred.iter().enumerate() {
                let Some(task_id) = self.tasks.get(task.as_str()).copied() else { continue };
                let certainty = Certainty::Inferred.label().into();
                let known = self.before.measure_tasks.iter().find(|row| (row.measure_id, row.task_id, row.rank) == (id, task_id, rank(j)));
                let first_rank = known.map_or(rank(j), |row| row.first_rank);
                self.after.measure_tasks.push(MeasureTaskRow { measure_id: id, task_id, rank: rank(j), certainty, first_rank });
            }
            for (j, target) in measure.targets.iter().enumerate() {
                let Some(target_id) = self.targets.get(target.as_str()).copied() else { continue };
                let same = |row: &&MeasureTargetRow| (row.measure_id, row.target_id, row.rank) == (id, target_id, rank(j));
                let first_rank = self.before.measure_targets.iter().find(same).map_or(rank(j), |row| row.first_rank);
                self.after.measure_targets.push(MeasureTargetRow { measure_id: id, target_id, rank: rank(j), first_rank });
            }
        }
    }

    pub(super) fn responsibilities(&mut self, programme_id: DbId) {
        for (i, duty) in self.seed.responsibilities.iter().enumerate() {
            let Some(agency_id) = self.agency(&duty.agency) else { continue };
            let id = stored_id!(self, responsibilities, duty.code);
            self.name(id, &duty.code);
            // "D2.3.b" stands in Điều 2, paragraph 3.
            let section = duty.code.trim_start_matches('D').splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
            self.cite(id, 1, format!("Điều {section}"), Some(&duty.text_vi));
            self.after.responsibilities.push(ResponsibilityRow {
                id,
                programme_id,
                agency_id,
                code: duty.code.clone(),
                rank: rank(i),
                role: duty.role.to_uppercase(),
                text: duty.text_vi.clone(),
                recurrence: duty.recurrence.clone(),
                produces: if duty.produces.is_empty() { None } else { json(&duty.produces) },
                note: duty.note.clone(),
                valid_from: self.held_since(&self.before.responsibilities, id, |row| (row.id, row.valid_from)),
                valid_to: None,
            });
            let others = [(ResponsibilityRelation::With, &duty.with_agencies), (ResponsibilityRelation::DirectedAt, &duty.directed_at)];
            for (relation, codes) in others {
                for (j, code) in codes.iter().enumerate() {
                    let Some(agency_id) = self.agency(code) else { continue };
                    let row =
                        ResponsibilityAgencyRow { responsibility_id: id, agency_id, relation: relation.label().into(), rank: rank(j) };
                    self.after.responsibility_agencies.push(row);
                }
            }
        }
    }

    /// Channels and sources of money.
    pub(super) fn means(&mut self, programme_id: DbId) {
        for (i, system) in self.seed.systems.iter().enumerate() {
            let id = stored_id!(self, channels, system.code);
            self.name(id, &system.code);
            self.english(id, TranslatedField::Name, &system.name_vi, system.name_en.as_ref());
            let operator_id = self.agency_opt(system.operator.as_ref());
            let (code, name, note) = (system.code.clone(), system.name_vi.clone(), system.note.clone());
            self.after.channels.push(ChannelRow { id, programme_id, operator_id, code, rank: rank(i), name, note });
        }
        for (i, source) in self.seed.funding.sources.iter().enumerate() {
            let id = stored_id!(self, funding_sources, source.code);
            self.name(id, &source.code);
            self.english(id, TranslatedField::Name, &source.name_vi, source.name_en.as_ref());
            let (code, name, note) = (source.code.clone(), source.name_vi.clone(), source.note.clone());
            self.after.funding_sources.push(FundingSourceRow { id, programme_id, code, rank: rank(i), name, note });
        }
    }

    pub(super) fn known_issues(&mut self, programme_id: DbId) {
        for (i, defect) in self.seed.known_defects_in_seed.iter().enumerate() {
            let stored = self.before.known_issues.iter().find(|row| row.location == defect.location);
            let id = self.id(stored.map(|row| row.id));
            self.name(id, &defect.location);
            // The places of a defect name tasks by their codes: "I.2, I.5", "III.1 / Điều 2.3".
            let mut named = HashSet::new();
            for place in defect.location.split([',', '/', ' ']) {
                if let Some(task_id) = self.tasks.get(place).copied().filter(|task| named.insert(*task)) {
                    self.after.known_issue_tasks.push(KnownIssueTaskRow { known_issue_id: id, task_id });
                }
            }
            self.after.known_issues.push(KnownIssueRow {
                id,
                programme_id,
                rank: rank(i),
                location: defect.location.clone(),
                as_written: defect.as_written.clone(),
                read_as: defect.read_as.clone(),
                note: defect.note.clone(),
            });
        }
    }
}

fn comparator(sign: &str) -> Comparator {
    match sign {
        "=" => Comparator::Exactly,
        ">=" => Comparator::AtLeast,
        "range" => Comparator::Range,
        _ => Comparator::Qualitative,
    }
}

fn scope(target: &Target) -> TargetScope {
    TargetScope {
        required_items: target.required_items.clone(),
        outlets: target.outlets.clone(),
        content: target.content.clone(),
        conditions: target.conditions.clone(),
        agencies: target.agencies.clone(),
    }
}

/// Strings and lists of strings, which JSON can always hold.
fn json<T: serde::Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}
