//! Reporting regimes: who reports what, how often, counting which days, by when, in which form; each row for its time.
//! Must not be code: a change of a rule is a new row under the same code, and past periods keep theirs.
//! What follows from a regime for an agency is `obligation`; where regimes come from is `calendar_file`.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    agency::AgencyId,
    calendar::{UnknownYear, WorkCalendar},
    data_form::DataForm,
    document::{DocumentId, Place},
    id::Id,
    labels::labelled_enum,
    period::{Frequency, Period, WindowRule, day_of},
    programme::ProgrammeId,
    validity::Validity,
};

pub type RegimeId = Id<Regime>;

labelled_enum! {
    /// How a report comes to be owed (decree 09/2019/NĐ-CP).
    pub enum RegimeKind {
        /// In a set cycle.
        Periodic = "PERIODIC",
        /// In depth, once or several times, when it is asked for.
        Thematic = "THEMATIC",
        /// On an unusual matter, when it is asked for.
        AdHoc = "AD_HOC",
    }
}

labelled_enum! {
    /// What a report is about.
    pub enum RegimeSubject {
        /// The whole programme.
        Programme = "PROGRAMME",
        /// Each task that the agency is assigned.
        Task = "TASK",
    }
}

labelled_enum! {
    /// Whose part in a task makes them owe a report on it.
    pub enum ObligedRoles {
        Lead = "LEAD",
        /// Leads and coordinators.
        All = "ALL",
    }
}

labelled_enum! {
    /// Who is told when a report stays out.
    pub enum EscalationLevel {
        Standing = "STANDING",
        Committee = "COMMITTEE",
        /// The People's Committee.
        Authority = "AUTHORITY",
    }
}

/// By when a report is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueRule {
    /// A day of the month that lies so many months after the period's last (negative: before); its last day where it is shorter.
    CalendarDay { month_offset: i32, day: u32 },
    /// So many working days after the cut-off.
    WorkingDays(u32),
}

/// The cycle of a periodic regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub frequency: Frequency,
    pub window: WindowRule,
    pub due: DueRule,
    /// Whether a due day that is a day off moves to the next working day.
    pub rolls: bool,
}

/// When a report is due, or the year whose working days would have to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    On(NaiveDate),
    Unknown { year: i32 },
}

impl Deadline {
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            Self::On(day) => Some(day),
            Self::Unknown { .. } => None,
        }
    }

    pub fn unknown_year(self) -> Option<i32> {
        match self {
            Self::On(_) => None,
            Self::Unknown { year } => Some(year),
        }
    }
}

impl From<Result<NaiveDate, UnknownYear>> for Deadline {
    fn from(day: Result<NaiveDate, UnknownYear>) -> Self {
        day.map_or_else(|UnknownYear(year)| Self::Unknown { year }, Self::On)
    }
}

/// The first day that a deadline after this cut-off may fall on: a working day later (decree 09/2019/NĐ-CP, article 8).
pub fn earliest_lawful(cut_off: NaiveDate, calendar: &WorkCalendar) -> Deadline {
    calendar.add_working_days(cut_off, 1).into()
}

impl Schedule {
    /// The due day as the rule alone has it: days off neither counted out nor rolled over.
    pub fn nominal_due(&self, period: Period) -> NaiveDate {
        match self.due {
            DueRule::CalendarDay { month_offset, day } => day_of(period.last_month() + month_offset, day),
            DueRule::WorkingDays(count) => {
                let cut_off = period.window(self.window).to;
                cut_off.checked_add_days(Days::new(count.into())).unwrap_or(NaiveDate::MAX)
            }
        }
    }

    /// When the report on a period is due.
    pub fn deadline(&self, period: Period, calendar: &WorkCalendar) -> Deadline {
        match self.due {
            DueRule::CalendarDay { .. } if self.rolls => calendar.roll(self.nominal_due(period)).into(),
            DueRule::CalendarDay { .. } => Deadline::On(self.nominal_due(period)),
            DueRule::WorkingDays(count) => calendar.add_working_days(period.window(self.window).to, count).into(),
        }
    }

    /// Whether every deadline lies after its cut-off. Months differ in length and years in February, hence four years of periods.
    pub fn is_due_after_cut_off(&self) -> bool {
        Period::all(self.frequency, 2019..=2022).all(|period| self.nominal_due(period) > period.window(self.window).to)
    }
}

/// A section of the narrative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Section {
    pub code: String,
    pub title: String,
    #[serde(default)]
    pub required: bool,
    /// Characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
}

/// When agencies are reminded, and who else is told when they stay silent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Chasing {
    /// Days before the due day.
    #[serde(default)]
    pub remind_before: Vec<u32>,
    #[serde(default)]
    pub remind_on_due_day: bool,
    /// Days after the due day.
    #[serde(default)]
    pub remind_after: Vec<u32>,
    #[serde(default)]
    pub escalate: Vec<Escalation>,
}

