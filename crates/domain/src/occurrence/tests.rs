//! What the machine does, move by move and by chance.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use OccurrenceStatus::{AwaitingConfirmation, Cancelled, Completed, InProgress, NotStarted, Redo, Returned, Suspended, Withdrawn};

fn agency(n: u128) -> AgencyId {
    Id::from_uuid(Uuid::from_u128(n))
}

fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2014, 1, 1).expect("a day") + chrono::TimeDelta::days(n)
}

fn at(status: OccurrenceStatus) -> Standing {
    Standing { status, due_on: Some(day(100)), suspended_from: None, delivered: Vec::new(), has_open_extension: false }
}

fn leads(principal: Option<u128>) -> Leads {
    Leads { all: vec![agency(1), agency(2)], principal: principal.map(agency) }
}

/// The arrows of the machine, said once more.
fn may(from: OccurrenceStatus, to: OccurrenceStatus) -> bool {
    match to {
        NotStarted => matches!(from, Returned | Suspended),
        InProgress => matches!(from, NotStarted | InProgress | Suspended),
        AwaitingConfirmation => matches!(from, InProgress | Redo | Suspended),
        Completed => from == AwaitingConfirmation,
        Redo => matches!(from, AwaitingConfirmation | Redo | Suspended),
        Suspended => from.is_open(),
        Cancelled | Withdrawn => from.is_open() || from == Suspended,
        Returned => matches!(from, NotStarted | Suspended),
    }
}

#[test]
fn it_waits_for_every_lead_or_for_the_principal() {
    let claim = |by, on| Move::Claim { by: agency(by), delivered_on: day(on) };
    let first = step(&at(InProgress), &leads(None), claim(1, 5), day(9)).expect("a claim");
    assert_eq!(first.to, InProgress);
    let one = Standing { delivered: vec![(agency(1), day(5))], ..at(InProgress) };
    assert_eq!(step(&one, &leads(None), claim(2, 7), day(9)).map(|step| step.to), Ok(AwaitingConfirmation));
    assert_eq!(step(&at(InProgress), &leads(Some(1)), claim(1, 5), day(9)).map(|step| step.to), Ok(AwaitingConfirmation));
    assert_eq!(step(&at(InProgress), &leads(Some(1)), claim(2, 5), day(9)).map(|step| step.to), Ok(InProgress));
    let refused = step(&at(InProgress), &leads(None), claim(1, 10), day(9)).expect_err("tomorrow");
    assert_eq!(refused.faults[0].code, Code::DayInFuture);
    assert_eq!(step(&at(InProgress), &leads(None), claim(3, 5), day(9)).expect_err("no lead").code, Code::NotALead);
}

#[test]
fn it_is_completed_on_the_day_of_the_last_delivery() {
    let delivered = Standing { delivered: vec![(agency(1), day(7)), (agency(2), day(5))], ..at(AwaitingConfirmation) };
    let done = step(&delivered, &leads(None), Move::Confirm, day(30)).expect("confirmed");
    assert_eq!((done.completed_on, done.counts_on), (Some(day(7)), day(7)));
    assert!(step(&at(AwaitingConfirmation), &leads(None), Move::Confirm, day(30)).is_err(), "nothing was delivered");
    let again = step(&delivered, &leads(None), Move::Redo, day(30)).expect("again");
    assert!(again.withdraws_claims && again.to == Redo && again.completed_on.is_none());
}

#[test]
fn it_is_late_from_the_day_after() {
    let due = Some(day(10));
    let of = |status: OccurrenceStatus, completed: Option<i64>, as_of| status.timeliness(due, completed.map(day), day(as_of), 3);
    assert_eq!(of(InProgress, None, 6), Some(Timeliness::Within));
    assert_eq!(of(InProgress, None, 7), Some(Timeliness::NearlyDue));
    assert_eq!(of(AwaitingConfirmation, None, 10), Some(Timeliness::NearlyDue));
    assert_eq!(of(InProgress, None, 11), Some(Timeliness::Overdue));
    assert_eq!(of(Completed, Some(10), 99), Some(Timeliness::OnTime));
    assert_eq!(of(Completed, Some(11), 99), Some(Timeliness::Late));
    assert_eq!(of(Suspended, None, 99), None);
    assert_eq!(InProgress.timeliness(None, None, day(99), 3), Some(Timeliness::NoDeadline));
    assert_eq!(Completed.timeliness(None, Some(day(5)), day(99), 3), Some(Timeliness::NoDeadline));
}

fn extension(status: ExtensionStatus, proposed: i64, decided: Option<i64>, due: Option<i64>) -> Extension {
    Extension {
        id: Id::from_uuid(Uuid::from_u128(1)),
        occurrence: Id::from_uuid(Uuid::from_u128(2)),
        agency: agency(1),
        requested_by: Id::from_uuid(Uuid::from_u128(3)),
        requested_at: DateTime::UNIX_EPOCH,
        reason: "x".into(),
        proposed_due_on: day(proposed),
        status,
        decided_by: decided.map(|_| Id::from_uuid(Uuid::from_u128(4))),
        decided_at: decided.map(|_| DateTime::UNIX_EPOCH),
        decided_on: decided.map(day),
        decision_reason: None,
        decided_due_on: due.map(day),
        document: None,
        self_decided: false,
    }
}

