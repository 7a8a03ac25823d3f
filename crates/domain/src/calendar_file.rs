//! The file from which working days, regimes and clocks of the law are imported ("calendar/1"), as types, and what must hold of it.
//! Must not stop at the first fault, or look at what is stored; `app::import` does.
//! The published form is `data/calendar.schema.json`; the rules behind it are `calendar` and `regime`.

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    calendar::SpecialDayKind,
    data_form::{DataForm, check_form},
    document::Place,
    draft::{Malformed, Part},
    error::{Code, Fault},
    period::{Frequency, WindowRule},
    personal_request::RequestKind,
    regime::{Chasing, DueRule, ObligedRoles, RegimeKind, RegimeSubject, Schedule, Section},
};

/// A calendar file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarFile {
    #[serde(default)]
    pub working_years: Vec<WorkingYear>,
    #[serde(default)]
    pub regimes: Vec<Regime>,
    #[serde(default)]
    pub personal_clocks: Vec<PersonalClock>,
}

/// A year whose days off are known.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkingYear {
    pub year: i32,
    pub source: String,
    pub to_confirm: bool,
    pub basis: Option<YearBasis>,
    pub days: Vec<SpecialDay>,
}

/// The document from which days off are known.
#[derive(Clone, Debug, Deserialize)]
pub struct YearBasis {
    /// Number and symbol.
    pub document: String,
    pub section: Option<String>,
    pub quote: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct SpecialDay {
    pub day: NaiveDate,
    pub kind: SpecialDayKind,
    pub name: String,
}

/// What the law gives for kinds of request received while it holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonalClock {
    pub kinds: Vec<RequestKind>,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub basis: String,
    pub acknowledge_working_days: Option<u32>,
    pub act_hours: Option<u32>,
    pub act_days: Option<u32>,
    pub act_days_third_party: Option<u32>,
    pub extension_days: Option<u32>,
    #[serde(default)]
    pub rolls: bool,
    pub to_confirm: bool,
}

/// A regime for the time that it is in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Regime {
    pub code: String,
    pub name: String,
    /// Code.
    pub programme: Option<String>,
    pub kind: RegimeKind,
    pub subject: RegimeSubject,
    pub frequency: Option<Frequency>,
    pub window: Option<Window>,
    pub due: Option<Due>,
    #[serde(default)]
    pub is_estimate: bool,
    pub obliged_roles: Option<ObligedRoles>,
    /// Codes.
    #[serde(default)]
    pub agencies: Vec<String>,
    /// Code.
    pub receiver: Option<String>,
    #[serde(default)]
    pub outline: Vec<Section>,
    #[serde(default)]
    pub form: DataForm,
    #[serde(default)]
    pub chasing: Chasing,
    pub basis: Basis,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    pub day: u32,
    pub months_before: i32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "rule", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Due {
    CalendarDay {
        month_offset: i32,
        day: u32,
        #[serde(default)]
        rolls: bool,
    },
    WorkingDays {
        days: u32,
    },
}

/// What a regime rests on.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Basis {
    /// Number and symbol of the document.
    pub document: Option<String>,
    /// In words.
    pub as_written: String,
    /// Where in the document it stands.
    pub section: Option<String>,
    pub quote: Option<String>,
}

impl Regime {
    /// The cycle, where all of it is stated.
    pub fn schedule(&self) -> Option<Schedule> {
        let (window, due) = (self.window?, self.due?);
        let (due, rolls) = match due {
            Due::CalendarDay { month_offset, day, rolls } => (DueRule::CalendarDay { month_offset, day }, rolls),
            Due::WorkingDays { days } => (DueRule::WorkingDays(days), false),
        };
        let window = WindowRule { day: window.day, months_before: window.months_before };
        Some(Schedule { frequency: self.frequency?, window, due, rolls })
    }
}

/// The readable entries of a list, with their places.
fn readable<T: DeserializeOwned>(list: &Part<'_>) -> Vec<(String, T)> {
    list.items().into_iter().filter_map(|entry| Some((entry.at.clone(), entry.read()?))).collect()
}

