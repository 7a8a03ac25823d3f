//! Chasing: when an agency is reminded of what it owes, and who else is told when it stays silent.
//! Must not chase what is met, excluded or without a due day, and never say the same twice.
//! The rules of a regime are `regime::Chasing`; the log is kept by `app::chasing`.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::{
    account::AccountId,
    agency::AgencyId,
    clock::local_day,
    id::Id,
    labels::labelled_enum,
    obligation::{Obligation, ObligationId, ObligationState},
    programme::ProgrammeId,
    regime::{Chasing, EscalationLevel},
};

pub type NoticeId = Id<Notice>;

/// A step that was missed for longer is not made up for: nobody is reminded of last year.
pub const STALE: Days = Days::new(60);

labelled_enum! {
    /// How an agency is chased.
    pub enum NoticeKind {
        /// By a rule, to the agency.
        Reminder = "REMINDER",
        /// By the standing agency, to the agency.
        Urging = "URGING",
        /// By a rule, to those above.
        Escalation = "ESCALATION",
    }
}

labelled_enum! {
    /// To whom a notice is addressed.
    pub enum NoticeLevel {
        /// Who owes the report.
        Agency = "AGENCY",
        Standing = "STANDING",
        Committee = "COMMITTEE",
        /// The People's Committee.
        Authority = "AUTHORITY",
    }
}

impl From<EscalationLevel> for NoticeLevel {
    fn from(level: EscalationLevel) -> Self {
        match level {
            EscalationLevel::Standing => Self::Standing,
            EscalationLevel::Committee => Self::Committee,
            EscalationLevel::Authority => Self::Authority,
        }
    }
}

/// What a rule asks for: to whom, and how many days after the due day (negative: before).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    pub kind: NoticeKind,
    pub level: NoticeLevel,
    pub offset_days: i32,
}

/// An entry of the log of chasing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub obligation: ObligationId,
    pub programme: ProgrammeId,
    /// Who owes the report.
    pub owing: AgencyId,
    pub kind: NoticeKind,
    pub level: NoticeLevel,
    /// `None` where the programme names nobody at the level.
    pub addressee: Option<AgencyId>,
    /// Days after the due day at which a rule asked for it; `None` where a person did.
    pub offset_days: Option<i32>,
    pub text: Option<String>,
    pub sent_by: Option<AccountId>,
    pub day: NaiveDate,
    pub sent_at: DateTime<Utc>,
}

/// Whether somebody is chased for an obligation that stands so.
pub fn is_chased(state: ObligationState) -> bool {
    matches!(state, ObligationState::Open | ObligationState::Overdue)
}

/// What rules ask for on a day for an obligation that nobody has met.
///
/// Of several steps to the same addressee that have come, the last one counts: it has overtaken the others. A step whose day had
/// passed when the obligation was made is none, nor is one that is [`STALE`], nor one before the due day once that is over.
pub fn steps_on(rules: &Chasing, obligation: &Obligation, today: NaiveDate) -> Vec<Step> {
    let Some(due) = obligation.deadline.day().filter(|_| is_chased(obligation.state(None, today))) else { return Vec::new() };
    let (made, oldest) = (local_day(obligation.created_at), today.checked_sub_days(STALE).unwrap_or(NaiveDate::MIN));
    let day_of = |step: &Step| due.checked_add_signed(TimeDelta::days(step.offset_days.into()));
    let mut last: Vec<Step> = Vec::new();
    for step in steps(rules).filter(|step| day_of(step).is_some_and(|day| day <= today)) {
        match last.iter_mut().find(|known| (known.kind, known.level) == (step.kind, step.level)) {
            Some(known) if known.offset_days < step.offset_days => *known = step,
            Some(_) => {}
            None => last.push(step),
        }
    }
    let is_timely = |step: &Step| {
        let is_fresh = day_of(step).is_some_and(|day| made <= day && oldest < day);
        is_fresh && (step.offset_days > 0 || today <= due)
    };
    last.retain(is_timely);
    last
}

/// Every step of the rules.
fn steps(rules: &Chasing) -> impl Iterator<Item = Step> + '_ {
    let reminder = |offset_days| Step { kind: NoticeKind::Reminder, level: NoticeLevel::Agency, offset_days };
    let before = rules.remind_before.iter().map(|days| 0_i32.saturating_sub_unsigned(*days));
    let on = rules.remind_on_due_day.then_some(0);
    let after = rules.remind_after.iter().map(|days| 0_i32.saturating_add_unsigned(*days));
    let escalation = |step: &crate::regime::Escalation| Step {
        kind: NoticeKind::Escalation,
        level: step.to.into(),
        offset_days: 0_i32.saturating_add_unsigned(step.after_days),
    };
    before.chain(on).chain(after).map(reminder).chain(rules.escalate.iter().map(escalation))
}