/// Whom a missing report is told to, so many days after the due day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Escalation {
    pub to: EscalationLevel,
    pub after_days: u32,
}

/// A regime for the time that it is in force; others of its code hold before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regime {
    pub id: RegimeId,
    pub code: Arc<str>,
    pub name: Arc<str>,
    /// `None` for every programme.
    pub programme: Option<ProgrammeId>,
    pub kind: RegimeKind,
    pub subject: RegimeSubject,
    /// Set for a periodic one only.
    pub schedule: Option<Schedule>,
    /// Due before its window ends: what comes in until then is an estimate, which a final version supersedes.
    pub is_estimate: bool,
    /// Set where it is about tasks.
    pub obliged_roles: Option<ObligedRoles>,
    /// Agencies and collectives that owe it where it is about the programme, in order.
    pub agencies: Vec<AgencyId>,
    pub receiver: Option<AgencyId>,
    pub outline: Vec<Section>,
    pub form: DataForm,
    pub chasing: Chasing,
    pub basis: Option<DocumentId>,
    pub basis_as_written: Arc<str>,
    pub validity: Validity,
    pub note: Option<Arc<str>>,
    /// Where in its document the rule stands.
    pub place: Option<Place>,
}

impl Regime {
    /// The last day on which what comes in on a period is an estimate; later it is final. None where nothing is estimated.
    pub fn estimates_until(&self, period: &str) -> Option<NaiveDate> {
        let schedule = self.schedule.filter(|_| self.is_estimate)?;
        let period: Period = period.parse().ok()?;
        Some(period.window(schedule.window).to)
    }
}

