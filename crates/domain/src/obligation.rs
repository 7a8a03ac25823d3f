//! Obligations: which report an agency owes for which period, by when, and how it stands.
//! Must not store timeliness: it is derived as of a day, here and nowhere else.
//! Regimes are `regime`; obligations are made by `app::obligation`.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    agency::AgencyId,
    error::{Code, Fault},
    id::Id,
    labels::labelled_enum,
    period::Window,
    programme::ProgrammeId,
    regime::{Deadline, RegimeId, RegimeKind},
    task::{Occurrence, TaskId},
};

pub type ObligationId = Id<Obligation>;

labelled_enum! {
    /// How an obligation stands as of a day.
    pub enum ObligationState {
        /// Not fulfilled, not due yet.
        Open = "OPEN",
        /// Not fulfilled, and the due day has passed.
        Overdue = "OVERDUE",
        FulfilledOnTime = "FULFILLED_ON_TIME",
        FulfilledLate = "FULFILLED_LATE",
        /// Taken out with a reason; counts nowhere until it is put back.
        Excluded = "EXCLUDED",
        /// The working days of a year that the due day depends on are not known.
        CalendarUnknown = "CALENDAR_UNKNOWN",
    }
}

/// What an agency owes for a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    pub id: ObligationId,
    /// The row of the regime that it rests on.
    pub regime: RegimeId,
    pub programme: ProgrammeId,
    pub agency: AgencyId,
    pub task: Option<TaskId>,
    pub occurrence: Option<Id<Occurrence>>,
    pub regime_code: Arc<str>,
    /// E.g. "2019-Q2"; for a report that was asked for, the request's own label.
    pub period: Arc<str>,
    pub year: i32,
    pub window: Window,
    pub deadline: Deadline,
    /// The collective through which the agency owes it.
    pub through: Option<AgencyId>,
    /// Who asked for it, where it was asked for.
    pub requester: Option<AgencyId>,
    pub is_excluded: bool,
    pub created_at: DateTime<Utc>,
    /// The first day on which it is owed, where an amendment or an event brought it; nothing for what the decision asks for.
    pub owed_from: Option<NaiveDate>,
}

impl Obligation {
    /// How it stands at the end of a day; `fulfilled_on` is the day on which the report that fulfils it was received.
    pub fn state(&self, fulfilled_on: Option<NaiveDate>, as_of: NaiveDate) -> ObligationState {
        state(self.deadline, self.is_excluded, fulfilled_on, as_of)
    }
}

/// How an obligation stands at the end of a day. What was received later than that day is not known yet.
/// An open one is overdue from the first moment of the day after the due day.
pub fn state(deadline: Deadline, is_excluded: bool, fulfilled_on: Option<NaiveDate>, as_of: NaiveDate) -> ObligationState {
    if is_excluded {
        return ObligationState::Excluded;
    }
    let Deadline::On(due) = deadline else { return ObligationState::CalendarUnknown };
    match fulfilled_on.filter(|day| *day <= as_of) {
        Some(day) if day <= due => ObligationState::FulfilledOnTime,
        Some(_) => ObligationState::FulfilledLate,
        None if as_of <= due => ObligationState::Open,
        None => ObligationState::Overdue,
    }
}

/// A thematic or ad hoc report that somebody asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    pub requester: Option<AgencyId>,
    /// Names the request among those of its regime.
    pub label: String,
    /// First day that it counts; 1 January of the cut-off's year where nothing is said.
    pub from: Option<NaiveDate>,
    pub cut_off: Option<NaiveDate>,
    pub due: Option<NaiveDate>,
}

/// What a request makes agencies owe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requested {
    pub requester: AgencyId,
    pub window: Window,
    pub due: NaiveDate,
}

