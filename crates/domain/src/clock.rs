//! The time of the service: UTC, cut to microseconds, from one clock that can be replaced.
//! Must not be read anywhere else (`Utc::now` is forbidden outside this file).
//! Days are days of Viet Nam: see `local_day`.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};

/// `Asia/Ho_Chi_Minh` has been UTC+7 without daylight saving since 1975; dates of the programmes lie after that.
const VIET_NAM_SECONDS_EAST: i32 = 7 * 3600;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in UTC, without anything finer than a microsecond (what both databases keep).
    fn now(&self) -> DateTime<Utc>;
}

impl dyn Clock + '_ {
    /// Today's date in Viet Nam.
    pub fn today(&self) -> NaiveDate {
        local_day(self.now())
    }
}

/// The clock of the machine.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one home of the system clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// The day in Viet Nam on which an instant falls: 2019-06-14T17:30Z is already 15 June. The end of time stays where it is.
pub fn local_day(instant: DateTime<Utc>) -> NaiveDate {
    let there = instant.naive_utc().checked_add_signed(TimeDelta::seconds(VIET_NAM_SECONDS_EAST.into()));
    there.map_or(NaiveDate::MAX, |there| there.date())
}

/// The instant at which a day begins in Viet Nam.
pub fn day_begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(VIET_NAM_SECONDS_EAST.into())
}

/// The day after; the end of time stays where it is.
pub fn day_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_past_five_in_the_afternoon_utc_is_tomorrow_in_viet_nam() {
        let instant: DateTime<Utc> = "2019-06-14T17:30:00Z".parse().expect("a valid instant");
        assert_eq!(local_day(instant).to_string(), "2019-06-15");
    }

    #[test]
    fn the_end_of_time_has_a_day() {
        assert_eq!(local_day(DateTime::<Utc>::MAX_UTC), NaiveDate::MAX);
    }

    #[test]
    fn a_day_begins_at_five_in_the_afternoon_utc() {
        let day = "2019-06-15".parse().expect("a valid date");
        assert_eq!(day_begins(day).to_rfc3339(), "2019-06-14T17:00:00+00:00");
        assert_eq!(local_day(day_begins(day)), day);
    }

    #[test]
    fn the_clock_gives_no_nanoseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000, 0);
    }
}
