//! What became of made-up tasks year by year: begun, delivered, confirmed, in time or late, extended, ended early.
//! Must not reach a state but by the moves of `domain::occurrence`, with the claims, events and requests that go with each.
//! Reports are `flow`; where all of it is stored is `fill`.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use domain::{
    account::AccountId,
    agency::AgencyId,
    clock::local_day,
    document::DocumentId,
    event::{Event, EventKind},
    occurrence::{Claim, Extension, ExtensionStatus, Leads, Move, OccurrenceEvent, Settlement, Standing, approve, ask, step},
    task::{Occurrence, OccurrenceStatus, Task},
};

use super::{
    AS_OF,
    chance::Chance,
    people::People,
    words::{DECISIONS, DELAYS},
};
use crate::{
    Error,
    occurrence::{extension_news, news},
    outbox::News,
};

/// What is to be stored.
#[derive(Default)]
pub(super) struct Lives {
    pub occurrences: Vec<Occurrence>,
    pub events: Vec<OccurrenceEvent>,
    pub claims: Vec<Claim>,
    pub extensions: Vec<Extension>,
    pub news: Vec<Event>,
}

/// What the years of a task have in common.
pub(super) struct Setting<'a> {
    pub people: &'a People,
    pub task: &'a Task,
    /// What decisions rest on.
    pub decision: DocumentId,
    /// Who else could do it.
    pub other: AgencyId,
}

/// An occurrence on its way.
struct Life<'a> {
    setting: &'a Setting<'a>,
    chance: &'a mut Chance,
    leads: Leads,
    decider: AccountId,
    occurrence: Occurrence,
    standing: Standing,
    last: DateTime<Utc>,
    claims: Vec<Claim>,
    lives: &'a mut Lives,
}

