//! What may be done to a meeting as it stands, and whether enough were there.

use uuid::Uuid;

use super::{MeetingActKind as Kind, *};

fn id<T: ?Sized>(n: u128) -> Id<T> {
    Id::from_uuid(Uuid::from_u128(n))
}

fn meeting(status: MeetingStatus) -> Meeting {
    Meeting {
        id: id(1),
        committee: id(2),
        programme: id(3),
        title: "Họp quý".into(),
        place: None,
        starts_at: "2014-03-11T18:00:00Z".parse().expect("an instant"),
        ends_at: None,
        quorum: None,
        status,
        reason: None,
        agenda: Vec::new(),
        invitees: Vec::new(),
        roster: Vec::new(),
        minutes: None,
        signature: None,
        corrections: Vec::new(),
        conclusions: Vec::new(),
        published_at: None,
        revision: 1,
    }
}

fn invited(seat: u128, how: Attendance) -> Invitee {
    let attended = Attended { how, reason: None, represented_by: None };
    Invitee { id: id(seat + 100), seat: Some(id(seat)), agency: None, words: None, attended: Some(attended) }
}

fn allowed(meeting: &Meeting) -> Vec<Step> {
    let acts = Kind::ALL.iter().map(|kind| Step::Act(*kind));
    [Step::Replan, Step::Draft].into_iter().chain(acts).filter(|deed| meeting.may(*deed)).collect()
}

#[test]
fn a_meeting_goes_from_its_plan_to_its_published_minutes() {
    let mut one = meeting(MeetingStatus::Planned);
    assert_eq!(one.day().to_string(), "2014-03-12", "the day in Viet Nam");
    assert_eq!(allowed(&one), [Step::Replan, Step::Act(Kind::Hold), Step::Act(Kind::Cancel)]);
    one.status = MeetingStatus::Held;
    assert_eq!(allowed(&one), [Step::Draft, Step::Act(Kind::Hold)]);
    one.minutes = Some("Biên bản".into());
    assert_eq!(allowed(&one), [Step::Draft, Step::Act(Kind::Hold), Step::Act(Kind::Sign)]);
    one.signature = Some(Signature { signer: "Nguyễn Văn A".into(), on: one.day(), document: id(9) });
    assert_eq!(allowed(&one), [Step::Act(Kind::Correct), Step::Act(Kind::Publish)]);
    one.published_at = Some(one.starts_at);
    assert_eq!(allowed(&one), [Step::Act(Kind::Correct)]);
    assert!(allowed(&meeting(MeetingStatus::Cancelled)).is_empty());
}

#[test]
fn enough_are_there_when_more_than_half_came_or_as_many_as_the_meeting_says() {
    let seat = |n: u128, unit| SeatThen { seat: id(n), unit, role: CommitteeRole::Member, name: None, person: None };
    let mut one = meeting(MeetingStatus::Planned);
    one.invitees = vec![
        invited(1, Attendance::Present),
        invited(2, Attendance::Represented),
        invited(3, Attendance::Absent),
        // Works for the committee, and is no member of it.
        invited(7, Attendance::Present),
    ];
    assert_eq!(one.quorum(), None);
    one.status = MeetingStatus::Held;
    one.roster = [1, 2, 3, 4].map(|n| seat(n, None)).into_iter().chain([seat(7, Some(CommitteeUnit::SupportTeam))]).collect();
    let quorum = one.quorum().expect("it was held");
    assert_eq!((quorum.entitled, quorum.present, quorum.needed, quorum.is_met()), (4, 2, 3, false));
    one.quorum = Some(2);
    assert!(one.quorum().expect("it was held").is_met());
}

#[test]
fn who_was_invited_and_is_not_on_the_roster_is_counted() {
    let mut one = meeting(MeetingStatus::Planned);
    one.invitees =
        vec![invited(1, Attendance::Present), invited(2, Attendance::Present), Invitee { seat: None, ..invited(3, Attendance::Present) }];
    let roster = [SeatThen { seat: id(2), unit: None, role: CommitteeRole::Member, name: None, person: None }];
    assert_eq!((one.not_on(&roster), one.not_on(&[])), (1, 2));
}

#[test]
fn an_absence_has_a_reason_and_a_representative_a_name() {
    let told = |how, reason: Option<&str>, by: Option<&str>| -> Vec<(String, Code)> {
        let attended = Attended { how, reason: reason.map(Into::into), represented_by: by.map(Into::into) };
        attended.faults("/attendance/0").into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    };
    assert_eq!(told(Attendance::Absent, None, None), [("/attendance/0/reason".to_owned(), Code::FieldRequired)]);
    assert_eq!(told(Attendance::Represented, None, None), [("/attendance/0/representedBy".to_owned(), Code::FieldRequired)]);
    assert_eq!(told(Attendance::Present, Some("ốm"), None), [("/attendance/0/reason".to_owned(), Code::RuleBroken)]);
    assert!(told(Attendance::Absent, Some("ốm"), None).is_empty());
}

/// What is not signed and published is for those who follow the programme; an agency sees what it has to do.
#[test]
fn everybody_sees_their_part() {
    let mut one = meeting(MeetingStatus::Held);
    one.minutes = Some("Biên bản".into());
    let due_on = one.day();
    let conclusion = |number: i32, lead: u128, beside: u128| Conclusion {
        id: id(50),
        number,
        text: "Việc".into(),
        lead: id(lead),
        coordinators: vec![id(beside)],
        due_on,
        task: None,
        carried_by: vec![id(lead), id(beside), id(lead + 100)],
    };
    one.conclusions = vec![conclusion(1, 70, 72), conclusion(2, 71, 73)];
    one.invitees = vec![Invitee { agency: Some(id(71)), ..invited(1, Attendance::Present) }, invited(2, Attendance::Present)];
    let scope = |agency: Option<u128>, programme: Option<u128>| ReportScope { open: vec![(agency.map(id), programme.map(id))] };
    let told = |one: &Meeting, scope: ReportScope| {
        let (seen, sight) = one.clone().seen_by(&scope);
        let came = seen.invitees.iter().filter(|invitee| invitee.attended.is_some()).count();
        (sight, seen.minutes.is_some(), seen.conclusions.iter().map(|one| one.number).collect::<Vec<_>>(), (seen.invitees.len(), came))
    };
    assert_eq!(told(&one, scope(None, Some(3))), (Sight::Whole, true, vec![1, 2], (2, 2)));
    assert_eq!(told(&one, scope(None, Some(4))), (Sight::Public, false, vec![], (0, 0)), "of another programme");
    assert_eq!(told(&one, scope(Some(71), None)), (Sight::Party, false, vec![], (2, 1)), "nothing of what is not signed");
    one.signature = Some(Signature { signer: "A".into(), on: one.day(), document: id(9) });
    assert_eq!(told(&one, scope(Some(71), None)), (Sight::Party, false, vec![2], (2, 1)));
    assert_eq!(told(&one, scope(Some(70), None)), (Sight::Party, false, vec![1], (2, 0)));
    assert_eq!(told(&one, scope(Some(73), None)), (Sight::Party, false, vec![2], (2, 0)), "who coordinates");
    assert_eq!(told(&one, scope(Some(170), None)), (Sight::Party, false, vec![1], (2, 0)), "who took it over");
    assert_eq!(told(&one, ReportScope::default()), (Sight::Public, false, vec![], (0, 0)));
    one.published_at = Some(one.starts_at);
    assert_eq!(told(&one, ReportScope::default()), (Sight::Public, true, vec![1, 2], (0, 0)));
}
