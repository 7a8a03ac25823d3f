//! Days and instants as they are written: by the calendar, in one form, in years that both databases keep alike.
//! Must not look at what a day is for; that is said by the use case that takes it.
//! Which values are days is said by the schema, and found in `values`.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::values::Wrong;

/// What is wrong with a text for a day.
pub fn day(text: &str) -> Option<Wrong> {
    let Ok(day) = text.parse::<NaiveDate>() else { return Some(Wrong::Day) };
    if !is_kept(&day) {
        return Some(Wrong::Year);
    }
    (!is_plain(text)).then_some(Wrong::Day)
}

/// What is wrong with a text for an instant.
pub fn instant(text: &str) -> Option<Wrong> {
    let Ok(at) = text.parse::<DateTime<Utc>>() else { return Some(Wrong::Instant) };
    if !is_kept(&at) {
        return Some(Wrong::Year);
    }
    // The minus of mathematics is read as well.
    (!text.is_ascii() || DateTime::parse_from_rfc3339(text).is_err()).then_some(Wrong::Instant)
}

fn is_kept(day: &impl Datelike) -> bool {
    (1..=9999).contains(&day.year())
}

/// Whether a day is written with four digits, two and two. Others are read as well.
fn is_plain(text: &str) -> bool {
    let is_in_place = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == "YYYY-MM-DD".len() && text.bytes().enumerate().all(is_in_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_the_calendar_in_its_form() {
        for text in ["2013-08-20", "0001-01-01", "9999-12-31", "2012-02-29"] {
            assert_eq!(day(text), None, "{text}");
        }
        for text in ["", "x", "2014-02-30", "2013-8-20", " 2013-08-20", "2013-08-20 ", "13-08-20", "20.8.2013", "2013-08-20T00:00:00Z"] {
            assert_eq!(day(text), Some(Wrong::Day), "{text}");
        }
        for text in ["0000-12-31", "-262143-01-01", "+10000-01-01"] {
            assert_eq!(day(text), Some(Wrong::Year), "{text}");
        }
    }

    #[test]
    fn an_instant_is_written_by_its_standard() {
        for text in ["2013-08-20T00:00:00Z", "2013-08-20T07:00:00.123+07:00"] {
            assert_eq!(instant(text), None, "{text}");
        }
        for text in ["", "2013-08-20", "2013-8-20T00:00:00Z", "2013-08-20T00:00:00", "2013-02-30T00:00:00Z", " 2013-08-20T00:00:00Z"] {
            assert_eq!(instant(text), Some(Wrong::Instant), "{text}");
        }
        assert_eq!(instant("2013-08-20T07:00:00-07:00"), None);
        assert_eq!(instant("2013-08-20T07:00:00\u{2212}07:00"), Some(Wrong::Instant));
        for text in ["+262142-12-31T23:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+07:00"] {
            assert_eq!(instant(text), Some(Wrong::Year), "{text}");
        }
    }
}
