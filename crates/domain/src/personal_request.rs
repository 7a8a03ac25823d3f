//! What people ask of the data that is kept of them: the clocks that the law gives, and the steps that a request takes.
//! Must not know a law's numbers: clocks are rows, chosen by the day of receipt; what follows from an unknown calendar is said, not guessed.
//! Working days are `calendar`; people are `person`.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::{
    account::AccountId,
    calendar::{UnknownYear, WorkCalendar},
    clock::local_day,
    error::{Code, Fault, Refusal},
    id::Id,
    labels::labelled_enum,
    person::PersonId,
    validity::Validity,
};

pub type PersonalRequestId = Id<PersonalRequest>;

labelled_enum! {
    /// What is asked.
    pub enum RequestKind {
        /// To see what is kept.
        Access = "ACCESS",
        Correct = "CORRECT",
        Delete = "DELETE",
        /// To restrict processing.
        Restrict = "RESTRICT",
        /// To object to processing.
        Object = "OBJECT",
        WithdrawConsent = "WITHDRAW_CONSENT",
        ObtainCopy = "OBTAIN_COPY",
    }
}

labelled_enum! {
    /// How a request came.
    pub enum RequestChannel {
        Paper = "PAPER",
        InPerson = "IN_PERSON",
        Email = "EMAIL",
        Phone = "PHONE",
        Online = "ONLINE",
    }
}

labelled_enum! {
    /// How far a request has come.
    pub enum RequestState {
        Received = "RECEIVED",
        Acknowledged = "ACKNOWLEDGED",
        /// There is more time, of which the person was told.
        Extended = "EXTENDED",
        Done = "DONE",
        Refused = "REFUSED",
    }
}

impl RequestState {
    /// Whether something is still to be done.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Acknowledged | Self::Extended)
    }

    /// Whether a step leads from here to a state: acknowledged first, extended once, settled once.
    pub const fn may_become(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Self::Received, Self::Acknowledged)
                | (Self::Acknowledged, Self::Extended)
                | (Self::Acknowledged | Self::Extended, Self::Done | Self::Refused)
        )
    }
}

labelled_enum! {
    /// What is known of the clock of a request.
    pub enum ClockState {
        Set = "SET",
        /// The law of the day of receipt had none.
        NoStatutoryClock = "NO_STATUTORY_CLOCK",
        /// It depends on working days of a year that are not known yet.
        CalendarUnknown = "CALENDAR_UNKNOWN",
    }
}

labelled_enum! {
    /// For what a request is late.
    pub enum Lateness {
        Acknowledgement = "ACKNOWLEDGEMENT",
        Action = "ACTION",
    }
}

/// What the law gives for a kind of request received while it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalClock {
    pub kind: RequestKind,
    /// By the day of receipt.
    pub validity: Validity,
    /// The law, in words.
    pub basis: String,
    pub acknowledge_working_days: Option<u32>,
    pub act_hours: Option<u32>,
    pub act_days: Option<u32>,
    /// Where a processor or a third party is involved.
    pub act_days_third_party: Option<u32>,
    /// Days of the one extension at most.
    pub extension_days: Option<u32>,
    /// A last day that is off ends with the next working day.
    pub rolls: bool,
}

/// The clock for a kind of request received on a day; none where the law had none.
pub fn clock_for(clocks: &[LegalClock], kind: RequestKind, received_on: NaiveDate) -> Option<&LegalClock> {
    clocks.iter().find(|clock| clock.kind == kind && clock.validity.contains(received_on))
}

/// By when a request is to be acknowledged and acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlines {
    pub clock: ClockState,
    /// The law, in words; none where it had no clock.
    pub basis: Option<String>,
    /// Last day.
    pub acknowledge_by: Option<NaiveDate>,
    /// Last day.
    pub act_by: Option<NaiveDate>,
    /// The instant, where the law counts hours.
    pub act_by_at: Option<DateTime<Utc>>,
}

/// What follows from the law of the day of receipt. The day itself is not counted (Civil Code 2015, article 147).
pub fn deadlines(clock: Option<&LegalClock>, received_at: DateTime<Utc>, third_party: bool, calendar: &WorkCalendar) -> Deadlines {
    let Some(clock) = clock else {
        return Deadlines { clock: ClockState::NoStatutoryClock, basis: None, acknowledge_by: None, act_by: None, act_by_at: None };
    };
    let day = local_day(received_at);
    let acknowledge_by = clock.acknowledge_working_days.map(|days| calendar.add_working_days(day, days)).transpose();
    let act_by_at = clock.act_hours.map(|hours| received_at + TimeDelta::hours(hours.into()));
    let days = if third_party { clock.act_days_third_party.or(clock.act_days) } else { clock.act_days };
    let last = days.map(|days| day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX));
    let act_by = match (act_by_at, last) {
        (Some(at), _) => Ok(Some(local_day(at))),
        (None, Some(last)) if clock.rolls => calendar.roll(last).map(Some),
        (None, last) => Ok(last),
    };
    let is_unknown = [&acknowledge_by, &act_by].into_iter().any(|day: &Result<_, UnknownYear>| day.is_err());
    Deadlines {
        clock: if is_unknown { ClockState::CalendarUnknown } else { ClockState::Set },
        basis: Some(clock.basis.clone()),
        acknowledge_by: acknowledge_by.unwrap_or_default(),
        act_by: act_by.unwrap_or_default(),
        act_by_at,
    }
}

