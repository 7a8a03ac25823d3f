//! What the calendar of a link shows: meetings, and the days on which something falls due.
//! Must not show more than who the link is of may see; agendas, minutes and conclusions are in no calendar.
//! Links are in the parent module, the form of a calendar is `written`.

use std::collections::BTreeSet;

use auth::digest;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    account::{Account, AccountStatus},
    agency::AgencyId,
    clock::{day_begins, local_day},
    deliverable::Record,
    error::{Code, Refusal},
    feed::{FeedLink, FeedOf, window},
    meeting::MeetingStatus,
    policy::{Caller, calendar_scope},
    task::OccurrenceStatus,
};
use persistence::{
    Conn, account, deliverable, feed as stored,
    feed::{Invitation, Owed},
    seen::{self, Led, Sight},
};

use super::{
    may,
    written::{Entry, When, written},
};
use crate::{
    App, Error,
    catalogue::{Catalogue, version_on},
    committee::{Posts, Sat, sat},
};

/// A calendar as it is sent.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// iCalendar (RFC 5545).
    pub text: String,
    /// Hash of the text: it changes with what is shown, and not by being read.
    pub tag: String,
}

/// Whose calendar it is, by name, and what it is made of.
struct Owner {
    name: String,
    /// Of which what they lead and owe is shown.
    agencies: Vec<AgencyId>,
    meetings: Vec<Invitation>,
}

/// The calendar of the link with this secret.
///
/// # Errors
/// `NOT_FOUND` for a secret that no link has or a revoked one had, for a link that was made by an account which is not in force any
/// more, and for one of somebody whose data may not be used.
pub async fn read(app: &App, secret: &str) -> Result<Calendar, Error> {
    let (app_, hash) = (app.clone(), digest(secret.as_bytes()));
    let (link, calendar) = app.0.db.read(move |conn| calendar(&app_, conn, &hash)).await?;
    let today = app.0.clock.today();
    if link.last_used_on != Some(today) {
        app.0.db.append(move |conn| stored::used(conn, link.id, today)).await?;
    }
    Ok(calendar)
}

fn calendar(app: &App, conn: &mut Conn, hash: &str) -> Result<(FeedLink, Calendar), Error> {
    let nothing = || Error::from(Refusal::new(Code::NotFound));
    let (now, today) = (app.0.clock.now(), app.0.clock.today());
    let link = stored::by_digest(conn, hash)?.ok_or_else(nothing)?;
    let maker = account::by_id(conn, link.made_by, today)?;
    // Whoever might not make the link today shows nothing by it.
    let may_still = |maker: &Account| may(&calendar_scope(Caller::Account(maker)), link.of);
    if !maker.is_some_and(|maker| maker.status == AccountStatus::Active && maker.limits.hold_at(now) && may_still(&maker)) {
        return Err(nothing());
    }
    let catalogue = app.0.catalogue.current(conn)?;
    let days = window(today);
    let Some(owner) = owner(conn, &catalogue, link.of, (today, days))? else { return Err(nothing()) };
    let mut entries: Vec<Entry> = owner.meetings.iter().map(|meeting| of_meeting(&catalogue, meeting)).collect();
    if !owner.agencies.is_empty() {
        let sight = Sight { day: today, is_past: false, near: today, with_coming: true };
        let led = seen::led(conn, &owner.agencies, days, sight)?;
        entries.extend(led.iter().map(|led| of_task(&catalogue, led, link.created_at)));
        let owed = stored::owed(conn, &owner.agencies, days)?;
        entries.extend(owed.iter().map(|owed| of_obligation(&catalogue, owed)));
        let to_renew = deliverable::to_renew(conn, &owner.agencies, days)?;
        entries.extend(to_renew.iter().filter_map(|agreement| of_agreement(&catalogue, agreement)));
    }
    let text = written(&format!("Hải Đăng: {}", owner.name), &entries)?;
    let tag = digest(text.as_bytes());
    Ok((link, Calendar { text, tag }))
}

