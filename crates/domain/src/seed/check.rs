//! What must hold of a programme file beyond its form: codes that exist, no doubles, periods that agree, counts that fit.
//! Must not stop at the first fault; every fault carries its JSON pointer.
//! The form itself (types, required fields) is checked against `data/programme.schema.json` before this runs.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Agency, Assignees, Checks, Seed, Task};
use crate::error::{Code, Fault};

/// All faults of a file whose form is right.
pub fn check(seed: &Seed) -> Vec<Fault> {
    let mut faults = Vec::new();
    let codes = Codes::of(seed, &mut faults);
    check_agencies(seed, &codes, &mut faults);
    check_documents(seed, &mut faults);
    check_decision_and_programme(seed, &codes, &mut faults);
    check_plan(seed, &codes, &mut faults);
    for (i, task) in seed.tasks.iter().enumerate() {
        check_task(&format!("/tasks/{i}"), task, seed, &codes, &mut faults);
    }
    check_duties(seed, &codes, &mut faults);
    // A day that every year has.
    if seed.due_policy().due_in(2013).is_none() {
        faults.push(Fault::new("/policy/annual_due/day", Code::OutOfRange));
    }
    if let Some(checks) = &seed.checks {
        check_counts(seed, checks, &mut faults);
    }
    faults
}

/// Every code that something in the file may refer to.
struct Codes<'a> {
    agencies: HashMap<&'a str, &'a Agency>,
    groups: HashSet<&'a str>,
    objectives: HashSet<&'a str>,
    targets: HashSet<&'a str>,
    tasks: HashSet<&'a str>,
}

impl<'a> Codes<'a> {
    fn of(seed: &'a Seed, faults: &mut Vec<Fault>) -> Self {
        unique("/systems", seed.systems.iter().map(|s| s.code.as_str()), faults);
        unique("/funding/sources", seed.funding.sources.iter().map(|s| s.code.as_str()), faults);
        unique("/measures", seed.measures.iter().map(|m| m.code.as_str()), faults);
        unique("/responsibilities", seed.responsibilities.iter().map(|r| r.code.as_str()), faults);
        unique("/agencies", seed.agencies.iter().map(|a| a.code.as_str()), faults);
        Self {
            agencies: seed.agencies.iter().map(|a| (a.code.as_str(), a)).collect(),
            groups: unique("/groups", seed.groups.iter().map(|g| g.code.as_str()), faults),
            objectives: unique("/objectives", seed.objectives.iter().map(|o| o.code.as_str()), faults),
            targets: unique("/targets", seed.targets.iter().map(|t| t.code.as_str()), faults),
            tasks: unique("/tasks", seed.tasks.iter().map(|t| t.code.as_str()), faults),
        }
    }

    fn agency(&self, pointer: String, code: &str, faults: &mut Vec<Fault>) {
        known(pointer, self.agencies.contains_key(code), code, faults);
    }

    fn list(&self, pointer: &str, codes: &[String], faults: &mut Vec<Fault>) {
        for (i, code) in codes.iter().enumerate() {
            self.agency(format!("{pointer}/{i}"), code, faults);
        }
        doubles(pointer, codes, faults);
    }
}

fn unique<'a>(list: &str, codes: impl Iterator<Item = &'a str>, faults: &mut Vec<Fault>) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    for (i, code) in codes.enumerate() {
        if !seen.insert(code) {
            faults.push(duplicate(format!("{list}/{i}/code"), code));
        }
    }
    seen
}

fn doubles(list: &str, values: &[String], faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for (i, value) in values.iter().enumerate() {
        if !seen.insert(value.as_str()) {
            faults.push(duplicate(format!("{list}/{i}"), value));
        }
    }
}

fn duplicate(pointer: String, value: &str) -> Fault {
    Fault::worded(pointer, Code::Duplicate, format!("“{value}” đã có ở trên."), format!("{value:?} stands above already."))
}

fn known(pointer: String, is_known: bool, code: &str, faults: &mut Vec<Fault>) {
    if !is_known {
        faults.push(Fault::worded(
            pointer,
            Code::ReferenceUnknown,
            format!("Tệp không có mục nào mang mã “{code}”."),
            format!("Nothing in the file has the code {code:?}."),
        ));
    }
}