/// The due days that rules may ask something for on a day, both included; none without a rule.
pub fn due_days<'a>(rules: impl Iterator<Item = &'a Chasing>, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let offsets = rules.flat_map(steps).map(|step| step.offset_days);
    let (first, last) = offsets.fold(None, |span: Option<(i32, i32)>, offset| {
        Some(span.map_or((offset, offset), |(first, last)| (first.min(offset), last.max(offset))))
    })?;
    let from = today.checked_sub_days(STALE)?.checked_sub_signed(TimeDelta::days(last.into()))?;
    Some((from, today.checked_sub_signed(TimeDelta::days(first.into()))?))
}

/// Whom a programme is led by and reports to on a day; none where nobody is named, or whoever was is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bodies {
    pub standing: Option<AgencyId>,
    pub committee: Option<AgencyId>,
    pub authority: Option<AgencyId>,
}

/// To whom a notice of a level goes.
pub fn addressee(level: NoticeLevel, owing: AgencyId, bodies: Bodies) -> Option<AgencyId> {
    match level {
        NoticeLevel::Agency => Some(owing),
        NoticeLevel::Standing => bodies.standing,
        NoticeLevel::Committee => bodies.committee,
        NoticeLevel::Authority => bodies.authority,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        calendar::tests::day,
        clock::day_begins,
        period::Window,
        regime::{Deadline, Escalation},
    };

    fn rules() -> Chasing {
        let escalation = |to, after_days| Escalation { to, after_days };
        Chasing {
            remind_before: vec![10, 3],
            remind_on_due_day: true,
            remind_after: vec![5],
            escalate: vec![escalation(EscalationLevel::Standing, 1), escalation(EscalationLevel::Committee, 10)],
        }
    }

    fn owed(deadline: Deadline, made: &str) -> Obligation {
        let nil = Uuid::nil();
        Obligation {
            id: Id::from_uuid(nil),
            regime: Id::from_uuid(nil),
            programme: Id::from_uuid(nil),
            agency: Id::from_uuid(nil),
            task: None,
            occurrence: None,
            regime_code: "X".into(),
            period: "2019".into(),
            year: 2019,
            window: Window { from: day("2018-12-15"), to: day("2019-12-14") },
            deadline,
            through: None,
            requester: None,
            is_excluded: false,
            created_at: day_begins(day(made)),
            owed_from: None,
        }
    }

    fn told(obligation: &Obligation, today: &str) -> Vec<String> {
        let step = |step: Step| format!("{} {} {}", step.kind, step.level, step.offset_days);
        steps_on(&rules(), obligation, day(today)).into_iter().map(step).collect()
    }

    #[test]
    fn each_day_asks_for_the_last_step_that_has_come() {
        let owed = owed(Deadline::On(day("2019-12-18")), "2019-01-01");
        assert_eq!(told(&owed, "2019-12-07"), [""; 0]);
        assert_eq!(told(&owed, "2019-12-08"), ["REMINDER AGENCY -10"]);
        assert_eq!(told(&owed, "2019-12-16"), ["REMINDER AGENCY -3"], "the first is overtaken");
        assert_eq!(told(&owed, "2019-12-18"), ["REMINDER AGENCY 0"]);
        assert_eq!(told(&owed, "2019-12-19"), ["ESCALATION STANDING 1"], "the due day is over");
        assert_eq!(told(&owed, "2019-12-28"), ["REMINDER AGENCY 5", "ESCALATION STANDING 1", "ESCALATION COMMITTEE 10"]);
    }

    #[test]
    fn what_is_long_past_is_not_made_up_for() {
        let due = Deadline::On(day("2019-12-18"));
        assert_eq!(
            told(&owed(due, "2019-12-20"), "2019-12-28"),
            ["REMINDER AGENCY 5", "ESCALATION COMMITTEE 10"],
            "made after a step's day"
        );
        assert_eq!(told(&owed(due, "2026-01-01"), "2026-01-15"), [""; 0]);
        assert_eq!(told(&owed(due, "2019-01-01"), "2020-02-21"), ["ESCALATION COMMITTEE 10"], "60 days are too many");
        assert_eq!(told(&owed(due, "2019-01-01"), "2030-01-01"), [""; 0]);
    }

    #[test]
    fn nobody_is_chased_for_what_is_excluded_or_has_no_due_day() {
        assert_eq!(told(&owed(Deadline::Unknown { year: 2019 }, "2019-01-01"), "2019-12-28"), [""; 0]);
        let excluded = Obligation { is_excluded: true, ..owed(Deadline::On(day("2019-12-18")), "2019-01-01") };
        assert_eq!(told(&excluded, "2019-12-28"), [""; 0]);
        let chased: Vec<_> = ObligationState::ALL.iter().filter(|state| is_chased(**state)).collect();
        assert_eq!(chased, [&ObligationState::Open, &ObligationState::Overdue]);
    }

    #[test]
    fn the_due_days_to_look_at_reach_from_the_last_step_to_the_first() {
        let span = due_days([&rules(), &Chasing::default()].into_iter(), day("2020-03-01"));
        assert_eq!(span, Some((day("2019-12-22"), day("2020-03-11"))));
        assert_eq!(due_days(std::iter::empty(), day("2020-03-01")), None);
    }
}