fn owner(
    conn: &mut Conn,
    catalogue: &Catalogue,
    of: FeedOf,
    (today, (from, to)): (NaiveDate, (NaiveDate, NaiveDate)),
) -> Result<Option<Owner>, Error> {
    let instants = (day_begins(from), day_begins(to));
    Ok(match of {
        FeedOf::Agency(id) => {
            let meetings = stored::invitations(conn, Some(id), &[], instants)?;
            Some(Owner { name: name(catalogue, id, today), agencies: vec![id], meetings: once(meetings) })
        }
        FeedOf::Member(person) => {
            let Some(name) = stored::name_of(conn, person)? else { return Ok(None) };
            let sat = sat(conn, catalogue, &[person])?.remove(&person).unwrap_or_default();
            let seats: Vec<_> = sat.iter().map(|sat| sat.seat.id).collect();
            let sat_then = |one: &Invitation| {
                let day = local_day(one.starts_at);
                sat.iter().any(|sat| Some(sat.seat.id) == one.seat && sat.occupant.validity.contains(day))
            };
            let meetings = stored::invitations(conn, None, &seats, instants)?.into_iter().filter(sat_then).collect();
            let posts = Posts::of(catalogue);
            let now = |sat: &Sat| {
                let office = sat.seat.office.filter(|_| sat.occupant.validity.contains(today))?;
                posts.named(office, today).map(|office| office.agency.id)
            };
            let agencies: BTreeSet<AgencyId> = sat.iter().filter_map(now).collect();
            Some(Owner { name, agencies: agencies.into_iter().collect(), meetings: once(meetings) })
        }
    })
}

/// Each meeting once, whoever of an agency is invited.
fn once(mut meetings: Vec<Invitation>) -> Vec<Invitation> {
    meetings.dedup_by_key(|one| one.meeting);
    meetings
}

/// What an agency is called on a day.
fn name(catalogue: &Catalogue, id: AgencyId, day: NaiveDate) -> String {
    let version = catalogue.agency(id).and_then(|agency| version_on(agency, day));
    version.map(|version| version.name.vi.to_string()).unwrap_or_default()
}

fn of_meeting(catalogue: &Catalogue, meeting: &Invitation) -> Entry {
    let committee = name(catalogue, meeting.committee, local_day(meeting.starts_at));
    Entry {
        uid: format!("meeting-{}", meeting.meeting),
        when: When::At(meeting.starts_at, meeting.ends_at),
        summary: meeting.title.clone(),
        place: meeting.place.clone(),
        description: format!("Họp {committee}\nMeeting of a committee"),
        is_cancelled: meeting.status == MeetingStatus::Cancelled,
        sequence: i64::from(meeting.revision) - 1,
        stamp: meeting.changed_at,
    }
}

/// What nothing was done with since it was imported bears the time of the link.
fn of_task(catalogue: &Catalogue, led: &Led, else_at: DateTime<Utc>) -> Entry {
    let programme = catalogue.programme(led.programme).map(|programme| programme.code.to_string()).unwrap_or_default();
    let lead = name(catalogue, led.lead, led.due_on);
    Entry {
        uid: format!("task-{}-{}", led.occurrence, led.lead),
        when: When::On(led.due_on),
        summary: format!("Đến hạn {}: {}", led.code, led.title),
        place: None,
        description: format!(
            "Chương trình {programme}, nhiệm vụ {} năm {}. Chủ trì: {lead}. Trạng thái: {}\nTask of a programme falls due",
            led.code,
            led.year,
            led.status.label()
        ),
        is_cancelled: matches!(led.status, OccurrenceStatus::Cancelled | OccurrenceStatus::Withdrawn),
        sequence: i64::from(led.revision) - 1,
        stamp: led.changed_at.unwrap_or(else_at),
    }
}

fn of_obligation(catalogue: &Catalogue, owed: &Owed) -> Entry {
    let programme = catalogue.programme(owed.programme).map(|programme| programme.code.to_string()).unwrap_or_default();
    let about = owed.task.as_ref().map(|(code, title)| format!(", {code}: {title}")).unwrap_or_default();
    Entry {
        uid: format!("obligation-{}", owed.obligation),
        when: When::On(owed.due_on),
        summary: format!("Hạn báo cáo {} kỳ {}{about}", owed.regime_code, owed.period),
        place: None,
        description: format!("Chương trình {programme}. Cơ quan: {}\nReport falls due", name(catalogue, owed.agency, owed.due_on)),
        is_cancelled: owed.is_excluded,
        sequence: owed.changes,
        stamp: owed.changed_at,
    }
}

/// An agreement stands on the day from which it is to be renewed.
fn of_agreement(catalogue: &Catalogue, agreement: &Record) -> Option<Entry> {
    let (from, last) = agreement.content.renewal()?;
    let programme = catalogue.programme(agreement.programme).map(|programme| programme.code.to_string()).unwrap_or_default();
    let agency = name(catalogue, agreement.agency, from);
    Some(Entry {
        uid: format!("agreement-{}", agreement.id),
        when: When::On(from),
        summary: format!("Gia hạn: {}", agreement.content.title),
        place: None,
        description: format!(
            "Chương trình {programme}. Cơ quan: {agency}. Hết hạn: {}\nAgreement is to be renewed",
            last.format("%d/%m/%Y")
        ),
        is_cancelled: agreement.withdrawn_at.is_some(),
        sequence: i64::from(agreement.revision) - 1,
        stamp: agreement.changed_at,
    })
}