fn check_agencies(seed: &Seed, codes: &Codes<'_>, faults: &mut Vec<Fault>) {
    for (i, agency) in seed.agencies.iter().enumerate() {
        let at = format!("/agencies/{i}");
        for (field, code) in [("parent", &agency.parent), ("standing_agency", &agency.standing_agency)] {
            if let Some(code) = code {
                codes.agency(format!("{at}/{field}"), code, faults);
            }
        }
        if seed.groups.iter().any(|group| group.title_vi == agency.name_vi) {
            faults.push(Fault::worded(
                format!("{at}/name_vi"),
                Code::RuleBroken,
                "Tên nhóm nhiệm vụ không phải là tên cơ quan.",
                "The heading of a group is not an agency.",
            ));
        }
        doubles(&format!("{at}/names_as_written"), &agency.names_as_written, faults);
        codes.list(&format!("{at}/members_named_in_seed"), agency.members_named_in_seed.as_deref().unwrap_or_default(), faults);
        codes.list(&format!("{at}/includes_collectives"), &agency.includes_collectives, faults);
    }
    let parents: HashMap<&str, &str> = seed.agencies.iter().filter_map(|a| Some((a.code.as_str(), a.parent.as_deref()?))).collect();
    circles("parent", seed, |code| parents.get(code).copied().into_iter().collect(), faults);
    circles("includes_collectives", seed, |code| members(codes, code), faults);
}

fn members<'a>(codes: &Codes<'a>, code: &str) -> Vec<&'a str> {
    let Some(agency) = codes.agencies.get(code) else { return Vec::new() };
    agency.includes_collectives.iter().chain(agency.members_named_in_seed.iter().flatten()).map(String::as_str).collect()
}

/// Finds agencies that reach themselves.
fn circles<'a>(field: &str, seed: &'a Seed, next: impl Fn(&str) -> Vec<&'a str>, faults: &mut Vec<Fault>) {
    for (i, agency) in seed.agencies.iter().enumerate() {
        let mut seen = HashSet::new();
        let mut open = next(&agency.code);
        while let Some(code) = open.pop() {
            if code == agency.code {
                faults.push(Fault::worded(
                    format!("/agencies/{i}/{field}"),
                    Code::RuleBroken,
                    format!("“{code}” quay về chính nó."),
                    format!("{code:?} leads back to itself."),
                ));
                break;
            }
            if seen.insert(code) {
                open.extend(next(code));
            }
        }
    }
}

fn check_documents(seed: &Seed, faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for (pointer, key) in seed.document_keys() {
        if seen.contains(&key) {
            faults.push(duplicate(pointer, &key));
        } else {
            seen.insert(key);
        }
    }
}

fn check_decision_and_programme(seed: &Seed, codes: &Codes<'_>, faults: &mut Vec<Fault>) {
    codes.agency("/decision/issuer".into(), &seed.decision.issuer, faults);
    for (i, basis) in seed.decision.legal_bases.iter().enumerate() {
        if let Some(issuer) = &basis.issuer {
            codes.agency(format!("/decision/legal_bases/{i}/issuer"), issuer, faults);
        }
    }
    for (i, related) in seed.decision.related_documents.iter().enumerate() {
        if let Some(issuer) = &related.issuer {
            codes.agency(format!("/decision/related_documents/{i}/issuer"), issuer, faults);
        }
    }
    let programme = &seed.programme;
    if programme.start_year > programme.end_year {
        faults.push(Fault::new("/programme/end_year", Code::PeriodInconsistent));
    }
    let named = [
        ("steering_committee", &programme.steering_committee),
        ("standing_agency", &programme.standing_agency),
        ("reports_to", &programme.reports_to),
    ];
    for (field, code) in named {
        if let Some(code) = code {
            codes.agency(format!("/programme/{field}"), code, faults);
        }
    }
    let committee = seed.agencies.iter().enumerate().filter_map(|(i, agency)| Some((i, agency, agency.standing_agency.as_ref()?)));
    for (i, agency, standing) in committee {
        if programme.steering_committee.as_ref() != Some(&agency.code) || programme.standing_agency.as_ref() != Some(standing) {
            faults.push(Fault::worded(
                format!("/agencies/{i}/standing_agency"),
                Code::RuleBroken,
                "Cơ quan thường trực phải là của Ban chỉ đạo chương trình và khớp với mục chương trình.",
                "A standing agency belongs to the programme's steering committee and agrees with the programme's entry.",
            ));
        }
    }
    if let Some(parent) = &programme.parent_programme {
        let is_basis = seed.decision.legal_bases.iter().any(|basis| basis.number.as_ref() == Some(parent));
        known("/programme/parent_programme".into(), is_basis, parent, faults);
    }
    let funding = &seed.funding;
    for (field, code) in [("allocation_lead", &funding.allocation_lead), ("settlement_lead", &funding.settlement_lead)] {
        if let Some(code) = code {
            codes.agency(format!("/funding/{field}"), code, faults);
        }
    }
    codes.list("/funding/settlement_with", &funding.settlement_with, faults);
    for (i, system) in seed.systems.iter().enumerate() {
        if let Some(operator) = &system.operator {
            codes.agency(format!("/systems/{i}/operator"), operator, faults);
        }
    }
}