#[test]
fn more_time_is_asked_for_by_a_lead_while_it_works() {
    let ask_ = |standing: &Standing, by, due| ask(standing, &leads(None), agency(by), day(due)).map_err(|refusal| refusal.code);
    assert_eq!(ask_(&at(InProgress), 1, 101), Ok(()));
    assert_eq!(ask_(&at(InProgress), 3, 101), Err(Code::NotALead));
    assert_eq!(ask_(&at(InProgress), 1, 100), Err(Code::BodyInvalid));
    assert_eq!(ask_(&at(AwaitingConfirmation), 1, 101), Err(Code::OccurrenceState));
    assert_eq!(ask_(&Standing { has_open_extension: true, ..at(Redo) }, 1, 101), Err(Code::ExtensionOpen));
    assert_eq!(ask_(&Standing { due_on: None, ..at(NotStarted) }, 1, 101), Err(Code::NoDeadline));
    let open = extension(ExtensionStatus::Requested, 110, None, None);
    assert_eq!(approve(&at(InProgress), &open, None), Ok(day(110)));
    assert_eq!(approve(&at(InProgress), &open, Some(day(105))), Ok(day(105)), "another day than was asked for");
    let settled = extension(ExtensionStatus::Rejected, 110, Some(50), None);
    assert_eq!(approve(&at(InProgress), &settled, None).map_err(|refusal| refusal.code), Err(Code::ExtensionDecided));
}

#[test]
fn an_approval_counts_from_its_own_day_on() {
    let settled = [
        extension(ExtensionStatus::Approved, 110, Some(50), Some(110)),
        extension(ExtensionStatus::Rejected, 150, Some(60), None),
        extension(ExtensionStatus::Approved, 130, Some(70), Some(120)),
        extension(ExtensionStatus::Requested, 150, None, None),
    ];
    let due = |on| due_as_of(Some(day(100)), &settled, day(on));
    assert_eq!([due(49), due(50), due(69), due(70)], [day(100), day(110), day(110), day(120)].map(Some));
}

#[derive(Clone, Copy, Debug)]
enum Call {
    Act(Move),
    Ask(u128, i64),
    Approve(i64),
    Reject,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let by = || 1_u128..=3;
    let call = prop_oneof![
        by().prop_map(|by| Call::Act(Move::Start { by: agency(by) })),
        (by(), 0_i64..400).prop_map(|(by, on)| Call::Act(Move::Claim { by: agency(by), delivered_on: day(on) })),
        (by(), by()).prop_map(|(by, to)| Call::Act(Move::Return { by: agency(by), to: agency(to) })),
        prop::sample::select(vec![Move::Confirm, Move::Redo, Move::Suspend, Move::Resume, Move::Cancel, Move::Withdraw, Move::Reopen])
            .prop_map(Call::Act),
        (by(), 90_i64..400).prop_map(|(by, due)| Call::Ask(by, due)),
        (90_i64..400).prop_map(Call::Approve),
        Just(Call::Reject),
    ];
    prop::collection::vec(call, 1..60)
}

proptest! {
    #[test]
    fn no_calls_lead_out_of_the_machine(calls in calls(), principal in prop::option::of(1_u128..=2)) {
        let (leads, mut standing) = (leads(principal), at(NotStarted));
        let (mut history, mut asked, mut today): (Vec<OccurrenceEvent>, Vec<Extension>, i64) = (Vec::new(), Vec::new(), 0);
        for call in calls {
            today += 1;
            let before = standing.clone();
            let mut approved = false;
            match call {
                Call::Act(what) => {
                    let Ok(step) = step(&standing, &leads, what, day(today)) else { continue };
                    prop_assert!(may(step.from, step.to), "{:?} to {:?}", step.from, step.to);
                    prop_assert_eq!(step.completed_on.is_some(), step.to == Completed);
                    if let Move::Claim { by, delivered_on } = what {
                        standing.delivered.retain(|(agency, _)| *agency != by);
                        standing.delivered.push((by, delivered_on));
                    }
                    if step.withdraws_claims {
                        standing.delivered.clear();
                    }
                    standing.suspended_from = (step.to == Suspended).then_some(step.from);
                    standing.status = step.to;
                    history.push(event(history.len(), &step, today));
                }
                Call::Ask(by, due) => {
                    if ask(&standing, &leads, agency(by), day(due)).is_ok() {
                        standing.has_open_extension = true;
                        asked.push(extension(ExtensionStatus::Requested, due, None, None));
                    }
                }
                Call::Approve(due) => {
                    let Some(open) = asked.last_mut() else { continue };
                    if let Ok(due) = approve(&standing, open, Some(day(due))) {
                        *open = Extension { decided_due_on: Some(due), ..extension(ExtensionStatus::Approved, 0, Some(today), None) };
                        (standing.due_on, standing.has_open_extension, approved) = (Some(due), false, true);
                    }
                }
                Call::Reject => {
                    let Some(open) = asked.last_mut() else { continue };
                    if is_undecided(open).is_ok() {
                        *open = extension(ExtensionStatus::Rejected, 0, Some(today), None);
                        standing.has_open_extension = false;
                    }
                }
            }
            // The due day moves by an approval only, and only onwards.
            prop_assert_eq!(standing.due_on > before.due_on, approved);
            prop_assert!(standing.due_on >= before.due_on);
            prop_assert_eq!(due_as_of(Some(day(100)), &asked, day(today)), standing.due_on);
            prop_assert_eq!(state_as_of(&history, day(today)), standing.status);
        }
    }
}

fn event(number: usize, step: &Step, today: i64) -> OccurrenceEvent {
    OccurrenceEvent {
        id: Id::from_uuid(Uuid::from_u128(9)),
        occurrence: Id::from_uuid(Uuid::from_u128(2)),
        number: i32::try_from(number).expect("small") + 2,
        act: step.act,
        from: step.from,
        to: step.to,
        agency: None,
        account: Id::from_uuid(Uuid::from_u128(3)),
        at: DateTime::UNIX_EPOCH,
        counts_on: step.counts_on.min(day(today)),
        reason: None,
        document: None,
        proposed_agency: None,
        self_decided: false,
    }
}
