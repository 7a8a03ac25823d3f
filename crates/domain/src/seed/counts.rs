//! A programme file's own account of itself: its `checks`, and where it says that a collective's words are used.
//! Must not pass over a single key: each that the format knows is counted again here.
//! The rules between the parts of a file are in `check`.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Names, assigned};
use crate::{
    draft::{Part, broken, unknown},
    error::{Code, Fault},
};

/// What is counted of a task.
struct Counted<'a> {
    code: &'a str,
    group: &'a str,
    is_annual: bool,
    years: usize,
    /// Codes of the leads.
    leads: Vec<&'a str>,
    led_by_collectives: bool,
    is_alone: bool,
}

impl<'a> Counted<'a> {
    /// Nothing where anything that counts is malformed.
    fn of(task: &Part<'a>) -> Option<Self> {
        let (period, leads, others) = (task.field("period"), task.field("lead").field("agencies"), task.field("coordinating"));
        let (years, others) = (period.field("years"), others.field("agencies"));
        if years.is_open || leads.is_open || others.is_open {
            return None;
        }
        let leads = leads.items();
        Some(Self {
            code: task.field("code").text()?,
            group: task.field("group").text()?,
            is_annual: period.field("kind").text()? == "annual",
            years: years.items().len(),
            led_by_collectives: leads
                .iter()
                .map(|lead| lead.field("collective").flag())
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .all(|is| is),
            leads: leads.iter().map(|lead| lead.field("agency").text()).collect::<Option<_>>()?,
            is_alone: others.items().is_empty(),
        })
    }
}

/// Compares every key of the file's `checks` with what is counted.
pub(super) fn check_counts<'a>(file: &Part<'a>, names: &Names<'a>, faults: &mut Vec<Fault>) {
    let (checks, groups, tasks) = (file.field("checks"), file.field("groups"), file.field("tasks"));
    if !groups.is_open {
        compare(&checks.field("groups"), groups.items().len(), faults);
    }
    if !tasks.is_open {
        compare(&checks.field("tasks"), tasks.items().len(), faults);
    }
    let counted = if tasks.is_open { None } else { tasks.items().iter().map(Counted::of).collect::<Option<Vec<_>>>() };
    let Some(tasks) = counted else { return };
    let annual = tasks.iter().filter(|task| task.is_annual).count();
    compare(&checks.field("annual_tasks"), annual, faults);
    compare(&checks.field("fixed_tasks"), tasks.len() - annual, faults);
    compare(&checks.field("task_years"), tasks.iter().map(|task| task.years).sum(), faults);
    compare_groups(&checks.field("tasks_per_group"), &tasks, names, faults);
    compare_leads(&checks, &tasks, names, faults);
    compare_lists(&checks, &tasks, faults);
}

fn compare(stated: &Part<'_>, found: usize, faults: &mut Vec<Fault>) {
    if let Some(number) = stated.number().filter(|number| usize::try_from(*number) != Ok(found)) {
        faults.push(mismatch(
            &stated.at,
            format!("Tệp ghi {number}, đếm được {found}."),
            format!("The file says {number}, {found} were counted."),
        ));
    }
}

fn mismatch(pointer: &str, vi: String, en: String) -> Fault {
    Fault::worded(pointer, Code::CountMismatch, vi, en)
}

fn compare_groups<'a>(stated: &Part<'a>, tasks: &[Counted<'a>], names: &Names<'a>, faults: &mut Vec<Fault>) {
    let mut missing: BTreeSet<&str> = if stated.is_stated() { names.groups.iter().collect() } else { BTreeSet::new() };
    for (group, count) in stated.fields() {
        missing.remove(group);
        if names.groups.is_complete && !names.groups.contains(group) {
            faults.push(unknown(&count.at, group));
        } else {
            compare(&count, tasks.iter().filter(|task| task.group == group).count(), faults);
        }
    }
    for group in missing {
        faults.push(Fault::new(stated.field(group).at, Code::FieldRequired));
    }
}