/// Lets a year of a task pass; one that has not come yet stays as it was made.
pub(super) fn live(
    setting: &Setting<'_>,
    occurrence: &Occurrence,
    leads: Vec<AgencyId>,
    chance: &mut Chance,
    lives: &mut Lives,
) -> Result<(), Error> {
    let (Some(due), Some(begin)) = (occurrence.due_on, NaiveDate::from_ymd_opt(occurrence.year, 1, 10)) else { return Ok(()) };
    if begin > AS_OF || leads.is_empty() {
        return Ok(());
    }
    let standing = Standing {
        status: occurrence.status,
        due_on: occurrence.due_on,
        suspended_from: None,
        delivered: Vec::new(),
        has_open_extension: false,
    };
    let decider = setting.people.decides(&leads);
    let begin = chance.day(begin, later(begin, 80));
    let (claims, last) = (Vec::new(), DateTime::<Utc>::MIN_UTC);
    let leads = Leads { all: leads, principal: None };
    let mut life = Life { setting, chance, leads, decider, occurrence: occurrence.clone(), standing, last, claims, lives };
    life.pass(begin, due)?;
    if life.occurrence.revision > occurrence.revision {
        life.lives.claims.append(&mut life.claims);
        life.lives.occurrences.push(life.occurrence);
    }
    Ok(())
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

impl Life<'_> {
    /// One of the ways in which a year goes, each as often as in life, more or less.
    fn pass(&mut self, begin: NaiveDate, due: NaiveDate) -> Result<(), Error> {
        let (roll, in_time) = (self.chance.below(100), self.chance.day(later(begin, 30), due.max(later(begin, 31))));
        let late = self.chance.day(later(due, 1), later(due, 75));
        if due > AS_OF && roll >= 25 {
            return if roll < 85 { self.start(begin) } else { Ok(()) };
        }
        match roll {
            0..62 => self.done(begin, in_time),
            62..78 => self.done(begin, late),
            78..85 => self.start(begin),
            85..87 => Ok(()),
            87..89 => self.twice(begin, in_time),
            89..93 => self.extended(begin, due),
            93 => self.delivered(begin, in_time),
            94 | 95 => self.suspended(begin, in_time, roll == 95),
            96 => self.decide(Move::Cancel, later(begin, 60)),
            97 => self.decide(Move::Withdraw, later(begin, 60)),
            98 => self.returned(begin),
            _ => self.refused(begin, due, late),
        }
    }

    fn done(&mut self, begin: NaiveDate, day: NaiveDate) -> Result<(), Error> {
        self.delivered(begin, day)?;
        self.confirm(day)
    }

    fn confirm(&mut self, delivered: NaiveDate) -> Result<(), Error> {
        let day = later(delivered, 2 + self.chance.below(9));
        if self.standing.status == OccurrenceStatus::AwaitingConfirmation { self.act(Move::Confirm, None, day, None) } else { Ok(()) }
    }

    fn start(&mut self, day: NaiveDate) -> Result<(), Error> {
        let by = self.leads.all[0];
        self.act(Move::Start { by }, Some(by), day, None)
    }

    /// Every lead says that it has delivered, the last one on the day.
    fn delivered(&mut self, begin: NaiveDate, day: NaiveDate) -> Result<(), Error> {
        self.start(begin)?;
        self.claimed(begin, day)
    }

    fn claimed(&mut self, begin: NaiveDate, day: NaiveDate) -> Result<(), Error> {
        let leads = self.leads.all.clone();
        for (i, by) in leads.iter().enumerate() {
            let delivered_on = earlier(day, 2 * (leads.len() - 1 - i) as u64).max(later(begin, 1));
            let note = format!("Đã gửi sản phẩm của nhiệm vụ {} kèm báo cáo.", self.setting.task.code);
            self.act(Move::Claim { by: *by, delivered_on }, Some(*by), delivered_on, Some(&note))?;
        }
        Ok(())
    }

    /// What was delivered does not do, and is delivered again.
    fn twice(&mut self, begin: NaiveDate, day: NaiveDate) -> Result<(), Error> {
        self.delivered(begin, day)?;
        if self.standing.status != OccurrenceStatus::AwaitingConfirmation {
            return Ok(());
        }
        self.decide(Move::Redo, later(day, 5))?;
        if self.chance.in_hundred(60) && self.standing.status == OccurrenceStatus::Redo {
            let again = later(day, 25);
            self.claimed(later(day, 15), again)?;
            self.confirm(again)?;
        }
        Ok(())
    }

    fn suspended(&mut self, begin: NaiveDate, day: NaiveDate, goes_on: bool) -> Result<(), Error> {
        self.start(begin)?;
        self.decide(Move::Suspend, later(begin, 10))?;
        if goes_on && self.standing.status == OccurrenceStatus::Suspended {
            self.decide(Move::Resume, later(begin, 25))?;
            if self.standing.status == OccurrenceStatus::InProgress {
                let day = day.max(later(begin, 40));
                self.claimed(later(begin, 30), day)?;
                self.confirm(day)?;
            }
        }
        Ok(())
    }

    fn returned(&mut self, day: NaiveDate) -> Result<(), Error> {
        let (by, to) = (self.leads.all[0], self.setting.other);
        if by == to {
            return self.start(day);
        }
        self.act(Move::Return { by, to }, Some(by), day, Some("Nội dung không thuộc chức năng, nhiệm vụ của cơ quan."))
    }

    /// More time is asked for, given and used.
    fn extended(&mut self, begin: NaiveDate, due: NaiveDate) -> Result<(), Error> {
        self.start(begin)?;
        let new = later(due, 30 + self.chance.below(60));
        self.more_time(due, new, ExtensionStatus::Approved)?;
        let day = self.chance.day(due, new);
        self.claimed(begin, day)?;
        self.confirm(day)
    }

    fn refused(&mut self, begin: NaiveDate, due: NaiveDate, late: NaiveDate) -> Result<(), Error> {
        self.start(begin)?;
        self.more_time(due, later(due, 60), ExtensionStatus::Rejected)?;
        self.claimed(begin, late)?;
        self.confirm(late)
    }

    fn decide(&mut self, what: Move, day: NaiveDate) -> Result<(), Error> {
        let reason = *self.chance.one_of(&DECISIONS);
        self.act(what, None, day, Some(reason))
    }

    /// The next instant on a day, none after the end of what is made up.
    fn at(&mut self, day: NaiveDate) -> Option<DateTime<Utc>> {
        let at = self.chance.hour(day).max(self.last + TimeDelta::minutes(7));
        (local_day(at) <= AS_OF).then(|| {
            self.last = at;
            at
        })
    }

    /// Makes a move and writes down what goes with it; nothing where its day has not come.
    fn act(&mut self, what: Move, agency: Option<AgencyId>, day: NaiveDate, reason: Option<&str>) -> Result<(), Error> {
        let Some(at) = self.at(day) else { return Ok(()) };
        let step = step(&self.standing, &self.leads, what, local_day(at))?;
        let account = self.account(agency)?;
        let is_ended = matches!(what, Move::Suspend | Move::Cancel | Move::Withdraw);
        self.occurrence.status = step.to;
        self.occurrence.completed_on = step.completed_on;
        self.occurrence.revision += 1;
        self.standing.suspended_from = (step.to == OccurrenceStatus::Suspended).then_some(step.from);
        self.standing.status = step.to;
        if step.withdraws_claims {
            self.claims.iter_mut().filter(|claim| claim.withdrawn_at.is_none()).for_each(|claim| claim.withdrawn_at = Some(at));
            self.standing.delivered.clear();
        }
        if let Move::Claim { by, delivered_on } = what {
            self.standing.delivered.push((by, delivered_on));
            self.claims.push(Claim {
                id: self.chance.id(at),
                occurrence: self.occurrence.id,
                agency: by,
                delivered_on,
                note: reason.unwrap_or_default().to_owned(),
                report: None,
                claimed_by: account,
                claimed_at: at,
                withdrawn_at: None,
            });
        }
        let event = OccurrenceEvent {
            id: self.chance.id(at),
            occurrence: self.occurrence.id,
            number: self.occurrence.revision,
            act: step.act,
            from: step.from,
            to: step.to,
            agency,
            account,
            at,
            counts_on: step.counts_on,
            reason: reason.map(str::to_owned),
            document: is_ended.then_some(self.setting.decision),
            proposed_agency: if let Move::Return { to, .. } = what { Some(to) } else { None },
            self_decided: false,
        };
        self.tell(news(&event, self.setting.task, self.occurrence.year), at);
        self.lives.events.push(event);
        Ok(())
    }

    fn tell(&mut self, news: News, at: DateTime<Utc>) {
        let id = self.chance.id(at);
        self.lives.news.push(news.event(id, at));
    }

    /// The system of an agency, or whoever decides.
    fn account(&self, agency: Option<AgencyId>) -> Result<AccountId, Error> {
        let Some(agency) = agency else { return Ok(self.decider) };
        self.setting.people.systems.get(&agency).copied().ok_or(Error::Internal("an agency without an account"))
    }

    /// The first lead asks three weeks before the due day and is told a few days later.
    fn more_time(&mut self, due: NaiveDate, new: NaiveDate, to: ExtensionStatus) -> Result<(), Error> {
        let by = self.leads.all[0];
        let Some(asked_at) = self.at(earlier(due, 21)) else { return Ok(()) };
        ask(&self.standing, &self.leads, by, new)?;
        let (id, asker) = (self.chance.id(asked_at), self.account(Some(by))?);
        let reason = (*self.chance.one_of(&DELAYS)).to_owned();
        let mut extension = Extension::requested(id, (self.occurrence.id, by), (asker, asked_at), (new, reason));
        self.asked(&extension, EventKind::ExtensionRequested, asked_at);
        let wait = 2 + self.chance.below(6);
        if let Some(at) = self.at(later(local_day(asked_at), wait)) {
            let mut settlement =
                Settlement { status: to, by: self.decider, at, reason: None, due_on: None, document: None, self_decided: false };
            if to == ExtensionStatus::Approved {
                settlement.due_on = Some(approve(&self.standing, &extension, None)?);
                (self.occurrence.due_on, self.standing.due_on) = (settlement.due_on, settlement.due_on);
            } else {
                settlement.reason = Some("Chưa đủ căn cứ để lùi thời hạn.".into());
            }
            extension = extension.settled(settlement);
            self.asked(&extension, EventKind::ExtensionDecided, at);
        }
        self.lives.extensions.push(extension);
        Ok(())
    }

    fn asked(&mut self, extension: &Extension, kind: EventKind, at: DateTime<Utc>) {
        self.occurrence.revision += 1;
        let told = extension_news(extension, kind, self.setting.task, (self.occurrence.year, self.occurrence.revision));
        self.tell(told, at);
    }
}

/// Whether anything can have happened to a task's year.
pub(super) fn has_come(occurrence: &Occurrence) -> bool {
    occurrence.year <= AS_OF.year()
}