/// Something that a person asked.
#[derive(Clone, Debug)]
pub struct PersonalRequest {
    pub id: PersonalRequestId,
    pub person: PersonId,
    pub kind: RequestKind,
    pub channel: RequestChannel,
    pub received_at: DateTime<Utc>,
    pub involves_third_party: bool,
    pub state: RequestState,
    pub deadlines: Deadlines,
    /// Last day, once it is extended.
    pub extended_until: Option<NaiveDate>,
    pub revision: i32,
    pub recorded_by: AccountId,
    pub recorded_at: DateTime<Utc>,
}

impl PersonalRequest {
    /// For what it is late at an instant.
    pub fn lateness(&self, now: DateTime<Utc>) -> Option<Lateness> {
        let today = local_day(now);
        let is_over = |last: Option<NaiveDate>| last.is_some_and(|last| last < today);
        let is_unacted = match (self.extended_until, self.deadlines.act_by_at) {
            (Some(last), _) => is_over(Some(last)),
            (None, Some(at)) => at < now,
            (None, None) => is_over(self.deadlines.act_by),
        };
        match self.state {
            state if !state.is_open() => None,
            _ if is_unacted => Some(Lateness::Action),
            RequestState::Received if is_over(self.deadlines.acknowledge_by) => Some(Lateness::Acknowledgement),
            _ => None,
        }
    }
}

/// A step that a request took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestStep {
    pub step: RequestState,
    pub taken_at: DateTime<Utc>,
    /// Of an extension: the new last day.
    pub until: Option<NaiveDate>,
    /// Why it is extended, of which the person is told, or refused; else what was done.
    pub reason: Option<String>,
    /// Of a refusal: on what it rests.
    pub legal_ground: Option<String>,
}