/// What follows from a request made on a day: nothing is filled in that the requester has to state (decree 09/2019/NĐ-CP,
/// article 8), and nothing is late from the start.
///
/// # Errors
/// Every fault of the request; a periodic regime is never asked for.
pub fn requested(kind: RegimeKind, request: &Request, today: NaiveDate) -> Result<Requested, Vec<Fault>> {
    if kind == RegimeKind::Periodic {
        let words = (
            "Chế độ báo cáo định kỳ tự sinh kỳ báo cáo, không yêu cầu riêng.",
            "A periodic report comes due by itself and is not asked for.",
        );
        return Err(vec![Fault::worded("/regime", Code::RuleBroken, words.0, words.1)]);
    }
    let mut faults = Vec::new();
    let given = [("/requester", request.requester.is_some()), ("/cutOff", request.cut_off.is_some()), ("/due", request.due.is_some())];
    faults.extend(given.iter().filter(|(_, given)| !given).map(|(at, _)| Fault::new(*at, Code::FieldRequired)));
    let from = request.from.or_else(|| request.cut_off.and_then(first_of_year));
    if from.zip(request.cut_off).is_some_and(|(from, to)| from > to) {
        faults.push(Fault::new("/from", Code::PeriodInconsistent));
    }
    if request.due.zip(request.cut_off).is_some_and(|(due, cut_off)| due < cut_off) {
        let words = ("Hạn gửi báo cáo không được trước ngày chốt số liệu.", "A report is not due before its cut-off.");
        faults.push(Fault::worded("/due", Code::PeriodInconsistent, words.0, words.1));
    }
    if request.due.is_some_and(|due| due < today) {
        let words = ("Hạn gửi báo cáo đã qua.", "The due day has passed.");
        faults.push(Fault::worded("/due", Code::OutOfRange, words.0, words.1));
    }
    match (request.requester, from, request.cut_off, request.due) {
        (Some(requester), Some(from), Some(to), Some(due)) if faults.is_empty() => {
            Ok(Requested { requester, window: Window { from, to }, due })
        }
        _ => Err(faults),
    }
}

fn first_of_year(day: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    NaiveDate::from_ymd_opt(day.year(), 1, 1)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::calendar::tests::day;

    #[test]
    fn a_state_is_that_of_a_day() {
        let due = Deadline::On(day("2019-06-17"));
        let told = |excluded, fulfilled: Option<&str>, as_of| state(due, excluded, fulfilled.map(day), day(as_of));
        assert_eq!(told(false, None, "2019-06-17"), ObligationState::Open);
        assert_eq!(told(false, None, "2019-06-18"), ObligationState::Overdue);
        assert_eq!(told(false, Some("2019-06-17"), "2019-06-18"), ObligationState::FulfilledOnTime);
        assert_eq!(told(false, Some("2019-06-18"), "2019-06-18"), ObligationState::FulfilledLate);
        assert_eq!(told(false, Some("2019-06-20"), "2019-06-18"), ObligationState::Overdue, "nobody knew on the 18th");
        assert_eq!(told(true, Some("2019-06-17"), "2019-06-18"), ObligationState::Excluded);
        assert_eq!(state(Deadline::Unknown { year: 2019 }, false, None, day("2030-01-01")), ObligationState::CalendarUnknown);
    }

    fn request() -> Request {
        Request {
            requester: Some(Id::from_uuid(Uuid::nil())),
            label: "x".into(),
            from: None,
            cut_off: Some(day("2019-05-31")),
            due: Some(day("2019-06-05")),
        }
    }

    #[test]
    fn a_request_states_everything_or_is_refused() {
        let told = |kind, request: &Request| match requested(kind, request, day("2019-05-20")) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.label())).collect(),
        };
        assert_eq!(
            told(RegimeKind::AdHoc, &Request::default()),
            ["/requester FIELD_REQUIRED", "/cutOff FIELD_REQUIRED", "/due FIELD_REQUIRED"]
        );
        assert_eq!(told(RegimeKind::Periodic, &request()), ["/regime RULE_BROKEN"]);
        let late = Request { from: Some(day("2019-06-01")), due: Some(day("2019-05-30")), ..request() };
        assert_eq!(told(RegimeKind::Thematic, &late), ["/from PERIOD_INCONSISTENT", "/due PERIOD_INCONSISTENT"]);
        let gone = |today| requested(RegimeKind::AdHoc, &request(), day(today)).map_err(|faults| faults[0].pointer.clone()).map(|_| ());
        assert_eq!((gone("2019-06-05"), gone("2019-06-06")), (Ok(()), Err("/due".to_owned())));
        let made = requested(RegimeKind::AdHoc, &request(), day("2019-05-20")).expect("a request");
        assert_eq!((made.window.from, made.window.to, made.due), (day("2019-01-01"), day("2019-05-31"), day("2019-06-05")));
    }
}