/// All faults of a file but those of its form, which are given, and codes of what is stored elsewhere.
pub fn check(document: &Value, form: &[Fault]) -> Vec<Fault> {
    let (malformed, mut faults) = (Malformed::of(form), Vec::new());
    let file = Part::root(document, &malformed);
    let years: Vec<(String, WorkingYear)> = readable(&file.field("workingYears"));
    for (i, (at, year)) in years.iter().enumerate() {
        if years[..i].iter().any(|(_, earlier)| earlier.year == year.year) {
            faults.push(Fault::new(format!("{at}/year"), Code::Duplicate));
        }
        check_days(at, year, &mut faults);
        if let Some(basis) = &year.basis {
            check_place(at, true, (basis.section.as_ref(), basis.quote.as_ref()), &mut faults);
        }
    }
    let regimes: Vec<(String, Regime)> = readable(&file.field("regimes"));
    for (i, (at, regime)) in regimes.iter().enumerate() {
        check_cycle(at, regime, &mut faults);
        check_obliged(at, regime, &mut faults);
        check_contents(at, regime, &mut faults);
        let basis = &regime.basis;
        check_place(at, basis.document.is_some(), (basis.section.as_ref(), basis.quote.as_ref()), &mut faults);
        for (_, earlier) in regimes[..i].iter().filter(|(_, earlier)| earlier.code == regime.code) {
            check_beside(at, regime, earlier, &mut faults);
        }
    }
    let clocks: Vec<(String, PersonalClock)> = readable(&file.field("personalClocks"));
    for (i, (at, clock)) in clocks.iter().enumerate() {
        check_clock(at, clock, &mut faults);
        check_kinds(at, clock, &clocks[..i], &mut faults);
    }
    faults
}

/// A place is in a document, and a quotation in a section.
fn check_place(at: &str, is_document_named: bool, (section, quote): (Option<&String>, Option<&String>), faults: &mut Vec<Fault>) {
    if section.is_none() && quote.is_some() {
        faults.push(Place::without_section(format!("{at}/basis/section")));
    }
    if section.is_some() && !is_document_named {
        faults.push(Place::without_document(format!("{at}/basis/document"), Code::FieldRequired));
    }
}

/// A clock runs in hours or in days, and longer where others are involved.
fn check_clock(at: &str, clock: &PersonalClock, faults: &mut Vec<Fault>) {
    match (clock.act_hours, clock.act_days) {
        (None, None) => faults.push(Fault::new(format!("{at}/actDays"), Code::FieldRequired)),
        (Some(_), Some(_)) => faults.push(Fault::worded(
            format!("{at}/actHours"),
            Code::RuleBroken,
            "Thời hạn tính theo giờ hoặc theo ngày, không tính theo cả hai.",
            "A clock runs in hours or in days, not in both.",
        )),
        _ => {}
    }
    let is_shorter = |third: u32| clock.act_days.is_none_or(|days| third < days);
    if clock.act_days_third_party.is_some_and(is_shorter) {
        faults.push(Fault::new(format!("{at}/actDaysThirdParty"), Code::OutOfRange));
    }
    if clock.valid_to.is_some_and(|to| to <= clock.valid_from) {
        faults.push(Fault::new(format!("{at}/validTo"), Code::PeriodInconsistent));
    }
}

/// Clocks for one kind follow each other in time.
fn check_kinds(at: &str, clock: &PersonalClock, earlier: &[(String, PersonalClock)], faults: &mut Vec<Fault>) {
    let begins_before_end = |a: &PersonalClock, b: &PersonalClock| b.valid_to.is_none_or(|to| a.valid_from < to);
    let overlaps = |other: &PersonalClock| begins_before_end(clock, other) && begins_before_end(other, clock);
    for (i, kind) in clock.kinds.iter().enumerate() {
        if clock.kinds[..i].contains(kind) {
            faults.push(Fault::new(format!("{at}/kinds/{i}"), Code::Duplicate));
        } else if earlier.iter().any(|(_, other)| other.kinds.contains(kind) && overlaps(other)) {
            faults.push(Fault::worded(
                format!("{at}/kinds/{i}"),
                Code::PeriodInconsistent,
                "Hai thời hạn của cùng một loại yêu cầu có hiệu lực chồng lên nhau.",
                "Two clocks for one kind of request hold at the same time.",
            ));
        }
    }
}

fn check_days(at: &str, year: &WorkingYear, faults: &mut Vec<Fault>) {
    for (i, special) in year.days.iter().enumerate() {
        let at = format!("{at}/days/{i}");
        if special.day.year() != year.year {
            faults.push(Fault::new(format!("{at}/day"), Code::OutOfRange));
        }
        if year.days[..i].iter().any(|earlier| earlier.day == special.day) {
            faults.push(Fault::new(format!("{at}/day"), Code::Duplicate));
        }
        let is_weekend = matches!(special.day.weekday(), Weekday::Sat | Weekday::Sun);
        let fits = match special.kind {
            SpecialDayKind::Holiday => true,
            SpecialDayKind::Compensatory | SpecialDayKind::SwappedOff => !is_weekend,
            SpecialDayKind::SwappedWork => is_weekend,
        };
        if !fits {
            let words = (
                "Chỉ ngày làm việc mới được nghỉ bù, nghỉ hoán đổi; chỉ thứ Bảy, Chủ nhật mới được làm bù.",
                "Only a working day is given off, and only a Saturday or Sunday is worked for it.",
            );
            faults.push(Fault::worded(format!("{at}/kind"), Code::RuleBroken, words.0, words.1));
        }
    }
}

