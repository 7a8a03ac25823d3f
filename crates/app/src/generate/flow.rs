//! Made-up reports, quarter by quarter: who sends one, when, and what the reviewers do with it.
//! Must not send one that the service would not take, nor let one move but by the acts of `domain::report::state`.
//! What they say is `prose`, where they are stored `fill`.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    account::AccountId,
    agency::AgencyId,
    clock::local_day,
    error::Refusal,
    event::Event,
    obligation::ObligationId,
    report::{
        Channel, Remark, Report, ReportContent, ReportEvent, ReportEventKind, ReportStatus, ReportVersion, Submission,
        state::{Act, after},
    },
    task::{OccurrenceId, Task},
};

use super::{
    AS_OF,
    chance::Chance,
    people::People,
    prose::{Subject, content, mended},
    words::RETURNS,
};
use crate::{Error, report::news};

/// A report that could be sent.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a> {
    pub task: &'a Task,
    pub occurrence: OccurrenceId,
    pub agency: AgencyId,
    pub agency_name: &'a str,
    pub obligation: Option<ObligationId>,
    pub year: i32,
    /// From 1.
    pub quarter: i32,
    /// The cut-off, and the last day in time.
    pub window_to: NaiveDate,
    pub due: NaiveDate,
}

/// What is to be stored.
#[derive(Default)]
pub(super) struct Flow {
    pub reports: Vec<Report>,
    pub versions: Vec<ReportVersion>,
    pub events: Vec<ReportEvent>,
    pub news: Vec<Event>,
}

/// When a report comes in: mostly in time, at times late.
pub(super) fn received(slot: &Slot<'_>, chance: &mut Chance) -> DateTime<Utc> {
    let first = later(slot.window_to, 1);
    let day = if chance.in_hundred(78) { chance.day(first, slot.due) } else { chance.day(later(slot.due, 1), later(slot.due, 30)) };
    chance.hour(day.min(AS_OF))
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// A report on its way.
struct Way<'a> {
    people: &'a People,
    chance: &'a mut Chance,
    flow: &'a mut Flow,
    report: Report,
    at: DateTime<Utc>,
}

/// Sends a report and lets it pass its reviewers.
pub(super) fn send(slot: &Slot<'_>, at: DateTime<Utc>, people: &People, chance: &mut Chance, flow: &mut Flow) -> Result<(), Error> {
    let system = people.systems.get(&slot.agency).copied().ok_or(Error::Internal("an agency without an account"))?;
    let subject = Subject {
        agency: slot.agency_name,
        task: &slot.task.title,
        year: slot.year,
        quarter: slot.quarter,
        percent: percent(slot, chance),
        has_form: slot.obligation.is_some(),
    };
    let content = content(&subject, chance);
    // A few come on paper, and are entered by the secretariat, though not what is its own.
    let on_paper = slot.agency != people.standing.1 && chance.in_hundred(3);
    let by = if on_paper { people.standing.0 } else { system };
    let submission = Submission {
        is_estimate: false,
        channel: if on_paper { Channel::Paper } else { Channel::Api },
        received_on: local_day(at),
        author: by,
        approver: (!on_paper).then_some(by),
        submitted_by: by,
        submitted_at: at,
    };
    let report = Report {
        id: chance.id(at),
        programme: slot.task.programme,
        task: Some(slot.task.id),
        occurrence: Some(slot.occurrence),
        obligation: slot.obligation,
        names_regime: false,
        agency: slot.agency,
        year: slot.year,
        period: format!("{}-Q{}", slot.year, slot.quarter),
        external_ref: None,
        is_consolidated: false,
        status: ReportStatus::Submitted,
        version: 0,
        accepted_version: None,
        public_status: None,
        first_received_on: Some(submission.received_on),
        reopened_until: None,
        revision: 0,
        hidden_revisions: 0,
        created_by: by,
        created_at: at,
        content: ReportContent::default(),
        submission: None,
        is_inside: true,
    };
    let mut way = Way { people, chance, flow, report, at };
    way.submit(content, submission);
    way.review()?;
    let report = way.report;
    flow.reports.push(report);
    Ok(())
}

/// How far a task should be by then, more or less.
fn percent(slot: &Slot<'_>, chance: &mut Chance) -> i32 {
    let period = &slot.task.period;
    let (first, years) = match period.recurrence {
        domain::task::Recurrence::Annual => (slot.year, 1),
        domain::task::Recurrence::Fixed => (period.start_year, period.end_year - period.start_year + 1),
    };
    let quarters = (slot.year - first) * 4 + slot.quarter;
    let off = i32::try_from(chance.between(-15, 8)).unwrap_or(0);
    (100 * quarters / (4 * years) + off).clamp(0, 100)
}