/// By code, or under a name of its own with the code in the middle: `tasks_led_by_so_tttt_named`.
fn compare_leads<'a>(checks: &Part<'a>, tasks: &[Counted<'a>], names: &Names<'a>, faults: &mut Vec<Fault>) {
    let led_by = |agency: &str| tasks.iter().filter(|task| task.leads.contains(&agency)).count();
    let mut stated: Vec<(Option<&str>, &str, Part<'a>)> = Vec::new();
    for (code, count) in checks.field("tasks_led_by_named").fields() {
        stated.push((names.agencies.contains(code).then_some(code), code, count));
    }
    for (name, count) in checks.fields() {
        let Some(written) = name.strip_prefix("tasks_led_by_").and_then(|name| name.strip_suffix("_named")) else { continue };
        stated.push((names.agencies.iter().find(|code| code.replace('-', "_") == written), written, count));
    }
    for (agency, written, count) in stated {
        match agency {
            Some(agency) => compare(&count, led_by(agency), faults),
            None if names.agencies.is_complete => faults.push(unknown(&count.at, written)),
            None => {}
        }
    }
}

fn compare_lists<'a>(checks: &Part<'a>, tasks: &[Counted<'a>], faults: &mut Vec<Fault>) {
    let such = |is: fn(&Counted<'a>) -> bool| -> BTreeSet<&str> { tasks.iter().filter(|task| is(task)).map(|task| task.code).collect() };
    let found = BTreeMap::from([
        ("tasks_with_collective_lead", such(|task| !task.leads.is_empty() && task.led_by_collectives)),
        ("tasks_without_coordinating", such(|task| task.is_alone)),
        ("multi_lead", such(|task| task.leads.len() > 1)),
    ]);
    for (name, mut found) in found {
        let list = checks.field(name);
        if !list.is_stated() {
            continue;
        }
        for stated in list.items() {
            if let Some(code) = stated.text().filter(|code| !found.remove(code)) {
                faults.push(mismatch(&stated.at, format!("“{code}” không thuộc số này."), format!("{code:?} is not one of these.")));
            }
        }
        for code in found {
            faults.push(mismatch(&list.at, format!("Thiếu “{code}”."), format!("{code:?} is missing.")));
        }
    }
}

/// Compares where the words for a collective are said to be used with the tasks that it is given.
pub(super) fn check_uses<'a>(names: &Names<'a>, faults: &mut Vec<Fault>) {
    let assigned = |task: &Part<'a>| Some((task.field("code").text()?, assigned(task)?));
    let tasks = names.tasks.entries.iter().map(assigned).collect::<Option<Vec<_>>>();
    let Some(tasks) = tasks.filter(|_| names.tasks.is_complete) else { return };
    for agency in &names.agencies.entries {
        let (Some(code), uses) = (agency.field("code").text(), agency.field("used_in")) else { continue };
        if !uses.is_stated() {
            continue;
        }
        let mut missing: BTreeSet<&str> = tasks.iter().filter(|(_, agencies)| agencies.contains(code)).map(|(task, _)| *task).collect();
        for place in uses.items() {
            let Some(text) = place.text().filter(|text| !missing.remove(text)) else { continue };
            if is_task(text) {
                faults.push(broken(&place.at, "Nhiệm vụ này không giao cho tập thể này.", "The collective has no part in this task."));
            } else if !text.contains(|c: char| c.is_ascii_digit()) {
                faults.push(broken(&place.at, "Mục của văn bản phải có số.", "A section of the document has a number."));
            }
        }
        for task in missing {
            faults.push(mismatch(&uses.at, format!("Thiếu “{task}”."), format!("{task:?} is missing.")));
        }
    }
}

/// Whether a place is written like the code of a task.
fn is_task(place: &str) -> bool {
    place.split_once('.').is_some_and(|(group, number)| {
        let is_roman = !group.is_empty() && group.chars().all(|c| "IVXLC".contains(c));
        is_roman && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    })
}