fn check_cycle(at: &str, regime: &Regime, faults: &mut Vec<Fault>) {
    let is_periodic = regime.kind == RegimeKind::Periodic;
    let stated = [("frequency", regime.frequency.is_some()), ("window", regime.window.is_some()), ("due", regime.due.is_some())];
    for (field, stated) in stated {
        match (is_periodic, stated) {
            (true, false) => faults.push(Fault::new(format!("{at}/{field}"), Code::FieldRequired)),
            (false, true) => faults.push(Fault::worded(
                format!("{at}/{field}"),
                Code::RuleBroken,
                "Báo cáo chuyên đề, đột xuất không có kỳ tự động: người yêu cầu nêu ngày chốt số liệu và hạn gửi.",
                "Thematic and ad hoc reports have no automatic periods: whoever asks states the cut-off and the deadline.",
            )),
            _ => {}
        }
    }
    if regime.schedule().is_some_and(|schedule| is_periodic && !regime.is_estimate && !schedule.is_due_after_cut_off()) {
        faults.push(Fault::worded(
            format!("{at}/due"),
            Code::PeriodInconsistent,
            "Hạn gửi báo cáo phải sau ngày chốt số liệu, trừ khi số liệu là ước thực hiện (isEstimate).",
            "A report is due after its cut-off, unless its values are estimates (isEstimate).",
        ));
    }
    if regime.valid_to.is_some_and(|to| to <= regime.valid_from) {
        faults.push(Fault::new(format!("{at}/validTo"), Code::PeriodInconsistent));
    }
}

fn check_obliged(at: &str, regime: &Regime, faults: &mut Vec<Fault>) {
    let is_of_tasks = regime.subject == RegimeSubject::Task;
    let is_periodic = regime.kind == RegimeKind::Periodic;
    match (is_of_tasks && is_periodic, regime.obliged_roles.is_some()) {
        (true, false) => faults.push(Fault::new(format!("{at}/obligedRoles"), Code::FieldRequired)),
        (false, true) => faults.push(Fault::worded(
            format!("{at}/obligedRoles"),
            Code::RuleBroken,
            "Chỉ báo cáo định kỳ về nhiệm vụ mới xác định cơ quan theo vai trò.",
            "Only periodic reports on tasks are owed by role.",
        )),
        _ => {}
    }
    match (!is_of_tasks && is_periodic, regime.agencies.is_empty()) {
        (true, true) => faults.push(Fault::new(format!("{at}/agencies"), Code::FieldRequired)),
        (false, false) => faults.push(Fault::worded(
            format!("{at}/agencies"),
            Code::RuleBroken,
            "Chỉ báo cáo định kỳ về cả chương trình mới nêu tên cơ quan.",
            "Only periodic reports on a whole programme name their agencies.",
        )),
        _ => {}
    }
    for (i, agency) in regime.agencies.iter().enumerate() {
        if regime.agencies[..i].contains(agency) {
            faults.push(Fault::new(format!("{at}/agencies/{i}"), Code::Duplicate));
        }
    }
}

fn check_contents(at: &str, regime: &Regime, faults: &mut Vec<Fault>) {
    for (i, section) in regime.outline.iter().enumerate() {
        if regime.outline[..i].iter().any(|earlier| earlier.code == section.code) {
            faults.push(Fault::new(format!("{at}/outline/{i}/code"), Code::Duplicate));
        }
    }
    faults.extend(check_form(&regime.form, &format!("{at}/form")));
}