/// Whether a request may take a step after its last one.
///
/// # Errors
/// `WRONG_STATE`; `BODY_INVALID` with every fault.
pub fn judge(
    request: &PersonalRequest,
    last: DateTime<Utc>,
    step: &RequestStep,
    clock: Option<&LegalClock>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    if !request.state.may_become(step.step) {
        return Err(Refusal::new(Code::WrongState));
    }
    let mut faults = Vec::new();
    let mut wants = |at: &str, is_there: bool, is_wanted: bool| match (is_there, is_wanted) {
        (false, true) => faults.push(Fault::new(at, Code::FieldRequired)),
        (true, false) => faults.push(Fault::new(at, Code::RuleBroken)),
        _ => {}
    };
    wants("/until", step.until.is_some(), step.step == RequestState::Extended);
    wants("/legalGround", step.legal_ground.is_some(), step.step == RequestState::Refused);
    if step.step == RequestState::Extended || step.step == RequestState::Refused {
        wants("/reason", step.reason.is_some(), true);
    }
    if step.taken_at < last || step.taken_at > now {
        faults.push(Fault::new("/at", Code::OutOfRange));
    }
    if let (RequestState::Extended, Some(until)) = (step.step, step.until) {
        // Without a clock that lets it there is nothing to extend.
        let most = clock.and_then(|clock| clock.extension_days).zip(request.deadlines.act_by);
        let most = most.and_then(|(days, last)| Some((last, last.checked_add_days(Days::new(days.into()))?)));
        match most {
            None => return Err(Refusal::new(Code::WrongState)),
            Some((last, most)) if until <= last || until > most => faults.push(Fault::new("/until", Code::OutOfRange)),
            Some(_) => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::with_faults(Code::BodyInvalid, faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{WorkingYear, tests::day};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn calendar() -> WorkCalendar {
        WorkCalendar::new([WorkingYear {
            year: 2026,
            source: "a test".into(),
            to_confirm: false,
            basis: None,
            place: None,
            days: Vec::new(),
        }])
    }

    fn clocks() -> Vec<LegalClock> {
        let of = |kind, from, to: Option<&str>, basis: &str| LegalClock {
            kind,
            validity: Validity { from: Some(day(from)), to: to.map(day) },
            basis: basis.into(),
            acknowledge_working_days: None,
            act_hours: None,
            act_days: None,
            act_days_third_party: None,
            extension_days: None,
            rolls: false,
        };
        vec![
            LegalClock { act_hours: Some(72), ..of(RequestKind::Restrict, "2023-07-01", Some("2026-01-01"), "13") },
            LegalClock {
                acknowledge_working_days: Some(2),
                act_days: Some(15),
                act_days_third_party: Some(20),
                extension_days: Some(15),
                rolls: true,
                ..of(RequestKind::Restrict, "2026-01-01", None, "356")
            },
        ]
    }

    fn of(received: &str, third_party: bool) -> Deadlines {
        let (received, clocks) = (at(received), clocks());
        deadlines(clock_for(&clocks, RequestKind::Restrict, local_day(received)), received, third_party, &calendar())
    }

    #[test]
    fn the_law_of_the_day_of_receipt_counts() {
        let now = of("2026-03-02T02:00:00Z", false);
        assert_eq!((now.clock, now.acknowledge_by, now.act_by), (ClockState::Set, Some(day("2026-03-04")), Some(day("2026-03-17"))));
        // 22 March is a Sunday.
        assert_eq!(of("2026-03-02T02:00:00Z", true).act_by, Some(day("2026-03-23")));
        let before = of("2024-05-06T03:00:00Z", false);
        assert_eq!((before.acknowledge_by, before.act_by_at), (None, Some(at("2024-05-09T03:00:00Z"))));
        // 31 December in Viet Nam is still the old law; an hour later is not.
        assert_eq!(of("2025-12-31T16:59:59Z", false).basis.as_deref(), Some("13"));
        assert_eq!(of("2025-12-31T17:00:00Z", false).basis.as_deref(), Some("356"));
        let none = of("2023-06-30T03:00:00Z", false);
        assert_eq!((none.clock, none.basis, none.act_by), (ClockState::NoStatutoryClock, None, None));
    }

    #[test]
    fn a_year_without_a_table_is_said_not_guessed() {
        let late = of("2026-12-30T03:00:00Z", false);
        assert_eq!((late.clock, late.act_by), (ClockState::CalendarUnknown, None));
        assert_eq!(of("2027-02-01T03:00:00Z", false).acknowledge_by, None);
    }

    fn request(state: RequestState) -> PersonalRequest {
        PersonalRequest {
            id: Id::from_uuid(uuid::Uuid::nil()),
            person: Id::from_uuid(uuid::Uuid::nil()),
            kind: RequestKind::Restrict,
            channel: RequestChannel::Paper,
            received_at: at("2026-03-02T02:00:00Z"),
            involves_third_party: false,
            state,
            deadlines: of("2026-03-02T02:00:00Z", false),
            extended_until: None,
            revision: 1,
            recorded_by: Id::from_uuid(uuid::Uuid::nil()),
            recorded_at: at("2026-03-02T02:00:00Z"),
        }
    }

    #[test]
    fn lateness_begins_with_the_day_after_the_last() {
        let received = request(RequestState::Received);
        assert_eq!(received.lateness(at("2026-03-04T16:59:59Z")), None);
        assert_eq!(received.lateness(at("2026-03-04T17:00:00Z")), Some(Lateness::Acknowledgement));
        let known = request(RequestState::Acknowledged);
        assert_eq!(known.lateness(at("2026-03-17T16:59:59Z")), None);
        assert_eq!(known.lateness(at("2026-03-17T17:00:00Z")), Some(Lateness::Action));
        let extended = PersonalRequest { extended_until: Some(day("2026-03-20")), ..request(RequestState::Extended) };
        assert_eq!(extended.lateness(at("2026-03-20T16:59:59Z")), None);
        assert_eq!(request(RequestState::Done).lateness(at("2027-01-01T00:00:00Z")), None);
    }

    #[test]
    fn one_extension_within_the_law() {
        let clocks = clocks();
        let extended = |state, until: &str| {
            let step = RequestStep {
                step: RequestState::Extended,
                taken_at: at("2026-03-05T00:00:00Z"),
                until: Some(day(until)),
                reason: Some("x".into()),
                legal_ground: None,
            };
            let judged = judge(&request(state), at("2026-03-03T00:00:00Z"), &step, clocks.last(), at("2026-03-06T00:00:00Z"));
            judged.map_err(|refusal| refusal.code)
        };
        assert_eq!(extended(RequestState::Acknowledged, "2026-04-01"), Ok(()));
        assert_eq!(extended(RequestState::Acknowledged, "2026-04-02"), Err(Code::BodyInvalid));
        assert_eq!(extended(RequestState::Acknowledged, "2026-03-17"), Err(Code::BodyInvalid));
        assert_eq!(extended(RequestState::Extended, "2026-04-01"), Err(Code::WrongState));
        assert_eq!(extended(RequestState::Received, "2026-04-01"), Err(Code::WrongState));
    }
}