impl Way<'_> {
    fn submit(&mut self, content: ReportContent, submission: Submission) {
        let account = submission.submitted_by;
        self.report.version += 1;
        self.report.content = content.clone();
        self.report.submission = Some(submission.clone());
        self.flow.versions.push(ReportVersion { report: self.report.id, number: self.report.version, content, submission });
        self.noted(ReportEventKind::Submitted, account, None, None);
    }

    /// Whoever may review it: nobody what is their own agency's, or what they entered themselves.
    fn reviewer(&self) -> AccountId {
        let decides = self.people.decides(&[self.report.agency]);
        let entered = self.report.submission.as_ref().is_some_and(|submission| submission.submitted_by == decides);
        if entered { self.people.authority } else { decides }
    }

    fn review(&mut self) -> Result<(), Error> {
        let roll = self.chance.below(100);
        let returns = match roll {
            0..84 => 0,
            84..94 => 1,
            94..96 => 2,
            96 => return self.give_back().map(drop),
            97 | 98 => return Ok(()),
            _ => return self.reopen(),
        };
        for _ in 0..returns {
            if !self.give_back()? || !self.send_again()? {
                return Ok(());
            }
        }
        self.accept().map(drop)
    }

    /// Some days later, if that has come.
    fn pass(&mut self, most: u64) -> bool {
        let day = later(local_day(self.at), 1 + self.chance.below(most));
        if day > AS_OF {
            return false;
        }
        self.at = self.chance.hour(day);
        true
    }

    fn step(&mut self, act: Act) -> Result<(), Error> {
        self.report.status = after(self.report.standing(None), act, local_day(self.at)).map_err(Refusal::new)?;
        Ok(())
    }

    fn give_back(&mut self) -> Result<bool, Error> {
        if !self.pass(8) {
            return Ok(false);
        }
        self.step(Act::Return)?;
        let (reason, reviewer) = (*self.chance.one_of(&RETURNS), self.reviewer());
        self.noted(ReportEventKind::Returned, reviewer, Some(reason), None);
        Ok(true)
    }

    fn send_again(&mut self) -> Result<bool, Error> {
        if !self.pass(12) {
            return Ok(false);
        }
        self.step(Act::Submit)?;
        let system = self.people.systems.get(&self.report.agency).copied().ok_or(Error::Internal("an agency without an account"))?;
        let content = mended(&self.report.content, self.chance);
        let submission = Submission {
            is_estimate: false,
            channel: Channel::Api,
            received_on: local_day(self.at),
            author: system,
            approver: Some(system),
            submitted_by: system,
            submitted_at: self.at,
        };
        self.submit(content, submission);
        Ok(true)
    }

    fn accept(&mut self) -> Result<bool, Error> {
        if !self.pass(14) {
            return Ok(false);
        }
        self.step(Act::Accept)?;
        self.report.accepted_version = Some(self.report.version);
        self.report.public_status = Some(ReportStatus::Accepted);
        self.report.reopened_until = None;
        let reviewer = self.reviewer();
        self.noted(ReportEventKind::Accepted, reviewer, None, None);
        Ok(true)
    }

    fn reopen(&mut self) -> Result<(), Error> {
        if !self.accept()? || !self.pass(40) {
            return Ok(());
        }
        self.step(Act::Reopen)?;
        let until = later(local_day(self.at), 10);
        self.report.reopened_until = Some(until);
        let reviewer = self.reviewer();
        self.noted(ReportEventKind::Reopened, reviewer, Some("Đề nghị cập nhật số liệu sau kiểm tra."), Some(until));
        Ok(())
    }

    /// Writes down what was done, for the history and for those who follow.
    fn noted(&mut self, kind: ReportEventKind, account: AccountId, reason: Option<&str>, until: Option<NaiveDate>) {
        self.report.revision += 1;
        let remarks = if kind == ReportEventKind::Returned && self.chance.in_hundred(40) {
            vec![Remark { pointer: "/narrative".into(), text: reason.unwrap_or_default().to_owned() }]
        } else {
            Vec::new()
        };
        let event = ReportEvent {
            id: self.chance.id(self.at),
            report: self.report.id,
            version: self.report.version,
            kind,
            reason: reason.map(str::to_owned),
            remarks,
            until,
            account,
            at: self.at,
            is_self_decided: false,
        };
        let id = self.chance.id(self.at);
        self.flow.news.push(news(&self.report, &event).event(id, self.at));
        self.flow.events.push(event);
    }
}