/// Rows of one code follow each other in time and differ in their rules only.
fn check_beside(at: &str, regime: &Regime, earlier: &Regime, faults: &mut Vec<Fault>) {
    let begins_before_end = |a: &Regime, b: &Regime| b.valid_to.is_none_or(|to| a.valid_from < to);
    if begins_before_end(regime, earlier) && begins_before_end(earlier, regime) {
        faults.push(Fault::worded(
            format!("{at}/validFrom"),
            Code::PeriodInconsistent,
            "Hai bản của cùng một chế độ báo cáo có hiệu lực chồng lên nhau.",
            "Two rows of one regime are in force at the same time.",
        ));
    }
    if (&regime.programme, regime.kind, regime.subject) != (&earlier.programme, earlier.kind, earlier.subject) {
        faults.push(Fault::worded(
            format!("{at}/code"),
            Code::RuleBroken,
            "Các bản của cùng một mã phải cùng chương trình, loại báo cáo và đối tượng.",
            "The rows of one code have the same programme, kind and subject.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(file: &Value) -> Vec<String> {
        check(file, &[]).iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect()
    }

    fn regime(changes: &Value) -> Value {
        let mut regime = json!({
            "code": "X", "name": "X", "kind": "PERIODIC", "subject": "TASK", "frequency": "YEAR", "obligedRoles": "LEAD",
            "window": {"day": 15, "monthsBefore": 1}, "due": {"rule": "CALENDAR_DAY", "monthOffset": 0, "day": 18, "rolls": true},
            "basis": {"asWritten": "x"}, "validFrom": "2019-03-12", "validTo": null,
        });
        for (name, value) in changes.as_object().expect("changes") {
            regime[name] = value.clone();
        }
        regime
    }

    fn of_regime(changes: &Value) -> Vec<String> {
        told(&json!({"regimes": [regime(changes)]}))
    }

    #[test]
    fn days_off_fit_their_year_and_week() {
        let day = |day: &str, kind: &str| json!({"day": day, "kind": kind, "name": "x"});
        let days = [
            day("2025-04-26", "SWAPPED_WORK"),
            day("2025-05-02", "SWAPPED_OFF"),
            day("2026-01-01", "HOLIDAY"),
            day("2025-04-25", "SWAPPED_WORK"),
            day("2025-05-03", "COMPENSATORY"),
            day("2025-04-26", "SWAPPED_WORK"),
        ];
        let year = json!({"year": 2025, "source": "x", "toConfirm": true, "days": days});
        let wanted = [
            "/workingYears/0/days/2/day OUT_OF_RANGE",
            "/workingYears/0/days/3/kind RULE_BROKEN",
            "/workingYears/0/days/4/kind RULE_BROKEN",
            "/workingYears/0/days/5/day DUPLICATE",
        ];
        assert_eq!(told(&json!({"workingYears": [year]})), wanted);
    }

    #[test]
    fn a_deadline_lies_after_its_cut_off_unless_values_are_estimates() {
        let november = json!({"rule": "CALENDAR_DAY", "monthOffset": -1, "day": 25});
        assert_eq!(of_regime(&json!({})), [""; 0]);
        assert_eq!(of_regime(&json!({"due": november})), ["/regimes/0/due PERIOD_INCONSISTENT"]);
        assert_eq!(of_regime(&json!({"due": november, "isEstimate": true})), [""; 0]);
        assert_eq!(of_regime(&json!({"due": {"rule": "WORKING_DAYS", "days": 1}})), [""; 0]);
    }

    #[test]
    fn thematic_and_ad_hoc_reports_refuse_automatic_windows() {
        let wanted = ["/regimes/0/frequency RULE_BROKEN", "/regimes/0/window RULE_BROKEN", "/regimes/0/due RULE_BROKEN"];
        for kind in ["THEMATIC", "AD_HOC"] {
            assert_eq!(of_regime(&json!({"kind": kind, "obligedRoles": null})), wanted);
        }
        let bare = json!({"frequency": null, "window": null, "due": null, "obligedRoles": null});
        let missing = of_regime(&bare);
        assert_eq!(missing.len(), 4);
        assert!(missing.iter().all(|fault| fault.ends_with("FIELD_REQUIRED")), "{missing:?}");
    }

    #[test]
    fn rows_of_a_code_follow_each_other() {
        let rows = |from: &str, subject: &str| {
            let second = json!({"validFrom": from, "subject": subject, "obligedRoles": if subject == "TASK" { json!("LEAD") } else { json!(null) },
                                "agencies": if subject == "TASK" { json!([]) } else { json!(["a"]) }});
            told(&json!({"regimes": [regime(&json!({"validFrom": "2013-08-20", "validTo": "2019-03-12"})), regime(&second)]}))
        };
        assert_eq!(rows("2019-03-12", "TASK"), [""; 0]);
        assert_eq!(rows("2019-03-11", "TASK"), ["/regimes/1/validFrom PERIOD_INCONSISTENT"]);
        assert_eq!(rows("2019-03-12", "PROGRAMME"), ["/regimes/1/code RULE_BROKEN"]);
    }
}