/// The row of a code that a period belongs to: the first in time whose nominal due day of the period lies within its validity,
/// else the one in force on the period's last day by the calendar.
///
/// `rows` are those of one code in the order of time. A change of frequency takes effect with the first whole period.
pub fn row_of<R: AsRef<Regime>>(rows: &[R], period: Period) -> Option<&R> {
    let scheduled = || {
        let schedule = |row: &R| row.as_ref().schedule.filter(|schedule| schedule.frequency == period.frequency());
        rows.iter().filter_map(move |row| Some((row, schedule(row)?)))
    };
    let due_within = scheduled().find(|(row, schedule)| row.as_ref().validity.contains(schedule.nominal_due(period)));
    let found = due_within.or_else(|| scheduled().find(|(row, _)| row.as_ref().validity.contains(period.last_natural_day())));
    found.map(|(row, _)| row)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        calendar::tests::{calendar, day},
        period::Window,
    };

    fn period(label: &str) -> Period {
        label.parse().expect("a label")
    }

    pub fn yearly(window: WindowRule, due: DueRule) -> Schedule {
        Schedule { frequency: Frequency::Year, window, due, rolls: true }
    }

    pub fn row(schedule: Option<Schedule>, from: &str, to: Option<&str>) -> Arc<Regime> {
        Arc::new(Regime {
            id: Id::from_uuid(Uuid::nil()),
            code: "X".into(),
            name: "X".into(),
            programme: None,
            kind: if schedule.is_some() { RegimeKind::Periodic } else { RegimeKind::AdHoc },
            subject: RegimeSubject::Task,
            schedule,
            is_estimate: false,
            obliged_roles: None,
            agencies: Vec::new(),
            receiver: None,
            outline: Vec::new(),
            form: DataForm::default(),
            chasing: Chasing::default(),
            basis: None,
            basis_as_written: "X".into(),
            validity: Validity { from: Some(day(from)), to: to.map(day) },
            note: None,
            place: None,
        })
    }

    fn change_of_2019() -> [Arc<Regime>; 2] {
        let plain = yearly(WindowRule::PLAIN, DueRule::CalendarDay { month_offset: 1, day: 15 });
        let decree = yearly(WindowRule::DECREE_09, DueRule::CalendarDay { month_offset: 0, day: 18 });
        [row(Some(plain), "2013-08-20", Some("2019-03-12")), row(Some(decree), "2019-03-12", None)]
    }

    #[test]
    fn the_second_quarter_of_2019_is_due_on_monday_at_the_earliest_and_to_the_government_on_the_25th() {
        let cut_off = period("2019-Q2").window(WindowRule::DECREE_09).to;
        assert_eq!(earliest_lawful(cut_off, &calendar()), Deadline::On(day("2019-06-17")));
        let due = DueRule::CalendarDay { month_offset: 0, day: 25 };
        let schedule = Schedule { frequency: Frequency::Quarter, window: WindowRule::DECREE_09, due, rolls: false };
        assert_eq!(schedule.deadline(period("2019-Q2"), &calendar()), Deadline::On(day("2019-06-25")));
        let days = Schedule { due: DueRule::WorkingDays(2), ..schedule };
        assert_eq!(days.deadline(period("2019-Q2"), &calendar()), Deadline::On(day("2019-06-18")));
    }

    #[test]
    fn a_due_day_is_clamped_rolled_or_unknown() {
        let due = |rolls, day| Schedule {
            frequency: Frequency::Month,
            window: WindowRule::PLAIN,
            due: DueRule::CalendarDay { month_offset: 1, day },
            rolls,
        };
        assert_eq!(due(false, 31).nominal_due(period("2019-M01")), day("2019-02-28"));
        // 30 November 2019 is a Saturday.
        assert_eq!(due(false, 30).deadline(period("2019-M10"), &calendar()), Deadline::On(day("2019-11-30")));
        assert_eq!(due(true, 30).deadline(period("2019-M10"), &calendar()), Deadline::On(day("2019-12-02")));
        assert_eq!(due(true, 15).deadline(period("2019-M12"), &calendar()), Deadline::Unknown { year: 2020 });
        assert_eq!(due(false, 15).deadline(period("2019-M12"), &calendar()), Deadline::On(day("2020-01-15")));
    }

    #[test]
    fn an_annual_report_due_in_november_is_an_estimate() {
        let november = yearly(WindowRule::PLAIN, DueRule::CalendarDay { month_offset: -1, day: 25 });
        assert_eq!(november.nominal_due(period("2016")), day("2016-11-25"));
        assert!(!november.is_due_after_cut_off());
        assert!(change_of_2019().iter().all(|row| row.schedule.expect("a schedule").is_due_after_cut_off()));
        let on_the_day = yearly(WindowRule::DECREE_09, DueRule::CalendarDay { month_offset: 0, day: 14 });
        assert!(!on_the_day.is_due_after_cut_off());
    }

    #[test]
    fn what_comes_in_up_to_the_cut_off_is_an_estimate_where_the_regime_says_so() {
        let november = yearly(WindowRule::PLAIN, DueRule::CalendarDay { month_offset: -1, day: 25 });
        let plain = row(Some(november), "2013-08-20", None);
        assert_eq!(plain.estimates_until("2019"), None);
        let estimating = |schedule| Regime { is_estimate: true, ..(*row(schedule, "2013-08-20", None)).clone() };
        assert_eq!(estimating(Some(november)).estimates_until("2019"), Some(day("2019-12-31")));
        let decree = yearly(WindowRule::DECREE_09, DueRule::CalendarDay { month_offset: -1, day: 25 });
        assert_eq!(estimating(Some(decree)).estimates_until("2019"), Some(day("2019-12-14")));
        assert_eq!(estimating(None).estimates_until("2019"), None);
        assert_eq!(estimating(Some(november)).estimates_until("Đợt 1"), None);
    }

    #[test]
    fn a_period_due_before_the_change_keeps_the_rule_then_in_force() {
        let rows = change_of_2019();
        let window = |label: &str| {
            let row = row_of(&rows, period(label)).expect("a row");
            period(label).window(row.schedule.expect("a schedule").window)
        };
        assert_eq!(window("2018"), Window { from: day("2018-01-01"), to: day("2018-12-31") });
        assert_eq!(window("2019"), Window { from: day("2018-12-15"), to: day("2019-12-14") });
        assert!(row_of(&rows, period("2012")).is_none());
        assert!(row_of(&rows, period("2019-Q1")).is_none());
    }

    fn schedules() -> impl Strategy<Value = Schedule> {
        let frequency = Frequency::Quarter;
        let calendar_day = (-2..=3_i32, 1..=31_u32).prop_map(|(month_offset, day)| DueRule::CalendarDay { month_offset, day });
        let due = prop_oneof![calendar_day, (1..=40_u32).prop_map(DueRule::WorkingDays)];
        let window = (1..=28_u32, 0..=3_i32).prop_map(|(day, months_before)| WindowRule { day, months_before });
        (window, due).prop_map(move |(window, due)| Schedule { frequency, window, due, rolls: true })
    }

    proptest! {
        #[test]
        fn no_change_loses_or_doubles_a_period(first in schedules(), second in schedules(), third in schedules(), a in 1..900_u64, b in 1..900_u64) {
            let start = day("2014-01-01");
            let (x, y) = ((start + Days::new(a)).to_string(), (start + Days::new(a + b)).to_string());
            let rows = [row(Some(first), "2014-01-01", Some(&x)), row(Some(second), &x, Some(&y)), row(Some(third), &y, None)];
            for period in Period::all(Frequency::Quarter, 2014..=2020) {
                let found = row_of(&rows, period);
                prop_assert!(found.is_some(), "{} is lost", period);
                // Whoever claims it by the due day comes first; there is one answer, which asking again does not change.
                let claims = rows.iter().find(|row| row.validity.contains(row.schedule.expect("a schedule").nominal_due(period)));
                prop_assert!(claims.is_none_or(|claims| Some(claims) == found));
            }
        }
    }
}