fn check_plan(seed: &Seed, codes: &Codes<'_>, faults: &mut Vec<Fault>) {
    for (i, objective) in seed.objectives.iter().enumerate() {
        if let Some(group) = &objective.group {
            known(format!("/objectives/{i}/group"), codes.groups.contains(group.as_str()), group, faults);
        }
    }
    for (i, target) in seed.targets.iter().enumerate() {
        if let Some(objective) = &target.objective {
            known(format!("/targets/{i}/objective"), codes.objectives.contains(objective.as_str()), objective, faults);
        }
        if let Some(task) = &target.task {
            known(format!("/targets/{i}/task"), codes.tasks.contains(task.as_str()), task, faults);
        }
        if let Some(super::TargetValue::Range(low, high)) = target.target_value
            && low > high
        {
            faults.push(Fault::new(format!("/targets/{i}/target_value"), Code::OutOfRange));
        }
        codes.list(&format!("/targets/{i}/agencies"), &target.agencies, faults);
    }
}

fn check_task(at: &str, task: &Task, seed: &Seed, codes: &Codes<'_>, faults: &mut Vec<Fault>) {
    known(format!("{at}/group"), codes.groups.contains(task.group.as_str()), &task.group, faults);
    if task.code != format!("{}.{}", task.group, task.number) {
        faults.push(Fault::worded(
            format!("{at}/code"),
            Code::RuleBroken,
            "Mã nhiệm vụ phải gồm mã nhóm, dấu chấm và số thứ tự.",
            "A task's code is its group's code, a full stop and its number.",
        ));
    }
    check_period(at, task, seed, faults);
    check_assignees(&format!("{at}/lead"), &task.lead, codes, faults);
    check_assignees(&format!("{at}/coordinating"), &task.coordinating, codes, faults);
    if task.lead.agencies.is_empty() {
        faults.push(Fault::worded(
            format!("{at}/lead/agencies"),
            Code::FieldRequired,
            "Nhiệm vụ phải có cơ quan chủ trì.",
            "A task needs a lead.",
        ));
    }
}

fn check_period(at: &str, task: &Task, seed: &Seed, faults: &mut Vec<Fault>) {
    let period = &task.period;
    let programme = seed.programme.start_year..=seed.programme.end_year;
    let whole = period.start_year == *programme.start() && period.end_year == *programme.end();
    let within = programme.contains(&period.start_year) && programme.contains(&period.end_year);
    let agrees = if period.kind == "annual" { whole } else { within };
    if period.start_year > period.end_year || !agrees {
        faults.push(Fault::worded(
            format!("{at}/period"),
            Code::PeriodInconsistent,
            "Thời gian thực hiện phải nằm trong thời gian của chương trình; nhiệm vụ hằng năm kéo dài cả chương trình.",
            "The period must lie within the programme's; an annual task lasts as long as the programme.",
        ));
    } else if !period.years.iter().copied().eq(period.start_year..=period.end_year) {
        faults.push(Fault::worded(
            format!("{at}/period/years"),
            Code::PeriodInconsistent,
            "Danh sách năm không khớp với năm bắt đầu và năm kết thúc.",
            "The years do not agree with the first and the last year.",
        ));
    }
    if let Some(days) = period.normalised {
        use chrono::Datelike;
        if (days.start.year(), days.end.year()) != (period.start_year, period.end_year) || days.start > days.end {
            faults.push(Fault::new(format!("{at}/period/normalised"), Code::PeriodInconsistent));
        }
    }
}

