//! What must hold of a programme file beyond its form: codes that exist, no doubles, periods that agree, counts that fit.
//! Must not stop at the first fault; every fault carries its JSON pointer.
//! The form (`data/programme.schema.json`) is checked before; what it found wrong, no rule here rests on. See `draft`.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use super::{
    LegalBasis, Period, Policy, RelatedDocument, TargetValue,
    counts::{check_counts, check_uses},
};
use crate::{
    document::{identity, natural_key},
    draft::{Codes, Malformed, Part, broken, doubles, duplicate, unknown},
    error::{Code, Fault},
    text::fold,
};

/// All faults of a file but those of its form, which are given.
pub fn check(document: &Value, form: &[Fault]) -> Vec<Fault> {
    let (malformed, mut faults) = (Malformed::of(form), Vec::new());
    let file = Part::root(document, &malformed);
    let names = Names::of(&file, &mut faults);
    check_agencies(&file, &names, &mut faults);
    check_documents(&file, &mut faults);
    check_decision_and_programme(&file, &names, &mut faults);
    check_plan(&file, &names, &mut faults);
    for task in &names.tasks.entries {
        check_task(task, &file, &names, &mut faults);
    }
    check_duties(&file, &names, &mut faults);
    check_policy(&file, &mut faults);
    check_uses(&names, &mut faults);
    check_counts(&file, &names, &mut faults);
    faults
}

/// Everything in the file that something else in it may refer to.
pub(super) struct Names<'a> {
    pub agencies: Codes<'a>,
    pub groups: Codes<'a>,
    pub tasks: Codes<'a>,
    objectives: Codes<'a>,
    targets: Codes<'a>,
    by_code: HashMap<&'a str, Part<'a>>,
}

impl<'a> Names<'a> {
    fn of(file: &Part<'a>, faults: &mut Vec<Fault>) -> Self {
        for list in [file.field("systems"), file.field("funding").field("sources"), file.field("measures"), file.field("responsibilities")]
        {
            Codes::of(&list, faults);
        }
        let agencies = Codes::of(&file.field("agencies"), faults);
        let by_code = agencies.entries.iter().filter_map(|agency| Some((agency.field("code").text()?, agency.clone()))).collect();
        Self {
            agencies,
            groups: Codes::of(&file.field("groups"), faults),
            tasks: Codes::of(&file.field("tasks"), faults),
            objectives: Codes::of(&file.field("objectives"), faults),
            targets: Codes::of(&file.field("targets"), faults),
            by_code,
        }
    }
}

/// A heading without the numeral before it, e.g. "II. ".
fn without_number(heading: &str) -> &str {
    let heading = heading.trim();
    match heading.split_once('.') {
        Some((number, rest)) if number.chars().all(|c| c.is_ascii_digit() || "IVXivx".contains(c)) => rest.trim(),
        _ => heading,
    }
}

fn check_agencies<'a>(file: &Part<'a>, names: &Names<'a>, faults: &mut Vec<Fault>) {
    let headings: HashSet<String> =
        names.groups.entries.iter().filter_map(|group| group.field("title_vi").text()).map(|title| fold(title.trim())).collect();
    for agency in &names.agencies.entries {
        for field in ["parent", "standing_agency"] {
            names.agencies.known(&agency.field(field), faults);
        }
        let written = agency.field("names_as_written").items();
        for name in std::iter::once(&agency.field("name_vi")).chain(&written) {
            if name.text().is_some_and(|text| headings.contains(&fold(without_number(text)))) {
                faults.push(broken(&name.at, "Tên nhóm nhiệm vụ không phải là tên cơ quan.", "The heading of a group is not an agency."));
            }
        }
        doubles(&written, faults);
        for field in ["members_named_in_seed", "includes_collectives"] {
            names.agencies.all_known(&agency.field(field), faults);
        }
        check_standing_agency(agency, &file.field("programme"), faults);
    }
    circles("parent", names, |agency| agency.field("parent").text().into_iter().collect(), faults);
    circles("includes_collectives", names, members, faults);
}

fn check_standing_agency(agency: &Part<'_>, programme: &Part<'_>, faults: &mut Vec<Fault>) {
    let standing = agency.field("standing_agency");
    let (committee, of_programme) = (programme.field("steering_committee"), programme.field("standing_agency"));
    let Some(code) = agency.field("code").text().filter(|_| standing.is_stated() && !committee.is_open && !of_programme.is_open) else {
        return;
    };
    if committee.text() != Some(code) || of_programme.text() != standing.text() {
        faults.push(broken(
            &standing.at,
            "Cơ quan thường trực phải là của Ban chỉ đạo chương trình và khớp với mục chương trình.",
            "A standing agency belongs to the programme's steering committee and agrees with the programme's entry.",
        ));
    }
}

fn members<'a>(agency: &Part<'a>) -> Vec<&'a str> {
    let lists = [agency.field("includes_collectives"), agency.field("members_named_in_seed")];
    lists.iter().flat_map(Part::items).filter_map(|member| member.text()).collect()
}

/// Finds agencies that reach themselves.
fn circles<'a>(field: &str, names: &Names<'a>, next: impl Fn(&Part<'a>) -> Vec<&'a str>, faults: &mut Vec<Fault>) {
    for agency in &names.agencies.entries {
        let Some(start) = agency.field("code").text() else { continue };
        let (mut seen, mut open) = (HashSet::new(), next(agency));
        while let Some(code) = open.pop() {
            if code == start {
                faults.push(Fault::worded(
                    agency.field(field).at,
                    Code::RuleBroken,
                    format!("“{code}” quay về chính nó."),
                    format!("{code:?} leads back to itself."),
                ));
                break;
            }
            if seen.insert(code) {
                open.extend(names.by_code.get(code).map(&next).unwrap_or_default());
            }
        }
    }
}

/// The key under which a document is known, and what no other document shares with it.
type Known = (String, Option<String>);

fn check_documents(file: &Part<'_>, faults: &mut Vec<Fault>) {
    let decision = file.field("decision");
    let own = || {
        let (number, issuer) = (decision.field("number").text()?, decision.field("issuer").text()?);
        let (number, issuer, day) = (Some(number), Some(issuer), Some(decision.field("date").read::<NaiveDate>()?));
        Some((natural_key(number, issuer, day, None), identity(number, issuer, day)))
    };
    // Under which key each is known, and what no other document shares with it: "9/2019/NĐ-CP" is "09/2019/NĐ-CP".
    let mut keys: Vec<(String, Option<Known>)> = vec![(decision.at.clone(), own())];
    let bases = decision.field("legal_bases").items();
    keys.extend(bases.iter().map(|basis| (basis.at.clone(), basis.read::<LegalBasis>().map(|basis| (basis.key(), basis.identity())))));
    let related = decision.field("related_documents").items();
    let of = |related: RelatedDocument| (related.key(), related.identity());
    keys.extend(related.iter().map(|related| (related.at.clone(), related.read::<RelatedDocument>().map(of))));
    let (mut seen, mut identities) = (HashSet::new(), HashSet::new());
    for (pointer, key) in keys {
        let Some((key, identity)) = key else { continue };
        let is_new = identity.is_none_or(|identity| identities.insert(identity));
        if !seen.insert(key.clone()) || !is_new {
            faults.push(duplicate(&pointer, &key));
        }
    }
}