fn check_assignees(at: &str, assignees: &Assignees, codes: &Codes<'_>, faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for (i, assignee) in assignees.agencies.iter().enumerate() {
        let at = format!("{at}/agencies/{i}");
        codes.agency(format!("{at}/agency"), &assignee.agency, faults);
        if !seen.insert(assignee.agency.as_str()) {
            faults.push(duplicate(format!("{at}/agency"), &assignee.agency));
        }
        let Some(agency) = codes.agencies.get(assignee.agency.as_str()) else { continue };
        if agency.is_collective() != assignee.collective {
            faults.push(Fault::worded(
                format!("{at}/collective"),
                Code::RuleBroken,
                "Không khớp với loại của cơ quan.",
                "Does not agree with the kind of the agency.",
            ));
        }
        let named = &assignee.members_named_in_seed;
        if named.is_some() && *named != agency.members_named_in_seed {
            faults.push(Fault::worded(
                format!("{at}/members_named_in_seed"),
                Code::RuleBroken,
                "Danh sách thành viên khác với danh sách ở mục cơ quan.",
                "The members differ from those listed with the agency.",
            ));
        }
    }
}

fn check_duties(seed: &Seed, codes: &Codes<'_>, faults: &mut Vec<Fault>) {
    for (i, measure) in seed.measures.iter().enumerate() {
        for (j, task) in measure.tasks_inferred.iter().enumerate() {
            known(format!("/measures/{i}/tasks_inferred/{j}"), codes.tasks.contains(task.as_str()), task, faults);
        }
        for (j, target) in measure.targets.iter().enumerate() {
            known(format!("/measures/{i}/targets/{j}"), codes.targets.contains(target.as_str()), target, faults);
        }
        doubles(&format!("/measures/{i}/tasks_inferred"), &measure.tasks_inferred, faults);
        doubles(&format!("/measures/{i}/targets"), &measure.targets, faults);
    }
    for (i, duty) in seed.responsibilities.iter().enumerate() {
        codes.agency(format!("/responsibilities/{i}/agency"), &duty.agency, faults);
        codes.list(&format!("/responsibilities/{i}/with_agencies"), &duty.with_agencies, faults);
        codes.list(&format!("/responsibilities/{i}/directed_at"), &duty.directed_at, faults);
    }
    let mut seen = HashSet::new();
    for (i, defect) in seed.known_defects_in_seed.iter().enumerate() {
        if !seen.insert(defect.location.as_str()) {
            faults.push(duplicate(format!("/known_defects_in_seed/{i}/where"), &defect.location));
        }
    }
}

fn check_counts(seed: &Seed, checks: &Checks, faults: &mut Vec<Fault>) {
    let annual = seed.tasks.iter().filter(|task| task.period.kind == "annual").count();
    let counted = BTreeMap::from([
        ("groups", (checks.groups, seed.groups.len())),
        ("tasks", (checks.tasks, seed.tasks.len())),
        ("annual_tasks", (checks.annual_tasks, annual)),
        ("fixed_tasks", (checks.fixed_tasks, seed.tasks.len() - annual)),
        ("task_years", (checks.task_years, seed.tasks.iter().map(|task| task.period.years.len()).sum())),
    ]);
    for (name, (stated, found)) in counted {
        if stated != found {
            faults.push(Fault::worded(
                format!("/checks/{name}"),
                Code::CountMismatch,
                format!("Tệp ghi {stated}, đếm được {found}."),
                format!("The file says {stated}, {found} were counted."),
            ));
        }
    }
}