fn check_decision_and_programme<'a>(file: &Part<'a>, names: &Names<'a>, faults: &mut Vec<Fault>) {
    let (decision, programme, funding) = (file.field("decision"), file.field("programme"), file.field("funding"));
    let bases = decision.field("legal_bases");
    names.agencies.known(&decision.field("issuer"), faults);
    for document in bases.items().iter().chain(&decision.field("related_documents").items()) {
        names.agencies.known(&document.field("issuer"), faults);
    }
    if let (Some(first), Some(last)) = (programme.field("start_year").number(), programme.field("end_year").number())
        && first > last
    {
        faults.push(Fault::new("/programme/end_year", Code::PeriodInconsistent));
    }
    for field in ["steering_committee", "standing_agency", "reports_to"] {
        names.agencies.known(&programme.field(field), faults);
    }
    let parent = programme.field("parent_programme");
    let numbers: Vec<Part<'_>> = bases.items().iter().map(|basis| basis.field("number")).collect();
    let all_known = !bases.is_open && numbers.iter().all(|number| !number.is_open);
    if let Some(number) = parent.text().filter(|number| all_known && numbers.iter().all(|known| known.text() != Some(*number))) {
        faults.push(unknown(&parent.at, number));
    }
    for field in ["allocation_lead", "settlement_lead"] {
        names.agencies.known(&funding.field(field), faults);
    }
    names.agencies.all_known(&funding.field("settlement_with"), faults);
    for system in file.field("systems").items() {
        names.agencies.known(&system.field("operator"), faults);
    }
}

fn check_plan<'a>(file: &Part<'a>, names: &Names<'a>, faults: &mut Vec<Fault>) {
    for group in &names.groups.entries {
        let (code, number) = (group.field("code"), group.field("number"));
        if number.text().is_some_and(|number| code.text().is_some_and(|code| code != number)) {
            faults.push(broken(&number.at, "Mã nhóm là số La Mã của nhóm.", "The code of a group is its Roman number."));
        }
    }
    for objective in file.field("objectives").items() {
        names.groups.known(&objective.field("group"), faults);
    }
    for target in file.field("targets").items() {
        names.objectives.known(&target.field("objective"), faults);
        names.tasks.known(&target.field("task"), faults);
        let value = target.field("target_value");
        if matches!(value.read(), Some(TargetValue::Range(low, high)) if low > high) {
            faults.push(Fault::new(value.at, Code::OutOfRange));
        }
        names.agencies.all_known(&target.field("agencies"), faults);
    }
}

fn check_task<'a>(task: &Part<'a>, file: &Part<'a>, names: &Names<'a>, faults: &mut Vec<Fault>) {
    let (code, group, number) = (task.field("code"), task.field("group"), task.field("number"));
    names.groups.known(&group, faults);
    if let (Some(code_), Some(group), Some(number)) = (code.text(), group.text(), number.number())
        && code_ != format!("{group}.{number}")
    {
        faults.push(broken(
            &code.at,
            "Mã nhiệm vụ phải gồm mã nhóm, dấu chấm và số thứ tự.",
            "A task's code is its group's code, a full stop and its number.",
        ));
    }
    check_period(&task.field("period"), &file.field("programme"), faults);
    let (leads, others) = (task.field("lead").field("agencies"), task.field("coordinating").field("agencies"));
    check_assignees(&leads, names, faults);
    check_assignees(&others, names, faults);
    if !leads.is_open && leads.is_stated() && leads.items().is_empty() {
        faults.push(Fault::worded(leads.at, Code::FieldRequired, "Nhiệm vụ phải có cơ quan chủ trì.", "A task needs a lead."));
    }
}

fn check_period(part: &Part<'_>, programme: &Part<'_>, faults: &mut Vec<Fault>) {
    let Some(period) = part.read::<Period>() else { return };
    let bounds = programme.field("start_year").read::<i32>().zip(programme.field("end_year").read::<i32>());
    let agrees = bounds.is_none_or(|(first, last)| {
        let whole = (period.start_year, period.end_year) == (first, last);
        let within = first <= period.start_year && period.end_year <= last;
        if period.kind == "annual" { whole } else { within }
    });
    if period.start_year > period.end_year || !agrees {
        faults.push(Fault::worded(
            part.at.as_str(),
            Code::PeriodInconsistent,
            "Thời gian thực hiện phải nằm trong thời gian của chương trình; nhiệm vụ hằng năm kéo dài cả chương trình.",
            "The period must lie within the programme's; an annual task lasts as long as the programme.",
        ));
    } else if !period.years.iter().copied().eq(period.start_year..=period.end_year) {
        faults.push(Fault::worded(
            part.field("years").at,
            Code::PeriodInconsistent,
            "Danh sách năm không khớp với năm bắt đầu và năm kết thúc.",
            "The years do not agree with the first and the last year.",
        ));
    }
    let agree = |start: NaiveDate, end: NaiveDate| (start.year(), end.year()) == (period.start_year, period.end_year) && start <= end;
    if period.normalised.is_some_and(|days| !agree(days.start, days.end)) {
        faults.push(Fault::new(part.field("normalised").at, Code::PeriodInconsistent));
    }
}

fn check_assignees<'a>(list: &Part<'a>, names: &Names<'a>, faults: &mut Vec<Fault>) {
    let assignees = list.items();
    doubles(&assignees.iter().map(|assignee| assignee.field("agency")).collect::<Vec<_>>(), faults);
    for assignee in &assignees {
        let code = assignee.field("agency");
        names.agencies.known(&code, faults);
        let Some(agency) = code.text().and_then(|code| names.by_code.get(code)) else { continue };
        let (collective, kind) = (assignee.field("collective"), agency.field("kind"));
        if let (Some(stated), Some(kind)) = (collective.flag(), kind.text())
            && stated != (kind == "collective")
        {
            faults.push(broken(&collective.at, "Không khớp với loại của cơ quan.", "Does not agree with the kind of the agency."));
        }
        let (named, roll) = (assignee.field("members_named_in_seed"), agency.field("members_named_in_seed"));
        if named.is_stated() && named.texts().zip(roll.texts()).is_some_and(|(named, roll)| named != roll) {
            faults.push(broken(
                &named.at,
                "Danh sách thành viên khác với danh sách ở mục cơ quan.",
                "The members differ from those listed with the agency.",
            ));
        }
        let (stated, complete) = (assignee.field("membership_complete"), agency.field("membership_complete"));
        if stated.flag().zip(complete.flag()).is_some_and(|(stated, complete)| stated != complete) {
            faults.push(broken(&stated.at, "Khác với mục cơ quan.", "Differs from what is said with the agency."));
        }
    }
}

fn check_duties<'a>(file: &Part<'a>, names: &Names<'a>, faults: &mut Vec<Fault>) {
    for measure in file.field("measures").items() {
        names.tasks.all_known(&measure.field("tasks_inferred"), faults);
        names.targets.all_known(&measure.field("targets"), faults);
    }
    for duty in file.field("responsibilities").items() {
        names.agencies.known(&duty.field("agency"), faults);
        names.agencies.all_known(&duty.field("with_agencies"), faults);
        names.agencies.all_known(&duty.field("directed_at"), faults);
    }
    let places: Vec<Part<'_>> = file.field("known_defects_in_seed").items().iter().map(|defect| defect.field("where")).collect();
    doubles(&places, faults);
}

fn check_policy(file: &Part<'_>, faults: &mut Vec<Fault>) {
    let Some(policy) = file.field("policy").read::<Policy>() else { return };
    // A day that every year has.
    if policy.due().due_in(2013).is_none() {
        faults.push(Fault::new("/policy/annual_due/day", Code::OutOfRange));
    }
}

/// The agencies given a part in a task, where all of them are readable.
pub(super) fn assigned<'a>(task: &Part<'a>) -> Option<BTreeSet<&'a str>> {
    let lists = [task.field("lead").field("agencies"), task.field("coordinating").field("agencies")];
    if lists.iter().any(|list| list.is_open) {
        return None;
    }
    lists.iter().flat_map(Part::items).map(|assignee| assignee.field("agency").text()).collect()
}
